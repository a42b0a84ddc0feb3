"""What can go wrong, said once: a code to look up, a sentence, a reason and the next step.

Every expected failure is a `SyncerError`. It is raised where it is noticed and shown in one place
(`syncer.cli.app`), as three lines: ``error: what``, ``  why``, ``  try: command``. The exit codes follow
sysexits.h where it has a word for the case (69 EX_UNAVAILABLE, 75 EX_TEMPFAIL, 77 EX_NOPERM, 78 EX_CONFIG).
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended; `docs/reference/exit-codes.md` is compared with this table by a test."""

    OK = 0
    FAILED = 1
    USAGE = 2
    PARTIAL = 3
    NO_WATCH = 69
    TRY_LATER = 75
    SIGN_IN_NEEDED = 77
    BAD_CONFIG = 78
    INTERRUPTED = 130


class SyncerError(Exception):
    """An expected failure.

    Args:
        code: a stable slug such as ``fit-bad-crc``; the key in ``docs/reference/errors.md``.
        message: what happened, one sentence without a full stop, naming the file, line or item.
        why: the reason, where it is known; one line.
        hint: the next step, a command where there is one; without one it is the kind's `next_step`.
        exit_code: how the program ends if nobody handles this.
        provider: ``garmin``, ``strava`` or ``file`` where one is to blame.
        item: the file, line or activity it is about.
        retry_at: from when on the same request may work (aware), where that is known.
    """

    exit_code: ExitCode = ExitCode.FAILED
    next_step: str = "syncer doctor"

    def __init__(
        self,
        code: str,
        message: str,
        *,
        why: str = "",
        hint: str = "",
        exit_code: ExitCode | None = None,
        provider: str | None = None,
        item: str | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.why = why
        self.hint = hint or self.next_step
        self.provider = provider
        self.item = item
        self.retry_at = retry_at
        if exit_code is not None:
            self.exit_code = exit_code

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders when files are read in parallel."""
        return (_rebuild, (type(self), self.code, self.message, dict(self.__dict__)))


def _rebuild(kind: type[SyncerError], code: str, message: str, state: dict[str, object]) -> SyncerError:
    error = kind(code, message)
    error.__dict__.update(state)
    return error


class UsageError(SyncerError):
    """The command was called with words that do not fit."""

    exit_code = ExitCode.USAGE
    next_step = "syncer --help"


class ConfigError(SyncerError):
    """A configuration or template file is wrong."""

    exit_code = ExitCode.BAD_CONFIG
    next_step = "correct it, then: syncer doctor"


class NoWatchError(SyncerError):
    """No watch is connected, or it shows no place for new files."""

    exit_code = ExitCode.NO_WATCH
    next_step = "plug the watch in, then run the same command again"


class TryLaterError(SyncerError):
    """The network, a service's limit or another run stands in the way; the same command works later."""

    exit_code = ExitCode.TRY_LATER
    next_step = "run the same command again later"


class SignInError(SyncerError):
    """A service wants the runner to sign in again."""

    exit_code = ExitCode.SIGN_IN_NEEDED
    next_step = "syncer auth status, then sign in again with syncer auth garmin or syncer auth strava"


class BadFileError(SyncerError):
    """A file or archive member that cannot be read; the rest goes on without it."""

    exit_code = ExitCode.PARTIAL
    next_step = "export, download or copy it again, then import that; the rest is read without it"
