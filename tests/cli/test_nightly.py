"""`syncer nightly` against both services, a ping server and a notification server, all on this machine."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.live import BERLIN, Live, live
from tests.cli.runner import Ran
from tests.fakes import garmin_activities, strava
from tests.fakes.garmin_activities import LIST_PATH as GARMIN_LIST
from tests.fakes.garmin_activities import GarminActivity
from tests.fakes.loopback import DROPPED, HANG, Answer, Loopback, Request, running, status, wait_until
from tests.fakes.strava import LIST_PATH as STRAVA_LIST
from tests.fakes.strava import StravaActivity

__all__ = ["live"]

PATH = "/hooks/5ecret-t0pic"
# apprise 2.2.0 imports it where it is still there
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def door() -> Iterator[Loopback]:
    """Where notifications and pings arrive."""
    with running(lambda _request: Answer(200, b"OK")) as server:
        yield server


@pytest.fixture
def told(live: Live, door: Loopback) -> Callable[[], list[dict[str, Any]]]:
    """The notifications that have arrived, as apprise's JSON."""
    live.settings["SYNCER_NOTIFY_URLS"] = f"json://127.0.0.1:{door.port}{PATH}"
    return lambda: [request.json for request in door.asked(f"POST {PATH}")]


def a_plan(live: Live, first: str = "2026-11-02") -> None:
    assert live.run("plan", "set", "--days", "mon,wed,fri", "--from", first).code == 0


def some_days(live: Live, count: int = 6) -> None:
    live.garmin.activities.stored = garmin_activities.many(count, live.day(1))
    live.strava.stored = strava.many(count, live.day(1, hour=18))


def reports(live: Live) -> list[str]:
    folder = live.home / "reports"
    return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def steps(ran: Ran) -> dict[str, str]:
    return {step["name"]: step["state"] for step in ran.data["steps"]}


def logs(live: Live) -> list[Path]:
    return sorted((live.home / "logs").glob("*"))


# When all is well -------------------------------------------------------------------------------------------------


def test_a_good_night_says_nothing_and_does_everything(live: Live) -> None:
    some_days(live)
    a_plan(live)
    night = live.spawn("nightly")
    assert (night.code, night.out, night.err) == (0, "", "")
    assert len(live.activities()) == 12
    assert reports(live) == ["2026-W46.html", "2026-W46.md"]
    assert len(list((live.home / "backups").glob("*.db"))) == 1
    again = live.spawn("nightly")
    assert (again.code, again.out, again.err) == (0, "", "")
    live.look_for_secrets(night, again)


def test_json_says_what_was_done(live: Live) -> None:
    some_days(live)
    night = live.run("nightly")
    assert night.code == 0
    assert steps(night) == {
        "sync garmin": "ok",
        "sync strava": "ok",
        "match": "ok",
        "push": "skipped",
        "report": "ok",
        "backup": "ok",
        "tidy": "ok",
    }
    assert live.providers(night)["garmin"]["added"] == 6
    assert Path(night.data["log"]).is_file()
    assert [one["week"] for one in night.data["reports"]] == ["2026-W46"]


def test_aloud_it_tells_each_step(live: Live) -> None:
    some_days(live)
    night = live.spawn("nightly", "-v")
    assert night.code == 0
    assert "sync garmin: ok. 6 listed, 6 added" in night.out
    assert "report: ok. week 2026-W46" in night.out
    assert night.err == ""


def test_a_second_night_changes_nothing(live: Live) -> None:
    some_days(live)
    a_plan(live)
    assert live.run("nightly").code == 0
    before, files = live.dump(), {name: (live.home / "reports" / name).read_bytes() for name in reports(live)}
    live.later(minutes=5)
    assert live.run("nightly").code == 0
    assert live.dump() == before
    assert {name: (live.home / "reports" / name).read_bytes() for name in reports(live)} == files


def test_only_what_is_signed_in_to_is_read(live: Live) -> None:
    some_days(live)
    (live.home / "tokens" / "strava.json").unlink()
    night = live.run("nightly")
    assert night.code == 0
    assert list(live.providers(night)) == ["garmin"]
    assert live.strava_server.log == []


def test_a_provider_that_is_turned_off_is_not_read(live: Live) -> None:
    live.settings["SYNCER_STRAVA_ENABLED"] = "false"
    assert list(live.providers(live.run("nightly"))) == ["garmin"]


