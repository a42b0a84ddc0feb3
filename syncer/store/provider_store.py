"""What the sync keeps of one provider: pages, details, the queue, and what is gone. Each write is one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from syncer.domain.activity import Provider, Recording, RecordingKey
from syncer.store.database import rows, transaction
from syncer.store.items import Meta
from syncer.store.recordings import Recordings
from syncer.store.sync_state import PendingDetails
from syncer.store.versions import Origin
from syncer.sync.ports import Intake, Touched
from syncer.sync.remote import Waiting

DETAIL = "detail"


class ProviderStore:
    """The sync's view of the database, for one provider and one run.

    Args:
        now: when this run began; kept as the age of what comes in.
        stale: the meta entry that says that the activities have to be made anew, as (key, value).
    """

    def __init__(
        self, connection: sqlite3.Connection, provider: Provider, now: datetime, stale: tuple[str, str]
    ) -> None:
        self._connection = connection
        self._provider = provider
        self._now = now
        self._stale = stale
        self._pending = PendingDetails(connection)

    def save_page(self, page: Intake, wanted: Sequence[RecordingKey]) -> Touched:
        """Store a page's list items, and queue the details that are wanted."""
        with transaction(self._connection):
            touched = self._save(page, Origin.LIST)
            self._pending.add(wanted, DETAIL)
        return touched

    def save_detail(self, key: RecordingKey, detail: Intake) -> Touched:
        """Store a detail and take it off the queue."""
        with transaction(self._connection):
            touched = self._save(detail, Origin.DETAIL)
            self._pending.done(key, DETAIL)
        return touched

    def queue(self, keys: Sequence[RecordingKey]) -> None:
        """Details that this run did not come to."""
        self._pending.add(keys, DETAIL)

    def defer(self, keys: Sequence[RecordingKey], error: str) -> None:
        """Details that were asked for while the service was down: that does not count as a failure of theirs."""
        self._pending.defer(keys, DETAIL, error)

    def failed(self, key: RecordingKey, error: str, next_at: datetime | None) -> None:
        """A detail failed; it is asked for again from ``next_at`` on, or never (None)."""
        self._pending.failed(key, DETAIL, error, next_at=next_at, gave_up_at=None if next_at else self._now)

    def gone(self, keys: Sequence[RecordingKey]) -> int:
        """Mark as deleted at the provider; how many were not yet."""
        with transaction(self._connection):
            marked = Recordings(self._connection).tombstone(keys, self._now)
            for key in keys:
                self._pending.done(key, DETAIL)
            if marked:
                Meta(self._connection).set(*self._stale)
        return marked

    def recordings(self) -> Mapping[RecordingKey, Recording]:
        """Every living recording of this provider that the service itself has told of."""
        live = self._keys_of("origin IN ('list', 'detail')")
        return {one.key: one for one in Recordings(self._connection).all(self._provider) if one.key in live}

    def waiting(self) -> Sequence[Waiting]:
        """Details that are queued, and those that were given up."""
        return [
            Waiting(one.key, one.attempts, bool(one.error), one.next_at, one.gave_up_at is not None)
            for one in self._pending.all(self._provider)
            if one.part == DETAIL
        ]

    def detailed(self) -> frozenset[RecordingKey]:
        """Recordings of which the detail would tell no more: it is stored, or Strava's export has told all notes.

        The export's table has the description and, in newer ones, the private note; an old activity is then worth no
        request of the hundred that Strava allows in a quarter of an hour.
        """
        told = "origin = 'export' AND instr(recording_json, '\"private_note\"') > 0"
        return self._keys_of(f"(origin = 'detail' OR ({told}))")

    def _save(self, intake: Intake, origin: Origin) -> Touched:
        # payloads of items that could not be read come too, for a better parser
        touched = Recordings(self._connection).upsert(intake.recordings, intake.payloads, origin=origin, at=self._now)
        if touched:
            Meta(self._connection).set(*self._stale)
        return touched

    def _keys_of(self, where: str) -> frozenset[RecordingKey]:
        found = rows(
            self._connection,
            f"SELECT DISTINCT provider, external_id FROM recording_versions WHERE provider = ? AND {where}",
            (self._provider.value,),
        )
        return frozenset(RecordingKey(Provider(name), external_id) for name, external_id in found)
