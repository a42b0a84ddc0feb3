"""Other people's histories: one JSON object a line, as `docs/reference/json.md` describes it."""

from __future__ import annotations

import json
import os
import re
import select
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO, NoReturn

from syncer.correlate.diary import History, RunDay, Slot
from syncer.domain.plan import SessionStatus
from syncer.errors import BadFileError

STATUSES = {
    status.value: status
    for status in (
        SessionStatus.DONE,
        SessionStatus.MOVED,
        SessionStatus.PARTIAL,
        SessionStatus.SKIPPED,
        SessionStatus.EXCUSED,
    )
}
WORST_PAIN = 10
FARTHEST_M = 1_000_000
"""Nobody runs 1,000 km in one go; more is a mistake of units that would drown every other run."""
SHOWN = 40
CHUNK = 1 << 16
LONGEST_LINE = 2 * 2**20
"""Bytes of a line: twenty years of a run and a session a day are a million, and JSON may take 25 times its size."""
QUIET_S = 0.05
"""So long without a byte is a pause; a program that writes without stopping is never so slow."""


def lines_as_they_come(stream: BinaryIO) -> Iterator[bytes | None]:
    """Each line of a stream, and None while it pauses, so that what was read can be answered meanwhile.

    Of a line that is longer than any history (`LONGEST_LINE`) only the beginning is kept, which `read_history` refuses.

    Reads from the stream's descriptor, past its buffer, which must be empty. On Windows, where a pipe cannot be
    asked whether it holds anything, there are no pauses.
    """
    parts: list[bytes] = []
    held = 0
    while True:
        while not _can_read(stream):
            yield None
        chunk = os.read(stream.fileno(), CHUNK)
        first, *others = chunk.split(b"\n")
        if held <= LONGEST_LINE:
            parts.append(first)
            held += len(first)
        if others:
            yield b"".join(parts)
            yield from others[:-1]
            parts, held = others[-1:], len(others[-1])
        if not chunk:
            yield b"".join(parts)
            return


def _can_read(stream: BinaryIO) -> bool:
    """Whether a read returns at once: there are bytes, or nothing more will come."""
    return sys.platform == "win32" or bool(select.select([stream], [], [], QUIET_S)[0])


def read_history(line: bytes, number: int) -> History:
    """Read one line. Excused sessions are left out; a kept one is done or moved, a missed one skipped or partial.

    Args:
        line: UTF-8 JSON, with or without its line end and byte order mark.
        number: the line's number, from 1, for errors.

    Raises:
        BadFileError: the line is not such an object; names the line and what is wrong with it.
    """
    try:
        return _read(line)
    except _WrongError as wrong:
        raise BadFileError(
            "history-bad-line",
            f"line {number} is left out: {wrong}",
            hint="see `Other people's histories` in docs/reference/json.md, correct the line and run this again",
            item=f"line {number}",
        ) from None


class _WrongError(Exception):
    """What is wrong with a line, as a sentence."""


def _read(line: bytes) -> History:
    if len(line) > LONGEST_LINE:
        raise _WrongError(f"it is longer than {LONGEST_LINE // 2**20} MB, which no history is")
    try:
        parsed = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise _WrongError("it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise _WrongError(f"it is not JSON ({error.msg} at character {error.pos + 1})") from None
    except (RecursionError, ValueError):
        raise _WrongError("it is not JSON that can be read (nested too deeply, or a number too long)") from None
    if not isinstance(parsed, dict):
        raise _WrongError('it is not an object like {"id": …, "sessions": […], "runs": […]}')
    slots = [slot for slot in map(_slot, *_numbered(parsed, "sessions")) if slot is not None]
    return History(_id(parsed), slots, list(map(_run, *_numbered(parsed, "runs"))))


def _no_constant(name: str) -> NoReturn:
    raise _WrongError(f"{name} is not a number that JSON knows")


def _id(parsed: dict[str, Any]) -> str | int:
    if "id" not in parsed:
        raise _WrongError("it has no id")
    name = parsed["id"]
    if isinstance(name, bool) or not isinstance(name, str | int) or name == "":
        raise _WrongError(f"its id is {_shown(name)}, not a text")
    if isinstance(name, str) and not _is_text(name):
        raise _WrongError(f"its id is {_shown(name)}, which holds half a character")
    return name


def _is_text(value: str) -> bool:
    """Whether it can be written: JSON can escape half of a surrogate pair."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _numbered(parsed: dict[str, Any], key: str) -> tuple[list[dict[str, Any]], Iterator[str]]:
    """The objects under ``key`` and a name for each."""
    if key not in parsed:
        raise _WrongError(f"it has no {key} (an empty list is fine)")
    items = parsed[key]
    if not isinstance(items, list):
        raise _WrongError(f"its {key} are {_shown(items)}, not a list")
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise _WrongError(f"{key[:-1]} {number} is {_shown(item)}, not an object")
    return items, (f"{key[:-1]} {number}" for number in range(1, len(items) + 1))


def _slot(item: dict[str, Any], name: str) -> Slot | None:
    day = _day(item, name)
    status = item.get("status")
    known = STATUSES.get(status) if isinstance(status, str) else None
    if known is None:
        raise _WrongError(f"{name} has the status {_shown(status)}, not one of {', '.join(STATUSES)}")
    return None if known is SessionStatus.EXCUSED else Slot(day, known.missed)


def _run(item: dict[str, Any], name: str) -> RunDay:
    distance = _number(item, name, "distance_m", FARTHEST_M)
    pain = _number(item, name, "pain", WORST_PAIN)
    return RunDay(_day(item, name), distance or 0.0, None if pain is None else pain > 0)


def _day(item: dict[str, Any], name: str) -> int:
    text = item.get("date")
    if isinstance(text, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        try:
            return date.fromisoformat(text).toordinal()
        except ValueError:
            pass
    raise _WrongError(f"{name} has the date {_shown(text)}, not a day like 2026-01-31")


def _number(item: dict[str, Any], name: str, key: str, highest: float) -> float | None:
    """A number from 0 to ``highest``, or None where it is null or absent: not known, not answered."""
    value = item.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _WrongError(f"{name} has {key} {_shown(value)}, not a number")
    if not 0 <= value <= highest:  # NaN too
        raise _WrongError(f"{name} has {key} {_shown(value)}, which is not between 0 and {highest:,}")
    return float(value)


def _shown(value: object) -> str:
    """A value as JSON would write it, cut short."""
    if isinstance(value, int) and abs(value) > 10**SHOWN:
        return "a number too long to show"
    text = json.dumps(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