def test_without_a_subscription_strava_is_left_out_without_a_word(live: Live) -> None:
    some_days(live)
    refusal = '{"message":"Forbidden","errors":[{"resource":"Application","field":"Status","code":"Inactive"}]}'
    live.strava_server.faults.add("/api/v3", status(403, refusal))
    night = live.spawn("nightly")
    assert (night.code, night.out, night.err) == (0, "", "")
    assert live.providers(live.run("nightly"))["strava"]["state"] == "skipped"


# When something is wrong ------------------------------------------------------------------------------------------


def test_without_any_sign_in_the_first_step_is_named(live: Live) -> None:
    shutil.rmtree(live.home / "tokens")
    night = live.spawn("nightly")
    assert night.code == 77
    assert "syncer init" in night.err
    live.settings |= {"SYNCER_STRAVA_ENABLED": "false", "SYNCER_GARMIN_ENABLED": "false"}
    assert live.spawn("nightly").code == 0


def test_imports_are_enough_for_a_night(live: Live) -> None:
    some_days(live)
    live.settings["SYNCER_STRAVA_ENABLED"] = "false"
    assert live.run("nightly").code == 0
    live.settings |= {"SYNCER_GARMIN_ENABLED": "false"}
    live.later(days=7)
    night = live.run("nightly")
    assert night.code == 0
    assert "2026-W47.md" in reports(live)


@pytest.mark.parametrize("broken", ["garmin", "strava"])
def test_the_failure_of_one_stops_nothing_else(live: Live, broken: str) -> None:
    some_days(live)
    a_plan(live)
    server = live.garmin_server if broken == "garmin" else live.strava_server
    server.faults.add(".", status(503))
    night = live.spawn("nightly")
    assert night.code == 3
    assert night.out == ""
    assert broken in night.err.lower()
    assert "the log of this run: " in night.err
    assert len(live.activities()) == 6
    assert reports(live) == ["2026-W46.html", "2026-W46.md"]
    live.look_for_secrets(night)


def test_nobody_answers(live: Live) -> None:
    live.garmin_server.faults.add(".", DROPPED)
    live.strava_server.faults.add(".", DROPPED)
    a_plan(live)
    night = live.run("nightly")
    assert night.code == 75
    assert {error["provider"] for error in night.envelope["errors"]} == {"garmin", "strava"}
    assert steps(night)["report"] == "ok"


def test_a_dead_sign_in_is_told_with_its_cure(live: Live) -> None:
    live.garmin.tokens.end_everything()
    (live.home / "tokens" / "strava.json").unlink()
    night = live.spawn("nightly")
    assert night.code == 77
    assert "syncer auth garmin" in night.err


def test_tokens_that_are_gone_are_missed(live: Live) -> None:
    some_days(live)
    assert live.run("nightly").code == 0
    (live.home / "tokens" / "garmin.json").unlink()
    night = live.run("nightly")
    assert night.code == 3
    [error] = night.envelope["errors"]
    assert (error["code"], error["provider"]) == ("not-signed-in", "garmin")
    assert error["hint"] == "syncer auth garmin, or set garmin.enabled = false"


def test_a_report_that_cannot_be_written_is_told_and_the_rest_goes_on(live: Live) -> None:
    some_days(live)
    live.home.mkdir(exist_ok=True)
    (live.home / "reports").write_text("a file where the folder should be")
    night = live.run("nightly")
    assert night.code == 3
    [error] = night.envelope["errors"]
    assert error["code"] == "cannot-write"
    assert str(live.home / "reports") in error["message"]
    assert steps(night)["backup"] == "ok"
    (live.home / "reports").unlink()
    assert live.run("nightly").code == 0
    assert reports(live) == ["2026-W46.html", "2026-W46.md"]


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk takes root on Linux")
def test_a_full_disk_for_the_report_leaves_no_half_file(live: Live) -> None:
    some_days(live)
    folder = live.home / "reports"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        (folder / "ballast").write_bytes(b"x" * 4096)
        night = live.run("nightly")
        assert night.code == 3
        [error] = night.envelope["errors"]
        assert error["code"] == "cannot-write"
        assert "No space left" in error["message"]
        assert not [name for name in reports(live) if name.startswith(".")]
        assert all(file.stat().st_size for file in folder.iterdir())
        assert steps(night)["backup"] == "ok"
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    assert live.run("nightly").code == 0
    assert reports(live) == ["2026-W46.html", "2026-W46.md"]


