"""`syncer plan`: which workout on which days, what became of it, and why a session was missed."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from syncer.cli.app import app
from syncer.cli.complete import levels, session_ids, workout_names
from syncer.cli.help_page import Commands
from syncer.cli.options import day_argument, day_option
from syncer.cli.output import Result
from syncer.cli.table import Table, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.domain.plan import SessionOutcome
    from syncer.usecases.planning import Judged

plan = Commands(help="Which workout on which days; what became of it.")
app.add_typer(plan, name="plan")


class ReasonChoice(StrEnum):
    """Why a session was missed; the first four take it out of every count."""

    ILL = "ill"
    TRAVEL = "travel"
    SORE = "sore"
    REST = "rest"
    NO_TIME = "no-time"
    FORGOT = "forgot"


@plan.command()
def show(
    ctx: typer.Context,
    first: Annotated[date | None, day_option("--from", "First day; without, two weeks ago.")] = None,
    last: Annotated[date | None, day_option("--to", "Last day; without, in two weeks.")] = None,
) -> Result:
    """Show planned sessions and what became of them."""
    from syncer.bootstrap.home import judged, open_home
    from syncer.report.json import session_as_json

    with open_home(ctx.obj.config) as home:
        start = first or home.today - timedelta(days=14)
        end = last or home.today + timedelta(days=14)
        everything = judged(home, until=end)
    shown = [one for one in everything.outcomes if start <= one.session.date <= end]
    data = {"sessions": [{**session_as_json(one), "why": _why(everything, one)} for one in shown]}
    return Result(data, [_table(shown), *_level_lines(everything, home.today)] if shown else [_no_sessions(everything)])


@plan.command(
    "set",
    epilog="""syncer plan set --days mon,wed,fri
