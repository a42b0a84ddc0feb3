"""One file a run: what was done, how much of it, and how long it took. No headers, no bodies, no tokens.

Only our own sentences are written here, a line at a time, so that a run that is killed leaves what it had done.
"""

from __future__ import annotations

import contextlib
import os
import re
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from syncer.nightly.redaction import redact

KEEP = 10
_NAME = re.compile(r"[a-z-]+-\d{8}-\d{6}-\d{6}\.log")


class RunLog:
    """The log of one run; its file is made with the first line, so a run that does not begin leaves none.

    Args:
        folder: made 0700 where it is missing; the file is 0600.
        command: the first part of the file's name.
        secrets: taken out of every line.

    Attributes:
        path: where it is; None before the first line, and where there is no place for it.
        problem: why it could not be written, or nothing.
    """

    def __init__(self, folder: Path, command: str, secrets: Iterable[str] = ()) -> None:
        self.path: Path | None = None
        self.problem = ""
        self._folder = folder
        self._command = command
        self._secrets = tuple(secrets)
        self._file: IO[str] | None = None

    def line(self, text: str) -> None:
        """Write one line with the time in front; a full disk is no reason to fail."""
        if self.problem:
            return
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds")
        shown = "; ".join(redact(text, self._secrets).splitlines())
        try:
            self._file = self._file or self._begin()
            self._file.write(f"{stamp} {shown}\n")
            self._file.flush()
        except OSError as error:
            self.problem = f"{self._folder}: {error.strerror or error}"
            self.close()

    def mistake(self, error: Exception) -> None:
        """Where a mistake of ours happened, but not what was said: the text of a foreign error may hold a secret."""
        for frame in traceback.extract_tb(error.__traceback__):
            self.line(f"  at {frame.filename}:{frame.lineno} {frame.name}")
        self.line(f"  {type(error).__module__}.{type(error).__name__}")

    def close(self) -> None:
        """No more lines."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def _begin(self) -> IO[str]:
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        path = self._folder / f"{self._command}-{stamp}.log"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and self._folder.stat().st_mode & 0o077:
            self._folder.chmod(0o700)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
        self.path = path
        return os.fdopen(descriptor, "w", encoding="utf-8", errors="replace")


@contextmanager
def open_log(folder: Path, command: str, secrets: Iterable[str] = (), *, keep: int = KEEP) -> Iterator[RunLog]:
    """The log of a run of ``command``; when it is over, all but the newest ``keep`` logs are forgotten."""
    log = RunLog(folder, command, secrets)
    try:
        yield log
    except KeyboardInterrupt:
        log.line("interrupted")
        raise
    except Exception as error:
        log.mistake(error)
        raise
    finally:
        log.close()
        prune(folder, keep)


def prune(folder: Path, keep: int) -> int:
    """Remove all logs of ours but the newest ``keep``; how many went."""
    gone = 0
    with contextlib.suppress(OSError):
        logs = [file for file in folder.iterdir() if _NAME.fullmatch(file.name) and not file.is_symlink()]
        for old in sorted(logs, key=_age, reverse=True)[keep:]:
            old.unlink(missing_ok=True)
            gone += 1
    return gone


def _age(file: Path) -> tuple[int, str]:
    return file.stat().st_mtime_ns, file.name
