"""A Strava on this machine: activities by page, details, limits that headers tell.

After https://developers.strava.com/docs/reference/ and https://developers.strava.com/docs/rate-limits/.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.loopback import Answer, Loopback, Request, as_json
from tests.fakes.strava_oauth import StravaOAuth, refusal

HOSTS = ("www.strava.com",)
API = "/api/v3"
LIST_PATH = f"{API}/athlete/activities"
_DETAIL = re.compile(rf"{API}/activities/(\d+)")


@dataclass
class StravaActivity:
    """One activity as the runner knows it.

    Attributes:
        start: aware, in the runner's own wall clock.
        hidden_start: Strava shows 00:00:01 instead of the time.
        odd: values that the real Strava was seen to send, or could, over what is sent.
    """

    id: int
    start: datetime
    name: str = "Morning Run"
    sport_type: str = "Run"
    duration_s: int = 1800
    distance_m: float = 5000.0
    description: str | None = None
    private_note: str | None = None
    external_id: str | None = None
    rpe: float | None = None
    private: bool = False
    manual: bool = False
    hidden_start: bool = False
    odd: dict[str, Any] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """The list's entry."""
        local = self.start.replace(tzinfo=None)
        instant = self.start.astimezone(UTC).replace(tzinfo=None)
        if self.hidden_start:
            local = local.replace(hour=0, minute=0, second=1)
            instant = instant.replace(hour=0, minute=0, second=1)
        shift = self.start.utcoffset() or timedelta(0)
        return {
            "resource_state": 2,
            "athlete": {"id": 7, "resource_state": 1},
            "id": self.id,
            "name": self.name,
            "distance": self.distance_m,
            "moving_time": self.duration_s - 20,
            "elapsed_time": self.duration_s,
            "type": "Run" if "Run" in self.sport_type else "Workout",
            "sport_type": self.sport_type,
            "start_date": f"{instant:%Y-%m-%dT%H:%M:%S}Z",
            "start_date_local": f"{local:%Y-%m-%dT%H:%M:%S}Z",
            # the zone's standard offset, wrong for half the year
            "timezone": "(GMT+01:00) Europe/Berlin",
            "utc_offset": shift.total_seconds(),
            "external_id": self.external_id,
            "device_name": "Garmin Forerunner 965",
            "upload_id": self.id + 1,
            "private": self.private,
            "visibility": "only_me" if self.private else "everyone",
            "manual": self.manual,
            "athlete_count": 1,
            "start_latlng": [],
            "workout_type": None,
            "has_heartrate": True,
            "average_heartrate": 148.2,
            "max_heartrate": 171.0,
        } | self.odd

    def detail(self) -> dict[str, Any]:
        """The full record: only here are the description, the private note and the exertion."""
        more = {
            "resource_state": 3,
            "description": self.description,
            "private_note": self.private_note,
            "perceived_exertion": self.rpe,
            "prefer_perceived_exertion": None,
            "calories": 402.0,
            "laps": [],
            "photos": {"primary": None, "count": 0},
        }
        return self.summary() | more | self.odd


def many(count: int, last: datetime, **more: Any) -> list[StravaActivity]:
    """``count`` activities, one a day back from ``last``; every third is a strength session."""
    return [
        StravaActivity(
            id=9_000_000_000 + count - number,
            start=last - timedelta(days=number),
            name="Band walk" if number % 3 == 2 else f"Run {count - number}",
            sport_type="WeightTraining" if number % 3 == 2 else "Run",
            distance_m=0.0 if number % 3 == 2 else 5000.0 + number,
            **more,
        )
        for number in range(count)
    ]


