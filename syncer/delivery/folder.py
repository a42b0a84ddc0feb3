"""A mounted drive, or any folder, as a place to put a file into."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

# What a file system says that has no flush for folders.
_NO_FOLDER_FLUSH: Final = frozenset(
    {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF, errno.EACCES, errno.EISDIR}
)
_NEW_FILE: Final = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class FolderPlace:
    """Files through the operating system's own calls; see `syncer.delivery.writing.Place`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """The names of everything in it."""
        return sorted(path.name for path in self.folder.iterdir())

    def size(self, name: str) -> int | None:
        """The size of a regular file; None for anything else, links included."""
        try:
            found = (self.folder / name).lstat()
        except FileNotFoundError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def read(self, name: str) -> bytes:
        """A file's bytes. What the system holds in memory of it is dropped first, where it can be asked to."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(self.folder / name, flags)
        try:
            if hasattr(os, "posix_fadvise"):
                with suppress(OSError):
                    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            with os.fdopen(handle, "rb", closefd=False) as file:
                return file.read()
        finally:
            os.close(handle)

    def write(self, name: str, content: bytes) -> None:
        """Make a new file, whole and flushed."""
        handle = os.open(self.folder / name, _NEW_FILE, 0o644)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    def rename(self, old: str, new: str) -> None:
        """Give a file its final name."""
        (self.folder / old).rename(self.folder / new)

    def remove(self, name: str) -> None:
        """Take a file of ours away."""
        (self.folder / name).unlink(missing_ok=True)

    def flush(self) -> None:
        """Make the folder's own entries durable, on systems that can."""
        if os.name == "nt":
            return
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in _NO_FOLDER_FLUSH:
                raise
        finally:
            os.close(handle)
