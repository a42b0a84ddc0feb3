"""`syncer sync` against both services: what comes in, what changes later, what a second run does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.live import Live, live
from tests.fakes import garmin_activities, strava
from tests.fakes.garmin_activities import LIST_PATH as GARMIN_LIST
from tests.fakes.garmin_activities import GarminActivity
from tests.fakes.loopback import status
from tests.fakes.strava import LIST_PATH as STRAVA_LIST
from tests.fakes.strava import StravaActivity

__all__ = ["live"]

KEYS = {
    "provider", "state", "code", "listed", "added", "updated", "unchanged", "removed", "pending_details", "requests",
    "retry_at", "message",
}  # fmt: skip


def a_week(live: Live) -> None:
    """Five runs and two band walks on Garmin, the runs also on Strava."""
    live.garmin.activities.stored = garmin_activities.many(7, live.day(1))
    live.strava.stored = [
        StravaActivity(9_000 + one.id % 1000, one.start, name="Morning Run", distance_m=one.distance_m or 0)
        for one in live.garmin.activities.stored
        if one.type_key == "running"
    ]


def rides(live: Live, count: int) -> tuple[list[GarminActivity], list[StravaActivity]]:
    """So many rides on both, one a day, whose details are not wanted."""
    days = [live.day(number + 1) for number in range(count)]
    return (
        [GarminActivity(30_000 - number, day, type_key="cycling") for number, day in enumerate(days)],
        [StravaActivity(40_000 - number, day, sport_type="Ride") for number, day in enumerate(days)],
    )


def forget_logs(live: Live) -> None:
    live.garmin_server.log.clear()
    live.strava_server.log.clear()


# First and second -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 20, 21, 100])
def test_any_number_of_activities(live: Live, count: int) -> None:
    live.garmin.activities.stored = garmin_activities.many(count, live.day(1))
    live.strava.stored = strava.many(count, live.day(1, hour=18))
    ran = live.run("sync")
    assert ran.code == 0
    for name, one in live.providers(ran).items():
        assert one.keys() == KEYS
        assert (one["provider"], one["state"], one["code"], one["message"]) == (name, "ok", None, "")
        assert (one["listed"], one["added"], one["updated"], one["unchanged"], one["removed"]) == (
            count, count, 0, 0, 0,
        )  # fmt: skip
        assert (one["pending_details"], one["retry_at"]) == (0, None)
    found = live.providers(ran)
    assert found["garmin"]["requests"] == len(live.garmin_server.log)
    assert found["strava"]["requests"] == len(live.strava_server.log)
    assert len(live.activities()) == 2 * count
    live.look_for_secrets(ran)


def test_what_came_in_is_one_activity_with_all_its_texts(live: Live) -> None:
    live.garmin.activities.stored = [
        GarminActivity(21_000_000_001, live.day(1), name="Berlin Running", description="felt good"),
        GarminActivity(
            21_000_000_002,
            live.day(1, hour=18),
            name="Band walk",
            type_key="strength_training",
            distance_m=0.0,
            sets=[("HIP_STABILITY", "LATERAL_WALKS_WITH_BAND_AT_ANKLES", 10, 40.0, 1)] * 3,
            workout_id=1_354_016_242,
            rpe=30,
        ),
    ]
    live.strava.stored = [
        StravaActivity(9_000_001, live.day(1), private_note="#kneepain 4/10 left", external_id="garmin_ping_5")
    ]
    live.sync()
    run, walk = live.activities()
    assert [(one["provider"], one["external_id"]) for one in run["recordings"]] == [
        ("garmin", "21000000001"),
        ("strava", "9000001"),
    ]
    assert (run["pain"]["state"], run["pain"]["score"], run["pain"]["side"]) == ("tagged", 4, "left")
    assert (walk["kind"], walk["band_walk"], walk["pain"]) == ("strength", True, None)


@pytest.mark.slow
def test_a_thousand_and_one(live: Live) -> None:
    live.garmin.activities.stored = garmin_activities.many(1001, live.day(1))
    live.strava.stored = strava.many(1001, live.day(1, hour=18))
    found = live.sync()
    assert [(one["state"], one["added"]) for one in found.values()] == [("ok", 1001), ("ok", 1001)]
    assert live.rows("SELECT count(*) FROM recordings") == [(2002,)]
    assert live.rows("SELECT count(*) FROM payloads WHERE part = 'detail'") == [(2002,)]


def test_a_second_run_with_nothing_new_writes_nothing_and_asks_little(live: Live) -> None:
    a_week(live)
    live.sync()
    before = live.dump()
    forget_logs(live)
    live.later(minutes=5)
    found = live.sync()
    assert live.dump() == before
    for one in found.values():
        assert (one["state"], one["added"], one["updated"], one["removed"]) == ("ok", 0, 0, 0)
        assert one["unchanged"] == one["listed"] > 0
    assert len(live.garmin_server.asked(GARMIN_LIST)) <= 2
    assert len(live.strava_server.asked(STRAVA_LIST)) <= 2
    # the details of the last days, the sets of two band walks, and nothing else
    assert len(live.garmin_server.log) == 2 + 7 + 2
    assert len(live.strava_server.log) == 2 + 5


def test_older_details_are_not_read_again(live: Live) -> None:
    live.garmin.activities.stored = garmin_activities.many(60, live.day(1))
    live.sync("garmin")
    forget_logs(live)
    live.sync("garmin")
    asked = {int(one.path.split("/")[3]) for one in live.garmin_server.asked("/activity-service/")}
    oldest = (live.now - timedelta(days=14)).date()
    assert asked == {one.id for one in live.garmin.activities.stored if one.start.date() >= oldest}


def test_rides_are_listed_without_their_details(live: Live) -> None:
    live.garmin.activities.stored = [GarminActivity(5, live.day(1), type_key="cycling", description="windy")]
    live.strava.stored = [StravaActivity(6, live.day(2), sport_type="Ride")]
    live.sync()
    assert live.garmin_server.asked("/activity-service") == []
    assert live.strava_server.asked("/activities/") == []
    assert live.notes("g5")["description"] == "windy"


# What changes later -----------------------------------------------------------------------------------------------


def test_an_upload_that_comes_days_late(live: Live) -> None:
    a_week(live)
    live.sync()
    live.later(days=2)
    live.garmin.activities.stored.append(GarminActivity(77, live.day(12), name="Forgotten"))
    live.strava.stored.append(StravaActivity(78, live.day(13), name="Forgotten too"))
    found = live.sync()
    assert (found["garmin"]["added"], found["strava"]["added"]) == (1, 1)
    assert live.notes("g77")["name"] == "Forgotten"


def test_a_note_written_days_later(live: Live) -> None:
    a_week(live)
    live.sync()
    run, told = live.garmin.activities.stored[4], live.strava.stored[0]
    live.later(days=5)
    run.description, run.rpe = "knee 5/10", 70
    told.private_note, told.description = "knee pain 3/10", "slow"
    found = live.sync()
    assert (found["garmin"]["updated"], found["strava"]["updated"]) == (1, 1)
    assert live.notes(f"g{run.id}")["description"] == "knee 5/10"
    assert live.notes(f"s{told.id}") == {
        "name": "Morning Run", "description": "slow", "private_note": "knee pain 3/10",
    }  # fmt: skip


def test_a_note_that_is_taken_back(live: Live) -> None:
    live.garmin.activities.stored = [GarminActivity(5, live.day(2), description="#kneepain 5/10")]
    live.strava.stored = [StravaActivity(6, live.day(2, hour=18), private_note="#kneepain 5/10")]
    live.sync()
    assert [one["pain"]["score"] for one in live.activities()] == [5, 5]
    live.garmin.activities.stored[0].description = None
    live.strava.stored[0].private_note = None
    live.later(days=1)
    live.sync()
    assert [one["pain"] for one in live.activities()] == [None, None]


def test_a_note_stays_when_the_list_changes_and_says_null(live: Live) -> None:
    """Only the detail knows whether a note is there; a list item that changes must not clear it."""
    run = GarminActivity(5, live.day(2), description="#kneepain 5/10")
    live.garmin.activities.stored = [run]
    live.garmin.activities.rewrite = lambda item: {**item, "description": None}
    live.sync("garmin")
    live.later(days=1)
    live.garmin.activities.rewrite = lambda item: {**item, "description": None, "steps": 1, "distance": 5100.0}
    live.sync("garmin")
    assert live.notes("g5")["description"] == "#kneepain 5/10"


def test_renamed_retyped_and_retimed(live: Live) -> None:
    a_week(live)
    live.sync()
    run, told = live.garmin.activities.stored[0], live.strava.stored[0]
    live.later(days=1)
    run.name, run.type_key, run.start = "Renamed", "trail_running", run.start + timedelta(hours=2)
    told.name, told.sport_type, told.start = "Renamed too", "TrailRun", told.start + timedelta(hours=2)
    found = live.sync()
    assert (found["garmin"]["updated"], found["strava"]["updated"]) == (1, 1)
    newest = live.activities()[-1]
    assert newest["start"] == run.start.isoformat()
    labels = live.rows("SELECT sport_label FROM recordings WHERE external_id IN (?, ?)", str(run.id), str(told.id))
    assert sorted(labels) == [("TrailRun",), ("trail_running",)]


def test_sets_that_are_edited_are_replaced(live: Live) -> None:
    session = GarminActivity(5, live.day(2), type_key="strength_training", sets=[("SQUAT", None, 10, 40.0, None)] * 3)
    live.garmin.activities.stored = [session]
    live.sync("garmin")
    session.sets = [("HIP_STABILITY", "LATERAL_WALKS_WITH_BAND_AT_ANKLES", 12, 40.0, None)]
    live.later(days=1)
    live.sync("garmin")
    assert live.activities()[0]["band_walk"] is True


def test_a_run_that_is_moved_out_of_the_window_is_not_taken_for_deleted(live: Live) -> None:
    a_week(live)
    live.sync()
    run, told = live.garmin.activities.stored[1], live.strava.stored[1]
    live.later(days=1)
    run.start, told.start = live.day(100), live.day(101)
    found = live.sync()
    assert [one["removed"] for one in found.values()] == [0, 0]
    days = {one["local_date"] for one in live.activities()}
    assert {live.day(100).date().isoformat(), live.day(101).date().isoformat()} <= days


# Deletions --------------------------------------------------------------------------------------------------------


def test_a_deletion_arrives_softly(live: Live) -> None:
    a_week(live)
    live.sync()
    gone, gone_too = live.garmin.activities.stored.pop(4), live.strava.stored.pop(1)
    live.later(days=1)
    found = live.sync()
    assert [one["removed"] for one in found.values()] == [1, 1]
    keys = {recording["external_id"] for one in live.activities() for recording in one["recordings"]}
    assert not {str(gone.id), str(gone_too.id)} & keys
    assert live.rows("SELECT count(*) FROM recordings WHERE deleted_us IS NOT NULL") == [(2,)]
    live.later(days=1)
    assert [one["removed"] for one in live.sync().values()] == [0, 0]
    # it was a mistake, and is there again
    live.garmin.activities.stored.append(gone)
    found = live.sync()
    assert found["garmin"]["added"] == 1
    assert live.rows("SELECT count(*) FROM recordings WHERE deleted_us IS NOT NULL") == [(1,)]


def test_an_account_that_is_suddenly_empty_loses_nothing(live: Live) -> None:
    a_week(live)
    live.sync()
    before = live.content()
    live.garmin.activities.stored.clear()
    live.later(days=1)
    ran = live.run("sync")
    assert ran.code == 3
    found = live.providers(ran)
    assert (found["garmin"]["state"], found["garmin"]["code"], found["garmin"]["removed"]) == (
        "partial", "suddenly-empty", 0,
    )  # fmt: skip
    assert found["strava"]["state"] == "ok"
    for table in ("recordings", "recording_versions", "activities", "pending_details"):
        assert live.content()[table] == before[table]
    # what is not shown is not asked for, and so not taken for broken
    assert [error["code"] for error in ran.envelope["errors"]] == ["suddenly-empty"]


def test_a_first_list_without_anything_does_not_end_the_history(live: Live) -> None:
    old = [GarminActivity(5, live.day(60)), GarminActivity(6, live.day(2))]
    live.strava.stored = []
    found = live.sync()
    assert [(one["state"], one["listed"]) for one in found.values()] == [("ok", 0), ("ok", 0)]
    # the service had shown nothing for a while, or an old watch was emptied into a new account
    live.garmin.activities.stored = old
    live.strava.stored = strava.many(3, live.day(60))
    live.later(days=1)
    found = live.sync()
    assert (found["garmin"]["added"], found["strava"]["added"]) == (2, 3)
    live.later(days=1)
    assert live.sync()["garmin"]["listed"] == 1


def test_most_of_an_account_goes_only_when_each_is_asked_for(live: Live) -> None:
    live.strava.stored = strava.many(12, live.day(1))
    live.sync("strava")
    hidden = live.strava.stored[2:]
    del live.strava.stored[2:]
    still_there = {one.id: one for one in hidden[:4]}
    find = live.strava.find
    live.strava.find = lambda number: find(number) or still_there.get(number)  # type: ignore[method-assign]
    live.later(minutes=5)
    found = live.sync("strava")
    assert found["strava"]["removed"] == 6


def test_only_one_activity_and_it_is_deleted(live: Live) -> None:
    live.garmin.activities.stored = [GarminActivity(5, live.day(2))]
    live.sync("garmin")
    live.garmin.activities.stored.clear()
    assert live.sync("garmin")["garmin"]["removed"] == 1
    assert live.activities() == []


def test_nothing_is_removed_outside_the_window_or_when_it_was_not_listed_whole(live: Live) -> None:
    live.garmin.activities.stored = garmin_activities.many(60, live.day(1))
    live.sync("garmin")
    del live.garmin.activities.stored[30]
    live.later(days=1)
    assert live.sync("garmin")["garmin"]["removed"] == 0
    del live.garmin.activities.stored[3]
    live.garmin_server.faults.add(GARMIN_LIST, status(503), skip=1)
    found = live.sync("garmin")["garmin"]
    assert (found["state"], found["removed"]) == ("partial", 0)
    live.garmin_server.faults.clear()
    assert live.sync("garmin", "--full")["garmin"]["removed"] == 2


def test_a_deletion_while_the_list_is_turned_over_takes_nothing_else_away(live: Live) -> None:
    live.garmin.activities.most_per_page = 10
    live.garmin.activities.stored = garmin_activities.many(40, live.day(1))
    live.sync("garmin", "--full")

    def delete(page: int) -> None:
        live.garmin.activities.after_page = None
        del live.garmin.activities.stored[0]

    live.garmin.activities.after_page = delete
    found = live.sync("garmin", "--full")["garmin"]
    # the one that slipped from the second page to the first was not listed, and is still there
    assert (found["listed"], found["removed"]) == (39, 0)
    assert live.sync("garmin", "--full")["garmin"]["removed"] == 1


# Paging -----------------------------------------------------------------------------------------------------------


def test_an_activity_that_arrives_between_two_pages(live: Live) -> None:
    live.garmin.activities.stored, live.strava.stored = rides(live, 401)
    arrivals = iter([GarminActivity(88, live.day(0, hour=5)), StravaActivity(89, live.day(0, hour=5))])

    def land(stored: list[Any]) -> None:
        stored.append(next(arrivals))

    live.garmin.activities.after_page = lambda page: land(live.garmin.activities.stored) if page == 1 else None
    live.strava.after_page = lambda page: land(live.strava.stored) if page == 1 else None
    found = live.sync()
    assert [(one["listed"], one["added"]) for one in found.values()] == [(401, 401), (401, 401)]
    found = live.sync()
    assert [(one["added"], one["removed"]) for one in found.values()] == [(1, 0), (1, 0)]
    assert live.rows("SELECT count(*) FROM recordings") == [(804,)]


def test_an_only_activity_that_is_pushed_to_the_next_page(live: Live) -> None:
    live.garmin.activities.stored = [GarminActivity(5, live.day(1))]
    live.garmin.activities.after_page = lambda page: (
        live.garmin.activities.stored.append(GarminActivity(6, live.day(0, hour=5))) if page == 1 else None
    )
    assert live.sync("garmin")["garmin"]["state"] == "ok"
    found = live.sync("garmin")["garmin"]
    assert (found["added"], found["removed"]) == (1, 0)


def test_short_pages_are_no_end(live: Live) -> None:
    live.strava.page_size = 199
    live.garmin.activities.most_per_page = 20
    live.strava.stored = rides(live, 450)[1]
    live.garmin.activities.stored = rides(live, 45)[0]
    found = live.sync()
    assert (found["strava"]["listed"], found["garmin"]["listed"]) == (450, 45)
    assert len(live.strava_server.asked(STRAVA_LIST)) == 4
    assert len(live.garmin_server.asked(GARMIN_LIST)) == 4


def test_a_list_that_never_ends_is_left(live: Live) -> None:
    live.garmin.activities.stored = garmin_activities.many(3, live.day(1))
    answer = live.garmin.activities._list
    live.garmin.activities._list = lambda request: answer(replace(request, query={**request.query, "start": "0"}))  # type: ignore[method-assign]
    ran = live.run("sync", "garmin")
    found = live.providers(ran)["garmin"]
    assert (ran.code, found["state"], found["code"], found["added"]) == (3, "partial", "endless-list", 3)
    assert len(live.garmin_server.asked(GARMIN_LIST)) < 10


def test_one_odd_item_never_loses_a_page(live: Live) -> None:
    live.garmin.activities.stored = garmin_activities.many(10, live.day(1))
    odd: list[Any] = [None, 7, {}, {"activityId": 99}, {"activityId": "x"}]
    broken = iter(odd)
    good = {one.id for one in live.garmin.activities.stored[1::2]}
    live.garmin.activities.rewrite = lambda item: item if item["activityId"] in good else next(broken)
    live.strava.stored = [
        StravaActivity(
            6, live.day(1), odd={"athlete_count": 0, "max_heartrate": 178.5, "sport_type": "Unheard"}, rpe=4.5
        )
    ]
    ran = live.run("sync")
    found = live.providers(ran)
    assert ran.code == 3
    assert (found["garmin"]["state"], found["garmin"]["added"]) == ("partial", 5)
    assert (found["strava"]["state"], found["strava"]["added"]) == ("ok", 1)
    assert {one["code"] for one in ran.envelope["errors"]} == {"odd-item"}
    assert "garmin 99: it has no start time" in [one["message"] for one in ran.envelope["errors"]]


# What is asked for ------------------------------------------------------------------------------------------------


def test_one_provider_alone(live: Live) -> None:
    a_week(live)
    assert set(live.sync("strava")) == {"strava"}
    assert live.garmin_server.log == []


def test_since_reads_again_from_that_day_on(live: Live) -> None:
    live.strava.stored = strava.many(60, live.day(1))
    live.sync("strava")
    old = live.strava.stored[40]
    old.private_note = "knee 2/10"
    live.later(days=1)
    live.sync("strava")
    assert "knee" not in live.notes(f"s{old.id}").get("private_note", "")
    forget_logs(live)
    found = live.sync("strava", "--since", old.start.date().isoformat())["strava"]
    assert (found["updated"], found["pending_details"]) == (1, 0)
    assert live.notes(f"s{old.id}")["private_note"] == "knee 2/10"
    asked = [int(one.path.rsplit("/", 1)[1]) for one in live.strava_server.asked("/activities/")]
    # from the day on, newest first
    assert asked == [one.id for one in live.strava.stored[:41]]


def test_full_reads_everything_again(live: Live) -> None:
    live.garmin.activities.stored = garmin_activities.many(60, live.day(1))
    live.sync("garmin")
    live.garmin.activities.stored[50].description = "knee 2/10"
    live.garmin.activities.stored[50].rpe = 80
    live.later(days=1)
    forget_logs(live)
    found = live.sync("garmin", "--full")["garmin"]
    assert (found["listed"], found["updated"]) == (60, 1)
    assert len(live.garmin_server.asked(r"/activity-service/activity/\d+$")) == 60


def test_since_on_a_first_run_leaves_the_rest_for_later(live: Live) -> None:
    live.garmin.activities.stored = garmin_activities.many(60, live.day(1))
    assert live.sync("garmin", "--since", live.day(30).date().isoformat())["garmin"]["added"] == 30
    assert live.sync("garmin")["garmin"]["added"] == 30


def test_a_first_run_is_newest_first(live: Live) -> None:
    live.garmin.activities.stored = garmin_activities.many(10, live.day(1))
    live.strava.stored = strava.many(10, live.day(1))
    live.sync()
    asked = [int(one.path.split("/")[3]) for one in live.garmin_server.asked(r"/activity-service/activity/\d+$")]
    assert asked == [one.id for one in live.garmin.activities.stored]
    asked = [int(one.path.rsplit("/", 1)[1]) for one in live.strava_server.asked("/activities/")]
    assert asked == [one.id for one in live.strava.stored]


def test_a_longer_or_shorter_look_back(live: Live) -> None:
    live.garmin.activities.stored = garmin_activities.many(60, live.day(1))
    live.sync("garmin")
    live.settings["SYNCER_SYNC_LOOKBACK_DAYS"] = "3"
    forget_logs(live)
    live.sync("garmin")
    assert len(live.garmin_server.asked(r"/activity-service/activity/\d+$")) == 3


def test_after_weeks_without_a_run_nothing_is_missing(live: Live) -> None:
    live.garmin.activities.stored = garmin_activities.many(5, live.day(1))
    live.sync("garmin")
    live.later(days=50)
    live.garmin.activities.stored += [GarminActivity(100 + n, live.day(n)) for n in range(1, 50)]
    assert live.sync("garmin")["garmin"]["added"] == 49


def test_dry_run_says_what_would_be_asked_and_asks_nothing(live: Live) -> None:
    ran = live.run("sync", "--dry-run")
    assert ran.code == 0
    assert ran.data["planned"][0] == {
        "provider": "garmin", "from": None, "rest_to": None, "details_from": "2026-11-02", "pending_details": 0,
        "retry_at": None,
    }  # fmt: skip
    a_week(live)
    live.sync()
    forget_logs(live)
    before = live.dump()
    planned = {one["provider"]: one for one in live.run("sync", "--dry-run").data["planned"]}
    assert planned["strava"]["from"] == "2026-11-02"
    since = live.run("sync", "strava", "--dry-run", "--since", "2026-01-01").data["planned"]
    assert [(one["provider"], one["from"], one["details_from"]) for one in since] == [
        ("strava", "2026-01-01", "2026-01-01")
    ]
    full = live.run("sync", "garmin", "--dry-run", "--full").data["planned"]
    assert [(one["from"], one["details_from"]) for one in full] == [(None, None)]
    assert (live.garmin_server.log, live.strava_server.log) == ([], [])
    assert live.dump() == before
    live.home.joinpath("config.toml").write_text("")
    said = live.spawn("sync", "--dry-run")
    assert (said.code, said.err) == (0, "")
    assert (
        "garmin: would list 2026-11-02 and later; details from 2026-11-02 on, and 0 that are still to come." in said.out
    )


@pytest.mark.parametrize("private", [True, False])
def test_what_an_export_has_told_costs_no_request(live: Live, tmp_path: Path, private: bool) -> None:
    live.strava.stored = strava.many(40, live.day(1))
    columns = "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance"
    rows = [columns + (",Activity Private Note" if private else "")]
    for one in live.strava.stored:
        date_ = f"{one.start.astimezone(UTC):%b %d, %Y, %I:%M:%S %p}"
        rows.append(f'{one.id},"{date_}",{one.name},Run,,1800,5.0' + (",#kneepain 2/10" if private else ""))
    table = tmp_path / "activities.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert live.run("import", table).code == 0
    live.sync("strava")
    asked = {int(one.path.rsplit("/", 1)[1]) for one in live.strava_server.asked("/activities/")}
    # the recent ones are read all the same: their notes may have been edited since
    recent = {one.id for one in live.strava.stored[:14]}
    assert asked == (recent if private else {one.id for one in live.strava.stored})
    if private:
        assert live.notes(f"s{live.strava.stored[30].id}")["private_note"] == "#kneepain 2/10"
        assert live.notes(f"s{live.strava.stored[0].id}")["private_note"] == ""


# Policy -----------------------------------------------------------------------------------------------------------


def test_stravas_raw_payloads_can_be_dropped_and_what_was_derived_stays(live: Live) -> None:
    live.settings["SYNCER_STRAVA_RAW_RETENTION_DAYS"] = "7"
    live.strava.stored = [
        StravaActivity(6, live.day(20), private_note="#kneepain 3/10"),
        StravaActivity(7, live.day(1)),
    ]
    live.garmin.activities.stored = garmin_activities.many(3, live.day(1))
    live.sync()
    assert live.rows("SELECT count(*) FROM payloads WHERE provider = 'strava'") == [(4,)]
    live.later(days=8)
    live.sync()
    # the run of nine days ago was read again tonight; the old one was not
    assert live.rows("SELECT DISTINCT external_id FROM payloads WHERE provider = 'strava'") == [("7",)]
    assert live.rows("SELECT count(*) FROM payloads WHERE provider = 'garmin'")[0][0] > 6
    assert live.activities()[0]["pain"]["score"] == 3


# Who is asked -----------------------------------------------------------------------------------------------------


def test_nobody_signed_in(live: Live) -> None:
    for name in ("garmin", "strava"):
        (live.home / "tokens" / f"{name}.json").unlink()
    ran = live.run("sync")
    assert (ran.code, ran.envelope["errors"][0]["hint"]) == (77, "syncer init")
    ran = live.run("sync", "strava")
    assert (ran.code, ran.envelope["errors"][0]["hint"]) == (77, "syncer auth strava")


@pytest.mark.parametrize(("off", "left"), [("GARMIN", {"strava"}), ("STRAVA", {"garmin"})])
def test_a_provider_that_is_turned_off(live: Live, off: str, left: set[str]) -> None:
    live.settings[f"SYNCER_{off}_ENABLED"] = "false"
    assert set(live.sync()) == left


def test_a_provider_without_a_sign_in_is_not_asked(live: Live) -> None:
    (live.home / "tokens" / "strava.json").unlink()
    assert set(live.sync()) == {"garmin"}


def test_an_app_that_is_not_configured_stops_strava_alone(live: Live) -> None:
    a_week(live)
    live.settings["SYNCER_STRAVA_CLIENT_ID"] = ""
    live.monkeypatch.setenv("SYNCER_STRAVA_CLIENT_ID", "")
    ran = live.run("sync")
    found = live.providers(ran)
    assert (ran.code, found["garmin"]["state"], found["strava"]["state"]) == (3, "ok", "failed")
    assert live.run("sync", "strava").code == 78


def test_what_people_see(live: Live) -> None:
    a_week(live)
    ran = live.spawn("sync")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "garmin: ok; 7 listed, 7 added, 0 updated, 0 removed; 11 requests.\n"
        "strava: ok; 5 listed, 5 added, 0 updated, 0 removed; 7 requests.\n"
    )
    quiet = live.spawn("-q", "sync")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    assert json.loads(live.spawn("--json", "sync", "garmin").out)["command"] == "sync"


def test_the_report_knows_how_old_the_data_is(live: Live) -> None:
    a_week(live)
    live.sync()
    as_of = live.run("report").data["data_as_of"]
    assert as_of["garmin"] is not None
    assert as_of["strava"] is not None
    assert date.fromisoformat(as_of["garmin"][:10]) == live.now.date()
