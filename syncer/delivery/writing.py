"""Puts one file into a target so that it is there whole or not at all.

The order is the classic one: write under a temporary name in the same folder, flush to the device, compare, rename,
flush the folder, read back and compare again. Decisions are made first (`planned`), so that a dry run shows them.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

from syncer.delivery.failures import explained, symlinked
from syncer.delivery.garmin_folder import is_link
from syncer.delivery.target import Act, Planned, Target
from syncer.errors import SyncerError, UsageError
from syncer.whole_file import is_alive

# Not a name ending in .fit: a watch that is unplugged half-way must not take the torso for a workout.
_TEMPORARY: Final = re.compile(r"\.syncer-(?P<process>[0-9]{1,10})-[0-9a-f]{8}\.part")
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
# Signs that FAT cannot store, path separators and control characters among them.
_UNFIT: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_LONGEST_NAME: Final = 120
_NO_RENAME: Final = frozenset({errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS})


class Place(Protocol):
    """A folder that files can be put into. Every method raises OSError when the device refuses."""

    folder: Path

    def names(self) -> list[str]:
        """The names of everything in it."""

    def size(self, name: str) -> int | None:
        """The size of a regular file; None for anything else, links included."""

    def read(self, name: str) -> bytes:
        """A file's bytes, from the device rather than from memory where that can be had."""

    def write(self, name: str, content: bytes) -> None:
        """Make a new file, whole and flushed; fails if the name is taken."""

    def rename(self, old: str, new: str) -> None:
        """Give a file its final name; the caller has looked that it is free."""

    def remove(self, name: str) -> None:
        """Take a file of ours away."""

    def flush(self) -> None:
        """Make the folder's own entries durable."""


def planned(place: Place, target: Target, file_name: str, content: bytes, known: Collection[str]) -> Planned:
    """What putting the file there would do. Nothing is touched.

    A file of another content under the same name stays as it is: ours then gets a name with its hash in it.

    Raises:
        SyncerError: the target cannot be read, or both names are taken.
        UsageError: the file name is none that every device can store.
    """
    _check_name(file_name)
    digest = hashlib.sha256(content).hexdigest()

    there: str | None = None

    def plan(act: Act, name: str, detail: str) -> Planned:
        return Planned(act, target, place.folder / name, digest, detail, present=name == there)

    with explained(target):
        names = place.names()
        there = _same_content(place, names, content)
    if there:
        return plan(Act.SKIP, there, f"{there} is there already, with the same content")
    if target.is_watch and digest in known:
        return plan(Act.SKIP, file_name, "this very workout was put on it before and the watch has taken it in")
    for name in names:
        if name.casefold() == file_name.casefold() and is_link(place.folder / name):
            raise symlinked(place.folder / name)
    taken = {name.casefold() for name in names}
    if file_name.casefold() not in taken:
        return plan(Act.WRITE, file_name, f"writes {file_name}")
    other = f"{Path(file_name).stem}-{digest[:8]}{Path(file_name).suffix}"
    if other.casefold() not in taken:
        return plan(Act.WRITE, other, f"writes {other}, as another {file_name} is there and stays as it is")
    raise SyncerError(
        "name-taken",
        f"{target.name} has other files called {file_name} and {other}",
        why="files of other content are never replaced",
        hint="move them away, or push under another workout name",
        item=str(place.folder),
    )


def put(place: Place, target: Target, plan: Planned, content: bytes) -> None:
    """Do what a plan with ``Act.WRITE`` says; on any failure nothing of it stays, as far as the device answers.

    Raises:
        SyncerError: ``watch-read-only``, ``watch-full``, ``watch-gone``, ``watch-write-failed`` or
            ``watch-verify-failed``.
    """
    name = plan.path.name
    temporary = f".syncer-{os.getpid()}-{secrets.token_hex(4)}.part"
    with explained(target), _undone_on_failure(place) as begun:
        _remove_leftovers(place)
        begun.append(temporary)
        place.write(temporary, content)
        _compare(place, target, temporary, content)
        _rename(place, temporary, name, content, begun)
        place.flush()
        _compare(place, target, name, content)


def _rename(place: Place, temporary: str, name: str, content: bytes, begun: list[str]) -> None:
    if name in place.names():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
    try:
        place.rename(temporary, name)
    except OSError as error:
        if temporary not in place.names():
            begun.append(name)
            raise
        if error.errno not in _NO_RENAME:
            raise
        # Some MTP devices cannot rename. The bytes went in whole a moment ago under the other name.
        begun.append(name)
        place.write(name, content)
        place.remove(temporary)
    else:
        begun.append(name)


def _compare(place: Place, target: Target, name: str, content: bytes) -> None:
    if place.read(name) != content:
        raise SyncerError(
            "watch-verify-failed",
            f"{target.name} does not hold what was written to it",
            why=f"{name} read back differently and was taken away again",
            hint="unplug it safely, plug it in again and push once more; or try another cable or port",
            item=str(place.folder),
        )


@contextmanager
def _undone_on_failure(place: Place) -> Iterator[list[str]]:
    """Take away what was begun if anything goes wrong, a keyboard interrupt included; the failure itself goes on."""
    begun: list[str] = []
    try:
        yield begun
    except BaseException as error:
        left = [mine for mine in begun if not _is_removed(place, mine)]
        with suppress(OSError):
            place.flush()
        unfinished = "an unfinished file may be left on it, and the next push takes that away"
        error.add_note(unfinished if left else "nothing was left on it")
        raise


def _is_removed(place: Place, name: str) -> bool:
    with suppress(OSError):
        place.remove(name)
    try:
        return name not in place.names()
    except OSError:
        return False


def _remove_leftovers(place: Place) -> None:
    """Take away what killed runs left; files of a run that is still alive stay."""
    for name in place.names():
        found = _TEMPORARY.fullmatch(name)
        if found and place.size(name) is not None and not is_alive(int(found["process"])):
            with suppress(OSError):
                place.remove(name)


def _same_content(place: Place, names: list[str], content: bytes) -> str | None:
    """A workout file that holds these bytes already, under whatever name."""
    for name in names:
        if name.casefold().endswith(".fit") and place.size(name) == len(content) and place.read(name) == content:
            return name
    return None


def _check_name(name: str) -> None:
    unfit = _UNFIT.search(name) or _RESERVED.fullmatch(name) or _TEMPORARY.fullmatch(name)
    if unfit or not name.strip(". ") or name != name.strip() or name.endswith(".") or name.startswith("."):
        raise UsageError(
            "bad-file-name",
            f"{name!r} is no file name that a watch can store",
            hint="use letters, digits and hyphens, such as lateral-band-walk.fit",
            item=name,
        )
    if len(name.encode("utf-8", "surrogatepass")) > _LONGEST_NAME:
        raise UsageError(
            "bad-file-name",
            f"the file name {name[:40]!r}… is too long",
            why=f"it has more than {_LONGEST_NAME} bytes",
            hint="give the workout a shorter name",
            item=name,
        )
