"""What holds for both services alike: the real libraries against a Garmin and a Strava on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from syncer.clients.garmin import GarminAddresses, GarminClient
from syncer.clients.patience import Patience
from syncer.clients.strava import StravaApp, StravaClient
from syncer.clients.tokens import read_tokens, write_tokens
from syncer.errors import BadFileError, SignInError, SyncerError, TryLaterError
from tests.fakes import garmin_activities, strava
from tests.fakes.garmin import FakeGarmin
from tests.fakes.garmin_tokens import TOKEN_PATH
from tests.fakes.loopback import (
    CUT_OFF,
    DROPPED,
    HANG,
    HTML,
    TRUNCATED,
    Answer,
    Fault,
    Loopback,
    running,
    status,
    timeout_for,
)
from tests.unwritable import unwritable

NOW = datetime(2026, 11, 16, 6, 37, 12, tzinfo=UTC)
LAST = datetime(2026, 11, 15, 7, 0, tzinfo=timezone(timedelta(hours=1)))
OLD_S = 1
"""Seconds that a token lives which both libraries renew before they use it."""


@dataclass
class Service:
    """One of the two, with one name for what they call differently.

    Attributes:
        grants: who gives out its tokens.
        token_path, list_path, item_path: of its endpoints.
        refresh_name: under which it keeps the refresh token.
        read: asks for the page of that number, from 0.
        connect: makes a client.
        nearly_old_s: seconds before its end from which a token is renewed, minus a few.
        foreign: files of tokens that are not its own.
        odd: what it says of an answer of another shape.
    """

    name: str
    server: Loopback
    grants: Any
    token_path: str
    list_path: str
    item_path: str
    refresh_name: str
    nearly_old_s: float
    odd: str
    tokens: Path
    connect: Callable[[Patience], Any]
    read: Callable[[Any, int], list[Any]]
    foreign: list[dict[str, Any]]

    def client(self, timeout_s: float = 30.0) -> Any:
        return self.connect(Patience(timeout_s, 0.01))

    def sign_in(self, lifetime_s: float = 86_400) -> dict[str, Any]:
        given: dict[str, Any] = self.grants.sign_in(lifetime_s=lifetime_s)
        write_tokens(self.tokens, given)
        return given

    def kept(self) -> dict[str, Any]:
        return read_tokens(self.tokens, self.name)

    def newest_is_kept(self) -> bool:
        return bool(self.kept()[self.refresh_name] == self.grants.given[-1])

    def trouble(self, error: SyncerError) -> SyncerError:
        """The error, after a look that no secret is in it."""
        said = str(vars(error)) + str(error)
        assert not [secret for secret in self.grants.secrets() if secret in said]
        assert error.provider == self.name
        return error


@pytest.fixture(params=["garmin", "strava"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    make = garmin_service if request.param == "garmin" else strava_service
    yield from make(tmp_path / "tokens" / f"{request.param}.json")


def garmin_service(tokens: Path) -> Iterator[Service]:
    fake = FakeGarmin()
    fake.activities.stored = garmin_activities.many(30, LAST)
    with running(fake) as server:
        addresses = GarminAddresses(server.url, server.url, server.url + TOKEN_PATH)
        yield Service(
            "garmin",
            server,
            fake.tokens,
            token_path=TOKEN_PATH,
            list_path="/activitylist-service",
            item_path="/activity-service",
            refresh_name="di_refresh_token",
            nearly_old_s=800,
            odd="its answer was not what it used to be",
            tokens=tokens,
            connect=lambda patience: GarminClient(addresses, tokens, patience, lambda: NOW),
            read=lambda client, page: client.activities(30 * page),
            foreign=[{"access_token": "strava's"}, {"di_token": 5, "di_refresh_token": "x", "di_client_id": "y"}],
        )


def strava_service(tokens: Path) -> Iterator[Service]:
    fake = strava.FakeStrava()
    fake.oauth.clock = NOW.timestamp
    fake.stored = strava.many(30, LAST)
    with running(fake) as server:
        app = StravaApp("4242", "secret-of-the-app", server.url + strava.API, server.url + "/oauth")
        yield Service(
            "strava",
            server,
            fake.oauth,
            token_path="/oauth/token",
            list_path="/athlete/activities",
            item_path="/activities/",
            refresh_name="refresh_token",
            nearly_old_s=299,
            odd="its answer was not what its documentation says",
            tokens=tokens,
            connect=lambda patience: StravaClient(app, tokens, patience, lambda: NOW),
            read=lambda client, page: client.activities(page + 1),
            foreign=[{"di_token": "garmin's"}, {"access_token": "x"}, {"access_token": 1, "refresh_token": "y"}],
        )


# Tokens -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lifetime_s", [-5, 0, None])
def test_an_old_token_is_refreshed_once_and_saved(service: Service, lifetime_s: float | None) -> None:
    old = service.sign_in(service.nearly_old_s if lifetime_s is None else lifetime_s)
    for _ in range(2):
        one = service.client()
        assert len(service.read(one, 0)) == 30
        assert service.read(one, 1) == []
    assert service.grants.refreshes == 1
    assert service.newest_is_kept()
    assert service.kept().keys() == old.keys()
    assert service.kept().get("scope") == old.get("scope")


def test_runs_refresh_once_each_and_keep_the_newest(service: Service) -> None:
    service.grants.lifetime_s = 60.0  # so short that each run finds it too old
    service.sign_in(OLD_S)
    for count in (1, 2, 3):
        one = service.client()
        for page in (0, 1, 2):
            service.read(one, page)
        assert service.grants.refreshes == count
        assert service.newest_is_kept()


def test_the_new_token_is_saved_before_it_is_used(service: Service) -> None:
    service.sign_in(OLD_S)
    service.server.faults.add(service.list_path, DROPPED)
    with pytest.raises(TryLaterError):
        service.read(service.client(), 0)
    assert service.newest_is_kept()


def test_a_token_that_ends_early_is_replaced_in_the_middle_of_a_run(service: Service) -> None:
    service.sign_in()
    one = service.client()
    service.read(one, 0)
    service.grants.end_access()
    assert len(service.read(one, 0)) == 30
    assert service.grants.refreshes == 1
    assert service.newest_is_kept()


def test_what_another_run_has_refreshed_is_used(service: Service) -> None:
    service.sign_in()
    one = service.client()
    service.read(one, 0)
    service.grants.end_access()
    service.read(service.client(), 0)
    service.read(one, 0)
    assert service.grants.refreshes == 1


def test_many_at_once_refresh_once(service: Service) -> None:
    service.sign_in(OLD_S)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            service.read(service.client(timeout_s=20), 0)
        except SyncerError as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert service.grants.refreshes == 1


@pytest.mark.parametrize("lifetime_s", [OLD_S, 86_400])
def test_a_dead_sign_in_wants_the_runner(service: Service, lifetime_s: float) -> None:
    old = service.sign_in(lifetime_s)
    service.grants.end_everything()
    with pytest.raises(SignInError) as caught:
        service.read(service.client(), 0)
    error = service.trouble(caught.value)
    assert (error.code, error.hint) == (f"{service.name}-sign-in", f"syncer auth {service.name}")
    assert service.kept() == old
    assert len(service.server.asked(service.token_path)) == 1


def test_an_unwritable_folder_is_noticed_before_the_token_is_spent(service: Service) -> None:
    service.sign_in(OLD_S)
    with unwritable(service.tokens.parent), pytest.raises(SyncerError) as caught:
        service.read(service.client(), 0)
    assert caught.value.code == "tokens-unwritable"
    assert service.server.log == []


def test_a_file_of_something_else(service: Service) -> None:
    for content in service.foreign:
        write_tokens(service.tokens, content)
        with pytest.raises(SignInError):
            service.read(service.client(), 0)
    assert service.server.log == []


# Trouble ----------------------------------------------------------------------------------------------------------

PASSING = [
    (status(503), "it answered 503"),
    (status(403), "it refuses to answer (403)"),
    (HTML, "its answer was not JSON"),
    (TRUNCATED, "its answer was not JSON"),
    (CUT_OFF, "its answer broke off"),
    (DROPPED, "no connection"),
    (HANG, "no answer in time"),
    (Fault(Answer(302, b"", {"Location": "http://127.0.0.2/"})), "something on the way sends us elsewhere"),
]


@pytest.mark.parametrize(("fault", "why"), [*PASSING, (Fault(Answer(200, b'"text"')), None)])
def test_what_passes_by_itself(service: Service, fault: Fault, why: str | None) -> None:
    old = service.sign_in()
    service.server.faults.add(service.list_path, fault)
    with pytest.raises(TryLaterError) as caught:
        service.read(service.client(timeout_for(fault)), 0)
    error = service.trouble(caught.value)
    assert error.code == f"{service.name}-unavailable"
    assert error.why.startswith(why or service.odd)
    assert service.kept() == old


@pytest.mark.parametrize("fault", [fault for fault, _ in PASSING])
def test_trouble_at_the_token_endpoint_is_no_end_of_the_sign_in(service: Service, fault: Fault) -> None:
    old = service.sign_in(OLD_S)
    service.server.faults.add(service.token_path, fault)
    with pytest.raises(TryLaterError) as caught:
        service.read(service.client(timeout_for(fault)), 0)
    assert service.trouble(caught.value).code == f"{service.name}-unavailable"
    assert service.kept() == old
    assert service.server.asked(service.list_path) == []


def test_a_limit_with_a_time(service: Service) -> None:
    service.sign_in()
    service.server.faults.add(service.list_path, status(429, Retry_After="90"))
    with pytest.raises(TryLaterError) as caught:
        service.read(service.client(), 0)
    error = service.trouble(caught.value)
    assert (error.code, error.retry_at) == ("rate-limited", NOW + timedelta(seconds=90))
    assert len(service.server.asked(service.list_path)) == 1


def test_an_activity_that_is_gone(service: Service) -> None:
    service.sign_in()
    with pytest.raises(BadFileError) as caught:
        service.client().activity("77")
    assert service.trouble(caught.value).code == "item-gone"


def test_a_request_that_is_refused(service: Service) -> None:
    service.sign_in()
    service.server.faults.add(service.item_path, status(422 if service.name == "strava" else 400))
    with pytest.raises(BadFileError) as caught:
        service.client().activity("9000000030")
    assert service.trouble(caught.value).code == f"{service.name}-refused"
