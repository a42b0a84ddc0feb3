"""`syncer db forget`: the files of ours that hold what is forgotten go with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from syncer.errors import SyncerError
from syncer.store.backups import drop_backups
from syncer.whole_file import LEFTOVER

_ASIDE = r"\.aside-\d{8}-\d{6}-\d{6}(-wal|-shm)?"
_REPORTS = rf"\.?(physio-)?\d{{4}}-W\d{{2}}(-\d{{4}}-W\d{{2}})?\.(html|md|csv)({LEFTOVER})?"
_LOGS = r"nightly-[\d-]+\.log"


@dataclass(frozen=True, slots=True)
class Gone:
    """How many files went: copies of the database, reports, logs."""

    copies: int
    reports: int
    logs: int


def forget_files(database: Path, backups: Path, reports: Path, logs: Path | None) -> Gone:
    """Remove the backups, the databases that `syncer db restore` kept aside, the reports and the logs.

    Files that the runner named (``-o FILE``, ``db backup FILE``) are the runner's, wherever they are.

    Args:
        logs: None to keep them; they hold counts and times.

    Raises:
        SyncerError: ``backup-failed``, ``cannot-delete``.
    """
    aside = _remove(database.parent, re.escape(database.name) + _ASIDE)
    return Gone(
        drop_backups(backups) + aside,
        _remove(reports, _REPORTS),
        _remove(logs, _LOGS) if logs else 0,
    )


def _remove(folder: Path, pattern: str) -> int:
    try:
        found = [file for file in folder.iterdir() if re.fullmatch(pattern, file.name)]
        for file in found:
            file.unlink(missing_ok=True)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise SyncerError(
            "cannot-delete",
            f"the files in {folder} cannot be deleted",
            why=error.strerror or str(error),
            hint="make it writable, then run the same command again",
            item=str(folder),
        ) from None
    return len(found)
