"""How this runner skips: the chance of missing each planned session, from what was known before it.

A ridge logistic regression of "missed" on the time since pain, load, running breaks, slow season and the runner's own
last sessions. Whatever pain, load or season does to the plan is in here, so that `syncer.correlate.replay` can deal
the plan again with those reasons in place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from syncer.correlate.exposure import days_since

if TYPE_CHECKING:
    from syncer.correlate.exposure import Days, Numbers, Record

STREAKS = ((1, 1), (2, 4), (5, 10))
"""The runner's streaks: the last session, the mean of the 3 before it, the mean of the 6 before those."""
REACH = 10
SPELLING = np.array([8] * 6 + [2] * 3 + [1], dtype=np.uint8)
"""Which past it was: the ten sessions before, oldest first, times these numbers, summed (0 to 55).

Only how many were missed in each streak counts, 2 x 4 x 7 = 56 cases, so each chance is worked out once."""
MISSED_IN = np.array([[past % 2, past // 2 % 4, past // 8] for past in range(56)])
"""Sessions missed in each streak, for each past."""
RIDGE = 1.0
"""The penalty on each standardised coefficient, chosen on simulated runners before any real one was seen."""
FREE = 1e-3  # the intercept is all but unpenalised
SEASON_DAYS = 120
"""One slow cosine for each so many days of record: enough for a yearly season, too slow to follow a fortnight."""
MOST_SEASONS = 400
"""130 years: beyond any record, but a mistyped year must not cost minutes."""
BREAK_DAYS = 7
"""Days from one run to the next from which on a session between the two lies in a break of running."""
NO_RUN_DAYS = 5
"""Days since the last run from which on a break may have begun."""
NEWTON_STEPS = 60


class Column(NamedTuple):
    """One thing that was known before each session; ``about`` is how the report names it."""

    about: str
    values: Numbers


@dataclass(frozen=True, slots=True)
class Habit:
    """The fitted chance of missing each session.

    Attributes:
        chance: for each session and each past that `SPELLING` tells apart, shape (sessions, 56).
        adjusted_for: the reasons that the model knows of, as the report names them.
    """

    chance: Numbers
    adjusted_for: tuple[str, ...]


def learn_habit(record: Record) -> Habit:
    """Fit the model to the sessions as they were; there must be kept and missed ones."""
    sessions = record.missed.size
    streaks = after_each_past(sessions, record.missed.mean())
    columns = _standardised(known_before(record))
    reasons = np.column_stack([column.values for column in columns])
    as_it_was = streaks[np.arange(sessions), spell_past(record.missed)]
    design = np.column_stack([np.ones(sessions), as_it_was, reasons])
    penalty = np.concatenate([[FREE], np.full(design.shape[1] - 1, RIDGE)])
    intercept, on_streaks, on_reasons = np.split(fit_ridge_logit(design, record.missed, penalty), [1, 1 + len(STREAKS)])
    log_odds = intercept + (reasons @ on_reasons)[:, None] + streaks @ on_streaks
    about = dict.fromkeys([*(column.about for column in columns), "own streaks of skipping"])
    return Habit(1 / (1 + np.exp(-log_odds)), tuple(about))


def after_each_past(sessions: int, usual: float) -> Numbers:
    """Share missed in each streak minus the ``usual`` share, for each past; shape (sessions, 56, streaks).

    Early on a streak is over as many sessions as there were, and 0 where there was none.
    """
    nearest, farthest = np.array(STREAKS).T
    there = np.clip(np.arange(sessions)[:, None] - nearest + 1, 0, farthest - nearest + 1)[:, None, :]
    return np.where(there > 0, MISSED_IN / np.maximum(there, 1) - usual, 0.0)


def spell_past(missed: Numbers) -> Days:
    """Which of the 56 pasts each session had; sessions before the first count as kept."""
    padded = np.concatenate([np.zeros(REACH), missed])
    past: Days = (np.lib.stride_tricks.sliding_window_view(padded, REACH)[:-1] @ SPELLING).astype(np.int64)
    return past


def known_before(record: Record) -> list[Column]:
    """What was known before each planned session, unscaled.

    A running break may be recognised by the run that ends it: running is taken not to react to the strength plan.
    """
    days = record.session_days
    pain = days_since(days, record.pain_days)
    week, month = _km_before(record, days, 7), _km_before(record, days, 28) / 4
    time = (days - record.start) / record.length
    seasons = range(2, min(record.length // SEASON_DAYS, MOST_SEASONS) + 1)
    return [
        Column("time since pain", np.exp(-pain / 7)),
        Column("time since pain", np.exp(-pain / 21)),
        Column("running load", np.clip(week / max(_usual_week(record), 1.0) - 1, -1, 2)),
        Column("running load", np.log((week + 5) / (month + 5))),
        Column("running breaks", (days_since(days, record.run_days) >= NO_RUN_DAYS).astype(float)),
        Column("running breaks", (_days_between_runs(record) >= BREAK_DAYS).astype(float)),
        Column("slow drift and season", 2 * time - 1),
        *(Column("slow drift and season", np.cos(np.pi * season * time)) for season in seasons),
    ]


def _km_before(record: Record, days: Days, window: int) -> Numbers:
    """Kilometres in the ``window`` days before each day, the day itself left out."""
    total = np.concatenate([[0.0], np.cumsum(record.km)])
    until = np.searchsorted(record.run_days, days, "left")
    since = np.searchsorted(record.run_days, days - window, "left")
    return np.asarray(total[until] - total[since])


def _usual_week(record: Record) -> float:
    """The median, over the runs since the plan began, of the kilometres in the 7 days before the run."""
    since_start = record.run_days[record.run_days >= record.start]
    return float(np.median(_km_before(record, since_start, 7))) if since_start.size else 1.0


def _days_between_runs(record: Record) -> Days:
    """Days from the run before each session to the next run on or after it."""
    ever_before, never_after = -(10**6), record.start + record.length + 3
    runs = np.concatenate([[ever_before], record.run_days, [never_after]])
    following = np.searchsorted(record.run_days, record.session_days, "left") + 1
    return np.asarray(runs[following] - runs[following - 1])


def _standardised(columns: list[Column]) -> list[Column]:
    """Each column with mean 0 and standard deviation 1; those that never vary say nothing and are dropped."""
    scaled = []
    for about, values in columns:
        spread = values.std()
        if spread > 1e-9:
            scaled.append(Column(about, (values - values.mean()) / spread))
    return scaled


def fit_ridge_logit(design: Numbers, outcome: Numbers, penalty: Numbers) -> Numbers:
    """Coefficients that maximise the log likelihood minus ``½ Σ penalty · coefficient²``, by damped Newton steps.

    Args:
        design: shape (rows, columns), the intercept included.
        outcome: 0.0 or 1.0, shape (rows,).
        penalty: shape (columns,), above 0, so that the maximum exists and is unique even under perfect separation.
    """
    coefficients = np.zeros(design.shape[1])

    def worth(candidate: Numbers) -> float:
        score = design @ candidate
        return float((outcome * score - np.logaddexp(0, score)).sum() - 0.5 * (penalty * candidate**2).sum())

    reached = worth(coefficients)
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-(design @ coefficients)))
        weight = np.maximum(chance * (1 - chance), 1e-9)
        curvature = design.T @ (design * weight[:, None]) + np.diag(penalty)
        step = np.linalg.solve(curvature, design.T @ (outcome - chance) - penalty * coefficients)
        while (gained := worth(coefficients + step)) < reached - 1e-10 and np.abs(step).max() > 1e-9:
            step = step / 2
        coefficients = coefficients + step
        if abs(gained - reached) < 1e-9:
            break
        reached = gained
    return coefficients
