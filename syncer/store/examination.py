"""Looks at the database without opening it for writing: nothing is made, migrated, mended or waited for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from syncer.errors import SyncerError
from syncer.store.database import require_fit
from syncer.store.runs import Runs
from syncer.store.schema import APPLICATION_ID, shipped_migrations
from syncer.store.soundness import faults
from syncer.store.sqlite_errors import corrupt, translate


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found.

    Attributes:
        version: the schema's, 0 for a database without one.
        newest: the schema that this program knows.
        ours: it carries syncer's mark.
        refusal: what is wrong with it, as a run would say it; None when all is well.
    """

    version: int = 0
    newest: int = 0
    ours: bool = True
    refusal: SyncerError | None = None


def examine(path: Path, backups: Path) -> Examination | None:
    """Integrity, references, mark and schema of the database at ``path``; None when there is none yet."""
    try:
        require_fit(path, backups)
    except SyncerError as error:
        return Examination(refusal=error)
    if not path.exists():
        return None
    found = _examine(path, backups)
    # what a writer changed under our eyes looks like damage, once
    return _examine(path, backups) if found.refusal else found


def _examine(path: Path, backups: Path) -> Examination:
    newest = len(shipped_migrations())
    try:
        with closing(_read_only(path)) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            problems = faults(connection)
    except sqlite3.Error as error:
        return Examination(newest=newest, refusal=translate(error, path, backups) or corrupt(path, str(error), backups))
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    refusal = corrupt(path, f"SQLite: {problems[0]}{more}", backups) if problems else None
    return Examination(version, newest, ours, refusal)


def glance[T](path: Path, read: Callable[[sqlite3.Connection], T]) -> T | None:
    """What ``read`` finds in the database; None when there is none, or none that can be read."""
    if not path.exists():
        return None
    try:
        with closing(_read_only(path)) as connection:
            return read(connection)
    except (sqlite3.Error, SyncerError):
        return None


def last_read(path: Path, source: str) -> datetime | None:
    """When ``source`` was last read whole, in UTC."""
    return glance(path, lambda connection: Runs(connection).as_of(source))


def _read_only(path: Path) -> sqlite3.Connection:
    """Without a ``-wal`` nobody has it open; then it is read as a plain file, which leaves nothing beside it."""
    alone = "" if path.with_name(path.name + "-wal").exists() else "&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{alone}", uri=True, timeout=2.0, autocommit=True)
