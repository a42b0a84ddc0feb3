"""What the statistics found in one runner's history, as values: counts, a ratio, what is missing, and the verdict.

Field names are those of the JSON contract (`docs/reference/json.md`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """Runs after mostly skipped windows (exposed) and other runs, and on how many of them it hurt."""

    exposed_runs: int
    exposed_pain: int
    other_runs: int
    other_pain: int


@dataclass(frozen=True, slots=True)
class RiskRatio:
    """Risk of new pain after mostly skipped windows ÷ otherwise, with its 95 % interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Missing:
    """What a verdict still needs."""

    what: str
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class LagTally:
    """Of ``planned`` sessions at this distance from a run, ``missed`` were missed."""

    missed: int
    planned: int


@dataclass(frozen=True, slots=True)
class LagBin:
    """Sessions ``first`` to ``last`` days from the run (negative: before it); rendered as ``from`` and ``to``."""

    first: int
    last: int
    pain_runs: LagTally
    other_runs: LagTally


@dataclass(frozen=True, slots=True)
class Evidence:
    """What this runner's own history supports. ``counts`` is ``{"all": …, "new": …}`` in JSON.

    Attributes:
        window_days: first and last day of the window before a run that is looked at.
        weeks: of plan, from its first session to the last session or run.
        p_value: share of replays that line up with pain as well as what happened, 0-1; None without a test.
        answered_share: of the runs since the plan began, those with an answer about pain, 0-1; None without a run.
        adjusted_for: what the test knows of the runner's reasons for skipping.
    """

    verdict: str
    sentence: str
    window_days: tuple[int, int]
    weeks: float
    counts_all: Counts
    counts_new: Counts
    pain_runs: int
    new_pain_runs: int
    missed: int
    done: int
    risk_ratio: RiskRatio | None
    p_value: float | None
    replays: int
    seed: int
    adjusted_for: tuple[str, ...]
    missing: tuple[Missing, ...]
    lag_curve: tuple[LagBin, ...]
    answered_share: float | None
    method: str = "replay"
