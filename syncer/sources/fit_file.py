"""A FIT file as recordings: one for each session of each file in the chain.

The sieve drops what is not read (`fit_sieve`), fitparse decodes the rest (`fit_fields`), and the values become the
words of the domain (`fit_recordings`). Reading the sieved bytes again gives the same recordings: those are stored.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from syncer.domain.activity import FileIdentity, Provider, Recording, RecordingKey
from syncer.errors import BadFileError
from syncer.sources.fit_layout import RECORD, fault
from syncer.sources.fit_parts import Part, read_parts
from syncer.sources.fit_recordings import recordings_of
from syncer.sources.fit_sieve import KEPT, is_hollow, sieve
from syncer.sync.ports import Skipped

# The longest recordings, a day of cycling with every sensor, take some 20 MB.
LARGEST_FILE = 64 * 1024 * 1024

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class FitFile:
    """What a FIT file turned out to hold.

    Attributes:
        recordings: one for each session, in file order; empty for a file that is no activity.
        skipped: what was left out: ``not-an-activity``, ``nothing-recorded`` or ``no-start-time``.
        file_type: ``activity``, ``workout``, ``course`` and so on.
        identity: of its first file, where that tells one.
        sieved: the file without what is not read; `read_fit` reads the same from it.
    """

    recordings: tuple[Recording, ...]
    skipped: tuple[Skipped, ...]
    file_type: str
    identity: FileIdentity | None
    sieved: bytes


def read_fit(data: bytes, label: str, key_of: Callable[[int], RecordingKey] | None = None) -> FitFile:
    """Read a FIT file or a chain of them.

    Args:
        data: the file's bytes, not compressed (see `open_fit_bytes`), or the sieved ones of an earlier reading.
        label: its name, for errors and for what is left out.
        key_of: names the session of that index, counted from 0 through the chain; by default `content_keys`. Sieved
            bytes have another content, so it has to be given for them.

    Raises:
        BadFileError: as `fit_sieve.sieve` and `fit_fields.read_fields`, or ``fit-no-messages``.
    """
    sieved = sieve(data, KEPT, label)
    parts = read_parts(sieved, label)
    if any(part.may_be_cut_short for part in parts):
        sieved = sieve(data, KEPT | {RECORD}, label)
        parts = read_parts(sieved, label)
    if all(part.says_nothing for part in parts) and is_hollow(data, label):
        raise fault("fit-no-messages", label, "holds no messages", "its header says that nothing was recorded")
    activities = [part for part in parts if part.is_activity]
    first = activities[0] if activities else parts[0]
    recordings, skipped = _recordings(activities, label, key_of or content_keys(data))
    if not activities:
        skipped = (Skipped("not-an-activity", label, message=f"{label} is a {first.file_type} file"),)
    return FitFile(recordings, skipped, first.file_type, first.identity, sieved)


def content_keys(data: bytes) -> Callable[[int], RecordingKey]:
    """Keys for a file that no platform has named: its shortened SHA-256, with the session's number from 2 on."""
    digest = hashlib.sha256(data).hexdigest()[:16]
    return lambda index: RecordingKey(Provider.FILE, digest if index == 0 else f"{digest}-{index + 1}")


def _recordings(
    activities: Sequence[Part], label: str, key_of: Callable[[int], RecordingKey]
) -> tuple[tuple[Recording, ...], tuple[Skipped, ...]]:
    recordings: list[Recording] = []
    skipped: list[Skipped] = []
    before = 0
    for part in activities:
        if not part.sessions:
            skipped.append(Skipped("nothing-recorded", label, message=f"{label} has no session, lap or record"))
        for recording in recordings_of(part, _counted_from(before, key_of)):
            if recording is None:
                skipped.append(Skipped("no-start-time", label, message=f"{label} does not tell when it began"))
            else:
                recordings.append(recording)
        before += len(part.sessions)
    return tuple(recordings), tuple(skipped)


def _counted_from(before: int, key_of: Callable[[int], RecordingKey]) -> Callable[[int], RecordingKey]:
    return lambda index: key_of(before + index)


def open_fit_bytes(raw: bytes, label: str) -> bytes:
    """The FIT bytes of a file that may be compressed with gzip, whatever its name says.

    Raises:
        BadFileError: ``fit-bad-gzip``, ``fit-too-large``.
    """
    data = raw
    # Some exports hold files that were compressed twice.
    for _ in range(2):
        if data.startswith(_GZIP):
            data = _gunzip(data, label)
    if len(data) > LARGEST_FILE:
        raise _too_large(label)
    return data


def _gunzip(data: bytes, label: str) -> bytes:
    members: list[bytes] = []
    room = LARGEST_FILE + 1
    try:
        while data.startswith(_GZIP):
            unpacker = zlib.decompressobj(wbits=31)
            members.append(unpacker.decompress(data, room))
            room -= len(members[-1])
            if room <= 0:
                raise _too_large(label)
            if not unpacker.eof:
                raise fault("fit-bad-gzip", label, "is cut off", "its gzip stream has no end")
            data = unpacker.unused_data
    except zlib.error as problem:
        raise fault("fit-bad-gzip", label, "cannot be decompressed", str(problem)) from problem
    return b"".join(members)


def _too_large(label: str) -> BadFileError:
    why = f"it has more than {LARGEST_FILE // 1024 // 1024} MB, which no recording has"
    return fault("fit-too-large", label, "is too large", why)
