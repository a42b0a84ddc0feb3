"""Strava's account export: a table of activities, and for most of them the file that was uploaded.

Here the rows are listed and each is given its file; `strava_row` reads them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import islice
from sys import getsizeof

from syncer.errors import BadFileError
from syncer.sources.archive import Archive, Container, Member, label, left_out, read_head, read_member, tidy, told_at
from syncer.sources.loose_csv import ROW_LIMIT, Row, read_table
from syncer.sources.shelf import open_container
from syncer.sources.strava_columns import Columns, find_columns
from syncer.sources.strava_dates import utc_instant
from syncer.sync.ports import ImportItem, Skipped

SOURCE = "strava-export"
PARSER_VERSION = 2
TABLE = "activities.csv"
_ACTIVITY_FILE = re.compile(r".*\.(?:fit|gpx|tcx|zip|gz)", re.DOTALL)
_ERROR = "#error#"  # Strava writes it where it failed to export something

# An activity takes one line and those of its description; Strava's descriptions end long before this.
MOST_LINES = 500_000
LONGEST_LINE = 1_000_000
TABLE_LIMIT = 24 * 2**20  # 20,000 activities and more
ROOM = 190 * 2**20  # bytes that the text and its cells take in memory
CELL = 60  # bytes of a short one
MOST_HANDED_ON = 96 * 2**20  # bytes of the rows with their columns' names, which follow one by one


def table_columns(container: Container, raw: str) -> Columns | None:
    """The columns of a table, or None when it is not Strava's.

    Raises:
        BadFileError: the table cannot be read.
    """
    head = decode_table(read_head(container, raw, 2**18))
    rows = [row.cells for row in islice(read_table(head), 12)]
    return find_columns(rows[0], rows[1:-1] or rows[1:]) if rows else None


def decode_table(content: bytes) -> str:
    """The table's text: UTF-8 with or without its mark, or UTF-16 or Windows' own letters as spreadsheets save it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    text = content.decode("utf-8-sig", errors="replace")
    strange = text.count("\ufffd")
    if strange and strange >= sum(not c.isascii() for c in text) - strange:
        return content.decode("cp1252", errors="replace")
    return text


def _require_plausible(text: str, shown: str) -> None:
    """Refuse what no export is, before millions of cells are made of it.

    Raises:
        BadFileError: ``table-too-big``.
    """
    longest = before = -1
    while (end := text.find("\n", before + 1)) >= 0:
        longest, before = max(longest, end - before), end
    longest = max(longest, len(text) - before)
    cells = sum(text.count(delimiter) for delimiter in ",;\t")
    too_much = getsizeof(text) + CELL * cells > ROOM
    if too_much or text.count("\n") > MOST_LINES or longest > LONGEST_LINE + 1:
        raise _too_much(shown)


def _too_much(shown: str) -> BadFileError:
    why = (
        f"it has more than {ROW_LIMIT - 1:,} activities or {MOST_LINES:,} lines, "
        f"a line of more than {LONGEST_LINE:,} characters, or more cells than fit into {ROOM // 2**20} MB"
    )
    hint = "ask Strava for a new export; the files in its folder 'activities' can be imported by themselves"
    return BadFileError("table-too-big", f"{shown} is no table of activities", why=why, hint=hint, item=shown)


def scan(archive: Archive) -> Iterator[ImportItem | Skipped]:
    """The rows of the export, each with the file that belongs to it.

    An item's row is JSON: ``cells`` as the table has them, ``fields`` by our names, ``decimal_comma`` (see `Columns`),
    ``file`` (``found``, ``missing``: the export lacks it, ``elsewhere``: the table came alone, or ``none``), and
    ``told_at``. A row that is read without the file it has is an item of its own (``…:row``), so that it never hides
    what the file told.

    Raises:
        BadFileError: the table or the archive cannot be read at all.
    """
    container = open_container(archive.path)
    try:
        yield from _Scan(archive, container).items()
        yield from (left_out(problem) for problem in container.unreadable)
    finally:
        container.close()


