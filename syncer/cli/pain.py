"""`syncer pain`: how a note is read, what is tagged, and corrections by hand."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from syncer.cli.app import app
from syncer.cli.help_page import Commands
from syncer.cli.options import ActivityId, day_option
from syncer.cli.output import Manner, Result
from syncer.cli.refreshing import match_anew
from syncer.cli.table import table
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    from syncer.bootstrap.home import Home

pain = Commands(help="Knee pain: how notes are read, corrections by hand.")
app.add_typer(pain, name="pain")


class SideChoice(StrEnum):
    """Which knee."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


@pain.command(epilog="syncer pain check 'left knee 3/10 from km 8 on'")
def check(text: Annotated[str, typer.Argument(metavar="TEXT", help="A note, as you would write it.")]) -> Result:
    """Say how a note is read."""
    from syncer.correlate.notes import read
    from syncer.report import phrases
    from syncer.report.json import pain_as_json

    tag = read(text)
    if tag is None:
        return Result({"state": "none", "score": None, "side": None, "evidence": []}, ["nothing about the knee"])
    data = pain_as_json(tag) or {}
    said = "; ".join(f"'{one_line(item.text)}'" for item in tag.evidence)
    return Result(
        {key: data[key] for key in ("state", "score", "side", "evidence")},
        [f"{tag.state.value}: {phrases.pain(tag)}", *([f"  because of {said}"] if said else [])],
    )


@pain.command("list")
def list_(
    ctx: typer.Context,
    since: Annotated[date | None, day_option("--since", "From this day on.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also runs without an answer.")] = False,
) -> Result:
    """List what is known of the knee, run by run."""
    from syncer.bootstrap.home import open_home
    from syncer.domain.activity import Kind
    from syncer.report import phrases
    from syncer.report.json import pain_as_json
    from syncer.store.activities import Activities

    with open_home(ctx.obj.config) as home:
        runs = Activities(home.connection).list(since, None, Kind.RUN)
    shown = [run for run in runs if all_ or run.pain]
    rows = [
        (
            run.id,
            run.local_date,
            phrases.pain(run.pain),
            "by hand" if run.pain and run.pain.manual else "",
            "; ".join(item.text for item in run.pain.evidence) if run.pain else "",
        )
        for run in shown
    ]
    found = [{"activity_id": run.id, "local_date": run.local_date, "pain": pain_as_json(run.pain)} for run in shown]
    answered = sum(1 for run in runs if run.pain)
    summary = f"{answered} of {len(runs)} runs say something of the knee."
    return Result({"runs": found}, [*([table(["run", "day", "knee", "", ""], rows)] if rows else []), summary])


@pain.command(
    "set",
    epilog="""syncer pain set g21000000001 3 --side left
syncer pain set g21000000001 0""",
)
def set_(
    ctx: typer.Context,
    run: ActivityId,
    answer: Annotated[str, typer.Argument(metavar="SCORE", help="0 (no pain) to 10; yes for pain without a number.")],
    side: Annotated[SideChoice | None, typer.Option(help="Which knee.")] = None,
) -> Result:
    """Say how the knee felt on a run; it beats every text and survives every sync."""
    from syncer.bootstrap.home import open_home
    from syncer.usecases.by_hand import set_pain

    with open_home(ctx.obj.config, command="pain set") as home:
        activity = set_pain(home.connection, run, answer, side.value if side else None, home.now)
        return _now(home, activity.id, ctx.obj.manner)


@pain.command()
def clear(ctx: typer.Context, run: ActivityId) -> Result:
    """Take back what was said by hand; the notes speak again."""
    from syncer.bootstrap.home import open_home
    from syncer.usecases.by_hand import clear_pain

    with open_home(ctx.obj.config, command="pain clear") as home:
        activity, _ = clear_pain(home.connection, run)
        return _now(home, activity.id, ctx.obj.manner)


def _now(home: Home, activity_id: str, manner: Manner) -> Result:
    from syncer.report import phrases
    from syncer.report.json import pain_as_json
    from syncer.usecases.by_hand import find_activity

    match_anew(home, manner)
    run = find_activity(home.connection, activity_id)
    return Result(
        {"activity_id": run.id, "local_date": run.local_date, "pain": pain_as_json(run.pain)},
        [f"{run.id} ({run.local_date}): {phrases.pain(run.pain)}"],
        account=True,
    )