def test_bad_settings_end_it_at_once(live: Live) -> None:
    live.settings["SYNCER_NIGHTLY_KEEP_REPORTS"] = "many"
    night = live.spawn("nightly")
    assert night.code == 78
    assert live.garmin_server.log == []


# Two at once, and the end in the middle ---------------------------------------------------------------------------


def test_a_second_run_says_who_holds_the_lock(live: Live, told: Callable[[], list[dict[str, Any]]]) -> None:
    some_days(live)
    live.garmin_server.faults.add(GARMIN_LIST, HANG)
    live.settings["SYNCER_SYNC_TIMEOUT_S"] = "600"
    first = live.start("nightly")
    try:
        wait_until(lambda: bool(live.garmin_server.asked(GARMIN_LIST)))
        second = live.spawn("nightly")
        assert second.code == 75
        assert f"'syncer nightly' (process {first.pid})" in second.err
        assert live.run("sync").code == 75
    finally:
        first.kill()
        first.communicate()
    assert told() == []
    live.garmin_server.faults.clear()
    assert live.spawn("nightly").code == 0


@pytest.mark.parametrize(
    "where",
    [
        GARMIN_LIST,
        "GET /api/v3/activities/",
        pytest.param("/activity-service/activity", marks=pytest.mark.slow),
        pytest.param(STRAVA_LIST, marks=pytest.mark.slow),
    ],
)
def test_a_killed_night_is_caught_up_by_the_next(live: Live, where: str) -> None:
    some_days(live, 9)
    a_plan(live)
    server = live.garmin_server if where in (GARMIN_LIST, "/activity-service/activity") else live.strava_server
    server.faults.add(where, HANG, skip=1 if "activity-service" in where or "activities/" in where else 0)
    live.settings["SYNCER_SYNC_TIMEOUT_S"] = "600"
    night = live.start("nightly")
    wait_until(lambda: len(server.asked(where)) > (1 if "activity-service" in where or "activities/" in where else 0))
    night.kill()
    night.communicate()
    server.faults.clear()
    assert live.spawn("nightly").code == 0
    reached = live.content()
    interrupted, live.home = live.home, live.home.with_name("fresh")
    live.sign_in("garmin", "strava")
    a_plan(live)
    assert live.spawn("nightly").code == 0
    fresh = live.content()
    for table in ("plan_rules", "verdicts", "questions"):
        reached.pop(table), fresh.pop(table)
    assert reached == fresh
    assert reports(live) == sorted(file.name for file in (interrupted / "reports").iterdir())


@pytest.mark.slow
def test_killed_anywhere_the_next_night_ends_where_it_would_have(live: Live) -> None:
    some_days(live)
    a_plan(live)
    for requests in range(0, 21, 3):
        seen = _asked(live)
        night = live.start("nightly")
        wait_until(
            lambda seen=seen, requests=requests, night=night: (
                _asked(live) >= seen + requests or night.poll() is not None
            )
        )
        night.kill()
        night.communicate()
        live.dump()
    assert live.spawn("nightly").code == 0
    assert len(live.activities()) == 12
    assert reports(live) == ["2026-W46.html", "2026-W46.md"]


def _asked(live: Live) -> int:
    return len(live.garmin_server.log) + len(live.strava_server.log)


def test_an_interrupted_night_says_so(live: Live) -> None:
    live.garmin_server.faults.add(GARMIN_LIST, HANG)
    live.settings["SYNCER_SYNC_TIMEOUT_S"] = "600"
    night = live.start("nightly")
    wait_until(lambda: bool(live.garmin_server.asked(GARMIN_LIST)))
    night.terminate()
    _, err = night.communicate(timeout=120)
    assert night.returncode == 130
    assert "interrupted" in err
    assert logs(live)[-1].read_text().rstrip().endswith("interrupted")
    assert live.rows("SELECT exit_code FROM runs WHERE command = 'nightly'") == [(130,)]


# The weekly report ------------------------------------------------------------------------------------------------


