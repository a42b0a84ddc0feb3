"""Completed activities find their planned session by every signal that Garmin gives."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.live import Live, live
from tests.cli.test_push_connect import own, plan, push
from tests.fakes.garmin_activities import GarminActivity
from tests.fakes.loopback import Answer, Request, as_json, status
from tests.fit_builder import band_walk

__all__ = ["live"]

SLUG = "lateral-band-walk"
DOWNLOAD = "/download-service/files/activity/"
ENTRY = "/workout-service/schedule/"


def asked(live: Live, path: str) -> int:
    """How often something was read."""
    return sum(one.method == "GET" and path in one.path for one in live.garmin_server.log)


def session(live: Live, day: str) -> dict[str, Any]:
    """What became of the session of a day."""
    [found] = live.run("plan", "show", "--from", day, "--to", day).data["sessions"]
    return found


def strength(live: Live, number: int = 71, **more: Any) -> GarminActivity:
    """A strength session of this morning that tells nothing by itself."""
    return GarminActivity(number, live.day(), "Strength", "strength_training", 700.0, 0.0, **more)


def originals(live: Live, files: dict[int, bytes]) -> None:
    """What the watch uploaded, by activity."""
    answer = live.garmin.activities.answer

    def with_files(request: Request) -> Answer | None:
        if DOWNLOAD in request.path:
            packed = files.get(int(request.path.rpartition("/")[2]))
            if packed is None:
                return as_json({"message": "HTTP 404 Not Found"}, 404)
            return Answer(200, packed, {"Content-Type": "application/x-zip-compressed"})
        return answer(request)

    live.garmin.activities.answer = with_files  # type: ignore[method-assign]


def zipped(**members: bytes) -> bytes:
    """A zip as Connect sends it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def by_usb(live: Live, folder: Path) -> tuple[int, datetime]:
    """Push to a watch in a folder; the identity of the file that it got."""
    watch = folder / "watch" / "GARMIN" / "NewFiles"
    watch.mkdir(parents=True)
    assert live.run("push", "--to", watch).code == 0
    [(serial, created_us)] = live.rows("SELECT serial, file_created_us FROM pushes")
    return serial, datetime.fromtimestamp(created_us / 1e6, UTC)


@pytest.fixture
def planned(live: Live) -> Live:
    """Mondays, Wednesdays and Fridays, from today, a Monday, on."""
    plan(live, "mon,wed,fri")
    return live


def test_the_workout_id_says_it(planned: Live) -> None:
    push(planned)
    planned.garmin.activities.stored = [strength(planned, workout_id=own(planned)["workoutId"])]
    planned.sync("garmin")
    found = session(planned, "2026-11-16")
    assert (found["match"], found["activity_id"]) == ("workout_id", "g71")
    # nothing surer is to be had, so the calendar is not asked
    assert asked(planned, ENTRY) == 0


def test_the_calendar_says_it(planned: Live) -> None:
    push(planned)
    # without sets and called anything, two days late: only the calendar knows that it was Monday's
    planned.later(days=2)
    planned.garmin.activities.stored = [strength(planned)]
    entry = min(planned.garmin.workouts.scheduled)
    planned.garmin.workouts.scheduled[entry]["activity"] = 71
    planned.sync("garmin")
    found = session(planned, "2026-11-16")
    assert (found["match"], found["activity_id"], found["status"]) == ("schedule", "g71", "moved")
    known = planned.rows("SELECT activity_id FROM schedule_entries WHERE day = '2026-11-16'")
    assert known == [("71",)]
    planned.garmin_server.log.clear()
    before = planned.dump()
    planned.sync("garmin")
    assert planned.dump() == before
    assert not any(str(entry) in one.path for one in planned.garmin_server.log)


def test_the_calendar_is_asked_only_about_days_with_something_to_link(planned: Live) -> None:
    push(planned)
    planned.later(days=2)
    planned.garmin.activities.stored = [GarminActivity(5, planned.day(), "Run")]
    planned.sync("garmin")
    assert asked(planned, ENTRY) == 0


def test_an_entry_that_is_gone_is_asked_for_once(planned: Live) -> None:
    push(planned)
    planned.garmin.workouts.scheduled.clear()
    planned.garmin.activities.stored = [strength(planned)]
    assert planned.run("sync", "garmin").code == 0
    seen = asked(planned, ENTRY)
    assert seen
    planned.sync("garmin")
    assert asked(planned, ENTRY) == seen


