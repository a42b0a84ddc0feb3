"""Opens the database and wraps every change of it in a transaction.

SQLite in WAL mode, so that a reader never waits for a writer, with foreign keys on. The file, and with it SQLite's
own ``-wal`` and ``-shm``, is readable by its owner only from its first byte on.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from syncer.store.backups import list_backups
from syncer.store.migrate import migrate
from syncer.store.schema import Migration, shipped_migrations
from syncer.store.sqlite_errors import Database, corrupt, missing, not_a_file, read_only, translating, unreadable

OWNER_ONLY_FILE = 0o600
OWNER_ONLY_FOLDER = 0o700
_WHOLE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_STEP = ("SAVEPOINT step", "RELEASE step", ("ROLLBACK TO step", "RELEASE step"))


def open_database(
    path: Path,
    *,
    backups: Path,
    keep: int = 5,
    migrations: Sequence[Migration] | None = None,
    wait_s: float = 10.0,
) -> sqlite3.Connection:
    """Open the database at ``path``, made or migrated to the newest schema where needed.

    Args:
        path: the file; it is created with mode 0600, and its folder with 0700, if missing.
        backups: folder for the copies that are made before a migration.
        keep: how many of them to keep.
        migrations: the schema's steps; those of this program when None.
        wait_s: seconds to wait for another writer.

    Raises:
        SyncerError: ``database-not-a-file``, ``database-missing``, ``database-corrupt``, ``database-foreign``,
            ``database-newer``, ``database-migration``, ``database-read-only``, ``database-unreadable``, ``disk-full``,
            ``database-io``.
        TryLaterError: ``database-busy``.
    """
    created = _prepare_file(path, backups)
    connection: Database | None = None
    try:
        try:
            connection = sqlite3.connect(path, timeout=wait_s, autocommit=True, factory=Database)
            connection.path, connection.backups = path, backups
        except sqlite3.OperationalError as error:
            raise unreadable(path, str(error)) from error
        with translating(connection):
            _configure(connection, wait_s)
            steps = shipped_migrations() if migrations is None else migrations
            migrate(connection, path, steps, backups=backups, keep=keep)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if created and path.exists() and path.stat().st_size == 0:
            for left_over in (path, *_companions(path)):
                left_over.unlink(missing_ok=True)
        # what is asked of SQLite here never changes, so it is the file; its words may quote what is no text any more
        if isinstance(error, sqlite3.Error | UnicodeDecodeError):
            said = f"SQLite: {error}" if isinstance(error, sqlite3.Error) else "SQLite cannot say what is wrong with it"
            raise corrupt(path, said, backups) from error
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside, or nothing: on any exception, ^C and `kill -9` included.

    Inside another transaction it is a step of that one, which can fail and be taken back by itself.

    Raises:
        SyncerError: as `translating` says.
    """
    begin, commit, undo = _STEP if _inside(connection) else _WHOLE
    with translating(connection):
        connection.execute(begin)
        try:
            yield
            connection.execute(commit)
        except BaseException:
            # After a full disk or an I/O error SQLite has rolled everything back by itself.
            if _inside(connection):
                for statement in undo:
                    connection.execute(statement)
            raise


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Several reads that see one state of the database, whatever others write meanwhile."""
    with translating(connection):
        if _inside(connection):
            yield
            return
        connection.execute("BEGIN")
        try:
            yield
        finally:
            if _inside(connection):
                connection.execute("ROLLBACK")


def _inside(connection: sqlite3.Connection) -> bool:
    return connection.in_transaction


def rows(connection: sqlite3.Connection, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
    """Every row that a query gives, as tuples, with errors translated."""
    with translating(connection):
        return connection.execute(sql, tuple(parameters)).fetchall()


def one(connection: sqlite3.Connection, sql: str, parameters: Sequence[object] = ()) -> Any:
    """The first row that a query gives, or None."""
    with translating(connection):
        return connection.execute(sql, tuple(parameters)).fetchone()


def check(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Everything that is wrong with the database, in SQLite's words; empty when all is well."""
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        return (str(error),)
    except UnicodeDecodeError:  # SQLite names what is damaged, and the name is damaged too
        return ("its schema holds bytes that are no text",)
    orphans = [f"{table} row {rowid} names a missing row of {parent}" for table, rowid, parent, _ in broken]
    return tuple(line for line in found if line != "ok") + tuple(orphans)


def require_whole(connection: sqlite3.Connection) -> None:
    """Before anything is written: what is added to a broken file is lost when a backup takes its place.

    A hundredth of a second for 6 MB; SQLite's quick check reads every page, and no index against its table.

    Raises:
        SyncerError: ``database-corrupt``.
    """
    with translating(connection):
        found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok" and isinstance(connection, Database):
        raise corrupt(connection.path, f"SQLite: {found.splitlines()[-1]}", connection.backups)


def loose_modes(path: Path) -> tuple[Path, ...]:
    """Which of the database's files others than its owner may read or write; always empty on Windows."""
    if os.name == "nt":
        return ()
    return tuple(file for file in (path, *_companions(path)) if file.exists() and file.stat().st_mode & 0o077)


def _companions(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def require_fit(path: Path, backups: Path) -> None:
    """Refuse what is plainly not the database that was here.

    Raises:
        SyncerError: ``database-not-a-file``; ``database-missing`` and ``database-corrupt`` when there is no file, or
            an empty one, and there are backups of what was in it.
    """
    newest = next(iter(list_backups(backups)), None)
    try:
        found = path.lstat()
    except FileNotFoundError:
        if newest:
            raise missing(path, newest) from None
        return
    if not stat.S_ISREG(found.st_mode):
        raise not_a_file(path)
    if found.st_size == 0 and newest:
        raise corrupt(path, "the file is empty", backups)


def _prepare_file(path: Path, backups: Path) -> bool:
    """Make the file if it is missing; True when this call made it. Refuses what is no plain file."""
    try:
        path.parent.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        require_fit(path, backups)
        with contextlib.suppress(FileExistsError):
            # O_EXCL also refuses a symbolic link, dangling or not.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY_FILE))
            return True
        # By name: opening and closing the file here would drop the locks of other connections in this process.
        for file in (path, *_companions(path)):
            if os.name != "nt" and file.exists() and file.stat().st_mode & 0o077:
                file.chmod(OWNER_ONLY_FILE)
        if not os.access(path, os.R_OK):
            raise unreadable(path, "you may not read it")
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK | os.X_OK):
            raise read_only(path, "SQLite has to write the file and beside it")
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    return False


def _configure(connection: sqlite3.Connection, wait_s: float) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")
    # With WAL, NORMAL loses nothing when the program is killed; a power cut may lose the last commits, never the file.
    connection.execute("PRAGMA synchronous = NORMAL")
    # Two first openings at once: SQLite answers "busy" here without waiting.
    deadline = time.monotonic() + wait_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
