"""Folders, loose files and zips as containers of members."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from syncer.errors import BadFileError
from syncer.sources.archive import Member, is_leftover, label, named, tidy

# Deflate packs at most 1032 times. Exports pack 30 times at best, so a large archive beyond this is a trap.
RATIO_LIMIT = 200
RATIO_FLOOR = 2**30
MEMBER_COUNT_LIMIT = 100_000
# What Python makes of a directory takes up to ten times its size, so it is measured before it is read.
DIRECTORY_LIMIT = 12 * 2**20

# what is listed and then not there was moved or changed meanwhile
LOOK_AGAIN = "see that it is where it was and can be read, then run the same import again"

# Dates in zips are of an unknown zone.
_ANY_ZONE = timedelta(hours=14)


class Folder:
    """A folder with everything below it. Symbolic links inside it are not followed."""

    def __init__(self, path: Path) -> None:
        self.label = label(path.name)
        self.unreadable: list[BadFileError] = []
        self.path = path

    def members(self) -> Iterator[Member]:
        """See `Container`."""
        waiting = [""]
        while waiting:
            prefix = waiting.pop()
            inside: list[str] = []
            yield from self._in(prefix, inside)
            waiting += reversed(inside)

    def _in(self, prefix: str, folders: list[str]) -> Iterator[Member]:
        """The files of one folder; the folders in it are added to ``folders``."""
        try:
            with os.scandir(self.path / prefix) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as problem:
            shown, why = label(self.label, prefix), problem.strerror or ""
            hint = "make the folder readable for you, then run the same import again"
            error = BadFileError("folder-unreadable", f"cannot look into {shown}", why=why, hint=hint, item=shown)
            self.unreadable.append(error)
            return
        for entry in found:
            raw = prefix + entry.name
            if is_leftover(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(raw + "/")
            elif entry.is_file(follow_symlinks=False):
                yield Member(tidy(raw), raw, entry.stat(follow_symlinks=False).st_size)

    def open(self, raw: str) -> IO[bytes]:
        """See `Container`."""
        return _open_file(self.path / raw, label(self.label, raw))

    def stamp(self, raw: str) -> str:
        """See `Container`."""
        return _stamp_file(self.path / raw, label(self.label, raw))

    def written(self, raw: str) -> tuple[datetime | None, datetime | None]:
        """See `Container`; copying makes files younger, never older."""
        return None, _changed(self.path / raw)

    def close(self) -> None:
        """See `Container`."""


class LooseFile:
    """One file as a container of itself."""

    def __init__(self, path: Path) -> None:
        self.label = ""
        self.unreadable: list[BadFileError] = []
        self.path = path

    def members(self) -> Iterator[Member]:
        """See `Container`."""
        yield Member(self.path.name, self.path.name, self.path.stat().st_size)

    def open(self, raw: str) -> IO[bytes]:
        """See `Container`."""
        return _open_file(self.path, label(raw))

    def stamp(self, raw: str) -> str:
        """See `Container`."""
        return _stamp_file(self.path, label(raw))

    def written(self, raw: str) -> tuple[datetime | None, datetime | None]:  # noqa: ARG002 - there is only one
        """See `Container`; copying makes files younger, never older."""
        return None, _changed(self.path)

    def close(self) -> None:
        """See `Container`."""


class Zip:
    """A zip on disk, or one that another zip holds.

    Args:
        source: the path, or a file that can be searched, which is closed with the zip.
        shown: its name for the eye.
        packed_size: its bytes as a zip.

    Raises:
        BadFileError: ``archive-broken``, or ``archive-too-big`` when it claims to unpack to absurd sizes.
    """

    def __init__(self, source: Path | IO[bytes], shown: str, packed_size: int) -> None:
        self.label = shown
        self.unreadable: list[BadFileError] = []
        self._source = None if isinstance(source, Path) else source
        many = False
        try:
            with named(shown):
                directory = _directory_size(source)
                if directory <= DIRECTORY_LIMIT:
                    many = _entries(source, directory) > MEMBER_COUNT_LIMIT
                if directory <= DIRECTORY_LIMIT and not many:
                    self.file = zipfile.ZipFile(source)
        except BadFileError:
            if self._source:
                self._source.close()
            raise
        if directory > DIRECTORY_LIMIT or many:
            if self._source:
                self._source.close()
            why = f"the list of what is in it claims {directory / 2**20:.0f} MB"
            if many:
                why = f"they are more than {MEMBER_COUNT_LIMIT:,}"
            hint = "unpack it yourself and import the folder"
            raise BadFileError("archive-too-big", f"{shown} holds too many files", why=why, hint=hint, item=shown)
        infos = self.file.infolist()
        unpacked = sum(info.file_size for info in infos)
        if len(infos) > MEMBER_COUNT_LIMIT or unpacked > max(RATIO_FLOOR, RATIO_LIMIT * packed_size):
            self.close()
            why = f"it claims {len(infos)} files with {unpacked // 2**20} MB inside {packed_size // 2**20} MB"
            hint = "download it again; if it is what it says, unpack it yourself and import the folder"
            raise BadFileError(
                "archive-too-big", f"{shown} would unpack to an absurd size", why=why, hint=hint, item=shown
            )

    def members(self) -> Iterator[Member]:
        """See `Container`; in the order in which they lie in the file."""
        by_place = sorted(self.file.NameToInfo.values(), key=lambda info: info.header_offset)
        for info in by_place:
            raw = info.filename
            if not info.is_dir() and not any(is_leftover(part) for part in raw.split("/")):
                yield Member(tidy(raw), raw, info.file_size)

    def info(self, raw: str) -> zipfile.ZipInfo:
        """What the zip says of a member.

        Raises:
            BadFileError: ``member-missing``, ``archive-encrypted``, or ``archive-broken`` for one packed with LZMA.
        """
        shown = label(self.label, raw)
        found = self.file.NameToInfo.get(raw)
        if found is None:
            raise BadFileError("member-missing", f"{shown} is not there", hint=LOOK_AGAIN, item=shown)
        if found.flag_bits & 0x1:
            hint = "unpack it yourself and import the folder"
            why = "it is protected with a password"
            raise BadFileError("archive-encrypted", f"cannot read {shown}", why=why, hint=hint, item=shown)
        if found.compress_type == zipfile.ZIP_LZMA:
            # its reader sets aside what a member's head asks for, up to 4 GB; no export is packed so
            hint = "unpack it yourself and import the folder"
            why = "it is packed with LZMA, which may take any amount of memory"
            raise BadFileError("archive-broken", f"cannot read {shown}", why=why, hint=hint, item=shown)
        return found

    def open(self, raw: str) -> IO[bytes]:
        """See `Container`."""
        info = self.info(raw)
        with named(label(self.label, raw)):
            return self.file.open(info)

    def stamp(self, raw: str) -> str:
        """See `Container`; taken from the zip's directory, nothing is unpacked."""
        info = self.info(raw)
        return f"{info.CRC:08x}-{info.file_size}"

    def written(self, raw: str) -> tuple[datetime | None, datetime | None]:
        """See `Container`."""
        try:
            date = datetime(*self.info(raw).date_time, tzinfo=UTC)
        except ValueError:
            return None, None
        if date.year < 2009:  # before Strava and most zips' "unknown"
            return None, None
        return date - _ANY_ZONE, date + _ANY_ZONE

    def close(self) -> None:
        """See `Container`."""
        self.file.close()
        if self._source:
            self._source.close()


