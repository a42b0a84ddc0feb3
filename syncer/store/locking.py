"""One run at a time. The system releases the lock when its holder ends in any way, `kill -9` included."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from syncer.errors import SyncerError, TryLaterError


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: process id, command line, and since when (aware)."""

    pid: int
    command: str
    since: datetime


@contextmanager
def lock(path: Path, *, command: str, now: datetime) -> Iterator[None]:
    """Hold the lock file ``path`` while inside.

    Args:
        path: the lock file; who holds it is written beside it, because a locked file cannot be read on Windows.
        command: what to tell a second run, such as ``syncer nightly``.
        now: since when, aware.

    Raises:
        TryLaterError: ``locked``, naming the holder.
        SyncerError: ``lock-failed`` when the file cannot be made.
    """
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        guard = FileLock(path, timeout=0, mode=0o600)
        guard.acquire()
    except Timeout:
        raise _held(path) from None
    except OSError as error:
        raise SyncerError(
            "lock-failed",
            f"the lock file {path} cannot be used",
            why=error.strerror or str(error),
            hint="syncer doctor",
            item=str(path),
        ) from error
    try:
        _write_holder(path, Holder(os.getpid(), command, now))
        yield
    finally:
        with contextlib.suppress(OSError):
            _holder_file(path).unlink(missing_ok=True)
        guard.release()


def last_holder(path: Path) -> Holder | None:
    """Who holds the lock, or held it when it was killed; None when nobody does or it cannot be told."""
    try:
        known = json.loads(_holder_file(path).read_text(encoding="utf-8"))
        return Holder(int(known["pid"]), str(known["command"]), datetime.fromisoformat(known["since"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _holder_file(path: Path) -> Path:
    return path.with_name(path.name + ".holder")


def _write_holder(path: Path, holder: Holder) -> None:
    """Whole or not at all: a second run may read it at any moment. A courtesy, never a reason to fail."""
    part = path.with_name(f".{path.name}.holder.part")
    text = json.dumps({"pid": holder.pid, "command": holder.command, "since": holder.since.isoformat()})
    with contextlib.suppress(OSError):
        part.unlink(missing_ok=True)
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            part.write_text(text, encoding="utf-8")
            part.replace(_holder_file(path))
        finally:
            part.unlink(missing_ok=True)  # where there was no room for it


def _held(path: Path) -> TryLaterError:
    holder = last_holder(path)
    who = f"'{holder.command}' (process {holder.pid}) since {holder.since:%Y-%m-%d %H:%M}" if holder else "another run"
    return TryLaterError(
        "locked",
        f"syncer is already running: {who}",
        why=f"it holds {path}; two runs at once could do the same thing twice",
        hint="wait until it is done and run the same command again",
        item=str(path),
    )
