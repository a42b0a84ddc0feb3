"""The real stravalib against a Strava on this machine."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from syncer.clients.patience import Patience
from syncer.clients.strava import StravaApp, StravaClient
from syncer.clients.strava_limits import Usage, limited
from syncer.clients.tokens import read_tokens, write_tokens
from syncer.errors import ConfigError, ExitCode, SignInError, SyncerError, TryLaterError
from tests.fakes.loopback import Answer, Fault, Loopback, running
from tests.fakes.strava import API, FakeStrava, many

NOW = datetime(2026, 11, 16, 6, 37, 12, tzinfo=UTC)
LAST = datetime(2026, 11, 15, 7, 0, tzinfo=timezone(timedelta(hours=1)))
TOKEN = "/oauth/token"


@pytest.fixture
def strava() -> FakeStrava:
    fake = FakeStrava()
    fake.oauth.clock = NOW.timestamp
    fake.stored = many(30, LAST)
    return fake


@pytest.fixture
def server(strava: FakeStrava) -> Iterator[Loopback]:
    with running(strava) as started:
        yield started


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    return tmp_path / "tokens" / "strava.json"


def client(server: Loopback, tokens: Path, secret: str = "secret-of-the-app", timeout_s: float = 0.5) -> StravaClient:
    app = StravaApp("4242", secret, server.url + API, server.url + "/oauth")
    return StravaClient(app, tokens, Patience(timeout_s, 0.01), lambda: NOW)


@pytest.fixture
def signed_in(strava: FakeStrava, server: Loopback, tokens: Path) -> StravaClient:
    write_tokens(tokens, strava.oauth.sign_in())
    return client(server, tokens)


def trouble(strava: FakeStrava, error: SyncerError) -> SyncerError:
    """The error, after a look that no secret is in it."""
    said = str(vars(error)) + str(error)
    assert not [secret for secret in strava.oauth.secrets() if secret in said]
    assert error.provider == "strava"
    return error


# Reading ----------------------------------------------------------------------------------------------------------


def test_pages(signed_in: StravaClient, server: Loopback) -> None:
    newest_first = signed_in.activities(1)
    assert [one["id"] for one in newest_first] == [9_000_000_030 - number for number in range(30)]
    assert signed_in.activities(2) == []
    after = signed_in.activities(1, after=LAST - timedelta(days=2, hours=1), before=LAST - timedelta(hours=1))
    assert [one["id"] for one in after] == [9_000_000_028, 9_000_000_029]
    assert signed_in.requests == len(server.log) == 3
    assert {one.query["per_page"] for one in server.log} == {"200"}


def test_the_token_goes_in_the_header_alone(signed_in: StravaClient, server: Loopback) -> None:
    signed_in.activity("9000000030")
    (request,) = server.log
    assert request.bearer == "secret-access-1-strava"
    assert "secret" not in str(request.query) + request.path


def test_details_and_odd_values_come_as_they_are(signed_in: StravaClient, strava: FakeStrava) -> None:
    odd = {"athlete_count": 0, "max_heartrate": 178.5, "elapsed_time": 1800.5, "sport_type": "NewThing", "extra": [1]}
    strava.stored[0].odd, strava.stored[0].rpe = odd, 4.5
    strava.stored[0].private_note = "knee 3/10"
    assert odd.items() <= signed_in.activities(1)[0].items()
    detail = signed_in.activity("9000000030")
    assert (detail["perceived_exertion"], detail["private_note"]) == (4.5, "knee 3/10")
    assert signed_in.athlete()["id"] == 7


def test_loading_it_leaves_the_process_as_it_was(server: Loopback, tokens: Path) -> None:
    before = warnings.filters[:], warnings.showwarning, logging.getLogger().handlers[:], dict(os.environ)
    client(server, tokens)
    after = warnings.filters[:], warnings.showwarning, logging.getLogger().handlers[:], dict(os.environ)
    assert before[0] == after[0]
    assert before[1] is after[1]
    assert not [one for one in after[2] if type(one) is logging.StreamHandler]
    assert before[3] == after[3]


def test_the_libraries_own_settings_do_not_matter(
    strava: FakeStrava,
    server: Loopback,
    tokens: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("STRAVA_CLIENT_ID", "not a number")
    monkeypatch.setenv("STRAVA_CLIENT_SECRET", "of another app")
    write_tokens(tokens, strava.oauth.sign_in(lifetime_s=1))
    assert len(client(server, tokens).activities(1)) == 30
    assert capfd.readouterr() == ("", "")


# Tokens -----------------------------------------------------------------------------------------------------------


def test_a_missing_permission_is_named_and_no_token_spent(strava: FakeStrava, server: Loopback, tokens: Path) -> None:
    write_tokens(tokens, strava.oauth.sign_in(scope="read"))
    with pytest.raises(SignInError) as caught:
        client(server, tokens).activities(1)
    assert trouble(strava, caught.value).code == "strava-scope"
    assert server.asked(TOKEN) == []


def test_a_wrong_secret_is_the_configurations_fault(strava: FakeStrava, server: Loopback, tokens: Path) -> None:
    write_tokens(tokens, strava.oauth.sign_in(1))
    with pytest.raises(ConfigError) as caught:
        client(server, tokens, secret="mistyped").activities(1)
    error = trouble(strava, caught.value)
    assert (error.code, error.exit_code) == ("strava-app", ExitCode.BAD_CONFIG)
    assert "mistyped" not in str(vars(error))


@pytest.mark.parametrize("expires", [None, "soon", [], "1e999", 1e400])
def test_an_odd_expiry_means_a_refresh(strava: FakeStrava, server: Loopback, tokens: Path, expires: Any) -> None:
    write_tokens(tokens, {**strava.oauth.sign_in(), "expires_at": expires})
    assert len(client(server, tokens).activities(1)) == 30


@pytest.mark.parametrize("body", [b"{}", b'{"access_token": null, "refresh_token": "x", "expires_at": 1}'])
def test_an_answer_without_tokens_keeps_the_old_ones(
    strava: FakeStrava, server: Loopback, tokens: Path, body: bytes
) -> None:
    old = strava.oauth.sign_in(1)
    write_tokens(tokens, old)
    server.faults.add(TOKEN, Fault(Answer(200, body)))
    with pytest.raises(TryLaterError):
        client(server, tokens).activities(1)
    assert read_tokens(tokens, "strava") == old


# Trouble ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b'"text"', b'{"message": "odd", "errors": 5}'])
@pytest.mark.parametrize("path", ["/athlete/activities", TOKEN])
def test_an_odd_answer(strava: FakeStrava, server: Loopback, tokens: Path, path: str, body: bytes) -> None:
    old = strava.oauth.sign_in(1 if path == TOKEN else 9999)
    write_tokens(tokens, old)
    server.faults.add(path, Fault(Answer(200, body)))
    with pytest.raises(TryLaterError) as caught:
        client(server, tokens).activities(1)
    error = trouble(strava, caught.value)
    assert (error.code, error.why) == ("strava-unavailable", "its answer was not what its documentation says")
    assert read_tokens(tokens, "strava") == old


def test_no_subscription(signed_in: StravaClient, strava: FakeStrava) -> None:
    strava.inactive = True
    with pytest.raises(SyncerError) as caught:
        signed_in.activities(1)
    error = trouble(strava, caught.value)
    assert error.code == "strava-inactive"
    assert "syncer import" in error.hint


# Limits -----------------------------------------------------------------------------------------------------------


def test_it_stops_before_the_limit_and_never_sleeps(signed_in: StravaClient, strava: FakeStrava) -> None:
    strava.limits.read = (3, 1000)
    for _ in range(3):
        signed_in.activities(1)
    with pytest.raises(TryLaterError) as caught:
        signed_in.activities(1)
    assert strava.limits.used == [3, 3]
    assert caught.value.retry_at == NOW.replace(minute=45, second=0)
    assert caught.value.why == "3 of 3 in 15 minutes, 3 of 1000 today"


def test_the_limit_for_all_requests_counts_too(signed_in: StravaClient, strava: FakeStrava) -> None:
    strava.limits.overall = (2, 1000)
    signed_in.activities(1)
    signed_in.activities(2)
    with pytest.raises(TryLaterError):
        signed_in.activities(3)
    assert strava.limits.used == [2, 2]


def test_a_used_up_day_ends_at_midnight_utc(signed_in: StravaClient, strava: FakeStrava) -> None:
    strava.limits.read, strava.limits.used = (100, 1000), [20, 999]
    signed_in.activities(1)
    with pytest.raises(TryLaterError) as caught:
        signed_in.activities(1)
    assert caught.value.retry_at == datetime(2026, 11, 17, tzinfo=UTC)


@pytest.mark.parametrize("tell", [True, False])
@pytest.mark.parametrize(("retry_after", "wait"), [(None, None), (90, 90), (0, 0)])
def test_a_refusal(
    signed_in: StravaClient, strava: FakeStrava, tell: bool, retry_after: int | None, wait: int | None
) -> None:
    strava.limits.read, strava.limits.tell, strava.limits.retry_after = (0, 1000), tell, retry_after
    with pytest.raises(TryLaterError) as caught:
        signed_in.activities(1)
    error = trouble(strava, caught.value)
    assert error.code == "rate-limited"
    expected = NOW.replace(minute=45, second=0) if wait is None else NOW + timedelta(seconds=wait)
    assert error.retry_at == expected


@pytest.mark.parametrize(
    ("at", "back"),
    [
        ("06:00:00", "06:15:00"),
        ("06:14:59", "06:15:00"),
        ("06:59:59", "07:00:00"),
        ("23:45:00", "00:00:00"),
    ],
)
def test_the_next_quarter_of_an_hour(at: str, back: str) -> None:
    usage = Usage()
    usage.note({"X-RateLimit-Limit": "200,2000", "X-RateLimit-Usage": "200,300"})
    hour, minute, second = map(int, at.split(":"))
    retry_at = limited(usage, NOW.replace(hour=hour, minute=minute, second=second)).retry_at
    assert retry_at
    assert f"{retry_at:%H:%M:%S}" == back


@pytest.mark.parametrize(
    ("limit", "used", "left"),
    [("100,1000", "1,999", 1), ("100, 1000", "150 ,20", 0), ("100", "5", None), ("", "", None), ("a,b", "c,d", None)],
)
def test_headers_of_all_kinds(limit: str, used: str, left: int | None) -> None:
    usage = Usage()
    usage.note({"X-ReadRateLimit-Limit": limit, "X-ReadRateLimit-Usage": used})
    assert usage.left == left
    usage.note({})
    assert usage.left == left
