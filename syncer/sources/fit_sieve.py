"""The sieve: a FIT file in, a smaller valid FIT file out that holds only the messages which are asked for.

Nine tenths of an activity file are records that nobody here reads. Their sizes stand in the definitions, so they can
be stepped over without being decoded. On the way the file is checked as a whole: header, sizes, both checksums, and
that every message has a definition and ends where the file says. A newer watch writes its summary first, so half a
file may look complete; it is refused, not half read.

What is kept is kept verbatim, with one exception: a wanted message with a *compressed timestamp header* tells its
time relative to messages that are dropped, so it is written with its full timestamp instead (`fit_timestamps`).
"""

from __future__ import annotations

from dataclasses import dataclass

from syncer.sources.fit_layout import (
    ACTIVITY,
    COMPRESSED,
    DEFINITION,
    DEVELOPER_DATA_ID,
    EXERCISE_TITLE,
    FIELD_DESCRIPTION,
    FILE_ID,
    LAP,
    RECORD,
    SESSION,
    SET,
    SPORT,
    TRAINING_FILE,
    WORKOUT,
    WORKOUT_STEP,
    fault,
    is_definition,
    local_type,
    measure_definition,
    pack_file,
)
from syncer.sources.fit_timestamps import spell_out_times

# What is read, and the two messages without which the developer fields in the others have no meaning.
KEPT = frozenset(
    {
        FILE_ID,
        SPORT,
        SESSION,
        LAP,
        SET,
        ACTIVITY,
        WORKOUT,
        WORKOUT_STEP,
        EXERCISE_TITLE,
        TRAINING_FILE,
        FIELD_DESCRIPTION,
        DEVELOPER_DATA_ID,
    }
)

# Each is many times what the longest recordings hold; a file that holds more would take minutes.
_MOST_CHAINED = 1_000
_MOST_DEFINITIONS = 300_000  # some writers repeat one before each record: 24 hours of two messages a second
_MOST_MESSAGES = 50_000
_MOST_RECORDS = 2_000_000  # 23 days, one a second

# Ends the walk: read as a header it stands for a definition, and definitions are never stepped over unseen.
_STOP = bytes([DEFINITION])


@dataclass(slots=True)
class _Room:
    """How many definitions and wanted messages the rest of a chain may still hold."""

    definitions: int
    messages: int

    def take(self, definitions: int, messages: int, label: str) -> None:
        """Count some.

        Raises:
            BadFileError: ``fit-too-many-messages``.
        """
        self.definitions -= definitions
        self.messages -= messages
        if self.definitions < 0 or self.messages < 0:
            why = "it holds more definitions and messages than any recording does"
            raise fault("fit-too-many-messages", label, "is no recording", why)


@dataclass(frozen=True, slots=True)
class Segment:
    """One FIT file of a chain: where its header begins, its records begin, and its records end."""

    start: int
    body: int
    end: int


def sieve(data: bytes, keep: frozenset[int] = KEPT, label: str = "the FIT file") -> bytes:
    """The same FIT file (or chain of files) with only the messages whose global numbers are in ``keep``.

    Sieving twice gives the same bytes as sieving once.

    Args:
        data: a whole FIT file.
        keep: global message numbers.
        label: the file's name for error messages.

    Raises:
        BadFileError: ``fit-empty``, ``fit-not-fit``, ``fit-bad-header``, ``fit-truncated``, ``fit-bad-crc``,
            ``fit-trailing-bytes``, ``fit-undefined-message`` or ``fit-too-many-messages``.
    """
    files = []
    room = _Room(_MOST_DEFINITIONS, _MOST_RECORDS if RECORD in keep else _MOST_MESSAGES)
    for segment in segments(data, label):
        # one copy, not two: a file may have 64 MB
        content = b"".join((memoryview(data)[segment.body : segment.end], _STOP))
        records = _Walk(content, keep, label, room).kept()
        files.append(pack_file(records, version=data[segment.start + 1 : segment.start + 4]))
    return b"".join(files)


def segments(data: bytes, label: str) -> list[Segment]:
    """The files of the chain, their headers, sizes and checksums verified.

    Raises:
        BadFileError: as `sieve`, but for ``fit-undefined-message``.
    """
    found: list[Segment] = []
    start = 0
    # some watches fill the last block of their memory with zeros behind the file's end: that is no damage
    while not found or not _is_padding(data, start):
        segment = _segment(data, start, label)
        found.append(segment)
        if len(found) > _MOST_CHAINED:
            why = f"it holds more than {_MOST_CHAINED:,} recordings, one behind the other"
            raise fault("fit-too-many-messages", label, "is no recording", why)
        start = segment.end + 2
    return found


def _is_padding(data: bytes, start: int) -> bool:
    """Whether nothing but zeros follows; a file of the chain never begins with so many."""
    return not data[start : start + 16].strip(b"\0") and not data[start:].strip(b"\0")


