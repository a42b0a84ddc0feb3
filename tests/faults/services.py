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

EMAIL, PASSWORD = "runner@example.org", "secret-password"


class Services:
    """A Garmin Connect and a Strava with the same days on them, to which the runner is signed in."""

    def __init__(self, now: datetime, count: int = 9) -> None:
        self.garmin, self.strava = garmin.FakeGarmin(), strava.FakeStrava()
        self.garmin.sso.email, self.garmin.sso.password = EMAIL, PASSWORD
        self.garmin.activities.stored = garmin_activities.many(count, now)
        self.strava.stored = strava.many(count, now, description="#kneepain2")
        self.strava.oauth.clock = now.timestamp
        self.tokens = {
            "garmin": self.garmin.tokens.sign_in(),
            "strava": self.strava.oauth.sign_in(lifetime_s=20_000),
        }
        self._garmin_tokens = dict(self.garmin.tokens._living), self.garmin.tokens._refresh_token
        self._strava_tokens = dict(self.strava.oauth._living), dict(self.strava.oauth._refresh)
        self.environment: Mapping[str, str] = {}

    def sign_in(self, home: Path) -> None:
        """Put the tokens where a sign-in would have put them."""
        (home / "tokens").mkdir(mode=0o700)
        for name, tokens in self.tokens.items():
            file = home / "tokens" / f"{name}.json"
            file.write_text(json.dumps(tokens))
            file.chmod(0o600)

    def kept(self) -> dict[str, Any]:
        """Everything that a run can change there, but for the tokens."""
        workouts = self.garmin.workouts
        return copy.deepcopy({"stored": workouts.stored, "scheduled": workouts.scheduled, "sent": workouts.sent})

    def go_back(self, kept: Mapping[str, Any]) -> None:
        """As it was when `kept` said so, and signed in as at the beginning."""
        self.garmin.workouts = GarminWorkouts(
            **copy.deepcopy(dict(kept)),
            _numbers=itertools.count(max(kept["stored"], default=1_354_016_241) + 1),
            _entries=itertools.count(max(kept["scheduled"], default=880_000) + 1),
        )
        living, refresh = self._garmin_tokens
        self.garmin.tokens._living, self.garmin.tokens._refresh_token = dict(living), refresh
        oauth = self.strava.oauth
        oauth._living, oauth._refresh = (dict(known) for known in self._strava_tokens)

    def signed_in(self, home: Path) -> dict[str, str]:
        """What the tokens under ``home`` are worth, whichever they are."""
        strava = self.strava.oauth
        return {
            "garmin": self._worth(home / "tokens" / "garmin.json", "di_token", self.garmin.tokens._living),
            "strava": self._worth(home / "tokens" / "strava.json", "access_token", strava._living),
            "left open at Strava": "yes" if strava._living else "no",
        }

    @staticmethod
    def _worth(file: Path, name: str, living: Mapping[str, object]) -> str:
        if not file.exists():
            return "none"
        return "good" if json.loads(file.read_text())[name] in living else "refused"


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
