"""Finds the watch, or reads ``--to PATH``, and puts a workout file where it is taken in.

How-to with what each system shows: `docs/how-to/usb.md`.
"""

from __future__ import annotations

import getpass
import os
import string
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from syncer.delivery.advice import next_step, no_place, no_watch
from syncer.delivery.failures import check_plain, symlinked
from syncer.delivery.folder import FolderPlace
from syncer.delivery.garmin_folder import (
    GarminFolder,
    child,
    entries,
    find_garmin_folder,
    find_link,
    garmin_folder_at,
    is_folder,
    is_garmin_folder,
    is_link,
    is_new_files,
)
from syncer.delivery.mtp import MtpPlace
from syncer.delivery.target import Act, Delivered, Planned, Target, Via
from syncer.delivery.writing import planned, put
from syncer.errors import UsageError
from syncer.typed_path import expanded

LINUX: Final = "Linux"
MACOS: Final = "Darwin"
WINDOWS: Final = "Windows"
_MTP_MOUNT: Final = "mtp:host="
_MOST_MOUNTS: Final = 64


@dataclass(frozen=True, slots=True)
class MountRoots:
    r"""Where to look for watches.

    Attributes:
        parents: folders whose entries are mounts: ``/media/anna``, ``/Volumes``.
        mounts: mounts themselves: ``E:\``, ``/mnt``.
        gvfs: folders with GVFS mounts, one ``mtp:host=…`` a device.
        gio: the program that writes through MTP; a name on PATH, or a path.
    """

    parents: tuple[Path, ...] = ()
    mounts: tuple[Path, ...] = ()
    gvfs: tuple[Path, ...] = ()
    gio: str = "gio"


def mount_roots(system: str, environ: Mapping[str, str]) -> MountRoots:
    """Where ``system`` (as `platform.system` names it) shows drives and devices to the user at hand."""
    if system == WINDOWS:
        # C: is the system's own drive; a watch never is.
        return MountRoots(
            mounts=tuple(Path(f"{letter}:\\") for letter in string.ascii_uppercase if letter not in "ABC")
        )
    if system == MACOS:
        return MountRoots(parents=(Path("/Volumes"),))
    user = environ.get("USER") or environ.get("LOGNAME") or _user()
    parents = [Path("/media") / user, Path("/run/media") / user] if user else []
    runtime = [Path(environ["XDG_RUNTIME_DIR"])] if environ.get("XDG_RUNTIME_DIR") else []
    if hasattr(os, "getuid"):
        runtime.append(Path("/run/user") / str(os.getuid()))
    return MountRoots(
        parents=(*parents, Path("/media"), Path("/mnt")),
        mounts=(Path("/mnt"),),
        gvfs=tuple(dict.fromkeys(path / "gvfs" for path in runtime)),
    )


def find_watches(system: str, roots: MountRoots) -> list[Target]:
    """Every connected device with a place for new files, drives before MTP, each device once.

    Looks at a bounded number of fixed places and follows no symbolic link.

    Args:
        system: ``Linux``, ``Darwin`` or ``Windows``; MTP is looked for on Linux only.
        roots: where to look.
    """
    found: dict[str, Target] = {}
    for root, via in _mounts(system, roots):
        here = find_garmin_folder(root, any_storage=via is Via.MTP)
        target = _watch(root, here, via, roots.gio) if here else None
        if target and not any(_is_same(target, other) for other in found.values()):
            found.setdefault(target.device, target)
    return list(found.values())


def require_watches(system: str, roots: MountRoots) -> list[Target]:
    """The same, at least one.

    Raises:
        NoWatchError: ``no-watch``, with what to try on this system; ``no-new-files`` where a device is there but
            shows no place for new files.
    """
    watches = find_watches(system, roots)
    if watches:
        return watches
    for root, via in _mounts(system, roots):
        here = find_garmin_folder(root, any_storage=via is Via.MTP)
        if here:
            link = find_link(root)
            raise symlinked(link) if link else no_place(here.garmin)
    raise no_watch(system, seen_mtp=any(via is Via.MTP for _, via in _mounts(system, roots)))


def target_at(path: Path, roots: MountRoots | None = None) -> Target:
    """What ``--to PATH`` means.

    A ``NewFiles`` folder is taken as it is; a ``GARMIN`` folder, or a watch's root or storage, leads to its place for
    new files; any other folder is used itself.

    Raises:
        UsageError: ``no-such-folder``, ``not-a-folder``.
        SyncerError: ``symlinked-target``.
        NoWatchError: ``no-new-files``: a Garmin device's folder without a place for new files, which is never made.
    """
    gio = roots.gio if roots else "gio"
    path = Path(os.path.normpath(expanded(path).absolute()))
    _check_folder(path)
    via = Via.MTP if any(part.startswith(_MTP_MOUNT) for part in path.parts) else Via.DRIVE
    root, here = _garmin_folder_of(path, any_storage=via is Via.MTP)
    target = _watch(root, here, via, gio) if here else None
    if target:
        return target
    link = find_link(path)
    if link:
        raise symlinked(link)
    if here:
        raise no_place(here.garmin)
    name = path.name or str(path)
    return Target(str(path), name, path, path, Via.MTP if via is Via.MTP else Via.FOLDER, gio)


