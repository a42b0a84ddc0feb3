"""A cheap proof that an archive or a folder is what was read before, so that nothing in it need be opened again."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

# a zip's directory, with every member's size and checksum, stands at its end
_TAIL = 4_000_000
# two changes within one tick of a file system's clock look like one: some ms, but 2 s on FAT, which tells whole seconds
_TICK_NS, _COARSE_TICK_NS, _SECOND_NS = 50_000_000, 2_000_000_000, 1_000_000_000


def seal_of(path: Path) -> str | None:
    """Of a zip size, time of change and end, of a folder names, sizes and times of change, in one short text.

    None for anything else, and for a folder with a file so young that its next change might not show.
    """
    try:
        if path.is_symlink():
            return None
        return _of_folder(path) if path.is_dir() else _of_zip(path)
    except OSError:
        return None


def _of_zip(path: Path) -> str | None:
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return None
        told = path.stat()
        file.seek(max(0, told.st_size - _TAIL))
        return hashlib.sha256(f"{told.st_size} {told.st_mtime_ns} ".encode() + file.read()).hexdigest()


def _of_folder(folder: Path) -> str | None:
    """Links are not followed. What puts an old time of change back cannot put back the inode's (``ctime``)."""
    now, told, waiting = time.time_ns(), hashlib.sha256(), [""]
    while waiting:
        inside = waiting.pop()
        with os.scandir(folder / inside) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            seen = entry.stat(follow_symlinks=False)
            tick = _TICK_NS if seen.st_mtime_ns % _SECOND_NS else _COARSE_TICK_NS
            if now - max(seen.st_mtime_ns, seen.st_ctime_ns) < tick:
                return None
            name = os.path.join(inside, entry.name)  # noqa: PTH118 - a bare name, of which a Path costs more than the rest
            told.update(os.fsencode(name) + f"\0{seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns}\0".encode())
            if entry.is_dir(follow_symlinks=False):
                waiting.append(name)
    return told.hexdigest()
