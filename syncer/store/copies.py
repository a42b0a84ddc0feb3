"""Copies the database while it is in use, and puts a copy back.

A copy is one file with mode 0600 in rollback mode (no ``-wal`` beside it). It is written under a hidden name,
checked, flushed and renamed; so a folder holds whole copies only.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from syncer.errors import SyncerError
from syncer.store.backups import backup_failed, backup_name, list_backups, stamp
from syncer.store.schema import APPLICATION_ID, has_schema
from syncer.store.sqlite_errors import not_a_file, translating


def rotate(connection: sqlite3.Connection, folder: Path, *, keep: int = 5) -> Path:
    """Add a dated copy to ``folder`` and remove all but the newest ``keep`` (at least one).

    Raises:
        SyncerError: as `backup` says; the older copies are then still there.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left_over in folder.glob(".syncer-*.part*"):
            left_over.unlink(missing_ok=True)
    except OSError as error:
        raise backup_failed(folder, error) from error
    made = backup(connection, folder / backup_name())
    for old in list_backups(folder)[max(keep, 1) :]:
        with contextlib.suppress(OSError):
            old.unlink()
    return made


def backup(connection: sqlite3.Connection, target: Path) -> Path:
    """Copy the database, as it is at this moment, to ``target``, which may exist and is replaced.

    Raises:
        SyncerError: ``database-corrupt`` when the database is damaged (a damaged copy never takes a good one's
            place), ``disk-full``, ``backup-failed``.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        _create(part)
        try:
            _copy(connection, part)
            _flush(part)
            part.replace(target)
        finally:
            for left_over in (part, *_companions(part)):
                left_over.unlink(missing_ok=True)
        _flush(target.parent)
    except OSError as error:
        raise backup_failed(target, error) from error
    return target


def restore(path: Path, source: Path, *, newest: int) -> Path | None:
    """Put the copy ``source`` in the place of the database ``path``, which must be closed and locked.

    Args:
        path: the database.
        source: a copy that `backup` made.
        newest: the newest schema that this program knows; a copy with a newer one is refused.

    Returns:
        Where the former database was kept aside, or None when there was none.

    Raises:
        SyncerError: ``backup-unusable`` when ``source`` is no whole copy; ``database-not-a-file`` when a folder is in
            the database's place; ``backup-failed`` when it cannot be put in place. The database is untouched then.
    """
    _require_usable(source, newest)
    if path.is_dir():
        raise not_a_file(path)
    aside = path.with_name(f"{path.name}.aside-{stamp()}")
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _duplicate(source, part)
        kept = os.path.lexists(path)
        if kept:
            _keep_aside(path, aside)
        # A -wal of the former database must be gone before the copy takes its name, or SQLite would apply it.
        for companion in _companions(path):
            if companion.exists():
                companion.replace(aside.with_name(aside.name + companion.name.removeprefix(path.name)))
        part.replace(path)
        _flush(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise backup_failed(path, error) from error
    return aside if kept else None


def restore_first(
    path: Path, sources: Sequence[Path], *, newest: int
) -> tuple[Path, Path | None, tuple[SyncerError, ...]]:
    """`restore` the first of ``sources``, newest first, that is a whole copy.

    Returns:
        Which it was, where the former database was kept aside, and why those before it could not be restored.

    Raises:
        SyncerError: as `restore` says; ``backup-unusable`` for the newest when none is whole.
    """
    unusable: list[SyncerError] = []
    for source in sources:
        try:
            return source, restore(path, source, newest=newest), tuple(unusable)
        except SyncerError as error:
            if error.code != "backup-unusable":
                raise
            unusable.append(error)
    raise unusable[0]


def _companions(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))


def _create(part: Path) -> None:
    """An empty file for its owner only, in the place of a left-over."""
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _duplicate(source: Path, part: Path) -> None:
    _create(part)
    with source.open("rb") as read, part.open("wb") as copy:
        shutil.copyfileobj(read, copy)
    _flush(part)


def _copy(connection: sqlite3.Connection, part: Path) -> None:
    with translating(connection), contextlib.closing(sqlite3.connect(part, autocommit=True)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            damaged = sqlite3.DatabaseError(str(found).splitlines()[-1])  # above it stands which database it is
            damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damaged


def _keep_aside(path: Path, aside: Path) -> None:
    """A second name for the same file, so that there is no moment without a database."""
    try:
        aside.hardlink_to(path)
    except OSError:  # a file system without hard links
        _duplicate(path, aside)


def _flush(path: Path) -> None:
    """Make a file, or a folder's names, last through a power cut; folders cannot be flushed on Windows."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_usable(source: Path, newest: int) -> None:
    try:
        why = _unusable(source, newest)
    except (OSError, sqlite3.Error) as error:
        why = f"it cannot be read: {error}"
    except UnicodeDecodeError:  # SQLite names what is damaged, and the name is damaged too
        why = "it is damaged: its schema holds bytes that are no text"
    if why:
        raise SyncerError(
            "backup-unusable",
            f"{source} cannot be restored",
            why=why,
            hint="choose another copy: syncer db restore FILE",
            item=str(source),
        )


def _unusable(source: Path, newest: int) -> str:
    """Why ``source`` cannot be restored; empty when it can."""
    if not source.is_file():
        return "there is no such file"
    uri = f"{source.resolve().as_uri()}?mode=ro&immutable=1"
    with contextlib.closing(sqlite3.connect(uri, uri=True, autocommit=True)) as copy:
        if copy.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            return "it is not a database of syncer"
        version = copy.execute("PRAGMA user_version").fetchone()[0]
        if version > newest:
            return f"a newer syncer made it: its schema is version {version}, this program knows up to {newest}"
        found = str(copy.execute("PRAGMA integrity_check(1)").fetchone()[0])
        if found == "ok" and not has_schema(copy, version):
            # SQLite finds nothing wrong in a table whose name or columns are others
            found = f"its tables are not those of schema {version}"
    return "" if found == "ok" else f"it is damaged: {found}"
