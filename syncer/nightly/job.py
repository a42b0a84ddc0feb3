"""What is to run every night, whichever system runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from syncer.errors import SyncerError

MARK = "Written by `syncer schedule install`; `syncer schedule remove` takes it away."
"""In everything that is installed: what does not carry it is somebody else's and is left alone."""
DESCRIPTION = "syncer: read what was trained, match it with the plan, write the week's report"
JITTER = timedelta(minutes=20)
"""So that not everybody asks Garmin and Strava at the same minute."""
LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Job:
    """The nightly run.

    Attributes:
        words: the program with its absolute path, and its arguments.
        environment: the variables that it needs.
        hour, minute: when it starts, by the clock of ``zone``.
        zone: an IANA name, or empty for the machine's own zone.
    """

    words: tuple[str, ...]
    hour: int
    minute: int
    environment: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""

    @property
    def at(self) -> str:
        """``03:30``."""
        return f"{self.hour:02d}:{self.minute:02d}"


def require_writable(job: Job) -> None:
    """Every name must survive being written into a text file for another program.

    Raises:
        SyncerError: ``schedule-odd-name`` for control characters and names that are no Unicode text.
    """
    for text in (*job.words, *job.environment.values()):
        odd = any(ord(ch) < 0x20 or ord(ch) == 0x7F for ch in text)
        if odd or text.encode("utf-8", "replace").decode() != text:
            raise SyncerError(
                "schedule-odd-name",
                f"{text!a} cannot be written into a schedule",
                why="it holds a line end, a control character or a byte that is no text",
                hint="move it to a folder with a plain name, then syncer schedule install",
                item=ascii(text),
            )


def on_this_clock(job: Job, now: datetime) -> tuple[int, int]:
    """Hour and minute by this machine's own clock, for systems that know no other zone.

    Args:
        now: aware, in the machine's zone; the difference between the zones is that of this day.
    """
    if not job.zone:
        return job.hour, job.minute
    start = now.astimezone(ZoneInfo(job.zone)).replace(hour=job.hour, minute=job.minute, second=0, microsecond=0)
    here = start.astimezone(now.tzinfo)
    return here.hour, here.minute