syncer plan set --days tue --workout hip-circuit --add
syncer plan set --days none --from 2026-12-01""",
)
def set_(
    ctx: typer.Context,
    days: Annotated[str, typer.Option("--days", metavar="DAYS", help="Weekdays: mon,wed,fri; none ends the plan.")],
    workout: Annotated[
        str, typer.Option("--workout", metavar="NAME", help="Which one.", autocompletion=workout_names)
    ] = "lateral-band-walk",
    first: Annotated[date | None, day_option("--from", "From this day on; without, from today.")] = None,
    level: Annotated[
        str | None,
        typer.Option(
            "--level", metavar="LEVEL", help="Fix the level instead of following your progress.", autocompletion=levels
        ),
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Keep the other workouts of the plan beside it.")] = False,
) -> Result:
    """Plan a workout on weekdays from a date on; what was planned before stays as it was."""
    from syncer.bootstrap.home import open_home, templates
    from syncer.domain.plan import PlanRule
    from syncer.usecases.plan_changes import WEEKDAYS, read_weekdays, set_plan
    from syncer.usecases.templates import find_template

    weekdays = read_weekdays(days)
    with open_home(ctx.obj.config, command="plan set") as home:
        template = find_template(workout, templates(home.paths))
        fixed = template.level(level).name if level else None
        start = first or home.today
        wanted = PlanRule(start, weekdays, template.slug, fixed)
        rules = set_plan(home.connection, wanted, home.now, today=home.today, add=add)
    told = [
        f"From {start}: {rule.workout} on {', '.join(WEEKDAYS[day] for day in rule.weekdays)}"
        + (f" at level {rule.level}." if rule.level else ".")
        for rule in rules
    ] or [f"From {start} nothing is planned."]
    data = [
        {
            "effective_from": rule.effective_from,
            "days": [WEEKDAYS[day] for day in rule.weekdays],
            "workout": rule.workout,
            "level": rule.level,
        }
        for rule in rules
    ]
    return Result({"rules": data}, told, account=True)


@plan.command(epilog="syncer plan pause 2026-12-20 2027-01-03 --reason travel")
def pause(
    ctx: typer.Context,
    first: Annotated[date, day_argument("FIRST", "The first day of rest.")],
    last: Annotated[date, day_argument("LAST", "The last.")],
    reason: Annotated[ReasonChoice, typer.Option("--reason", help="Why.")] = ReasonChoice.REST,
) -> Result:
    """Rest from FIRST to LAST, both included; the sessions in between count nowhere."""
    from syncer.bootstrap.home import open_home
    from syncer.domain.plan import Reason
    from syncer.usecases.plan_changes import pause_plan

    with open_home(ctx.obj.config, command="plan pause") as home:
        made = pause_plan(home.connection, first, last, Reason(reason.value), home.now)
    data = {"from": made.first, "to": made.last, "reason": made.reason}
    return Result(data, [f"The plan rests from {made.first} to {made.last} ({made.reason.value})."], account=True)


@plan.command()
def resume(
    ctx: typer.Context,
    first: Annotated[date | None, day_argument("DATE", "The first day after it; without, today.")] = None,
) -> Result:
    """Go on with the plan from a day: the pause ends the day before."""
    from syncer.bootstrap.home import open_home
    from syncer.usecases.plan_changes import resume_plan

    with open_home(ctx.obj.config, command="plan resume") as home:
        start = first or home.today
        ended = resume_plan(home.connection, start, home.now)
    told = f"The plan goes on from {start}." if ended else "There was no pause."
    return Result({"from": start, "ended": ended}, [told], account=True)


@plan.command(epilog="syncer plan excuse 2026-11-18 --reason no-time")
def excuse(
    ctx: typer.Context,
    session: Annotated[
        str, typer.Argument(metavar="SESSION", help="A session's id, or its date.", autocompletion=session_ids)
    ],
    reason: Annotated[ReasonChoice | None, typer.Option("--reason", help="Why it was missed.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Take the reason back.")] = False,
) -> Result:
    """Say why a session was missed; ill, travel, sore and rest take it out of every count."""
    from syncer.bootstrap.home import judged, open_home
    from syncer.domain.plan import Reason
    from syncer.errors import UsageError
    from syncer.report import phrases
    from syncer.report.json import session_as_json
    from syncer.usecases.plan_changes import excuse as say_why
    from syncer.usecases.plan_changes import find_session

    if (reason is None) != clear:
        raise UsageError("no-reason", "say why, or --clear", hint="syncer plan excuse SESSION --reason no-time")
    with open_home(ctx.obj.config, command="plan excuse") as home:
        day = _day_of(session)
        found = find_session([one.session for one in judged(home, until=day).outcomes], session)
        say_why(home.connection, found, Reason(reason.value) if reason else None, home.now)
        outcome = next(one for one in judged(home, until=day).outcomes if one.session.id == found.id)
    return Result({"session": session_as_json(outcome)}, [phrases.session(outcome)], account=True)


def _day_of(name: str) -> date | None:
    try:
        return date.fromisoformat(name.strip()[:10])
    except ValueError:
        return None


def _why(everything: Judged, outcome: SessionOutcome) -> str:
    choice = everything.choice(outcome.session)
    return choice.words if choice and choice.level.name == outcome.session.level else ""


def _table(shown: Sequence[SessionOutcome]) -> Table:
    from syncer.report import phrases

    rows = [
        (
            f"{phrases.MARKS[one.status]} {phrases.day(one.session.date)[:3]}",
            one.session.id,
            one.session.level,
            ", ".join(part for part in (one.status.value, one.reason and one.reason.value, _sets(one)) if part),
            f"{one.activity_id} ({one.match.value})" if one.activity_id and one.match else "",
        )
        for one in shown
    ]
    return table(["", "session", "level", "status", "activity"], rows)


def _sets(outcome: SessionOutcome) -> str:
    """``2/3 sets``: short, so that a session's id stays in one piece on a hundred columns."""
    if outcome.sets_done is None or not outcome.activity_id:
        return ""
    return f"{outcome.sets_done:g}/{outcome.session.sets} sets"


def _level_lines(everything: Judged, today: date) -> list[str]:
    upcoming = next((one for one in everything.outcomes if one.session.date >= today), None)
    choice = everything.choice(upcoming.session) if upcoming else None
    if upcoming is None or choice is None:
        return []
    return ["", f"Next level: {choice.level.name}. {choice.words}"]


def _no_sessions(everything: Judged) -> str:
    if everything.outcomes:
        return "No session is planned on these days."
    return "There is no plan yet: syncer plan set --days mon,wed,fri"
