"""`syncer doctor`: everything that could stop tonight's run, with the cure."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncer.bootstrap.providers import PROVIDERS
from syncer.cli.app import app
from syncer.cli.output import Result
from syncer.errors import ExitCode, SignInError, SyncerError
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    import sqlite3

    from rich.console import RenderableType

    from syncer.clients.token_facts import TokenFacts
    from syncer.settings import Paths, Settings
    from syncer.store.runs import Runs
    from syncer.usecases.examining import Check

MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What the checks look at.

    Attributes:
        config: the ``--config`` flag, for what reads the settings itself.
        now: in the runner's zone.
    """

    config: Path | None
    paths: Paths
    settings: Settings
    now: datetime

    def facts(self, provider: str) -> TokenFacts:
        """What a token file looks like."""
        from syncer.bootstrap.providers import token_file
        from syncer.clients.token_facts import token_facts

        return token_facts(token_file(self.paths, provider), provider)

    def from_runs[T](self, read: Callable[[Runs], T]) -> T | None:
        """What ``read`` finds in the run log; None when there is none that can be read."""
        from syncer.store.examination import glance
        from syncer.store.runs import Runs

        return glance(self.paths.database, lambda connection: read(Runs(connection)))


@app.command()
def doctor(
    ctx: typer.Context,
    online: Annotated[bool, typer.Option("--online", help="Also ask the services whether the sign-ins work.")] = False,
) -> Result:
    """Look at everything that could stop tonight's run; changes nothing, asks nobody without --online."""
    from syncer.usecases.examining import State

    found = list(_examine(ctx.obj.config, online=online))
    bad = sum(check.state is State.FAIL for check in found)
    odd = sum(check.state is State.WARN for check in found)
    end = "Nothing stands in the way of tonight's run." if not bad else f"{bad} in the way of tonight's run."
    if odd:
        end += f" {odd} worth a look."
    data = {
        "checks": [
            {"name": check.name, "state": check.state, "message": check.message, "hint": check.hint or None}
            for check in found
        ]
    }
    # people have read it in the list already
    errors = [
        SyncerError(
            "check-failed", check.message, hint=check.hint or "correct that, then: syncer doctor", item=check.name
        )
        for check in found
        if check.state is State.FAIL and ctx.obj.manner.json
    ]
    return Result(data, [*_lines(found), "", end], errors=errors, exit_code=ExitCode.FAILED if bad else ExitCode.OK)


def _examine(config: Path | None, *, online: bool) -> Iterable[Check]:
    from syncer.bootstrap.home import clock, configured
    from syncer.usecases.examining import failed
    from syncer.usecases.examining_providers import check_libraries

    try:
        paths, settings = configured(config)
        ground = Ground(config, paths, settings, clock().astimezone(settings.zone))
    except SyncerError as error:
        yield failed("config", error)
        yield from check_libraries()
        return
    for check in [*CHECKS, *(ONLINE if online else [])]:
        try:
            yield from check(ground)
        except SyncerError as error:
            yield failed(check.__name__.strip("_").replace("_", " "), error)


def _config(ground: Ground) -> Iterable[Check]:
    from syncer.usecases.examining import check_config

    secrets = [ground.settings.strava.client_secret, ground.settings.notify.ping_url, *ground.settings.notify.urls]
    held = any(secret.value for secret in secrets) and ground.settings.file_found
    yield check_config(ground.paths.config, found=ground.settings.file_found, holds_secret=held)


def _places(ground: Ground) -> Iterable[Check]:
    from syncer.usecases.examining import check_folder, check_space, free_space

    for name, folder in (
        ("home", ground.paths.home),
        ("tokens", ground.paths.tokens),
        ("logs", ground.paths.logs),
        ("reports", ground.paths.reports),
    ):
        yield check_folder(f"{name} folder", folder)
    yield check_space(free_space(ground.paths.home))


def _database(ground: Ground) -> Iterable[Check]:
    from syncer.store.examination import examine
    from syncer.usecases.examining import check_database

    yield check_database(ground.paths.database, examine(ground.paths.database, ground.paths.backups))


def _sign_ins(ground: Ground) -> Iterable[Check]:
    from syncer.usecases.examining_providers import check_any_sign_in, check_sign_in

    usable = [ground.facts(name).usable and ground.settings.enabled(name) for name in PROVIDERS]
    yield check_any_sign_in(usable)
    for name in PROVIDERS:
        yield check_sign_in(
            name,
            ground.facts(name),
            ground.from_runs(methodcaller("latest", name)),
            ground.now,
            enabled=ground.settings.enabled(name),
            # a runner with one service need not hear of the other every day
            set_up=bool(ground.settings.strava.client_id) if name == "strava" else any(usable),
        )


def _strava_app(ground: Ground) -> Iterable[Check]:
    """The app's secret is fetched as the night would fetch it."""
    from syncer.bootstrap.providers import strava_app

    if ground.settings.enabled("strava") and ground.facts("strava").present:
        strava_app(ground.settings, os.environ)
    return ()


