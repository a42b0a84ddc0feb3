"""The physiotherapist's page: a range of weeks as rows, without a judgement in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from syncer.correlate.findings import Evidence
from syncer.correlate.flags import PainReading
from syncer.correlate.links import links_of
from syncer.correlate.load import LOOK_BACK, RunLog, longest, spike
from syncer.correlate.remarks import see_someone
from syncer.correlate.timeline import week_points
from syncer.correlate.view import DataAsOf, KeptOf, Links, WeekPoint, WorkoutView
from syncer.domain.activity import Activity, Kind
from syncer.domain.pain import PainTag
from syncer.domain.plan import Reason, SessionOutcome
from syncer.domain.week import Week


@dataclass(frozen=True, slots=True)
class PainRow:
    """A run, or another activity that says something of the knee.

    Attributes:
        longest_before_m: the longest run of the 30 days before; None without one, and for what is no run.
        spike: distance ÷ that.
        words: the runner's own words that were read as the answer.
    """

    activity_id: str
    day: date
    kind: Kind
    distance_m: float | None
    longest_before_m: float | None
    spike: float | None
    pain: PainTag | None
    words: tuple[str, ...] = ()
    links: Links = ()


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A planned session with what became of it.

    Attributes:
        done_on: the day of the activity that it was matched with.
        effort: perceived exertion 0-10 of that activity, None where no platform has it.
        pain: what that activity says of the knee.
    """

    outcome: SessionOutcome
    done_on: date | None
    effort: float | None
    pain: PainTag | None
    links: Links = ()


@dataclass(frozen=True, slots=True)
class LevelRow:
    """From ``day`` on a workout was due at this level, by this rule."""

    day: date
    workout: str
    level: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class PhysioView:
    """Everything that the physiotherapist's page shows; ``first`` and ``last`` are whole weeks.

    Attributes:
        pain: oldest first.
        kept: over the whole range.
        reasons: how often a session was not done for each reason; None where no reason was given.
        see_someone: reasons to see a doctor that the weeks' reports named.
        evidence: the statistics over the whole log, not only over these weeks.
    """

    first: Week
    last: Week
    as_of: date
    generated_at: datetime
    data_as_of: DataAsOf
    weeks: tuple[WeekPoint, ...]
    pain: tuple[PainRow, ...]
    sessions: tuple[SessionRow, ...]
    levels: tuple[LevelRow, ...]
    kept: KeptOf
    reasons: tuple[tuple[Reason | None, int], ...]
    see_someone: tuple[tuple[Week, str], ...]
    workouts: tuple[WorkoutView, ...]
    evidence: Evidence | None


def physio_view(
    span: tuple[Week, Week],
    as_of: date,
    generated_at: datetime,
    *,
    activities: Iterable[Activity],
    outcomes: Iterable[SessionOutcome],
    reading: PainReading,
    data_as_of: DataAsOf,
    levels: Iterable[LevelRow] = (),
    workouts: Iterable[WorkoutView] = (),
    evidence: Evidence | None = None,
) -> PhysioView:
    """The page for the weeks of ``span``, both included; nothing dated after ``as_of`` is used.

    Args:
        outcomes: of the whole plan, as `syncer.correlate.adherence.assign` gives them for ``as_of``.
        levels: every change of level, in order of time.
    """
    first, last = span
    known = {activity.id: activity for activity in activities if activity.local_date <= as_of}
    log = RunLog.of(known.values(), as_of)
    plan = sorted(outcomes, key=lambda outcome: (outcome.session.date, outcome.session.id))
    mine = [one for one in plan if first.monday <= one.session.date <= min(last.sunday, as_of)]
    counted = [one.status for one in mine if one.status.kept or one.status.missed]
    return PhysioView(
        first=first,
        last=last,
        as_of=as_of,
        generated_at=generated_at,
        data_as_of=data_as_of,
        weeks=tuple(point for point in week_points(plan, log, last, reading) if point.week >= first),
        pain=_pain_rows(known.values(), log, span),
        sessions=tuple(_session_row(one, known.get(one.activity_id or "")) for one in mine),
        levels=_levels_of(levels, span),
        kept=KeptOf(sum(status.kept for status in counted), len(counted)),
        reasons=_reasons(mine),
        see_someone=tuple(
            (week, note) for week in _weeks(first, last) for note in see_someone(log, week, reading) if log.runs
        ),
        workouts=tuple(workouts),
        evidence=evidence,
    )


def _weeks(first: Week, last: Week) -> list[Week]:
    count = (last.monday - first.monday).days // 7 + 1
    return [first.plus(number) for number in range(count)]


def _pain_rows(activities: Iterable[Activity], log: RunLog, span: tuple[Week, Week]) -> tuple[PainRow, ...]:
    first, last = span[0].monday, span[1].sunday
    told = [
        one for one in activities if first <= one.local_date <= last and (one.kind is Kind.RUN or one.pain is not None)
    ]
    told.sort(key=lambda one: one.order)
    return tuple(_pain_row(one, log) for one in told)


def _pain_row(one: Activity, log: RunLog) -> PainRow:
    is_run = one.kind is Kind.RUN
    return PainRow(
        activity_id=one.id,
        day=one.local_date,
        kind=one.kind,
        distance_m=one.distance_m,
        longest_before_m=longest(log.before(one, LOOK_BACK)) if is_run else None,
        spike=spike(log, one) if is_run else None,
        pain=one.pain,
        words=tuple(dict.fromkeys(item.text for item in one.pain.evidence)) if one.pain else (),
        links=links_of(one),
    )


def _session_row(outcome: SessionOutcome, done: Activity | None) -> SessionRow:
    if done is None:
        return SessionRow(outcome, None, None, None)
    return SessionRow(outcome, done.local_date, done.rpe, done.pain, links_of(done))


def _levels_of(levels: Iterable[LevelRow], span: tuple[Week, Week]) -> tuple[LevelRow, ...]:
    """The changes inside the range, and for each workout the one before it, which held when the range began."""
    first, last = span[0].monday, span[1].sunday
    before: dict[str, LevelRow] = {}
    inside: list[LevelRow] = []
    for row in levels:
        if row.day < first:
            before[row.workout] = row
        elif row.day <= last:
            inside.append(row)
    return (*before.values(), *inside)


def _reasons(outcomes: Sequence[SessionOutcome]) -> tuple[tuple[Reason | None, int], ...]:
    counts = Counter(one.reason for one in outcomes if one.status.missed or one.reason is not None)
    order = [*Reason, None]
    return tuple((reason, counts[reason]) for reason in order if counts[reason])
