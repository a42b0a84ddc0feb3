"""`syncer demo`: the whole main job on a synthetic year, in a home of its own."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncer.cli.app import app
from syncer.cli.importing import as_json as import_as_json
from syncer.cli.output import Result, progress
from syncer.cli.report import ReportFormat, render
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    from syncer.bootstrap.home import Home
    from syncer.usecases.demo_place import DemoPlace
    from syncer.usecases.demonstrating import Demonstrated
    from syncer.usecases.importing import Imported

REPORT, SUFFIX = ReportFormat.HTML, "html"
EXPORTS = {"strava-export": "Strava's export", "garmin-export": "Garmin's export"}


@app.command()
def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="An empty folder, or an earlier demo's; a new one without.")
    ] = None,
) -> Result:
    """Show the whole job on a synthetic year, in a home of its own: seconds, no account, no network."""
    from syncer.bootstrap.home import clock, open_demo, plan_rules, templates
    from syncer.report.json import report_as_json
    from syncer.settings import find_paths
    from syncer.usecases.demo_place import settle
    from syncer.usecases.demonstrating import Setup, demonstrate

    own = find_paths(os.environ)
    place = settle(folder, (own.home, own.config.parent), clock())
    with open_demo(place) as home:
        settings = home.settings
        setup = Setup(templates(home.paths), plan_rules(settings), settings.zone, settings.push.labels)
        done = demonstrate(home.connection, place, setup, lambda label: progress(label, ctx.obj.manner))
        written = _write_report(home, done)
        shown = render(done.report, ReportFormat.TERMINAL, settings.units)
    data = {
        "home": place.folder,
        "watch": place.watch,
        "fit_file": done.fit_file,
        "report": written,
        "synthetic": True,
        "imports": [import_as_json(one) for one in done.imports],
        "report_data": report_as_json(done.report),
    }
    return Result(data, [*_what_was_done(place, done), "", shown, *_where_and_what_next(place, done, written)])


def _write_report(home: Home, done: Demonstrated) -> Path:
    from syncer.whole_file import write_whole

    target = home.paths.reports / f"{done.report.week}.{SUFFIX}"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, render(done.report, REPORT, home.settings.units).encode())
    return target


def _what_was_done(place: DemoPlace, done: Demonstrated) -> list[str]:
    from syncer.report import phrases

    when = "" if place.is_new else f" of {place.made_at:%Y-%m-%d}, again"
    held = ", ".join(f"{count} {kind}s" for kind, count in sorted(done.made.items(), key=lambda one: -one[1]))
    session = done.pushed.session
    due = f" for {phrases.day(session.date)}" if session else ""
    return [
        one_line(f"A synthetic year{when}, in {place.folder}: all of it is made up, about nobody."),
        *([f"  made      {held}, as Strava and Garmin export them"] if held else []),
        *(f"  imported  {_imported(one)}" for one in done.imports),
        f"  matched   {done.recordings} recordings are {done.activities} activities",
        *(f"  pushed    {done.pushed.workout.name}{due}: {action.detail}" for action in done.actions),
    ]


def _imported(one: Imported) -> str:
    changes = one.changes
    counts = (
        (changes.added, "added"),
        (changes.updated, "updated"),
        *((reason.count, f"left out ({reason.reason.replace('-', ' ')})") for reason in one.left_out),
    )
    told = [f"{count} {word}" for count, word in counts if count]
    if not changes.added and not changes.updated:
        told.insert(0, "nothing new")
    return f"{EXPORTS.get(one.source, one.source)}: {', '.join(told)}"


def _where_and_what_next(place: DemoPlace, done: Demonstrated, written: Path) -> list[str]:
    home = str(place.folder)
    start = f"SYNCER_HOME={shlex.quote(home)} syncer"
    if sys.platform == "win32":
        start = f'$env:SYNCER_HOME="{home}"; syncer'
    return [
        f"Report   {one_line(str(written))}",
        f"Workout  {one_line(str(done.fit_file or 'taken from the watch since'))}",
        f"Next     {start} report --week {done.another_week}   (or activities list, plan show)",
    ]
