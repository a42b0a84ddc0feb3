"""``GARMIN/GarminDevice.xml``: who the device is, and where it takes workouts in.

The file also holds keys of the device's own software; nothing of it but the three values below is kept or shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

FILE_NAME: Final = "GarminDevice.xml"
# Real ones have some ten kilobytes.
_LARGEST: Final = 2_000_000
# FIT file type 5 is "workout" (FIT profile, type ``file``).
_WORKOUTS: Final = "FIT_TYPE_5"


@dataclass(frozen=True, slots=True)
class DeviceSheet:
    """What the device tells of itself.

    Attributes:
        id: its unit id, digits; empty when it tells none.
        model: its description, such as ``Forerunner 265``; may be empty.
        inbox: where it takes in workout files, relative to its storage, with slashes; None when it names no place
            or several.
    """

    id: str
    model: str
    inbox: str | None


def read_sheet(path: Path) -> DeviceSheet | None:
    """Read a ``GarminDevice.xml``; None where there is none, or it is damaged, oversized, a link or a pipe."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        return parse_sheet(path.read_bytes())
    except OSError:
        return None


def parse_sheet(content: bytes) -> DeviceSheet | None:
    """The same from the file's bytes."""
    try:
        text = content.decode("utf-8-sig")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            return None
        # Entities are what makes an XML file dangerous to parse, and there are none.
        device = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))  # noqa: S314
    except (UnicodeDecodeError, ElementTree.ParseError, ValueError):
        return None
    identity = _text(device, "Id")
    return DeviceSheet(
        id=identity if re.fullmatch(r"[0-9]{1,20}", identity) else "",
        model=" ".join(_text(device, "Model", "Description").split())[:60],
        inbox=_inbox(device),
    )


def _inbox(device: ElementTree.Element) -> str | None:
    """The one place that workouts go in; "in and out" counts where no pure way in is named."""
    ways: dict[str, set[str]] = {"InputToUnit": set(), "InputOutput": set()}
    for kind in _children(device, "MassStorageMode", "DataType"):
        if _text(kind, "Name") != _WORKOUTS:
            continue
        for file in _children(kind, "File"):
            path = _text(file, "Location", "Path").replace("\\", "/").strip("/")
            if path and _is_plain(path):
                ways.setdefault(_text(file, "TransferDirection"), set()).add(path)
    found = ways["InputToUnit"] or ways["InputOutput"]
    return found.pop() if len({path.casefold() for path in found}) == 1 else None


def _is_plain(path: str) -> bool:
    return not any(part in ("", ".", "..") or ":" in part or "\0" in part for part in path.split("/"))


def _children(element: ElementTree.Element, *names: str) -> list[ElementTree.Element]:
    """Descendants by their local names, one level a name: the files of older and newer devices differ in namespace."""
    found = [element]
    for name in names:
        found = [child for parent in found for child in parent if _local(child.tag) == name]
    return found


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _text(element: ElementTree.Element, *names: str) -> str:
    found = _children(element, *names)
    return (found[0].text or "").strip() if found else ""
