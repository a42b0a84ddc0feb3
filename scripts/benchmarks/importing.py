"""Imports a generated Strava export of 5,000 activities, twice: on every core, then with nothing new."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scripts.benchmarks._measure import Bar, show
from tests.export_builder import StravaActivity, strava_export, write_zip
from tests.fit_builder import RUNNING, Leg, activity

ACTIVITIES = 5000


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench importing", description=__doc__)
    parser.add_argument("--activities", type=int, default=ACTIVITIES)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        export = write_zip(Path(folder) / "export.zip", strava_export(_runs(options.activities)), deflate=False)
        environment = {**os.environ, "SYNCER_HOME": str(Path(folder) / "home")}
        seconds = []
        for _ in range(2):
            before = time.perf_counter()
            command = [sys.executable, "-m", "syncer", "-q", "import", str(export)]
            subprocess.run(command, env=environment, check=True)
            seconds.append(time.perf_counter() - before)
        size = export.stat().st_size / 1e6
    figures = {
        "export": f"{options.activities} activities, {size:.0f} MB",
        "first": f"{seconds[0]:.1f} s",
        "again": f"{seconds[1]:.2f} s",
    }
    bars = [
        Bar("5,000 activities", seconds[0] * ACTIVITIES / options.activities, 60, at_least=False, unit="s"),
        Bar("first import ÷ second", seconds[0] / seconds[1], 10, at_least=True, unit="times"),
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
