"""What lies in Garmin's account export: chunks of the summary, and zips full of FIT files."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from sys import intern
from typing import IO

from syncer.errors import BadFileError
from syncer.sources.archive import Container, Member, label, left_out, named, told_at
from syncer.sources.garmin_row import Row, activity_id, instant, is_multisport, parent_id
from syncer.sources.json_rows import json_rows
from syncer.sources.shelf import open_container, open_inside
from syncer.sync.ports import Skipped
from syncer.sync.tally import Tally

_SUMMARY = re.compile(r".*summarizedactivities.*\.json", re.DOTALL)
_PART = re.compile(r"uploadedfiles.*\.zip", re.DOTALL)
_KEY = "summarizedActivitiesExport"

# Kilometres and halves of them, several times as large as all the rest, and the FIT file has them too.
_BULKY = frozenset({"splits", "splitSummaries"})

# Ten activities a day for twenty-seven years; the files are those of every day's monitoring, too.
MOST_ROWS = 100_000
MOST_FILES = 100_000
MOST_TEXT = 48 * 2**20


@dataclass(frozen=True, slots=True)
class FitMember:
    """A FIT file in the export: where it lies, what it is called, and its `Container.stamp`."""

    location: tuple[str, ...]
    shown: str
    stamp: str


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A row of the summary, and the multisport activity that it is a part of."""

    id: str
    row: Row
    whole: Row | None
    shown: str
    location: tuple[str, ...]


@dataclass(slots=True)
class Survey:
    """All that an export holds, without what is inside its FIT files.

    Attributes:
        told_at: see `archive.told_at`.
        taken: how many rows the summary had, those that are left out among them.
        weight: the characters of the rows that are kept, as JSON.
    """

    told_at: datetime | None = None
    taken: int = 0
    weight: int = 0
    rows: list[SummaryRow] = field(default_factory=list)
    fits: list[FitMember] = field(default_factory=list)
    skipped: Tally = field(default_factory=Tally)


def is_garmin_export(name: str) -> bool:
    """Whether a member's name is one that only Garmin's account export has."""
    base = name.casefold().rpartition("/")[2]
    return bool(_SUMMARY.fullmatch(base) or _PART.fullmatch(base)) or "di_connect" in name.casefold().split("/")


def survey(path: Path) -> Survey:
    """List an export. The same archive always gives the same survey.

    Raises:
        BadFileError: the archive cannot be opened.
    """
    found = Survey()
    rows: dict[str, tuple[Row, str, tuple[str, ...]]] = {}
    container = open_container(path)
    last = ""
    try:
        for member in container.members():
            if _SUMMARY.fullmatch(member.base):
                last = member.raw
                if found.taken <= MOST_ROWS and found.weight <= MOST_TEXT:
                    _read_chunk(found, rows, container, member, path)
            elif _PART.fullmatch(member.base):
                _look_into(found, container, member, path)
            elif member.base.endswith((".fit", ".fit.gz")):
                _add_fit(found, container, member, (str(path), member.raw))
        if last:
            found.told_at = told_at(container, last, (start for row, _, _ in rows.values() if (start := instant(row))))
        for problem in container.unreadable:
            found.skipped.add(left_out(problem))
    finally:
        container.close()
    _arrange(found, rows)
    return found


def _read_chunk(
    found: Survey,
    rows: dict[str, tuple[Row, str, tuple[str, ...]]],
    container: Container,
    member: Member,
    path: Path,
) -> None:
    shown = label(container.label, member.name)
    try:
        with container.open(member.raw) as stream, named(shown):
            for number, row in enumerate(_rows(stream, shown), 1):
                found.taken += 1
                if found.taken > MOST_ROWS or found.weight > MOST_TEXT:
                    raise _too_much(shown)
                place = f"{shown} activity {number}"
                taken = _take(row, place, rows)
                if isinstance(taken, Skipped):
                    found.skipped.add(taken)
                else:
                    key, kept = taken
                    found.weight += len(json.dumps(kept))
                    rows[key] = (kept, place, (str(path), member.raw))
    except BadFileError as problem:
        found.skipped.add(left_out(problem, shown))


