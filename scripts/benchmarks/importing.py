"""Imports a generated Strava export of 5,000 activities, twice: on every core, then with nothing new."""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scripts.benchmarks._measure import Bar, show
from scripts.benchmarks._program import apart, cost, syncer
from tests.export_builder import StravaActivity, strava_export, write_zip
from tests.fit_builder import RUNNING, Leg, activity

ACTIVITIES = 5000


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench importing", description=__doc__)
    parser.add_argument("--activities", type=int, default=ACTIVITIES)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export.zip"
        apart(lambda: write_zip(export, strava_export(_runs(options.activities)), deflate=False))
        environment = {"SYNCER_HOME": str(Path(folder) / "home")}
        first, again = (cost(syncer("-q", "import", export), environment) for _ in range(2))
        size = export.stat().st_size / 1e6
    figures = {
        "export": f"{options.activities} activities, {size:.0f} MB",
        "first": f"{first.wall_s:.1f} s, {first.cpu_s:.1f} s CPU, {first.memory_mb:.0f} MB",
        "again": f"{again.wall_s:.2f} s, {again.cpu_s:.2f} s CPU, {again.memory_mb:.0f} MB",
    }
    bars = [
        Bar("5,000 activities", first.wall_s * ACTIVITIES / options.activities, 60, at_least=False, unit="s"),
        Bar("first ÷ again, CPU", first.cpu_s / again.cpu_s, 10, at_least=True, unit="times"),
    ]
    return show("import", figures, bars, as_json=options.json)


def _runs(count: int) -> list[StravaActivity]:
    """Runs with a record a second for half an hour, as Strava's archive holds them."""
    first = datetime(2012, 1, 1, 6, 0, tzinfo=UTC)
    made = []
    for number in range(count):
        start = first + timedelta(days=number)
        leg = Leg(start, 1800, RUNNING, 0, 5000.0 + number, None, None)
        file = activity([leg], serial=1000 + number, record_every_s=1)
        made.append(
            StravaActivity(
                str(10_000 + number),
                start,
                f"Run {number}",
                "Run",
                file=file,
                elapsed_s=1800,
                distance_m=5000.0 + number,
            )
        )
    return made
