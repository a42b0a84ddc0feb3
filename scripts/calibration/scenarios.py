"""The worlds that are simulated: in the nulls skipping does nothing to pain, in the effects it does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """One world. Log odds are added to the chance of skipping, factors multiply the chance that pain starts on a run.

    Attributes:
        hidden: its common reason is not in the log, so that no analysis of the log can remove it.
        steady: skipping and pain come without streaks.
        load: in a week of twice the usual load, log odds of skipping and log factor of pain.
        reverse: log odds of skipping right after pain, and days in which that falls to a third.
        return_factor: for the first ten days after six or more days without a run.
        trend: both skipping (log odds) and pain (log factor) fall by this much over the record.
        season: both swing by this much either way over the year.
        layoff: share of new pain that ends running and strength for two or three weeks.
        prodrome_days: a niggle that nobody tags begins so long before new pain and makes people skip.
        reasons: share of misses around pain and niggles that the runner explains, so that they are excused.
        stress: log odds and log factor for one standard deviation of a weekly stress that is not in the log.
        tagged: share of painful runs that are tagged; the others say "no pain".
        pain_rate: chance that pain starts on a run in which nothing else is going on.
        ratio: the true effect: pain starts so many times as often after a mostly skipped window ...
        window: ... of these days before the run.
    """

    name: str
    hidden: bool = False
    steady: bool = False
    load: tuple[float, float] = (0.0, 0.0)
    reverse: tuple[float, float] = (0.0, 7.0)
    return_factor: float = 1.0
    trend: float = 0.0
    season: float = 0.0
    layoff: float = 0.0
    prodrome_days: int = 0
    reasons: float = 0.0
    stress: float = 0.0
    tagged: float = 0.95
    pain_rate: float = 0.05
    ratio: float = 1.0
    window: tuple[int, int] = (5, 18)


MODERATE_LOAD, STRONG_LOAD = (2.0, 1.0), (3.5, 1.8)
MODERATE_REVERSE, STRONG_REVERSE = (3.0, 7.0), (5.0, 14.0)

NULLS = (
    Scenario("independent", steady=True),
    Scenario("autocorrelated"),
    Scenario("load", load=MODERATE_LOAD),
    Scenario("load, strong", load=STRONG_LOAD),
    Scenario("reverse causation", reverse=MODERATE_REVERSE),
    Scenario("reverse causation, strong", reverse=STRONG_REVERSE),
    Scenario("load and reverse", load=MODERATE_LOAD, reverse=MODERATE_REVERSE),
    Scenario("load and reverse, strong", load=STRONG_LOAD, reverse=STRONG_REVERSE),
    Scenario("load and reverse, 60 % tagged", load=MODERATE_LOAD, reverse=MODERATE_REVERSE, tagged=0.6),
    Scenario("return from a break", return_factor=3.3),
    Scenario("trend", trend=1.5),
    Scenario("season", season=0.8),
    Scenario("lay-off", layoff=0.6, return_factor=4.5),
)
HIDDEN = (
    Scenario("prodrome of 3 days", hidden=True, prodrome_days=3),
    Scenario("prodrome of 5 days", hidden=True, prodrome_days=5),
    Scenario("prodrome of 5 days, reasons given", hidden=True, prodrome_days=5, reasons=0.8),
    Scenario("hidden stress", hidden=True, stress=0.5),
)
EFFECTS = (
    Scenario("ratio 1.5", ratio=1.5),
    Scenario("ratio 2", ratio=2),
    Scenario("ratio 3", ratio=3),
    Scenario("ratio 4", ratio=4),
    Scenario("ratio 3 on days 1-14", ratio=3, window=(1, 14)),
    Scenario("ratio 4 on days 1-14", ratio=4, window=(1, 14)),
    Scenario("ratio 3 on days 15-42", ratio=3, window=(15, 42)),
    Scenario("ratio 3, load and reverse", ratio=3, load=MODERATE_LOAD, reverse=MODERATE_REVERSE),
    Scenario("ratio 3, twice the pain", ratio=3, pain_rate=0.1),
)
EVERY = {scenario.name: scenario for scenario in (*NULLS, *HIDDEN, *EFFECTS)}
