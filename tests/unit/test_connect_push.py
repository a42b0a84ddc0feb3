"""What is decided about Garmin Connect's library and calendar, before anything is done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.delivery.connect import number_of
from syncer.delivery.connect_calendar import Asked, CalendarPlan, Entry, day_of, entries_in, months_of, plan_calendar
from syncer.delivery.connect_library import Deed, Listed, Ownership, candidates, deed_for, library
from tests.unit.test_workouts_connect import BAND_WALK, body, template

MONDAY = date(2026, 11, 16)
OURS, THEIRS = "[syncer:lateral-band-walk 0123456789ab]", "[syncer:hip-circuit 0123456789ab]"


class Pages:
    """A library that is told in pages, or the same page for ever."""

    def __init__(self, *pages: list[Any], stuck: bool = False) -> None:
        self.pages, self.stuck, self.asked = pages, stuck, 0

    def workouts(self, start: int) -> list[Any]:
        """One page."""
        self.asked += 1
        if self.stuck:
            return self.pages[0]
        before = 0
        for page in self.pages:
            if before == start:
                return page
            before += len(page)
        return []


def item(number: object, description: str | None = None) -> dict[str, Any]:
    """One of the list."""
    return {"workoutId": number, "workoutName": "Band walk", "description": description}


def test_the_library_is_read_to_an_empty_page() -> None:
    pages = [[item(number) for number in range(1, 200)], [item(number) for number in range(200, 203)]]
    assert [one.id for one in library(Pages(*pages))] == [str(number) for number in range(1, 203)]  # type: ignore[arg-type]


def test_a_library_that_repeats_itself_ends() -> None:
    pages = Pages([item(1), item(2)], stuck=True)
    assert [one.id for one in library(pages)] == ["1", "2"]  # type: ignore[arg-type]
    assert pages.asked == 2


def test_odd_items_are_passed_over() -> None:
    pages = Pages([None, "x", {}, item(None), item(True), item(0), item("7"), item("x"), {"workoutId": 8}])
    assert [(one.id, one.open) for one in library(pages)] == [("7", False), ("8", True)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        ("7", "7"),
        (0, ""),
        (-1, ""),
        (True, ""),
        (None, ""),
        ("7a", ""),
        (1.5, ""),
        ("٣", ""),
        ([], ""),
        (2**70, ""),
        ("9" * 5000, ""),
        (2**63 - 1, str(2**63 - 1)),
    ],
)
def test_ids(value: object, text: str) -> None:
    assert number_of(value) == text


@pytest.mark.parametrize(
    ("listed", "known", "found"),
    [
        ([], [], []),
        ([("5", None), ("6", "Band walk")], [], []),
        ([("5", THEIRS)], [], []),
        ([("5", OURS)], [], ["5"]),
        # a copy is younger than what it was copied from; 10 is younger than 9
        ([("10", OURS), ("9", OURS)], [], ["9"]),
        # what we know to be ours wins over an older copy, and over its own lost marker
        ([("4", OURS), ("5", OURS)], ["5"], ["5"]),
        ([("4", OURS), ("5", None)], ["5"], ["5"]),
        ([("4", OURS), ("5", None), ("6", OURS)], ["6", "5"], ["6", "5"]),
        # one that carries another template's marker is not ours any more
        ([("5", THEIRS)], ["5"], []),
        # one that the list leaves out is asked for by its id
        ([("4", OURS)], ["5"], ["5"]),
    ],
)
def test_which_workout_may_be_ours(listed: list[tuple[str, str | None]], known: list[str], found: list[str]) -> None:
    ours = Ownership("syncer:lateral-band-walk", known)
    assert candidates([Listed(*one) for one in listed], ours) == found


def test_one_that_was_sent_and_never_answered_is_taken_before_an_older_copy() -> None:
    sent = "[syncer:lateral-band-walk aaaaaaaaaaaa]"
    ours = Ownership("syncer:lateral-band-walk", (), frozenset({"aaaaaaaaaaaa"}))
    assert candidates([Listed("4", OURS), Listed("9", sent)], ours) == ["9"]


def test_what_a_workout_needs() -> None:
    wanted = body()
    assert deed_for(wanted, None) is Deed.CREATE
    assert deed_for(wanted, {**wanted, "workoutId": 5, "ownerId": 1}) is Deed.SKIP
    assert deed_for(wanted, body(template("lateral-band-walk").build("6"))) is Deed.UPDATE
    assert deed_for(wanted, {**wanted, "sportType": {"sportTypeId": 4, "sportTypeKey": "swimming"}}) is Deed.UPDATE
    assert BAND_WALK.slug in wanted["description"]


# The calendar -----------------------------------------------------------------------------------------------------


def test_months() -> None:
    days = [date(2027, 1, 1), date(2026, 12, 31), date(2026, 12, 1)]
    assert months_of(days) == [(2026, 12), (2027, 1)]


def test_the_calendars_workouts_each_once() -> None:
    workout = {"itemType": "workout", "id": 5, "workoutId": 7, "date": "2026-11-16", "title": "x"}
    odd: list[object] = [
        None,
        {**workout, "itemType": "activity", "id": 6},
        {**workout, "id": 8, "workoutId": None},
        {**workout, "id": 9, "date": None},
        {**workout, "id": 10, "date": "soon"},
        {"itemType": "note", "id": 1},
    ]
    assert entries_in([workout, *odd, dict(workout)]) == [Entry("5", "7", MONDAY)]


@pytest.mark.parametrize(
    ("text", "day"), [("2026-11-16", MONDAY), ("2026-11-16T00:00:00.0", MONDAY), ("", None), (5, None), (None, None)]
)
def test_days(text: object, day: date | None) -> None:
    assert day_of(text) == day


DAYS = st.integers(0, 6).map(lambda number: MONDAY + timedelta(days=number))
WORKOUTS = st.sampled_from(["7", "8", "9"])


@st.composite
def calendars(draw: st.DrawFn) -> tuple[list[Entry], list[Asked], list[tuple[str, date]]]:
    """What is there, what we asked for (of which some is gone, some was never answered), and what is wanted."""
    there = [Entry(str(100 + at), draw(WORKOUTS), draw(DAYS)) for at in range(draw(st.integers(0, 8)))]
    asked = []
    for one in there:
        if draw(st.booleans()):
            answered, settled = draw(st.sampled_from([(True, True), (True, False), (False, False)]))
            asked.append(Asked(len(asked) + 1, one.connect_id, one.day, one.schedule_id if answered else "", settled))
    for at in range(draw(st.integers(0, 3))):
        settled = draw(st.booleans())
        gone = str(500 + at) if settled else ""
        asked.append(Asked(len(asked) + 1, draw(WORKOUTS), draw(DAYS), gone, settled))
    wanted = draw(st.lists(st.tuples(WORKOUTS, DAYS), unique=True, max_size=6))
    return there, asked, wanted


def applied(there: list[Entry], plan: CalendarPlan) -> tuple[list[Entry], list[Asked]]:
    """The calendar and our notes after the plan was carried out."""
    going = {one.schedule_id for one in plan.remove}
    after = [one for one in there if one.schedule_id not in going]
    after += [Entry(str(900 + at), *one) for at, one in enumerate(plan.add)]
    asked = [Asked(one.record, one.connect_id, one.day, id_, settled=True) for one, id_ in plan.seen]
    asked += [Asked(100 + at, *one, str(900 + at), settled=True) for at, one in enumerate(plan.add)]
    return after, asked


@given(calendars())
def test_the_calendar_ends_as_wanted_once_and_foreign_entries_stay(
    drawn: tuple[list[Entry], list[Asked], list[tuple[str, date]]],
) -> None:
    there, asked, wanted = drawn
    plan = plan_calendar(wanted, asked, there, lambda one: (one.connect_id, one.day) in wanted)
    after, ours = applied(there, plan)
    places = [(one.connect_id, one.day) for one in after]
    assert set(wanted) <= set(places)
    # what was added stood there neither by our hand nor by the runner's
    assert not {(one.connect_id, one.day) for one in there} & set(plan.add) - {
        (one.connect_id, one.day) for one in plan.remove
    }
    assert len(set(plan.add)) == len(plan.add)
    # only what we asked for goes
    ids = {one.schedule_id for one in asked if one.schedule_id}
    spots = {(one.connect_id, one.day) for one in asked if not one.schedule_id}
    for one in there:
        if one.schedule_id not in ids and (one.connect_id, one.day) not in spots:
            assert one in after
    # and a second time there is nothing to do
    again = plan_calendar(wanted, ours, after, lambda one: (one.connect_id, one.day) in wanted)
    assert (again.add, again.remove, again.lost) == ((), (), ())


def test_one_that_the_runner_moved_stays_moved_and_one_that_came_out_wrong_goes() -> None:
    wanted, tuesday = [("7", MONDAY)], MONDAY + timedelta(days=1)
    there = [Entry("100", "7", tuesday)]
    moved = plan_calendar(wanted, [Asked(1, "7", MONDAY, "100", settled=True)], there, lambda _one: True)
    assert (moved.add, moved.remove) == ((), ())
    wrong = plan_calendar(wanted, [Asked(1, "7", MONDAY, "100")], there, lambda _one: True)
    assert (wrong.add, [one.schedule_id for one in wrong.remove]) == ((("7", MONDAY),), ["100"])