def at(live: Live, text: str) -> None:
    live.now = datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def no_services(live: Live) -> None:
    """A runner whose history is there already and who reads no service any more."""
    assert live.run("nightly").code == 0
    live.settings |= {"SYNCER_STRAVA_ENABLED": "false", "SYNCER_GARMIN_ENABLED": "false"}


def test_it_comes_when_the_week_has_turned_and_once(live: Live) -> None:
    some_days(live)
    at(live, "2026-11-22T23:50:00")
    no_services(live)
    assert reports(live) == ["2026-W46.html", "2026-W46.md"]
    at(live, "2026-11-23T00:05:00")
    night = live.run("nightly")
    assert [one["week"] for one in night.data["reports"]] == ["2026-W47"]
    for day in range(24, 30):
        at(live, f"2026-11-{day}T03:30:00")
        assert live.run("nightly").data["reports"] == []
    at(live, "2026-11-30T03:30:00")
    assert [one["week"] for one in live.run("nightly").data["reports"]] == ["2026-W48"]


def test_the_week_turns_in_the_runners_own_zone(live: Live) -> None:
    some_days(live)
    no_services(live)
    live.settings["SYNCER_TIMEZONE"] = "Pacific/Auckland"
    at(live, "2026-11-22T11:30:00")  # 23:30 on Sunday there
    assert live.run("nightly").data["reports"] == []
    at(live, "2026-11-22T12:30:00")
    assert [one["week"] for one in live.run("nightly").data["reports"]] == ["2026-W47"]
    live.settings["SYNCER_TIMEZONE"] = "America/Los_Angeles"
    assert live.run("nightly").data["reports"] == []
    at(live, "2026-11-23T09:30:00")
    assert live.run("nightly").data["reports"] == []


def test_new_year_has_its_weeks(live: Live) -> None:
    some_days(live)
    at(live, "2026-12-27T03:30:00")
    no_services(live)
    written = []
    for day in ("2026-12-28", "2026-12-31", "2027-01-01", "2027-01-03", "2027-01-04", "2027-01-05", "2027-01-11"):
        at(live, f"{day}T03:30:00")
        written += [one["week"] for one in live.run("nightly").data["reports"]]
    assert written == ["2026-W52", "2026-W53", "2027-W01"]


def test_days_off_are_caught_up(live: Live) -> None:
    some_days(live)
    at(live, "2026-11-16T03:30:00")
    no_services(live)
    at(live, "2026-12-09T08:00:00")
    night = live.run("nightly")
    assert [one["week"] for one in night.data["reports"]] == ["2026-W47", "2026-W48", "2026-W49"]
    assert len(reports(live)) == 8


def test_a_clock_that_was_wrong_once_does_no_lasting_harm(live: Live) -> None:
    some_days(live)
    at(live, "2046-11-16T03:30:00")
    no_services(live)
    at(live, "2026-11-16T03:30:00")
    assert [one["week"] for one in live.run("nightly").data["reports"]] == ["2026-W46"]
    live.settings["SYNCER_NIGHTLY_KEEP_REPORTS"] = "4"
    at(live, "2046-11-16T03:30:00")
    assert len(live.run("nightly").data["reports"]) == 4


def test_only_the_last_ones_are_kept(live: Live) -> None:
    some_days(live)
    no_services(live)
    live.settings["SYNCER_NIGHTLY_KEEP_REPORTS"] = "2"
    mine = live.home / "reports" / "2020-W01-mine.html"
    mine.write_text("mine")
    for day in ("2026-11-23", "2026-11-30", "2026-12-07"):
        at(live, f"{day}T03:30:00")
        assert live.run("nightly").code == 0
    assert reports(live) == ["2020-W01-mine.html", "2026-W48.html", "2026-W48.md", "2026-W49.html", "2026-W49.md"]


def test_nothing_known_gives_no_report(live: Live) -> None:
    assert live.run("nightly").data["reports"] == []
    assert reports(live) == []


def test_a_report_made_without_one_source_is_made_again(live: Live) -> None:
    some_days(live)
    live.garmin_server.faults.add(".", DROPPED)
    first = live.run("nightly")
    assert first.code == 3
    early = (live.home / "reports" / "2026-W46.md").read_text()
    live.garmin_server.faults.clear()
    live.later(days=1)
    second = live.run("nightly")
    assert second.code == 0
    assert [(one["week"], one["again"]) for one in second.data["reports"]] == [("2026-W46", True)]
    assert (live.home / "reports" / "2026-W46.md").read_text() != early
    live.later(days=1)
    assert live.run("nightly").data["reports"] == []


