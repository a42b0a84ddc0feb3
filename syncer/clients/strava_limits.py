"""Strava's limits as its answers' headers tell them; nothing here sleeps.

The headers, and the windows that they count: https://developers.strava.com/docs/rate-limits/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from syncer.clients.http import asked_to_wait
from syncer.errors import TryLaterError

# reads have a limit of their own inside the one for all requests; both count
FAMILIES = ("X-ReadRateLimit", "X-RateLimit")
_PAIR = re.compile(r"\s*(\d{1,9})\s*,\s*(\d{1,9})\s*")


@dataclass(frozen=True, slots=True)
class Allowance:
    """Requests made and allowed in one window."""

    used: int
    limit: int

    @property
    def left(self) -> int:
        """Requests that are left."""
        return max(0, self.limit - self.used)


@dataclass(slots=True)
class Usage:
    """What the headers said last, of 15 minutes and of a day (UTC); empty while none has told."""

    short: tuple[Allowance, ...] = ()
    day: tuple[Allowance, ...] = ()

    def note(self, headers: Mapping[str, str]) -> None:
        """Read the headers of an answer; one that tells nothing changes nothing."""
        pairs = [
            (used, limit)
            for family in FAMILIES
            if (limit := _PAIR.fullmatch(headers.get(f"{family}-Limit", "")))
            and (used := _PAIR.fullmatch(headers.get(f"{family}-Usage", "")))
        ]
        if pairs:
            self.short, self.day = (
                tuple(Allowance(int(used[place]), int(limit[place])) for used, limit in pairs) for place in (1, 2)
            )

    @property
    def left(self) -> int | None:
        """Requests that are left before a limit, None while no answer has told."""
        return min((one.left for one in (*self.short, *self.day)), default=None)

    def back_at(self, now: datetime) -> datetime:
        """When requests are allowed again: next UTC midnight if a day is used up, else the next quarter hour."""
        now = now.astimezone(UTC)
        if any(one.left == 0 for one in self.day):
            return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return now.replace(second=0, microsecond=0) + timedelta(minutes=15 - now.minute % 15)


def limited(usage: Usage, now: datetime, headers: Mapping[str, str] | None = None) -> TryLaterError:
    """The limit is reached; the error's ``retry_at`` says when to come back.

    Args:
        headers: of the refusal, if it came to one: its ``Retry-After`` knows best.
    """
    wait = asked_to_wait(headers or {}, now)
    told = ", ".join(
        f"{tightest.used} of {tightest.limit} {window}"
        for window, allowances in (("in 15 minutes", usage.short), ("today", usage.day))
        if allowances and (tightest := min(allowances, key=lambda one: one.left))
    )
    return TryLaterError(
        "rate-limited",
        "Strava's request limit is reached",
        why=told,
        hint="the next run fetches the rest by itself",
        provider="strava",
        retry_at=usage.back_at(now) if wait is None else now.astimezone(UTC) + wait,
    )
