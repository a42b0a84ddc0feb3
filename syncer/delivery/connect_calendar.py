"""What Garmin Connect's calendar needs: decided by ids alone, on values that were read before.

`syncer.usecases.pushing_connect_calendar` records and acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from syncer.delivery.connect import number_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A workout on a day of Connect's calendar."""

    schedule_id: str
    connect_id: str
    day: date


@dataclass(frozen=True, slots=True)
class Asked:
    """An entry that we asked for.

    Attributes:
        record: where that is written down.
        schedule_id: empty where the answer was lost.
        settled: it was seen on the calendar before.
    """

    record: int
    connect_id: str
    day: date
    schedule_id: str = ""
    settled: bool = False


def months_of(days: Iterable[date]) -> list[tuple[int, int]]:
    """The months to look at, as (year, 1-12)."""
    return sorted({(day.year, day.month) for day in days})


def entries_in(items: Iterable[object]) -> list[Entry]:
    """The workouts among a calendar's items, each once; a month's page shows days of its neighbours too."""
    found: dict[str, Entry] = {}
    for item in items:
        if not isinstance(item, dict) or item.get("itemType") != "workout":
            continue
        schedule_id, connect_id, day = number_of(item.get("id")), number_of(item.get("workoutId")), item.get("date")
        if schedule_id and connect_id and (on := day_of(day)):
            found[schedule_id] = Entry(schedule_id, connect_id, on)
    return list(found.values())


def day_of(value: object) -> date | None:
    """The day that a text such as ``2026-11-24`` or ``2026-11-24T00:00:00.0`` names."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class CalendarPlan:
    """What is to be done about the calendar.

    Attributes:
        seen: asked for and there, with the id of the entry.
        lost: asked for and not there.
        remove: ours, and no longer wanted.
        add: (workout id, day) that is wanted and not there, whoever might have put it there.
        there: wanted days that need nothing.
    """

    seen: tuple[tuple[Asked, str], ...]
    lost: tuple[Asked, ...]
    remove: tuple[Asked, ...]
    add: tuple[tuple[str, date], ...]
    there: tuple[tuple[str, date], ...]


def plan_calendar(
    wanted: Sequence[tuple[str, date]],
    asked: Sequence[Asked],
    calendar: Sequence[Entry],
    keeps: Callable[[Asked], bool],
) -> CalendarPlan:
    """Decide, by ids alone.

    Args:
        wanted: (workout id, day) that should be on the calendar.
        asked: what we asked for and have not taken away.
        calendar: what is on it.
        keeps: whether the plan still wants an entry. One that the runner moved to another day stays moved; one that
            was on another day from the beginning goes.
    """
    by_id = {one.schedule_id: one for one in calendar}
    by_place = {(one.connect_id, one.day): one for one in reversed(calendar)}
    seen, lost, remove = [], [], []
    for one in asked:
        here = by_id.get(one.schedule_id) if one.schedule_id else by_place.get((one.connect_id, one.day))
        schedule_id = one.schedule_id or (here.schedule_id if here else "")
        misplaced = here is not None and here.day != one.day and not one.settled
        if schedule_id and (misplaced or not keeps(one)):
            remove.append(replace(one, schedule_id=schedule_id))
        elif here is not None:
            seen.append((one, schedule_id))
        else:
            lost.append(one)
    going = {one.schedule_id for one in remove}
    covered = {(one.connect_id, one.day) for one in calendar if one.schedule_id not in going}
    covered |= {(one.connect_id, one.day) for one, _ in seen}
    return CalendarPlan(
        tuple(seen),
        tuple(lost),
        tuple(remove),
        tuple(one for one in wanted if one not in covered),
        tuple(one for one in wanted if one in covered),
    )