def test_a_look_at_an_unfinished_week_does_not_take_the_place_of_its_report(live: Live) -> None:
    some_days(live)
    no_services(live)
    at(live, "2026-11-18T12:00:00")
    assert live.run("report", "-o", str(live.home / "reports" / "2026-W47.html")).code == 0
    at(live, "2026-11-23T03:30:00")
    assert [one["week"] for one in live.run("nightly").data["reports"]] == ["2026-W47"]
    assert "2026-W47.md" in reports(live)


def test_each_verdict_is_kept(live: Live) -> None:
    some_days(live)
    no_services(live)
    at(live, "2026-11-23T03:30:00")
    assert live.run("nightly").code == 0
    assert [week for (week,) in live.rows("SELECT week FROM verdicts ORDER BY week")] == ["2026-W47", "2026-W48"]


def test_everything_is_asked_once(live: Live) -> None:
    live.garmin.activities.stored = [GarminActivity(7, live.day(2), name="Run", description="")]
    assert live.run("plan", "set", "--days", "tue,sun", "--from", "2026-11-09").code == 0
    first = live.run("nightly").data["questions"]
    assert first == ["syncer plan excuse 2026-11-10 --reason …", "syncer pain set g7 0"]
    page = (live.home / "reports" / "2026-W46.md").read_text()
    assert all(command in page for command in first)
    # read two days later than a week after: Sunday's session could still be done when the first report was written
    at(live, "2026-11-25T03:30:00")
    second = live.run("nightly").data["questions"]
    assert second == [
        "syncer plan excuse 2026-11-15 --reason …",
        "syncer plan excuse 2026-11-17 --reason …",
        "syncer plan excuse 2026-11-22 --reason …",
    ]
    at(live, "2026-12-02T03:30:00")
    third = live.run("nightly").data["questions"]
    assert third == ["syncer plan excuse 2026-11-24 --reason …", "syncer plan excuse 2026-11-29 --reason …"]
    assert not any(command in (live.home / "reports" / "2026-W48.md").read_text() for command in (*first, *second))


def test_what_a_report_that_is_made_again_has_asked_stays_in_it(live: Live) -> None:
    some_days(live, 2)
    a_plan(live)
    live.strava_server.faults.add(".", DROPPED)
    early = live.run("nightly").data["questions"]
    assert early
    live.strava_server.faults.clear()
    live.later(hours=2)
    again = live.run("nightly")
    assert again.data["reports"][0]["again"] is True
    assert set(early) <= set(again.data["questions"])


# Telling ----------------------------------------------------------------------------------------------------------


def test_a_good_night_pings_and_notifies_nobody(
    live: Live, door: Loopback, told: Callable[[], list[dict[str, Any]]]
) -> None:
    some_days(live)
    live.settings["SYNCER_NOTIFY_PING_URL"] = f"{door.url}/ping/5ecret-uuid"
    assert live.run("nightly").code == 0
    assert [str(request) for request in door.log] == ["GET /ping/5ecret-uuid"]
    live.strava_server.faults.add(".", DROPPED)
    live.garmin_server.faults.add(".", DROPPED)
    assert live.run("nightly").code == 75
    assert len(door.asked("GET /ping")) == 1
    assert told() == []


def test_a_dead_sign_in_is_notified_at_once_and_again_after_a_week(
    live: Live, told: Callable[[], list[dict[str, Any]]]
) -> None:
    live.garmin.tokens.end_everything()
    night = live.run("nightly")
    [message] = told()
    assert message["title"] == "syncer: please sign in again"
    assert "syncer auth garmin" in message["message"]
    for _ in range(6):
        live.later(days=1)
        live.run("nightly")
    assert len(told()) == 1
    live.later(days=1)
    live.run("nightly")
    assert len(told()) == 2
    live.look_for_secrets(night)
    live.sign_in("garmin")
    live.later(minutes=5)
    assert live.run("nightly").code == 0
    live.garmin.tokens.end_everything()
    live.run("nightly")
    assert len(told()) == 3


