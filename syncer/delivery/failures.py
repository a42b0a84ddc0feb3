"""What a refused write means, in words: full, read-only, gone."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from syncer.delivery.garmin_folder import is_folder, is_link
from syncer.delivery.target import Target
from syncer.errors import ExitCode, NoWatchError, SyncerError

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_GONE: Final = frozenset({errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE, errno.EHOSTDOWN, errno.ESHUTDOWN})
_PERHAPS_GONE: Final = frozenset({errno.EIO, errno.ENOENT, errno.ENOTDIR, errno.ETIMEDOUT, errno.EBADF})
_UNSUPPORTED: Final = frozenset({errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS})
_DISK_FULL_ON_WINDOWS: Final = frozenset({39, 112})
_WRITE_PROTECTED_ON_WINDOWS: Final = 19


@contextmanager
def explained(target: Target) -> Iterator[None]:
    """Turn what the operating system says of ``target`` into one of our errors.

    Raises:
        SyncerError: ``watch-full``, ``watch-read-only``, ``watch-needs-gio`` or ``watch-write-failed``.
        NoWatchError: ``watch-gone``.
    """
    try:
        yield
    except OSError as error:
        raise _explanation(error, target) from error


def check_plain(target: Target) -> None:
    """Make sure that the folder is there and that no link leads out of the device.

    Raises:
        SyncerError: ``symlinked-target``.
        NoWatchError: ``watch-gone``.
    """
    steps = [target.folder, *target.folder.parents]
    inside = steps[: steps.index(target.root) + 1] if target.root in steps else steps[:1]
    for step in inside:
        if is_link(step):
            raise symlinked(step)
    if not is_folder(target.folder):
        raise _gone(target, "the folder is no longer there")


def symlinked(path: Path) -> SyncerError:
    """The error for a link where a folder or file should be."""
    return SyncerError(
        "symlinked-target",
        f"{path} is a symbolic link",
        why="a link could lead the file anywhere, so nothing is written through one",
        hint="name the real folder with --to PATH",
        item=str(path),
    )


def _explanation(error: OSError, target: Target) -> SyncerError:
    reason = (error.strerror or str(error) or type(error).__name__).strip()
    left = "; ".join(getattr(error, "__notes__", []))
    why = f"{reason[0].lower()}{reason[1:]}; {left}" if left else f"{reason[0].lower()}{reason[1:]}"
    code, windows = error.errno, getattr(error, "winerror", None)
    if code in _FULL or windows in _DISK_FULL_ON_WINDOWS:
        hint = "make room on it (old activities, music, maps), then push again"
        return SyncerError("watch-full", f"{target.name} is full", why=why, hint=hint, item=str(target.folder))
    if code in _GONE or (code in _PERHAPS_GONE and not is_folder(target.folder)):
        return _gone(target, why)
    if code in _READ_ONLY or windows == _WRITE_PROTECTED_ON_WINDOWS:
        hint = "unplug it safely and plug it in again; if it stays read-only, restart the watch"
        if not target.is_watch:
            hint = "choose a folder that you may write to, with --to PATH"
        return SyncerError(
            "watch-read-only", f"{target.name} cannot be written to", why=why, hint=hint, item=str(target.folder)
        )
    if code in _UNSUPPORTED and target.is_watch:
        hint = "install GVFS with its gio program (Debian: apt install gvfs-backends libglib2.0-bin), then push again"
        return SyncerError(
            "watch-needs-gio", f"{target.name} takes no plain writes", why=why, hint=hint, item=str(target.folder)
        )
    hint = "unplug it safely, plug it in again, and push once more"
    if not target.is_watch:
        hint = "look at the folder, then push once more"
    return SyncerError(
        "watch-write-failed", f"{target.name} did not take the file", why=why, hint=hint, item=str(target.folder)
    )


def _gone(target: Target, why: str) -> NoWatchError:
    error = NoWatchError(
        "watch-gone",
        f"{target.name} went away before the workout was on it",
        why=why,
        hint="plug it in again, wait until it shows up, and push once more",
        item=str(target.folder),
    )
    if not target.is_watch:
        error.exit_code = ExitCode.FAILED
    return error
