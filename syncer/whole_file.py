"""A file that is whole or not there: written beside its place, flushed to the disk, and renamed into it as one step.

The rooms that touch the disk share this; the pure ones may not import it.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from syncer.errors import SyncerError

LEFTOVER = r"\.(\d{1,10})-[0-9a-f]{8}\.tmp"
"""How the name of a file on its way ends, behind a dot and the name it is to have; the digits are its process."""

EVERYBODY, OWNER = 0o666, 0o600
"""Who may read and write a new file, less what the umask takes."""


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write ``content`` to ``path``; an existing file is replaced as one step.

    Args:
        private: only its owner may read it, from its first byte on.

    Raises:
        SyncerError: ``cannot-write``; nothing half-written is left and an older file is untouched.
    """
    try:
        replace_whole(path, content, OWNER if private else EVERYBODY)
    except OSError as error:
        raise SyncerError(
            "cannot-write",
            f"cannot write {path}",
            why=error.strerror or str(error),
            hint=f"make room for it, or make {path.parent} a folder that you may write to",
            item=str(path),
        ) from None


def replace_whole(path: Path, content: bytes, mode: int = EVERYBODY) -> None:
    """The same for those who say in words of their own what went wrong.

    Args:
        mode: the permissions of the new file from its first byte on, less what the umask takes.

    Raises:
        OSError: nothing half-written is left and an older file is untouched.
    """
    with suppress(OSError):
        for left in leftovers(path):
            left.unlink()
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    # O_EXCL follows no link either (open(2))
    new = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(temporary, new, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def leftovers(path: Path) -> list[Path]:
    """What killed runs left of this very file, not what a run that is alive writes; none where that cannot be seen."""
    name = re.compile(rf"\.{re.escape(path.name)}{LEFTOVER}")
    try:
        found = [(file, name.fullmatch(file.name)) for file in path.parent.iterdir()]
    except OSError:
        return []
    return [file for file, named in found if named and not is_alive(int(named[1]))]


def is_alive(process: int) -> bool:
    """Whether another process of that id runs; this one is not another."""
    if process == os.getpid():
        return False
    if os.name == "nt":
        # Signal 0 is a real signal there. A lock keeps two runs apart.
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
