"""`syncer init`: the first run, and every later one: asks, checks each answer at once, keeps what is there."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncer.cli.app import app
from syncer.cli.asking import ask_until, require_terminal, say
from syncer.cli.complete import workout_names
from syncer.cli.output import Result
from syncer.errors import ExitCode, SyncerError
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    from syncer.bootstrap.home import Home
    from syncer.settings import Paths, Settings
    from syncer.usecases.starting import Delivery


@dataclass(frozen=True, slots=True)
class Planned:
    """What is planned now. ``days`` as the runner types them; ``next``: the next session in words."""

    days: str
    workout: str
    next: str = ""


@app.command(
    epilog="""syncer init
syncer init --yes --timezone Europe/Berlin --days mon,wed,fri"""
)
def init(
    ctx: typer.Context,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: options, environment and what is there, else the defaults.")
    ] = False,
    timezone: Annotated[str | None, typer.Option("--timezone", metavar="ZONE", help="Such as Europe/Berlin.")] = None,
    units: Annotated[str | None, typer.Option("--units", metavar="metric|imperial", help="In reports.")] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="usb|connect|FOLDER", help="Where workouts go: push.to.")
    ] = None,
    days: Annotated[
        str | None,
        typer.Option(
            "--days", metavar="DAYS", envvar="SYNCER_PLAN_DAYS", help="Weekdays: mon,wed,fri; none for no plan."
        ),
    ] = None,
    workout: Annotated[
        str | None,
        typer.Option(
            "--workout", metavar="NAME", envvar="SYNCER_PLAN_WORKOUT", help="Which one.", autocompletion=workout_names
        ),
    ] = None,
) -> Result:
    """Set up syncer, or change how it is set up; leads through everything and checks each step."""
    from syncer.bootstrap.home import configured
    from syncer.cli.init_sign_ins import sign_in_everywhere
    from syncer.settings.writing import write_settings

    paths, settings = configured(ctx.obj.config)
    if not yes:
        require_terminal("syncer init", "syncer init --yes asks nothing")
        say("Enter keeps what is in brackets; ^C stops, and what was finished is kept.")
    given = {"timezone": timezone, "units": units, "push.to": to}
    answers = _answers(settings, given, asking=not yes)
    written = write_settings(paths.config, answers)
    settings = configured(ctx.obj.config)[1]
    delivery = _delivery(settings)
    errors = [delivery.problem] if delivery.problem else []
    if not yes:
        _say_delivery(delivery)
    planned = _plan(ctx.obj.config, days, workout, asking=not yes)
    if not yes:
        errors += sign_in_everywhere(ctx.obj.config)
    return _result(paths, configured(ctx.obj.config)[1], delivery, planned, errors, written=written)


def _answers(settings: Settings, given: Mapping[str, str | None], *, asking: bool) -> dict[str, str]:
    """The settings that have to be written: those that were answered and are not in the file like this already."""
    from syncer.usecases.starting import read_target, read_units, read_zone, zone_name

    def choose(dotted: str, question: str, now: str, read: Callable[[str], str]) -> str:
        told = given[dotted]
        if told is not None:
            return read(told)
        return ask_until(question, now, read) if asking else now

    here = settings.timezone or zone_name(settings.zone)
    if not asking and not settings.timezone and here in ("UTC", "Etc/UTC"):
        # a machine whose clock is in UTC says nothing about where its runner lives
        here = ""
    found = {
        "timezone": choose("timezone", "Your time zone", here, read_zone),
        "units": choose("units", "Units in reports, metric or imperial", settings.units, read_units),
        "push.to": choose(
            "push.to", "Where workouts go: usb, connect (Garmin Connect), or a folder", settings.push.to, read_target
        ),
    }
    there = {"timezone": settings.timezone, "units": settings.units, "push.to": settings.push.to}
    return {
        dotted: value
        for dotted, value in found.items()
        if not settings.file_found or settings.origins[dotted] == "environment" or value != there[dotted]
    }


def _delivery(settings: Settings) -> Delivery:
    from syncer.usecases.starting import look_at_delivery

    return look_at_delivery(settings.push.to, platform.system(), os.environ)


def _say_delivery(delivery: Delivery) -> None:
    if delivery.problem is None:
        say(f"  {delivery.message}")
    elif delivery.problem.exit_code is ExitCode.NO_WATCH:
        say("  No watch is connected now; `syncer push` looks for it each time.")
    else:
        say(f"  {delivery.problem.message}")


def _plan(config: Path | None, days: str | None, workout: str | None, *, asking: bool) -> Planned | None:
    """Ask for the plan, keep it where it is the same, and say what it means for the next days."""
    from syncer.bootstrap.home import open_home, templates
    from syncer.usecases.plan_changes import WEEKDAYS, read_weekdays
    from syncer.usecases.starting import USUAL_DAYS, USUAL_WORKOUT, current_plan, start_plan
    from syncer.usecases.templates import find_template

    with open_home(config, command="init") as home:
        known = templates(home.paths)
        before = current_plan(home.connection, home.today)
        if len(before) > 1 and days is None:
            if asking:
                say("  Your plan has several workouts; it stays. `syncer plan set` changes it.")
            return _planned(home)
        now = before[0].weekdays if before else USUAL_DAYS
        shown = ",".join(WEEKDAYS[day] for day in now)
        what = before[0].workout if before else USUAL_WORKOUT
        if days is not None:
            weekdays = read_weekdays(days)
        else:
            question = "Days for band walks, such as mon,wed,fri, or none"
            weekdays = ask_until(question, shown, read_weekdays) if asking else now
        if workout is not None or not (asking and weekdays and len(known) > 1):
            slug = find_template(workout or what, known).slug
        else:
            names = ", ".join(sorted(known))
            slug = ask_until(f"Which workout ({names})", what, lambda text: find_template(text, known).slug)
        start_plan(home.connection, weekdays, slug, home.today, home.now)
        planned = _planned(home)
    if asking and planned:
        say(f"  {planned.next}")
    return planned


def _planned(home: Home) -> Planned | None:
    from datetime import timedelta

    from syncer.bootstrap.home import judged
    from syncer.report import phrases
    from syncer.usecases.plan_changes import WEEKDAYS
    from syncer.usecases.starting import current_plan

    rules = current_plan(home.connection, home.today)
    if not rules:
        return None
    outcomes = judged(home, until=home.today + timedelta(days=14)).outcomes
    coming = next((one.session for one in outcomes if one.session.date >= home.today), None)
    words = f"The next one: {phrases.day(coming.date)}, {coming.workout}, level {coming.level}." if coming else ""
    days = ",".join(WEEKDAYS[day] for rule in rules for day in rule.weekdays)
    return Planned(days, ", ".join(rule.workout for rule in rules), words)


def _result(
    paths: Paths,
    settings: Settings,
    delivery: Delivery,
    planned: Planned | None,
    errors: list[SyncerError],
    *,
    written: bool,
) -> Result:
    from syncer.bootstrap.providers import PROVIDERS, token_file
    from syncer.clients.token_facts import token_facts
    from syncer.usecases.starting import zone_name

    signed_in = {name: token_facts(token_file(paths, name), name).usable for name in PROVIDERS}
    # a watch is plugged in when it is needed; not finding it now is no failure
    serious = [error for error in errors if error.exit_code is not ExitCode.NO_WATCH]
    zone = settings.timezone or zone_name(settings.zone)
    todo = _next_steps(signed_in, planned)
    data = {
        "config": paths.config,
        "written": written,
        "timezone": settings.timezone or None,
        "units": settings.units,
        "delivery": {"to": delivery.to, "ready": delivery.problem is None, "message": _delivery_message(delivery)},
        "plan": {"days": planned.days.split(","), "workout": planned.workout} if planned else None,
        "signed_in": signed_in,
        "next": todo,
    }
    where = [name.capitalize() for name, there in signed_in.items() if there]
    lines = [
        one_line(f"{'Wrote' if written else 'Kept'} {paths.config}."),
        f"Time zone {zone or 'of this machine'}, {settings.units} units, workouts to {settings.push.to}.",
        f"Band walks on {planned.days}: {planned.workout}. {planned.next}" if planned else "No band walks are planned.",
        f"Signed in to {' and '.join(where)}." if where else "Not signed in anywhere.",
        "Next: " + "; ".join(todo),
    ]
    notes = (
        []
        if settings.timezone or zone not in ("", "UTC", "Etc/UTC")
        else ["this machine's clock is in UTC; if you live elsewhere: syncer init --timezone Europe/Berlin"]
    )
    code = ExitCode.PARTIAL if serious else ExitCode.OK
    return Result(data, lines, serious, code, notes, account=True)


def _delivery_message(delivery: Delivery) -> str:
    return delivery.problem.message if delivery.problem else delivery.message


def _next_steps(signed_in: Mapping[str, bool], planned: Planned | None) -> list[str]:
    steps = [] if planned else ["syncer plan set --days mon,wed,fri"]
    if any(signed_in.values()):
        return [*steps, "syncer sync", "syncer schedule install"]
    return [*steps, "syncer auth garmin, or syncer import EXPORT.zip", "syncer push"]
