"""The real garminconnect against a Garmin on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from syncer.clients.garmin import GarminAddresses, GarminClient
from syncer.clients.http import Patience
from syncer.clients.tokens import read_tokens, write_tokens
from syncer.errors import BadFileError, ExitCode, SignInError, SyncerError, TryLaterError
from tests.fakes.garmin import FakeGarmin
from tests.fakes.garmin_activities import GarminActivity, many
from tests.fakes.garmin_tokens import TOKEN_PATH, jwt
from tests.fakes.loopback import CUT_OFF, DROPPED, HANG, HTML, TRUNCATED, Answer, Fault, Loopback, running, status
from tests.unwritable import unwritable

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
    return GarminClient(addresses, tokens, Patience(**{"timeout_s": 0.5, "backoff_s": 0.01, **patience}), lambda: NOW)


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


def test_a_write_is_sent_once_however_it_ends(signed_in: GarminClient, garmin: FakeGarmin, server: Loopback) -> None:
    for fault in (status(503), DROPPED, HANG, Fault(drop=True, after=True)):
        server.faults.clear()
        server.faults.add("POST /workout-service/workout", fault)
        with pytest.raises(TryLaterError):
            signed_in.create_workout({"workoutName": "Band walk"})
    assert len(server.asked("POST /workout-service/workout")) == 4
    assert len(garmin.workouts.stored) == 1


def test_a_refused_write_says_so(signed_in: GarminClient, garmin: FakeGarmin) -> None:
    wrong = {"workoutSegments": [{"workoutSteps": [{"category": "HIPS"}]}]}
    with pytest.raises(SyncerError) as caught:
        signed_in.create_workout(wrong)
    assert (caught.value.code, caught.value.exit_code) == ("garmin-refused", ExitCode.FAILED)
    assert garmin.workouts.stored == {}


# Tokens -----------------------------------------------------------------------------------------------------------


def test_an_old_token_is_refreshed_once_and_saved(garmin: FakeGarmin, server: Loopback, tokens: Path) -> None:
    old = garmin.tokens.sign_in(lifetime_s=800)  # garminconnect renews from 900 s before the end
    write_tokens(tokens, old)
    for _ in range(2):
        one = client(server, tokens)
        one.activities(0)
        one.activities(30)
    assert garmin.tokens.refreshes == 1
    saved = read_tokens(tokens, "garmin")
    assert saved["di_token"] != old["di_token"]
    assert saved["di_refresh_token"] == garmin.tokens.given[-1]


def test_runs_refresh_once_each_and_keep_the_newest(garmin: FakeGarmin, server: Loopback, tokens: Path) -> None:
    garmin.tokens.lifetime_s = 600.0  # so short that each run finds it too old
    write_tokens(tokens, garmin.tokens.sign_in())
    for count in (1, 2, 3):
        one = client(server, tokens)
        for start in (0, 10, 30):
            one.activities(start)
        assert garmin.tokens.refreshes == count
        assert read_tokens(tokens, "garmin")["di_refresh_token"] == garmin.tokens.given[-1]


def test_the_new_token_is_saved_before_it_is_used(garmin: FakeGarmin, server: Loopback, tokens: Path) -> None:
    write_tokens(tokens, garmin.tokens.sign_in(lifetime_s=1))
    server.faults.add("/activitylist-service", HANG)
    with pytest.raises(TryLaterError):
        client(server, tokens).activities(0)
    assert read_tokens(tokens, "garmin")["di_refresh_token"] == garmin.tokens.given[-1]


def test_a_token_that_ends_early_is_replaced_in_the_middle_of_a_run(
    signed_in: GarminClient, garmin: FakeGarmin, tokens: Path
) -> None:
    signed_in.activities(0)
    garmin.tokens.end_access()
    assert len(signed_in.activities(0)) == 30
    assert garmin.tokens.refreshes == 1
    assert read_tokens(tokens, "garmin")["di_refresh_token"] == garmin.tokens.given[-1]


def test_what_another_run_has_refreshed_is_used(
    signed_in: GarminClient, garmin: FakeGarmin, server: Loopback, tokens: Path
) -> None:
    signed_in.activities(0)
    garmin.tokens.end_access()
    client(server, tokens).activities(0)
    assert garmin.tokens.refreshes == 1
    signed_in.activities(0)
    assert garmin.tokens.refreshes == 1


def test_many_at_once_refresh_once(garmin: FakeGarmin, server: Loopback, tokens: Path) -> None:
    write_tokens(tokens, garmin.tokens.sign_in(lifetime_s=1))
    failures: list[BaseException] = []

    def run() -> None:
        try:
            client(server, tokens, timeout_s=20).activities(0)
        except SyncerError as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert garmin.tokens.refreshes == 1


@pytest.mark.parametrize("end", ["end_everything", "end_access"])
def test_a_dead_sign_in_wants_the_runner(garmin: FakeGarmin, server: Loopback, tokens: Path, end: str) -> None:
    write_tokens(tokens, garmin.tokens.sign_in(lifetime_s=1 if end == "end_everything" else 86_400))
    getattr(garmin.tokens, end)()
    garmin.tokens._refresh_token = ""
    before = tokens.read_bytes()
    with pytest.raises(SignInError) as caught:
        client(server, tokens).activities(0)
    error = trouble(garmin, caught.value)
    assert (error.code, error.hint) == ("garmin-sign-in", "syncer auth garmin")
    assert json.loads(tokens.read_bytes()) == json.loads(before)
    assert len(server.asked(TOKEN_PATH)) == 1


def test_tokens_that_are_not_accepted_even_when_new(signed_in: GarminClient, server: Loopback) -> None:
    server.faults.add("/activitylist-service", status(401))
    with pytest.raises(SignInError):
        signed_in.activities(0)
    assert len(server.asked("/activitylist-service")) == 2
    assert len(server.asked(TOKEN_PATH)) == 1


def test_an_unwritable_folder_is_noticed_before_the_token_is_spent(
    garmin: FakeGarmin, server: Loopback, tokens: Path
) -> None:
    write_tokens(tokens, garmin.tokens.sign_in(lifetime_s=1))
    with unwritable(tokens.parent), pytest.raises(SyncerError) as caught:
        client(server, tokens).activities(0)
    assert caught.value.code == "tokens-unwritable"
    assert server.log == []


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


@pytest.mark.parametrize(
    "content", [{"access_token": "strava's"}, {"di_token": 5, "di_refresh_token": "x", "di_client_id": "y"}]
)
def test_a_file_of_something_else(server: Loopback, tokens: Path, content: dict[str, Any]) -> None:
    write_tokens(tokens, content)
    with pytest.raises(SignInError):
        client(server, tokens).activities(0)
    assert server.log == []


# Trouble ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (status(503), "it answered 503"),
        (status(403), "it refuses to answer (403)"),
        (HTML, "its answer was not JSON"),
        (TRUNCATED, "its answer was not JSON"),
        (CUT_OFF, "its answer broke off"),
        (DROPPED, "no connection"),
        (HANG, "no answer in time"),
        (Fault(Answer(200, b'"text"')), "its answer was not what it used to be"),
        (Fault(Answer(302, b"", {"Location": "http://127.0.0.2/"})), "something on the way sends us elsewhere"),
    ],
)
def test_what_passes_by_itself(
    signed_in: GarminClient, garmin: FakeGarmin, server: Loopback, fault: Fault, why: str
) -> None:
    server.faults.add("/activitylist-service", fault)
    with pytest.raises(TryLaterError) as caught:
        signed_in.activities(0)
    error = trouble(garmin, caught.value)
    assert error.code == "garmin-unavailable"
    assert error.why.startswith(why)


@pytest.mark.parametrize("fault", [status(503), HTML, TRUNCATED, CUT_OFF, DROPPED, HANG, status(403)])
def test_trouble_at_the_token_endpoint_is_no_end_of_the_sign_in(
    garmin: FakeGarmin, server: Loopback, tokens: Path, fault: Fault
) -> None:
    old = garmin.tokens.sign_in(lifetime_s=1)
    write_tokens(tokens, old)
    server.faults.add(TOKEN_PATH, fault)
    with pytest.raises(TryLaterError) as caught:
        client(server, tokens).activities(0)
    assert trouble(garmin, caught.value).code == "garmin-unavailable"
    assert read_tokens(tokens, "garmin") == old
    assert server.asked("/activitylist-service") == []


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


def test_a_limit_with_a_time(signed_in: GarminClient, server: Loopback) -> None:
    server.faults.add("/activitylist-service", status(429, Retry_After="90"))
    with pytest.raises(TryLaterError) as caught:
        signed_in.activities(0)
    assert caught.value.retry_at == NOW + timedelta(seconds=90)


def test_an_activity_that_is_gone(signed_in: GarminClient, garmin: FakeGarmin) -> None:
    with pytest.raises(BadFileError) as caught:
        signed_in.activity("77")
    assert trouble(garmin, caught.value).code == "item-gone"


def test_a_request_that_is_refused(signed_in: GarminClient, garmin: FakeGarmin, server: Loopback) -> None:
    server.faults.add("/activity-service", status(400))
    with pytest.raises(BadFileError) as caught:
        signed_in.activity(str(garmin.activities.stored[0].id))
    assert trouble(garmin, caught.value).code == "garmin-refused"


def test_nulls_and_nothing(signed_in: GarminClient, garmin: FakeGarmin, server: Loopback) -> None:
    garmin.activities.stored = [GarminActivity(5, LAST, name=None, distance_m=None, sparse=True)]
    assert signed_in.activities(0)[0]["activityName"] is None
    for nothing in (b"null", b"{}", b"[]"):
        server.faults.clear()
        server.faults.add("/activitylist-service", Fault(Answer(200, nothing)))
        assert signed_in.activities(0) == []
