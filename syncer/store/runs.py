"""The log of runs: what was started, how it ended, and what each source gave."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from syncer.store.codec import dump, from_us, load, maybe_instant, to_us
from syncer.store.database import one, rows, transaction


@dataclass(frozen=True, slots=True)
class RunSource:
    """What one run did with one source.

    Attributes:
        source: ``garmin``, ``strava`` or ``files``.
        state: ``ok``, ``partial``, ``skipped`` or ``failed``.
        finished_at: of the last ``ok``, this is the report's "data as of".
    """

    source: str
    state: str
    finished_at: datetime
    code: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``finished_at``, ``status`` and ``exit_code`` are None while it runs, or when it was killed."""

    id: int
    command: str
    started_at: datetime
    finished_at: datetime | None
    status: str | None
    exit_code: int | None
    message: str
    sources: tuple[RunSource, ...] = ()


class Runs:
    """The run log, one row a run."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def start(self, command: str, at: datetime) -> int:
        """A run begins; the id to finish it with."""
        with transaction(self._connection):
            made = self._connection.execute(
                "INSERT INTO runs (command, started_us, message) VALUES (?, ?, '')", (command, to_us(at))
            )
        return int(made.lastrowid or 0)

    def finish(
        self,
        run_id: int,
        at: datetime,
        *,
        status: str,
        exit_code: int,
        message: str = "",
        sources: Iterable[RunSource] = (),
    ) -> None:
        """The run is over: ``status`` is success, partial or error."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE runs SET finished_us = ?, status = ?, exit_code = ?, message = ? WHERE id = ?",
                (to_us(at), status, int(exit_code), message, run_id),
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO run_sources (run_id, source, state, code, finished_us, counts_json)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (run_id, each.source, each.state, each.code, to_us(each.finished_at), dump(dict(each.counts)))
                    for each in sources
                ],
            )

    def last(self, count: int = 10, command: str | None = None) -> list[Run]:
        """The newest runs, newest first."""
        found = rows(
            self._connection,
            "SELECT id, command, started_us, finished_us, status, exit_code, message FROM runs"
            " WHERE command = coalesce(?, command) ORDER BY id DESC LIMIT ?",
            (command, count),
        )
        return [
            Run(
                id_,
                name,
                from_us(started_us),
                maybe_instant(finished_us),
                status,
                exit_code,
                message,
                self._sources(id_),
            )
            for id_, name, started_us, finished_us, status, exit_code, message in found
        ]

    def last_good(self, command: str) -> datetime | None:
        """When this command last finished with exit code 0, in UTC."""
        found = one(
            self._connection,
            "SELECT finished_us FROM runs WHERE command = ? AND exit_code = 0 ORDER BY started_us DESC LIMIT 1",
            (command,),
        )
        return from_us(found[0]) if found else None

    def as_of(self, source: str) -> datetime | None:
        """When this source was last read whole, in UTC; None when it never was."""
        found = one(
            self._connection,
            "SELECT max(finished_us) FROM run_sources WHERE source = ? AND state = 'ok'",
            (source,),
        )
        return maybe_instant(found[0])

    def latest(self, source: str) -> RunSource | None:
        """What the newest run that tried this source did with it."""
        found = rows(
            self._connection,
            "SELECT source, state, finished_us, code, counts_json FROM run_sources WHERE source = ?"
            " ORDER BY run_id DESC LIMIT 1",
            (source,),
        )
        return next((_run_source(*row) for row in found), None)

    def prune(self, keep: int = 1000) -> int:
        """Forget all but the newest runs, but never the last good one of a command or source; how many."""
        with transaction(self._connection):
            return self._connection.execute(
                "DELETE FROM runs WHERE id NOT IN (SELECT id FROM runs ORDER BY id DESC LIMIT ?)"
                " AND id NOT IN (SELECT max(id) FROM runs WHERE exit_code = 0 GROUP BY command)"
                " AND id NOT IN (SELECT max(run_id) FROM run_sources WHERE state = 'ok' GROUP BY source)",
                (keep,),
            ).rowcount

    def _sources(self, run_id: int) -> tuple[RunSource, ...]:
        found = rows(
            self._connection,
            "SELECT source, state, finished_us, code, counts_json FROM run_sources WHERE run_id = ? ORDER BY source",
            (run_id,),
        )
        return tuple(_run_source(*row) for row in found)


def _run_source(source: str, state: str, finished_us: int, code: str | None, counts: str) -> RunSource:
    return RunSource(source, state, from_us(finished_us), code, load(counts))
