"""How values are written down: instants as whole microseconds, texts as valid Unicode, the rest as JSON."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DECODER = json.JSONDecoder()  # its raw_decode skips the search for blanks of json.loads, at half the cost


def to_us(instant: datetime) -> int:
    """Microseconds since 1970-01-01 UTC of an aware instant, exact."""
    return (instant - _EPOCH) // _MICROSECOND


def from_us(us: int, offset_s: int = 0) -> datetime:
    """The aware instant, on a wall clock ``offset_s`` seconds ahead of UTC."""
    return _epoch(offset_s) + timedelta(microseconds=us)


def maybe_us(instant: datetime | None) -> int | None:
    """`to_us`, or None for None."""
    return None if instant is None else to_us(instant)


def maybe_instant(us: int | None) -> datetime | None:
    """`from_us` in UTC, or None for None."""
    return None if us is None else from_us(us)


def offset_of(instant: datetime) -> int:
    """Whole seconds that the instant's own clock is ahead of UTC.

    Raises:
        ValueError: the instant is not aware.
    """
    offset = instant.utcoffset()
    if offset is None:
        raise ValueError(f"{instant} has no offset from UTC")
    return round(offset.total_seconds())


@lru_cache(maxsize=256)
def _epoch(offset_s: int) -> datetime:
    return _EPOCH if offset_s == 0 else _EPOCH.astimezone(timezone(timedelta(seconds=offset_s)))


def clean(text: str) -> str:
    """The text without lone surrogates, which broken JSON can carry and SQLite refuses."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def finite(number: float | None) -> float | None:
    """The number, or None for NaN and infinities, which neither SQLite nor JSON can keep."""
    return number if number is not None and math.isfinite(number) else None


def load(text: str) -> Any:
    """The value of a text that `dump` wrote."""
    return _DECODER.raw_decode(text)[0]


def dump(value: object) -> str:
    """Compact JSON text, keys in the order given, never NaN."""
    return clean(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
