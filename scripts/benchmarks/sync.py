"""A first sync of a year and one with nothing new, against both services on this machine: requests and time."""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scripts.benchmarks._measure import Bar, show
from scripts.benchmarks._program import Cost, cost, least, syncer
from tests.fakes import garmin, garmin_activities, strava
from tests.fakes.loopback import Loopback, running

ACTIVITIES = 365
# today and the 14 days before it are read again: a detail each, and the sets of a strength session (every third)
REREAD = {"garmin": 15 + 5, "strava": 15}
LISTS = {"garmin": garmin_activities.LIST_PATH, "strava": strava.LIST_PATH}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench sync", description=__doc__)
    parser.add_argument("--activities", type=int, default=ACTIVITIES)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    last = datetime.now(UTC).astimezone(ZoneInfo("Europe/Berlin")).replace(hour=7, minute=0, second=0, microsecond=0)
    connect, social = garmin.FakeGarmin(), strava.FakeStrava()
    connect.activities.stored = garmin_activities.many(options.activities, last)
    social.stored = strava.many(options.activities, last)
    start = least(syncer("--version"), 3).cpu_s
    figures: dict[str, str] = {}
    bars: list[Bar] = []
    with running(connect) as garmin_server, running(social) as strava_server, tempfile.TemporaryDirectory() as folder:
        tokens = Path(folder) / "tokens"
        tokens.mkdir(mode=0o700)
        for name, source in (("garmin", connect.tokens), ("strava", social.oauth)):
            (tokens / f"{name}.json").write_text(json.dumps(source.sign_in()))
        environment = {
            **garmin.environment(garmin_server),
            **strava.environment(strava_server, social.oauth),
            "SYNCER_HOME": folder,
            "SYNCER_TIMEZONE": "Europe/Berlin",
        }
        for name, server in (("garmin", garmin_server), ("strava", strava_server)):
            first, requests, _ = _sync(name, server, environment)
            again, again_requests, lists = _sync(name, server, environment)
            figures[f"{name}, first"] = (
                f"{requests} requests, {first.wall_s:.1f} s, {first.cpu_s:.1f} s CPU, {first.memory_mb:.0f} MB"
            )
            figures[f"{name}, nothing new"] = (
                f"{again_requests} requests, {again.wall_s:.1f} s, {again.cpu_s:.1f} s CPU, "
                f"{again.cpu_s / start:.1f} times the start of the program"
            )
            bars += [
                Bar(f"{name}: list requests with nothing new", lists, 2, at_least=False, unit="requests"),
                Bar(
                    f"{name}: requests beyond them",
                    again_requests - lists,
                    REREAD[name],
                    at_least=False,
                    unit="requests",
                ),
                Bar(f"{name}: CPU with nothing new", again.cpu_s, 3, at_least=False, unit="s"),
            ]
    return show(f"{options.activities} activities on each service", figures, bars, as_json=options.json)


def _sync(name: str, server: Loopback, environment: dict[str, str]) -> tuple[Cost, int, int]:
    """What it took, its requests, and how many of them asked for a list."""
    before = len(server.log)
    found = cost(syncer("-q", "sync", name), environment)
    made = server.log[before:]
    return found, len(made), sum(request.path == LISTS[name] for request in made)