def test_the_file_says_it_and_is_fetched_once(planned: Live, tmp_path: Path) -> None:
    followed = by_usb(planned, tmp_path)
    planned.garmin.activities.stored = [strength(planned)]
    fit = band_walk(planned.day(), followed=followed)
    originals(planned, {71: zipped(**{"readme.txt": b"no recording", "71_ACTIVITY.bin": fit})})
    first = planned.sync("garmin")["garmin"]
    found = session(planned, "2026-11-16")
    assert (found["match"], found["activity_id"]) == ("training_file", "g71")
    assert (found["sets_done"], found["status"]) == (3, "done")
    assert first["requests"] == len(planned.garmin_server.log)
    assert asked(planned, DOWNLOAD) == 1
    before = planned.dump()
    planned.sync("garmin")
    planned.later(days=1)
    planned.sync("garmin")
    assert asked(planned, DOWNLOAD) == 1
    assert planned.dump() == before | {"sync_state": planned.dump()["sync_state"]}
    assert planned.activities()[0]["recordings"][0]["external_id"] == "71"


def test_no_file_is_fetched_without_need(planned: Live, tmp_path: Path) -> None:
    planned.garmin.activities.stored = [
        strength(planned),
        strength(planned, 72, workout_id=786412842),
        strength(planned, 73, manual=True),
        GarminActivity(74, planned.day(), "Run"),
    ]
    planned.sync("garmin")
    assert asked(planned, DOWNLOAD) == 0
    by_usb(planned, tmp_path)
    planned.sync("garmin")
    assert asked(planned, DOWNLOAD) == 1


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(None, id="no-file"),
        pytest.param(b"PK\x03\x04 broken", id="broken-zip"),
        pytest.param(zipped(**{"71.tcx": b"<xml/>"}), id="tcx"),
        pytest.param(zipped(**{"71.fit": b"\x0e\x10\xd9\x07\x00\x00\x00\x00.FIT"}), id="broken-fit"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_file_that_says_nothing_is_no_trouble_and_asked_for_once(
    planned: Live, tmp_path: Path, packed: bytes | None
) -> None:
    by_usb(planned, tmp_path)
    planned.garmin.activities.stored = [strength(planned)]
    originals(planned, {} if packed is None else {71: packed})
    ran = planned.run("sync", "garmin")
    assert ran.code == 0
    [provider] = ran.data["providers"]
    assert (provider["state"], provider["pending_details"]) == ("ok", 0)
    planned.later(days=1)
    planned.sync("garmin")
    assert asked(planned, DOWNLOAD) == 1


def test_a_file_that_cannot_be_had_tonight_is_had_tomorrow(planned: Live, tmp_path: Path) -> None:
    followed = by_usb(planned, tmp_path)
    planned.garmin.activities.stored = [strength(planned)]
    originals(planned, {71: zipped(**{"71_ACTIVITY.fit": band_walk(planned.day(), followed=followed)})})
    planned.garmin_server.faults.add(DOWNLOAD, status(503))
    ran = planned.run("sync", "garmin")
    assert ran.code == 3
    planned.garmin_server.faults.clear()
    seen = asked(planned, DOWNLOAD)
    planned.sync("garmin")
    assert asked(planned, DOWNLOAD) == seen
    planned.later(days=1)
    assert planned.run("sync", "garmin").code == 0
    assert session(planned, "2026-11-16")["match"] == "training_file"


def test_a_limit_at_the_file_is_a_limit(planned: Live, tmp_path: Path) -> None:
    followed = by_usb(planned, tmp_path)
    planned.garmin.activities.stored = [strength(planned)]
    originals(planned, {71: zipped(**{"71_ACTIVITY.fit": band_walk(planned.day(), followed=followed)})})
    planned.garmin_server.faults.add(DOWNLOAD, status(429, Retry_After="600"))
    provider = planned.sync("garmin")["garmin"]
    assert provider["code"] == "rate-limited"
    assert datetime.fromisoformat(provider["retry_at"]) - planned.now <= timedelta(minutes=11)
    planned.garmin_server.faults.clear()
    planned.later(hours=1)
    planned.sync("garmin")
    assert session(planned, "2026-11-16")["match"] == "training_file"
