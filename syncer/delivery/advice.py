"""What to try when no watch shows up, and what to do on the watch once the file is there."""

from __future__ import annotations

from pathlib import Path

from syncer.delivery.target import Target, Via
from syncer.errors import NoWatchError

_BY_HAND = "or write it to a folder with --to PATH and copy it into GARMIN/NewFiles by hand"

_TRY = {
    "Linux": (
        "plug it in, unlock it, and open it once in the file manager so that it is mounted; a watch that speaks MTP"
        " needs GVFS and gio (Debian: apt install gvfs-backends gvfs-fuse libglib2.0-bin), and on KDE closing"
        " Dolphin frees it; " + _BY_HAND
    ),
    "Darwin": (
        "plug it in and look for it in Finder; macOS shows no watch that speaks MTP, so set USB Mode to Mass Storage"
        " on the watch if it has that (Settings > System), " + _BY_HAND + " (OpenMTP can)"
    ),
    "Windows": (
        "plug it in and look for a drive letter in Explorer; a watch that speaks MTP shows up without one, so set USB"
        " Mode to Mass Storage on the watch if it has that (Settings > System), " + _BY_HAND
    ),
}


def no_watch(system: str, *, seen_mtp: bool = False) -> NoWatchError:
    """The error for "nothing found", with what to try on this system."""
    why = "no mounted drive or device has a GARMIN folder"
    if seen_mtp:
        why = "an MTP device is mounted, but it shows no GARMIN folder; is it unlocked?"
    hint = _TRY.get(system, f"plug it in and mount it; {_BY_HAND}")
    return NoWatchError("no-watch", "no watch was found", why=why, hint=hint)


def no_place(garmin: Path) -> NoWatchError:
    """The error for a Garmin device without a place for new files."""
    return NoWatchError(
        "no-new-files",
        f"{garmin} has no NewFiles folder",
        why="a watch makes that folder itself, and takes in workouts from nowhere else; syncer never makes it",
        hint="unplug the watch safely, restart it and plug it in again; or name another folder with --to PATH",
        item=str(garmin),
    )


def next_step(target: Target, file_name: str, title: str) -> str:
    """What the runner does now, one or two sentences; ``file_name`` is empty where the file is on the watch already."""
    if target.via is Via.FOLDER:
        return f"Copy {file_name} into GARMIN/NewFiles on the watch, eject it, and unplug it."
    on_the_watch = f"On the watch: Strength, then Training > Workouts (on some models Menu > Workouts) > {title}."
    if not file_name:
        return on_the_watch
    return f"Eject {target.name} and unplug it; it then takes the file in by itself. {on_the_watch}"