def a_good_night_before(live: Live) -> None:
    """One that ended by the clock of the test; the end of a run is the machine's own time."""
    assert live.run("nightly").code == 0
    with contextlib.closing(sqlite3.connect(live.home / "syncer.db")) as connection, connection:
        connection.execute("UPDATE runs SET finished_us = started_us")


def test_a_network_that_is_away_is_told_a_day_and_a_half_after_the_last_good_night(
    live: Live, told: Callable[[], list[dict[str, Any]]]
) -> None:
    a_good_night_before(live)
    live.garmin_server.faults.add(".", DROPPED)
    live.strava_server.faults.add(".", DROPPED)
    live.later(hours=23)
    assert live.run("nightly").code == 75
    live.later(hours=12)
    assert live.run("nightly").code == 75
    assert told() == []
    live.later(hours=2)
    assert live.run("nightly").code == 75
    [message] = told()
    assert message["title"] == "syncer: the nightly run does not get through"
    live.later(hours=24)
    assert live.run("nightly").code == 75
    assert len(told()) == 1


def test_before_the_first_good_night_everything_is_told_at_once(
    live: Live, told: Callable[[], list[dict[str, Any]]]
) -> None:
    live.garmin_server.faults.add(".", status(503))
    assert live.run("nightly").code == 3
    assert len(told()) == 1


def test_a_first_reading_over_several_nights_is_no_bad_news(
    live: Live, told: Callable[[], list[dict[str, Any]]]
) -> None:
    live.strava.stored = strava.many(30, live.day(1))
    live.settings["SYNCER_GARMIN_ENABLED"] = "false"
    for _ in range(3):
        live.strava_server.faults.clear()
        live.strava_server.faults.add(r"GET /api/v3/activities/\d+", status(429, Retry_After="60"), skip=5)
        assert live.run("nightly").code == 3
        live.later(days=1)
    assert told() == []


def test_off_means_off(live: Live, told: Callable[[], list[dict[str, Any]]]) -> None:
    live.settings["SYNCER_NOTIFY_ON"] = "off"
    live.garmin.tokens.end_everything()
    assert live.run("nightly").code == 3
    assert told() == []


def test_weekly_says_that_the_report_is_there_and_nothing_of_what_is_in_it(
    live: Live, told: Callable[[], list[dict[str, Any]]]
) -> None:
    live.settings["SYNCER_NOTIFY_ON"] = "weekly"
    live.garmin.activities.stored = [GarminActivity(7, live.day(2), name="Long run", description="#kneepain 8/10 left")]
    a_plan(live)
    assert live.run("nightly").code == 0
    [message] = told()
    assert message["title"] == "syncer: week 2026-W46"
    assert f"The report of week 2026-W46 is ready: {live.home / 'reports' / '2026-W46.html'}" in message["message"]
    said = json.dumps(message).lower()
    assert not any(word in said for word in ("knee", "pain", "8/10", "long run", "excuse"))
    live.later(days=1)
    assert live.run("nightly").code == 0
    assert len(told()) == 1


def test_a_home_of_any_name_makes_no_further_lines_in_a_message(
    live: Live, told: Callable[[], list[dict[str, Any]]]
) -> None:
    live.settings["SYNCER_NOTIFY_ON"] = "weekly"
    live.home = live.home.rename(live.home.with_name("ho\nme\x1b[31m"))
    some_days(live)
    assert live.run("nightly").code == 0
    [message] = told()
    assert message["message"].splitlines()[0].endswith("ho me\N{REPLACEMENT CHARACTER}[31m/reports/2026-W46.html")


def test_a_report_made_again_is_not_announced_again(live: Live, told: Callable[[], list[dict[str, Any]]]) -> None:
    live.settings["SYNCER_NOTIFY_ON"] = "weekly"
    some_days(live)
    live.garmin_server.faults.add(".", DROPPED)
    assert live.run("nightly").code == 3
    titles = ["syncer: the nightly run does not get through", "syncer: week 2026-W46"]
    assert [message["title"] for message in told()] == titles
    live.garmin_server.faults.clear()
    live.later(hours=2)
    assert live.run("nightly").code == 0
    assert [message["title"] for message in told()] == titles


