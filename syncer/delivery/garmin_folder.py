"""Finds, below a mount or a folder, the place where a Garmin device takes in files.

Only a few fixed places are looked at: the mount, its storages, their GARMIN folder. Names are compared without
regard to case, as the watch's own FAT does; symbolic links are never followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from syncer.delivery.device_xml import FILE_NAME, DeviceSheet, read_sheet

_GARMIN: Final = "GARMIN"
_NEW_FILES: Final = "NewFiles"
# What MTP devices call their memory.
STORAGES: Final = ("Internal Storage", "Primary", "Internal Memory", "Media")
_MOST_ENTRIES: Final = 2000


@dataclass(frozen=True, slots=True)
class GarminFolder:
    """A Garmin folder.

    Attributes:
        garmin: the ``GARMIN`` folder.
        folder: where files go in; None when the device shows no such place.
        sheet: its ``GarminDevice.xml``, or None.
    """

    garmin: Path
    folder: Path | None
    sheet: DeviceSheet | None


def find_garmin_folder(root: Path, *, any_storage: bool = False) -> GarminFolder | None:
    """The Garmin folder below ``root``, one with a place for files before one without.

    Args:
        root: a mount.
        any_storage: look into every folder of the mount, as an MTP device's storages may have any name.
    """
    found: GarminFolder | None = None
    for storage in _storages(root, any_storage=any_storage):
        for garmin in _children(storage, _GARMIN, folder=True):
            here = garmin_folder_at(garmin)
            if here.folder:
                return here
            found = found or here
    return found


def garmin_folder_at(garmin: Path) -> GarminFolder:
    """The place for new files in a GARMIN folder: the one its ``GarminDevice.xml`` names, else ``NewFiles``."""
    sheet_path = child(garmin, FILE_NAME, folder=False)
    sheet = read_sheet(sheet_path) if sheet_path else None
    named = _below(garmin.parent, sheet.inbox) or _below(garmin, sheet.inbox) if sheet and sheet.inbox else None
    return GarminFolder(garmin, named or child(garmin, _NEW_FILES), sheet)


def is_garmin_folder(folder: Path) -> bool:
    """A folder that is called GARMIN or holds a ``GarminDevice.xml``."""
    return folder.name.casefold() == _GARMIN.casefold() or child(folder, FILE_NAME, folder=False) is not None


def is_new_files(folder: Path) -> bool:
    """A folder that is called NewFiles."""
    return folder.name.casefold() == _NEW_FILES.casefold()


def find_link(root: Path) -> Path | None:
    """A symbolic link where a storage, a GARMIN or a NewFiles folder belongs; such a link is never followed."""
    expected = {name.casefold() for name in (_GARMIN, _NEW_FILES, *STORAGES)}
    folders = [root]
    for _ in range(3):
        paths = [folder / name for folder in folders for name in entries(folder) if name.casefold() in expected]
        link = next((path for path in paths if is_link(path)), None)
        if link:
            return link
        folders = [path for path in paths if is_folder(path)]
    return None


def child(parent: Path, name: str, *, folder: bool = True) -> Path | None:
    """The entry called ``name`` in any case, the exact one first; None if there is none, or it is a link."""
    return next(_children(parent, name, folder=folder), None)


def is_link(path: Path) -> bool:
    """A symbolic link or a Windows junction."""
    try:
        return path.is_symlink() or path.is_junction()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """A folder that can be looked at; a mount whose device is gone is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def entries(folder: Path) -> list[str]:
    """The names in a folder, sorted, at most some thousands; none where it cannot be read."""
    try:
        with os.scandir(folder) as found:
            return sorted(entry.name for entry in islice(found, _MOST_ENTRIES))
    except OSError:
        return []


def _children(parent: Path, name: str, *, folder: bool) -> Iterator[Path]:
    names = entries(parent)
    alike = [other for other in names if other.casefold() == name.casefold()]
    for candidate in sorted(alike, key=lambda other: other != name):
        path = parent / candidate
        if not is_link(path) and is_folder(path) == folder:
            yield path


def _storages(root: Path, *, any_storage: bool) -> Iterator[Path]:
    yield root
    for name in STORAGES:
        storage = child(root, name)
        if storage:
            yield storage
    if any_storage:
        yield from (root / name for name in entries(root)[:16] if not is_link(root / name) and is_folder(root / name))


def _below(folder: Path, path: str) -> Path | None:
    found: Path | None = folder
    for part in path.split("/"):
        found = child(found, part) if found else None
    return found
