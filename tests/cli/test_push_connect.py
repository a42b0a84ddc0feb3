"""`syncer push --to connect` against a Garmin Connect that doubles what is sent twice, and changes what it likes."""

from __future__ import annotations

import copy
import os
import signal
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.cli.live import Live, live
from tests.cli.runner import Ran
from tests.fakes.garmin_activities import GarminActivity
from tests.fakes.loopback import DROPPED, DROPPED_AFTER, HTML, Answer, Request, status

__all__ = ["live"]

TODAY = date(2026, 11, 16)
SLUG = "lateral-band-walk"
MARK = f"[syncer:{SLUG} "
TWO_WEEKS = [TODAY + timedelta(days=days) for days in (0, 2, 4, 7, 9, 11)]


@pytest.fixture
def planned(live: Live) -> Live:
    """Mondays, Wednesdays and Fridays from today, a Monday, on."""
    plan(live, "mon,wed,fri")
    return live


def plan(live: Live, days: str, *more: str) -> None:
    """``plan set``."""
    assert live.run("plan", "set", "--days", days, "--from", live.now.date().isoformat(), *more).code == 0


def push(live: Live, *words: str) -> Ran:
    """``push --to connect``."""
    return live.run("push", "--to", "connect", *words)


def kinds(ran: Ran) -> list[str]:
    """What was done, in order."""
    return [one["kind"] for one in ran.data["actions"]]


def days(live: Live) -> list[date]:
    """The days on Connect's calendar."""
    return sorted(date.fromisoformat(one["date"]) for one in live.garmin.workouts.scheduled.values())


def own(live: Live) -> dict[str, Any]:
    """The one workout of ours."""
    [found] = [one for one in live.garmin.workouts.stored.values() if MARK in (one["description"] or "")]
    return found


def writes(live: Live) -> list[str]:
    """What was asked to change."""
    return [str(one) for one in live.garmin_server.log if one.method in ("POST", "PUT", "DELETE")]


# What it does -----------------------------------------------------------------------------------------------------


def test_a_first_push_creates_reads_back_and_schedules_two_weeks(planned: Live) -> None:
    ran = push(planned)
    assert ran.code == 0, ran.out
    assert kinds(ran) == ["create"] + ["schedule"] * 6
    assert all(one["verified"] and one["target"] == "connect" for one in ran.data["actions"])
    assert ran.data["workout"] == SLUG
    assert ran.data["session_id"] == f"2026-11-16-{SLUG}"
    assert days(planned) == TWO_WEEKS
    assert {one["workoutId"] for one in planned.garmin.workouts.scheduled.values()} == {own(planned)["workoutId"]}
    assert own(planned)["sportType"]["sportTypeKey"] == "strength_training"
    assert planned.garmin.workouts.fit_uploads == 0
    assert planned.garmin.workouts.sent == []


def test_pushing_twice_changes_nothing_and_writes_nothing(planned: Live) -> None:
    push(planned)
    before, kept = planned.dump(), copy.deepcopy(planned.garmin.workouts.stored)
    planned.garmin_server.log.clear()
    ran = push(planned)
    assert (ran.code, kinds(ran)) == (0, ["skip", "skip"])
    assert all(one["verified"] for one in ran.data["actions"])
    assert writes(planned) == []
    assert (planned.dump(), planned.garmin.workouts.stored, days(planned)) == (before, kept, TWO_WEEKS)


def test_as_a_process_in_words(planned: Live) -> None:
    ran = planned.spawn("push", "--to", "connect")
    assert ran.code == 0
    assert "create: Band walk L5" in ran.out
    assert "schedule: 2026-11-16: Band walk L5" in ran.out
    planned.look_for_secrets(ran)


