"""Token files: 0600 in a folder of their own (0700), replaced atomically, never through a symlink.

Both services rotate the refresh token with each use, so a refreshed token is on disk before it is used, two processes
never refresh with the same one (the second waits for the lock and reads what the first has saved), and ^C waits until
a refreshed token is saved.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from syncer.errors import SignInError, SyncerError, TryLaterError
from syncer.whole_file import OWNER, replace_whole

LOCK_TIMEOUT_S = 60.0


def read_tokens(path: Path, provider: str) -> dict[str, Any]:
    """The tokens in ``path``; a file that others may read is made private first.

    Raises:
        SignInError: ``not-signed-in``, or ``tokens-damaged`` when the file does not hold any.
        SyncerError: ``tokens-symlink``, ``tokens-unreadable``.
    """
    refuse_symlink(path.parent)
    refuse_symlink(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, encoding="utf-8") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
                os.fchmod(descriptor, 0o600)
            tokens = json.load(file)
    except FileNotFoundError:
        raise not_signed_in(provider) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    except (ValueError, RecursionError):
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
        SyncerError: ``tokens-symlink``, ``tokens-unwritable``; the old tokens are then still there.
    """
    make_folder(path.parent)
    refuse_symlink(path)
    try:
        _forget_leftovers(path)
        replace_whole(path, json.dumps(dict(tokens)).encode(), OWNER)
        _sync_folder(path.parent)
    except OSError as error:
        raise _unwritable(path.parent, error) from None


def make_folder(folder: Path) -> None:
    """The token folder, 0700; it must be a real folder of its own.

    Raises:
        SyncerError: ``tokens-symlink``, ``tokens-unwritable``.
    """
    refuse_symlink(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise _unwritable(folder, error) from None


def refuse_symlink(path: Path) -> None:
    """Raise when ``path`` is a symlink: whoever made it could redirect the tokens.

    Raises:
        SyncerError: ``tokens-symlink``, ``tokens-unreadable``.
    """
    try:
        linked = path.is_symlink()
    except OSError as error:
        raise _unreadable(path, error) from None
    if linked:
        raise SyncerError(
            "tokens-symlink",
            f"{path} is a symbolic link",
            why="tokens are only kept in a real file in a real folder",
            hint="replace the link with what it points to",
        )


def forget_tokens(path: Path) -> bool:
    """Delete the token file, and what a killed run may have left beside it; whether there was one.

    Raises:
        SyncerError: ``tokens-symlink``, ``tokens-unreadable``, ``tokens-unwritable``.
    """
    refuse_symlink(path)
    existed = path.exists()
    try:
        path.unlink(missing_ok=True)
        _forget_leftovers(path)
    except OSError as error:
        raise _unwritable(path.parent, error) from None
    return existed


@contextmanager
def refresh_lock(path: Path, provider: str) -> Iterator[None]:
    """Hold the right to refresh the tokens in ``path``; ^C waits until it is given back.

    Raises:
        TryLaterError: ``tokens-locked``: another process has held it for a minute.
        SyncerError: ``tokens-unwritable``.
    """
    from filelock import FileLock, Timeout

    make_folder(path.parent)
    guard = FileLock(path.with_suffix(".lock"), timeout=LOCK_TIMEOUT_S, mode=0o600)
    try:
        guard.acquire()
    except Timeout:
        raise TryLaterError(
            "tokens-locked",
            f"another run is refreshing the {provider} tokens",
            hint="run the same command again",
            provider=provider,
        ) from None
    except OSError as error:
        raise _unwritable(path.parent, error) from None
    try:
        with _undisturbed():
            yield
    finally:
        guard.release()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let ^C and a polite kill wait: between the service's new token and its place on the disk there is no way back."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda n, _f: came.append(n)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def not_signed_in(provider: str) -> SignInError:
    """The error of a service that nobody signed in to."""
    return SignInError(
        "not-signed-in", f"not signed in to {provider}", hint=f"syncer auth {provider}", provider=provider
    )


def _forget_leftovers(path: Path) -> None:
    """What a run that was killed while it wrote has left behind: it holds secrets."""
    for leftover in path.parent.glob(f".{path.name}.*"):
        leftover.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unreadable(path: Path, error: OSError) -> SyncerError:
    return SyncerError("tokens-unreadable", f"cannot read {path}", why=error.strerror or "", hint="syncer doctor")


def _unwritable(folder: Path, error: OSError) -> SyncerError:
    return SyncerError(
        "tokens-unwritable",
        f"cannot save tokens in {folder}",
        why=error.strerror or str(error),
        hint="make that folder writable, or free some space",
    )
