"""What reading an archive needs to agree on: members, containers, and how they are called for the eye.

Nothing here trusts a name or a size from inside an archive. Names are labels and keys for a look-up, never paths to
open; sizes are capped before anything is unpacked; what cannot be read raises a `BadFileError` that names it.
Archives are never unpacked to disk.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from syncer.errors import BadFileError, SyncerError
from syncer.sync.ports import Skipped

# The largest FIT file seen is 3 MB; Strava's table has 1 KB an activity. Read whole, it takes several times its size.
MEMBER_LIMIT = 32 * 2**20
_PIECE = 2**20

# What zipfile raises on damaged, encrypted (RuntimeError) and strangely packed (NotImplementedError) members.
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
)
_LEFTOVERS = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Archive:
    """What a path turned out to be.

    Attributes:
        kind: the source that reads it: ``strava-export``, ``garmin-export`` or ``fit``.
        table: the raw name of a Strava export's ``activities.csv`` in it; else empty.
    """

    path: Path
    kind: str
    table: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive.

    Attributes:
        name: with forward slashes and without ``./``, for look-ups and to show; never a path to open.
        raw: as the archive writes it, which is how it is opened.
        size: bytes when unpacked, as the archive claims.
    """

    name: str
    raw: str
    size: int

    @property
    def base(self) -> str:
        """The last part of the name, in lower case."""
        return self.name.rpartition("/")[2].casefold()


class Container(Protocol):
    """An open folder, loose file or zip.

    Attributes:
        label: its name for the eye.
        unreadable: what `members` could not look into, filled while it runs.
    """

    label: str
    unreadable: list[BadFileError]

    def members(self) -> Iterator[Member]:
        """The files in it, in the order in which they are read fastest, without what operating systems leave behind."""

    def open(self, raw: str) -> IO[bytes]:
        """A member's content as a stream.

        Raises:
            BadFileError: ``member-missing``, ``archive-encrypted`` or ``archive-broken``.
        """

    def stamp(self, raw: str) -> str:
        """CRC-32 and size of the content: the same for loose and zipped files, another when it changes.

        Raises:
            BadFileError: as `open`.
        """

    def written(self, raw: str) -> tuple[datetime | None, datetime | None]:
        """Between which instants the member was written, as far as its date can be trusted."""

    def close(self) -> None:
        """Let go of what is open."""


def read_member(container: Container, raw: str, limit: int = MEMBER_LIMIT) -> bytes:
    """A member's whole content.

    Raises:
        BadFileError: ``member-too-big`` over ``limit`` bytes, or as `Container.open`.
    """
    shown = label(container.label, raw)
    content = read_head(container, raw, limit + 1)
    if len(content) > limit:
        raise too_big(shown, limit)
    return content


def read_head(container: Container, raw: str, size: int) -> bytes:
    """The first ``size`` bytes of a member; all of a shorter one.

    Raises:
        BadFileError: as `Container.open`.
    """
    content = bytearray()
    with container.open(raw) as stream, named(label(container.label, raw)):
        # piece by piece: one large read sets aside memory for all that a member only claims to hold
        while piece := stream.read(min(_PIECE, size - len(content))):
            content += piece
    return bytes(content)


def tidy(raw: str) -> str:
    """A member's name with forward slashes and without empty and ``.`` parts."""
    return "/".join(part for part in raw.replace("\\", "/").split("/") if part not in ("", "."))


def label(*parts: str) -> str:
    """Names joined for the eye: control characters and broken encodings spelled out, and of bearable length."""
    text = ": ".join(part for part in parts if part)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return text if len(text) <= 200 else f"{text[:120]}…{text[-79:]}"


def told_at(container: Container, raw: str, starts: Iterable[datetime]) -> datetime | None:
    """The earliest instant at which an export can have been made; None when nothing tells.

    It is not older than the newest activity in it, nor than its date in the zip allows. Dates of loose files only say
    that it is not younger.

    Args:
        container: the export.
        raw: its table.
        starts: of its activities, aware; one in the future, by a wrong clock, does not count.
    """
    earliest, latest = container.written(raw)
    known = [start for start in starts if latest is None or start <= latest]
    return max([*known, *([earliest] if earliest else [])], default=None)


def left_out(problem: SyncerError, shown: str = "") -> Skipped:
    """The error as something that was left out of an import."""
    message = f"{problem.message}: {problem.why}" if problem.why else problem.message
    return Skipped(problem.code, problem.item or shown, broken=True, message=message, hint=problem.hint)


def is_leftover(name: str) -> bool:
    """Whether macOS or Windows put it there for itself."""
    return name.startswith("._") or name.casefold() in _LEFTOVERS


def too_big(shown: str, limit: int) -> BadFileError:
    """The error for what holds more than ``limit`` bytes."""
    why = f"it holds more than {limit // 2**20} MB"
    hint = "if it is no damaged copy, import what is inside it by itself; the rest is read without it"
    return BadFileError("member-too-big", f"{shown} is too big", why=why, hint=hint, item=shown)


@contextmanager
def named(shown: str) -> Iterator[None]:
    """Turn what reading raises into a `BadFileError` ``archive-broken`` that names the member."""
    try:
        yield
    except _FAULTS as problem:
        why = label(" ".join(str(problem).split()) or type(problem).__name__)
        hint = "download or copy it again; the rest is read without it"
        raise BadFileError("archive-broken", f"cannot read {shown}", why=why, hint=hint, item=shown) from problem