_ENTRY = b"PK\x01\x02"
_END, _LOCATOR_64, _END_64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
_LONGEST_END = 22 + 2**16 + 20 + 56  # the end record, its comment, and the two that a large zip has before it


def _directory_size(source: Path | IO[bytes]) -> int:
    """The most bytes that the zip's own ends claim for its directory (APPNOTE.TXT 4.3.14 to 4.3.16)."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _directory_size(file)
    start = max(0, source.seek(0, os.SEEK_END) - _LONGEST_END)
    source.seek(start)
    tail = source.read(_LONGEST_END)
    claims = [0]
    at = tail.rfind(_END)
    while at >= 0:
        claims.append(int.from_bytes(tail[at + 12 : at + 16], "little"))
        locator = tail[max(0, at - 20) : at]
        if locator.startswith(_LOCATOR_64):
            # where it says, or just before it: readers differ
            for place in (int.from_bytes(locator[8:16], "little"), start + at - 20 - 56):
                source.seek(min(place, start + len(tail)))
                end = source.read(56)
                if end.startswith(_END_64):
                    claims.append(int.from_bytes(end[40:48], "little"))
        at = tail.rfind(_END, 0, at)
    return max(claims)


def _entries(source: Path | IO[bytes], directory: int) -> int:
    """The most entries that a directory of that size can have: how often one begins in the end of the zip."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _entries(file, directory)
    source.seek(max(0, source.seek(0, os.SEEK_END) - directory - _LONGEST_END))
    return source.read(directory + _LONGEST_END).count(_ENTRY)


def _open_file(path: Path, shown: str) -> IO[bytes]:
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise BadFileError("member-missing", f"cannot open {shown}", why=why, hint=LOOK_AGAIN, item=shown) from problem
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise BadFileError("member-missing", f"{shown} is not a file", hint=LOOK_AGAIN, item=shown)
    return os.fdopen(handle, "rb")


def _stamp_file(path: Path, shown: str) -> str:
    crc = size = 0
    with _open_file(path, shown) as stream, named(shown):
        while piece := stream.read(2**20):
            crc = zlib.crc32(piece, crc)
            size += len(piece)
    return f"{crc:08x}-{size}"


def _changed(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) + timedelta(hours=1)
    except (OSError, ValueError, OverflowError):
        return None
