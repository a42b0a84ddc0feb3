"""Print the calibration tables as Markdown: `scripts/calibrate --help`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product

from .measure import Rates, WeeklyRates, measure, measure_weekly, true_ratio
from .scenarios import EFFECTS, EVERY, HIDDEN, NULLS

LENGTHS = (12, 26, 52, 104)


def main() -> int:
    options = _options()
    names = options.only or list(EVERY)
    jobs = list(product(names, options.weeks))
    print(f"Seed {options.seed}, {options.runners} runners a cell, {options.replays:,} replays.\n", flush=True)
    with ProcessPoolExecutor(options.processes) as pool:
        if options.runners:
            truths = dict(zip(names, pool.map(partial(true_ratio, seed=options.seed), names), strict=True))
            one = partial(_measure, options.runners, options.seed, options.replays, truths)
            rates = dict(zip(jobs, _followed(pool.map(one, jobs), len(jobs)), strict=True))
            _print_tables(names, options.weeks, rates)
            _print_truths(truths)
        if options.weekly:
            year = partial(measure_weekly, weeks=52, runners=options.weekly, seed=options.seed, replays=options.replays)
            _print_weekly(names, options.weekly, _followed(pool.map(year, names), len(names)))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/calibrate", description=__doc__)
    parser.add_argument("--runners", type=int, default=400, help="runners for each world and length; 0 leaves it out")
    parser.add_argument("--weekly", type=int, default=200, help="runners for the year of weekly looks; 0 leaves it out")
    parser.add_argument("--weeks", type=int, nargs="+", default=LENGTHS, help="lengths of the record")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--replays", type=int, default=4999)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    worlds = "; ".join(EVERY).replace("%", "%%")
    parser.add_argument("--only", nargs="+", choices=list(EVERY), metavar="WORLD", help=f"of: {worlds}")
    return parser.parse_args()


def _measure(runners: int, seed: int, replays: int, truths: dict[str, float], job: tuple[str, int]) -> Rates:
    return measure(*job, runners=runners, seed=seed, replays=replays, truth=truths[job[0]])


def _followed(results, total: int) -> list:
    """All results; progress on a terminal."""
    done = []
    for result in results:
        done.append(result)
        if sys.stderr.isatty():
            print(f"\r{len(done)} of {total}", end="", file=sys.stderr, flush=True)
    return done


def _print_tables(names: Sequence[str], weeks: Sequence[int], rates: dict[tuple[str, int], Rates]) -> None:
    def cells(pick: Callable[[Rates], float | None]) -> Callable[[str], str]:
        return lambda name: "/".join(_percent(pick(rates[name, length])) for length in weeks)

    lengths = "/".join(map(str, weeks))
    columns = (
        ("replay p ≤ .05", cells(lambda rate: rate.watch)),
        ("replay p ≤ .01", cells(lambda rate: rate.pattern)),
        ("Fisher p ≤ .05", cells(lambda rate: rate.fisher)),
        ("weekly Pearson p ≤ .05", cells(lambda rate: rate.pearson)),
        ("interval covers", cells(lambda rate: rate.covered)),
        ("enough data", cells(lambda rate: rate.enough)),
    )
    groups = (("False alarms", NULLS), ("False alarms, hidden reasons", HIDDEN), ("Power", EFFECTS))
    for title, group in groups:
        chosen = [scenario.name for scenario in group if scenario.name in names]
        if chosen:
            print(f"**{title}**, % of runners at {lengths} weeks\n")
            _print_rows(
                [title, *(head for head, _ in columns)], [[n, *(cell(n) for _, cell in columns)] for n in chosen]
            )
    covers = [rate.covered for rate in rates.values() if rate.covered is not None]
    if covers:
        worst, mean = _percent(min(covers)), _percent(sum(covers) / len(covers))
        print(f"Interval: covers in {worst} % at worst, {mean} % on average.\n")


def _print_truths(truths: dict[str, float]) -> None:
    effects = [f"{name} {truth:.2f}" for name, truth in truths.items() if truth != 1]
    if effects:
        print(f"The ratio to cover is 1 in worlds without an effect; else, of new pain: {'; '.join(effects)}.\n")


def _print_weekly(names: Sequence[str], runners: int, rates: Sequence[WeeklyRates]) -> None:
    print(f"**Weekly reading**, % of {runners} runners who saw the line at some look from week 8 to 52\n")
    rows = [[name, _percent(rate.watch), _percent(rate.pattern)] for name, rate in zip(names, rates, strict=True)]
    _print_rows(["world", "watch", "pattern"], rows)
    fixable = {scenario.name for scenario in NULLS}
    patterns = [rate.pattern for name, rate in zip(names, rates, strict=True) if name in fixable]
    if patterns:
        worst, mean = _percent(max(patterns)), _percent(sum(patterns) / len(patterns))
        print(f"Worlds without hidden reasons: worst {worst} %, mean {mean} %.\n")


def _print_rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
