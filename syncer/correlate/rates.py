"""How often pain followed mostly skipped windows and how often the others: counts, and a ratio with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from syncer.correlate.findings import Counts, LagBin, LagTally, RiskRatio
from syncer.correlate.plausible import NORMAL_95

if TYPE_CHECKING:
    from syncer.correlate.exposure import Days, Exposure, Mask, Numbers, Record

BLOCK_DAYS = 28
LAGS = ((-35, -29), (-28, -22), (-21, -15), (-14, -8), (-7, -5), (-4, -1), (0, 0), (1, 4), (5, 7), (8, 14), (15, 21))
"""Days from the run, negative before it. What happens after pain tells how far pain drives skipping."""


def count(exposure: Exposure, these: Mask) -> Counts:
    """Runs after mostly skipped windows and other runs among ``these``, and how many hurt."""
    exposed, other = these & exposure.mostly, these & ~exposure.mostly
    return Counts(
        exposed_runs=int(exposed.sum()),
        exposed_pain=int(exposure.hurt[exposed].sum()),
        other_runs=int(other.sum()),
        other_pain=int(exposure.hurt[other].sum()),
    )


def new_pain_ratio(exposure: Exposure) -> RiskRatio | None:
    """Risk of new pain after mostly skipped windows ÷ otherwise, with a 95 % interval; None without both, or pain.

    Half an event and half a run are added on each side, so that it stays finite with none (Walter 1975; Agresti 1999).
    The standard error of the log ratio is the larger of two: the model's, and one over 28-day blocks, because the
    runs of one month resemble each other. It is not adjusted for anything and never raises an alarm.
    """
    hurt, exposed = exposure.hurt[exposure.clean], exposure.mostly[exposure.clean]
    exposed_runs, other_runs = int(exposed.sum()), int((~exposed).sum())
    if not exposed_runs or not other_runs or not hurt.sum():
        return None
    exposed_pain, other_pain = hurt[exposed].sum(), hurt[~exposed].sum()
    exposed_risk = (exposed_pain + 0.5) / (exposed_runs + 0.5)
    other_risk = (other_pain + 0.5) / (other_runs + 0.5)
    variance = 1 / (exposed_pain + 0.5) - 1 / (exposed_runs + 0.5) + 1 / (other_pain + 0.5) - 1 / (other_runs + 0.5)
    influence = np.where(
        exposed,
        (hurt - exposed_pain / exposed_runs) / (exposed_runs * exposed_risk),
        -(hurt - other_pain / other_runs) / (other_runs * other_risk),
    )
    blocks = exposure.days[exposure.clean] // BLOCK_DAYS
    error = max(np.sqrt(max(variance, 1e-9)), _block_error(influence, blocks))
    log_ratio = np.log(exposed_risk / other_risk)
    low, middle, high = np.exp(log_ratio + NORMAL_95 * error * np.array([-1, 0, 1]))
    return RiskRatio(estimate=float(middle), low=float(low), high=float(high))


def _block_error(influence: Numbers, blocks: Days) -> float:
    """Standard error from sums over blocks of time (Liang and Zeger 1986); 0 with a single block."""
    names, which = np.unique(blocks, return_inverse=True)
    if names.size < 2:
        return 0.0
    sums = np.bincount(which, influence)
    return float(np.sqrt((sums**2).sum() * names.size / (names.size - 1)))


def lag_curve(record: Record, exposure: Exposure) -> tuple[LagBin, ...]:
    """Share of sessions missed by distance from the run, for runs with new pain and for runs that could have had it.

    Both kinds of runs had no tagged pain in the week before, so the two differ only in how the run itself felt.
    """
    painful = exposure.days[exposure.clean & (exposure.hurt > 0)]
    free = exposure.days[exposure.clean & (exposure.hurt == 0)]
    return tuple(
        LagBin(first, last, _tally(record, painful, first, last), _tally(record, free, first, last))
        for first, last in LAGS
    )


def _tally(record: Record, days: Days, first: int, last: int) -> LagTally:
    missed = np.concatenate([[0.0], np.cumsum(record.missed)])
    since = np.searchsorted(record.session_days, days + first, "left")
    until = np.searchsorted(record.session_days, days + last, "right")
    return LagTally(missed=int((missed[until] - missed[since]).sum()), planned=int((until - since).sum()))
