"""The weeks and days behind the pictures of a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from syncer.correlate.flags import PainReading
from syncer.correlate.load import SPIKE, RunLog, distance, longest, spike
from syncer.correlate.view import DayMark, LevelPoint, WeekPoint
from syncer.domain.activity import Activity
from syncer.domain.pain import PainState, PainTag
from syncer.domain.plan import SessionOutcome, SessionStatus
from syncer.domain.week import Week

CALENDAR_WEEKS = 26


def week_points(plan: Sequence[SessionOutcome], log: RunLog, week: Week, reading: PainReading) -> tuple[WeekPoint, ...]:
    """Every week from the first that holds a session or a run to ``week``; none where nothing came before."""
    sessions = _by_day(plan)
    monday = _first_monday(plan, log, week)
    points = []
    while monday is not None and monday <= week.monday:
        days = [monday + timedelta(days=number) for number in range(7)]
        statuses = [outcome.status for day in days for outcome in sessions.get(day, ())]
        runs = log.between(days[0], days[-1])
        worst = worst_pain(runs)
        points.append(
            WeekPoint(
                week=Week.of(monday),
                planned=len(statuses),
                kept=sum(status.kept for status in statuses),
                missed=sum(status.missed for status in statuses),
                excused=sum(status is SessionStatus.EXCUSED for status in statuses),
                runs=len(runs),
                distance_m=distance(runs),
                pain_runs=sum(reading.hurts(run) for run in runs),
                worst_score=worst.score if worst and worst.state is PainState.TAGGED else None,
                answered=sum(run.pain is not None and run.pain.state is not PainState.SUSPECTED for run in runs),
                longest_m=longest(runs),
                spikes=sum((spike(log, run) or 0) > SPIKE for run in runs),
            )
        )
        monday += timedelta(weeks=1)
    return tuple(points)


def calendar(plan: Sequence[SessionOutcome], log: RunLog, week: Week) -> tuple[DayMark, ...]:
    """The days of the 26 weeks up to ``week``, from the first week that holds anything, whole weeks only."""
    sessions = _by_day(plan)
    first = _first_monday(plan, log, week)
    if first is None:
        return ()
    first = max(first, week.monday - timedelta(weeks=CALENDAR_WEEKS - 1))
    marks = []
    for number in range((week.sunday - first).days + 1):
        day = first + timedelta(days=number)
        runs = log.between(day, day)
        statuses = tuple(outcome.status for outcome in sessions.get(day, ()))
        marks.append(DayMark(day, statuses, len(runs), worst_pain(runs)))
    return tuple(marks)


def level_points(plan: Iterable[SessionOutcome], activities: Iterable[Activity]) -> tuple[LevelPoint, ...]:
    """The level of each session that was kept, on the day it was done, oldest first."""
    days = {activity.id: activity.local_date for activity in activities}
    points = [
        LevelPoint(
            days.get(outcome.activity_id or "", outcome.session.date), outcome.session.level, outcome.session.workout
        )
        for outcome in plan
        if outcome.status.kept
    ]
    return tuple(sorted(points, key=lambda point: point.day))


_WORSE = (PainState.ZERO, PainState.SUSPECTED, PainState.TAGGED)


def worst_pain(runs: Iterable[Activity]) -> PainTag | None:
    """The worst answer of several runs: tagged before suspected before zero, then by score. None without an answer."""
    tags = [run.pain for run in runs if run.pain is not None]
    return max(tags, key=lambda tag: (_WORSE.index(tag.state), tag.score or 0), default=None)


def _by_day(plan: Iterable[SessionOutcome]) -> dict[date, list[SessionOutcome]]:
    days: dict[date, list[SessionOutcome]] = defaultdict(list)
    for outcome in plan:
        days[outcome.session.date].append(outcome)
    return days


def _first_monday(plan: Iterable[SessionOutcome], log: RunLog, week: Week) -> date | None:
    """Monday of the first week with a session or a run, None where that is after ``week`` or never."""
    first = min((*(outcome.session.date for outcome in plan), *log.days[:1]), default=None)
    return Week.of(first).monday if first is not None and first <= week.sunday else None
