"""The weekly report for a terminal: plain lines, and their colours where the terminal has any."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.correlate.view import WeeklyReport
from syncer.report import phrases
from syncer.report.outline import FLAG, Grid, Line, Section, outline
from syncer.report.safe_text import clean, unbroken

if TYPE_CHECKING:
    from rich.text import Text

WIDTH = 100
NARROWEST = 40
STYLES = {"title": "bold", "verdict": "bold", "heading": "bold cyan", "pain": "red", "kept": "green", "quiet": "dim"}


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """A line as it stands on the screen; ``tone`` says how it may be coloured."""

    text: str
    tone: str = ""


def render_terminal(report: WeeklyReport, units: str, width: int = WIDTH) -> str:
    """The report as plain text, at most ``width`` columns but for web addresses; ``units`` metric or imperial."""
    return "".join(f"{line.text}\n" for line in screen_lines(report, units, width))


def colour_terminal(report: WeeklyReport, units: str, width: int = WIDTH) -> Text:
    """The same text with colours; rich leaves them out where the terminal or ``NO_COLOR`` wants none."""
    from rich.text import Text

    shown = Text(no_wrap=True, overflow="ignore", end="")
    for line in screen_lines(report, units, width):
        shown.append(f"{line.text}\n", STYLES.get(line.tone, ""))
    return shown


def screen_lines(report: WeeklyReport, units: str, width: int = WIDTH) -> list[ScreenLine]:
    """Every line, wrapped and cleaned."""
    width = max(NARROWEST, width)
    lines = _wrapped(phrases.title(report), "title", width)
    if phrases.looking_back(report):
        lines += _wrapped(phrases.looking_back(report), "quiet", width)
    lines += _wrapped(phrases.verdict_line(report), "verdict", width)
    for note in report.see_someone:
        lines += _wrapped(f"! {note}", "pain", width)
    for section in outline(report, units):
        lines += [ScreenLine(""), ScreenLine(section.title, "heading"), *_section(section, width)]
    return [ScreenLine(clean(line.text).rstrip(), line.tone) for line in lines]


def _section(section: Section, width: int) -> Iterator[ScreenLine]:
    for part in section.parts:
        yield from _grid(part, width) if isinstance(part, Grid) else _line(part, width)
    for command in section.commands:
        yield ScreenLine(f"    {command}")


def _line(line: Line, width: int) -> Iterator[ScreenLine]:
    margin = "  " * (line.depth + 1)
    mark = f"{line.mark} " if line.mark else ""
    # the id is what commands ask for; pages are named in full below a flag, where one wants to look
    named = f"  [{line.id}]" if line.id else ""
    yield from _wrapped(f"{mark}{line.text}{named}", line.tone, width, margin)
    if line.depth or line.mark == FLAG:
        for site, address in line.links:
            yield ScreenLine(f"{margin}  {site}: {address}")


def _grid(grid: Grid, width: int) -> Iterator[ScreenLine]:
    rows = (grid.headers, *grid.rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(grid.headers))]
    if sum(widths) + 3 * len(widths) > width:
        for row in grid.rows:
            cells = ", ".join(f"{head} {cell}" for head, cell in zip(grid.headers[1:], row[1:], strict=True))
            yield from _wrapped(f"{row[0]}: {cells}", "", width, "  ")
        return
    for number, row in enumerate(rows):
        text = "  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True))
        yield ScreenLine(f"  {text}", "" if number else "quiet")


def _wrapped(text: str, tone: str, width: int, margin: str = "") -> list[ScreenLine]:
    text, room = unbroken(clean(text)), width - 2
    lines = _wrap(text, room, margin)
    while room > NARROWEST // 2 and any(_columns(line) > width - 2 for line in lines):
        # letters that take two columns, as in Japanese or emoji
        room -= 4
        lines = _wrap(text, room, margin)
    return [ScreenLine(line.replace("\N{NO-BREAK SPACE}", " "), tone) for line in lines]


def _wrap(text: str, room: int, margin: str) -> list[str]:
    hanging = f"{margin}  " if margin else ""
    lines = textwrap.wrap(text, room, initial_indent=margin, subsequent_indent=hanging, break_on_hyphens=False)
    return lines or [""]


def _columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in line)
