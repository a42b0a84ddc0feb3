"""The recordings: each origin's word kept apart, and the one recording that they make together."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime
from enum import Enum, auto
from typing import Any

from syncer.domain.activity import Provider, Recording, RecordingKey
from syncer.store.codec import maybe_instant, maybe_us, to_us
from syncer.store.database import one, rows, transaction
from syncer.store.payloads import Payloads
from syncer.store.recording_codec import (
    RECORDING_COLUMNS,
    recording_from_json,
    recording_json,
    recording_of,
    recording_row,
)
from syncer.store.versions import Origin, Version, merged
from syncer.sync.ports import Payload, Touched

_AT = "provider = ? AND external_id = ?"
_COLUMNS = RECORDING_COLUMNS.split(", ")
_INSERT = f"INSERT INTO recordings ({RECORDING_COLUMNS}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_UPDATE = f"UPDATE recordings SET {', '.join(f'{name} = ?' for name in _COLUMNS[2:])} WHERE {_AT}"
_PREFIXES = {provider.value[0]: provider for provider in Provider}


class _Fate(Enum):
    """What became of a recording that was said."""

    ADDED = auto()
    UPDATED = auto()
    UNCHANGED = auto()


def parse_short_id(text: str) -> RecordingKey | None:
    """The key that `RecordingKey.short_id` wrote: ``g12949443775``; None for anything else."""
    provider = _PREFIXES.get(text[:1])
    return RecordingKey(provider, text[1:]) if provider and text[1:] else None


class Recordings:
    """Recordings by key. Those with a tombstone are kept, and are left out of every answer."""

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
    ) -> Touched:
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
            What became of each; ``unchanged`` when the merged recording says the same as before.
        """
        told_us = maybe_us(at if told_at is None and origin.live else told_at)
        fates: dict[_Fate, set[RecordingKey]] = {fate: set() for fate in _Fate}
        with transaction(self._connection):
            for recording in recordings:
                fates[self._upsert_one(recording, origin, told_us, item)].add(recording.key)
            Payloads(self._connection).keep(payloads, at)
        return Touched(*(frozenset(fates[fate]) for fate in _Fate))

    def _upsert_one(self, recording: Recording, origin: Origin, told_us: int | None, item: str) -> _Fate:
        key = (recording.key.provider.value, recording.key.external_id)
        known = self._known_versions(key)
        mine, text = known.get((origin.value, item)), recording_json(recording)
        outdated = mine is not None and (told_us or 0) < (mine[0] or 0)
        same = mine is not None and mine[1] == text
        # The live service is looked at every night: that it says the same again is no news and writes nothing.
        confirmed = same and not origin.live and told_us is not None and told_us > (mine[0] or 0 if mine else 0)
        if outdated or (same and not confirmed):
            return _Fate.ADDED if origin.live and self._revive(key) else _Fate.UNCHANGED
        known[origin.value, item] = (told_us, text)
        together = merged([_version(recording.key, where, said) for where, said in known.items()])
        fate = self._write(key, recording_row(together))
        self._connection.execute(
            "INSERT OR REPLACE INTO recording_versions (provider, external_id, origin, item, told_us, recording_json)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (*key, origin.value, item, told_us, text),
        )
        return _Fate.ADDED if origin.live and self._revive(key) else fate

    def _known_versions(self, key: tuple[str, str]) -> dict[tuple[str, str], tuple[int | None, str]]:
        found = rows(
            self._connection, f"SELECT origin, item, told_us, recording_json FROM recording_versions WHERE {_AT}", key
        )
        return {(origin, item): (told_us, text) for origin, item, told_us, text in found}

    def _write(self, key: tuple[str, str], row: tuple[Any, ...]) -> _Fate:
        before = one(self._connection, f"SELECT {RECORDING_COLUMNS} FROM recordings WHERE {_AT}", key)
        if before is None:
            self._connection.execute(_INSERT, row)
            return _Fate.ADDED
        if before == row:
            return _Fate.UNCHANGED
        self._connection.execute(_UPDATE, (*row[2:], *key))
        return _Fate.UPDATED

    def _revive(self, key: tuple[str, str]) -> bool:
        """Take the tombstone away; whether there was one."""
        found = self._connection.execute(
            f"UPDATE recordings SET deleted_us = NULL WHERE {_AT} AND deleted_us IS NOT NULL", key
        )
        return bool(found.rowcount)

    def tombstone(self, keys: Iterable[RecordingKey], at: datetime) -> int:
        """Mark as gone at their provider; how many were not yet. The live service's next word takes it back."""
        marked = 0
        with transaction(self._connection):
            for key in keys:
                marked += self._connection.execute(
                    f"UPDATE recordings SET deleted_us = ? WHERE {_AT} AND deleted_us IS NULL",
                    (to_us(at), key.provider.value, key.external_id),
                ).rowcount
        return marked

    def gone(self) -> frozenset[RecordingKey]:
        """Those with a tombstone."""
        found = rows(self._connection, "SELECT provider, external_id FROM recordings WHERE deleted_us IS NOT NULL")
        return frozenset(RecordingKey(Provider(name), external_id) for name, external_id in found)

    def all(self, provider: Provider | None = None) -> list[Recording]:
        """Every recording, of one provider where given, by start."""
        if provider is None:
            return self._read("deleted_us IS NULL", ())
        return self._read("provider = ? AND deleted_us IS NULL", (provider.value,))

    def get(self, key: RecordingKey) -> Recording | None:
        """One recording, or None."""
        found = self._read(f"{_AT} AND deleted_us IS NULL", (key.provider.value, key.external_id))
        return found[0] if found else None

    def told_by(self, items: Collection[str]) -> frozenset[RecordingKey]:
        """The recordings that these import items hold."""
        found = rows(self._connection, "SELECT provider, external_id, item FROM recording_versions WHERE item <> ''")
        return frozenset(RecordingKey(Provider(name), id_) for name, id_, item in found if item in items)

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
