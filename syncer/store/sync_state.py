"""Where the sync stands: per provider, and per detail that is still to be fetched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from syncer.domain.activity import Provider, RecordingKey
from syncer.store.codec import maybe_instant, maybe_us
from syncer.store.database import one, rows, transaction


@dataclass(frozen=True, slots=True)
class SyncState:
    """One provider's state.

    Attributes:
        cursor: where an unfinished listing goes on, in the sync's own words; None when it is complete.
        first_day, last_day: the days that were listed whole, both included.
        retry_at: no request before this instant.
        code: why the last run stopped early.
    """

    cursor: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    retry_at: datetime | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class PendingDetail:
    """A detail that failed, or was not asked for yet. ``part`` as in `Payload.part`."""

    key: RecordingKey
    part: str
    attempts: int = 0
    next_at: datetime | None = None
    error: str = ""
    gave_up_at: datetime | None = None


class SyncStates:
    """The state of each provider."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, provider: Provider) -> SyncState:
        """What is known; an empty state for a provider that was never read."""
        found = one(
            self._connection,
            "SELECT cursor, first_day, last_day, retry_us, code FROM sync_state WHERE provider = ?",
            (provider.value,),
        )
        if found is None:
            return SyncState()
        cursor, first, last, retry_us, code = found
        return SyncState(
            cursor,
            date.fromisoformat(first) if first else None,
            date.fromisoformat(last) if last else None,
            maybe_instant(retry_us),
            code,
        )

    def save(self, provider: Provider, state: SyncState) -> bool:
        """Keep the state, an empty one as no row; False when it is what was kept already, and nothing is written."""
        if state == self.get(provider):
            return False
        values = (
            state.cursor,
            state.first_day.isoformat() if state.first_day else None,
            state.last_day.isoformat() if state.last_day else None,
            maybe_us(state.retry_at),
            state.code,
        )
        with transaction(self._connection):
            self._connection.execute("DELETE FROM sync_state WHERE provider = ?", (provider.value,))
            if state == SyncState():
                return True
            self._connection.execute(
                "INSERT INTO sync_state (provider, cursor, first_day, last_day, retry_us, code)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (provider.value, *values),
            )
        return True


class PendingDetails:
    """The queue of details that the next run fetches."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, keys: Iterable[RecordingKey], part: str) -> int:
        """Queue what is not queued yet; how many were added."""
        added = 0
        with transaction(self._connection):
            for key in keys:
                added += self._connection.execute(
                    "INSERT INTO pending_details (provider, external_id, part, attempts, error) VALUES (?, ?, ?, 0, '')"
                    " ON CONFLICT DO NOTHING",
                    (key.provider.value, key.external_id, part),
                ).rowcount
        return added

    def failed(
        self, key: RecordingKey, part: str, error: str, *, next_at: datetime | None, gave_up_at: datetime | None = None
    ) -> None:
        """One more attempt failed; tried again from ``next_at`` on, or never when it is given up."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO pending_details (provider, external_id, part, attempts, next_us, error, gave_up_us)"
                " VALUES (?, ?, ?, 1, ?, ?, ?) ON CONFLICT DO UPDATE SET attempts = attempts + 1,"
                " next_us = excluded.next_us, error = excluded.error, gave_up_us = excluded.gave_up_us",
                (key.provider.value, key.external_id, part, maybe_us(next_at), error, maybe_us(gave_up_at)),
            )

    def defer(self, keys: Iterable[RecordingKey], part: str, error: str) -> None:
        """They were asked for and did not come, through no fault of theirs; asked for again, after the others."""
        with transaction(self._connection):
            for key in keys:
                self._connection.execute(
                    "INSERT INTO pending_details (provider, external_id, part, attempts, error) VALUES (?, ?, ?, 0, ?)"
                    " ON CONFLICT DO UPDATE SET error = excluded.error",
                    (key.provider.value, key.external_id, part, error),
                )

    def done(self, key: RecordingKey, part: str) -> bool:
        """It is fetched, or no longer wanted; False when it was not queued."""
        with transaction(self._connection):
            found = self._connection.execute(
                "DELETE FROM pending_details WHERE provider = ? AND external_id = ? AND part = ?",
                (key.provider.value, key.external_id, part),
            )
        return bool(found.rowcount)

    def all(self, provider: Provider) -> list[PendingDetail]:
        """Everything queued, and what was given up; fewest failures first."""
        return self._read("provider = ?", provider.value)

    def _read(self, where: str, *values: object) -> list[PendingDetail]:
        found = rows(
            self._connection,
            "SELECT provider, external_id, part, attempts, next_us, error, gave_up_us FROM pending_details"
            f" WHERE {where} ORDER BY attempts, provider, external_id, part",
            values,
        )
        return [
            PendingDetail(
                RecordingKey(Provider(provider), external_id),
                part,
                attempts,
                maybe_instant(next_us),
                error,
                maybe_instant(gave_up_us),
            )
            for provider, external_id, part, attempts, next_us, error, gave_up_us in found
        ]
