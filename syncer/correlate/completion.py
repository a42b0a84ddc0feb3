"""How much of a planned session a recording holds: by its sets, else by its length, else by its being there.

A watch writes one active set for each exercise step, so a set of the plan with ten steps right and ten left is two
of the watch's. Only sets that can belong to the workout count: a named stretch or bench press is not one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from syncer.domain.activity import Activity, ExerciseSet
from syncer.domain.plan import MatchRule, PlannedSession
from syncer.domain.workout import BAND_WALKS

ENOUGH = 0.5
"""From this share of its sets on a session counts as done (the contract's ``done``)."""

_UNNAMED = (None, 65534, 65535)  # no category, FIT's "unknown", and the invalid value
_SKIPPED_S = 3.0  # a step ended sooner was passed over with the lap button, not done
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Completion:
    """How much was done.

    Attributes:
        share: of the planned sets, 0-1.
        sets: completed sets, which may be more than planned; None when taken as whole without being told.
    """

    share: float
    sets: float | None

    @property
    def kept(self) -> bool:
        """At least half."""
        return self.share >= ENOUGH - _ROUNDING


def completion(activity: Activity, session: PlannedSession, rule: MatchRule) -> Completion:
    """How much of ``session`` was done in ``activity``, which ``rule`` took for it."""
    active = [item for item in activity.sets if item.active]
    if not _tells_sets(active):
        return _by_length(activity, session)
    work = [item for item in active if item.duration_s is None or item.duration_s >= _SKIPPED_S]
    fitting = _without_holds([item for item in work if is_unnamed(item) or is_expected(item, session)], session)
    if fitting or any(item.step_index is not None for item in active):
        if not fitting and rule is MatchRule.TIME:
            return _by_length(activity, session)  # another workout in its place, whose sets are not this one's
        return _by_sets(fitting, session)
    return _by_sets(work, session)  # every set has a watch's guess for a name, and all of them are wrong


def is_unnamed(item: ExerciseSet) -> bool:
    """Whether nobody said which exercise it was: it may be any."""
    return item.category in _UNNAMED


def is_expected(item: ExerciseSet, session: PlannedSession) -> bool:
    """Whether a named set is one of the session's exercises; a category without a name fits all of its own."""
    wanted = expected_exercises(session)
    if item.exercise is None:
        return any(category == item.category for category, _ in wanted)
    return (item.category, item.exercise) in wanted


def expected_exercises(session: PlannedSession) -> frozenset[tuple[int, int | None]]:
    """FIT numbers of the session's exercises, both of the band walk's where it has one; empty when not known."""
    known = session.exercises
    walks = known & BAND_WALKS or (not known and "band-walk" in session.workout)
    return known | BAND_WALKS if walks else known


def _tells_sets(active: Sequence[ExerciseSet]) -> bool:
    """One long set without a step is a recording in which the lap button was never pressed."""
    return len(active) > 1 or any(item.step_index is not None for item in active)


def _without_holds(work: list[ExerciseSet], session: PlannedSession) -> list[ExerciseSet]:
    """Without unnamed sets that count no repetitions where others do: timed stretches and rolling after the sets."""
    if session.reps is None or not any(item.reps for item in work):
        return work
    return [item for item in work if item.reps is not None or not is_unnamed(item)]


def _by_sets(work: Sequence[ExerciseSet], session: PlannedSession) -> Completion:
    planned = session.parts * session.sets
    done = sum(_parts_in(item, session) for item in work)
    sets = floor(done / session.parts * 10 + _ROUNDING) / 10
    return Completion(min(done / planned, 1.0), int(sets) if sets.is_integer() else sets)


def _parts_in(item: ExerciseSet, session: PlannedSession) -> int:
    """One; more for a set recorded freely, where right and left may be one set of twice as many repetitions."""
    if item.step_index is not None or not item.reps or not session.reps:
        return 1
    return min(max(item.reps // session.reps, 1), session.parts * session.sets)


def _by_length(activity: Activity, session: PlannedSession) -> Completion:
    """Elapsed against expected time; whole where either is unknown. Sets are then an estimate, in whole numbers."""
    if not activity.elapsed_s or session.duration_s <= 0 or activity.elapsed_s >= session.duration_s:
        return Completion(1.0, None)
    share = activity.elapsed_s / session.duration_s
    estimate = floor(share * session.sets + 0.5)
    below_half = (session.sets - 1) // 2
    return Completion(share, max(estimate, below_half + 1) if share >= ENOUGH else min(estimate, below_half))
