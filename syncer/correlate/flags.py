"""Flags: new knee pain after mostly missed sessions, with how ordinary that is and what else may explain it.

A flag is a fact about one run, not a finding. So each carries its base rate, before how many pain-free runs the same
was true, and the other explanations in the data, load first (docs/explanation/adherence.md).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from syncer.correlate.links import links_of
from syncer.correlate.load import LOOK_BACK, SPIKE, RunLog, distance, longest, recent_break, usual_week
from syncer.correlate.view import Alternative, BaseRate, Flag, MissedSession
from syncer.domain.activity import Activity
from syncer.domain.pain import CLEAN_DAYS, PainState
from syncer.domain.plan import SessionOutcome
from syncer.domain.week import Week, day_in_words

WINDOW_DAYS = 14
"""Days before the run whose planned sessions are looked at."""
FEWEST_MISSED = 2
RECENT_PAIN_DAYS = 21
"""For so long earlier pain is named as another explanation (the slower decay in `syncer.correlate.habit`)."""


@dataclass(frozen=True, slots=True)
class PainReading:
    """How answers about pain are read.

    Attributes:
        threshold: tagged pain from this score on (0-10) makes a knee-pain run.
        untagged_means_no_pain: runs without an answer count as pain-free from the first answer on.
    """

    threshold: float = 3.0
    untagged_means_no_pain: bool = False

    def hurts(self, run: Activity) -> bool:
        """Tagged pain at or above the threshold."""
        return run.pain is not None and run.pain.is_pain(self.threshold)

    def pain_free(self, run: Activity, answered_before: bool) -> bool:
        """An explicit "no pain". Untagged is not zero, unless the runner has said that it is."""
        if run.pain is None:
            return self.untagged_means_no_pain and answered_before
        return run.pain.state is PainState.ZERO


def find_flags(
    outcomes: Iterable[SessionOutcome], activities: Iterable[Activity], as_of: date, reading: PainReading
) -> tuple[Flag, ...]:
    """Every flag up to ``as_of``, oldest first.

    Nothing dated after a run speaks for or against it: later runs are not in its base rate, and a session that was
    still open when the run was made, and was done after it, is left out.

    Args:
        outcomes: every planned session as of ``as_of``.
        activities: of every kind.
        as_of: the day of judgement; nothing dated later is used.
        reading: how answers about pain are read.
    """
    known = {activity.id: activity for activity in activities if activity.local_date <= as_of}
    log = RunLog.of(known.values(), as_of)
    history = _History(outcomes, known)
    tagged = [activity for activity in known.values() if activity.pain and activity.pain.state is PainState.TAGGED]
    flags: list[Flag] = []
    base = BaseRate(0, 0)
    answered, last_pain = False, None
    for run in log.runs:
        hurts = reading.hurts(run)
        counted = history.before(run) if hurts or reading.pain_free(run, answered) else []
        missed = [outcome for outcome in counted if outcome.status.missed]
        same = len(missed) >= FEWEST_MISSED and 2 * len(missed) >= len(counted)
        if hurts:
            is_new = last_pain is None or (run.local_date - last_pain).days > CLEAN_DAYS
            last_pain = run.local_date
            if is_new and same:
                flags.append(_flag(run, len(counted), missed, base, alternatives(log, tagged, run), known))
        elif len(counted) >= FEWEST_MISSED:
            base = BaseRate(base.flagged + same, base.pain_free_runs + 1)
        answered = answered or (run.pain is not None and run.pain.state is not PainState.SUSPECTED)
    return tuple(flags)


class _History:
    """Planned sessions whose fate is known and counts, for looking back from a run."""

    def __init__(self, outcomes: Iterable[SessionOutcome], activities: Mapping[str, Activity]) -> None:
        self._closed = sorted(
            (outcome for outcome in outcomes if outcome.status.kept or outcome.status.missed),
            key=lambda outcome: (outcome.session.date, outcome.session.id),
        )
        self._days = [outcome.session.date for outcome in self._closed]
        self._activities = activities

    def before(self, run: Activity) -> list[SessionOutcome]:
        """Those of the days before the run that were not done after it."""
        first = bisect_left(self._days, run.local_date - timedelta(days=WINDOW_DAYS))
        last = bisect_left(self._days, run.local_date)
        return [outcome for outcome in self._closed[first:last] if not self._done_later(outcome, run)]

    def _done_later(self, outcome: SessionOutcome, run: Activity) -> bool:
        done = self._activities.get(outcome.activity_id or "")
        if done is None or not outcome.status.kept:
            return False
        return (done.local_date, done.start) > (run.local_date, run.start)


def _flag(
    run: Activity,
    planned: int,
    missed: Sequence[SessionOutcome],
    base: BaseRate,
    others: tuple[Alternative, ...],
    activities: Mapping[str, Activity],
) -> Flag:
    return Flag(
        activity_id=run.id,
        local_date=run.local_date,
        score=run.pain.score if run.pain else None,
        side=run.pain.side if run.pain else None,
        window_days=WINDOW_DAYS,
        planned=planned,
        missed=len(missed),
        missed_sessions=tuple(_missed(outcome, activities) for outcome in missed),
        base_rate=base,
        alternatives=others,
        links=links_of(run),
    )


def _missed(outcome: SessionOutcome, activities: Mapping[str, Activity]) -> MissedSession:
    done = activities.get(outcome.activity_id or "")
    return MissedSession(
        id=outcome.session.id,
        date=outcome.session.date,
        status=outcome.status,
        reason=outcome.reason,
        activity_id=outcome.activity_id,
        links=links_of(done) if done else (),
    )


def alternatives(log: RunLog, tagged: Iterable[Activity], run: Activity) -> tuple[Alternative, ...]:
    """What else in the data may explain pain on ``run``, load first; ``tagged`` are all activities with tagged pain."""
    found = (_load_spike(log, run), _return_after_break(log, run), _recent_pain(tagged, run))
    return tuple(other for other in found if other is not None)


def _load_spike(log: RunLog, run: Activity) -> Alternative | None:
    reference = longest(log.before(run, LOOK_BACK))
    if not run.distance_m or not reference or run.distance_m <= SPIKE * reference:
        return None
    longer = (run.distance_m / reference - 1) * 100
    detail = f"This run was {longer:.0f} % longer than any run of the {LOOK_BACK} days before it."
    usual = usual_week(log, Week.of(run.local_date))
    week = distance((*log.before(run, 6), run))
    if usual:
        detail += f" The seven days up to it held {week / usual:.1f} times a usual week's distance."
    return Alternative("load_spike", detail)


def _return_after_break(log: RunLog, run: Activity) -> Alternative | None:
    pause = recent_break(log, run)
    if pause is None:
        return None
    since = (run.local_date - pause.ended).days
    when = "It was the first day of running" if not since else f"It came {_days(since)} into running again"
    return Alternative("return_after_break", f"{when} after {_days(pause.days)} without a run.")


def _recent_pain(tagged: Iterable[Activity], run: Activity) -> Alternative | None:
    """The latest tagged pain before the run, of any score and on any activity: a niggle may have begun there."""
    first = run.local_date - timedelta(days=RECENT_PAIN_DAYS)
    earlier = [
        other
        for other in tagged
        if first <= other.local_date and (other.local_date, other.start) < (run.local_date, run.start)
    ]
    if not earlier:
        return None
    latest = max(earlier, key=lambda other: other.order)
    score = f" of {latest.pain.score:g}/10" if latest.pain and latest.pain.score is not None else ""
    ago = (run.local_date - latest.local_date).days
    when = "earlier on the same day" if not ago else f"{_days(ago)} before, on {day_in_words(latest.local_date)}"
    return Alternative("recent_pain", f"Knee pain{score} was tagged {when}.")


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
