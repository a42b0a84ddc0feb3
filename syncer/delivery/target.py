"""Where a workout file can go, and what became of it there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Via(StrEnum):
    """How a target is reached: a mounted ``DRIVE``, ``MTP`` through GVFS, or a plain ``FOLDER``."""

    DRIVE = "drive"
    MTP = "mtp"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Target:
    """One place for new files.

    Attributes:
        device: what tells this device from others: the Id of its ``GarminDevice.xml``, else the path of its root.
        name: what to call it: the model, else the volume's or folder's name.
        root: the mount or the folder that was named; nothing below it may be a symbolic link.
        folder: where the files go in: ``GARMIN/NewFiles``, or the plain folder itself.
        via: how it is reached.
        gio: the program that writes through MTP.
    """

    device: str
    name: str
    root: Path
    folder: Path
    via: Via
    gio: str = "gio"

    @property
    def is_watch(self) -> bool:
        """A watch takes files in and they vanish from the folder; a plain folder keeps them."""
        return self.via is not Via.FOLDER


class Act(StrEnum):
    """What is to be done, in the words of the contract's ``push``."""

    WRITE = "write"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Planned:
    """What a delivery would do; nothing has been touched yet.

    Attributes:
        path: the file that is to be written, or that is there already.
        detail: why it is skipped, or under which name it is written; one sentence.
        present: the very bytes are in the target already.
    """

    act: Act
    target: Target
    path: Path
    sha256: str
    detail: str
    present: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a delivery did.

    Attributes:
        verified: the bytes were read back from the target and are those that were sent.
        next_step: what the runner does now; empty when there is nothing to do.
    """

    act: Act
    target: Target
    path: Path
    sha256: str
    detail: str
    verified: bool
    next_step: str
