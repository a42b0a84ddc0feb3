"""What may be said: the least that a verdict needs, and the levels of alarm.

The levels are two because the report is read every week: among 100 simulated runners without any link about 11 see
p ≤ 0.05 at some look within a year, about 2 see p ≤ 0.01 (`docs/explanation/evidence.md`).
"""

from __future__ import annotations

from enum import StrEnum

from syncer.correlate.findings import Counts, LagBin, Missing

PATTERN, WATCH = 0.01, 0.05


class Verdict(StrEnum):
    """The contract's words."""

    NOT_ENOUGH_DATA = "not_enough_data"
    NO_PATTERN = "no_pattern"
    WATCH = "watch"
    PATTERN = "pattern"


NEEDED = {
    "weeks": 10,
    "new_pain_runs": 3,
    "pain_runs": 5,
    "exposed_runs": 8,
    "other_runs": 8,
    "missed": 6,
    "done": 6,
}
"""What a verdict needs, by the name that the evidence gives it."""


def find_missing(
    weeks: float, new_pain_runs: int, pain_runs: int, sessions: tuple[int, int], all_runs: Counts
) -> tuple[Missing, ...]:
    """Which of the minimum is short; what is missing comes in the order of `NEEDED`.

    Args:
        weeks: since the first planned session; begun ones do not count.
        sessions: (missed, done).
        all_runs: those that can be judged, with any pain.
    """
    have = {
        "weeks": int(weeks),
        "new_pain_runs": new_pain_runs,
        "pain_runs": pain_runs,
        "exposed_runs": all_runs.exposed_runs,
        "other_runs": all_runs.other_runs,
        "missed": sessions[0],
        "done": sessions[1],
    }
    short = [Missing(what, have[what], need) for what, need in NEEDED.items() if have[what] < need]
    runs = all_runs.exposed_runs + all_runs.other_runs
    if runs and pain_runs == runs:
        short.append(Missing("pain_free_runs", 0, 1))
    return tuple(short)


def decide(p_value: float | None, missing: tuple[Missing, ...], previous: str | None = None) -> Verdict:
    """The verdict for a p value. A `pattern` that was shown last (``previous``) stays until p > 0.05: no flicker."""
    if missing or p_value is None:
        return Verdict.NOT_ENOUGH_DATA
    if p_value <= PATTERN or (previous == Verdict.PATTERN and p_value <= WATCH):
        return Verdict.PATTERN
    return Verdict.WATCH if p_value <= WATCH else Verdict.NO_PATTERN


AFTER, BEFORE = (1, 7), (-14, -5)
"""Days from the run that are compared to see whether pain comes first."""
CLEAR_DIFFERENCE = 0.2
FEWEST_AFTER_PAIN = 10


def skips_after_pain(curve: tuple[LagBin, ...]) -> bool:
    """Whether the week after new pain stands out more than the days before it: pain drives skipping.

    The difference in missed share between pain runs and others must be 20 points or more on the right side, over at
    least ten planned sessions, and larger than on the left. A reading aid, not a test.
    """
    after, before = _excess_missed(curve, *AFTER), _excess_missed(curve, *BEFORE)
    enough = sum(bin_.pain_runs.planned for bin_ in _between(curve, *AFTER)) >= FEWEST_AFTER_PAIN
    return enough and after >= CLEAR_DIFFERENCE and after > before


def _excess_missed(curve: tuple[LagBin, ...], first: int, last: int) -> float:
    """Missed share around pain runs minus that around other runs; 0 where either has no session."""
    bins = _between(curve, first, last)
    pain_planned = sum(bin_.pain_runs.planned for bin_ in bins)
    other_planned = sum(bin_.other_runs.planned for bin_ in bins)
    if not pain_planned or not other_planned:
        return 0.0
    pain_missed = sum(bin_.pain_runs.missed for bin_ in bins)
    other_missed = sum(bin_.other_runs.missed for bin_ in bins)
    return pain_missed / pain_planned - other_missed / other_planned


def _between(curve: tuple[LagBin, ...], first: int, last: int) -> list[LagBin]:
    return [bin_ for bin_ in curve if first <= bin_.first and bin_.last <= last]
