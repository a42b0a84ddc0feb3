"""`syncer schedule`: the nightly run, started by the system that this machine has."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncer.cli.app import app
from syncer.cli.help_page import Commands
from syncer.cli.output import Result
from syncer.errors import UsageError

if TYPE_CHECKING:
    from syncer.nightly.acts import Act, Scheduler, Standing
    from syncer.nightly.job import Job
    from syncer.nightly.programs import Programs
    from syncer.settings import Settings

schedule = Commands(
    help="Have the nightly run started by itself: systemd, launchd, Task Scheduler or cron.",
    invoke_without_command=True,
)
app.add_typer(schedule, name="schedule")


class System(StrEnum):
    """What starts the nightly run."""

    SYSTEMD = "systemd"
    LAUNCHD = "launchd"
    TASK_SCHEDULER = "task-scheduler"
    CRON = "cron"


SystemOption = Annotated[
    System | None, typer.Option("--system", help="Another system than the one that this machine has.")
]
AtOption = Annotated[
    str | None, typer.Option("--at", metavar="HH:MM", help="When, in your time zone; nightly.at without.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; do nothing.")]
PrintOption = Annotated[bool, typer.Option("--print", help="Print what would be written; write nothing.")]


@schedule.callback()
def root(
    ctx: typer.Context,
    at: AtOption = None,
    system: SystemOption = None,
    print_: PrintOption = False,
) -> Result | None:
    """Install, look at or remove the nightly run."""
    if ctx.invoked_subcommand is not None:
        if at or system or print_:
            words = f"schedule {ctx.invoked_subcommand}"
            raise UsageError("usage", f"options come after 'syncer {words}'", hint=f"syncer {words} --help")
        return None
    if not print_:
        raise UsageError("usage", "no command was given", hint="syncer schedule --help")
    return _printed(ctx.obj.config, at, system)


@schedule.command(
    epilog="""syncer schedule install --at 04:15
