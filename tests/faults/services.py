"""Both services on this machine, which go back to what they were before each trial."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.fakes import garmin, garmin_activities, strava
from tests.fakes.garmin_workouts import GarminWorkouts
from tests.fakes.loopback import running


class Services:
    """A Garmin Connect and a Strava with the same days on them, to which the runner is signed in."""

    def __init__(self, now: datetime, count: int = 9) -> None:
        self.garmin, self.strava = garmin.FakeGarmin(), strava.FakeStrava()
        self.garmin.activities.stored = garmin_activities.many(count, now)
        self.strava.stored = strava.many(count, now, description="#kneepain2")
        self.strava.oauth.clock = now.timestamp
        self.tokens = {
            "garmin": self.garmin.tokens.sign_in(),
            "strava": self.strava.oauth.sign_in(lifetime_s=20_000),
        }
        self.environment: Mapping[str, str] = {}

    def sign_in(self, home: Path) -> None:
        """Put the tokens where a sign-in would have put them."""
        (home / "tokens").mkdir(mode=0o700)
        for name, tokens in self.tokens.items():
            file = home / "tokens" / f"{name}.json"
            file.write_text(json.dumps(tokens))
            file.chmod(0o600)

    def kept(self) -> dict[str, Any]:
        """Everything that a run can change there."""
        workouts = self.garmin.workouts
        known = {"stored": workouts.stored, "scheduled": workouts.scheduled, "sent": workouts.sent}
        return copy.deepcopy({**known, "strava": sorted(self.strava.oauth._living)})

    def go_back(self, kept: Mapping[str, Any]) -> None:
        """As it was when `kept` said so."""
        before = copy.deepcopy({name: kept[name] for name in ("stored", "scheduled", "sent")})
        self.garmin.workouts = GarminWorkouts(
            **before,
            _numbers=itertools.count(max(before["stored"], default=1_354_016_241) + 1),
            _entries=itertools.count(max(before["scheduled"], default=880_000) + 1),
        )
        oauth, tokens = self.strava.oauth, self.tokens["strava"]
        oauth._living = {tokens["access_token"]: (float(tokens["expires_at"]), tokens["scope"])}


@contextmanager
def serving(now: datetime) -> Iterator[Services]:
    """`Services` that answer for as long as the block lasts."""
    made = Services(now)
    with running(made.garmin) as one, running(made.strava) as other:
        made.environment = {
            **garmin.environment(one),
            **strava.environment(other, made.strava.oauth),
            "SYNCER_SYNC_BACKOFF_S": "0.01",
        }
        yield made
