"""How often each method raises an alarm, how often the interval holds the truth, what a year of weekly looks brings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from syncer.correlate.evidence import REPLAYS, evaluate
from syncer.correlate.verdict import PATTERN, WATCH, Verdict, decide

from .rivals import fisher_p, weekly_pearson_p
from .runners import FIRST, simulate
from .scenarios import EVERY

FIRST_LOOK = 8  # weeks
EVER = 10**7
FEWEST_INTERVALS = 30


@dataclass(frozen=True)
class Rates:
    """Shares of simulated runners. ``covered`` is of those with an interval, None where fewer than 30 have one."""

    runners: int
    watch: float
    pattern: float
    enough: float
    covered: float | None
    fisher: float
    pearson: float


@dataclass(frozen=True)
class WeeklyRates:
    """Shares of simulated runners who saw the line at some look of their first year."""

    runners: int
    watch: float
    pattern: float


def true_ratio(name: str, seed: int, years: int = 1500) -> float:
    """What the interval should hold: 1 in the nulls; with an effect, the ratio in many years pooled, load and reverse
    causation switched off. It is smaller than the ratio at which pain starts, as pain that lingers is in both rates.
    """
    scenario = replace(EVERY[name], load=(0.0, 0.0), reverse=(0.0, 7.0))
    if scenario.ratio == 1:
        return 1.0
    pooled = [
        evaluate(*simulate(scenario, 52, seed + 1, number), EVER, replays=1).counts_new for number in range(years)
    ]
    exposed = sum(counts.exposed_pain for counts in pooled) / sum(counts.exposed_runs for counts in pooled)
    other = sum(counts.other_pain for counts in pooled) / sum(counts.other_runs for counts in pooled)
    return exposed / other


def measure(
    name: str, weeks: int, runners: int, seed: int, replays: int = REPLAYS, truth: float = 1.0, rivals: bool = True
) -> Rates:
    """One look at records of so many weeks. A refusal is no alarm."""
    scenario = EVERY[name]
    p_values, enough, covered, fisher, pearson = [], 0, [], [], []
    for number in range(runners):
        slots, runs = simulate(scenario, weeks, seed, number)
        evidence = evaluate(slots, runs, EVER, replays)
        p_values.append(evidence.p_value)
        enough += not evidence.missing
        if evidence.risk_ratio is not None:
            covered.append(evidence.risk_ratio.low <= truth <= evidence.risk_ratio.high)
        if rivals:
            fisher.append(fisher_p(slots, runs))
            pearson.append(weekly_pearson_p(slots, runs))
    return Rates(
        runners,
        watch=_share(p_values, WATCH),
        pattern=_share(p_values, PATTERN),
        enough=enough / runners,
        covered=sum(covered) / len(covered) if len(covered) >= FEWEST_INTERVALS else None,
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
