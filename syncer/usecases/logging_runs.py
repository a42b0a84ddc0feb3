"""The run log: every run that changes something begins and ends with a row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from syncer.errors import ExitCode, SyncerError
from syncer.store.runs import Runs, RunSource

_STATUS = {ExitCode.OK: "success", ExitCode.PARTIAL: "partial"}


@dataclass(slots=True)
class RunEnd:
    """How a run ended; filled in by whoever runs it."""

    exit_code: ExitCode = ExitCode.OK
    message: str = ""
    sources: list[RunSource] = field(default_factory=list)


@contextmanager
def logged_run(connection: sqlite3.Connection, command: str, now: datetime, quiet: bool = False) -> Iterator[RunEnd]:
    """Log a run of ``command``; with ``quiet`` (a dry run) nothing is written."""
    end = RunEnd()
    if quiet:
        yield end
        return
    runs = Runs(connection)
    run_id = runs.start(command, now)
    try:
        yield end
    except SyncerError as error:
        end.exit_code, end.message = error.exit_code, error.message
        raise
    except KeyboardInterrupt:
        end.exit_code, end.message = ExitCode.INTERRUPTED, "interrupted"
        raise
    except BaseException:
        end.exit_code, end.message = ExitCode.FAILED, "unexpected"
        raise
    finally:
        runs.finish(
            run_id,
            max(datetime.now(UTC), now),
            status=_STATUS.get(end.exit_code, "error"),
            exit_code=end.exit_code,
            message=end.message,
            sources=end.sources,
        )
