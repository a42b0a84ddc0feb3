"""Reading a provider's JSON without trusting it: one odd value is a missing value, never a lost page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from syncer.domain.activity import Note

# no clock on earth is further from UTC than this
_FARTHEST = timedelta(hours=14)


def number(value: Any, low: float = 0.0, high: float = 1e9) -> float | None:
    """A finite number between ``low`` and ``high``, also from text; else None."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) and low <= found <= high else None


def whole(value: Any, low: int = 0, high: int = 2**63 - 1) -> int | None:
    """A whole number between ``low`` and ``high``; else None."""
    found = number(value, low, float(high))
    return int(value) if isinstance(value, int) and found is not None else None if found is None else int(found)


def text(value: Any) -> str:
    """A text as it is, anything else as nothing."""
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> Mapping[str, Any]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def identifier(value: Any) -> str | None:
    """An id as text; Garmin writes 0 for none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    found = str(value).strip()
    return found if found.isdigit() and int(found) > 0 else None


def utc(value: Any) -> datetime | None:
    """An instant that is written without a zone, or with Z, in UTC; else None."""
    try:
        found = datetime.fromisoformat(text(value).strip())
    except ValueError:
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
