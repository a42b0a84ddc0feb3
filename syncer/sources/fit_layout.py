"""The FIT container: message numbers, header bits, definitions, and the frame of header and checksums.

After Garmin's public description of the FIT protocol (https://developer.garmin.com/fit/protocol/).
"""

from __future__ import annotations

import struct

from syncer.errors import BadFileError

FILE_ID = 0
SPORT = 12
SESSION = 18
LAP = 19
RECORD = 20
WORKOUT = 26
WORKOUT_STEP = 27
ACTIVITY = 34
TRAINING_FILE = 72
FIELD_DESCRIPTION = 206
DEVELOPER_DATA_ID = 207
SET = 225
EXERCISE_TITLE = 264

ACTIVITY_FILE = 4  # FIT profile, type file
HEAD = 512  # bytes that hold the file id of every file seen

TIMESTAMP = 253  # the field that stands for the same in every message

# Bits of a record header. A compressed timestamp header has the first set and leaves two bits for the local type.
COMPRESSED = 0x80
DEFINITION = 0x40
WITH_DEVELOPER_FIELDS = 0x20


def local_type(header: int) -> int:
    """Which of the 16 local types (4 under a compressed header) a record header means."""
    return header >> 5 & 3 if header & COMPRESSED else header & 0x0F


def is_definition(header: int) -> bool:
    """Whether a definition follows the header, not a message."""
    return header & (COMPRESSED | DEFINITION) == DEFINITION


def byte_order(content: bytes, definition: int) -> str:
    """``<`` or ``>``, the byte order of the definition that begins at ``definition``, as `struct` writes it."""
    return ">" if content[definition + 2] else "<"


def measure_definition(content: bytes, position: int) -> tuple[int, int, int]:
    """Where the definition at ``position`` ends, the size of its messages with their header, its global number.

    Raises:
        IndexError: it runs over the end.
    """
    after = position + 6 + 3 * content[position + 5]
    size = 1 + sum(content[position + 7 : after : 3])
    if content[position] & WITH_DEVELOPER_FIELDS:
        first = after + 1
        after = first + 3 * content[after]
        size += sum(content[first + 1 : after : 3])
    if after > len(content):
        raise IndexError(position)
    low, high = content[position + 3], content[position + 4]
    return after, size, low << 8 | high if content[position + 2] else high << 8 | low


def file_type(head: bytes) -> int | None:
    """The type of a FIT file by its first bytes; None where they do not tell.

    Tens of thousands of the export's files are a day's monitoring; this spares reading them.
    """
    if head[8:12] != b".FIT":
        return None
    try:
        position = head[0]
        after, _, number = measure_definition(head, position)
        if (
            not is_definition(head[position])
            or number != FILE_ID
            or local_type(head[after]) != local_type(head[position])
        ):
            return None
        place = after + 1
        for at in range(position + 6, position + 6 + 3 * head[position + 5], 3):
            if head[at] == 0:
                return head[place]
            place += head[at + 1]
    except IndexError:
        return None
    return None


def pack_file(records: bytes, version: bytes = b"\x10\x64\x00") -> bytes:
    """A FIT file around ``records``: a header of 14 bytes and both checksums.

    Args:
        records: definitions and messages.
        version: the header's bytes 1 to 3, protocol and profile version.
    """
    from fastcrc import crc16

    header = struct.pack("<B3sI4s", 14, version, len(records), b".FIT")
    whole = header + struct.pack("<H", crc16.arc(header)) + records
    return whole + struct.pack("<H", crc16.arc(whole))


def fault(code: str, label: str, what: str, why: str) -> BadFileError:
    """The error for a FIT file that cannot be read: "``label`` ``what``", and why."""
    hint = "export or download this file again; the others are read without it"
    return BadFileError(code, f"{label} {what}", why=why, hint=hint, provider="file", item=label)
