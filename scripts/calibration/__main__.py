"""Print the calibration tables as Markdown: `scripts/calibrate --help`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product

from .measure import IntervalRates, Rates, WeeklyRates, measure, measure_interval, measure_weekly
from .scenarios import EFFECTS, EVERY, HIDDEN, NULLS

LENGTHS = (12, 26, 52, 104)


def main() -> int:
    options = _options()
    names, weeks = options.only or list(EVERY), options.weeks
    jobs = list(product(names, weeks))
    print(f"Seed {options.seed}, {options.replays:,} replays.\n", flush=True)
    with ProcessPoolExecutor(options.processes) as pool:
        if options.runners:
            one = partial(_at_one_look, options.runners, options.seed, options.replays)
            _print_alarms(names, options, dict(zip(jobs, _followed(pool.map(one, jobs), len(jobs)), strict=True)))
        if options.intervals:
            interval = partial(_interval, options.intervals, options.seed)
            found = _followed(pool.map(interval, jobs), len(jobs))
            _print_intervals(names, options, dict(zip(jobs, found, strict=True)))
        if options.weekly:
            year = partial(measure_weekly, weeks=52, runners=options.weekly, seed=options.seed, replays=options.replays)
            _print_weekly(names, options.weekly, _followed(pool.map(year, names), len(names)))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/calibrate", description=__doc__)
    parser.add_argument("--runners", type=int, default=400, help="runners for each world and length; 0 leaves it out")
    parser.add_argument("--intervals", type=int, default=400, help="the same for the interval's table, without replays")
    parser.add_argument("--weekly", type=int, default=200, help="runners for the year of weekly looks; 0 leaves it out")
    parser.add_argument("--weeks", type=int, nargs="+", default=LENGTHS, help="lengths of the record")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--replays", type=int, default=4999)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    worlds = "; ".join(EVERY).replace("%", "%%")
    parser.add_argument("--only", nargs="+", choices=list(EVERY), metavar="WORLD", help=f"of: {worlds}")
    return parser.parse_args()


def _at_one_look(runners: int, seed: int, replays: int, job: tuple[str, int]) -> Rates:
    return measure(*job, runners=runners, seed=seed, replays=replays)


def _interval(runners: int, seed: int, job: tuple[str, int]) -> IntervalRates:
    return measure_interval(*job, runners=runners, seed=seed)


def _followed(results, total: int) -> list:
    """All results; progress on a terminal."""
    done = []
    for result in results:
        done.append(result)
        if sys.stderr.isatty():
            print(f"\r{len(done)} of {total}", end="", file=sys.stderr, flush=True)
    return done


def _print_alarms(names: Sequence[str], options: argparse.Namespace, rates: dict[tuple[str, int], Rates]) -> None:
    def cells(name: str, pick: Callable[[Rates], float]) -> str:
        return "/".join(_percent(pick(rates[name, length])) for length in options.weeks)

    columns: dict[str, Callable[[Rates], float]] = {
        "replay p ≤ .05": lambda rate: rate.watch,
        "replay p ≤ .01": lambda rate: rate.pattern,
        "Fisher p ≤ .05": lambda rate: rate.fisher,
        "weekly Pearson p ≤ .05": lambda rate: rate.pearson,
        "enough data": lambda rate: rate.enough,
    }
    groups = (("False alarms", NULLS), ("False alarms, hidden reasons", HIDDEN), ("Power", EFFECTS))
    for title, group in groups:
        chosen = [world.name for world in group if world.name in names]
        if chosen:
            print(f"**{title}**, % of {options.runners} runners at {'/'.join(map(str, options.weeks))} weeks\n")
            _print_rows(
                ["world", *columns], [[name, *(cells(name, pick) for pick in columns.values())] for name in chosen]
            )


def _print_intervals(
    names: Sequence[str], options: argparse.Namespace, rates: dict[tuple[str, int], IntervalRates]
) -> None:
    def cells(name: str, write: Callable[[IntervalRates], str]) -> str:
        return "/".join(write(rates[name, length]) for length in options.weeks)

    columns: dict[str, Callable[[IntervalRates], str]] = {
        "ratio in the log": lambda rate: f"{rate.own:.2f}",
        "covers it": lambda rate: _percent(rate.covers_own),
        "by skipping alone": lambda rate: f"{rate.effect:.2f}",
        "covers that": lambda rate: _percent(rate.covers_effect),
    }
    lengths = "/".join(map(str, options.weeks))
    print(f"**95 % interval of the ratio**, {options.intervals} runners, % covered at {lengths} weeks\n")
    _print_rows(["world", *columns], [[name, *(cells(name, write) for write in columns.values())] for name in names])
    covers = [rate.covers_own for rate in rates.values() if rate.covers_own is not None]
    if covers:
        print(f"The ratio in the log: worst {_percent(min(covers))} %, mean {_percent(sum(covers) / len(covers))} %.\n")


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