def test_a_dry_run_prints_the_plan_and_writes_nothing(planned: Live) -> None:
    before = planned.dump()
    ran = push(planned, "--dry-run")
    assert (ran.code, kinds(ran)) == (0, ["create"] + ["schedule"] * 6)
    assert not any(one["verified"] for one in ran.data["actions"])
    assert ran.data["dry_run"] is True
    assert writes(planned) == []
    assert planned.dump() == before
    done = push(planned)
    told = [(one["kind"], one["detail"]) for one in done.data["actions"]]
    assert told == [(one["kind"], one["detail"]) for one in ran.data["actions"]]
    plan(planned, "tue")
    before = planned.dump()
    assert kinds(push(planned, "--dry-run")) == ["skip"] + ["remove"] * 6 + ["schedule"] * 2
    assert (planned.dump(), days(planned)) == (before, TWO_WEEKS)


def test_the_next_day_only_the_new_day_is_added(planned: Live) -> None:
    push(planned)
    planned.later(days=1)
    assert kinds(push(planned)) == ["skip", "skip", "schedule"]
    assert days(planned) == [*TWO_WEEKS, TODAY + timedelta(days=14)]


def test_two_weeks_over_the_turn_of_the_year(live: Live) -> None:
    live.later(days=39)
    plan(live, "fri")
    assert push(live).code == 0
    assert days(live) == [date(2026, 12, 25), date(2027, 1, 1)]
    assert kinds(push(live)) == ["skip", "skip"]
    assert days(live) == [date(2026, 12, 25), date(2027, 1, 1)]


def test_a_new_level_changes_the_workout_in_place_and_leaves_the_days(planned: Live) -> None:
    push(planned)
    first = own(planned)
    ran = push(planned, "--level", "6")
    assert (ran.code, kinds(ran)) == (0, ["update", "skip"])
    assert ran.data["level"] == "6"
    assert own(planned)["workoutId"] == first["workoutId"]
    assert own(planned)["workoutSegments"] != first["workoutSegments"]
    assert days(planned) == TWO_WEEKS
    back = push(planned)
    assert kinds(back)[0] == "update"
    assert own(planned)["description"].splitlines()[-1] == first["description"].splitlines()[-1]


def test_the_level_is_the_one_of_the_next_session(live: Live) -> None:
    plan(live, "mon,wed,fri", "--level", "2")
    ran = push(live)
    shown = live.run("plan", "show", "--from", "2026-11-16", "--to", "2026-11-16").data["sessions"][0]
    assert ran.data["level"] == shown["level"] == "2"


def test_every_planned_workout_has_its_own(planned: Live) -> None:
    plan(planned, "tue", "--workout", "hip-circuit", "--add")
    ran = push(planned)
    assert ran.code == 0
    assert kinds(ran).count("create") == 2
    assert len(planned.garmin.workouts.stored) == 2
    assert days(planned) == sorted([*TWO_WEEKS, TODAY + timedelta(days=1), TODAY + timedelta(days=8)])


def test_only_the_one_that_was_named(planned: Live) -> None:
    plan(planned, "tue", "--workout", "hip-circuit", "--add")
    push(planned)
    plan(planned, "thu", "--workout", "hip-circuit", "--add")
    plan(planned, "sat", "--add")
    ran = push(planned, "--workout", "hip-circuit")
    assert kinds(ran) == ["skip", "remove", "remove", "schedule", "schedule"]
    assert days(planned) == sorted([*TWO_WEEKS, TODAY + timedelta(days=3), TODAY + timedelta(days=10)])


def test_a_workout_that_is_not_planned_goes_to_the_library_only(live: Live) -> None:
    ran = push(live, "--workout", SLUG)
    assert (ran.code, kinds(ran)) == (0, ["create"])
    assert days(live) == []


def test_a_day_by_name(planned: Live) -> None:
    far = (TODAY + timedelta(days=30)).isoformat()
    ran = push(planned, "--date", far)
    assert kinds(ran) == ["create", "schedule"]
    assert days(planned) == [date.fromisoformat(far)]
    # the plan wants that day too, so the next push leaves it there
    push(planned)
    assert days(planned) == [*TWO_WEEKS, date.fromisoformat(far)]
    # the runner's own word stays, though it is not in the plan
    saturday = TODAY + timedelta(days=5)
    push(planned, "--workout", SLUG, "--date", saturday.isoformat())
    push(planned)
    assert saturday in days(planned)


