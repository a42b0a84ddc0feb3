"""Whether all that stands in the database can be read.

SQLite's own checks find a broken page, and not a word in which one flipped bit has made another.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable

from syncer.errors import SyncerError
from syncer.store.activities import Activities
from syncer.store.by_hand import HandLinks, HandPain, HandSessions
from syncer.store.database import check
from syncer.store.items import Items
from syncer.store.ownership import export
from syncer.store.plans import Plans
from syncer.store.pushes import Pushes, ScheduleEntries
from syncer.store.recordings import Recordings
from syncer.store.runs import Runs
from syncer.store.sqlite_errors import Database, corrupt

_READERS: dict[str, Callable[[sqlite3.Connection], object]] = {
    "a cell": lambda connection: deque(export(connection, payloads=True), maxlen=0),
    "a recording": lambda connection: [
        Recordings(connection).versions(one.key) for one in Recordings(connection).all()
    ],
    "an activity": lambda connection: Activities(connection).list(),
    "what was said by hand": lambda connection: [
        table(connection).all() for table in (HandLinks, HandPain, HandSessions)
    ],
    "the plan": lambda connection: [
        read() for read in (Plans(connection).rules, Plans(connection).pauses, Plans(connection).excuses)
    ],
    "a push": lambda connection: [Pushes(connection).all(), ScheduleEntries(connection).all()],
    "what was left out of an import": lambda connection: Items(connection).left_out(),
    "a run": lambda connection: Runs(connection).last(),
}


def faults(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Everything that is wrong with the database: in SQLite's words, else what of it cannot be read."""
    return check(connection) or tuple(
        f"{what} cannot be read ({type(error).__name__})"
        for what, read in _READERS.items()
        if (error := _raised(connection, read)) is not None
    )


def require_sound(connection: sqlite3.Connection) -> None:
    """Before a copy is made that will take an older one's place.

    Raises:
        SyncerError: ``database-corrupt``.
    """
    if isinstance(connection, Database) and (found := faults(connection)):
        raise corrupt(connection.path, found[0], connection.backups)


def damage_behind(error: Exception, connection: sqlite3.Connection) -> SyncerError | None:
    """What a damaged database made of a command; None when ``error`` has other reasons.

    An error that nobody expected is a mistake of this program, or comes of rows that no longer say what was written.
    What the system refuses (`OSError`: a pipe that nobody reads, a file) is neither, and nothing is read for it.
    """
    if isinstance(error, SyncerError | OSError) or not isinstance(connection, Database):
        return None
    if not (found := faults(connection)):
        return None
    told = corrupt(connection.path, found[0], connection.backups)
    told.__cause__ = error
    return told


def _raised(connection: sqlite3.Connection, read: Callable[[sqlite3.Connection], object]) -> Exception | None:
    try:
        read(connection)
    except Exception as error:  # noqa: BLE001  # whatever a reader makes of other bits
        return error
    return None
