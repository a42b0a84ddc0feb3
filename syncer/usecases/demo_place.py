"""Where a demo lives: a folder that is its own home and nobody else's.

It holds settings, database, exports, reports, a folder that stands for a watch, and a mark that says when it was
made. A folder with the mark is gone on with; one that holds anything else is refused; nothing is ever deleted.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from syncer.errors import SyncerError, UsageError
from syncer.typed_path import expanded
from syncer.whole_file import write_whole

MARK = "demo.json"
SCHEMA = "syncer-demo/1"
NOTICE = "Everything in this folder is synthetic: made up by `syncer demo`, about nobody. Delete it when you like."

HOME_ZONE = "Europe/Berlin"
"""Where the demo's runner lives, two nights a year with another length included."""


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """A demo's folder.

    Attributes:
        made_at: the moment up to which its year is told, aware. It stays the demo's "now", so that the same folder
            shows the same year next month.
        is_new: this run made it.
    """

    folder: Path
    made_at: datetime
    is_new: bool

    @property
    def watch(self) -> Path:
        """The folder that stands for a watch."""
        return self.folder / "watch"

    @property
    def strava_export(self) -> Path:
        """What Strava would have sent."""
        return self.folder / "exports" / "strava.zip"

    @property
    def garmin_export(self) -> Path:
        """What Garmin would have sent."""
        return self.folder / "exports" / "garmin.zip"


def settle(folder: Path | None, own: Iterable[Path], now: datetime) -> DemoPlace:
    """The folder of a demo: a new one, an empty one, or that of an earlier demo.

    Args:
        folder: None for a new temporary folder.
        own: the runner's own folders, which a demo never touches.
        now: aware.

    Raises:
        UsageError: ``demo-not-empty``, ``demo-not-a-folder`` or ``demo-own-home``; nothing is changed.
        SyncerError: ``demo-folder`` when it cannot be made or read.
    """
    try:
        if folder is None:
            place = Path(tempfile.mkdtemp(prefix="syncer-demo-"))
        else:
            place = expanded(folder).absolute()
            made_at = _look_into(place, own)
            if made_at is not None:
                return DemoPlace(place, made_at, is_new=False)
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        shown = str(error.filename or folder or tempfile.gettempdir())
        raise SyncerError(
            "demo-folder",
            f"the demo's folder {shown} cannot be used",
            why=error.strerror or str(error),
            hint="syncer demo DIR, with another folder",
            item=shown,
        ) from None
    mark = {"schema": SCHEMA, "notice": NOTICE, "made_at": now.isoformat()}
    write_whole(place / MARK, json.dumps(mark, indent=1).encode() + b"\n")
    return DemoPlace(place, now, is_new=True)


def zone_name() -> str:
    """The runner's zone; empty, for the machine's own, where the system has no table of zones."""
    try:
        return ZoneInfo(HOME_ZONE).key
    except (KeyError, OSError):
        return ""


def _look_into(folder: Path, own: Iterable[Path]) -> datetime | None:
    """When an earlier demo was made in ``folder``; None when a new one can be made there."""
    if folder.exists() and not folder.is_dir():
        raise _refused("demo-not-a-folder", f"{folder} is a file", "a demo needs a folder", folder)
    inside = sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []
    made_at = _read_mark(folder / MARK) if MARK in inside else None
    if made_at is None and inside:
        why = f"a demo is made in an empty folder, or goes on in one that it made; '{inside[0]}' is there"
        raise _refused("demo-not-empty", f"{folder} holds other things", why, folder)
    if made_at is None and any(folder.resolve() == one.resolve() for one in own):
        raise _refused("demo-own-home", f"{folder} is your own syncer's folder", "a demo never touches it", folder)
    return made_at


def _refused(code: str, message: str, why: str, folder: Path) -> UsageError:
    hint = "syncer demo, which makes a new temporary folder"
    return UsageError(code, message, why=why, hint=hint, item=str(folder))


def _read_mark(file: Path) -> datetime | None:
    """The mark's moment; None when it is no mark of ours."""
    try:
        mark = json.loads(file.read_bytes())
        made_at = datetime.fromisoformat(mark["made_at"]) if mark["schema"] == SCHEMA else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return made_at if made_at is not None and made_at.tzinfo else None