@pytest.mark.parametrize("words", [["--date", "2026-11-17"], ["--date", "2026-11-09"], ["--workout", "nonesuch"]])
def test_what_cannot_be_meant(planned: Live, words: list[str]) -> None:
    assert push(planned, *words).code in (2, 78)
    assert planned.garmin_server.log == []


def test_nothing_planned(live: Live) -> None:
    ran = push(live)
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (2, "nothing-planned")


def test_it_is_sent_to_the_watch_at_once_if_that_is_wanted(planned: Live) -> None:
    planned.settings["SYNCER_PUSH_SEND_TO_DEVICE"] = "true"
    assert kinds(push(planned)) == ["create", "write"] + ["schedule"] * 6
    [message] = planned.garmin.workouts.sent
    assert message["metaDataId"] == own(planned)["workoutId"]
    assert kinds(push(planned)) == ["skip", "skip"]
    assert len(planned.garmin.workouts.sent) == 1
    assert kinds(push(planned, "--level", "6")) == ["update", "write", "skip"]


def test_without_a_watch_the_rest_is_done_all_the_same(planned: Live) -> None:
    planned.settings["SYNCER_PUSH_SEND_TO_DEVICE"] = "true"
    planned.garmin.workouts.device = None
    ran = push(planned)
    assert ran.code == 69
    assert ran.envelope["errors"][0]["code"] == "no-connect-watch"
    assert days(planned) == TWO_WEEKS


# What the plan no longer wants ------------------------------------------------------------------------------------


def test_a_changed_plan_moves_its_days(planned: Live) -> None:
    push(planned)
    plan(planned, "tue,thu")
    ran = push(planned)
    assert kinds(ran) == ["skip"] + ["remove"] * 6 + ["schedule"] * 4
    assert days(planned) == [TODAY + timedelta(days=number) for number in (1, 3, 8, 10)]


def test_a_plan_that_ends_leaves_the_workout_and_takes_its_days(planned: Live) -> None:
    push(planned)
    plan(planned, "none")
    ran = push(planned)
    assert (ran.code, kinds(ran)) == (0, ["remove"] * 6)
    assert days(planned) == []
    assert own(planned)


def test_excused_and_paused_days_are_not_on_the_calendar(planned: Live) -> None:
    push(planned)
    assert planned.run("plan", "excuse", f"2026-11-18-{SLUG}", "--reason", "travel").code == 0
    assert planned.run("plan", "pause", "2026-11-23", "2026-11-25", "--reason", "ill").code == 0
    assert kinds(push(planned)) == ["skip", "skip"] + ["remove"] * 3
    assert days(planned) == [TODAY, TODAY + timedelta(days=4), TODAY + timedelta(days=11)]


def test_a_session_done_today_is_not_scheduled_and_one_done_early_comes_off(planned: Live) -> None:
    planned.later(days=1)
    push(planned)
    assert days(planned)[0] == TODAY + timedelta(days=2)
    # Tuesday evening: Wednesday's session is done
    walk = [("HIP_STABILITY", "LATERAL_WALKS_WITH_BAND_AT_ANKLES", 10, 40.0, None)] * 6
    planned.garmin.activities.stored = [
        GarminActivity(7, planned.day(), "Band walk", "strength_training", 700.0, 0.0, sets=walk),
        GarminActivity(6, planned.day(1), "Band walk", "strength_training", 700.0, 0.0, sets=walk),
    ]
    planned.later(hours=12)
    planned.sync("garmin")
    ran = push(planned)
    assert kinds(ran).count("remove") == 1
    assert TODAY + timedelta(days=2) not in days(planned)


def test_an_entry_that_is_gone_already_is_fine(planned: Live) -> None:
    push(planned)
    planned.garmin.workouts.scheduled.clear()
    plan(planned, "none")
    ran = push(planned)
    assert (ran.code, kinds(ran)) == (0, ["remove"] * 6)
    assert push(planned).envelope["errors"][0]["code"] == "nothing-planned"


