"""Planned × done: what became of each planned session.

Nothing is remembered between calls. A late upload turns a skipped session into a done one by being computed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from syncer.correlate.pairing import EARLY, LATE, Hit, pair_by_hand, pair_by_signals, windows
from syncer.correlate.recognition import Clues
from syncer.domain.activity import Activity, Kind
from syncer.domain.plan import Pause, PlannedSession, Reason, SessionOutcome, SessionStatus


@dataclass(frozen=True, slots=True)
class Absences:
    """When the plan rested, and why single sessions were missed (by session id)."""

    pauses: tuple[Pause, ...] = ()
    excuses: Mapping[str, Reason] = field(default_factory=dict)

    def pause_on(self, day: date) -> Pause | None:
        """The first pause that holds on ``day``."""
        return next((pause for pause in self.pauses if pause.first <= day <= pause.last), None)

    def excuse(self, session: PlannedSession) -> Reason | None:
        """Why the session, if missed, counts nowhere; None where it counts."""
        said = self.excuses.get(session.id)
        if said is not None and said.excuses:
            return said
        pause = self.pause_on(session.date)
        return pause.reason if pause else None


def assign(
    sessions: Iterable[PlannedSession],
    activities: Iterable[Activity],
    today: date,
    *,
    absences: Absences | None = None,
    clues: Clues | None = None,
    window: tuple[int, int] = (EARLY, LATE),
) -> list[SessionOutcome]:
    """What became of each planned session as of ``today``, in order of date and id.

    Independent of the order of its inputs. Give it the whole plan, not a part: a session's neighbours bound its
    window and may claim its activities.

    Args:
        sessions: with unique ids.
        activities: of every kind; those dated after ``today`` are not looked at, and a run is never a session.
        today: the runner's day of judgement.
        absences: pauses and excuses.
        clues: workouts that were handed out, Connect's calendar, and the runner's own word.
        window: days early and days late.
    """
    absences, clues = absences or Absences(), clues or Clues()
    plan = sorted(sessions, key=lambda session: (session.date, session.id))
    pool = sorted(
        (activity for activity in activities if activity.local_date <= today and activity.kind is not Kind.RUN),
        key=lambda activity: activity.order,
    )
    bounds = windows(plan, window)
    excuses = {session.id: absences.excuse(session) for session in plan}
    hits = pair_by_hand(plan, pool, clues.manual)
    taken = {hit.activity.id for hit in hits.values()}
    hits |= pair_by_signals(
        [session for session in plan if session.id not in hits],
        [activity for activity in pool if activity.id not in taken],
        bounds,
        clues,
        frozenset(id_ for id_, reason in excuses.items() if reason),
    )
    outcomes = []
    for session in plan:
        hit, reason = hits.get(session.id), excuses[session.id]
        status = _status(session, hit, reason, today, bounds[session.id][1])
        said = None if status.kept else reason or absences.excuses.get(session.id)
        outcomes.append(_outcome(session, hit, status, said))
    return outcomes


def adherence(outcomes: Iterable[SessionOutcome], last_day: date, weeks: int) -> float | None:
    """Kept ÷ (kept + missed) of the ``weeks`` weeks that end with ``last_day``; None when there is nothing to divide.

    Excused sessions, and those whose window is open, count on neither side.
    """
    kept, counted = kept_of(outcomes, last_day, weeks)
    return kept / counted if counted else None


def kept_of(outcomes: Iterable[SessionOutcome], last_day: date, weeks: int) -> tuple[int, int]:
    """(kept, kept + missed) behind `adherence`."""
    first = last_day - timedelta(weeks=weeks)
    closed = [outcome.status for outcome in outcomes if first < outcome.session.date <= last_day]
    kept = sum(status.kept for status in closed)
    return kept, kept + sum(status.missed for status in closed)


def _status(
    session: PlannedSession, hit: Hit | None, excuse: Reason | None, today: date, last_day: date
) -> SessionStatus:
    if hit is not None and hit.done.kept:
        return SessionStatus.DONE if hit.activity.local_date == session.date else SessionStatus.MOVED
    if excuse is not None:
        return SessionStatus.EXCUSED
    if today < session.date:
        return SessionStatus.UPCOMING
    if today <= last_day:
        return SessionStatus.PENDING  # even when broken off: it can still be done in full
    return SessionStatus.PARTIAL if hit else SessionStatus.SKIPPED


def _outcome(session: PlannedSession, hit: Hit | None, status: SessionStatus, reason: Reason | None) -> SessionOutcome:
    if hit is None:
        return SessionOutcome(session, status, reason=reason)
    return SessionOutcome(session, status, hit.activity.id, hit.rule, hit.done.sets, reason)
