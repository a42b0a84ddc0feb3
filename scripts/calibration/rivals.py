"""What most tools compute instead, on the same histories: p values, one-sided, None where they refuse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from syncer.correlate.diary import RunDay, Slot


def fisher_p(slots: Sequence[Slot], runs: Sequence[RunDay]) -> float | None:
    """Fisher's exact test: pain on a run against mostly skipped sessions in the 14 days before it."""
    days, missed = np.array([slot.day for slot in slots]), np.array([slot.missed for slot in slots])
    table = np.zeros((2, 2), int)
    for run in runs:
        window = missed[(days >= run.day - 14) & (days < run.day)]
        if run.pain is not None and len(window) >= 2:
            table[int(window.mean() < 0.5), int(not run.pain)] += 1
    if not table.sum(axis=0).all() or not table.sum(axis=1).all():
        return None
    return float(stats.fisher_exact(table, alternative="greater").pvalue)


def weekly_pearson_p(slots: Sequence[Slot], runs: Sequence[RunDay]) -> float | None:
    """Correlation over weeks of the share of sessions missed with the share of runs that hurt."""
    weeks = sorted({slot.day // 7 for slot in slots} & {run.day // 7 for run in runs if run.pain is not None})
    missed = [np.mean([slot.missed for slot in slots if slot.day // 7 == week]) for week in weeks]
    hurt = [np.mean([run.pain for run in runs if run.day // 7 == week and run.pain is not None]) for week in weeks]
    if len(weeks) < 4 or np.std(missed) == 0 or np.std(hurt) == 0:
        return None
    return float(stats.pearsonr(missed, hurt, alternative="greater").pvalue)
