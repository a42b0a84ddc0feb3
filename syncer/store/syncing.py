"""What the sync keeps of one provider: pages, details, the queue, and what is gone. Each write is one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from syncer.domain.activity import Provider, Recording, RecordingKey
from syncer.store.database import rows, transaction
from syncer.store.items import Meta
from syncer.store.merge import Origin
from syncer.store.recordings import Recordings
from syncer.store.sync_state import PendingDetails
from syncer.sync.ports import Changes, Intake

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

    def save_page(self, page: Intake, wanted: Sequence[RecordingKey]) -> Changes:
        """Store a page's list items, and queue the details that are wanted."""
        with transaction(self._connection):
            changes = self._save(page, Origin.LIST)
            self._pending.add(wanted, DETAIL)
        return changes

    def save_detail(self, key: RecordingKey, detail: Intake) -> Changes:
        """Store a detail and take it off the queue."""
        with transaction(self._connection):
            changes = self._save(detail, Origin.DETAIL)
            self._pending.done(key, DETAIL)
        return changes

    def queue(self, keys: Sequence[RecordingKey]) -> None:
        """Details that a limit left over."""
        self._pending.add(keys, DETAIL)

    def failed(self, key: RecordingKey, error: str, next_at: datetime | None) -> int:
        """A detail failed once more (``next_at`` None: given up); how often by now."""
        self._pending.failed(key, DETAIL, error, next_at=next_at, gave_up_at=None if next_at else self._now)
        return self.attempts(key)

    def gone(self, keys: Sequence[RecordingKey]) -> int:
        """Mark as deleted at the provider; how many were not yet."""
        with transaction(self._connection):
            marked = Recordings(self._connection).tombstone(keys, self._now)
            if marked:
                Meta(self._connection).set(*self._stale)
        return marked

    def recordings(self) -> Mapping[RecordingKey, Recording]:
        """Every living recording of this provider that the service itself has told of."""
        live = self._keys_of(
            "SELECT DISTINCT provider, external_id FROM recording_versions WHERE provider = ? AND origin = 'list'"
        )
        return {one.key: one for one in Recordings(self._connection).all() if one.key in live}

    def due(self) -> Sequence[RecordingKey]:
        """Queued details that may be asked for now."""
        return [one.key for one in self._pending.due(self._provider, self._now)]

    def blocked(self) -> frozenset[RecordingKey]:
        """Details that failed and may not be asked for yet, or were given up."""
        return frozenset(
            one.key
            for one in self._pending.all(self._provider)
            if one.gave_up_at is not None or (one.next_at is not None and one.next_at > self._now)
        )

    def attempts(self, key: RecordingKey) -> int:
        """How often a detail has failed so far."""
        return next((one.attempts for one in self._pending.all(self._provider) if one.key == key), 0)

    def detailed(self) -> frozenset[RecordingKey]:
        """Recordings whose detail is stored."""
        return self._keys_of(
            "SELECT provider, external_id FROM recording_versions WHERE provider = ? AND origin = 'detail'"
        )

    def _save(self, intake: Intake, origin: Origin) -> Changes:
        changes = Recordings(self._connection).upsert(
            intake.recordings, intake.payloads, origin=origin, at=self._now, told_at=intake.told_at
        )
        if changes:
            Meta(self._connection).set(*self._stale)
        return changes

    def _keys_of(self, sql: str) -> frozenset[RecordingKey]:
        found = rows(self._connection, sql, (self._provider.value,))
        return frozenset(RecordingKey(Provider(name), external_id) for name, external_id in found)
