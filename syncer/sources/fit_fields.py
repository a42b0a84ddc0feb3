"""From sieved bytes to plain field values, by way of fitparse.

fitparse 1.2.0 decodes each field of each message that it is shown, at some ten microseconds a field; it refuses
fields whose size does not fit their type (COROS writes such) and fields of size zero, keeps developer types in a
module-wide table that leaks from file to file, lets developer fields take the names of native ones, and does not know
the names of what watches have learned since 2019. So it is shown only what is read: the messages are cut down to the
wanted native fields, their types made plain, and the values are taken raw, by field number.
"""

from __future__ import annotations

import math
import struct
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from syncer.sources.fit_layout import (
    DEFINITION,
    byte_order,
    fault,
    is_definition,
    local_type,
    measure_definition,
    pack_file,
)

type Scalar = int | float | str | None
type Value = Scalar | tuple[Scalar, ...]

_LATEST = 0xFFFFFFFE  # 2126, in FIT's seconds
_INDEX = 0x0FFF  # the bits of a message_index that count; the others are flags

# Full codes and sizes of the base types by their number, the code's low five bits. Some writers leave the bit out that
# tells of byte order.
_BASE_TYPES = {
    code & 0x1F: (code, size)
    for size, codes in {
        1: (0x00, 0x01, 0x02, 0x07, 0x0A, 0x0D),
        2: (0x83, 0x84, 0x8B),
        4: (0x85, 0x86, 0x88, 0x8C),
        8: (0x89, 0x8E, 0x8F, 0x90),
    }.items()
    for code in codes
}
_UINT8 = 0x02

# A day of strength training has some hundred sets. More messages than this is no recording, and would take minutes.
_MOST_MESSAGES = 20_000


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its global number and its raw values by field number; what is absent or invalid is not there."""

    number: int
    values: Mapping[int, Value]

    def first(self, field: int) -> Scalar:
        """The value, or the first one of an array, invalid or not."""
        value = self.values.get(field)
        return (value[0] if value else None) if isinstance(value, tuple) else value

    def integer(self, field: int) -> int | None:
        """A whole number that is no time and has no scale."""
        value = self.first(field)
        return value if isinstance(value, int) else None

    def scaled(self, field: int, scale: int, most: float) -> float | None:
        """A quantity in SI units: the raw value divided by ``scale``; None outside 0 to ``most``."""
        value = self.first(field)
        if not isinstance(value, int | float) or not math.isfinite(value):
            return None
        return value / scale if 0 <= value <= most * scale else None

    def seconds(self, field: int) -> int | None:
        """A FIT time, see `fit_clock`."""
        value = self.integer(field)
        return value if value is not None and 0 <= value <= _LATEST else None

    def index(self, field: int) -> int | None:
        """A ``message_index`` without its flags."""
        value = self.integer(field)
        return None if value is None else value & _INDEX

    def text(self, field: int) -> str | None:
        """A string without the rubbish that some watches leave behind a name; None when nothing is left."""
        value = self.first(field)
        if not isinstance(value, str):
            return None
        return "".join(char for char in value if char.isprintable() and char != "\ufffd").strip() or None


@dataclass(frozen=True, slots=True)
class _Cut:
    """How to cut one local type's messages down: the new definition, and what to take of each message."""

    definition: bytes
    size: int
    ranges: tuple[tuple[int, int], ...]


def read_fields(
    records: bytes, fields: Mapping[int, frozenset[int]], label: str, *, ends_only: bool = False
) -> list[Message]:
    """Decode the given fields of the given messages, in file order.

    Args:
        records: definitions and messages of one file without compressed timestamps, as `fit_sieve` leaves them.
        fields: field numbers by global message number.
        label: the file's name for error messages.
        ends_only: decode only the first and the last of these messages.

    Raises:
        BadFileError: ``fit-too-many-messages``, ``fit-unreadable``.
    """
    narrowed = _ends(_narrow(records, fields)) if ends_only else _narrow(records, fields)
    shown = list(islice(narrowed, _MOST_MESSAGES + 1))
    if len(shown) > _MOST_MESSAGES:
        why = f"it holds more than {_MOST_MESSAGES} sets, sessions and steps, which no recording does"
        raise fault("fit-too-many-messages", label, "is no recording", why)
    if not shown:
        return []
    pieces: list[bytes] = []
    written: dict[int, bytes] = {}
    for definition, message in shown:
        if written.get(message[0]) != definition:
            written[message[0]] = definition
            pieces.append(definition)
        pieces.append(message)
    return _decode(pack_file(b"".join(pieces)), label)


def _ends[Item](items: Iterator[Item]) -> Iterator[Item]:
    """The first and the last."""
    yield from islice(items, 1)
    yield from deque(items, maxlen=1)


def _narrow(records: bytes, fields: Mapping[int, frozenset[int]]) -> Iterator[tuple[bytes, bytes]]:
    """The messages cut down to the wanted fields, each with its definition."""
    cuts: dict[int, _Cut] = {}
    position = 0
    while position < len(records):
        local = local_type(records[position])
        if is_definition(records[position]):
            cuts[local], position = _cut(records, position, fields)
            continue
        cut = cuts[local]
        if cut.ranges:
            body = b"".join([records[position + first : position + last] for first, last in cut.ranges])
            yield cut.definition, bytes([local]) + body
        position += cut.size


def _cut(records: bytes, position: int, fields: Mapping[int, frozenset[int]]) -> tuple[_Cut, int]:
    after, size, number = measure_definition(records, position)
    wanted = fields.get(number, frozenset())
    kept: list[bytes] = []
    ranges: list[tuple[int, int]] = []
    offset = 1
    for field in range(position + 6, position + 6 + 3 * records[position + 5], 3):
        width = records[field + 1]
        kind = _plain_type(records[field + 2], width)
        if records[field] in wanted and kind is not None:
            kept.append(bytes([records[field], width, kind]))
            ranges.append((offset, offset + width))
        offset += width
    order, start = byte_order(records, position), DEFINITION | local_type(records[position])
    header = struct.pack(f"{order}BBBHB", start, 0, order == ">", number, len(kept))
    return _Cut(header + b"".join(kept), size, tuple(ranges)), after


def _plain_type(code: int, width: int) -> int | None:
    """The base type to read a field as; None where its bytes mean nothing.

    COROS declares small numbers as uint32 of one byte, which Garmin's own decoder reads as uint8.
    """
    full, size = _BASE_TYPES.get(code & 0x1F, (_UINT8, 0))
    if size and width and width % size == 0:
        return full
    return _UINT8 if size and width == 1 else None


class _AsItIs:
    """A fitparse data processor that changes nothing, and so never calls the deprecated ``utcfromtimestamp``."""

    def run_type_processor(self, _: object) -> None:
        """Leave it."""

    run_field_processor = run_unit_processor = run_message_processor = run_type_processor


def _decode(data: bytes, label: str) -> list[Message]:
    import fitparse

    messages = []
    try:
        with fitparse.FitFile(data, check_crc=False, data_processor=_AsItIs()) as file:
            for message in file.get_messages():
                values: dict[int, Value] = {}
                for field in message.fields:
                    # Without a definition it is a component, made up by fitparse from another field.
                    if field.field_def is not None and field.raw_value is not None:
                        values.setdefault(field.field_def.def_num, field.raw_value)
                messages.append(Message(message.mesg_num, values))
    except (fitparse.FitParseError, TypeError, KeyError, IndexError, struct.error) as problem:
        raise fault("fit-unreadable", label, "cannot be decoded", str(problem)) from problem
    return messages
