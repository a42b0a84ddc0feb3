"""Writing a file so that it is either whole or not there."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from syncer.delivery.writing import is_alive
from syncer.errors import SyncerError

BINARY = getattr(os, "O_BINARY", 0)


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write ``content`` to ``path`` under a temporary name, sync, rename; an existing file is replaced as one step.

    Args:
        private: only its owner may read it, from its first byte on.

    Raises:
        SyncerError: ``cannot-write``; nothing half-written is left and an older file is untouched.
    """
    _remove_leftovers(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        try:
            mode = 0o600 if private else 0o666  # less what the umask takes
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, mode), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SyncerError(
            "cannot-write",
            f"cannot write {path}",
            why=error.strerror or str(error),
            hint=f"make room for it, or make {path.parent} a folder that you may write to",
            item=str(path),
        ) from None


def _remove_leftovers(path: Path) -> None:
    """Take away what killed runs left of this very file; those of a run that is still alive stay."""
    name = re.compile(rf"\.{re.escape(path.name)}\.(\d{{1,10}})-[0-9a-f]{{8}}\.tmp")
    with suppress(OSError):
        for file in path.parent.iterdir():
            found = name.fullmatch(file.name)
            if found and not is_alive(int(found[1])):
                file.unlink()
