"""How time and memory grow from 1 to 20 years: 500 activities on two platforms and 209 planned sessions a year.

CPU time, so that a busy machine hardly changes it; each round goes through all lengths, so that all are measured in
the same moments, and the cheapest round counts. Two bars for growth. The longest history against the shortest, the
program's start included: so many times the years cost at most so many times as much. And what a year costs beyond an
empty home, the longest history against the second shortest: 1 is linear, 4 quadratic for four times the years.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from scripts.benchmarks._measure import Bar, show
from scripts.benchmarks._program import Cost, apart, cost, syncer
from scripts.benchmarks._years import NOW, make_home

YEARS = (1, 5, 10, 20)
COMMANDS = (
    ("report",),
    ("activities", "list"),
    ("--json", "activities", "list"),
    ("plan", "show"),
    ("pain", "list"),
    ("evidence",),
)
MATCHING = "matching anew"
LINEAR = 1.5  # four times the years cost four times as much, give or take a busy machine; quadratic would be 4
LEAST_S, LEAST_MB = 1e-3, 0.5  # a year; below, it is the clock's grain and the allocator's
LONGEST_S = {MATCHING: 4.0}  # only after a change, and a terminal shows that it runs
ANSWER_S = 3.0  # on a busy machine; docs/explanation/performance.md says what it is on a quiet one


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench scale", description=__doc__)
    parser.add_argument("--years", type=int, nargs="+", default=YEARS, help="at least two")
    parser.add_argument("--rounds", type=int, default=3, help="the cheapest of so many runs counts")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    years = sorted(set(options.years))
    if len(years) < 2:
        parser.error("growth needs two lengths")
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder), (0, *years), options.rounds)
    figures = {
        f"{name}, {_years(count)}": f"{found[name].cpu_s:6.2f} s CPU  {found[name].memory_mb:5.0f} MB"
        for name in measured[0]
        for count, found in measured.items()
    }
    bars = [bar for name in measured[0] for bar in _bars(name, measured, years)]
    return show(
        f"An empty home, and {years[0]} to {years[-1]} years of one runner", figures, bars, as_json=options.json
    )


def measure(folder: Path, lengths: Sequence[int], rounds: int) -> dict[int, dict[str, Cost]]:
    """What each command costs with so many years, by length and command."""
    for years in lengths:
        apart(lambda home=folder / str(years), years=years: make_home(home, years))
    taken = [{years: _round(folder / str(years)) for years in lengths} for _ in range(rounds)]
    return {
        years: {
            name: min((found[years][name] for found in taken), key=lambda one: one.cpu_s) for name in taken[0][years]
        }
        for years in lengths
    }


def _round(home: Path) -> dict[str, Cost]:
    environment = {"SYNCER_HOME": str(home), "SYNCER_NOW": NOW.isoformat()}
    _forget_activities(home / "syncer.db")
    again = syncer("-q", "plan", "set", "--days", "mon,wed,fri,sun", "--from", "2026-03-30")
    found = {MATCHING: cost(again, environment)}
    return found | {" ".join(words): cost(syncer(*words), environment) for words in COMMANDS}


def _forget_activities(database: Path) -> None:
    import sqlite3

    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM meta WHERE key = 'derivation'")
        connection.execute("DELETE FROM activity_recordings")
        connection.execute("DELETE FROM activities")


def _bars(name: str, measured: dict[int, dict[str, Cost]], years: list[int]) -> list[Bar]:
    """That the longest history is interactive, and that nothing grows faster than the years do."""
    first, fewer, most = years[0], years[-2] if len(years) < 3 else years[1], years[-1]
    empty, least, some, all_ = (measured[count][name] for count in (0, first, fewer, most))
    times, shorter = most / first, f"{_years(most)} ÷ {_years(first)}"
    time = (all_.cpu_s - empty.cpu_s) / most / max((some.cpu_s - empty.cpu_s) / fewer, LEAST_S)
    memory = (all_.memory_mb - empty.memory_mb) / most / max((some.memory_mb - empty.memory_mb) / fewer, LEAST_MB)
    a_year = f"a year, {_years(most)} ÷ {_years(fewer)}"
    return [
        Bar(f"{name}: {_years(most)}", all_.cpu_s, LONGEST_S.get(name, ANSWER_S), at_least=False, unit="s CPU"),
        Bar(f"{name}: time, {shorter}", all_.cpu_s / least.cpu_s, times, at_least=False, unit="times"),
        Bar(f"{name}: memory, {shorter}", all_.memory_mb / least.memory_mb, times, at_least=False, unit="times"),
        Bar(f"{name}: time {a_year}", time, LINEAR, at_least=False, unit="times"),
        Bar(f"{name}: memory {a_year}", memory, LINEAR, at_least=False, unit="times"),
    ]


def _years(count: int) -> str:
    return "empty" if not count else f"{count} year{'s' if count > 1 else ''}"
