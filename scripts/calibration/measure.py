"""How often each method raises an alarm, how often the interval holds the truth, what a year of weekly looks brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from syncer.correlate.evidence import REPLAYS, evaluate
from syncer.correlate.verdict import PATTERN, WATCH, Verdict, decide

from .rivals import fisher_p, weekly_pearson_p
from .runners import FIRST, simulate
from .scenarios import EVERY, Scenario

FIRST_LOOK = 8  # weeks
EVER = 10**7
FEWEST_INTERVALS = 30


@dataclass(frozen=True)
class Rates:
    """Shares of simulated runners at one look; a refusal is no alarm. ``enough``: who may be given a verdict."""

    runners: int
    watch: float
    pattern: float
    enough: float
    fisher: float
    pearson: float


@dataclass(frozen=True)
class WeeklyRates:
    """Shares of simulated runners who saw the line at some look of their first year."""

    runners: int
    watch: float
    pattern: float


@dataclass(frozen=True)
class IntervalRates:
    """How often the 95 % interval of the ratio holds the truth, of two kinds; None where fewer than 30 have one.

    ``own`` is the ratio that endless logs of this world would show, other reasons included: what the interval is
    for. ``effect`` is what skipping alone does in it: 1 in the nulls.
    """

    own: float
    covers_own: float | None
    effect: float
    covers_effect: float | None


def measure_interval(name: str, weeks: int, runners: int, seed: int) -> IntervalRates:
    """The truth is pooled over as many other runners of the world, and of the world without other reasons."""
    world = EVERY[name]
    own = _pooled_ratio(world, weeks, runners, seed + 1)
    alone = replace(world, load=(0.0, 0.0), reverse=(0.0, 7.0))
    effect = 1.0 if world.ratio == 1 else own if alone == world else _pooled_ratio(alone, weeks, runners, seed + 1)
    ratios = (evaluate(*simulate(world, weeks, seed, number), EVER, 1).risk_ratio for number in range(runners))
    intervals = [(ratio.low, ratio.high) for ratio in ratios if ratio is not None]
    return IntervalRates(own, _covered(intervals, own), effect, _covered(intervals, effect))


def _pooled_ratio(world: Scenario, weeks: int, runners: int, seed: int) -> float:
    """New pain after mostly skipped windows against otherwise, over all runners."""
    histories = (simulate(world, weeks, seed, number) for number in range(runners))
    pooled = [evaluate(slots, runs, EVER, 1).counts_new for slots, runs in histories]
    exposed = sum(counts.exposed_pain for counts in pooled) / max(sum(counts.exposed_runs for counts in pooled), 1)
    other = sum(counts.other_pain for counts in pooled) / max(sum(counts.other_runs for counts in pooled), 1)
    return exposed / other if other else float("nan")


def _covered(intervals: Sequence[tuple[float, float]], truth: float) -> float | None:
    if len(intervals) < FEWEST_INTERVALS:
        return None
    return sum(low <= truth <= high for low, high in intervals) / len(intervals)


def measure(name: str, weeks: int, runners: int, seed: int, replays: int = REPLAYS, rivals: bool = True) -> Rates:
    """One look at records of so many weeks. A refusal is no alarm."""
    scenario = EVERY[name]
    p_values, enough, fisher, pearson = [], 0, [], []
    for number in range(runners):
        slots, runs = simulate(scenario, weeks, seed, number)
        evidence = evaluate(slots, runs, EVER, replays)
        p_values.append(evidence.p_value)
        enough += not evidence.missing
        if rivals:
            fisher.append(fisher_p(slots, runs))
            pearson.append(weekly_pearson_p(slots, runs))
    return Rates(
        runners,
        watch=_share(p_values, WATCH),
        pattern=_share(p_values, PATTERN),
        enough=enough / runners,
        fisher=_share(fisher, WATCH),
        pearson=_share(pearson, WATCH),
    )


def measure_weekly(name: str, weeks: int, runners: int, seed: int, replays: int = REPLAYS) -> WeeklyRates:
    """A look at the end of every week from the eighth on, the verdict of the week before in mind."""
    scenario = EVERY[name]
    seen = {Verdict.WATCH: 0, Verdict.PATTERN: 0}
    for number in range(runners):
        slots, runs = simulate(scenario, weeks, seed, number)
        lines, shown = set(), None
        for week in range(FIRST_LOOK, weeks + 1):
            today = FIRST + 7 * week - 1
            shown = _look(slots, runs, today, replays, shown)
            lines.add(shown)
        for line in lines & seen.keys():
            seen[line] += 1
    return WeeklyRates(runners, seen[Verdict.WATCH] / runners, seen[Verdict.PATTERN] / runners)


def _look(slots: list, runs: list, today: int, replays: int, shown: Verdict | None) -> Verdict:
    quick = evaluate(slots, runs, today, replays=1)  # what is short is known without the replays
    if quick.missing:
        return Verdict.NOT_ENOUGH_DATA
    return decide(evaluate(slots, runs, today, replays).p_value, (), shown)


def _share(p_values: list[float | None], level: float) -> float:
    return sum(p is not None and p <= level for p in p_values) / max(len(p_values), 1)
