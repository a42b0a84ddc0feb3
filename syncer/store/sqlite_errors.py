"""The one place where SQLite's errors become sentences with a next step."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from syncer.errors import SyncerError, TryLaterError
from syncer.store.backups import list_backups
from syncer.store.codec import clean

# Codes of https://sqlite.org/rescode.html; the low byte of an extended code is its primary code.
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
_UNREADABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH)
_IO = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOLFS)
_TOO_LITTLE = 256 * 1024  # bytes; SQLite's own side files need that much


class Database(sqlite3.Connection):
    """A connection that knows its file, so that an error can name it and the backup to restore."""

    path: Path = Path("database")
    backups: Path | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As always; a text that is no Unicode (a file name, a broken payload) is cleaned instead of refused."""
        try:
            return super().execute(sql, parameters)
        except UnicodeEncodeError:
            cleaned = [clean(value) if isinstance(value, str) else value for value in parameters]
            return super().execute(sql, cleaned)


@contextmanager
def translating(connection: sqlite3.Connection) -> Iterator[None]:
    """Turn what SQLite raises inside into `SyncerError`; mistakes of this program pass unchanged.

    Raises:
        SyncerError: ``database-corrupt``, ``database-read-only``, ``database-unreadable``, ``disk-full``,
            ``database-io``.
        TryLaterError: ``database-busy``.
    """
    try:
        yield
    except sqlite3.Error as error:
        path = getattr(connection, "path", Database.path)
        translated = translate(error, path, getattr(connection, "backups", None))
        if translated is None:
            raise
        raise translated from error


def translate(error: sqlite3.Error, path: Path, backups: Path | None = None) -> SyncerError | None:
    """What ``error`` means for the runner, or None when it is a mistake of this program."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in _CORRUPT:
        return corrupt(path, f"SQLite: {error}", backups)
    if code in _READ_ONLY:
        return read_only(path, f"SQLite: {error}")
    if code in _UNREADABLE:
        return unreadable(path, f"SQLite: {error}")
    if code == sqlite3.SQLITE_FULL or (code in _IO and _no_room(path)):
        return SyncerError(
            "disk-full",
            f"there is no room left to write {path}",
            why="nothing of the unfinished step was kept",
            hint="free some space and run the same command again",
            item=str(path),
        )
    if code in _BUSY:
        return TryLaterError(
            "database-busy",
            f"the database {path} is in use by another program",
            why=f"SQLite: {error}",
            hint="wait until it is done and run the same command again",
            item=str(path),
        )
    if code in _IO:
        return SyncerError(
            "database-io",
            f"reading or writing {path} failed",
            why=f"SQLite: {error}; nothing of the unfinished step was kept",
            hint="check the disk, its free space and your quota, then run the same command again",
            item=str(path),
        )
    return None


def corrupt(path: Path, why: str, backups: Path | None) -> SyncerError:
    """The database file is damaged; says which backup can be restored, where there is one."""
    saved = list_backups(backups) if backups else ()
    if saved:
        reason = f"{why}; the newest backup is {saved[0].name}"
        hint = "syncer db restore"
    else:
        reason = f"{why}; there is no backup"
        hint = (
            "syncer db restore FILE with a copy of your own;"
            f" else move {path} away and read everything again: syncer sync --full, syncer import PATH"
        )
    return SyncerError("database-corrupt", f"the database {path} is damaged", why=reason, hint=hint, item=str(path))


def missing(path: Path, backup: Path) -> SyncerError:
    """There is no database where one was; beginning anew is for the runner to decide, not for a nightly run."""
    return SyncerError(
        "database-missing",
        f"the database {path} is gone",
        why=f"the newest backup of it is {backup.name}",
        hint=f"syncer db restore; or, to begin anew, move {backup.parent} away",
        item=str(path),
    )


def not_a_file(path: Path) -> SyncerError:
    """A folder, a link or a device is in the database's place."""
    return SyncerError(
        "database-not-a-file",
        f"{path} cannot be the database",
        why=f"it is {'a symbolic link' if path.is_symlink() else 'not a plain file'}",
        hint="move it away, or set SYNCER_HOME to another folder",
        item=str(path),
    )


def read_only(path: Path, why: str) -> SyncerError:
    """The file or its folder cannot be written; SQLite needs both."""
    return SyncerError(
        "database-read-only",
        f"the database {path} cannot be written",
        why=why,
        hint=f"make the file and its folder writable for you: chmod u+rwX '{path.parent}' '{path}'",
        item=str(path),
    )


def unreadable(path: Path, why: str) -> SyncerError:
    """The file cannot be opened at all."""
    return SyncerError(
        "database-unreadable", f"the database {path} cannot be opened", why=why, hint="syncer doctor", item=str(path)
    )


def _no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _TOO_LITTLE
    except OSError:
        return False
