"""Brings a database to the newest schema, step by step; each step is applied whole or not at all.

With ``autocommit=True`` a script runs inside our own ``BEGIN IMMEDIATE``, and ``PRAGMA user_version`` is rolled back
with everything else (https://docs.python.org/3/library/sqlite3.html#transaction-control-via-the-autocommit-attribute).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from syncer.errors import SyncerError
from syncer.store.copies import rotate
from syncer.store.schema import APPLICATION_ID, Migration
from syncer.store.sqlite_errors import translate


def migrate(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration], *, backups: Path, keep: int
) -> int:
    """Bring the database to the newest schema; an existing one is copied to ``backups`` before.

    Returns:
        How many steps were applied.

    Raises:
        SyncerError: ``database-newer``, ``database-foreign``, ``database-migration``; nothing is changed then.
    """
    newest = len(migrations)
    if [step.number for step in migrations] != list(range(1, newest + 1)):
        raise ValueError("migrations are not numbered 1, 2, 3, …")
    version = _require_ours(connection, path, newest)
    if version == newest:
        return 0
    if version > 0:
        rotate(connection, backups, keep=keep)
    # Rebuilding a table drops the old one; the check before each commit takes the place of enforcement.
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        return sum(_apply(connection, path, step) for step in migrations[version:])
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _require_ours(connection: sqlite3.Connection, path: Path, newest: int) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (application or version or tables):
        raise SyncerError(
            "database-foreign",
            f"{path} is a database of another program",
            why="it does not carry syncer's mark",
            hint="move it away, or set SYNCER_HOME to another folder",
            item=str(path),
        )
    if version > newest:
        raise SyncerError(
            "database-newer",
            f"the database {path} was written by a newer syncer",
            why=f"its schema is version {version}; this program knows versions up to {newest}",
            hint="upgrade syncer, or restore a backup that this version can read: syncer db restore FILE",
            item=str(path),
        )
    return version


def _apply(connection: sqlite3.Connection, path: Path, step: Migration) -> int:
    """Apply one step unless another process just did; 1 when this call applied it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] >= step.number:
            connection.execute("ROLLBACK")
            return 0
        connection.executescript(step.sql)
        _require_no_orphans(connection, path, step)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {step.number}")
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error) and translate(error, path) is None:
            raise _failed(path, step, f"SQLite: {error}") from error
        raise
    return 1


def _require_no_orphans(connection: sqlite3.Connection, path: Path, step: Migration) -> None:
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise _failed(path, step, f"{len(orphans)} rows would name missing rows, first in {orphans[0][0]}")


def _failed(path: Path, step: Migration, why: str) -> SyncerError:
    return SyncerError(
        "database-migration",
        f"the database {path} could not be brought to schema {step.number} ({step.name})",
        why=f"{why}; nothing was changed",
        hint="report this with the output of: syncer doctor",
        item=str(path),
    )
