"""Request limits: what came is kept, the rest is remembered, nobody sleeps, and nothing is asked too early."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.cli.live import Live, live
from tests.fakes import garmin_activities, strava
from tests.fakes.garmin_activities import LIST_PATH as GARMIN_LIST
from tests.fakes.loopback import as_json, status
from tests.fakes.strava import LIST_PATH as STRAVA_LIST
from tests.fakes.strava import StravaActivity

__all__ = ["live"]

DETAIL = r"/activities/\d+"


def fresh_content(live: Live) -> dict[str, list[Any]]:
    """What an undisturbed first run of Strava ends with."""
    live.strava.limits = strava.Limits()
    home, live.home = live.home, live.home.with_name("fresh")
    live.sign_in("garmin", "strava")
    assert live.run("sync", "strava").code == 0
    found, live.home = live.content(), home
    return found


def test_a_backfill_stops_at_the_limit_and_goes_on_later(live: Live) -> None:
    live.strava.stored = strava.many(80, live.day(1))
    live.strava.limits.read = (30, 1000)
    slept: list[float] = []
    live.monkeypatch.setattr(time, "sleep", slept.append)
    ran = live.run("sync", "strava")
    found = live.providers(ran)["strava"]
    assert (ran.code, found["state"], found["code"]) == (3, "partial", "rate-limited")
    # two requests for the list, the rest for details
    assert (found["listed"], found["added"], found["pending_details"], found["requests"]) == (80, 80, 52, 30)
    assert found["retry_at"] == "2026-11-16T05:45:00+00:00"
    assert live.strava.limits.used == [30, 30]
    newest = {one.id for one in live.strava.stored[:28]}
    assert {int(one.path.rsplit("/", 1)[1]) for one in live.strava_server.asked(DETAIL)} == newest

    # too early: nothing is asked
    live.strava_server.log.clear()
    live.later(minutes=14)
    ran = live.run("sync", "strava")
    found = live.providers(ran)["strava"]
    assert (ran.code, found["state"], found["code"], found["pending_details"]) == (75, "failed", "rate-limited", 52)
    assert (found["retry_at"], found["requests"]) == ("2026-11-16T05:45:00+00:00", 0)
    assert "until 2026-11-16 05:45 UTC" in found["message"]
    assert live.strava_server.log == []
    assert live.run("sync", "strava", "--full").code == 75
    assert live.strava_server.log == []

    # in time: only the rest
    asked: set[int] = set(newest)
    for pending in (24, 0):
        live.later(minutes=16)
        live.strava.limits.next_window()
        live.strava_server.log.clear()
        ran = live.run("sync", "strava")
        found = live.providers(ran)["strava"]
        assert (ran.code, found["pending_details"], found["added"]) == (3 if pending else 0, pending, 0)
        now_asked = {int(one.path.rsplit("/", 1)[1]) for one in live.strava_server.asked(DETAIL)}
        assert not asked & now_asked
        asked |= now_asked
    assert asked == {one.id for one in live.strava.stored}
    reached = live.content()
    assert slept == []
    assert reached.pop("sync_state") == [["strava", None, "1970-01-01", "2026-11-16", None, None]]
    fresh = fresh_content(live)
    fresh.pop("sync_state")
    assert reached == fresh


def test_a_limit_in_the_middle_of_the_list(live: Live) -> None:
    """So small a limit that not even the list comes in one go: it goes on where it stopped."""
    live.strava.page_size = 10
    live.strava.stored = [StravaActivity(1000 - n, live.day(n + 1), sport_type="Ride") for n in range(100)]
    live.strava.limits.read = (6, 1000)
    counts, runs = [], 0
    while True:
        runs += 1
        ran = live.run("sync", "strava")
        counts.append(live.rows("SELECT count(*) FROM recordings")[0][0])
        if ran.code == 0:
            break
        assert (ran.code, runs < 10) == (3, True)
        live.later(minutes=20)
        live.strava.limits.next_window()
    assert counts == sorted(set(counts)), "every run gets further"
    assert counts[-1] == 100
    live.strava.limits.next_window()
    assert [one["removed"] for one in live.sync("strava").values()] == [0]
    reached, fresh = live.content(), fresh_content(live)
    assert reached == fresh


def test_a_listing_that_goes_on_sees_what_came_meanwhile(live: Live) -> None:
    live.garmin.activities.most_per_page = 10
    live.garmin.activities.stored = garmin_activities.many(60, live.day(1))
    live.garmin_server.faults.add(GARMIN_LIST, status(429, Retry_After="60"), 1, skip=2)
    live.run("sync", "garmin")
    assert live.rows("SELECT count(*) FROM recordings") == [(20,)]
    live.later(days=3)
    live.garmin.activities.stored.append(garmin_activities.GarminActivity(88, live.day(1)))
    live.garmin.activities.stored.append(garmin_activities.GarminActivity(89, live.day(30)))
    assert live.run("sync", "garmin").code == 0
    assert live.rows("SELECT count(*) FROM recordings") == [(62,)]
    assert live.rows("SELECT cursor, first_day FROM sync_state") == [(None, "1970-01-01")]


def test_a_list_in_another_order_is_listed_anew(live: Live) -> None:
    """A cursor is only good where the newest come first."""
    live.garmin.activities.stored = garmin_activities.many(40, live.day(1))
    live.garmin.activities.most_per_page = 10
    shuffled = [live.garmin.activities.stored[n] for n in (*range(20, 30), *range(10), *range(30, 40), *range(10, 20))]

    def in_disorder(request: Any) -> Any:
        start = int(request.query["start"])
        inside = [one for one in shuffled if f"{one.start:%Y-%m-%d}" >= request.query.get("startDate", "")]
        return as_json([one.item() for one in inside[start : start + 10]])

    live.garmin.activities._list = in_disorder  # type: ignore[method-assign]
    live.garmin_server.faults.add(GARMIN_LIST, status(429, Retry_After="60"), 1, skip=3)
    live.run("sync", "garmin")
    assert live.rows("SELECT cursor, first_day FROM sync_state") == [(None, None)]
    live.later(minutes=2)
    assert live.run("sync", "garmin").code == 0
    assert live.rows("SELECT count(*) FROM recordings") == [(40,)]


@pytest.mark.parametrize("tell", [True, False])
@pytest.mark.parametrize(("retry_after", "minutes"), [(120, 2), (None, 15)])
def test_strava_refuses(live: Live, tell: bool, retry_after: int | None, minutes: int) -> None:
    live.strava.stored = strava.many(3, live.day(1))
    live.strava.limits = strava.Limits(read=(0, 1000), tell=tell, retry_after=retry_after)
    ran = live.run("sync")
    found = live.providers(ran)
    assert (ran.code, found["garmin"]["state"], found["strava"]["state"]) == (3, "ok", "failed")
    assert found["strava"]["retry_at"] == f"2026-11-16T05:{30 + minutes}:00+00:00"
    live.strava.limits = strava.Limits()
    live.later(minutes=minutes - 1)
    live.strava_server.log.clear()
    assert live.run("sync", "strava").code == 75
    assert live.strava_server.log == []
    live.later(minutes=1)
    assert live.sync("strava")["strava"]["added"] == 3


def test_stravas_day_is_used_up(live: Live) -> None:
    live.strava.stored = strava.many(20, live.day(1))
    live.strava.limits.read, live.strava.limits.used = (100, 1000), [0, 990]
    found = live.sync("strava")["strava"]
    assert (found["state"], found["pending_details"]) == ("partial", 12)
    # midnight in UTC
    assert found["retry_at"] == "2026-11-17T00:00:00+00:00"


@pytest.mark.parametrize(("header", "until"), [({"Retry_After": "300"}, "05:35:00"), ({}, "06:30:00")])
def test_garmin_refuses(live: Live, header: dict[str, str], until: str) -> None:
    live.garmin.activities.stored = garmin_activities.many(6, live.day(1))
    live.garmin_server.faults.add("/activity-service", status(429, **header), skip=2)
    ran = live.run("sync", "garmin")
    found = live.providers(ran)["garmin"]
    assert (ran.code, found["state"], found["added"], found["pending_details"]) == (3, "partial", 6, 4)
    assert found["retry_at"] == f"2026-11-16T{until}+00:00"
    live.garmin_server.faults.clear()
    live.garmin_server.log.clear()
    assert live.run("sync", "garmin").code == 75
    assert live.garmin_server.log == []
    live.later(hours=1)
    assert live.sync("garmin")["garmin"]["pending_details"] == 0


def test_a_wait_that_a_wrong_clock_wrote_is_not_believed(live: Live) -> None:
    live.strava.stored = strava.many(3, live.day(1))
    live.later(days=400)
    live.strava.limits = strava.Limits(read=(0, 1000), retry_after=60)
    live.sign_in("strava")
    assert live.run("sync", "strava").code == 75
    live.strava.limits = strava.Limits()
    live.later(days=-400)
    live.sign_in("strava")
    assert live.sync("strava")["strava"]["added"] == 3


def test_the_limit_is_not_touched_by_a_night_without_news(live: Live) -> None:
    live.strava.stored = strava.many(40, live.day(1))
    live.sync("strava")
    live.later(days=1)
    live.strava.limits = strava.Limits(read=(100, 1000))
    assert live.run("sync", "strava").code == 0
    assert live.strava.limits.used[0] <= 2 + 15
    assert len(live.strava_server.asked(STRAVA_LIST)) == 4


def test_a_limit_during_an_explicit_reading_again(live: Live) -> None:
    """`--since` queues what it is to read again, so that a limit does not make it forget."""
    live.strava.stored = strava.many(60, live.day(1))
    live.sync("strava")
    live.strava.stored[50].description = "knee 3/10"
    live.strava.limits = strava.Limits(read=(30, 1000))
    live.later(minutes=20)
    assert live.run("sync", "strava", "--since", "2026-01-01").code == 3
    live.strava.limits.next_window()
    live.later(minutes=20)
    live.run("sync", "strava")
    live.strava.limits.next_window()
    live.later(minutes=20)
    assert live.run("sync", "strava").code == 0
    assert live.notes(f"s{live.strava.stored[50].id}")["description"] == "knee 3/10"


def test_what_people_see_of_a_limit(live: Live) -> None:
    live.strava.stored = strava.many(40, live.day(20))
    live.strava.limits.read = (10, 1000)
    said = live.spawn("sync", "strava")
    assert said.code == 3
    assert said.out == (
        "strava: partial; 40 listed, 40 added, 0 updated, 0 removed; 10 requests; 32 details still to come; "
        "not before 2026-11-16 05:45 UTC.\n"
    )
    assert said.err == (
        "error: Strava's request limit is reached\n"
        "  10 of 10 in 15 minutes, 10 of 1000 today\n"
        "  try: the next run fetches the rest by itself\n"
    )