syncer schedule install --print"""
)
def install(
    ctx: typer.Context,
    at: AtOption = None,
    system: SystemOption = None,
    print_: PrintOption = False,
    dry_run: DryRunOption = False,
) -> Result:
    """Have `syncer nightly` run every night; doing it again changes only what is different."""
    from syncer.nightly.acts import carry_out

    if print_:
        return _printed(ctx.obj.config, at, system)
    settings, job, notes = _wanted(ctx.obj.config, at)
    one, programs = _schedulers(system)[0]
    acts = one.install(job)
    told = () if dry_run else tuple(carry_out(acts, programs))
    doubt = one.doubt()
    made = _acts_result(
        one.name,
        acts,
        f"{_when(job)}: {' '.join(job.words)}.",
        [*notes, *_secret_notes(settings), *one.notes(), *told],
        dry_run=dry_run,
    )
    return replace(made, errors=[doubt], exit_code=doubt.exit_code) if doubt else made


@schedule.command()
def remove(
    ctx: typer.Context,
    system: SystemOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "--print", help="Say what would be done; do nothing.")] = False,
) -> Result:
    """Take the nightly run away again; nothing of it stays."""
    from syncer.nightly.acts import carry_out

    del ctx
    acts, told, names = [], [], []
    for one, programs in _schedulers(system):
        found = one.remove()
        if all(act.kind == "skip" for act in found) and system is None:
            continue
        acts += found
        names.append(one.name)
        told += [] if dry_run else carry_out(found, programs)
    last = "" if names else "Nothing is installed."
    return _acts_result(", ".join(names), acts, last, told, dry_run=dry_run)


@schedule.command()
def status(ctx: typer.Context, system: SystemOption = None) -> Result:
    """Show whether the nightly run is installed, when it runs next, and how the last nights went."""
    from syncer.bootstrap.home import open_home
    from syncer.store.runs import Runs

    _, job, _ = _wanted(ctx.obj.config, None)
    standings = {one.name: one.standing(job) for one, _ in _schedulers(system)}
    with open_home(ctx.obj.config) as home:
        runs = Runs(home.connection)
        last, good = next(iter(runs.last(1, "nightly")), None), runs.last_good("nightly")
        zone = home.settings.zone
    installed = {name: standing for name, standing in standings.items() if standing.installed}
    lines = [line for name, standing in installed.items() for line in _standing_lines(name, standing)]
    if not lines:
        lines = ["The nightly run is not installed: syncer schedule install"]
    ended = last and last.finished_at
    if last:
        how = f"ended with {last.exit_code}" if ended else "has not ended, or was killed"
        lines.append(f"Last run: {_local(last.started_at, zone)}, {how}.")
    lines.append(f"Last good night: {_local(good, zone) if good else 'never'}.")
    data = {
        "installed": bool(installed),
        "systems": {name: _standing_json(standing) for name, standing in installed.items()},
        "last_run": last and {"started": last.started_at, "finished": ended, "exit_code": last.exit_code},
        "last_good": good,
    }
    return Result(data, lines, warnings=[note for one in installed.values() for note in one.notes])


def standings(config: Path | None) -> dict[str, Standing]:
    """What is installed on this machine, by system; for `doctor`."""
    _, job, _ = _wanted(config, None)
    found = {one.name: one.standing(job) for one, _ in _schedulers(None)}
    return {name: standing for name, standing in found.items() if standing.installed}


def _wanted(config: Path | None, at: str | None) -> tuple[Settings, Job, list[str]]:
    """The job as this shell and the settings want it, and what will be different at night."""
    from syncer.bootstrap.home import configured
    from syncer.nightly.job import Job, require_writable
    from syncer.nightly.surroundings import carried, carried_notes, program, program_notes

    paths, settings = configured(config)
    hour, minute = _time(at or settings.nightly.at)
    words = program(sys.argv[0], sys.executable)
    elsewhere = ("--config", str(paths.config)) if config or os.environ.get("SYNCER_CONFIG") else ()
    job = Job((*words, *elsewhere, "nightly"), hour, minute, carried(os.environ, paths.home), settings.timezone)
    require_writable(job)
    return settings, job, [*program_notes(words), *carried_notes(os.environ)]


def _time(text: str) -> tuple[int, int]:
    try:
        found = datetime.strptime(text, "%H:%M")  # noqa: DTZ007  # a time of day has no zone
    except ValueError:
        raise UsageError(
            "bad-time", f"'{text}' is no time of day", hint="syncer schedule install --at 03:30", item=text
        ) from None
    return found.hour, found.minute


def _schedulers(system: System | None) -> list[tuple[Scheduler, Programs]]:
    """The chosen system, or those that this machine has, each with what runs its programs."""
    from syncer.nightly.programs import OnPath
    from syncer.nightly.surroundings import scheduler, systems

    programs = OnPath(os.environ)
    now = datetime.now().astimezone()
    names = [system.value] if system else systems(platform.system())
    return [(scheduler(name, os.environ, now, programs), programs) for name in names]


def _secret_notes(settings: Settings) -> list[str]:
    from syncer.nightly.surroundings import secret_notes

    secrets = {
        "strava.client_secret": [settings.strava.client_secret],
        "notify.urls": list(settings.notify.urls),
        "notify.ping_url": [settings.notify.ping_url],
    }
    return [note for name, held in secrets.items() for one in held for note in secret_notes(name, one.env, one.command)]


def _printed(config: Path | None, at: str | None, system: System | None) -> Result:
    settings, job, notes = _wanted(config, at)
    one, _ = _schedulers(system)[0]
    texts = one.texts(job)
    raw = texts[0].content if len(texts) == 1 else "\n".join(f"# {text.name}\n{text.content}" for text in texts)
    data = {"system": one.name, "files": [{"path": each.name, "content": each.content} for each in texts]}
    # whoever installs it by hand has to know what it will lack as well
    return Result(data, raw=raw, warnings=list(dict.fromkeys([*notes, *_secret_notes(settings)])))


def _acts_result(system: str, acts: Sequence[Act], last: str, notes: Sequence[str], *, dry_run: bool) -> Result:
    lines = [
        f"{'would ' if dry_run else ''}{act.kind} {act.target}{f': {act.detail}' if act.detail else ''}" for act in acts
    ]
    data = {
        "system": system,
        "dry_run": dry_run,
        "actions": [{"kind": act.kind, "target": act.target, "detail": act.detail} for act in acts],
    }
    return Result(data, [*lines, *([last] if last else [])], warnings=list(dict.fromkeys(notes)), account=not dry_run)


def _when(job: Job) -> str:
    return f"Every night at {job.at}{f' ({job.zone})' if job.zone else ''}"


def _standing_lines(name: str, standing: Standing) -> list[str]:
    active = {True: "active", False: "not active: syncer schedule install", None: "installed"}[standing.active]
    lines = [f"{name}: {active}{f'; next run {standing.next_run}' if standing.next_run else ''}."]
    if not standing.current:
        lines.append("It is not what would be installed now: syncer schedule install")
    return lines


def _standing_json(standing: Standing) -> dict[str, Any]:
    return {"active": standing.active, "current": standing.current, "next_run": standing.next_run or None}


def _local(instant: datetime, zone: tzinfo) -> str:
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"
