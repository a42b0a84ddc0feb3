"""`syncer report`: the week, as text, markdown, HTML or JSON; and the physiotherapist's page."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncer.cli.app import app
from syncer.cli.options import day_option, week_option
from syncer.cli.output import Result, console, json_text, plain
from syncer.domain.week import Week
from syncer.errors import UsageError
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType

    from syncer.bootstrap.home import Home
    from syncer.correlate.view import WeeklyReport

PHYSIO_WEEKS = 12
BYTE_ORDER_MARK = "\ufeff"
"""Before a CSV file: without it Excel takes UTF-8 for the code page of its computer."""


class ReportFormat(StrEnum):
    """How a report is written."""

    TERMINAL = "terminal"
    HTML = "html"
    MARKDOWN = "markdown"
    JSON = "json"


class Reader(StrEnum):
    """Who reads it."""

    RUNNER = "runner"
    PHYSIO = "physio"


SUFFIXES = {
    ".md": ReportFormat.MARKDOWN,
    ".markdown": ReportFormat.MARKDOWN,
    ".html": ReportFormat.HTML,
    ".htm": ReportFormat.HTML,
    ".json": ReportFormat.JSON,
}


@app.command(
    epilog="""syncer report
syncer report --week 2026-W47 --open
syncer report --format markdown -o week.md
syncer report --for physio --from 2026-W36 -o physio.html"""
)
def report(
    ctx: typer.Context,
    week: Annotated[Week | None, week_option("--week", "An ISO week like 2026-W47; without, this one.")] = None,
    as_of: Annotated[
        date | None, day_option("--as-of", "As it was known on that day; without, as it is known today.")
    ] = None,
    format_: Annotated[
        ReportFormat | None, typer.Option("--format", help="How to write it; without, as FILE is called.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write it there.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the HTML report in your browser.")] = False,
    reader: Annotated[
        Reader,
        typer.Option("--for", show_default=False, help="physio: tables of some weeks as HTML, and CSV beside it."),
    ] = Reader.RUNNER,
    first: Annotated[Week | None, week_option("--from", "With --for physio: first week; without, 12 weeks.")] = None,
    last: Annotated[Week | None, week_option("--to", "With --for physio: last week; without, this one.")] = None,
) -> Result:
    """Show a week: plan against done, runs and their pain, flags, evidence, and what is next."""
    from syncer.bootstrap.home import open_home

    form = _form(format_, output, open_, reader)
    with open_home(ctx.obj.config) as home:
        if reader is Reader.PHYSIO:
            return _physio(home, _span(first, last or week, as_of or home.today), as_of, form, output, open_=open_)
        if first or last:
            raise UsageError("only-for-physio", "--from and --to go with --for physio", hint="syncer report --week W")
        return _weekly(home, week, as_of, form, output, open_=open_)


def _form(asked: ReportFormat | None, output: Path | None, open_: bool, reader: Reader) -> ReportFormat:
    """The format that is asked for, or that the file's name, the browser or the reader wants."""
    named = SUFFIXES.get(output.suffix.lower()) if output else None
    if reader is Reader.RUNNER:
        return asked or named or (ReportFormat.HTML if open_ else ReportFormat.TERMINAL)
    if asked in (ReportFormat.TERMINAL, ReportFormat.MARKDOWN):
        raise UsageError(
            "physio-format",
            f"the physiotherapist's page is not written as {asked.value}",
            why="it is HTML with CSV beside it, or JSON",
            hint="syncer report --for physio --format html",
        )
    return (
        ReportFormat.JSON
        if ReportFormat.JSON in (asked, named) and asked is not ReportFormat.HTML
        else ReportFormat.HTML
    )


def _weekly(
    home: Home, week: Week | None, day: date | None, form: ReportFormat, output: Path | None, *, open_: bool
) -> Result:
    from syncer.bootstrap.home import weekly
    from syncer.report.json import report_as_json
    from syncer.usecases.reporting import keep_verdict

    made = weekly(home, week, day)
    if day is None:
        keep_verdict(home.connection, made, home.now)
    units = home.settings.units
    target = output or (home.paths.reports / f"{made.week}.html" if open_ else None)
    data = report_as_json(made)
    if target is None:
        if form is ReportFormat.TERMINAL and sys.stdout.isatty():
            return Result(data, [_in_colour(made, units)])
        return Result(data, raw=render(made, form, units))
    _write(target, render(made, form, units))
    return _written(data, [target], open_=open_)


def _physio(
    home: Home, span: tuple[Week, Week], day: date | None, form: ReportFormat, output: Path | None, *, open_: bool
) -> Result:
    from syncer.bootstrap.home import physio
    from syncer.report.physio import physio_as_json, render_physio
    from syncer.report.physio_csv import physio_csv

    view = physio(home, span, day)
    data = physio_as_json(view)
    if form is ReportFormat.JSON:
        text = _as_text(data)
        if output is None:
            return Result(data, raw=text)
        _write(output, text)
        return _written(data, [output], open_=False)
    page, beside = _page_and_table(output or home.paths.reports / f"physio-{view.first}-{view.last}.html")
    _write(beside, BYTE_ORDER_MARK + physio_csv(view))
    _write(page, render_physio(view, home.settings.units))
    return _written({**data, "files": [page, beside]}, [page, beside], open_=open_)


def _page_and_table(output: Path) -> tuple[Path, Path]:
    """Where the page goes and the CSV beside it; a dot in a name, as in `Dr. Meyer`, begins no suffix."""
    if output.suffix.lower() in (".html", ".htm"):
        return output, output.with_suffix(".csv")
    if output.suffix.lower() == ".csv":
        return output.with_suffix(".html"), output
    return output.with_name(f"{output.name}.html"), output.with_name(f"{output.name}.csv")


def _span(first: Week | None, last: Week | None, today: date) -> tuple[Week, Week]:
    """The weeks of the physiotherapist's page."""
    end = last or Week.of(today)
    start = first or end.plus(1 - PHYSIO_WEEKS)
    if end < start:
        raise UsageError("bad-range", f"{start} comes after {end}", hint=f"syncer report --for physio --to {start}")
    return start, end


def _write(target: Path, text: str) -> None:
    from syncer.whole_file import write_whole

    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, text.encode())


def _written(data: Mapping[str, Any], files: list[Path], *, open_: bool) -> Result:
    if open_:
        typer.launch(files[0].absolute().as_uri())
    return Result(data, [one_line(f"Wrote {' and '.join(map(str, files))}.")], account=True)


def _in_colour(made: WeeklyReport, units: str) -> RenderableType:
    from syncer.report.terminal import WIDTH, colour_terminal

    return colour_terminal(made, units, min(WIDTH, console(sys.stdout).width))


def _as_text(data: Mapping[str, Any]) -> str:
    return json_text(plain(data), indent=2)


def render(made: WeeklyReport, form: ReportFormat, units: str) -> str:
    """The report in one of its formats."""
    if form is ReportFormat.MARKDOWN:
        from syncer.report.markdown import render_markdown

        return render_markdown(made, units)
    if form is ReportFormat.JSON:
        from syncer.report.json import report_as_json

        return _as_text(report_as_json(made))
    if form is ReportFormat.HTML:
        from syncer.report.html import render_html

        return render_html(made, units)
    from syncer.report.terminal import render_terminal

    return render_terminal(made, units)
