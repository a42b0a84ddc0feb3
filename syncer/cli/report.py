"""`syncer report`: the week, as text, markdown or JSON."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncer.cli.app import app
from syncer.cli.complete import weeks
from syncer.cli.output import Result
from syncer.errors import UsageError

if TYPE_CHECKING:
    from syncer.correlate.view import WeeklyReport


class ReportFormat(StrEnum):
    """How a report is written."""

    TERMINAL = "terminal"
    HTML = "html"
    MARKDOWN = "markdown"
    JSON = "json"


SUFFIXES = {
    ".md": ReportFormat.MARKDOWN,
    ".markdown": ReportFormat.MARKDOWN,
    ".html": ReportFormat.HTML,
    ".json": ReportFormat.JSON,
}


@app.command(short_help="Show a week: plan, runs, pain, flags, evidence.")
def report(
    ctx: typer.Context,
    week: Annotated[
        str | None,
        typer.Option("--week", metavar="W", help="An ISO week like 2026-W47; this one without.", autocompletion=weeks),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="As it was known on that day."),
    ] = None,
    format_: Annotated[ReportFormat | None, typer.Option("--format", help="How to write it.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write it there.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the HTML report in your browser.")] = False,
) -> Result:
    """Show a week: plan against done, runs and their pain, flags, evidence, and what is next."""
    from syncer.bootstrap import open_home, weekly
    from syncer.report.json import report_as_json
    from syncer.usecases.files import write_whole
    from syncer.usecases.reporting import keep_verdict

    chosen = format_ or (SUFFIXES.get(output.suffix.lower()) if output else None)
    chosen = chosen or (ReportFormat.HTML if open_ else ReportFormat.TERMINAL)
    with open_home(ctx.obj) as home:
        made = weekly(home, _week(week), as_of.date() if as_of else None)
        if as_of is None and made.as_of == home.today:
            keep_verdict(home.connection, made, home.now)
        text = render(made, chosen, home.settings.units)
        target = output or (home.paths.reports / f"{made.week}.html" if open_ else None)
    data = report_as_json(made)
    if target is None:
        return Result(data, raw=text)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, text.encode())
    if open_:
        typer.launch(target.absolute().as_uri())
    return Result(data, [f"Wrote {target}."])


def _week(text: str | None) -> str | None:
    from syncer.domain.week import Week

    if text is None:
        return None
    try:
        return str(Week.parse(text))
    except ValueError as error:
        raise UsageError("bad-week", str(error), hint="syncer report --week 2026-W47", item=text) from None


def render(made: WeeklyReport, form: ReportFormat, units: str) -> str:
    """The report in one of its formats."""
    if form is ReportFormat.MARKDOWN:
        from syncer.report.markdown import render_markdown

        return render_markdown(made, units)
    if form is ReportFormat.JSON:
        import json

        from syncer.cli.output import plain
        from syncer.report.json import report_as_json

        return json.dumps(plain(report_as_json(made)), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if form is ReportFormat.HTML:
        from syncer.report.html import render_html

        return render_html(made, units)
    from syncer.report.terminal import render_terminal

    return render_terminal(made, units)
