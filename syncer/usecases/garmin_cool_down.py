"""After Garmin has refused a sign-in, the next one waits: each further try would make the block longer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from syncer.clients.tokens import write_tokens
from syncer.errors import TryLaterError

# a block clears in an hour (cyberjunky/python-garminconnect#127) to a day, and every try re-arms it
# (drkostas/hevy2garmin#191)
FIRST_PAUSE = timedelta(hours=2)
LONGEST_PAUSE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class CoolDown:
    """Garmin refused sign-ins so many times in a row; the next one makes sense from ``until`` on (aware)."""

    refusals: int
    until: datetime


def cool_down_file(tokens: Path) -> Path:
    """Where the cool-down is kept, in the token folder."""
    return tokens / "garmin-sign-in.json"


def read_cool_down(tokens: Path, now: datetime) -> CoolDown | None:
    """The cool-down that is in force or ended less than a day ago; a later refusal starts anew."""
    try:
        kept = json.loads(cool_down_file(tokens).read_text(encoding="utf-8"))
        found = CoolDown(int(kept["refusals"]), datetime.fromisoformat(kept["until"]))
        # no pause is longer: one that is further off was written by a clock that went wrong
        return found if -LONGEST_PAUSE <= now - found.until < LONGEST_PAUSE else None
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def heed_cool_down(tokens: Path, now: datetime) -> None:
    """Let nothing be sent to Garmin while a sign-in makes no sense; ``now`` in the runner's zone.

    Raises:
        TryLaterError: ``garmin-cool-down``.
    """
    pause = read_cool_down(tokens, now)
    if pause and pause.until > now:
        raise _cooling_down(pause, now)


def note_refusal(error: TryLaterError, tokens: Path, before: CoolDown | None, now: datetime) -> None:
    """Begin a cool-down, twice as long as the one ``before``, and have ``error`` say until when.

    Raises:
        SyncerError: ``tokens-unwritable`` or ``tokens-symlink``.
    """
    refusals = (before.refusals if before else 0) + 1
    pause = CoolDown(refusals, now + min(FIRST_PAUSE * 2 ** min(refusals - 1, 10), LONGEST_PAUSE))
    write_tokens(cool_down_file(tokens), {"refusals": pause.refusals, "until": pause.until.isoformat()})
    error.retry_at = pause.until
    error.hint = f"syncer auth garmin, after {_told(pause.until, now)}"


def _cooling_down(pause: CoolDown, now: datetime) -> TryLaterError:
    times = "once" if pause.refusals == 1 else f"{pause.refusals} times in a row"
    return TryLaterError(
        "garmin-cool-down",
        f"Garmin refused sign-ins {times}; the next one makes sense after {_told(pause.until, now)}",
        why="trying earlier makes the block longer",
        hint="syncer auth garmin, then; --force tries all the same",
        provider="garmin",
        retry_at=pause.until,
    )


def _told(until: datetime, now: datetime) -> str:
    minutes = max(1, -int((now - until).total_seconds() // 60))
    wait = f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
    return f"{until.astimezone(now.tzinfo):%Y-%m-%d %H:%M %Z} (in {wait})"
