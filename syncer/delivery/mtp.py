"""A watch that speaks MTP, mounted by GVFS on Linux: written through ``gio``, looked at through its FUSE mount.

Plain writes into the FUSE mount fail on many devices ("Operation not supported"), which is why files are copied in by
``gio copy``. What else ``gio`` or the device cannot do is done through the mount.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from syncer.delivery.folder import FolderPlace
from syncer.whole_file import is_alive

# A workout has some kilobytes; a device that has not taken it after this long does not answer any more.
_PATIENCE_S: Final = 60
_LOOKS: Final = 5
_BETWEEN_LOOKS_S: Final = 0.1
_MEANINGS: Final = (
    (errno.ENOSPC, ("no space", "not enough", "storage full", "store full", "disk full")),
    (errno.EROFS, ("read-only", "write protect", "permission denied", "access denied")),
    (errno.ENODEV, ("no such device", "not mounted", "not connected", "device was disconnected", "no such interface",
                    "device not found", "libmtp")),
    (errno.EEXIST, ("file exists", "already exists")),
    (errno.EOPNOTSUPP, ("not supported", "unknown command")),
    (errno.ENOENT, ("no such file", "not found")),
)  # fmt: skip


_OWN: Final = re.compile(r"syncer-mtp-(?P<process>[0-9]{1,10})-\w+")


def _remove_leftovers() -> None:
    """Take away what runs that were killed while ``gio`` copied have left; that of a run that is still alive stays."""
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).iterdir():
            found = _OWN.fullmatch(folder.name)
            if found and not is_alive(int(found["process"])):
                shutil.rmtree(folder, ignore_errors=True)


class MtpPlace(FolderPlace):
    """A folder below a GVFS mount; see `syncer.delivery.writing.Place`."""

    def __init__(self, folder: Path, gio: str) -> None:
        super().__init__(folder)
        self._gio = gio

    def read(self, name: str) -> bytes:
        """A file's bytes, asked of the device by ``gio cat``, else through the mount."""
        with suppress(OSError):
            content = self._run("cat", str(self.folder / name))
            if content:
                return content
        return super().read(name)

    def write(self, name: str, content: bytes) -> None:
        """Copy a new file in; without a ``gio`` program, write it through the mount.

        Raises:
            OSError: the watch does not take it; `FileExistsError` when it has a file of this name.
        """
        destination = self.folder / name
        if name in self.names():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
        _remove_leftovers()
        with tempfile.TemporaryDirectory(prefix=f"syncer-mtp-{os.getpid()}-") as own:
            source = Path(own) / "workout"
            source.write_bytes(content)
            try:
                self._run("copy", str(source), str(destination))
            except FileNotFoundError as error:
                if error.filename != self._gio:
                    raise
                super().write(name, content)

    def rename(self, old: str, new: str) -> None:
        """Give a file its final name.

        Raises:
            OSError: EOPNOTSUPP where the device cannot rename; the old name is still there then.
        """
        with suppress(OSError):
            self._run("rename", str(self.folder / old), new)
        # The mount may show it a moment later than the device has done it.
        for _ in range(_LOOKS):
            names = self.names()
            if new in names:
                return
            time.sleep(_BETWEEN_LOOKS_S)
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP), old)

    def remove(self, name: str) -> None:
        """Take a file of ours away."""
        if name not in self.names():
            return
        with suppress(OSError):
            self._run("remove", str(self.folder / name))
        if name in self.names():
            super().remove(name)

    def flush(self) -> None:
        """Nothing to do: an MTP device answers when it has stored a file."""

    def _run(self, *arguments: str) -> bytes:
        """What a ``gio`` command prints; its complaint as the OSError that it stands for."""
        try:
            done = subprocess.run(
                [self._gio, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE_S,
                check=False,
                env={**os.environ, "LC_ALL": "C", "LANGUAGE": "C"},
            )
        except subprocess.TimeoutExpired:
            raise TimeoutError(errno.ETIMEDOUT, "The device did not answer in time") from None
        except (FileNotFoundError, PermissionError):
            raise FileNotFoundError(errno.ENOENT, "The program gio is not installed", self._gio) from None
        if done.returncode:
            raise _complaint(done.stderr.decode("utf-8", "replace"))
        return done.stdout


def _complaint(text: str) -> OSError:
    line = next((line for line in text.splitlines() if line.strip()), "gio failed without a word")
    lowered = text.lower()
    code = next((code for code, words in _MEANINGS if any(word in lowered for word in words)), errno.EIO)
    return OSError(code, line.removeprefix("gio: ").strip()[:200])
