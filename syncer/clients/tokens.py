"""Token files: 0600 in a folder of their own (0700), replaced atomically, never through a symlink.

Both services rotate the refresh token with each use, so a refreshed token is on disk before it is used, and two
processes never refresh with the same one: the second waits for the lock and reads what the first has saved.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from syncer.errors import SignInError, SyncerError, TryLaterError

LOCK_TIMEOUT_S = 60.0


def read_tokens(path: Path, provider: str) -> dict[str, Any]:
    """The tokens in ``path``.

    Raises:
        SignInError: there are none, or the file does not hold any.
        SyncerError: the file is a symlink, or others may read it and that cannot be mended.
    """
    refuse_symlink(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        raise not_signed_in(provider) from None
    except OSError as error:
        raise SyncerError("tokens-unreadable", f"cannot read {path}", why=error.strerror or "") from None
    with os.fdopen(descriptor, encoding="utf-8") as file:
        if os.name == "posix" and stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
            os.fchmod(descriptor, 0o600)
        try:
            tokens = json.load(file)
        except ValueError:
            tokens = None
    if not isinstance(tokens, dict) or not tokens:
        raise SignInError(
            "tokens-damaged",
            f"the {provider} tokens cannot be read",
            why=f"{path} is damaged",
            hint=f"syncer auth {provider}",
            provider=provider,
        )
    return tokens


def write_tokens(path: Path, tokens: Mapping[str, Any]) -> None:
    """Replace the token file as one step; it is on the disk when this returns.

    Raises:
        SyncerError: the place is a symlink or cannot be written; the old tokens are then still there.
    """
    make_folder(path.parent)
    refuse_symlink(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(dict(tokens), file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SyncerError(
            "tokens-unwritable",
            f"cannot save tokens in {path.parent}",
            why=error.strerror or "",
            hint="make that folder writable, or free some space",
        ) from None


def make_folder(folder: Path) -> None:
    """The token folder, 0700; it must be a real folder of its own.

    Raises:
        SyncerError: it is a symlink or cannot be made.
    """
    refuse_symlink(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise SyncerError("tokens-unwritable", f"cannot make {folder}", why=error.strerror or "") from None


def refuse_symlink(path: Path) -> None:
    """Raise when ``path`` is a symlink: whoever made it could redirect the tokens."""
    if path.is_symlink():
        raise SyncerError(
            "tokens-symlink",
            f"{path} is a symbolic link",
            why="tokens are only kept in a real file in a real folder",
            hint="replace the link with what it points to",
        )


def forget_tokens(path: Path) -> bool:
    """Delete the token file; whether there was one."""
    refuse_symlink(path)
    existed = path.exists()
    path.unlink(missing_ok=True)
    return existed


@contextmanager
def refresh_lock(path: Path, provider: str) -> Iterator[None]:
    """Hold the right to refresh the tokens in ``path``.

    Raises:
        TryLaterError: another process has held it for a minute.
    """
    from filelock import FileLock, Timeout

    make_folder(path.parent)
    try:
        with FileLock(path.with_suffix(".lock"), timeout=LOCK_TIMEOUT_S, mode=0o600):
            yield
    except Timeout:
        raise TryLaterError(
            "tokens-locked", f"another run is refreshing the {provider} tokens", provider=provider
        ) from None


def not_signed_in(provider: str) -> SignInError:
    """The error of a service that nobody signed in to."""
    return SignInError(
        "not-signed-in", f"not signed in to {provider}", hint=f"syncer auth {provider}", provider=provider
    )
