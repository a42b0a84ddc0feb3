"""What a path is: an export of Strava or of Garmin, or FIT files. Names and first bytes tell."""

from __future__ import annotations

import re
from pathlib import Path

from syncer.errors import SyncerError
from syncer.sources import fit_archive, garmin_export, strava_export
from syncer.sources.archive import Archive, Container, Member, label, read_head, read_member
from syncer.sources.containers import LooseFile
from syncer.sources.fit_file import LARGEST_FILE, open_fit_bytes
from syncer.sources.garmin_files import is_garmin_export
from syncer.sources.shelf import open_container
from syncer.sources.tracks import track_format

_LOOKED_FOR = (
    "a Strava export has activities.csv, a Garmin export DI_CONNECT or *_summarizedActivities.json; "
    "otherwise .fit, .fit.gz or Garmin's original zips"
)
_FIT_NAMES = re.compile(r".*\.(?:fit|gpx|tcx|zip|gz)", re.DOTALL)
_MOST_LISTED, _MOST_TABLES = 200_000, 20


def detect(path: Path) -> Archive:
    """What lies at ``path``: an export of Strava or Garmin (folder, zip, bare table), or FIT files.

    Raises:
        SyncerError: ``not-importable``, saying what was looked for, or ``several-exports``.
        BadFileError: an archive that cannot be opened at all.
    """
    try:
        path = path.resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as problem:
        shown = label(str(path))
        raise _no(shown, f"there is no {shown}", getattr(problem, "strerror", None) or "") from problem
    container = open_container(path)
    try:
        return _detect_file(path, container) if isinstance(container, LooseFile) else _detect_many(path, container)
    finally:
        container.close()


def _detect_many(path: Path, container: Container) -> Archive:
    """A folder or zip: by the names in it."""
    listed, others = 0, False
    named_so: list[Member] = []
    garmin: Member | None = None
    for member in container.members():
        of_garmin = is_garmin_export(member.name)
        if of_garmin or _is_table(member) or _FIT_NAMES.fullmatch(member.base):
            listed += 1
            garmin = garmin or (member if of_garmin else None)
            others = others or not _is_table(member)
            if _is_table(member) and len(named_so) < _MOST_TABLES:
                named_so.append(member)
        if listed > _MOST_LISTED:
            break
    tables = [member for member in named_so if strava_export.table_columns(container, member.raw)]
    if len(tables) > 1 or (tables and garmin):
        found = [label(member.name) for member in (*tables, *([garmin] if garmin else []))]
        raise SyncerError(
            "several-exports",
            f"{label(path.name)} holds more than one export",
            why=f"there are {' and '.join(found[:3])}",
            hint="import each of them by itself: syncer import PATH PATH",
            item=label(str(path)),
        )
    if tables:
        return Archive(path, strava_export.SOURCE, tables[0].raw)
    if garmin:
        return Archive(path, garmin_export.SOURCE)
    if others:
        return Archive(path, fit_archive.SOURCE)
    if named_so:
        raise _not_strava(path)
    raise _no(label(str(path)), f"there is nothing to import in {label(str(path))}", _LOOKED_FOR)


def _detect_file(path: Path, container: LooseFile) -> Archive:
    """One file: by its name where that is plain, else by its first bytes."""
    base, shown = path.name.casefold(), label(path.name)
    head = read_head(container, path.name, 4096)
    if base.endswith((".fit", ".fit.gz")) or head[8:12] == b".FIT":
        return Archive(path, fit_archive.SOURCE)
    if head.startswith(b"\x1f\x8b"):
        data = open_fit_bytes(read_member(container, path.name, LARGEST_FILE), shown)
        if data[8:12] == b".FIT":
            return Archive(path, fit_archive.SOURCE)
        head = data[:4096]
    if track := track_format(head):
        why = f"{track.upper()} files hold a track, but neither sets nor effort"
        raise _no(label(str(path)), f"{shown} is a {track.upper()} file", why, hint="import the FIT original instead")
    if is_garmin_export(path.name):
        return Archive(path, garmin_export.SOURCE)
    if strava_export.table_columns(container, path.name):
        if (path.parent / "activities").is_dir():  # an unpacked export, named by its table
            return Archive(path.parent, strava_export.SOURCE, path.name)
        return Archive(path, strava_export.SOURCE, path.name)
    if base.endswith(".csv"):
        raise _not_strava(path)
    raise _no(label(str(path)), f"{shown} is nothing that can be imported", _LOOKED_FOR)


def _is_table(member: Member) -> bool:
    return member.base == strava_export.TABLE


def _no(item: str, message: str, why: str, hint: str = "see what can be imported: syncer import --help") -> SyncerError:
    return SyncerError("not-importable", message, why=why, hint=hint, item=item)


def _not_strava(path: Path) -> SyncerError:
    why = "its columns are not those of Strava's export (Activity ID, Activity Date, Activity Type, …)"
    hint = "Garmin Connect's own list as CSV has no ids: ask Garmin for an account export, or import FIT files"
    return _no(label(str(path)), f"the table in {label(path.name)} is not Strava's", why, hint)