class _Scan:
    """One pass over an export's table."""

    def __init__(self, archive: Archive, container: Container) -> None:
        self.archive = archive
        self.container = container
        self.alone = archive.path.is_file() and archive.path.name == archive.table
        self.members = {} if self.alone else {member.name.casefold(): member for member in container.members()}
        self.root = tidy(archive.table).rpartition("/")[0]
        self.seen: dict[str, bytes] = {}
        self.room = MOST_HANDED_ON
        self.used: set[str] = set()
        self.told_at: datetime | None = None

    def items(self) -> Iterator[ImportItem | Skipped]:
        text = decode_table(read_member(self.container, self.archive.table, TABLE_LIMIT))
        _require_plausible(text, self._label(1))
        rows = read_table(text)
        first = list(islice(rows, 12))
        columns = find_columns(first[0].cells, [row.cells for row in first[1:]]) if first else None
        if columns is None:
            shown = self._label(1)
            yield Skipped("not-strava", shown, broken=True, message=f"{shown}: no columns of a Strava export")
            return
        del text
        below = deque([*first[1:], *rows])
        if len(below) >= ROW_LIMIT:
            raise _too_much(self._label(1))
        del first[1:], rows
        self.told_at = told_at(self.container, self.archive.table, _starts(columns, below))
        while below:  # each row is let go of when its item is made
            yield self._item(first[0].cells, columns, below.popleft())
        yield from self._beside()

    def _label(self, line: int) -> str:
        table = label(tidy(self.archive.table))
        return f"{table} line {line}" if self.alone else f"{label(self.container.label, table)} line {line}"

    def _item(self, header: list[str], columns: Columns, row: Row) -> ImportItem | Skipped:
        shown = self._label(row.line)
        fields = columns.fields(row.cells)
        if any(fields.get(field, "").startswith(_ERROR) for field in ("id", "date", "type")):
            return Skipped("error-row", shown, message=f"{shown}: Strava wrote {_ERROR} instead of the activity")
        if not re.fullmatch(r"[0-9]{1,20}", fields.get("id", "")):
            return Skipped("bad-row", shown, broken=True, message=f"{shown} does not begin with an activity's id")
        if fields["id"] in self.seen:
            return self._repeated(shown, fields)
        self.seen[fields["id"]] = _digest(fields)
        member, state = self._file(fields.get("filename", ""))
        key = f"{SOURCE}:{fields['id']}" if state in ("found", "none") else f"{SOURCE}:{fields['id']}:row"
        told = {"fields": fields, "decimal_comma": columns.decimal_comma, "file": state}
        stamp = self.container.stamp(member.raw) if member else ""
        words = json.dumps([PARSER_VERSION, stamp, told], sort_keys=True)
        fingerprint = hashlib.sha256(words.encode()).hexdigest()[:32]
        more = {"cells": _named_cells(header, row.cells), "told_at": self.told_at and self.told_at.isoformat()}
        content = json.dumps({**told, **more})
        self.room -= getsizeof(content)
        if self.room < 0:
            raise _too_much(self._label(1))
        raw = member.raw if member else self.archive.table
        return ImportItem(SOURCE, key, fingerprint, shown, (str(self.archive.path), raw), content)

    def _repeated(self, shown: str, fields: Mapping[str, str]) -> Skipped:
        same = self.seen[fields["id"]] == _digest(fields)
        what = "stands in the table before" if same else "stands in the table before, with other values"
        message = f"{shown}: activity {fields['id']} {what}; the first is taken"
        return Skipped("repeated-row", shown, broken=not same, message=message)

    def _file(self, filename: str) -> tuple[Member | None, str]:
        if not filename:
            return None, "none"
        if self.alone:
            return None, "elsewhere"
        for name in _possible_names(self.root, filename):
            if member := self.members.get(name.casefold()):
                self.used.add(member.raw)
                return member, "found"
        return None, "missing"

    def _beside(self) -> Iterator[Skipped]:
        """Activity files that no row of the table names, in the export and beside it."""
        root = f"{self.root}/".casefold().lstrip("/")
        for name, member in self.members.items():
            if member.raw in self.used or not _ACTIVITY_FILE.fullmatch(member.base):
                continue
            shown = label(self.container.label, member.name)
            if not name.startswith(root):
                message = f"{shown} lies beside the Strava export: import it by itself"
                yield Skipped("beside-the-export", shown, message=message)
            elif name.startswith(f"{root}activities/"):
                yield Skipped("no-row", shown, message=f"{shown} has no row in the table")


def _digest(fields: Mapping[str, str]) -> bytes:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).digest()


def _starts(columns: Columns, rows: Iterable[Row]) -> Iterator[datetime]:
    for row in rows:
        with suppress(ValueError):
            yield utc_instant(columns.fields(row.cells).get("date", ""))


def _possible_names(root: str, filename: str) -> Iterator[str]:
    """Where the row's file may lie: as the table says, without its folder, unpacked by a browser, or packed."""
    plain = tidy(filename)
    base = plain.rpartition("/")[2]
    for name in (f"{root}/{plain}".lstrip("/"), plain, f"{root}/{base}".lstrip("/")):
        yield name
        yield name[:-3] if name.casefold().endswith(".gz") else f"{name}.gz"


def _named_cells(header: list[str], cells: list[str]) -> list[list[str]]:
    """The cells that are not empty, with their columns' names; more cells than names are numbered."""
    names = [*header, *(f"column {place + 1}" for place in range(len(header), len(cells)))]
    return [[name, cell] for name, cell in zip(names, cells, strict=False) if cell]
