"""What a target is: something that reads what comes from outside, and says no in no other way than `SyncerError`."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from syncer.errors import SyncerError

REPO = Path(__file__).resolve().parents[2]
REAL = REPO.parent / "shared" / "data"
START = datetime(2026, 3, 1, 6, tzinfo=UTC)


def none() -> list[bytes]:
    """Nobody has real ones of this kind."""
    return []


@dataclass(frozen=True)
class Target:
    """``read`` takes bytes; it raises nothing but `SyncerError`.

    Attributes:
        seeds: generated inputs to begin with.
        real: files of others to begin with, where they are at hand.
        shares: another target, whose saved inputs are this one's too.
    """

    seeds: Callable[[], Sequence[bytes]]
    read: Callable[[bytes], object]
    real: Callable[[], Sequence[bytes]] = none
    shares: str = ""


def real_files(pattern: str, most: int) -> list[bytes]:
    """The smallest ``most`` of the real files; none where they are not at hand."""
    found = sorted(REAL.rglob(pattern), key=lambda file: (file.stat().st_size, file.name)) if REAL.is_dir() else []
    return [file.read_bytes() for file in found[:most]]


def each(*jobs: Callable[[], object]) -> None:
    """Every job, whatever became of those before it."""
    for job in jobs:
        with contextlib.suppress(SyncerError):
            job()


def json_object(data: bytes) -> Mapping[str, Any]:
    """The object in ``data``; what is none is for the client."""
    try:
        told = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


@cache
def _database() -> sqlite3.Connection:
    """An empty one; each input rolls back what it did."""
    from syncer.store.database import open_database

    folder = Path(tempfile.mkdtemp())
    return open_database(folder / "syncer.db", backups=folder / "backups")


@contextlib.contextmanager
def emptied(*tables: str) -> Iterator[sqlite3.Connection]:
    connection = _database()
    try:
        yield connection
    finally:
        for table in tables:
            connection.execute(f"DELETE FROM {table}")
