"""One week as the runner reads it on Monday: the one view model that every format renders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from syncer.correlate.adherence import adherence, kept_of
from syncer.correlate.findings import Evidence
from syncer.correlate.flags import PainReading, find_flags
from syncer.correlate.links import links_of
from syncer.correlate.load import LOOK_BACK, RunLog, distance, longest, spike, usual_week
from syncer.correlate.pairing import EARLY, LATE
from syncer.correlate.remarks import notes_of, questions_of, see_someone
from syncer.correlate.timeline import calendar, level_points, week_points
from syncer.correlate.view import (
    DataAsOf,
    KeptOf,
    LevelView,
    NextSession,
    PlanView,
    RunItem,
    RunsView,
    WeeklyReport,
    WorkoutView,
)
from syncer.domain.activity import Activity
from syncer.domain.pain import PainState
from syncer.domain.plan import SessionOutcome, SessionStatus
from syncer.domain.week import Week


def weekly_report(
    week: Week,
    as_of: date,
    generated_at: datetime,
    *,
    activities: Iterable[Activity],
    outcomes: Iterable[SessionOutcome],
    reading: PainReading,
    data_as_of: DataAsOf,
    level: LevelView | None = None,
    evidence: Evidence | None = None,
    window: tuple[int, int] = (EARLY, LATE),
    workouts: Iterable[WorkoutView] = (),
) -> WeeklyReport:
    """Everything that the report of ``week`` says.

    Args:
        week: any week, past, present or to come.
        as_of: nothing dated later is used.
        generated_at: for the reader; aware.
        activities: of every kind and time.
        outcomes: of the whole plan, as `syncer.correlate.adherence.assign` gives them for ``as_of``, and reaching
            some days beyond it, so that the next session is among them.
        reading: how answers about pain are read.
        data_as_of: when each source was last read.
        level: the level that is due, with the rule that chose it.
        evidence: the statistics; None leaves the block out.
        window: days early and late, as `assign` was given.
        workouts: names and levels of the plan's workouts.
    """
    plan = sorted(outcomes, key=lambda outcome: (outcome.session.date, outcome.session.id))
    known = [activity for activity in activities if activity.local_date <= as_of]
    log = RunLog.of(known, as_of)
    flags = find_flags(plan, known, as_of, reading)
    return WeeklyReport(
        week=week,
        first=week.monday,
        last=week.sunday,
        as_of=as_of,
        generated_at=generated_at,
        data_as_of=data_as_of,
        plan=_plan_view(plan, week, level, known),
        runs=_runs_view(log, week),
        flags=tuple(flag for flag in flags if week.monday <= flag.local_date <= week.sunday),
        evidence=evidence,
        next=_next(plan, as_of, level),
        questions=questions_of(plan, log, week, as_of, window),
        notes=notes_of(plan, known, log, week, reading, window),
        history=week_points(plan, log, week, reading),
        calendar=calendar(plan, log, week),
        levels=level_points(plan, known),
        see_someone=tuple(see_someone(log, week, reading)),
        workouts=tuple(workouts),
    )


def _plan_view(
    plan: Sequence[SessionOutcome], week: Week, level: LevelView | None, activities: Sequence[Activity]
) -> PlanView:
    sessions = [outcome for outcome in plan if week.monday <= outcome.session.date <= week.sunday]
    matched = {outcome.activity_id for outcome in sessions}
    counts = Counter(outcome.status for outcome in sessions)
    return PlanView(
        planned=len(sessions),
        done=counts[SessionStatus.DONE],
        moved=counts[SessionStatus.MOVED],
        partial=counts[SessionStatus.PARTIAL],
        skipped=counts[SessionStatus.SKIPPED],
        excused=counts[SessionStatus.EXCUSED],
        pending=counts[SessionStatus.PENDING],
        adherence_4w=adherence(plan, week.sunday, 4),
        adherence_12w=adherence(plan, week.sunday, 12),
        level=level,
        sessions=tuple(sessions),
        kept_4w=KeptOf(*kept_of(plan, week.sunday, 4)),
        kept_12w=KeptOf(*kept_of(plan, week.sunday, 12)),
        links={activity.id: links_of(activity) for activity in activities if activity.id in matched},
    )


def _runs_view(log: RunLog, week: Week) -> RunsView:
    runs = log.between(week.monday, week.sunday)
    states = Counter(run.pain.state if run.pain else None for run in runs)
    return RunsView(
        count=len(runs),
        distance_m=distance(runs),
        usual_distance_m=usual_week(log, week),
        longest_30d_m=longest(log.between(week.sunday - timedelta(days=LOOK_BACK - 1), week.sunday)),
        tagged=states[PainState.TAGGED],
        zero=states[PainState.ZERO],
        untagged=states[None],
        suspected=states[PainState.SUSPECTED],
        items=tuple(
            RunItem(run.id, run.local_date, run.distance_m, spike(log, run), run.pain, run.name, links_of(run))
            for run in runs
        ),
    )


def _next(plan: Sequence[SessionOutcome], as_of: date, level: LevelView | None) -> NextSession | None:
    """The first session from today on that is not done; one of the last days that is still open, if there is none."""
    open_ones = [
        outcome.session for outcome in plan if outcome.status in (SessionStatus.PENDING, SessionStatus.UPCOMING)
    ]
    due = next((session for session in open_ones if session.date >= as_of), open_ones[-1] if open_ones else None)
    if due is None:
        return None
    if level is None or level.name != due.level:
        return NextSession(due.date, due.workout, due.level, "")
    return NextSession(due.date, due.workout, due.level, level.reason, level.needs)