def _limits(ground: Ground) -> Iterable[Check]:
    from syncer.domain.activity import Provider
    from syncer.store.examination import glance
    from syncer.store.sync_state import SyncStates
    from syncer.usecases.examining import Check, State
    from syncer.usecases.examining_providers import check_waits
    from syncer.usecases.garmin_cool_down import read_cool_down

    for name in PROVIDERS:

        def retry_at(connection: sqlite3.Connection, name: str = name) -> datetime | None:
            return SyncStates(connection).get(Provider(name)).retry_at

        last = ground.from_runs(methodcaller("latest", name))
        yield from check_waits(name, glance(ground.paths.database, retry_at), last, ground.now)
    pause = read_cool_down(ground.paths.tokens, ground.now)
    if pause and pause.until > ground.now:
        until = f"{pause.until.astimezone(ground.now.tzinfo):%Y-%m-%d %H:%M}"
        yield Check("garmin sign-ins", State.WARN, f"refused until about {until}", f"syncer auth garmin, after {until}")


def _clock(ground: Ground) -> Iterable[Check]:
    from syncer.usecases.examining import check_clock, check_zone

    newest = ground.from_runs(lambda runs: next((run.started_at for run in runs.last(1)), None))
    yield check_clock(ground.now, newest)
    yield check_zone(ground.settings.timezone, ground.now)


def _delivery(ground: Ground) -> Iterable[Check]:
    from syncer.usecases.examining import check_delivery
    from syncer.usecases.starting import look_at_delivery

    to = ground.settings.push.to
    found = look_at_delivery(to, platform.system(), os.environ)
    yield check_delivery(to, found.message, found.problem, garmin=ground.facts("garmin").usable)


def _templates(ground: Ground) -> Iterable[Check]:
    from syncer.bootstrap.home import templates
    from syncer.store.examination import glance
    from syncer.usecases.examining import check_templates
    from syncer.usecases.starting import current_plan

    known = templates(ground.paths)
    plan = glance(ground.paths.database, lambda connection: current_plan(connection, ground.now.date())) or ()
    yield from check_templates(list(known.broken.values()), [rule.workout for rule in plan], known)


def _libraries(ground: Ground) -> Iterable[Check]:
    from syncer.usecases.examining_providers import check_libraries

    del ground
    yield from check_libraries()


def _notices(ground: Ground) -> Iterable[Check]:
    """What is to be told, and where, can be told."""
    from syncer.nightly.notify import can_notify
    from syncer.usecases.examining import Check, State, failed

    wanted = ground.settings.notify
    if wanted.on != "off" and wanted.urls and not can_notify():
        yield Check("notify", State.WARN, "notify.urls are set, but apprise is not installed", "install syncer[notify]")
    for secret in (*wanted.urls, wanted.ping_url):
        if secret:
            try:
                secret.reveal(os.environ)
            except SyncerError as error:
                yield failed("notify", error, State.WARN)


def _night(ground: Ground) -> Iterable[Check]:
    from syncer.cli.schedule import standings
    from syncer.usecases.examining import Check, State, check_night

    installed = standings(ground.config)
    for name, standing in installed.items():
        if standing.active is False:
            yield Check("timer", State.FAIL, f"{name} has it, but will not start it", "syncer schedule install")
        elif not standing.current:
            yield Check("timer", State.WARN, f"{name} starts it as it was set up once", "syncer schedule install")
        else:
            yield Check("timer", State.OK, f"{name}, next {standing.next_run}" if standing.next_run else name)
        for note in standing.notes:
            yield Check("timer", State.WARN, one_line(note))
    if not installed:
        yield Check("timer", State.WARN, "the nightly run is not installed", "syncer schedule install")
    runs = ground.from_runs(lambda log: log.last(3, "nightly")) or []
    good = ground.from_runs(lambda log: log.last_good("nightly"))
    yield from check_night(runs, good, ground.now, timer=bool(installed))


def _answers(ground: Ground) -> Iterable[Check]:
    from syncer.cli.auth_status import try_tokens
    from syncer.usecases.examining import Check, State, failed

    for name in PROVIDERS:
        if ground.settings.enabled(name) and ground.facts(name).usable:
            problem = try_tokens(ground.config, name)
            if problem is None:
                yield Check(f"{name} answers", State.OK, "the sign-in works")
            else:
                state = State.FAIL if isinstance(problem, SignInError) else State.WARN
                yield failed(f"{name} answers", problem, state)


# in the order in which they are shown; another check is another function here
CHECKS: list[Callable[[Ground], Iterable[Check]]] = [
    _config,
    _places,
    _database,
    _sign_ins,
    _strava_app,
    _limits,
    _clock,
    _delivery,
    _templates,
    _libraries,
    _notices,
    _night,
]
ONLINE: list[Callable[[Ground], Iterable[Check]]] = [_answers]


def _lines(found: list[Check]) -> Iterable[RenderableType]:
    from rich.text import Text

    width = max(len(check.name) for check in found)
    for check in found:
        yield Text(f"{MARKS[check.state]} {check.name:<{width}}  {one_line(check.message)}")
        if check.hint:
            yield Text(f"  {'':<{width}}  → {one_line(check.hint)}")