def test_a_day_that_the_runner_took_off_is_put_back_and_one_moved_stays_moved(planned: Live) -> None:
    push(planned)
    first, second, *_ = planned.garmin.workouts.scheduled
    del planned.garmin.workouts.scheduled[first]
    planned.garmin.workouts.scheduled[second]["date"] = "2026-11-19"
    assert kinds(push(planned)) == ["skip", "skip", "schedule"]
    assert days(planned) == sorted([TODAY, date(2026, 11, 19), *TWO_WEEKS[2:]])
    assert kinds(push(planned)) == ["skip", "skip"]


def test_a_calendar_that_leaves_entries_out_doubles_nothing(planned: Live) -> None:
    push(planned)
    planned.garmin_server.faults.add("GET /calendar-service", empty_calendar())
    assert kinds(push(planned)) == ["skip", "skip"]
    assert days(planned) == TWO_WEEKS


def empty_calendar() -> Any:
    """A month without items."""
    return status(200, '{"calendarItems": []}')


# What is not ours -------------------------------------------------------------------------------------------------


def test_it_touches_nothing_that_it_did_not_make(planned: Live) -> None:
    push(planned)
    mine = own(planned)
    workouts = planned.garmin.workouts
    same_name = workouts.add({**copy.deepcopy(mine), "description": "my own"})
    a_copy = workouts.add(copy.deepcopy(mine))
    another = workouts.add({**copy.deepcopy(mine), "description": "[syncer:hip-circuit 0123456789ab]"})
    bare = workouts.add({**copy.deepcopy(mine), "description": None})
    entries = [workouts.put_on(day, number) for number in (same_name, a_copy, another, bare) for day in
               ("2026-11-16", "2026-11-17")]  # fmt: skip
    by_hand = workouts.put_on("2026-11-21", mine["workoutId"])
    before = {number: copy.deepcopy(workouts.stored[number]) for number in (same_name, a_copy, another, bare)}
    assert kinds(push(planned, "--level", "6")) == ["update", "skip"]
    plan(planned, "tue")
    push(planned)
    plan(planned, "none")
    push(planned)
    assert {number: workouts.stored[number] for number in before} == before
    assert set(workouts.scheduled) == {*entries, by_hand}


def test_our_workout_is_found_by_its_marker_when_the_database_is_lost(planned: Live) -> None:
    push(planned)
    mine = own(planned)["workoutId"]
    planned.garmin.workouts.add({**copy.deepcopy(own(planned)), "workoutName": "Copy of mine"})
    for file in planned.home.glob("syncer.db*"):
        file.unlink()
    plan(planned, "mon,wed,fri")
    assert kinds(push(planned, "--level", "6")) == ["update", "skip"]
    assert len(planned.garmin.workouts.stored) == 2
    assert f"{MARK}" in planned.garmin.workouts.stored[mine]["description"]
    assert days(planned) == TWO_WEEKS


def test_our_workout_is_found_by_its_id_when_the_marker_is_gone(planned: Live) -> None:
    push(planned)
    mine = own(planned)
    mine["description"], mine["workoutName"] = "mine now", "Other name"
    assert kinds(push(planned)) == ["update", "skip"]
    assert own(planned)["workoutId"] == mine["workoutId"]
    assert len(planned.garmin.workouts.stored) == 1


def test_steps_that_someone_changed_are_put_right(planned: Live) -> None:
    push(planned)
    own(planned)["workoutSegments"][0]["workoutSteps"].pop()
    assert kinds(push(planned)) == ["update", "skip"]
    assert kinds(push(planned)) == ["skip", "skip"]


def test_a_workout_that_was_deleted_is_made_anew_with_its_days(planned: Live) -> None:
    push(planned)
    planned.garmin.workouts.stored.clear()
    planned.garmin.workouts.scheduled.clear()
    ran = push(planned)
    assert (ran.code, kinds(ran)) == (0, ["create"] + ["remove"] * 6 + ["schedule"] * 6)
    assert days(planned) == TWO_WEEKS
    assert kinds(push(planned)) == ["skip", "skip"]


