"""Columns of plain text that fit the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from syncer.report.safe_text import one_line

PLAIN_WIDTH = 100
"""Columns of text that goes to no terminal."""
LAST_LEAST = 30
"""The last column, which holds sentences, gives way first, but to no less than this."""
LEAST = 8
"""The others then give way to no less than this, the widest first."""
GAP = "  "


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below headers; made by hand because rich measures every cell several times: 10,000 rows took it 10 seconds.

    Attributes:
        headers: one that ends with ``>`` aligns its column right; none is shown where all are empty.
        rows: with a cell for each header, each on one line.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self, width: int | None = None) -> str:
        """Its lines.

        Args:
            width: of the terminal, which no line exceeds as long as each column can have 8. None stands for a file or
                another program: the last column wraps as at 100, the others stay whole, so that lines can be searched.
        """
        shown = [[header.rstrip(">") for header in self.headers]] if any(self.headers) else []
        shown += [list(row) for row in self.rows]
        widths = [max((cells(row[place]) for row in shown), default=0) for place in range(len(self.headers))]
        widths = _narrowed(widths, width)
        to_the_right = [header.endswith(">") for header in self.headers]
        return "\n".join(
            GAP.join(map(_padded, line, widths, to_the_right)).rstrip()
            for row in shown
            for line in zip_longest(*map(_wrapped, row, widths), fillvalue="")
        )


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table of any values: None is empty, a text loses its control characters and keeps its indent."""
    return Table(headers, [["" if cell is None else _cell(str(cell)) for cell in row] for row in rows])


def _cell(text: str) -> str:
    return " " * (len(text) - len(text.lstrip(" "))) + one_line(text)


def _narrowed(widths: list[int], width: int | None) -> list[int]:
    """The columns' widths, so that they and their gaps fit into ``width``."""
    *others, last = widths
    room = (width or PLAIN_WIDTH) - len(GAP) * len(others)
    last = min(last, max(room - sum(others), LAST_LEAST))
    found = [*others, last]
    while width is not None and sum(found) > room and max(found) > LEAST:
        found[found.index(max(found))] -= 1
    return found


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` columns, broken between words where that is possible."""
    if cells(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in re.findall(r" *[^ ]+", text):
        rest = word
        while cells(line + rest) > width:
            if not line:
                fitting = max((end for end in range(len(rest)) if cells(rest[:end]) <= width), default=0) or 1
                line, rest = rest[:fitting], rest[fitting:]
            lines.append(line)
            line, rest = "", rest.lstrip(" ")
        line += rest
    return [*lines, line]


def _padded(text: str, width: int, to_the_right: bool) -> str:
    gap = " " * (width - cells(text))
    return gap + text if to_the_right else text + gap


def cells(text: str) -> int:
    """How many columns a terminal needs for it."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)
