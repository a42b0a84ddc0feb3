"""`push --to connect`: the planned workouts on Garmin Connect, and their days on its calendar.

Gathered, decided, recorded, done: each step can be stopped anywhere and run again, with the same end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from syncer.delivery.connect import Connect
from syncer.delivery.connect_library import library
from syncer.domain.activity import Provider
from syncer.domain.plan import PlannedSession, SessionStatus
from syncer.errors import ExitCode, SignInError, SyncerError, TryLaterError, UsageError
from syncer.store.pushes import Phase, Pushes, ScheduleEntry
from syncer.store.sync_state import SyncStates
from syncer.usecases.planning import Judged
from syncer.usecases.pushing import Action, Chosen, Wanted, choose
from syncer.usecases.pushing_connect_calendar import Days, living_entries, put_days
from syncer.usecases.pushing_connect_workout import TARGET, Manner, put_workout
from syncer.usecases.syncing import too_early
from syncer.usecases.templates import find_template
from syncer.workouts.template_build import Template

AHEAD = timedelta(days=14)
"""Today and the thirteen days after it stand on the calendar."""

_OPEN = (SessionStatus.PENDING, SessionStatus.UPCOMING)
_GRAVEST = (ExitCode.SIGN_IN_NEEDED, ExitCode.TRY_LATER, ExitCode.FAILED)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due: the plan as judged (laid out to `horizon` at least), and what the runner asked for."""

    judged: Judged
    templates: Mapping[str, Template]
    today: date
    wanted: Wanted = field(default_factory=Wanted)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was done (in a dry run: would be), and what went wrong."""

    chosen: tuple[Chosen, ...] = ()
    actions: tuple[Action, ...] = ()
    errors: tuple[SyncerError, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """Of the gravest error; what was done before it stays done."""
        codes = [error.exit_code for error in self.errors]
        return next((code for code in _GRAVEST if code in codes), codes[0] if codes else ExitCode.OK)


def horizon(connection: sqlite3.Connection, today: date, wanted: Wanted | None = None) -> date:
    """The last day that the plan has to be laid out to."""
    days = [one.day for one in living_entries(connection, today)]
    return max([today + AHEAD, *days, *([wanted.day] if wanted and wanted.day else [])])


def push_due(
    connection: sqlite3.Connection, connect: Connect, due: Due, now: datetime, manner: Manner | None = None
) -> Pushed:
    """Put what is due on Garmin Connect, and take away what the plan no longer wants.

    Args:
        now: kept as the time of the acts, aware.

    Raises:
        UsageError: the runner asked for a day or workout that there is not. Everything else is in the answer.
    """
    manner = manner or Manner()
    asked = _asked_for(due)
    early = too_early(connection, Provider.GARMIN, now)
    if early is not None:
        return Pushed(errors=(early,))
    pushing = _Pushing(connection, connect, due, now, manner)
    try:
        pushing.workouts(asked)
        pushing.calendar(asked)
    except SyncerError as error:
        pushing.errors.append(error)
        if error.code == "rate-limited" and not manner.dry_run:
            states = SyncStates(connection)
            # the limit is the account's: the sync keeps away from it too
            states.save(Provider.GARMIN, replace(states.get(Provider.GARMIN), retry_at=error.retry_at))
    return Pushed(tuple(pushing.chosen.values()), tuple(pushing.actions), tuple(pushing.errors))


def _asked_for(due: Due) -> dict[str, list[date]]:
    """The workouts to put on Connect, each with its days from today on, the next one first."""
    wanted = due.wanted
    slug = find_template(wanted.workout, due.templates).slug if wanted.workout is not None else None
    if wanted.day is not None:
        return _on_day(due, slug, wanted.day)
    found: dict[str, list[date]] = {slug: []} if slug else {}
    for session in _open_sessions(due):
        if slug in (None, session.workout) and session.date < due.today + AHEAD:
            found.setdefault(session.workout, []).append(session.date)
    return found


def _on_day(due: Due, slug: str | None, day: date) -> dict[str, list[date]]:
    if day < due.today:
        raise UsageError("day-over", f"{day} is over; a calendar needs a day from today on", hint="syncer plan show")
    planned = [one for one in due.judged.outcomes if one.session.date == day and slug in (None, one.session.workout)]
    if not planned and slug is None:
        raise UsageError(
            "nothing-planned",
            f"no session is planned on {day}",
            hint=f"syncer push --to connect --date {day} --workout lateral-band-walk",
        )
    if not planned and slug is not None:
        return {slug: [day]}
    return {one.session.workout: [day] if one.status in _OPEN else [] for one in planned}


def _open_sessions(due: Due) -> list[PlannedSession]:
    """Planned, from today on, neither done nor excused."""
    return [one.session for one in due.judged.outcomes if one.status in _OPEN and one.session.date >= due.today]


@dataclass(slots=True)
class _Pushing:
    """One push on its way."""

    connection: sqlite3.Connection
    connect: Connect
    due: Due
    now: datetime
    manner: Manner
    chosen: dict[str, Chosen] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    errors: list[SyncerError] = field(default_factory=list)

    def workouts(self, asked: Mapping[str, Sequence[date]]) -> None:
        """Each workout; one that Connect spoils does not keep the others away."""
        listed = library(self.connect) if asked else []
        wanted = self.due.wanted
        for slug in asked:
            try:
                chosen = choose(
                    self.due.judged, self.due.templates, Wanted(slug, wanted.day, wanted.level), self.due.today
                )
                self.chosen[slug] = chosen
                put = put_workout(self.connection, self.connect, listed, chosen, self.now, self.manner)
            except (TryLaterError, SignInError):
                raise
            except SyncerError as error:
                self.errors.append(error)
                continue
            # what a dry run would create has no id yet
            self.ids[slug] = put.connect_id or slug
            self.actions += put.actions
            self.errors += put.errors

    def calendar(self, asked: Mapping[str, Sequence[date]]) -> None:
        """The days of the workouts that are there."""
        days = Days(
            wanted=[(self.ids[slug], day) for slug, dates in asked.items() if slug in self.ids for day in dates],
            keeps=self._keeps(asked),
            by_hand=self._by_hand(),
            titles=self._titles(),
        )
        acts = put_days(self.connection, self.connect, days, self.now, self.due.today, dry_run=self.manner.dry_run)
        for action in acts:
            self.actions.append(action)

    def _keeps(self, asked: Mapping[str, Sequence[date]]) -> Callable[[ScheduleEntry], bool]:
        known = _slugs(self.connection)
        planned = {(one.workout, one.date) for one in _open_sessions(self.due)}
        planned |= {
            (one.session.workout, one.session.date)
            for one in self.due.judged.outcomes
            # done on its day: the entry shows what was done
            if one.status is SessionStatus.DONE
        }
        only, day = self.due.wanted.workout is not None, self.due.wanted.day

        def keeps(entry: ScheduleEntry) -> bool:
            slug = known.get(entry.connect_id)
            if slug is None or day is not None or (only and slug not in asked):
                return True
            if slug in asked and slug not in self.ids:
                # it could not be put on Connect now; that is no reason to empty the calendar
                return True
            current = self.ids.get(slug, entry.connect_id) == entry.connect_id
            return current and (entry.by_hand or (slug, entry.day) in planned)

        return keeps

    def _by_hand(self) -> bool:
        wanted = self.due.wanted
        return wanted.day is not None and not any(
            one.session.date == wanted.day and one.session.workout in self.ids for one in self.due.judged.outcomes
        )

    def _titles(self) -> dict[str, str]:
        named = {self.ids[slug]: chosen.workout.name for slug, chosen in self.chosen.items() if slug in self.ids}
        return _slugs(self.connection) | named


def _slugs(connection: sqlite3.Connection) -> dict[str, str]:
    """Which workout each of our Connect ids is."""
    found = Pushes(connection).all(target=TARGET)
    return {one.connect_id: one.workout for one in found if one.connect_id and one.phase is not Phase.REMOVED}
