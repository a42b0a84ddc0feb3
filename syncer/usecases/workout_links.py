"""What ties a completed activity to the workout that it followed, where the activity itself does not tell.

Two signals have to be asked for (docs/how-to/garmin-connect.md lists them all). A workout that came by USB leaves its
file's identity in the activity's own FIT file, which is fetched once. A day on Connect's calendar knows the activity
that was done for it. Neither is asked for without need: only where something was pushed that way, and where an activity
has no surer link.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, runtime_checkable

from syncer.domain.activity import Kind, Provider, Recording, Sport
from syncer.errors import BadFileError, SyncerError
from syncer.store.database import transaction
from syncer.store.pushes import Phase, Pushes, ScheduleEntries, ScheduleEntry
from syncer.store.recordings import Recordings
from syncer.store.sync_state import PendingDetails
from syncer.store.versions import Origin
from syncer.sync.details import NEXT_NIGHT
from syncer.sync.ports import Intake
from syncer.sync.remote import Outcome, is_outage
from syncer.usecases.refreshing import mark_stale

FIT = "fit"
ORIGINAL = "original"
# a watch's clock and the runner's zone may be a day apart
SLACK = timedelta(days=1)
# a session counts on the days around it; Connect associates no activity of another week
AROUND = timedelta(days=3)
# a band walk may be saved as any of these
_MAY_BE = (Sport.STRENGTH, Sport.WORKOUT, Sport.OTHER)


@runtime_checkable
class LinkSource(Protocol):
    """A service that also keeps original files and a calendar."""

    def original(self, known: Recording) -> Intake:
        """What the file that the watch uploaded adds; ``item-gone`` for an activity that has none."""

    def done_for(self, schedule_id: str) -> str | None:
        """The activity that is associated with a calendar entry; ``item-gone`` when the entry is."""


@dataclass(frozen=True, slots=True)
class LinkRules:
    """How far back to look, in days, and after how many nights to give up."""

    today: date
    lookback_days: int
    give_up_after: int
    now: datetime

    @property
    def since(self) -> date:
        """The first day that is looked at every night."""
        return self.today - timedelta(days=self.lookback_days)


def link_workouts(connection: sqlite3.Connection, source: LinkSource, outcome: Outcome, rules: LinkRules) -> None:
    """Ask for what is missing; what was found, and what stood in the way, is added to ``outcome``.

    Raises:
        SyncerError: the database cannot be written.
    """
    try:
        _originals(connection, source, outcome, rules)
        _calendar(connection, source, rules)
    except SyncerError as error:
        if error.provider != Provider.GARMIN.value:
            raise
        outcome.stopped = error


def _unlinked(connection: sqlite3.Connection) -> list[Recording]:
    """Garmin's recordings that may be a session of ours and do not say which workout they followed, newest first."""
    found = [
        one
        for one in Recordings(connection).all(Provider.GARMIN)
        if one.workout_id is None and one.training_file is None
    ]
    return sorted(found, key=lambda one: (one.start, one.key), reverse=True)


def _originals(connection: sqlite3.Connection, source: LinkSource, outcome: Outcome, rules: LinkRules) -> None:
    pushed = [push.intended_at.date() for push in Pushes(connection).all() if push.file]
    if not pushed:
        return
    since = min(min(pushed) - SLACK, rules.since)
    for known in _without_original(connection, since, rules.now):
        try:
            intake = source.original(known)
        except BadFileError as error:
            # typed in by hand, uploaded as something else, or damaged: it stays so
            _note_failure(connection, known, error, rules, for_good=True)
            continue
        except SyncerError as error:
            if not is_outage(error):
                raise
            _note_failure(connection, known, error, rules, for_good=False)
            outcome.errors.append(error)
            # one file that the service cannot give, or the service is down: the next night tells
            return
        _keep(connection, known, intake, outcome, rules.now)


def _without_original(connection: sqlite3.Connection, since: date, now: datetime) -> list[Recording]:
    """Strength sessions whose file may tell something and may be asked for now; what failed before comes last."""
    asked = {one.key: one for one in PendingDetails(connection).all(Provider.GARMIN) if one.part == FIT}
    barred = {key for key, one in asked.items() if one.gave_up_at or (one.next_at and one.next_at > now)}
    found = [
        one
        for one in _unlinked(connection)
        if one.kind is Kind.STRENGTH and not one.manual and one.start.date() >= since and one.key not in barred
    ]
    recordings = Recordings(connection)
    fresh = [one for one in found if all(said.origin is not Origin.FILE for said in recordings.versions(one.key))]
    return sorted(fresh, key=lambda one: asked[one.key].attempts if one.key in asked else 0)


def _note_failure(
    connection: sqlite3.Connection, known: Recording, error: SyncerError, rules: LinkRules, *, for_good: bool
) -> None:
    pending = PendingDetails(connection)
    before = next((one.attempts for one in pending.all(Provider.GARMIN) if (one.key, one.part) == (known.key, FIT)), 0)
    ends = for_good or before + 1 >= rules.give_up_after
    next_at, gave_up_at = (None, rules.now) if ends else (rules.now + NEXT_NIGHT, None)
    pending.failed(known.key, FIT, error.message, next_at=next_at, gave_up_at=gave_up_at)


def _keep(connection: sqlite3.Connection, known: Recording, intake: Intake, outcome: Outcome, now: datetime) -> None:
    pending = PendingDetails(connection)
    if not intake.recordings:
        pending.failed(known.key, FIT, "it has no FIT file", next_at=None, gave_up_at=now)
        return
    with transaction(connection):
        touched = Recordings(connection).upsert(
            intake.recordings, intake.payloads, origin=Origin.FILE, at=now, item=ORIGINAL
        )
        pending.done(known.key, FIT)
        if touched:
            mark_stale(connection)
    outcome.note(touched)


def _calendar(connection: sqlite3.Connection, source: LinkSource, rules: LinkRules) -> None:
    entries = ScheduleEntries(connection)
    open_ones = [one for one in entries.all(rules.since) if _may_be_done(one, rules.today)]
    if not open_ones:
        return
    days = {one.start.date() for one in _unlinked(connection) if one.sport in _MAY_BE}
    for entry in _near(open_ones, days):
        try:
            activity_id = source.done_for(entry.schedule_id or "")
        except BadFileError as error:
            if error.code == "item-gone":
                entries.settle(entry.id, Phase.REMOVED, rules.now, error="gone from the calendar")
            continue
        if activity_id:
            entries.associate(entry.id, activity_id)


def _may_be_done(entry: ScheduleEntry, today: date) -> bool:
    living = entry.phase in (Phase.INTENDED, Phase.CONFIRMED)
    return living and bool(entry.schedule_id) and entry.activity_id is None and entry.day <= today + SLACK


def _near(entries: Iterable[ScheduleEntry], days: Iterable[date]) -> Sequence[ScheduleEntry]:
    known = list(days)
    return [one for one in entries if any(abs(one.day - day) <= AROUND for day in known)]
