"""The system's own programs (systemctl, launchctl, schtasks, crontab), run word by word and never through a shell."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from syncer.errors import SyncerError

TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """How a program ended and what it printed."""

    code: int
    out: str
    err: str


class Programs(Protocol):
    """Runs programs."""

    def run(self, words: Sequence[str], stdin: str | None = None) -> Answer:
        """Run one and wait.

        Raises:
            SyncerError: ``schedule-no-program`` when it is not on this machine, ``schedule-failed`` when it hangs.
        """
        ...


class OnPath:
    """The programs that are found on PATH."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        # answers are read by us, so they are to be in English
        self._environment = {**environment, "LC_ALL": "C"}
        if "XDG_RUNTIME_DIR" not in environment and hasattr(os, "getuid"):
            # without it systemctl does not find the user's systemd, as after `su` or in cron
            place = Path(f"/run/user/{os.getuid()}")
            if place.is_dir():
                self._environment["XDG_RUNTIME_DIR"] = str(place)

    def run(self, words: Sequence[str], stdin: str | None = None) -> Answer:
        """Run one and wait; its output is taken for UTF-8, with marks for what is not.

        Raises:
            SyncerError: ``schedule-no-program`` or ``schedule-failed``.
        """
        try:
            done = subprocess.run(
                list(words),
                input=None if stdin is None else stdin.encode("utf-8", "surrogateescape"),
                stdin=subprocess.DEVNULL if stdin is None else None,
                capture_output=True,
                env=self._environment,
                timeout=TIMEOUT_S,
                check=False,
            )
        except FileNotFoundError:
            raise SyncerError(
                "schedule-no-program",
                f"{words[0]} is not on this machine",
                hint="syncer schedule install --system systemd|launchd|task-scheduler|cron",
                item=words[0],
            ) from None
        except subprocess.TimeoutExpired:
            raise SyncerError(
                "schedule-failed",
                f"'{' '.join(words)}' gave no answer",
                why=f"in {TIMEOUT_S} seconds",
                hint="syncer schedule --print",
                item=words[0],
            ) from None
        except OSError as error:
            raise SyncerError(
                "schedule-failed",
                f"{words[0]} cannot be run",
                why=error.strerror or str(error),
                hint="syncer schedule --print",
                item=words[0],
            ) from None
        # surrogates: whatever bytes stand in somebody's crontab are written back as they were
        return Answer(
            done.returncode,
            done.stdout.decode("utf-8", "surrogateescape"),
            done.stderr.decode("utf-8", "replace"),
        )
