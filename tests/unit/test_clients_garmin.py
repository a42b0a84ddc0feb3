"""The real garminconnect against a Garmin on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from syncer.clients.garmin import GarminAddresses, GarminClient
from syncer.clients.patience import Patience
from syncer.clients.tokens import read_tokens, write_tokens
from syncer.errors import ExitCode, SignInError, SyncerError, TryLaterError
from tests.fakes.garmin import FakeGarmin
from tests.fakes.garmin_activities import GarminActivity, many
from tests.fakes.garmin_tokens import TOKEN_PATH, jwt
from tests.fakes.loopback import DROPPED, HANG, Answer, Fault, Loopback, running, status, timeout_for

NOW = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)
LAST = datetime(2026, 11, 15, 7, 0, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def garmin() -> FakeGarmin:
    fake = FakeGarmin()
    fake.activities.stored = many(30, LAST)
    return fake


@pytest.fixture
def server(garmin: FakeGarmin) -> Iterator[Loopback]:
    with running(garmin) as started:
        yield started


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    return tmp_path / "tokens" / "garmin.json"


def client(server: Loopback, tokens: Path, **patience: float) -> GarminClient:
    addresses = GarminAddresses(server.url, server.url, server.url + TOKEN_PATH)
    return GarminClient(addresses, tokens, Patience(**{"timeout_s": 30.0, "backoff_s": 0.01, **patience}), lambda: NOW)


@pytest.fixture
def signed_in(garmin: FakeGarmin, server: Loopback, tokens: Path) -> GarminClient:
    write_tokens(tokens, garmin.tokens.sign_in())
    return client(server, tokens)


def trouble(garmin: FakeGarmin, error: SyncerError) -> SyncerError:
    """The error, after a look that no secret is in it."""
    said = str(vars(error)) + str(error)
    assert not [secret for secret in garmin.tokens.secrets() if secret in said]
    assert error.provider == "garmin"
    return error


# Reading ----------------------------------------------------------------------------------------------------------


def test_pages_of_a_window(signed_in: GarminClient, server: Loopback) -> None:
    page = signed_in.activities(0, date(2026, 11, 10), date(2026, 11, 12))
    assert [one["startTimeLocal"][:10] for one in page] == ["2026-11-12", "2026-11-11", "2026-11-10"]
    assert signed_in.activities(30) == []
    assert len(signed_in.activities(10)) == 20
    assert signed_in.requests == len(server.log) == 3


def test_an_activity_with_its_sets(signed_in: GarminClient, garmin: FakeGarmin) -> None:
    session = garmin.activities.stored[2]
    assert signed_in.activity(str(session.id))["activityName"] == "Band walk"
    assert len(signed_in.exercise_sets(str(session.id))["exerciseSets"]) == 6
    assert signed_in.exercise_sets(str(garmin.activities.stored[0].id))["exerciseSets"] is None
    assert signed_in.profile()["fullName"] == "A Runner"


def test_only_headers_sign_in(signed_in: GarminClient, server: Loopback) -> None:
    signed_in.activities(0)
    (request,) = server.log
    assert request.headers["authorization"].startswith("Bearer ")
    assert "cookie" not in request.headers
    assert not [value for value in request.query.values() if "secret" in value]


# Workouts ---------------------------------------------------------------------------------------------------------


def test_a_workout_is_made_changed_scheduled_and_sent(signed_in: GarminClient, garmin: FakeGarmin) -> None:
    made = signed_in.create_workout({"workoutName": "Band walk", "sportType": {"sportTypeId": 5}})
    number = str(made["workoutId"])
    signed_in.update_workout(number, {"workoutName": "Band walk 2", "sportType": {"sportTypeId": 5}})
    assert signed_in.workout(number)["workoutName"] == "Band walk 2"
    assert [one["workoutId"] for one in signed_in.workouts(0)] == [int(number)]
    entry = signed_in.schedule(number, date(2026, 11, 20))["workoutScheduleId"]
    assert [one["id"] for one in signed_in.calendar(2026, 11) if one["itemType"] == "workout"] == [entry]
    signed_in.send_to_watch(number)
    assert garmin.workouts.sent[0]["metaDataId"] == int(number)
    signed_in.unschedule(str(entry))
    signed_in.unschedule(str(entry))
    assert garmin.workouts.scheduled == {}


def test_a_write_is_sent_once_however_it_ends(garmin: FakeGarmin, server: Loopback, tokens: Path) -> None:
    write_tokens(tokens, garmin.tokens.sign_in())
    for fault in (status(503), DROPPED, HANG, Fault(drop=True, after=True)):
        server.faults.clear()
        server.faults.add("POST /workout-service/workout", fault)
        with pytest.raises(TryLaterError):
            client(server, tokens, timeout_s=timeout_for(fault)).create_workout({"workoutName": "Band walk"})
    assert len(server.asked("POST /workout-service/workout")) == 4
    assert len(garmin.workouts.stored) == 1


def test_a_refused_write_says_so(signed_in: GarminClient, garmin: FakeGarmin) -> None:
    wrong = {"workoutSegments": [{"workoutSteps": [{"category": "HIPS"}]}]}
    with pytest.raises(SyncerError) as caught:
        signed_in.create_workout(wrong)
    assert (caught.value.code, caught.value.exit_code) == ("garmin-refused", ExitCode.FAILED)
    assert garmin.workouts.stored == {}


# Tokens -----------------------------------------------------------------------------------------------------------


def test_tokens_that_are_not_accepted_even_when_new(signed_in: GarminClient, server: Loopback) -> None:
    server.faults.add("/activitylist-service", status(401))
    with pytest.raises(SignInError):
        signed_in.activities(0)
    assert len(server.asked("/activitylist-service")) == 2
    assert len(server.asked(TOKEN_PATH)) == 1


@pytest.mark.parametrize("answer", [{"access_token": jwt(0)}, {"access_token": jwt(0), "refresh_token": None}])
def test_an_answer_without_a_refresh_token_keeps_the_old_one(
    garmin: FakeGarmin, server: Loopback, tokens: Path, answer: dict[str, Any]
) -> None:
    old = garmin.tokens.sign_in(lifetime_s=1)
    write_tokens(tokens, old)
    server.faults.add(TOKEN_PATH, Fault(Answer(200, json.dumps(answer).encode())), 1)
    client(server, tokens).activities(0)
    # the answer's token was refused, so the old refresh token was used once more, and then replaced
    assert garmin.tokens.refreshes == 1
    assert read_tokens(tokens, "garmin")["di_refresh_token"] == garmin.tokens.given[-1]


# Trouble ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [427, 429])
@pytest.mark.parametrize("path", ["/activitylist-service", TOKEN_PATH])
def test_limits(garmin: FakeGarmin, server: Loopback, tokens: Path, code: int, path: str) -> None:
    write_tokens(tokens, garmin.tokens.sign_in(lifetime_s=1))
    server.faults.add(path, status(code))
    with pytest.raises(TryLaterError) as caught:
        client(server, tokens).activities(0)
    error = trouble(garmin, caught.value)
    assert (error.code, error.retry_at) == ("rate-limited", NOW + timedelta(hours=1))
    assert len(server.asked(path)) == 1


def test_nulls_and_nothing(signed_in: GarminClient, garmin: FakeGarmin, server: Loopback) -> None:
    garmin.activities.stored = [GarminActivity(5, LAST, name=None, distance_m=None, sparse=True)]
    assert signed_in.activities(0)[0]["activityName"] is None
    for nothing in (b"null", b"{}", b"[]"):
        server.faults.clear()
        server.faults.add("/activitylist-service", Fault(Answer(200, nothing)))
        assert signed_in.activities(0) == []
