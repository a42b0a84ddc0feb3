"""What one runner's history supports: counts, a ratio, one pre-declared test, and a verdict in plain words.

The question: after windows in which planned strength was mostly skipped, does knee pain come more often than chance,
and the reasons why sessions get skipped, would explain? How and why: `docs/explanation/evidence.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.correlate.findings import Evidence
from syncer.correlate.verdict import decide, find_missing
from syncer.correlate.wording import say

if TYPE_CHECKING:
    from syncer.correlate.diary import RunDay, Slot
    from syncer.correlate.exposure import Exposure, Record

REPLAYS = 4999


def evaluate(
    slots: Iterable[Slot],
    runs: Iterable[RunDay],
    today: int,
    replays: int = REPLAYS,
    previous: str | None = None,
) -> Evidence:
    """Judge one runner's history.

    The same sessions and runs give the same evidence, in whatever order they come, on any computer.

    Args:
        slots: (day, missed) of every planned session that is closed and not excused.
        runs: (day, metres, pain) of every run; pain is None where the runner did not say.
        today: the day of judgement (`date.toordinal`); nothing dated later is used.
        replays: how often the plan is dealt again.
        previous: the verdict shown last, for a `pattern` that stays until p > 0.05.
    """
    from syncer.correlate.exposure import FIRST_DAY, LAST_DAY, look_back, read_record
    from syncer.correlate.rates import count, lag_curve, new_pain_ratio

    record = read_record(slots, runs, today)
    exposure = look_back(record)
    all_runs, new = count(exposure, exposure.hurt >= 0), count(exposure, exposure.clean)
    weeks = record.length / 7
    pain_runs, new_pain_runs = (counts.exposed_pain + counts.other_pain for counts in (all_runs, new))
    sessions = (int(record.missed.sum()), int((1 - record.missed).sum()))
    missing = find_missing(weeks, new_pain_runs, pain_runs, sessions, all_runs)
    seed = seed_of(record)
    p_value, adjusted_for = _test(record, exposure, replays, seed)
    evidence = Evidence(
        verdict=decide(p_value, missing, previous),
        sentence="",
        window_days=(FIRST_DAY, LAST_DAY),
        weeks=weeks,
        counts_all=all_runs,
        counts_new=new,
        pain_runs=pain_runs,
        new_pain_runs=new_pain_runs,
        missed=sessions[0],
        done=sessions[1],
        risk_ratio=None if missing else new_pain_ratio(exposure),
        p_value=p_value,
        replays=replays,
        seed=seed,
        adjusted_for=adjusted_for,
        missing=missing,
        lag_curve=lag_curve(record, exposure),
        answered_share=_answered_share(record),
    )
    return replace(evidence, sentence=say(evidence))


def _test(record: Record, exposure: Exposure, replays: int, seed: int) -> tuple[float | None, tuple[str, ...]]:
    """The p value and what it is adjusted for; (None, ()) where there is nothing to compare."""
    from syncer.correlate.habit import learn_habit
    from syncer.correlate.replay import can_replay, deal_plans, p_value

    if not can_replay(record.missed, exposure):
        return None, ()
    habit = learn_habit(record)
    return p_value(exposure, deal_plans(habit, replays, seed)), habit.adjusted_for


def seed_of(record: Record) -> int:
    """A seed from the content: the same history is always dealt the same cards, on any computer."""
    content = hashlib.blake2b(digest_size=4)
    for column in (record.session_days, record.missed, record.run_days, record.km, record.pain):
        content.update(column.size.to_bytes(8, "big"))
        content.update(column.astype(">f8").tobytes())
    return int.from_bytes(content.digest(), "big")


def _answered_share(record: Record) -> float | None:
    """Of the runs since the plan began, the share with an answer about pain; None without a run."""
    answered = record.pain[record.run_days >= record.start] >= 0
    return float(answered.mean()) if answered.size else None
