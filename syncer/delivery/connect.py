"""Garmin Connect as a target: which of the workouts there is ours, and what its calendar needs.

Decisions only, on values that were read before; `syncer.usecases.pushing_connect` records and acts. A workout is ours
by its id, where we know that we made it; where we know of none (a new computer), by the marker in its description.
Names say nothing: the runner may have one of the same name. A copy of ours carries our marker too, so the oldest with
the marker is taken, and none where we know that ours was another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from syncer.errors import BadFileError
from syncer.workouts.connect import Json, differences, read_marker


class Connect(Protocol):
    """What is asked of Garmin Connect; `syncer.clients.garmin.GarminClient` in real life."""

    def workouts(self, start: int) -> list[Any]:
        """One page of the library from offset ``start``; an empty list is the end."""

    def workout(self, workout_id: str) -> Json:
        """One workout, whole; ``item-gone`` when it is not there."""

    def create_workout(self, workout: Mapping[str, Any]) -> Json:
        """Create a workout; the answer holds its ``workoutId``."""

    def update_workout(self, workout_id: str, workout: Mapping[str, Any]) -> None:
        """Replace a workout in place."""

    def delete_workout(self, workout_id: str) -> None:
        """Take a workout away; one that is gone is fine."""

    def calendar(self, year: int, month: int) -> list[Any]:
        """The items of a month (1-12)."""

    def scheduled(self, schedule_id: str) -> Json:
        """One calendar entry; ``item-gone`` when it is not there."""

    def schedule(self, workout_id: str, day: date) -> Json:
        """Put a workout on a day; the answer holds the ``workoutScheduleId``."""

    def unschedule(self, schedule_id: str) -> None:
        """Take a calendar entry away; one that is gone is fine."""

    def send_to_watch(self, workout_id: str) -> None:
        """Queue a workout for the watch that was used last."""


# The library -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A workout of the runner's library.

    Attributes:
        description: None where there is none, or where the list does not tell it.
        open: the list does not tell it, and it may be a strength workout: only the whole of it says whose it is.
    """

    id: str
    description: str | None
    open: bool = False

    @property
    def mark(self) -> tuple[str, str] | None:
        """The marker and content hash in its description."""
        return read_marker(self.description)


def library(connect: Connect) -> list[Listed]:
    """Every workout of the library; items without a usable id are passed over."""
    found: dict[str, Listed] = {}
    start = 0
    while page := connect.workouts(start):
        new = {one.id: one for one in map(_listed, page) if one is not None and one.id not in found}
        if not new:
            # the same page again: a service that does not page
            break
        found |= new
        start += len(page)
    return list(found.values())


def _listed(item: object) -> Listed | None:
    if not isinstance(item, dict) or not number_of(item.get("workoutId")):
        return None
    description, sport = item.get("description"), item.get("sportType")
    key = sport.get("sportTypeKey") if isinstance(sport, dict) else None
    return Listed(
        number_of(item["workoutId"]),
        description if isinstance(description, str) else None,
        open="description" not in item and key in (None, "strength_training"),
    )


def number_of(value: object) -> str:
    """An id as text; empty for anything that is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    text = str(value).strip() if isinstance(value, str) or abs(value) < 10**20 else ""
    return text if re.fullmatch(r"0{0,20}[1-9][0-9]{0,19}", text) else ""


@dataclass(frozen=True, slots=True)
class Ownership:
    """What tells our workout from all others.

    Attributes:
        marker: of the template.
        known: ids that we know to be ours, the newest first.
        awaited: content hashes of workouts whose creation was never answered.
    """

    marker: str
    known: Sequence[str] = ()
    awaited: frozenset[str] = frozenset()


def find_own(connect: Connect, listed: Sequence[Listed], ours: Ownership) -> Json | None:
    """Our workout, whole as Connect has it; None where there is none."""
    found = _first(connect, candidates(listed, ours), ours)
    if found is None and any(one.open for one in listed):
        told = [_told(connect, one) for one in listed]
        found = _first(connect, candidates(told, ours), ours)
    return found


def _first(connect: Connect, ids: Iterable[str], ours: Ownership) -> Json | None:
    for workout_id in ids:
        whole = _whole(connect, workout_id)
        if whole is not None and _not_anothers(read_marker(whole.get("description")), ours):
            return {**whole, "workoutId": workout_id}
    return None


def candidates(listed: Sequence[Listed], ours: Ownership) -> list[str]:
    """Ids that may be our workout, likeliest first; at most one that we do not know to be ours."""
    marked = {one.id: one.mark[1] for one in listed if one.mark and one.mark[0] == ours.marker}
    others = {one.id for one in listed if not _not_anothers(one.mark, ours)}
    known = [id_ for id_ in dict.fromkeys(ours.known) if id_ not in others]
    there = {one.id for one in listed}
    found = [id_ for id_ in known if id_ in marked]
    found += [id_ for id_ in known if id_ in there and id_ not in marked]
    # one that the list does not show is looked for by its id before anything else is made
    found += [id_ for id_ in known if id_ not in there]
    unknown = sorted((id_ for id_ in marked if id_ not in known), key=int)
    arrived = [id_ for id_ in unknown if marked[id_] in ours.awaited]
    # who knows its own and does not find it makes another: what is left with its marker is the runner's copy
    return [*found, *(arrived[-1:] or ([] if known else unknown[:1]))]


def _not_anothers(mark: tuple[str, str] | None, ours: Ownership) -> bool:
    return mark is None or mark[0] == ours.marker


def _told(connect: Connect, one: Listed) -> Listed:
    return replace(one, description=(_whole(connect, one.id) or {}).get("description")) if one.open else one


def _whole(connect: Connect, workout_id: str) -> Json | None:
    try:
        return connect.workout(workout_id)
    except BadFileError as error:
        if error.code != "item-gone":
            raise
        return None


class Deed(StrEnum):
    """What our workout needs; the contract's words."""

    CREATE = "create"
    UPDATE = "update"
    SKIP = "skip"


def deed_for(body: Json, there: Json | None) -> Deed:
    """Create what is missing, update what has another content hash or was changed by someone, skip the rest."""
    if there is None:
        return Deed.CREATE
    return Deed.UPDATE if differences(body, there) else Deed.SKIP


# The calendar ------------------------------------------------------------------------------------------------------


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
