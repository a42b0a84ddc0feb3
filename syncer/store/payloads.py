"""What providers and files said, verbatim and compressed, so that a better parser can read it again."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from syncer.domain.activity import Provider, RecordingKey
from syncer.store.codec import from_us, to_us
from syncer.store.database import one, rows, transaction
from syncer.store.sqlite_errors import corrupt
from syncer.sync.ports import Payload


@dataclass(frozen=True, slots=True)
class Kept:
    """One payload: what part of a recording it tells, and when this content came in."""

    key: RecordingKey
    part: str
    content: bytes
    at: datetime


class Payloads:
    """Raw payloads by recording and part."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def keep(self, payloads: Iterable[Payload], at: datetime) -> int:
        """Store what is new or has changed; equal content is left alone with its age. Returns how many were written."""
        written = 0
        with transaction(self._connection):
            for payload in payloads:
                written += self._keep_one(payload, to_us(at))
        return written

    def _keep_one(self, payload: Payload, at_us: int) -> int:
        where = (payload.key.provider.value, payload.key.external_id, payload.part)
        digest = hashlib.sha256(payload.content).hexdigest()
        known = one(
            self._connection,
            "SELECT sha256 FROM payloads WHERE provider = ? AND external_id = ? AND part = ?",
            where,
        )
        if known and known[0] == digest:
            return 0
        self._connection.execute(
            "INSERT OR REPLACE INTO payloads (provider, external_id, part, sha256, content, stored_us)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (*where, digest, zlib.compress(payload.content), at_us),
        )
        return 1

    def of(self, key: RecordingKey) -> dict[str, bytes]:
        """Everything said of one recording: part → content.

        Raises:
            SyncerError: ``database-corrupt`` when the stored bytes are no longer what came in.
        """
        found = rows(
            self._connection,
            "SELECT part, sha256, content FROM payloads WHERE provider = ? AND external_id = ? ORDER BY part",
            (key.provider.value, key.external_id),
        )
        return {part: self._unpacked(digest, content) for part, digest, content in found}

    def answers(self) -> Iterator[Kept]:
        """What the live services sent: recording by recording.

        Raises:
            SyncerError: ``database-corrupt`` when stored bytes are no longer what came in.
        """
        found = rows(
            self._connection,
            "SELECT provider, external_id, part, sha256, content, stored_us FROM payloads"
            " WHERE part IN ('list', 'detail', 'sets') ORDER BY provider, external_id, part",
        )
        for provider, external_id, part, digest, content, stored_us in found:
            key = RecordingKey(Provider(provider), external_id)
            yield Kept(key, part, self._unpacked(digest, content), from_us(stored_us))

    def drop_older_than(self, provider: Provider, days: int, now: datetime) -> int:
        """Remove what the service sent more than ``days`` days ago; what was derived from it stays. Returns how many.

        An archive's rows and files are the runner's own, and stay too.
        """
        with transaction(self._connection):
            return self._connection.execute(
                "DELETE FROM payloads WHERE provider = ? AND stored_us < ? AND part IN ('list', 'detail', 'sets')",
                (provider.value, to_us(now - timedelta(days=days))),
            ).rowcount

    def _unpacked(self, digest: str, content: bytes) -> bytes:
        try:
            plain = zlib.decompress(content)
        except zlib.error:
            plain = b""
        if hashlib.sha256(plain).hexdigest() != digest:
            path = getattr(self._connection, "path", Path("database"))
            raise corrupt(path, "a stored payload has changed", getattr(self._connection, "backups", None))
        return plain
