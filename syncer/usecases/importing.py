"""Reads archives, folders and files: list cheaply, leave out what is known, read the rest on every core, store.

An item is stored in one transaction with the note that it was read, so a run that is killed anywhere goes on where
it stopped, and the second import of the same thing reads nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from syncer.errors import SyncerError
from syncer.store.database import transaction
from syncer.store.items import Items
from syncer.store.recordings import Recordings
from syncer.store.versions import Origin
from syncer.sync.ports import Changes, ImportItem, Intake, Skipped, Touched
from syncer.sync.tally import EXAMPLES, Tally
from syncer.usecases.refreshing import mark_stale

# an item takes some thousandths of a second, a process pool half a second to start: below this it does not pay
POOL_FROM = 600
BATCH = 100

type Tell = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was left out for one reason: how often, a few examples, and whether it was broken."""

    reason: str
    count: int
    examples: tuple[str, ...]
    broken: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing one path did.

    Attributes:
        source: ``strava-export``, ``garmin-export`` or ``fit``.
        items: rows and files that the path holds.
        read: how many of them were new or changed, and were read (with ``--dry-run``: would be).
        changes: what became of the recordings in them, each counted once.
        broken: one sentence for each item that should have been readable.
    """

    path: str
    source: str
    items: int = 0
    read: int = 0
    changes: Changes = field(default_factory=Changes)
    left_out: tuple[LeftOut, ...] = ()
    broken: tuple[Skipped, ...] = ()

    @property
    def listed(self) -> int:
        """The recordings that the path is known to hold."""
        return self.changes.added + self.changes.updated + self.changes.unchanged


def import_path(
    connection: sqlite3.Connection,
    path: Path,
    now: datetime,
    *,
    dry_run: bool = False,
    tell: Tell = lambda _d, _t: None,
) -> Imported:
    """Take in everything that ``path`` holds.

    Args:
        now: the instant that is kept as "read at", aware.
        dry_run: list what would be read and change nothing.
        tell: progress, as (items done, items in all).

    Raises:
        SyncerError: ``path`` is nothing that can be imported, or the database cannot be written.
    """
    from syncer.sources.seal import seal_of

    seal = seal_of(path)
    unchanged = _sealed(connection, path, seal) if seal else None
    if unchanged is not None:
        return unchanged
    from syncer.sources.detect import detect
    from syncer.sources.scan import scan

    archive = detect(path)
    known = Items(connection).read(archive.kind)
    skipped = Tally()
    old: set[str] = set()
    new: list[ImportItem] = []
    for found in scan(archive):
        if isinstance(found, Skipped):
            skipped.add(found)
            continue
        before = known.get(found.key)
        if before is not None and before.fingerprint == found.fingerprint:
            old.add(found.key)
            for one in before.skipped:
                skipped.add(one)
        else:
            new.append(found)
    touched = [Touched(unchanged=Recordings(connection).told_by(old))]
    if not dry_run:
        for batch in _read_all(new, tell):
            touched.append(_store(connection, batch, now))
            for one in (one for _, intake in batch for one in intake.skipped):
                skipped.add(one)
    left_out = tuple(skipped)
    broken = tuple(told for one in left_out if one.broken for told in _each(one))
    changes = Touched.together(touched).changes
    imported = Imported(str(path), archive.kind, len(old) + len(new), len(new), changes, _tally(left_out), broken)
    if seal and not dry_run and not broken:
        _seal(connection, path, seal, imported, left_out, now)
    return imported


# raise it when a reader changes: archives that were read whole are opened again
READERS_VERSION = "3"
_SEALS = "seal"


def _seal(
    connection: sqlite3.Connection, path: Path, seal: str, read: Imported, skipped: Sequence[Skipped], now: datetime
) -> None:
    told = f"{READERS_VERSION} {seal} {read.source} {read.items} {read.listed}"
    Items(connection).record(ImportItem(_SEALS, str(path.resolve()), told, "", ()), now, skipped)


def _sealed(connection: sqlite3.Connection, path: Path, seal: str) -> Imported | None:
    """What is known of an archive or folder that was read whole, and has not changed since."""
    before = Items(connection).read(_SEALS).get(str(path.resolve()))
    if before is None or not before.fingerprint.startswith(f"{READERS_VERSION} {seal} "):
        return None
    kind, items, listed = before.fingerprint.split()[2:]
    return Imported(str(path), kind, int(items), 0, Changes(unchanged=int(listed)), _tally(before.skipped))


def _read_all(items: Sequence[ImportItem], tell: Tell) -> Iterator[list[tuple[ImportItem, Intake]]]:
    """Items with what they hold, in order, in batches; on every core when there are many."""
    from syncer.sources.scan import read

    with _mapper(len(items)) as each:
        done, results = 0, zip(items, each(read, items), strict=True)
        while batch := list(islice(results, BATCH)):
            done += len(batch)
            yield batch
            tell(done, len(items))


@contextmanager
def _mapper(count: int) -> Iterator[Callable[[Callable[[ImportItem], Intake], Iterable[ImportItem]], Iterator[Intake]]]:
    from syncer.usecases.workers import count_workers, prepare_worker

    workers = count_workers()
    if count < POOL_FROM or workers < 2:
        yield map
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=prepare_worker)
    try:
        yield lambda function, items: pool.map(function, items, chunksize=8)
    except BrokenProcessPool:
        raise SyncerError(
            "reader-died",
            "a process that reads files ended unexpectedly",
            why="the system may have run out of memory",
            hint="run the same import again; what was stored is kept",
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _store(connection: sqlite3.Connection, batch: Sequence[tuple[ImportItem, Intake]], now: datetime) -> Touched:
    recordings, items = Recordings(connection), Items(connection)
    each = []
    with transaction(connection):
        for item, intake in batch:
            origin = Origin.FILE if item.source == "fit" else Origin.EXPORT
            each.append(
                recordings.upsert(
                    intake.recordings, intake.payloads, origin=origin, at=now, told_at=intake.told_at, item=item.key
                )
            )
            if not any(one.broken for one in intake.skipped):
                items.record(item, now, intake.skipped)
        if any(each):
            mark_stale(connection)
    return Touched.together(each)


def _each(one: Skipped) -> Iterator[Skipped]:
    """The thing itself, and one sentence for those that are not told one by one."""
    yield one
    if one.count > 1:
        more = f"{one.count - 1:,} more were left out for the same reason ({one.reason})"
        yield Skipped("more", one.example, broken=True, message=more)


def _tally(skipped: Sequence[Skipped]) -> tuple[LeftOut, ...]:
    found: dict[tuple[str, bool], list[Skipped]] = {}
    for one in skipped:
        found.setdefault((one.reason, one.broken), []).append(one)
    return tuple(
        LeftOut(
            reason,
            sum(one.count for one in each),
            tuple(dict.fromkeys(one.example for one in each))[:EXAMPLES],
            broken,
        )
        for (reason, broken), each in sorted(found.items())
    )
