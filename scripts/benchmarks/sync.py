"""A first sync of a year and one with nothing new, against both services on this machine: requests and time."""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scripts.benchmarks._measure import Bar, show
from scripts.benchmarks._program import Cost, cost, syncer
from tests.fakes import garmin, garmin_activities
from tests.fakes.loopback import Loopback, running

ACTIVITIES = 365


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench sync", description=__doc__)
    parser.add_argument("--activities", type=int, default=ACTIVITIES)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    last = datetime.now(UTC).astimezone(ZoneInfo("Europe/Berlin")).replace(hour=7, minute=0, second=0, microsecond=0)
    connect = garmin.FakeGarmin()
    connect.activities.stored = garmin_activities.many(options.activities, last)
    with running(connect) as server, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "tokens").mkdir(mode=0o700)
        (home / "tokens" / "garmin.json").write_text(json.dumps(connect.tokens.sign_in()))
        environment = {**garmin.environment(server), "SYNCER_HOME": folder, "SYNCER_TIMEZONE": "Europe/Berlin"}
        first, first_requests = _sync(server, environment, "--since", "2000-01-01")
        again, again_requests = _sync(server, environment)
    figures = {
        "first": f"{first_requests} requests, {first.wall_s:.1f} s, {first.cpu_s:.1f} s CPU, {first.memory_mb:.0f} MB",
        "nothing new": f"{again_requests} requests, {again.wall_s:.1f} s, {again.cpu_s:.1f} s CPU",
    }
    bars = [
        Bar(
            "requests with nothing new",
            again_requests,
            40,
            at_least=False,
            unit="requests",
        ),
        Bar("CPU with nothing new", again.cpu_s, 3, at_least=False, unit="s"),
    ]
    return show(f"Garmin, {options.activities} activities", figures, bars, as_json=options.json)


def _sync(server: Loopback, environment: dict[str, str], *words: str) -> tuple[Cost, int]:
    before = len(server.log)
    found = cost(syncer("-q", "sync", "garmin", *words), environment)
    return found, len(server.log) - before
