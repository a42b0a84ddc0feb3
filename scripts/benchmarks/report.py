"""The weekly report of a year and of twenty, in every format, against starting the program."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from scripts.benchmarks._measure import Bar, show
from scripts.benchmarks._program import apart, least, syncer
from scripts.benchmarks._years import NOW, make_home

FORMATS = ("terminal", "html", "markdown", "json")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench report", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    start = least(syncer("--version"), options.rounds).cpu_s
    figures = {"start of the program": f"{start:.2f} s CPU"}
    bars = []
    of_a_year: dict[str, float] = {}
    for years, most_s in ((1, 1.5), (20, 4.0)):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            apart(lambda home=home, years=years: make_home(home, years))  # type: ignore[misc]
            environment = {"SYNCER_HOME": str(home), "SYNCER_NOW": NOW.isoformat()}
            least(syncer("report"), 1, environment)  # matches the activities once
            for form in FORMATS:
                found = least(syncer("report", "--format", form), options.rounds, environment)
                of_a_year.setdefault(form, found.cpu_s)
                figures[f"{form}, {years} years"] = (
                    f"{found.cpu_s:.2f} s CPU, {found.memory_mb:.0f} MB, "
                    f"{found.cpu_s / start:.1f} times the start, {found.cpu_s / of_a_year[form]:.1f} times a year's"
                )
                bars.append(Bar(f"{form}, {years} years", found.cpu_s, most_s, at_least=False, unit="s CPU"))
    return show("report", figures, bars, as_json=options.json)