def is_hollow(data: bytes, label: str) -> bool:
    """Whether the files of the chain consist of headers and checksums alone.

    Raises:
        BadFileError: as `segments`.
    """
    return all(segment.body == segment.end for segment in segments(data, label))


def _segment(data: bytes, start: int, label: str) -> Segment:
    _check_magic(data, start, label)
    header_size, content_size = data[start], int.from_bytes(data[start + 4 : start + 8], "little")
    if header_size < 12 or header_size == 13:
        raise fault("fit-bad-header", label, "has a damaged header", f"there is no header of {header_size} bytes")
    segment = Segment(start, start + header_size, start + header_size + content_size)
    missing = segment.end + 2 - len(data)
    if missing > 0:
        why = f"{missing} of {segment.end + 2 - start} bytes are missing"
        raise fault("fit-truncated", label, "is cut off", why)
    _check_sums(data, segment, label)
    return segment


def _check_magic(data: bytes, start: int, label: str) -> None:
    if not data:
        raise fault("fit-empty", label, "is empty", "it has no bytes at all")
    if data[start + 8 : start + 12] == b".FIT":
        return
    if start:
        why = f"{len(data) - start} bytes follow the end of the recording, and they are no FIT file"
        raise fault("fit-trailing-bytes", label, "has something behind its end", why)
    why = "it looks like a web page" if data.lstrip()[:1] == b"<" else "the letters .FIT are missing in its header"
    raise fault("fit-not-fit", label, "is not a FIT file", why)


def _check_sums(data: bytes, segment: Segment, label: str) -> None:
    from fastcrc import crc16

    start, body, end = segment.start, segment.body, segment.end
    # A checksum over content and stored checksum together is zero when they agree. Older watches leave the
    # header's at zero, and headers of 12 bytes have none.
    if body - start >= 14 and data[start + 12 : start + 14] != b"\0\0" and crc16.arc(data[start : start + 14]):
        raise fault("fit-bad-header", label, "has a damaged header", "the header's checksum does not match")
    if not crc16.arc(data if (start, end + 2) == (0, len(data)) else data[start : end + 2]):
        return
    if body == end and end + 2 < len(data):
        why = "its header still says that it is empty, so the watch never finished the recording"
        raise fault("fit-truncated", label, "is not finished", why)
    raise fault("fit-bad-crc", label, "is damaged", "its checksum does not match its content")


class _Walk:
    """One pass over the records of one file.

    Attributes:
        content: the records, and `_STOP` behind them.
        steps: by header byte, how far to go on without a look; 0 for definitions, wanted and undefined messages.
        sizes: by local type, the size of its messages with their header; 0 while undefined.
        room: how much may still come.
        relative: a wanted message tells its time relative to others.
    """

    __slots__ = ("content", "keep", "label", "passed", "relative", "room", "sizes", "steps", "wanted")

    def __init__(self, content: bytes, keep: frozenset[int], label: str, room: _Room) -> None:
        self.content = content
        self.keep = keep
        self.label = label
        self.room = room
        self.steps = [0] * 256
        self.sizes = [0] * 16
        self.wanted = [False] * 16
        self.passed = bytearray()
        self.relative = False

    def kept(self) -> bytes:
        """The wanted definitions and messages, in file order."""
        content, steps = self.content, self.steps
        end = len(content) - 1
        position = 0
        try:
            while True:
                while step := steps[content[position]]:
                    position += step
                if position >= end:
                    break
                look = self._define if is_definition(content[position]) else self._message
                position = look(position)
        except IndexError:
            position = end + 1
        if position != end:
            why = "its last message runs over the end of the file"
            raise fault("fit-truncated", self.label, "is cut off", why)
        return spell_out_times(content[:end], self.keep, self.label) if self.relative else bytes(self.passed)

    def _define(self, position: int) -> int:
        after, size, number = measure_definition(self.content, position)
        self.room.take(1, 0, self.label)
        local = local_type(self.content[position])
        wanted = number in self.keep
        step = 0 if wanted else size
        self.sizes[local], self.wanted[local], self.steps[local] = size, wanted, step
        if local < 4:
            first = COMPRESSED | local << 5
            self.steps[first : first + 32] = [step] * 32
        if wanted:
            self.passed += self.content[position:after]
        return after

    def _message(self, position: int) -> int:
        local = local_type(self.content[position])
        after = position + self.sizes[local]
        if after == position:
            why = f"a message of local type {local} stands at record byte {position} without a definition"
            raise fault("fit-undefined-message", self.label, "is damaged inside", why)
        if self.wanted[local]:
            self.room.take(0, 1, self.label)
            self.passed += self.content[position:after]
            self.relative |= self.content[position] >= COMPRESSED
        return after
