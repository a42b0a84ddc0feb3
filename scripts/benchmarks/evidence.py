"""The statistics: a thousand runners of a year through `evidence --history`, and one runner's twenty years.

The bars are CPU time (shared out over the workers), which is the waiting time where nothing else runs; the wall time
is shown beside it. Runners are simulated (scripts/calibration), the same every time.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from datetime import date

from scripts.benchmarks._measure import Bar, cpu_ms, peak_mb, show
from scripts.calibration.runners import simulate
from scripts.calibration.scenarios import EVERY
from syncer.correlate.evidence import REPLAYS, evaluate
from syncer.errors import SyncerError
from syncer.usecases.histories import analyse_histories

EVER = 10**7
SEED = 9
SAMPLE = 100


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench evidence", description=__doc__)
    parser.add_argument("--runners", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2, help="the promise is for 2")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)

    lines = [history_line(number) for number in range(options.runners)]
    outcomes, wall_s = _answered(lines, options.workers)
    _, alone_s = _answered(lines[: len(lines) // 2], 1)
    if any(isinstance(outcome, SyncerError) for outcome in outcomes):
        raise SystemExit("a simulated history was refused")

    some = lines[:SAMPLE]
    one_ms = cpu_ms(lambda: list(analyse_histories(some, workers=1)), 3) / len(some)
    slots, runs = simulate(EVERY["load and reverse"], 1040, SEED, 0)
    long_s = cpu_ms(lambda: evaluate(slots, runs, EVER), 3) / 1000
    figures = {
        "all of them": f"{wall_s:.1f} s with {options.workers} workers, starting them included",
        "runners a second": f"{len(lines) / wall_s:.0f} with {options.workers} workers, "
        f"{len(lines) / wall_s * alone_s / (len(lines) // 2):.2f} times as many as with one",
        "one year": f"{one_ms:.1f} ms, {1000 / one_ms:.0f} runners a second on one core",
        "twenty years": f"{len(slots):,} sessions, {len(runs):,} runs",
        "memory for twenty years": f"{peak_mb(lambda: evaluate(slots, runs, EVER)):.0f} MB",
    }
    bars = [
        Bar("1,000 runners of 52 weeks", one_ms / options.workers, 30, at_least=False, unit="s"),
        Bar("one runner's 20 years", long_s, 2, at_least=False, unit="s"),
    ]
    title = f"{options.runners:,} simulated runners of 52 weeks, {REPLAYS:,} replays each"
    return show(title, figures, bars, as_json=options.json)


def _answered(lines: Sequence[bytes], workers: int) -> tuple[list[object], float]:
    """The answers, and the seconds that they took."""
    began = time.perf_counter()
    outcomes: list[object] = list(analyse_histories(lines, workers=workers))
    return outcomes, time.perf_counter() - began


def history_line(number: int) -> bytes:
    """One simulated runner of a year as a line of the contract's JSON."""
    world = list(EVERY.values())[number % len(EVERY)]
    slots, runs = simulate(world, 52, SEED, number)
    sessions = [{"date": _day(slot.day), "status": "skipped" if slot.missed else "done"} for slot in slots]
    ran = [
        {"date": _day(run.day), "distance_m": run.distance_m, "pain": None if run.pain is None else 3 * run.pain}
        for run in runs
    ]
    return json.dumps({"id": f"r{number}", "sessions": sessions, "runs": ran}).encode()


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
