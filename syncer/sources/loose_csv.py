r"""Tables with commas whose cells hold quotes, commas and line breaks, written by more than one hand.

Two ways to write a quote inside a quoted cell are in use: ``""`` (RFC 4180) and ``\"``. The standard reader takes one
of them for the whole file, and with the wrong one it changes texts without an error. Here every row is read strictly as
RFC 4180 first, where a backslash is a character like any other, and in the other way only when that does not fit.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

CELL_LIMIT = 2**20
ROW_LIMIT = 100_001  # with the header; of a longer table one row more is given, which shows it


@dataclass(frozen=True, slots=True)
class Row:
    """A row, or what stands where one should be.

    Attributes:
        line: where it begins, counted from 1.
        cells: empty when no row can be read there.
    """

    line: int
    cells: list[str]


def read_table(text: str) -> Iterator[Row]:
    """The rows of a table, the header first; rows may be shorter or longer than it.

    Empty lines are none, nor are rows of empty cells, which spreadsheets leave at the end of what they saved.
    """
    delimiter = _delimiter(text)
    quick = _quickly(text, delimiter)
    return iter(quick) if quick is not None else _carefully(text, delimiter)


def _delimiter(text: str) -> str:
    first = text[: text.find("\n") + 1 or len(text)]
    return max(",;\t", key=first.count)


def _quickly(text: str, delimiter: str) -> list[Row] | None:
    """All rows by the standard reader, or None unless every one is strictly RFC 4180 and as wide as the header."""
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader((found[0] for found in _LINE.finditer(text)), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            filled = _is_filled(cells)
            if filled:
                rows.append(Row(line, cells))
            line = reader.line_num + 1
            if filled and len(cells) != len(rows[0].cells):
                return None
            if len(rows) > ROW_LIMIT:
                return rows
    except csv.Error:
        return None
    return rows


def _is_filled(cells: Sequence[str]) -> bool:
    return any(cell and not cell.isspace() for cell in cells)


def _carefully(text: str, delimiter: str) -> Iterator[Row]:
    """Row by row, in whichever way fits its header's width; going on behind what fits in none."""
    position, line, width, count = 0, 1, 0, 0
    while position < len(text) and count <= ROW_LIMIT:
        found = _row_at(text, position, delimiter, width)
        cells, after = found or ([], _next_row(text, position, delimiter, width))
        if not cells or _is_filled(cells):
            yield Row(line, cells)
            width = width or len(cells)
            count += 1
        line += len(_BREAK.findall(text, position, after))
        position = after


def _row_at(text: str, position: int, delimiter: str, width: int) -> tuple[list[str], int] | None:
    """The row that begins at ``position`` and where the next one does: read in the way that gives ``width`` cells."""
    both = (_scan(text, position, delimiter, escapes=escapes) for escapes in (False, True))
    ways = [way for way in both if way]
    return min(ways, key=lambda way: abs(len(way[0]) - width) if width else 0, default=None)


def _next_row(text: str, position: int, delimiter: str, width: int) -> int:
    """Behind a row that cannot be read: the first line that is a whole row, or that is too far away to look for it."""
    end, tried = len(text), 0
    for found in islice(_BREAK.finditer(text, position), _PATIENCE):
        end = found.end()
        row = _row_at(text, end, delimiter, width)
        if row is not None and len(row[0]) == width:
            return end
        tried += 1
    return end if tried == _PATIENCE else len(text)


_PATIENCE = 2_000  # lines
_BREAK = re.compile(r"\r\n?|\n")
_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]++\Z")
_ESCAPED = re.compile(r'\\(["\\])|""')


@cache
def _cell(delimiter: str, *, escapes: bool) -> re.Pattern[str]:
    """A cell and the delimiter, line break or end behind it. Groups: quoted, bare, behind."""
    quoted = r'"([^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+)"' if escapes else r'"([^"]*+(?:""[^"]*+)*+)"'
    bare = rf'([^"{delimiter}\r\n][^{delimiter}\r\n]*+|)'
    return re.compile(rf"(?:{quoted}|{bare})({delimiter}|\r\n?|\n|\Z)", re.DOTALL)


def _scan(text: str, position: int, delimiter: str, *, escapes: bool) -> tuple[list[str], int] | None:
    """The row that begins at ``position`` in one of the two ways, and where it ends; None when it does not fit."""
    cell = _cell(delimiter, escapes=escapes)
    cells: list[str] = []
    while True:
        found = cell.match(text, position)
        if found is None or found.end() - position > CELL_LIMIT:
            return None
        quoted, bare, behind = found.groups()
        if quoted is None:
            cells.append(bare)
        elif escapes:
            cells.append(_ESCAPED.sub(lambda pair: pair[1] or '"', quoted))
        else:
            cells.append(quoted.replace('""', '"'))
        position = found.end()
        if behind != delimiter:
            return cells, position
