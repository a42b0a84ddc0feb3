"""How time and memory grow from 1 to 20 years: 500 activities on two platforms and 209 planned sessions a year.

CPU time, so that a busy machine hardly changes it. Growth is what a year costs, beyond an empty home, in the longest
history against the second shortest: 1 is linear, 4 would be quadratic for four times the years.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import closing
from pathlib import Path

from scripts.benchmarks._measure import Bar, show
from scripts.benchmarks._program import Cost, apart, least, syncer
from scripts.benchmarks._years import NOW, make_home

YEARS = (1, 5, 10, 20)
COMMANDS = (("report",), ("activities", "list"), ("plan", "show"), ("pain", "list"), ("evidence",))
MATCHING = "matching anew"
LINEAR = 1.5  # four times the years cost four times as much, give or take a busy machine; quadratic would be 4
INTERACTIVE_S = 4.0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench scale", description=__doc__)
    parser.add_argument("--years", type=int, nargs="+", default=YEARS, help="at least two")
    parser.add_argument("--rounds", type=int, default=2, help="the cheapest of so many runs counts")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    years = sorted(set(options.years))
    if len(years) < 2:
        parser.error("growth needs two lengths")
    with tempfile.TemporaryDirectory() as folder:
        measured = {count: measure(Path(folder) / str(count), count, options.rounds) for count in (0, *years)}
    figures = {
        f"{name}, {count} years": f"{found[name].cpu_s:6.2f} s CPU  {found[name].memory_mb:5.0f} MB"
        for name in measured[years[0]]
        for count, found in measured.items()
        if count
    }
    bars = [bar for name in measured[years[0]] for bar in _bars(name, measured, years)]
    return show(f"{years[0]} to {years[-1]} years of one runner", figures, bars, as_json=options.json)


def measure(home: Path, years: int, rounds: int) -> dict[str, Cost]:
    """What each command costs with so many years."""
    apart(lambda: make_home(home, years))
    environment = {"SYNCER_HOME": str(home), "SYNCER_NOW": NOW.isoformat()}
    anew = []
    for _ in range(rounds):
        _forget_activities(home / "syncer.db")
        anew.append(
            least(syncer("-q", "plan", "set", "--days", "mon,wed,fri,sun", "--from", "2026-03-30"), 1, environment)
        )
    found = {MATCHING: min(anew, key=lambda one: one.cpu_s)}
    return found | {" ".join(words): least(syncer(*words), rounds, environment) for words in COMMANDS}


def _forget_activities(database: Path) -> None:
    import sqlite3

    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM meta WHERE key = 'derivation'")
        connection.execute("DELETE FROM activity_recordings")
        connection.execute("DELETE FROM activities")


def _bars(name: str, measured: dict[int, dict[str, Cost]], years: list[int]) -> list[Bar]:
    empty, some, most = (measured[count][name] for count in (0, years[-2] if len(years) < 3 else years[1], years[-1]))
    fewer = years[0] if len(years) < 3 else years[1]
    a_year = (some.cpu_s - empty.cpu_s) / fewer
    growth = (most.cpu_s - empty.cpu_s) / years[-1] / max(a_year, 1e-3)
    memory = (most.memory_mb - empty.memory_mb) / years[-1] / max((some.memory_mb - empty.memory_mb) / fewer, 0.5)
    return [
        Bar(f"{name}: {years[-1]} years", most.cpu_s, INTERACTIVE_S, at_least=False, unit="s CPU"),
        Bar(f"{name}: time a year, {years[-1]} years ÷ {fewer}", growth, LINEAR, at_least=False, unit="times"),
        Bar(f"{name}: memory a year, {years[-1]} years ÷ {fewer}", memory, LINEAR, at_least=False, unit="times"),
    ]
