"""The replay test: would this runner's own habit of skipping line up with pain as well as the real plan did?

The plan is dealt again thousands of times from the fitted habit (`syncer.correlate.habit`), runs and pain held fixed.
A replay knows every reason for skipping that the model knows, but cannot know of pain that is still to come: what the
real history shows beyond the replays is what the reasons do not explain. This is a conditional randomisation test
(Candès, Fan, Janson and Lv 2018, "Panning for gold": valid when the model of the exposure is right, whatever
drives the outcome).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from syncer.correlate.exposure import MOSTLY, ROUNDING
from syncer.correlate.habit import REACH, SPELLING

if TYPE_CHECKING:
    from syncer.correlate.exposure import Exposure, Mask, Numbers
    from syncer.correlate.habit import Habit

FEWEST_RUNS = 8
FEWEST_PAIN_RUNS = 2
WINDOWS_AT_ONCE = 32  # so few stay in the processor's cache; twice as fast as all together


def can_replay(missed: Numbers, exposure: Exposure) -> bool:
    """Whether there is anything to compare: kept and missed sessions, eight runs, two of them with pain."""
    varied = missed.size > 0 and missed.min() != missed.max()
    return bool(varied and exposure.hurt.sum() >= FEWEST_PAIN_RUNS and exposure.days.size >= FEWEST_RUNS)


def deal_plans(habit: Habit, replays: int, seed: int) -> Mask:
    """Deal the plan again: True where a session was missed, shape (sessions, replays).

    Session by session, because each depends on the ten before it in the same replay. One row of uniform numbers from
    numpy's PCG64 for each session, in order: the same seed gives the same plans on any computer.
    """
    sessions = len(habit.chance)
    dealt = np.zeros((REACH + sessions, replays), dtype=np.uint8)
    luck = np.random.default_rng(seed)
    for j in range(sessions):
        past = np.einsum("k,kr->r", SPELLING, dealt[j : j + REACH])
        dealt[REACH + j] = luck.random(replays) < habit.chance[j].take(past)
    return dealt[REACH:].view(bool)


def p_value(exposure: Exposure, dealt: Mask) -> float | None:
    """Share of plans, the real one included, whose skipping lines up with pain at least as well as the real one.

    Lining up is the sum over runs of (pain - mean pain) x exposure, standardised over the replays, for two exposures:
    the share missed, and mostly skipped or not. The larger of the two counts, in the real history and in every
    replay, so looking twice is paid for. None when neither varies (all runs hurt, say).
    """
    excess = exposure.hurt - exposure.hurt.mean()
    replayed = _lined_up(exposure, dealt, excess)
    real = (excess @ exposure.share, excess @ exposure.mostly)
    best_real, best_replayed = -np.inf, np.full(dealt.shape[1], -np.inf)
    for happened, imagined in zip(real, replayed, strict=True):
        spread = imagined.std()
        if spread > ROUNDING:
            best_real = max(best_real, float((happened - imagined.mean()) / spread))
            best_replayed = np.maximum(best_replayed, (imagined - imagined.mean()) / spread)
    if best_real == -np.inf:
        return None
    as_good = int((best_replayed >= best_real - ROUNDING).sum())
    return float((1 + as_good) / (1 + dealt.shape[1]))


def _lined_up(exposure: Exposure, dealt: Mask, excess: Numbers) -> tuple[Numbers, Numbers]:
    """Both statistics in every replay. Runs that look back on the same sessions are taken together."""
    bounds, run_window = np.unique(np.column_stack([exposure.first, exposure.stop]), axis=0, return_inverse=True)
    weight = np.bincount(run_window.ravel(), excess)
    share_sum, mostly_sum = np.zeros(dealt.shape[1]), np.zeros(dealt.shape[1])
    for at in range(0, len(bounds), WINDOWS_AT_ONCE):
        first, stop = bounds[at : at + WINDOWS_AT_ONCE].T
        some = weight[at : at + WINDOWS_AT_ONCE]
        earliest = first.min()
        missed = np.zeros((stop.max() - earliest + 1, dealt.shape[1]), dtype=np.int32)
        np.cumsum(dealt[earliest : stop.max()], axis=0, out=missed[1:])
        share = (missed[stop - earliest] - missed[first - earliest]) / (stop - first)[:, None]
        share_sum += some @ share
        mostly_sum += some @ (share >= MOSTLY - ROUNDING)
    return share_sum, mostly_sum