def test_a_copy_of_a_workout_that_was_deleted_is_the_runners(planned: Live) -> None:
    push(planned)
    mine = own(planned)
    a_copy = planned.garmin.workouts.add(copy.deepcopy(mine))
    before = copy.deepcopy(planned.garmin.workouts.stored[a_copy])
    del planned.garmin.workouts.stored[mine["workoutId"]]
    planned.garmin.workouts.scheduled.clear()
    assert kinds(push(planned, "--level", "6"))[0] == "create"
    assert planned.garmin.workouts.stored[a_copy] == before
    assert kinds(push(planned, "--level", "6")) == ["skip", "skip"]


def test_again_sends_what_is_there(planned: Live) -> None:
    planned.settings["SYNCER_PUSH_SEND_TO_DEVICE"] = "true"
    push(planned)
    assert kinds(push(planned, "--again")) == ["update", "write", "skip"]
    assert len(planned.garmin.workouts.stored) == 1


def test_ours_among_four_hundred_and_fifty(planned: Live) -> None:
    push(planned)
    mine = own(planned)
    for number in range(450):
        planned.garmin.workouts.add({**copy.deepcopy(mine), "description": f"number {number}"})
    assert kinds(push(planned)) == ["skip", "skip"]


def test_a_list_without_descriptions(planned: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fakes import garmin_workouts

    summary = garmin_workouts._summary

    def short(workout: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in summary(workout).items() if name != "description"}

    monkeypatch.setattr(garmin_workouts, "_summary", short)
    push(planned)
    for file in planned.home.glob("syncer.db*"):
        file.unlink()
    plan(planned, "mon,wed,fri")
    assert kinds(push(planned)) == ["skip", "skip"]
    assert len(planned.garmin.workouts.stored) == 1


# What goes wrong --------------------------------------------------------------------------------------------------


def spoils(live: Live, spoil: Callable[[dict[str, Any]], None]) -> None:
    """Connect changes every workout that is sent to it."""
    answer = live.garmin.workouts.answer

    def spoiled(request: Request) -> Answer | None:
        told = answer(request)
        if request.method in ("POST", "PUT") and "/workout-service/workout" in request.path:
            spoil(live.garmin.workouts.stored[max(live.garmin.workouts.stored)])
        return told

    live.garmin.workouts.answer = spoiled  # type: ignore[method-assign]


def _no_sport(workout: dict[str, Any]) -> None:
    workout["sportType"] = {"sportTypeId": 4, "sportTypeKey": "swimming"}


def _group(workout: dict[str, Any]) -> dict[str, Any]:
    steps = workout["workoutSegments"][0]["workoutSteps"]
    return next(step for step in steps if step["type"] == "RepeatGroupDTO")


def _no_rounds(workout: dict[str, Any]) -> None:
    _group(workout)["numberOfIterations"] = None


def _step_lost(workout: dict[str, Any]) -> None:
    _group(workout)["workoutSteps"].pop()


def _other_exercise(workout: dict[str, Any]) -> None:
    _group(workout)["workoutSteps"][0]["exerciseName"] = "HIP_CIRCLES"


@pytest.mark.parametrize(
    ("spoil", "named"),
    [(_no_sport, "swimming"), (_no_rounds, "rounds"), (_step_lost, "steps instead of"), (_other_exercise, "HIP_CIRC")],
)
def test_what_connect_changes_is_taken_away_again_and_named(
    planned: Live, spoil: Callable[[dict[str, Any]], None], named: str
) -> None:
    theirs = planned.garmin.workouts.add({"workoutName": "mine", "sportType": {"sportTypeId": 1}})
    spoils(planned, spoil)
    ran = push(planned)
    assert ran.code == 1
    [error] = ran.envelope["errors"]
    assert error["code"] == "connect-changed"
    shown = planned.spawn("push", "--to", "connect")
    assert named in shown.err
    assert list(planned.garmin.workouts.stored) == [theirs]
    assert days(planned) == []
    assert kinds(ran) == []


def test_a_spoiled_update_fails_and_deletes_nothing(planned: Live) -> None:
    push(planned)
    mine = own(planned)["workoutId"]
    spoils(planned, _other_exercise)
    ran = push(planned, "--level", "6")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (1, "connect-changed")
    assert own(planned)["workoutId"] == mine
    assert days(planned) == TWO_WEEKS


def test_an_entry_on_the_wrong_day_is_taken_away_and_named(live: Live) -> None:
    plan(live, "mon")
    put_on = live.garmin.workouts.put_on

    def a_day_early(day: str, workout_id: int) -> int:
        return put_on((date.fromisoformat(day) - timedelta(days=1)).isoformat(), workout_id)

    live.garmin.workouts.put_on = a_day_early  # type: ignore[method-assign]
    ran = push(live)
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (1, "connect-changed")
    assert "2026-11-15" in live.spawn("push", "--to", "connect").err
    live.garmin.workouts.put_on = put_on  # type: ignore[method-assign]
    assert push(live).code == 0
    assert days(live) == [TODAY, TODAY + timedelta(days=7)]


def test_a_refused_workout_is_no_mystery_the_next_time(planned: Live) -> None:
    planned.garmin_server.faults.add("POST /workout-service/workout$", status(400), times=1)
    assert push(planned).code == 1
    assert planned.rows("SELECT phase FROM pushes") == [("failed",)]
    assert push(planned).code == 0
    assert len(planned.garmin.workouts.stored) == 1


FAULTS = [
    pytest.param(DROPPED, 75, id="closed-before"),
    pytest.param(DROPPED_AFTER, 75, id="closed-after-it-was-stored"),
    pytest.param(status(503), 75, id="503"),
    pytest.param(status(429), 75, id="429"),
    pytest.param(status(429, Retry_After="60"), 75, id="429-with-time"),
    pytest.param(HTML, 75, id="html"),
    pytest.param(status(403), 75, id="403"),
]
POINTS = [
    pytest.param("GET /workout-service/workouts", id="list"),
    pytest.param("POST /workout-service/workout$", id="create"),
    pytest.param("GET /workout-service/workout/", id="read-back"),
    pytest.param("GET /calendar-service", id="calendar"),
    pytest.param("POST /workout-service/schedule", id="schedule"),
]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_trouble_at_any_point_then_again_is_as_if_nothing_had_been(
    planned: Live, point: str, fault: Any, code: int
) -> None:
    planned.garmin_server.faults.add(point, fault, skip=1 if "schedule" in point else 0)
    ran = push(planned)
    assert ran.code == code
    assert ran.envelope["errors"][0]["provider"] == "garmin"
    planned.garmin_server.faults.clear()
    planned.later(hours=2)
    assert push(planned).code == 0
    assert len(planned.garmin.workouts.stored) == 1
    assert days(planned) == TWO_WEEKS
    assert living(planned) == [("confirmed", 6)]
    assert kinds(push(planned)) == ["skip", "skip"]
    planned.look_for_secrets(ran)


def living(live: Live) -> list[Any]:
    """How many calendar entries are in which phase, without what came to nothing."""
    return live.rows("SELECT phase, count(*) FROM schedule_entries WHERE phase <> 'failed' GROUP BY 1")


def test_what_was_done_before_the_limit_is_told_and_kept(planned: Live) -> None:
    planned.garmin_server.faults.add("POST /workout-service/schedule", status(429), skip=2)
    ran = push(planned)
    assert (ran.code, kinds(ran)) == (75, ["create", "schedule", "schedule"])
    asked = len(planned.garmin_server.log)
    # Connect wants to be left alone, by the sync too
    assert (push(planned).code, len(planned.garmin_server.log)) == (75, asked)
    assert planned.sync("garmin")["garmin"]["code"] == "rate-limited"
    assert len(planned.garmin_server.log) == asked


def test_a_sign_in_that_has_ended(planned: Live) -> None:
    planned.garmin.tokens.end_everything()
    ran = push(planned)
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (77, "garmin-sign-in")


def test_nobody_is_signed_in(planned: Live) -> None:
    (planned.home / "tokens" / "garmin.json").unlink()
    assert push(planned).code == 77


# ^C and kill -9 ---------------------------------------------------------------------------------------------------


def recorded(live: Live) -> list[Any]:
    """Everything that is written down of what was sent; an undisturbed run leaves a line for each thing and no more."""
    pushed = live.rows("SELECT phase, connect_id, session_date || '-' || workout FROM pushes ORDER BY id")
    return pushed + live.rows("SELECT phase, schedule_id, day FROM schedule_entries ORDER BY day, id")


class Killer:
    """Ends the client at its n-th request, before or after the service has done what it was asked."""

    def __init__(self, live: Live, number: int, *, after: bool) -> None:
        self._application, self._number, self._after = live.garmin, number, after
        self.pid = 0
        self.count = 0

    def __call__(self, request: Request) -> Answer:
        self.count += 1
        if self.count != self._number:
            return self._application(request)
        answer = self._application(request) if self._after else Answer(503)
        os.kill(self.pid, signal.SIGKILL)
        return answer


REQUESTS = 8
"""Of a first push of two days: list, create, read back, calendar, two days, calendar; one more kills nobody."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(1, REQUESTS + 1))
def test_killed_at_any_request_then_again(live: Live, number: int, after: bool) -> None:
    plan(live, "mon")
    killer = Killer(live, number, after=after)
    live.garmin_server._application = killer
    process = live.start("push", "--to", "connect")
    killer.pid = process.pid
    process.communicate(timeout=60)
    assert process.returncode == (0 if number == REQUESTS else -signal.SIGKILL)
    live.garmin_server._application = live.garmin
    assert push(live).code == 0
    assert len(live.garmin.workouts.stored) == 1
    assert days(live) == [TODAY, TODAY + timedelta(days=7)]
    assert recorded(live) == [
        ("confirmed", str(own(live)["workoutId"]), f"2026-11-16-{SLUG}"),
        ("confirmed", "880001", "2026-11-16"),
        ("confirmed", "880002", "2026-11-23"),
    ]
    live.garmin_server.log.clear()
    assert kinds(push(live)) == ["skip", "skip"]
    assert writes(live) == []


@pytest.mark.parametrize("number", [2, 3, 4])
def test_killed_while_connect_spoils_it_then_again(live: Live, number: int) -> None:
    plan(live, "mon")
    spoils(live, _other_exercise)
    killer = Killer(live, number, after=True)
    live.garmin_server._application = killer
    process = live.start("push", "--to", "connect")
    killer.pid = process.pid
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    live.garmin_server._application = live.garmin
    assert push(live).code == 1
    assert live.garmin.workouts.stored == {}


@pytest.mark.parametrize("number", range(1, 5))
def test_killed_while_the_plan_changes_then_again(live: Live, number: int) -> None:
    plan(live, "mon")
    push(live)
    plan(live, "tue", "--level", "6")
    killer = Killer(live, 2 + number, after=True)
    live.garmin_server._application = killer
    process = live.start("push", "--to", "connect")
    killer.pid = process.pid
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    live.garmin_server._application = live.garmin
    assert push(live).code == 0
    assert len(live.garmin.workouts.stored) == 1
    assert days(live) == [TODAY + timedelta(days=1), TODAY + timedelta(days=8)]
    assert kinds(push(live)) == ["skip", "skip"]


def test_interrupted_then_again(live: Live) -> None:
    plan(live, "mon")

    def interrupt(request: Request) -> Answer:
        if str(request) == "POST /workout-service/workout":
            os.kill(process.pid, signal.SIGINT)
        return live.garmin(request)

    live.garmin_server._application = interrupt
    process = live.start("push", "--to", "connect")
    process.communicate(timeout=60)
    live.garmin_server._application = live.garmin
    assert process.returncode == 130
    assert push(live).code == 0
    assert len(live.garmin.workouts.stored) == 1
    assert days(live) == [TODAY, TODAY + timedelta(days=7)]
