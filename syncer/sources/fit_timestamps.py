"""Compressed timestamps, spelled out.

A record header with its highest bit set carries five bits of time. They count on from the last timestamp in the file,
whichever message that stood in: dropping messages would move the kept ones in time. So each wanted message with such
a header gets a timestamp field of its own.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from syncer.sources.fit_layout import (
    COMPRESSED,
    TIMESTAMP,
    byte_order,
    fault,
    is_definition,
    local_type,
    measure_definition,
)

_NO_TIME = 0xFFFFFFFF
_UINT32 = 0x86
# each has to be looked at: more would take minutes, and are a month of one a second
_MOST_MESSAGES = 3_000_000


@dataclass(frozen=True, slots=True)
class _Layout:
    """A definition in force. ``time_at`` is where the timestamp stands in its messages, None without one."""

    definition: bytes
    size: int
    wanted: bool
    order: str
    time_at: int | None

    def with_time(self) -> bytes:
        """The same definition with a timestamp as its first field."""
        field = bytes([TIMESTAMP, 4, _UINT32])
        return self.definition[:5] + bytes([self.definition[5] + 1]) + field + self.definition[6:]


def spell_out_times(content: bytes, keep: frozenset[int], label: str) -> bytes:
    """The wanted definitions and messages, without compressed headers.

    Args:
        content: the records of one FIT file, known to be whole.
        keep: global message numbers.
        label: the file's name for error messages.

    Raises:
        BadFileError: ``fit-too-many-messages``.
    """
    layouts: dict[int, _Layout] = {}
    written: dict[int, bytes] = {}
    kept = bytearray()
    now = 0
    count = 0
    position = 0
    while position < len(content):
        header = content[position]
        local = local_type(header)
        if is_definition(header):
            layouts[local], position = _layout(content, position, keep)
            continue
        count += 1
        if count > _MOST_MESSAGES:
            why = f"it holds more than {_MOST_MESSAGES:,} messages, which no recording does"
            raise fault("fit-too-many-messages", label, "is no recording", why)
        layout = layouts[local]
        body = content[position + 1 : position + layout.size]
        now = _time(now, header, body, layout)
        position += layout.size
        if not layout.wanted:
            continue
        definition = layout.definition
        if header & COMPRESSED and layout.time_at is None and definition[5] < 0xFF:
            definition = layout.with_time()
            body = struct.pack(f"{layout.order}I", now) + body
        if written.get(local) != definition:
            written[local] = definition
            kept += definition
        kept.append(local)
        kept += body
    return bytes(kept)


def _layout(content: bytes, position: int, keep: frozenset[int]) -> tuple[_Layout, int]:
    after, size, number = measure_definition(content, position)
    time_at, offset = None, 0
    for field in range(position + 6, position + 6 + 3 * content[position + 5], 3):
        if content[field] == TIMESTAMP and content[field + 1] == 4:
            time_at = offset
        offset += content[field + 1]
    definition = content[position:after]
    return _Layout(definition, size, number in keep, byte_order(content, position), time_at), after


def _time(now: int, header: int, body: bytes, layout: _Layout) -> int:
    """The time after this message: its own timestamp, or five new low bits that only ever count up."""
    if layout.time_at is not None:
        (own,) = struct.unpack_from(f"{layout.order}I", body, layout.time_at)
        now = now if own == _NO_TIME else own
    if header & COMPRESSED:
        now = (now + ((header - now) & 0x1F)) & 0xFFFFFFFF
    return now
