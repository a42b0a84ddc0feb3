"""FIT files by themselves: one, a folder of them, or a zip such as Garmin's "export original"."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from syncer.errors import BadFileError, SyncerError
from syncer.sources.archive import Archive, Container, Member, label, left_out, tidy
from syncer.sources.containers import LooseFile
from syncer.sources.fit_file import LARGEST_FILE, open_fit_bytes, read_fit
from syncer.sources.garmin_files import is_garmin_export, other_file
from syncer.sources.shelf import fetch, open_container, open_inside
from syncer.sources.strava_export import TABLE
from syncer.sources.tracks import track_format
from syncer.sync.measures import garmin_id
from syncer.sync.ports import ImportItem, Intake, Payload, Skipped

SOURCE = "fit"
PARSER_VERSION = 1
MOST_FILES = 100_000


def scan(archive: Archive) -> Iterator[ImportItem | Skipped]:
    """The FIT files below the path, zips one deep; what else lies there is left out by name.

    Raises:
        BadFileError: the path itself cannot be opened.
    """
    container = open_container(archive.path)
    try:
        yield from _Scan().items(container, (str(archive.path),))
    finally:
        container.close()


class _Scan:
    """One pass; a file that is there twice is listed once."""

    def __init__(self) -> None:
        self.seen: dict[str, tuple[str, ...]] = {}

    def items(self, container: Container, place: tuple[str, ...]) -> Iterator[ImportItem | Skipped]:
        """The items of a container and of the zips in it."""
        for member in container.members():
            if isinstance(container, LooseFile) or _is_fit(member.base):
                yield self._item(container, member, (*place, member.raw))
            elif member.base.endswith(".zip") and len(place) == 1:
                yield from self._inside(container, member, (*place, member.raw))
            else:
                shown = label(container.label, member.name)
                yield Skipped(other_file(member.base), shown, message=f"{shown} is no FIT file")
        yield from (left_out(problem) for problem in container.unreadable)

    def _inside(self, outer: Container, zipped: Member, place: tuple[str, ...]) -> Iterator[ImportItem | Skipped]:
        try:
            container = open_inside(outer, zipped.raw)
        except BadFileError as problem:
            yield left_out(problem)
            return
        try:
            if any(_is_of_export(member) for member in container.members()):
                message = f"{container.label} is an account's export: import it by itself"
                hint = "unpack the outer archive, then syncer import with the export in it alone"
                yield Skipped("an-export", container.label, broken=True, message=message, hint=hint)
            else:
                yield from self.items(container, place)
        finally:
            container.close()

    def _item(self, container: Container, member: Member, place: tuple[str, ...]) -> ImportItem | Skipped:
        shown = label(container.label, member.name)
        try:
            stamp = container.stamp(member.raw)
            key = f"{SOURCE}:{stamp}"
            if key in self.seen and not stamp.endswith("-0"):  # empty ones are all the same
                content = fetch(place)
                if fetch(self.seen[key]) != content:  # another file with the same checksum
                    key = f"{key}-{hashlib.sha256(content).hexdigest()}"
            if key in self.seen:
                first = label(*(tidy(part) for part in self.seen[key][1:]))
                return Skipped("same-file", shown, message=f"{shown} is the same as {first}")
        except BadFileError as problem:
            return left_out(problem)
        if len(self.seen) >= MOST_FILES:
            hint = "import the folders or zips in it one by one"
            why = f"it holds more than {MOST_FILES:,} FIT files"
            raise BadFileError("archive-too-big", f"{shown} is one too many", why=why, hint=hint, item=shown)
        self.seen[key] = place
        return ImportItem(SOURCE, key, f"{stamp}-{PARSER_VERSION}", shown, place)


def _is_fit(base: str) -> bool:
    """Whether a name, in lower case, may be a FIT file's. Some tools write ``12345.gz``."""
    return base.endswith((".fit", ".fit.gz")) or (base.endswith(".gz") and other_file(base) == "other-file")


def _is_of_export(member: Member) -> bool:
    return is_garmin_export(member.name) or member.base == TABLE


def read(item: ImportItem) -> Intake:
    """The recordings of one FIT file. Never raises for a bad file."""
    try:
        data = open_fit_bytes(fetch(item.location, LARGEST_FILE), item.label)
        if track := track_format(data):
            return Intake(skipped=(Skipped(track, item.label, message=f"{item.label} is no FIT file"),))
        file = read_fit(data, item.label)
    except SyncerError as problem:
        return Intake(skipped=(left_out(problem, item.label),))
    name = tidy(item.location[-1]).rpartition("/")[2]
    upload_id = name if garmin_id(name) else None
    recordings = tuple(replace(one, upload_id=one.upload_id or upload_id) for one in file.recordings)
    payloads = tuple(Payload(one.key, "fit", file.sieved) for one in recordings)
    return Intake(recordings, payloads, file.skipped)
