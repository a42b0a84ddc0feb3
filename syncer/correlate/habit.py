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
REACH = STREAKS[-1][1]
RIDGE = 1.0
FREE = 1e-3  # the intercept is all but unpenalised
SEASON_DAYS = 120
"""One slow cosine for each so many days of record: enough for a yearly season, too slow to follow a fortnight."""
MOST_SEASONS = 400
"""130 years: beyond any record, but a mistyped year must not cost minutes."""
BREAK_DAYS = 7
NO_RUN_DAYS = 5
NEWTON_STEPS = 60


class Column(NamedTuple):
    """One thing that was known before each session; ``about`` is how the report names it."""

    about: str
    values: Numbers


@dataclass(frozen=True, slots=True)
class Habit:
    """The fitted chance of missing session j: ``logistic(base[j] + Σ pull[j, k] · missed[j - REACH + k])``.

    Attributes:
        base: shape (sessions,), in log odds.
        pull: what each of the ten sessions before adds, oldest first, shape (sessions, REACH).
        adjusted_for: the reasons that the model knows of, as the report names them.
    """

    base: Numbers
    pull: Numbers
    adjusted_for: tuple[str, ...]


def learn_habit(record: Record) -> Habit:
    """Fit the model to the sessions as they were; there must be kept and missed ones."""
    mean = record.missed.mean()
    weights = streak_weights(record.missed.size)
    started = weights.any(axis=2)
    columns = _standardised(known_before(record))
    reasons = np.column_stack([column.values for column in columns])
    streaks = np.einsum("jsk,jk->js", weights, _past(record.missed)) - mean * started
    design = np.column_stack([np.ones(record.missed.size), streaks, reasons])
    penalty = np.concatenate([[FREE], np.full(design.shape[1] - 1, RIDGE)])
    intercept, on_streaks, on_reasons = np.split(fit_ridge_logit(design, record.missed, penalty), [1, 1 + len(STREAKS)])
    base = intercept + reasons @ on_reasons - mean * (started @ on_streaks)
    about = dict.fromkeys([*(column.about for column in columns), "own streaks of skipping"])
    return Habit(base, np.einsum("jsk,s->jk", weights, on_streaks), tuple(about))


def streak_weights(sessions: int) -> Numbers:
    """How each of the last ten sessions, oldest first, counts in each streak; shape (sessions, streaks, REACH).

    Early on a mean is over as many sessions as there were; with none it counts nothing (all weights 0).
    """
    back = np.arange(REACH, 0, -1)
    there = back <= np.arange(sessions)[:, None]
    inside = np.array([(back >= nearest) & (back <= farthest) for nearest, farthest in STREAKS])
    counts: Numbers = (there[:, None, :] & inside).astype(float)
    weights: Numbers = counts / np.maximum(counts.sum(axis=2, keepdims=True), 1)
    return weights


def _past(missed: Numbers) -> Numbers:
    """The ten sessions before each, oldest first, 0 where there was none; shape (sessions, REACH)."""
    padded = np.concatenate([np.zeros(REACH), missed])
    past: Numbers = np.lib.stride_tricks.sliding_window_view(padded, REACH)[:-1]
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