@dataclass
class Limits:
    """Requests in 15 minutes and in a day, for reads and over all. A request over the limit counts too.

    Attributes:
        tell: whether answers carry the headers.
        retry_after: seconds that a 429 tells; None: it tells none.
    """

    read: tuple[int, int] = (100_000, 1_000_000)
    overall: tuple[int, int] = (200_000, 2_000_000)
    tell: bool = True
    retry_after: int | None = None
    used: list[int] = field(default_factory=lambda: [0, 0])

    def next_window(self) -> None:
        """Fifteen minutes later."""
        self.used[0] = 0

    def count(self) -> bool:
        """One more request; whether it is within the limits."""
        self.used[0] += 1
        self.used[1] += 1
        return all(
            used <= limit for limits in (self.read, self.overall) for used, limit in zip(self.used, limits, strict=True)
        )

    def headers(self) -> dict[str, str]:
        """As Strava sends them: "15 minutes,day"."""
        if not self.tell:
            return {}
        used = f"{self.used[0]},{self.used[1]}"
        return {
            "X-RateLimit-Limit": f"{self.overall[0]},{self.overall[1]}",
            "X-RateLimit-Usage": used,
            "X-ReadRateLimit-Limit": f"{self.read[0]},{self.read[1]}",
            "X-ReadRateLimit-Usage": used,
        }


class FakeStrava:
    """The service. Give it to `tests.fakes.loopback.running`.

    Attributes:
        inactive: the app's owner has no subscription, so every call but the token's is refused.
        page_size: how many of the 200 asked for a page really holds.
        after_page: called after each answered page of the list with its number (1, 2, …).
    """

    def __init__(self) -> None:
        self.oauth = StravaOAuth()
        self.limits = Limits()
        self.stored: list[StravaActivity] = []
        self.inactive = False
        self.page_size = 200
        self.after_page: Callable[[int], None] | None = None
        self._pages = 0

    def find(self, activity_id: int) -> StravaActivity | None:
        """By id."""
        return next((one for one in self.stored if one.id == activity_id), None)

    def __call__(self, request: Request) -> Answer:
        """Answer a request."""
        found = self.oauth.answer(request)
        if found:
            return found
        if not self.limits.count():
            more = {} if self.limits.retry_after is None else {"Retry-After": str(self.limits.retry_after)}
            refused = refusal(429, "Rate Limit Exceeded", "Application", "read rate limit", "exceeded")
            return Answer(429, refused.body, {**refused.headers, **self.limits.headers(), **more})
        answer = self._api(request)
        return Answer(answer.status, answer.body, {**answer.headers, **self.limits.headers()})

    def _api(self, request: Request) -> Answer:
        if self.inactive:
            return refusal(403, "Forbidden", "Application", "Status", "Inactive")
        if request.path == f"{API}/athlete":
            return self.oauth.check(request) or as_json({"id": 7, "firstname": "A", "lastname": "Runner"})
        refused = self.oauth.check(request, "activity:read")
        if refused:
            return refused
        if request.path == LIST_PATH:
            return self._list(request)
        if found := _DETAIL.fullmatch(request.path):
            one = self.find(int(found[1]))
            return as_json(one.detail()) if one else refusal(404, "Record Not Found", "Activity", "id", "not found")
        return refusal(404, "Record Not Found", "resource", "path", "invalid")

    def _list(self, request: Request) -> Answer:
        query = request.query
        after, before = float(query.get("after", "-inf")), float(query.get("before", "inf"))
        inside = [
            one
            for one in self.stored
            if after < one.start.timestamp() < before and (not one.private or self.oauth.sees_private(request))
        ]
        # with `after` the oldest come first, else the newest
        inside.sort(key=lambda one: (one.start, one.id), reverse="after" not in query)
        asked = int(query.get("per_page", 30))
        size = min(asked, 200, self.page_size)
        page = int(query.get("page", 1))
        answer = as_json([one.summary() for one in inside[(page - 1) * size : page * size]])
        self._pages += 1
        if self.after_page:
            self.after_page(self._pages)
        return answer


def environment(server: Loopback, oauth: StravaOAuth) -> dict[str, str]:
    """Settings that send syncer to ``server``."""
    return {
        "SYNCER_STRAVA_API_URL": server.url + API,
        "SYNCER_STRAVA_OAUTH_URL": server.url + "/oauth",
        "SYNCER_STRAVA_CLIENT_ID": oauth.client_id,
        "SYNCER_STRAVA_CLIENT_SECRET": oauth.client_secret,
    }
