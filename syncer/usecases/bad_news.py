"""Which bad news of a night is told at once, which only when it lasts, and when it is told again.

What only the runner can mend (a sign-in, a full disk) is told at once. What mostly mends itself (a laptop that woke up
without network, a service that is down) is told when the last good night is longer ago than a night and a bit, or when
there was none yet: then nothing has shown that it would mend itself. The same news is told again after a week, not
every morning.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncer.errors import ExitCode, SyncerError
from syncer.report.safe_text import one_line
from syncer.usecases.nightly import Night, only_limited, provider_of

OVERDUE = timedelta(hours=36)
PATIENCE = timedelta(days=14)
"""For a first reading that a service's limit spreads over nights: 1,000 requests a day are 14,000 activities."""
REMIND = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Past:
    """The nights before: when the first one began, and when the last good one ended; None before there was one."""

    begun: datetime
    good: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the runner was told, by code and provider, and when (aware)."""

    what: frozenset[str]
    at: datetime

    def text(self) -> str:
        """For keeping."""
        return json.dumps({"what": sorted(self.what), "at": self.at.isoformat()})

    @classmethod
    def read(cls, text: str | None) -> Told | None:
        """What was kept; None for nothing, or nothing that can be read."""
        try:
            kept = json.loads(text or "")
            return cls(frozenset(map(str, kept["what"])), datetime.fromisoformat(kept["at"]))
        except (ValueError, KeyError, TypeError):
            return None


def worth_telling(night: Night, past: Past, now: datetime) -> list[SyncerError]:
    """The errors of this night that the runner should hear of."""
    overdue = past.good is None or now - past.good > OVERDUE
    patient = now - (past.good or past.begun) <= PATIENCE
    found = []
    providers = {one.provider: one for one in night.providers}
    for step in night.steps:
        if step.outcome.state not in ("partial", "failed"):
            continue
        name = provider_of(step)
        if name and only_limited(providers[name]) and patient:
            continue
        passing = name is not None and step.outcome.state == "partial"
        found += [one for one in step.outcome.errors if overdue or not (passing or mends_itself(one))]
    return found


def mends_itself(error: SyncerError) -> bool:
    """A network, a limit, a service that is down: the next night tries again."""
    return error.exit_code in (ExitCode.TRY_LATER, ExitCode.PARTIAL)


def is_news(errors: Sequence[SyncerError], told: Told | None, now: datetime) -> bool:
    """Something that was not told yet, or a reminder after a week."""
    if not errors:
        return False
    return told is None or not names_of(errors) <= told.what or now - told.at >= REMIND


def names_of(errors: Iterable[SyncerError]) -> frozenset[str]:
    """What tells one piece of news from another."""
    return frozenset(f"{error.provider or ''} {error.code}".strip() for error in errors)


def in_words(errors: Sequence[SyncerError]) -> tuple[str, str]:
    """Title and text of a message."""
    title = "syncer: the nightly run needs you"
    if all(error.exit_code is ExitCode.SIGN_IN_NEEDED for error in errors):
        title = "syncer: please sign in again"
    elif all(mends_itself(error) for error in errors):
        title = "syncer: the nightly run does not get through"
    blocks = []
    for error in errors[:MOST]:
        lines = [error.message, error.why, f"try: {error.hint}" if error.hint else ""]
        blocks.append("\n".join(one_line(line) for line in lines if line))
    if len(errors) > MOST:
        blocks.append(f"and {len(errors) - MOST} more")
    return title, "\n\n".join(blocks)


MOST = 5
"""Errors in one message; the log has them all."""
