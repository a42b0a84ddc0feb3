"""What reads the answers of Garmin and Strava: from the socket to recordings, workouts, calendars and sign-ins."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from syncer.errors import SyncerError
from tests.fakes import garmin_activities, strava
from tests.fuzz.answering import MOST_REQUESTS, spoken, the_server, whole
from tests.fuzz.reading_connect import a_body, an_item
from tests.fuzz.target import START, Target, each, emptied, json_object


def _garmin(data: bytes) -> None:
    from syncer.sources import garmin
    from syncer.sources.payload import mapping

    told = json_object(data)
    with suppress(ValueError):  # as its docstring says, and whoever calls it expects
        known = garmin.listed(mapping(told.get("summary")))
        garmin.detailed(known, mapping(told.get("detail")), mapping(told.get("sets")))


def _garmin_seeds() -> list[bytes]:
    return [
        json.dumps({"summary": one.item(), "detail": one.detail(), "sets": one.exercise_sets()}).encode()
        for one in garmin_activities.many(3, START)
    ]


def _strava(data: bytes) -> None:
    from syncer.sources import strava as source
    from syncer.sources.payload import mapping

    told = json_object(data)
    with suppress(ValueError):
        source.detailed(source.listed(mapping(told.get("summary"))), mapping(told.get("detail")))


def _strava_seeds() -> list[bytes]:
    made = strava.many(3, START, description="#kneepain3")
    return [json.dumps({"summary": one.summary(), "detail": one.detail()}).encode() for one in made]


def _kept(data: bytes) -> None:
    """Answers as an older program kept them, read again and made into activities."""
    from syncer.domain.activity import Provider, RecordingKey
    from syncer.store.activities import Activities
    from syncer.store.payloads import Payloads
    from syncer.sync.ports import Payload
    from syncer.usecases import refreshing

    parts = dict(zip(("list", "detail", "sets"), data.split(b"\n---\n"), strict=False))
    tables = ("activity_recordings", "activities", "recording_versions", "recordings", "payloads", "meta")
    with emptied(*tables) as connection:
        for provider in (Provider.GARMIN, Provider.STRAVA):
            key = RecordingKey(provider, "20000000001")
            Payloads(connection).keep([Payload(key, part, content) for part, content in parts.items()], START)
        with suppress(SyncerError):
            refreshing.refresh(connection, ZoneInfo("Europe/Berlin"))
            Activities(connection).list()


def _kept_seeds() -> list[bytes]:
    made: list[tuple[dict[str, Any], ...]] = [
        (one.item(), one.detail(), one.exercise_sets()) for one in garmin_activities.many(3, START)
    ]
    made += [(one.summary(), one.detail()) for one in strava.many(2, START, description="#kneepain3")]
    named = [[{**part, "id": 20000000001, "activityId": 20000000001} for part in parts] for parts in made]
    return [b"\n---\n".join(json.dumps(part).encode() for part in parts) for parts in named]


GARMIN_PLACES = {
    "/activities/search/": "activities",
    "/exerciseSets": "sets",
    "/download-service/": "original",
    "/activity-service/": "activity",
    "/calendar-service/": "calendar",
    "/workout-service/schedule": "scheduled",
    "/workout-service/workouts": "workouts",
    "/workout-service/": "workout",
    "/device-service/": "device",
    "/userprofile-service/": "profile",
    "/token": "tokens",
}
STRAVA_PLACES = {
    "/athlete/activities": "activities",
    "/activities/": "activity",
    "/athlete": "profile",
    "/token": "tokens",
    "/revoke": "revoke",
    "/deauthorize": "revoke",
}


def _taken(pages: Callable[[], Iterator[Any]]) -> list[Any]:
    """The recordings of the first pages: the engine ends a list that never does."""
    return [one for page in islice(pages(), 4) for one in page.recordings]


def _garmin_live(data: bytes) -> None:
    from syncer.clients.garmin import GarminAddresses, GarminClient
    from syncer.clients.patience import Patience
    from syncer.clients.tokens import write_tokens
    from syncer.delivery.connect_calendar import entries_in
    from syncer.delivery.connect_library import library
    from syncer.sources.live import GarminSource
    from tests.fakes.garmin_tokens import CLIENT_ID, jwt

    server = the_server()
    server.say(spoken(data, GARMIN_PLACES))
    with tempfile.TemporaryDirectory() as folder:
        tokens = Path(folder) / "tokens" / "garmin.json"
        # every other input begins with a refresh
        ends = time.time() + 86_400 * (len(data) % 2)
        write_tokens(tokens, {"di_token": jwt(ends), "di_refresh_token": "r", "di_client_id": CLIENT_ID})
        addresses = GarminAddresses(server.url, server.url, f"{server.url}/token")
        client = GarminClient(addresses, tokens, Patience(5.0, 0.0))
        source = GarminSource(client)
        known: list[Any] = []
        each(
            lambda: known.extend(_taken(lambda: source.pages(date(2026, 1, 1), None))),
            *(lambda one=one: source.detail(one) for one in known[:2]),
            lambda: source.detail(_recording()),
            lambda: source.original(_recording()),
            lambda: source.done_for("5"),
            lambda: library(client),
            lambda: entries_in(client.calendar(2026, 3)),
            lambda: client.create_workout({"workoutName": "x"}),
            lambda: client.schedule("5", date(2026, 3, 2)),
            lambda: client.send_to_watch("5"),
            client.profile,
        )
    assert server.asked < MOST_REQUESTS


def _strava_live(data: bytes) -> None:
    from syncer.clients.patience import Patience
    from syncer.clients.strava import StravaApp, StravaClient
    from syncer.clients.strava_sign_in import StravaSignIn
    from syncer.clients.tokens import write_tokens
    from syncer.sources.live import StravaSource

    server = the_server()
    server.say(spoken(data, STRAVA_PLACES))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tokens" / "strava.json"
        now = datetime.now(UTC)
        tokens = {"access_token": "a", "refresh_token": "r", "expires_at": now.timestamp() + 86_400 * (len(data) % 2)}
        write_tokens(file, tokens)
        app = StravaApp("1", "s", f"{server.url}/api/v3", f"{server.url}/oauth")
        client = StravaClient(app, file, Patience(5.0, 0.0))
        source, sign_in = StravaSource(client), StravaSignIn(app, Patience(5.0, 0.0), now)
        known: list[Any] = []
        each(
            lambda: known.extend(_taken(lambda: source.pages(date(2026, 1, 1), None))),
            lambda: source.detail(_recording("strava")),
            client.athlete,
            lambda: sign_in.redeem("code"),
            lambda: sign_in.athlete(tokens),
            lambda: sign_in.require_activities(tokens),
            lambda: sign_in.revoke(tokens),
        )
    assert server.asked < MOST_REQUESTS


def _recording(provider: str = "garmin") -> Any:
    from syncer.domain.activity import Provider, Recording, RecordingKey, Sport

    return Recording(RecordingKey(Provider(provider), "20000000001"), Sport.STRENGTH, "strength_training", START)


def _garmin_live_seeds() -> list[bytes]:
    made = garmin_activities.many(3, START)
    body = a_body()
    told: dict[str, Any] = {
        "status": 200,
        "headers": {},
        "activities": [one.item() for one in made],
        "activity": made[2].detail(),
        "sets": made[2].exercise_sets(),
        "workouts": [{"workoutId": 5, "workoutName": "x", "description": body["description"], "sportType": {}}],
        "workout": {**body, "workoutId": 5},
        "calendar": {"calendarItems": [an_item(7)]},
        "scheduled": {"calendarDate": "2026-03-02", "workoutScheduleId": 7, "associatedActivityId": 20000000001},
        "device": {"userDeviceId": 3460891529},
        "profile": {"displayName": "runner-1", "fullName": "A Runner"},
        "tokens": {"access_token": "e30.e30.x", "refresh_token": "r2", "expires_in": 86400},
    }
    limited = {**told, "status": 429, "headers": {"Retry-After": "Mon, 02 Mar 2026 06:00:00 GMT"}}
    return [json.dumps(one).encode() for one in (told, limited, {**told, "status": 503})] + _raw(told["activities"])


def _strava_live_seeds() -> list[bytes]:
    made = strava.many(3, START, description="#kneepain3")
    limits = {"X-RateLimit-Limit": "200,2000", "X-RateLimit-Usage": "12,340", "X-ReadRateLimit-Limit": "100,1000"}
    told: dict[str, Any] = {
        "status": 200,
        "headers": {**limits, "X-ReadRateLimit-Usage": "12,340"},
        "activities": [one.summary() for one in made],
        "activity": made[0].detail(),
        "profile": {"id": 7, "firstname": "A", "lastname": "Runner"},
        "tokens": {"access_token": "a2", "refresh_token": "r2", "expires_at": 2_000_000_000, "expires_in": 21600},
        "revoke": {},
    }
    fault = {
        "message": "Bad Request",
        "errors": [{"resource": "AuthorizationCode", "field": "code", "code": "invalid"}],
    }
    refused = {**dict.fromkeys(STRAVA_PLACES.values(), fault), "status": 400, "headers": {"Retry-After": "120"}}
    return [json.dumps(one).encode() for one in (told, refused, {**refused, "status": 401})] + _raw(told["activities"])


def _raw(value: Any) -> list[bytes]:
    """Answers byte by byte, for changes of what surrounds the JSON."""
    body = json.dumps(value).encode()
    parts = b"".join(
        b"%x\r\n%s\r\n" % (len(body[at : at + 500]), body[at : at + 500]) for at in range(0, len(body), 500)
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close\r\n"
    return [
        whole(value),
        head + b"Content-Length: %d\r\n\r\n" % len(body) + body,
        head + b"Transfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n",
        b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<!doctype html>",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\nContent-Length: 0\r\n\r\n",
    ]


TARGETS = {
    "garmin-json": Target(_garmin_seeds, _garmin),
    "strava-json": Target(_strava_seeds, _strava),
    "kept": Target(_kept_seeds, _kept),
    "garmin-live": Target(_garmin_live_seeds, _garmin_live),
    "strava-live": Target(_strava_live_seeds, _strava_live),
}
