"""What keeps a home tidy without anybody asking: a weekly copy of the database, and nothing that grows for ever."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syncer.store.backups import list_backups
from syncer.store.copies import rotate
from syncer.store.runs import Runs
from syncer.store.soundness import require_sound
from syncer.usecases.nightly import Outcome
from syncer.usecases.syncing import drop_raw

# a little less than seven days, because no night starts at the same minute
BACKUP_AFTER = timedelta(days=6, hours=12)


def backup_due(folder: Path, now: datetime) -> bool:
    """Whether the newest copy is about a week old, or there is none. ``now`` is the machine's own time, aware."""
    newest = next(iter(list_backups(folder)), None)
    if newest is None:
        return True
    made = datetime.strptime(newest.name[7:22], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    return now - made >= BACKUP_AFTER


def back_up(connection: sqlite3.Connection, folder: Path) -> Outcome:
    """Copy the database once a week; the copy is checked, so a damaged database is noticed here.

    Raises:
        SyncerError: ``database-corrupt``, ``disk-full``, ``backup-failed``; the older copies are then still there.
    """
    # names of copies carry the machine's own time
    if not backup_due(folder, datetime.now(UTC)):
        return Outcome("not due yet", "skipped")
    require_sound(connection)
    return Outcome(f"copied to {rotate(connection, folder).name}")


def tidy(connection: sqlite3.Connection, raw_days: int, now: datetime) -> str:
    """Drop what need not be kept: Strava's raw payloads after ``raw_days`` (0: never), and old rows of the run log.

    Returns:
        How much of it, for people.
    """
    raw, rows = drop_raw(connection, raw_days, now), Runs(connection).prune()
    return f"{raw} raw payloads, {rows} rows of the run log"
