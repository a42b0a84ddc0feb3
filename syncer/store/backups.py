"""The folder of rotated copies: their names, newest first, and taking them away."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from syncer.errors import SyncerError

_NAME = re.compile(r"syncer-\d{8}-\d{6}(-\d{6})?\.db")


def stamp() -> str:
    """Now, in UTC, as part of a file name that sorts by time."""
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")


def backup_name() -> str:
    """A name for a new copy."""
    return f"syncer-{stamp()}.db"


def list_backups(folder: Path) -> tuple[Path, ...]:
    """The rotated copies in ``folder``, newest first; empty when there is no such folder."""
    try:
        return tuple(sorted((file for file in folder.iterdir() if _NAME.fullmatch(file.name)), reverse=True))
    except OSError:
        return ()


def drop_backups(folder: Path) -> int:
    """Remove every rotated copy, for when the runner wants data forgotten; how many there were.

    Raises:
        SyncerError: ``backup-failed``.
    """
    found = list_backups(folder)
    try:
        for file in found:
            file.unlink()
    except OSError as error:
        raise backup_failed(folder, error) from error
    return len(found)


def backup_failed(path: Path, error: OSError) -> SyncerError:
    """A copy could not be written, put in place or removed."""
    return SyncerError(
        "backup-failed",
        f"the copy of the database could not be handled at {path}",
        why=error.strerror or str(error),
        hint="free some space or choose another place, then run the same command again",
        item=str(path),
    )
