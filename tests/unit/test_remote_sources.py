"""What the engine expects of a service holds for Garmin, for Strava, and for the service in memory that tests use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from syncer.clients.garmin import GarminAddresses, GarminClient
from syncer.clients.patience import Patience
from syncer.clients.strava import StravaApp, StravaClient
from syncer.clients.tokens import write_tokens
from syncer.domain.activity import Recording, RecordingKey
from syncer.errors import BadFileError, TryLaterError
from syncer.sources.live import GarminSource, StravaSource
from syncer.sync.remote import RemoteSource, is_outage
from tests.fakes.garmin import FakeGarmin
from tests.fakes.garmin_activities import GarminActivity
from tests.fakes.garmin_tokens import TOKEN_PATH
from tests.fakes.loopback import running, status
from tests.fakes.remote import FakeRemote, Thing
from tests.fakes.strava import API, FakeStrava, StravaActivity

NOW = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 15, 12, 0, tzinfo=timezone(timedelta(hours=1)))
COUNT = 30

type Break = Callable[[], None]


@pytest.fixture(params=["garmin", "strava", "memory"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[RemoteSource, Any, Break]]:
    """A source of thirty days with one run each, a way to delete the run of a number, and a way to break details."""
    days = {number: NOON - timedelta(days=number) for number in range(1, COUNT + 1)}
    if request.param == "memory":
        remote = FakeRemote({number: Thing(number, day, note="knee") for number, day in days.items()})
        yield remote, remote.things.pop, lambda: setattr(remote, "down", True)
    elif request.param == "garmin":
        garmin = FakeGarmin()
        garmin.activities.stored = [GarminActivity(number, day, description="knee") for number, day in days.items()]
        garmin.activities.most_per_page = 7
        write_tokens(tmp_path / "tokens" / "garmin.json", garmin.tokens.sign_in())
        with running(garmin) as server:
            addresses = GarminAddresses(server.url, server.url, server.url + TOKEN_PATH)
            client = GarminClient(addresses, tmp_path / "tokens" / "garmin.json", Patience(5, 0.001), lambda: NOW)
            stored = garmin.activities.stored
            yield (
                GarminSource(client),
                lambda number: stored.remove(next(one for one in stored if one.id == number)),
                lambda: server.faults.add("/activity-service", status(503)),
            )
    else:
        strava = FakeStrava()
        strava.oauth.clock = NOW.timestamp
        strava.stored = [StravaActivity(number, day, description="knee") for number, day in days.items()]
        strava.page_size = 7
        write_tokens(tmp_path / "tokens" / "strava.json", strava.oauth.sign_in())
        with running(strava) as server:
            app = StravaApp("4242", "secret-of-the-app", server.url + API, server.url + "/oauth")
            made = StravaClient(app, tmp_path / "tokens" / "strava.json", Patience(5, 0.001), lambda: NOW)
            yield (
                StravaSource(made),
                lambda number: strava.stored.remove(next(one for one in strava.stored if one.id == number)),
                lambda: server.faults.add("/activities/", status(503)),
            )


def listed(source: RemoteSource, first: date | None = None, last: date | None = None) -> list[Recording]:
    return [recording for page in source.pages(first, last) for recording in page.recordings]


def test_everything_comes_newest_first_and_once(service: tuple[RemoteSource, Any, Break]) -> None:
    source, _, _ = service
    found = listed(source)
    assert [one.key for one in found] == [RecordingKey(source.provider, str(n)) for n in range(1, COUNT + 1)]
    assert [one.start for one in found] == [NOON - timedelta(days=number) for number in range(1, COUNT + 1)]
    assert source.requests > 1


def test_every_item_comes_with_what_was_sent(service: tuple[RemoteSource, Any, Break]) -> None:
    source, _, _ = service
    for page in source.pages(None, None):
        assert {one.key for one in page.recordings} == {payload.key for payload in page.payloads}
        assert {payload.part for payload in page.payloads} == {"list"}


def test_a_window_holds_its_days_and_little_more(service: tuple[RemoteSource, Any, Break]) -> None:
    source, _, _ = service
    first, last = date(2026, 11, 1), date(2026, 11, 5)
    days = {one.start.date() for one in listed(source, first, last)}
    assert {first + timedelta(days=number) for number in range(5)} <= days
    assert all(first - timedelta(days=2) <= day <= last + timedelta(days=2) for day in days)
    assert {one.start.date() for one in listed(source, None, first)} >= {first, date(2026, 10, 20)}
    assert listed(source, date(2027, 1, 1)) == []


def test_a_detail_tells_the_note(service: tuple[RemoteSource, Any, Break]) -> None:
    source, _, _ = service
    known = listed(source)[4]
    detail = source.detail(known)
    (recording,) = detail.recordings
    assert recording.key == known.key
    assert "knee" in [note.text for note in recording.notes]
    assert {payload.part for payload in detail.payloads} == {"detail"}


def test_what_is_gone_says_so(service: tuple[RemoteSource, Any, Break]) -> None:
    source, delete, _ = service
    known = listed(source)[4]
    delete(5)
    assert known.key not in {one.key for one in listed(source)}
    with pytest.raises(BadFileError) as caught:
        source.detail(known)
    assert caught.value.code == "item-gone"


def test_an_outage_is_told_from_a_limit(service: tuple[RemoteSource, Any, Break]) -> None:
    source, _, take_down = service
    known = listed(source)[0]
    take_down()
    with pytest.raises(TryLaterError) as caught:
        source.detail(known)
    assert is_outage(caught.value)
    assert not is_outage(TryLaterError("rate-limited", "x"))
