"""Containers that stay open from one item to the next, zips inside zips among them.

An item says where it lies as a *location*: the path on disk, then the member's raw name, and for a zip in that, the
name inside it. Reading five thousand members of one archive opens it once.
"""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import IO

from syncer.errors import BadFileError
from syncer.sources.archive import MEMBER_LIMIT, Container, label, named, read_head, read_member
from syncer.sources.containers import LOOK_AGAIN, Folder, LooseFile, Zip


def open_container(path: Path) -> Container:
    """The folder, zip or loose file at ``path``.

    Raises:
        BadFileError: ``member-missing``, ``archive-broken`` or ``archive-too-big``.
    """
    if path.is_dir():
        return Folder(path)
    loose = LooseFile(path)
    if read_head(loose, path.name, 4) not in _ZIP:
        return loose
    return Zip(path, label(path.name), path.stat().st_size)


def open_inside(outer: Container, raw: str) -> Container:
    """The zip that a member of ``outer`` is, read in place.

    Raises:
        BadFileError: ``archive-broken``, ``archive-encrypted`` or ``archive-too-big``.
    """
    if isinstance(outer, Zip):
        info = outer.info(raw)
        shown = label(outer.label, raw)
        with named(shown):
            return Zip(io.BufferedReader(_Unpacked(outer.file, info), 2**16), shown, info.file_size)
    stream = outer.open(raw)
    return Zip(stream, label(outer.label, raw), os.fstat(stream.fileno()).st_size)


_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # how a zip begins, whatever its name


class _Unpacked(io.RawIOBase):
    """A member of a zip as a file that can be searched.

    A zip is opened from its end and then read from its start. The end is kept in memory, so that the packed member
    runs through the decompressor once for its end and once for a reader that goes forward, whatever its size.
    """

    END = 8 * 2**20

    def __init__(self, outer: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        super().__init__()
        self._outer = outer
        self._info = info
        self._end_at = max(0, info.file_size - self.END)
        self._end: bytes | None = None
        self._at = 0
        self._stream: IO[bytes] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._info.file_size}[whence]
        if base + offset < 0:
            raise OSError("the file begins later")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        left = self._info.file_size - self._at
        size = min(left, size) if size >= 0 else left
        piece = self._from_end(size) if self._at >= self._end_at else self._from_stream(size)
        self._at += len(piece)
        return piece

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        piece = self.read(len(view))
        view[: len(piece)] = piece
        return len(piece)

    def _from_end(self, size: int) -> bytes:
        if self._end is None:
            with self._outer.open(self._info) as stream:
                stream.seek(self._end_at)
                self._end = stream.read(self.END)
        first = self._at - self._end_at
        return self._end[first : first + max(size, 0)]

    def _from_stream(self, size: int) -> bytes:
        if self._stream is None:
            self._stream = self._outer.open(self._info)
        if self._stream.tell() != self._at:
            self._stream.seek(self._at)
        return self._stream.read(min(size, self._end_at - self._at))

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
        super().close()


class _Shelf:
    """The containers that this process holds open, by location."""

    PLACES = 8

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.held: dict[tuple[str, ...], tuple[tuple[int, int], Container]] = {}

    def at(self, location: tuple[str, ...]) -> Container:
        """The container at ``location``, opened if it is not, and again if the file has changed."""
        if self.owner != os.getpid():  # two processes on one file offset would read each other's bytes
            self.held.clear()
            self.owner = os.getpid()
        state = _state(location[0])
        known = self.held.get(location)
        if known is None or known[0] != state:
            outer = self.at(location[:-1]) if len(location) > 1 else None
            found = open_inside(outer, location[-1]) if outer else open_container(Path(location[0]))
            self._make_room(location)
            self.held[location] = (state, found)
        return self.held[location][1]

    def _make_room(self, location: tuple[str, ...]) -> None:
        stale = [held for held in self.held if held[: len(location)] == location]
        for held in stale:
            self.held.pop(held)[1].close()
        while len(self.held) >= self.PLACES:
            outer = {held[:size] for held in (*self.held, location) for size in range(1, len(held))}
            oldest = next(held for held in self.held if held not in outer)
            self.held.pop(oldest)[1].close()


_shelf = _Shelf()


def container_at(location: tuple[str, ...]) -> Container:
    """The container at ``location``, kept open in this process until others need its place.

    Raises:
        BadFileError: ``member-missing``, or as `open_container` and `open_inside`.
    """
    return _shelf.at(location)


def fetch(location: tuple[str, ...], limit: int = MEMBER_LIMIT) -> bytes:
    """The member's content at ``location``.

    Raises:
        BadFileError: ``member-missing``, ``member-too-big``, ``archive-broken``, ``archive-encrypted`` or
            ``archive-too-big``.
    """
    return read_member(container_at(location[:-1]), location[-1], limit)


def _state(path: str) -> tuple[int, int]:
    try:
        found = Path(path).stat()
    except (OSError, ValueError) as problem:
        shown = label(path)
        raise BadFileError("member-missing", f"{shown} is not there any more", hint=LOOK_AGAIN, item=shown) from problem
    return found.st_mtime_ns, found.st_size
