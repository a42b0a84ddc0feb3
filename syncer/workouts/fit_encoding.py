"""A small, range-checked writer of FIT messages: the container, without any knowledge of workouts.

Built after the FIT protocol as public readers document it (header, definition and data records, base types,
CRC-16/ARC). Every value is checked before it is packed: a value that does not fit raises `ValueError`, it is
never wrapped, truncated or dropped. All messages are built before the first byte is returned, so that an error
leaves nothing half-written. Why not the official encoder: docs/explanation/fit-writer.md.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)

FIRST_DATE = 0x10000000
"""Smaller numbers are seconds since the device was switched on, not dates (FIT profile, type date_time)."""

PROTOCOL_1_0 = 0x10
PROFILE = 2201


class BaseType(Enum):
    """FIT base types as (code, struct letter, size in bytes, lowest, highest, invalid).

    All seventeen of the FIT protocol's table, though our workouts use only some: a table with gaps would look like an
    error. The bounds leave the invalid value out: it means "no value", and is written by None alone. Text and floats
    have no bounds of their own.
    """

    ENUM = (0x00, "B", 1, 0, 0xFE, 0xFF)
    SINT8 = (0x01, "b", 1, -0x80, 0x7E, 0x7F)
    UINT8 = (0x02, "B", 1, 0, 0xFE, 0xFF)
    STRING = (0x07, "s", 1, 0, 0, 0x00)
    UINT8Z = (0x0A, "B", 1, 1, 0xFF, 0x00)
    BYTE = (0x0D, "B", 1, 0, 0xFF, 0xFF)
    SINT16 = (0x83, "h", 2, -0x8000, 0x7FFE, 0x7FFF)
    UINT16 = (0x84, "H", 2, 0, 0xFFFE, 0xFFFF)
    SINT32 = (0x85, "i", 4, -0x80000000, 0x7FFFFFFE, 0x7FFFFFFF)
    UINT32 = (0x86, "I", 4, 0, 0xFFFFFFFE, 0xFFFFFFFF)
    FLOAT32 = (0x88, "f", 4, 0, 0, 0xFFFFFFFF)
    FLOAT64 = (0x89, "d", 8, 0, 0, 0xFFFFFFFFFFFFFFFF)
    UINT16Z = (0x8B, "H", 2, 1, 0xFFFF, 0x0000)
    UINT32Z = (0x8C, "I", 4, 1, 0xFFFFFFFF, 0x00000000)
    SINT64 = (0x8E, "q", 8, -0x8000000000000000, 0x7FFFFFFFFFFFFFFE, 0x7FFFFFFFFFFFFFFF)
    UINT64 = (0x8F, "Q", 8, 0, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF)
    UINT64Z = (0x90, "Q", 8, 1, 0xFFFFFFFFFFFFFFFF, 0x0000000000000000)

    def __init__(self, code: int, letter: str, size: int, low: int, high: int, invalid: int) -> None:
        self.code = code
        self.letter = letter
        self.size = size
        self.low = low
        self.high = high
        self.invalid_bytes = invalid.to_bytes(size, "little", signed=False)

    def pack(self, value: int | float | None) -> bytes:
        """One number in little-endian order; None packs the type's invalid value.

        Raises:
            ValueError: the number is no number, not finite, no whole number where one is due, or out of range.
        """
        if value is None:
            return self.invalid_bytes
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{value!r} is not a number")  # noqa: TRY004 - one kind for all that does not fit
        if self in (BaseType.FLOAT32, BaseType.FLOAT64):
            return self._pack_float(value)
        if isinstance(value, float):
            raise ValueError(f"{value!r} is not a whole number")  # noqa: TRY004 - one kind for all that does not fit
        if not self.low <= value <= self.high:
            raise ValueError(f"{value} is outside {self.low} to {self.high}")
        return struct.pack(f"<{self.letter}", value)

    def _pack_float(self, value: int | float) -> bytes:
        if not math.isfinite(value):
            raise ValueError(f"{value!r} is not a finite number")
        try:
            return struct.pack(f"<{self.letter}", value)
        except OverflowError:
            raise ValueError(f"{value!r} is too large for {self.name.lower()}") from None


type Value = int | float | str | bytes | tuple[int | float | None, ...] | None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message.

    Attributes:
        number: the field's number in its message, 0-254.
        base_type: how it is packed.
        value: a number; a string; bytes for `BaseType.BYTE`; a tuple for an array; None for "no value".
            Numbers are the raw ones of the file, scale and offset already applied (milliseconds, centimetres).
        size: the fixed length: bytes of a string with its closing NUL, elements of an array. A string is cut to
            it, an array or None is padded. Without it the value's own length.
    """

    number: int
    base_type: BaseType
    value: Value
    size: int | None = None

    def pack(self) -> bytes:
        """The field's bytes.

        Raises:
            ValueError: the value does not fit the type or the size.
        """
        if not 0 <= self.number <= 254:
            raise ValueError(f"field number {self.number} is outside 0 to 254")
        if self.size is not None and not 1 <= self.size * self.base_type.size <= 255:
            raise ValueError(f"field {self.number}: {self.size} elements are outside 1 to 255 bytes")
        try:
            packed = self._pack_text() if self.base_type is BaseType.STRING else self._pack_numbers()
        except ValueError as problem:
            raise ValueError(f"field {self.number}: {problem}") from None
        if not 1 <= len(packed) <= 255:
            raise ValueError(f"field {self.number}: {len(packed)} bytes are outside 1 to 255")
        return packed

    def _pack_text(self) -> bytes:
        if self.value is not None and not isinstance(self.value, str):
            raise ValueError(f"{self.value!r} is not text")
        text = self.value or ""
        if "\0" in text:
            raise ValueError(f"{text!r} holds a NUL, which would end it early")
        if self.size is None:
            return text.encode() + b"\0"
        return clip_utf8(text, self.size - 1).encode().ljust(self.size, b"\0")

    def _pack_numbers(self) -> bytes:
        if isinstance(self.value, str):
            raise ValueError(f"{self.value!r} is not a number")  # noqa: TRY004 - one kind for all that does not fit
        elements = tuple(self.value) if isinstance(self.value, tuple | bytes) else (self.value,)
        length = len(elements) if self.size is None else self.size
        if len(elements) > length:
            raise ValueError(f"{len(elements)} elements do not fit in {length}")
        packed = b"".join(self.base_type.pack(element) for element in elements)
        return packed + self.base_type.invalid_bytes * (length - len(elements))


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its number in the FIT profile and its fields in file order."""

    global_number: int
    fields: tuple[Field, ...]


def encode(messages: Iterable[Message], *, protocol: int = PROTOCOL_1_0, profile: int = PROFILE) -> bytes:
    """A whole FIT file: 14-byte header with its CRC, records, file CRC; little-endian, local type 0 throughout.

    A definition is written whenever the layout (message, field numbers, sizes, types) changes.

    Args:
        messages: in file order.
        protocol: the header's protocol byte, 0x10 for 1.0, 0x20 for 2.0.
        profile: the header's profile version times 100.

    Raises:
        ValueError: any value, field or message does not fit; the text names message and field.
    """
    records = bytearray()
    current: bytes | None = None
    for message in messages:
        definition, content = _pack_message(message)
        if definition != current:
            records += definition
            current = definition
        records += b"\x00" + content
    header = struct.pack("<BBHI4s", 14, protocol, profile, len(records), b".FIT")
    whole = header + struct.pack("<H", crc16(header)) + bytes(records)
    return whole + struct.pack("<H", crc16(whole))


def _pack_message(message: Message) -> tuple[bytes, bytes]:
    if not 0 <= message.global_number <= 0xFFFE:
        raise ValueError(f"message number {message.global_number} is outside 0 to 65534")
    numbers = [field.number for field in message.fields]
    if not 1 <= len(numbers) <= 255 or len(set(numbers)) != len(numbers):
        raise ValueError(f"message {message.global_number}: needs 1 to 255 fields with different numbers")
    definition = bytearray(struct.pack("<BBBHB", 0x40, 0, 0, message.global_number, len(numbers)))
    content = bytearray()
    for field in message.fields:
        try:
            packed = field.pack()
        except ValueError as problem:
            raise ValueError(f"message {message.global_number}, {problem}") from None
        definition += struct.pack("<BBB", field.number, len(packed), field.base_type.code)
        content += packed
    return bytes(definition), bytes(content)


def clip_utf8(text: str, limit: int) -> str:
    """The longest beginning of ``text`` that takes at most ``limit`` bytes in UTF-8, cut between characters."""
    return text.encode()[:limit].decode(errors="ignore")


def fit_timestamp(instant: datetime) -> int:
    """Whole seconds since 1989-12-31 00:00 UTC, for FIT ``date_time`` fields.

    Raises:
        ValueError: the instant has no offset, or lies outside 1998-07-03 to 2126-02-05. Smaller numbers mean
            seconds since the device was switched on.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no offset, so it names no instant")
    return _checked_seconds((instant - FIT_EPOCH) // timedelta(seconds=1), instant)


def fit_local_timestamp(instant: datetime) -> int:
    """The wall clock of ``instant`` as FIT ``local_date_time``: seconds as if that clock were UTC.

    Raises:
        ValueError: as `fit_timestamp`.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no offset, so it names no instant")
    wall_clock = instant.replace(tzinfo=UTC)
    return _checked_seconds((wall_clock - FIT_EPOCH) // timedelta(seconds=1), instant)


def _checked_seconds(seconds: int, instant: datetime) -> int:
    if not FIRST_DATE <= seconds < 0xFFFFFFFF:
        raise ValueError(f"{instant.isoformat()} is outside the dates that FIT can hold (1998 to 2126)")
    return seconds


def crc16(content: bytes, crc: int = 0) -> int:
    """CRC-16/ARC (polynomial 0x8005 reflected, initial 0), which FIT uses for header and file.

    ``crc`` continues an earlier part. Check value: ``crc16(b"123456789") == 0xBB3D``.
    """
    import fastcrc

    return fastcrc.crc16.arc(content, crc)