def _too_much(shown: str) -> BadFileError:
    why = f"there are more than {MOST_ROWS:,} rows, or rows of more than {MOST_TEXT // 2**20} MB"
    hint = "ask Garmin for a new export; the rest of this one is read without it"
    return BadFileError(
        "table-too-big", f"{shown} is no summary of activities from there on", why=why, hint=hint, item=shown
    )


def _take(row: object, place: str, known: Collection[str]) -> tuple[str, Row] | Skipped:
    """The activity's id and what is kept of its row; why, where it is left out."""
    if not isinstance(row, dict):
        return Skipped("bad-row", place, broken=True, message=f"{place} is no object")
    key = activity_id(row)
    if row.get("deleted") is True:
        return Skipped("deleted", place, message=f"{place} is marked as deleted")
    if key is None:
        return Skipped("bad-row", place, broken=True, message=f"{place} has no activityId")
    if key in known:
        message = f"{place}: {key} stands in the summary before; the first is taken"
        return Skipped("repeated-row", place, message=message)
    return key, {intern(name): value for name, value in row.items() if name not in _BULKY}


def _rows(stream: IO[bytes], shown: str) -> Iterator[object]:
    try:
        yield from json_rows(stream, _KEY)
    except (ValueError, RecursionError) as problem:
        raise BadFileError("bad-json", f"{shown} cannot be read to its end", why=str(problem), item=shown) from problem


def _look_into(found: Survey, container: Container, part: Member, path: Path) -> None:
    """List the FIT files of one of the zips inside the export."""
    try:
        inside = open_inside(container, part.raw)
    except BadFileError as problem:
        found.skipped.add(left_out(problem))
        return
    try:
        for member in inside.members():
            if len(found.fits) > MOST_FILES:
                break
            if member.base.endswith((".fit", ".fit.gz")):
                _add_fit(found, inside, member, (str(path), part.raw, member.raw))
            else:
                shown = label(inside.label, member.name)
                reason = other_file(member.base)
                found.skipped.add(Skipped(reason, shown, message=f"{shown} is no FIT file"))
    finally:
        inside.close()


def other_file(base: str) -> str:
    """Why a file that is not FIT is left out, by its name in lower case."""
    plain = base.removesuffix(".gz")
    for ending in ("gpx", "tcx"):
        if plain.endswith("." + ending):
            return ending
    return "nested-zip" if plain.endswith(".zip") else "other-file"


def _add_fit(found: Survey, container: Container, member: Member, location: tuple[str, ...]) -> None:
    shown = label(container.label, member.name)
    if len(found.fits) > MOST_FILES:
        return
    if len(found.fits) == MOST_FILES:
        why = f"there are more than {MOST_FILES:,} FIT files in the export"
        hint = "import the zips of FIT files in it by themselves"
        message = f"{shown} and what comes after it are left out"
        found.skipped.add(left_out(BadFileError("archive-too-big", message, why=why, hint=hint, item=shown)))
    try:
        found.fits.append(FitMember(location, shown, container.stamp(member.raw)))
    except BadFileError as problem:
        found.skipped.add(left_out(problem))


def _arrange(found: Survey, rows: dict[str, tuple[Row, str, tuple[str, ...]]]) -> None:
    """Leave out the multisport wholes whose parts are there too, and the FIT files that are there twice."""
    wholes = {parent for row, _, _ in rows.values() if (parent := parent_id(row)) in rows}
    for key, (row, shown, location) in rows.items():
        parent = parent_id(row)
        if key in wholes and is_multisport(row):
            message = f"{shown} sums up a multisport; its parts are taken"
            found.skipped.add(Skipped("multisport-whole", shown, message=message))
        else:
            found.rows.append(SummaryRow(key, row, rows[parent][0] if parent in rows else None, shown, location))
    seen: dict[str, FitMember] = {}
    for fit in found.fits:
        first = seen.setdefault(fit.stamp, fit)
        if first is not fit:
            message = f"{fit.shown} is the same as {first.shown}"
            found.skipped.add(Skipped("same-file", fit.shown, message=message))
    found.fits = list(seen.values())