def plan_delivery(target: Target, file_name: str, content: bytes, known: Collection[str] = ()) -> Planned:
    """What `deliver` would do now; touches nothing.

    Args:
        target: from `find_watches` or `target_at`.
        file_name: the name on the device, with ``.fit``.
        content: the whole file.
        known: sha256 (hexadecimal) of what was put on this device before. A watch takes files in, and then they are
            gone from the folder; what it has taken in is not sent again.

    Raises:
        UsageError: ``bad-file-name``.
        SyncerError: ``symlinked-target``, ``name-taken``, or the target cannot be read.
        NoWatchError: ``watch-gone``.
    """
    check_plain(target)
    return planned(_place(target), target, file_name, content, known)


def deliver(
    target: Target, file_name: str, content: bytes, known: Collection[str] = (), *, title: str = "the workout"
) -> Delivered:
    """Put a file into the target, whole and verified, or not at all; arguments as for `plan_delivery`.

    Never makes a folder, never replaces or removes a file that is not its own, and does nothing where the same bytes
    are there already.

    Raises:
        UsageError: ``bad-file-name``.
        SyncerError: ``watch-full``, ``watch-read-only``, ``watch-write-failed``, ``watch-verify-failed``,
            ``watch-needs-gio``, ``symlinked-target``, ``name-taken``.
        NoWatchError: ``watch-gone``.
    """
    plan = plan_delivery(target, file_name, content, known)
    if plan.act is Act.WRITE:
        put(_place(target), target, plan, content)
    there = plan.act is Act.WRITE or plan.present
    detail = plan.detail.replace("writes ", "wrote ", 1) if plan.act is Act.WRITE else plan.detail
    step = next_step(target, plan.path.name if there else "", title)
    return Delivered(plan.act, target, plan.path, plan.sha256, detail, there, step)


def _place(target: Target) -> FolderPlace:
    return MtpPlace(target.folder, target.gio) if target.via is Via.MTP else FolderPlace(target.folder)


def _mounts(system: str, roots: MountRoots) -> Iterator[tuple[Path, Via]]:
    for root in roots.mounts:
        if is_folder(root):
            yield root, Via.DRIVE
    for parent in roots.parents:
        for name in entries(parent)[:_MOST_MOUNTS]:
            if not is_link(parent / name) and is_folder(parent / name):
                yield parent / name, Via.DRIVE
    if system != LINUX:
        return
    for gvfs in roots.gvfs:
        for name in entries(gvfs)[:_MOST_MOUNTS]:
            if name.startswith(_MTP_MOUNT):
                yield gvfs / name, Via.MTP


def _watch(root: Path, here: GarminFolder, via: Via, gio: str) -> Target | None:
    if here.folder is None:
        return None
    sheet = here.sheet
    identity = sheet.id if sheet and sheet.id else str(here.folder)
    name = (sheet.model if sheet else "") or _mount_name(root)
    return Target(identity, name, root, here.folder, via, gio)


def _garmin_folder_of(path: Path, *, any_storage: bool) -> tuple[Path, GarminFolder | None]:
    """The Garmin folder that a path means, with the path below which nothing may be a link."""
    if is_new_files(path) and is_garmin_folder(path.parent):
        return path.parent, GarminFolder(path.parent, path, garmin_folder_at(path.parent).sheet)
    if is_garmin_folder(path):
        return path, garmin_folder_at(path)
    return path, find_garmin_folder(path, any_storage=any_storage) or _loose(path)


def _loose(path: Path) -> GarminFolder | None:
    """A folder with a ``NewFiles`` in it, whatever it is called: a GARMIN folder under another name."""
    folder = child(path, "NewFiles")
    return GarminFolder(path, folder, None) if folder else None


def _mount_name(root: Path) -> str:
    if root.name.startswith(_MTP_MOUNT):
        return root.name.removeprefix(_MTP_MOUNT).replace("_", " ")
    return root.name or str(root)


def _is_same(one: Target, other: Target) -> bool:
    """One device under two mounts: the same identity, or the very same folder."""
    if one.device == other.device:
        return True
    try:
        return one.folder.samefile(other.folder)
    except OSError:
        return False


def _check_folder(path: Path) -> None:
    if is_link(path):
        raise symlinked(path)
    if is_folder(path):
        return
    exists = os.path.lexists(path)
    raise UsageError(
        "not-a-folder" if exists else "no-such-folder",
        f"{path} is not a folder" if exists else f"there is no folder {path}",
        why="a workout goes into a folder that exists; none is made",
        hint="name the watch's root, its GARMIN/NewFiles, or any folder with --to PATH",
        item=str(path),
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
