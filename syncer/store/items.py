"""What was read from archives and folders, so that an unchanged item is not read again; and small facts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from syncer.store.codec import dump, load, to_us
from syncer.store.database import one, rows, transaction
from syncer.sync.ports import ImportItem, Skipped


@dataclass(frozen=True, slots=True)
class ReadItem:
    """An import item that was read: its fingerprint then, and what was left out of it."""

    fingerprint: str
    skipped: tuple[Skipped, ...] = ()


class Items:
    """Import items by source and key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def read(self, source: str) -> dict[str, ReadItem]:
        """Every item of a source that was read, by key."""
        found = rows(
            self._connection, "SELECT key, fingerprint, skipped_json FROM import_items WHERE source = ?", (source,)
        )
        return {
            key: ReadItem(fingerprint, () if skipped == "[]" else _skipped(skipped))
            for key, fingerprint, skipped in found
        }

    def record(self, item: ImportItem, at: datetime, skipped: Iterable[Skipped] = ()) -> bool:
        """The item has been read. Leave broken ones out, so that the next import tries them again.

        Returns:
            False when that is known already; nothing is written then.
        """
        left_out = dump([_kept(one) for one in skipped])
        with transaction(self._connection):
            written = self._connection.execute(
                "INSERT INTO import_items (source, key, fingerprint, skipped_json, read_us) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, skipped_json = excluded.skipped_json,"
                " read_us = excluded.read_us"
                " WHERE (fingerprint, skipped_json) <> (excluded.fingerprint, excluded.skipped_json)",
                (item.source, item.key, item.fingerprint, left_out, to_us(at)),
            )
        return bool(written.rowcount)

    def left_out(self) -> dict[str, list[Skipped]]:
        """By source, everything that was left out of what was read; what cannot be read at all is not kept here.

        A seal repeats what its archive left out, so it is not counted.
        """
        found: dict[str, list[Skipped]] = {}
        stored = "SELECT source, skipped_json FROM import_items WHERE skipped_json <> '[]' AND source <> 'seal'"
        stored += " ORDER BY source, key"
        for source, skipped in rows(self._connection, stored):
            found.setdefault(source, []).extend(_skipped(skipped))
        return found


def _kept(one: Skipped) -> dict[str, Any]:
    """Without the next step, which is for what is broken, and that is never kept; nor a count of one."""
    return {key: value for key, value in asdict(one).items() if key != "hint" and (key != "count" or value > 1)}


def _skipped(text: str) -> tuple[Skipped, ...]:
    return tuple(Skipped(**one) for one in load(text))


class Meta:
    """Small facts about the database, such as the version of the rules that made the activities."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> str | None:
        """The fact, or None."""
        found = one(self._connection, "SELECT value FROM meta WHERE key = ?", (key,))
        return found[0] if found else None

    def set(self, key: str, value: str) -> bool:
        """Keep the fact; False when it is kept already."""
        with transaction(self._connection):
            written = self._connection.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
                (key, value),
            )
        return bool(written.rowcount)