def test_a_door_that_hangs_or_refuses_is_no_reason_to_fail(live: Live, door: Loopback) -> None:
    some_days(live)
    live.settings |= {
        "SYNCER_NOTIFY_ON": "weekly",
        "SYNCER_NOTIFY_URLS": f"json://127.0.0.1:{door.port}/slow-5ecret bogus-5ecret json://127.0.0.1:9/gone-5ecret",
        "SYNCER_NOTIFY_PING_URL": f"{door.url}/ping-5ecret",
    }
    door.faults.add("/slow", HANG)  # until the night has ended
    door.faults.add("/ping", status(404))
    night = live.spawn("nightly")
    assert night.code == 0
    assert night.out == ""
    for text in ("notification 1 (json)", "notification 2 (unknown)", "notification 3 (json)", "notify.ping_url"):
        assert text in night.err
    assert "5ecret" not in night.err
    assert not any("5ecret" in file.read_text() for file in logs(live))


def test_the_addresses_may_be_secrets_of_their_own(live: Live, door: Loopback, tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text(f"json://127.0.0.1:{door.port}{PATH}\n")
    live.home.mkdir(exist_ok=True)
    (live.home / "config.toml").write_text(
        f'[notify]\nurls = [{{file = "{secret}"}}, {{env = "NO_SUCH_VARIABLE"}}, {{command = ["false"]}}]\n'
    )
    live.garmin.tokens.end_everything()
    night = live.spawn("nightly")
    assert night.code == 3
    assert len(door.asked(f"POST {PATH}")) == 1
    assert "notification 2 was not sent" in night.err
    assert "NO_SUCH_VARIABLE" in night.err
    assert "strava" not in night.err.lower()


def test_without_the_extra_it_says_what_to_install(live: Live, told: Callable[[], list[dict[str, Any]]]) -> None:
    live.garmin.tokens.end_everything()
    folder = live.home.with_name("hide")
    folder.mkdir()
    # an environment in which apprise is not installed
    (folder / "sitecustomize.py").write_text(
        "import importlib.util, sys\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *more: None if name == 'apprise' else find(name, *more)\n"
        "sys.modules['apprise'] = None\n"
    )
    night = live.spawn("nightly", env={"PYTHONPATH": str(folder)})
    assert night.code == 3
    assert "syncer[notify]" in night.err
    assert told() == []
    quiet = live.spawn("nightly", "--test-notify", env={"PYTHONPATH": str(folder)})
    assert quiet.code == 1
    assert "syncer[notify]" in quiet.err


def test_a_test_message_shows_whether_it_arrives(live: Live, told: Callable[[], list[dict[str, Any]]]) -> None:
    sent = live.run("nightly", "--test-notify")
    assert (sent.code, sent.data) == (0, {"addresses": 1, "failed": 0})
    assert [message["title"] for message in told()] == ["syncer: a test"]
    assert live.garmin_server.log == []
    live.settings["SYNCER_NOTIFY_URLS"] += " json://127.0.0.1:9/5ecret"
    half = live.run("nightly", "--test-notify")
    assert (half.code, half.data["failed"]) == (3, 1)
    assert "5ecret" not in half.out
    live.settings["SYNCER_NOTIFY_URLS"] = ""
    assert live.run("nightly", "--test-notify").code == 78


def test_a_database_that_cannot_be_used_is_notified(live: Live, told: Callable[[], list[dict[str, Any]]]) -> None:
    (live.home / "syncer.db").write_bytes(b"not a database, but long enough to look like a file" * 100)
    night = live.run("nightly")
    assert night.code == 1
    assert len(told()) == 1
    assert night.envelope["errors"][0]["message"].split(":")[0] in told()[0]["message"]


# Push, backups, logs ----------------------------------------------------------------------------------------------


def test_what_is_due_is_pushed_to_connect(live: Live) -> None:
    a_plan(live)
    live.settings["SYNCER_PUSH_TO"] = "connect"
    first = live.run("nightly")
    assert first.code == 0
    assert steps(first)["push"] == "ok"
    assert len(live.garmin.workouts.stored) == 1
    assert len(live.garmin.workouts.scheduled) == 6
    again = live.run("nightly")
    assert again.code == 0
    assert len(live.garmin.workouts.stored) == 1
    assert len(live.garmin.workouts.scheduled) == 6


def test_nothing_is_pushed_when_it_is_not_wanted_or_garmin_is_out(live: Live) -> None:
    a_plan(live)
    assert steps(live.run("nightly"))["push"] == "skipped"
    live.settings |= {"SYNCER_PUSH_TO": "connect", "SYNCER_NIGHTLY_PUSH": "false"}
    assert steps(live.run("nightly"))["push"] == "skipped"
    live.settings["SYNCER_NIGHTLY_PUSH"] = "true"
    live.garmin.tokens.end_everything()
    night = live.run("nightly")
    assert steps(night)["push"] == "skipped"
    assert len(night.envelope["errors"]) == 1
    assert live.garmin.workouts.stored == {}


def test_a_push_that_fails_is_told_and_the_rest_goes_on(live: Live) -> None:
    some_days(live)
    a_plan(live)
    live.settings["SYNCER_PUSH_TO"] = "connect"
    live.garmin_server.faults.add("/workout-service", status(500))
    night = live.run("nightly")
    assert night.code == 3
    assert steps(night)["push"] == "failed"
    assert steps(night)["report"] == "ok"


def test_the_database_is_copied_once_a_week(live: Live) -> None:
    folder = live.home / "backups"
    for _ in range(2):
        assert live.run("nightly").code == 0
    [first] = folder.glob("syncer-*.db")
    old = datetime.now(UTC) - timedelta(days=7)  # copies carry the machine's own time
    first.rename(folder / f"syncer-{old:%Y%m%d-%H%M%S}-000000.db")
    assert live.run("nightly").code == 0
    assert len(list(folder.glob("syncer-*.db"))) == 2


def test_raw_strava_payloads_go_after_the_days_of_the_setting(live: Live) -> None:
    some_days(live)
    live.settings["SYNCER_STRAVA_RAW_RETENTION_DAYS"] = "7"
    assert live.run("nightly").code == 0
    assert live.rows("SELECT count(*) > 0 FROM payloads WHERE provider = 'strava'") == [(1,)]
    live.settings["SYNCER_STRAVA_ENABLED"] = "false"
    live.later(days=8)
    assert live.run("nightly").code == 0
    assert live.rows("SELECT count(*) FROM payloads WHERE provider = 'strava'") == [(0,)]
    assert live.rows("SELECT count(*) > 0 FROM payloads WHERE provider = 'garmin'") == [(1,)]
    assert len(live.activities()) == 12


def test_ten_logs_are_kept_for_their_owner_alone(live: Live) -> None:
    some_days(live)
    keep = live.home / "logs" / "notes.txt"
    keep.parent.mkdir(mode=0o755)
    keep.write_text("mine")
    for _ in range(12):
        assert live.run("nightly").code == 0
    found = [file for file in logs(live) if file != keep]
    assert len(found) == 10
    assert keep.exists()
    assert stat.S_IMODE(keep.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in found} == {0o600}
    text = found[-1].read_text()
    assert re.search(r"sync garmin: ok, \d+\.\d\d s\. 6 listed, 0 added", text)
    assert "ended with 0" in text


def test_a_log_says_why_and_holds_no_secret(live: Live, told: Callable[[], list[dict[str, Any]]]) -> None:
    some_days(live)
    live.garmin.tokens.end_everything()
    live.settings |= {"SYNCER_NOTIFY_PING_URL": "http://127.0.0.1:9/5ecret-ping"}
    night = live.spawn("nightly")
    text = logs(live)[-1].read_text()
    assert str(logs(live)[-1]) in night.err
    assert "sync garmin: failed" in text
    assert "ended with 3" in text
    live.look_for_secrets(night)
    assert "5ecret" not in text + night.out + night.err
    assert "5ecret" not in json.dumps(told())


def test_without_a_place_for_logs_the_night_goes_on(live: Live) -> None:
    some_days(live)
    (live.home / "logs").write_text("a file where the folder should be")
    night = live.spawn("nightly")
    assert night.code == 0
    assert "this run has no log" in night.err
    assert len(live.activities()) == 12


def test_hosts_contacted_are_only_those_needed(live: Live, door: Loopback) -> None:
    some_days(live)
    asked: list[Request] = door.log
    assert live.run("nightly").code == 0
    assert asked == []
    live.strava.stored.append(StravaActivity(77, live.day(3)))
    assert live.run("nightly").code == 0
    assert asked == []
