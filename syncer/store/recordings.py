"""The recordings: each origin's word kept apart, and the one recording that they make together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from syncer.domain.activity import Provider, Recording, RecordingKey
from syncer.store.codec import (
    RECORDING_COLUMNS,
    from_us,
    maybe_instant,
    maybe_us,
    recording_from_json,
    recording_json,
    recording_of,
    recording_row,
    to_us,
)
from syncer.store.database import one, rows, transaction
from syncer.store.merge import Origin, Version, merged
from syncer.store.payloads import Payloads
from syncer.sync.ports import Changes, Payload

_AT = "provider = ? AND external_id = ?"
_COLUMNS = RECORDING_COLUMNS.split(", ")
_INSERT = f"INSERT INTO recordings ({RECORDING_COLUMNS}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_UPDATE = f"UPDATE recordings SET {', '.join(f'{name} = ?' for name in _COLUMNS[2:])} WHERE {_AT}"
_PREFIXES = {provider.value[0]: provider for provider in Provider}


_ADDED, _UPDATED, _UNCHANGED = Changes(added=1), Changes(updated=1), Changes(unchanged=1)


def parse_short_id(text: str) -> RecordingKey | None:
    """The key that `RecordingKey.short_id` wrote: ``g12949443775``; None for anything else."""
    provider = _PREFIXES.get(text[:1])
    return RecordingKey(provider, text[1:]) if provider and text[1:] else None


class Recordings:
    """Recordings by key. Those with a tombstone are kept, and are left out of every answer but `tombstoned`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def upsert(
        self,
        recordings: Iterable[Recording],
        payloads: Iterable[Payload] = (),
        *,
        origin: Origin,
        at: datetime,
        told_at: datetime | None = None,
        item: str = "",
    ) -> Changes:
        """Take in what one origin said; where it says nothing new, no row is written.

        Args:
            recordings: as read.
            payloads: what they were read from, verbatim.
            origin: who said so. The live service's word takes a tombstone away, an archive's or a file's does not.
            at: now, aware.
            told_at: the earliest instant at which the provider can have said so: for live data ``at``; for an archive
                the time that it states for itself, on the clock furthest ahead (UTC+14) when it names no zone; None
                when unknown.
            item: the import item, so that two files of one recording stay apart and a re-read replaces its own word.

        Returns:
            Counts by recording; ``unchanged`` when the merged recording says the same as before.
        """
        told_us = maybe_us(at if told_at is None and origin.live else told_at)
        total = Changes()
        with transaction(self._connection):
            for recording in recordings:
                total += self._upsert_one(recording, origin, told_us, item)
            Payloads(self._connection).keep(payloads, at)
        return total

    def _upsert_one(self, recording: Recording, origin: Origin, told_us: int | None, item: str) -> Changes:
        key = (recording.key.provider.value, recording.key.external_id)
        known = self._known_versions(key)
        mine, text = known.get((origin.value, item)), recording_json(recording)
        outdated = mine is not None and (told_us or 0) < (mine[0] or 0)
        same = mine is not None and mine[1] == text
        # The live service is looked at every night: that it says the same again is no news and writes nothing.
        confirmed = same and not origin.live and told_us is not None and told_us > (mine[0] or 0 if mine else 0)
        if outdated or (same and not confirmed):
            return self._revive(key) if origin.live else _UNCHANGED
        known[origin.value, item] = (told_us, text)
        together = merged([_version(recording.key, where, said) for where, said in known.items()])
        change = self._write(key, recording_row(together))
        self._connection.execute(
            "INSERT OR REPLACE INTO recording_versions (provider, external_id, origin, item, told_us, recording_json)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (*key, origin.value, item, told_us, text),
        )
        if origin.live and self._revive(key) is _ADDED:
            return _ADDED
        return change

    def _known_versions(self, key: tuple[str, str]) -> dict[tuple[str, str], tuple[int | None, str]]:
        found = rows(
            self._connection, f"SELECT origin, item, told_us, recording_json FROM recording_versions WHERE {_AT}", key
        )
        return {(origin, item): (told_us, text) for origin, item, told_us, text in found}

    def _write(self, key: tuple[str, str], row: tuple[Any, ...]) -> Changes:
        before = one(self._connection, f"SELECT {RECORDING_COLUMNS} FROM recordings WHERE {_AT}", key)
        if before is None:
            self._connection.execute(_INSERT, row)
            return _ADDED
        if before == row:
            return _UNCHANGED
        self._connection.execute(_UPDATE, (*row[2:], *key))
        return _UPDATED

    def _revive(self, key: tuple[str, str]) -> Changes:
        found = self._connection.execute(
            f"UPDATE recordings SET deleted_us = NULL WHERE {_AT} AND deleted_us IS NOT NULL", key
        )
        return _ADDED if found.rowcount else _UNCHANGED

    def tombstone(self, keys: Iterable[RecordingKey], at: datetime) -> int:
        """Mark as gone at their provider; how many were not yet. Nothing is lost: `revive` takes it back."""
        return self._mark(keys, "deleted_us = ?", "deleted_us IS NULL", (to_us(at),))

    def revive(self, keys: Iterable[RecordingKey]) -> int:
        """Take tombstones away; how many there were."""
        return self._mark(keys, "deleted_us = NULL", "deleted_us IS NOT NULL", ())

    def _mark(self, keys: Iterable[RecordingKey], change: str, where: str, values: tuple[int, ...]) -> int:
        marked = 0
        with transaction(self._connection):
            for key in keys:
                marked += self._connection.execute(
                    f"UPDATE recordings SET {change} WHERE {_AT} AND {where}",
                    (*values, key.provider.value, key.external_id),
                ).rowcount
        return marked

    def all(self) -> list[Recording]:
        """Every recording, by start."""
        return self._read("deleted_us IS NULL", ())

    def window(self, first: datetime, last: datetime, provider: Provider | None = None) -> list[Recording]:
        """Recordings that began in ``first ≤ start < last`` (aware), of one provider or all, by start."""
        where, values = "deleted_us IS NULL AND start_us >= ? AND start_us < ?", [to_us(first), to_us(last)]
        if provider is None:
            return self._read(where, values)
        return self._read(f"{where} AND provider = ?", [*values, provider.value])

    def get(self, key: RecordingKey) -> Recording | None:
        """One recording, or None."""
        found = self._read(f"{_AT} AND deleted_us IS NULL", (key.provider.value, key.external_id))
        return found[0] if found else None

    def count(self, provider: Provider | None = None) -> int:
        """How many there are."""
        where, values = "deleted_us IS NULL", [] if provider is None else [provider.value]
        if provider is not None:
            where += " AND provider = ?"
        return int(one(self._connection, f"SELECT count(*) FROM recordings WHERE {where}", values)[0])

    def tombstoned(self) -> dict[RecordingKey, datetime]:
        """The recordings that are gone at their provider, and when that was found."""
        found = rows(
            self._connection,
            "SELECT provider, external_id, deleted_us FROM recordings WHERE deleted_us IS NOT NULL ORDER BY 1, 2",
        )
        return {RecordingKey(Provider(name), external_id): from_us(us) for name, external_id, us in found}

    def versions(self, key: RecordingKey) -> tuple[Version, ...]:
        """What each origin said of one recording."""
        found = self._known_versions((key.provider.value, key.external_id))
        return tuple(_version(key, where, said) for where, said in sorted(found.items()))

    def _read(self, where: str, values: Iterable[object]) -> list[Recording]:
        found = rows(
            self._connection,
            f"SELECT {RECORDING_COLUMNS} FROM recordings WHERE {where} ORDER BY start_us, provider, external_id",
            tuple(values),
        )
        return [recording_of(row) for row in found]


def _version(key: RecordingKey, where: tuple[str, str], said: tuple[int | None, str]) -> Version:
    return Version(recording_from_json(key, said[1]), Origin(where[0]), maybe_instant(said[0]), where[1])
