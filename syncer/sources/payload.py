"""Reading a provider's JSON without trusting it: one odd value is a missing value, never a lost page."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from syncer.domain.activity import Note

LONGEST_S, FARTHEST_M = 100.0 * 86_400, 10_000_000.0
"""Seconds and metres of one recording beyond which a number is a fault of its writer: 100 days, 10,000 km."""

# no clock on earth is further from UTC than this
_FARTHEST = timedelta(hours=14)
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def number(value: Any, low: float = 0.0, high: float = 1e9) -> float | None:
    """A finite number between ``low`` and ``high``, also from text; else None."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and low <= found <= high else None


def whole(value: Any, low: int = 0, high: int = 2**31) -> int | None:
    """A number between ``low`` and ``high`` without its fraction; else None."""
    found = number(value, low, high)
    return None if found is None else int(found)


def text(value: Any) -> str:
    """A text as it is, anything else as nothing."""
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> Mapping[str, Any]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def identifier(value: Any) -> str | None:
    """An id as text; Garmin writes 0 for none. The platforms' ids are numbers of at most 64 bits."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    found = value.strip() if isinstance(value, str) else str(value) if 0 < value < 10**19 else ""
    return found if re.fullmatch("[1-9][0-9]{0,18}", found) else None


def utc(value: Any) -> datetime | None:
    """An instant that is written without a zone, or with Z, in UTC; None for anything that no clock here can show."""
    try:
        found = datetime.fromisoformat(text(value).strip())
    except ValueError:
        return None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def offset(local: Any, at: datetime) -> timedelta | None:
    """How far the wall clock ``local`` (a text without a true zone) is ahead of ``at``; None if it cannot be."""
    wall = utc(local)
    if wall is None:
        return None
    ahead = timedelta(minutes=round((wall - at).total_seconds() / 60))
    return ahead if abs(ahead) <= _FARTHEST else None


def notes(**texts: Any) -> tuple[Note, ...]:
    """The texts that were told, empty ones included: an empty one says that nothing is written there."""
    return tuple(Note(field, value) for field, value in texts.items() if isinstance(value, str))
