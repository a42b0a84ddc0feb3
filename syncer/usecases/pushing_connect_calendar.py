"""The calendar on Garmin Connect: planned days put on it once, and ours taken away where the plan has changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from syncer.delivery.connect import Connect, number_of
from syncer.delivery.connect_calendar import Asked, CalendarPlan, Entry, day_of, entries_in, months_of, plan_calendar
from syncer.errors import BadFileError, SyncerError
from syncer.store.pushes import Phase, ScheduleEntries, ScheduleEntry
from syncer.usecases.pushing import Action
from syncer.usecases.pushing_connect_workout import TARGET, did_nothing

LIVING = (Phase.INTENDED, Phase.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Days:
    """What the calendar should hold.

    Attributes:
        wanted: (workout id, day), all from today on.
        keeps: whether an entry that we asked for is still wanted.
        by_hand: the runner named the days, and the plan did not.
        titles: what to call a workout id.
    """

    wanted: Sequence[tuple[str, date]]
    keeps: Callable[[ScheduleEntry], bool]
    by_hand: bool
    titles: dict[str, str]


def living_entries(connection: sqlite3.Connection, today: date) -> list[ScheduleEntry]:
    """What we asked for from today on, and have not taken away."""
    return [one for one in ScheduleEntries(connection).all(today) if one.phase in LIVING]


def put_days(
    connection: sqlite3.Connection, connect: Connect, days: Days, now: datetime, today: date, *, dry_run: bool
) -> Iterator[Action]:
    """Bring the calendar to what is wanted; each action is given when it is done, so that none is lost by an error.

    Raises:
        SyncerError: ``connect-changed``: an entry stands elsewhere than it was asked for; or as the client says.
    """
    entries = {one.id: one for one in living_entries(connection, today)}
    months = months_of([day for _, day in days.wanted] + [one.day for one in entries.values()])
    if not months:
        return
    asked = [_asked(one) for one in entries.values()]
    kept = {one.id: days.keeps(one) for one in entries.values()}
    calendar = _read(connect, months)
    calendar += _overlooked(connect, [one for one in asked if kept[one.record]], calendar)
    plan = plan_calendar(days.wanted, asked, calendar, lambda one: kept[one.record])
    if plan.there:
        on = ", ".join(sorted({day.isoformat() for _, day in plan.there}))
        yield Action("skip", TARGET, f"already on the calendar: {on}", verified=True)
    if dry_run:
        yield from _told(plan, days)
        return
    # a run that was killed wrote down that it would ask, and no more
    begun = {
        (one.connect_id, one.day): one.record
        for one in plan.lost
        if not one.settled and not one.schedule_id and entries[one.record].by_hand == days.by_hand
    }
    begun = {place: begun[place] for place in plan.add if place in begun}
    _settle(connection, plan, set(begun.values()), now)
    yield from _remove(connection, connect, plan.remove, days, now)
    yield from _add(connection, connect, plan.add, begun, days, now)


def _asked(entry: ScheduleEntry) -> Asked:
    return Asked(entry.id, entry.connect_id, entry.day, entry.schedule_id or "", settled=entry.phase is Phase.CONFIRMED)


def _read(connect: Connect, months: Sequence[tuple[int, int]]) -> list[Entry]:
    return entries_in([item for year, month in months for item in connect.calendar(year, month)])


def _overlooked(connect: Connect, asked: Sequence[Asked], calendar: Sequence[Entry]) -> list[Entry]:
    """Ours that the calendar does not show, asked for one by one: it is known to leave things out.

    So it does for days of a coach's plan (cyberjunky/home-assistant-garmin_connect#582).
    """
    shown = {one.schedule_id for one in calendar}
    found = []
    for one in asked:
        if not one.schedule_id or one.schedule_id in shown:
            continue
        try:
            told = connect.scheduled(one.schedule_id)
        except BadFileError as error:
            if error.code != "item-gone":
                raise
        else:
            found.append(Entry(one.schedule_id, one.connect_id, day_of(told.get("calendarDate")) or one.day))
    return found


def _settle(connection: sqlite3.Connection, plan: CalendarPlan, begun: set[int], now: datetime) -> None:
    entries = ScheduleEntries(connection)
    for one, schedule_id in plan.seen:
        if not one.settled:
            entries.settle(one.record, Phase.CONFIRMED, now, schedule_id=schedule_id)
    for one in plan.lost:
        if one.record in begun:
            continue
        phase, error = (Phase.REMOVED, "gone from the calendar") if one.settled else (Phase.FAILED, "it did not arrive")
        entries.settle(one.record, phase, now, error=error)


def _remove(
    connection: sqlite3.Connection, connect: Connect, remove: Sequence[Asked], days: Days, now: datetime
) -> Iterator[Action]:
    for one in remove:
        connect.unschedule(one.schedule_id)
        ScheduleEntries(connection).settle(one.record, Phase.REMOVED, now, schedule_id=one.schedule_id)
        yield Action("remove", TARGET, _line(one.connect_id, one.day, days), verified=True)


def _add(
    connection: sqlite3.Connection,
    connect: Connect,
    add: Sequence[tuple[str, date]],
    begun: Mapping[tuple[str, date], int],
    days: Days,
    now: datetime,
) -> Iterator[Action]:
    """Ask for each day, then look at the calendar whether they all stand there.

    Args:
        begun: days that are written down already as about to be asked for, and where.
    """
    entries = ScheduleEntries(connection)
    done: list[Asked] = []
    try:
        for connect_id, day in add:
            record = begun.get((connect_id, day)) or entries.intend(connect_id, day, now, by_hand=days.by_hand)
            try:
                answer = connect.schedule(connect_id, day)
            except SyncerError as error:
                if did_nothing(error):
                    entries.settle(record, Phase.FAILED, now, error=error.message)
                raise
            schedule_id = number_of(answer.get("workoutScheduleId"))
            if schedule_id:
                entries.settle(record, Phase.INTENDED, now, schedule_id=schedule_id)
            done.append(Asked(record, connect_id, day, schedule_id))
        calendar = _read(connect, months_of(one.day for one in done))
        calendar += _overlooked(connect, done, calendar)
    except SyncerError:
        # what was asked for is told all the same; the next run looks whether it stands there
        yield from (Action("schedule", TARGET, _line(one.connect_id, one.day, days)) for one in done)
        raise
    wrong: list[SyncerError] = []
    for one in done:
        here = _standing(one, calendar)
        if here is None:
            wrong.append(_elsewhere(one, calendar, days))
            if one.schedule_id:
                connect.unschedule(one.schedule_id)
            entries.settle(one.record, Phase.FAILED, now, error=wrong[-1].why)
        else:
            entries.settle(one.record, Phase.CONFIRMED, now, schedule_id=here.schedule_id)
        yield Action("schedule", TARGET, _line(one.connect_id, one.day, days), verified=here is not None)
    if wrong:
        raise wrong[0]


def _standing(asked: Asked, calendar: Sequence[Entry]) -> Entry | None:
    same = (one for one in calendar if (one.connect_id, one.day) == (asked.connect_id, asked.day))
    return next((one for one in same if asked.schedule_id in ("", one.schedule_id)), None)


def _elsewhere(asked: Asked, calendar: Sequence[Entry], days: Days) -> SyncerError:
    found = next((one for one in calendar if one.schedule_id == asked.schedule_id), None)
    return SyncerError(
        "connect-changed",
        f"Garmin Connect did not put {days.titles.get(asked.connect_id, 'the workout')} on {asked.day}",
        why=f"it put it on {found.day}" if found else "it answered, but the calendar does not show it",
        hint="look at the calendar in Garmin Connect, then run the same command again",
        provider="garmin",
        item=asked.day.isoformat(),
    )


def _told(plan: CalendarPlan, days: Days) -> Iterator[Action]:
    for one in plan.remove:
        yield Action("remove", TARGET, _line(one.connect_id, one.day, days))
    for connect_id, day in plan.add:
        yield Action("schedule", TARGET, _line(connect_id, day, days))


def _line(connect_id: str, day: date, days: Days) -> str:
    return f"{day}: {days.titles.get(connect_id, 'a workout that is no longer planned')}"
