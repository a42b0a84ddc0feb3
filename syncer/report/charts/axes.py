"""Where things stand in a picture: weeks in bins along the bottom, values from a round top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from syncer.domain.week import day_in_words
from syncer.report.svg import Element, draw, percent

LEFT = 10.0
"""Per cent of the width that is kept for the words of the vertical axis."""
MOST_BINS = 52
FEWEST_SLOTS = 13
"""A short history is not stretched over the whole width."""
BIN_WEEKS = (1, 2, 4, 13, 26, 52)
TICK_ROOM = 0.3
"""Share of the width that a date needs."""
LONG_DAYS = 370
ROUND_TOPS = (1, 2, 3, 4, 5, 8, 10)


def weeks_per_bin(weeks: int) -> int:
    """How many weeks are drawn as one, so that there are at most 52 columns."""
    return next((size for size in BIN_WEEKS if weeks <= size * MOST_BINS), -(-weeks // MOST_BINS))


@dataclass(frozen=True, slots=True)
class Slots:
    """Columns from left to right.

    Attributes:
        count: columns that hold something.
        slots: columns that there is room for, at least ``count``.
    """

    count: int
    slots: int

    @classmethod
    def of(cls, count: int) -> Slots:
        """Columns for so many bins."""
        return cls(count, max(count, FEWEST_SLOTS))

    @property
    def width(self) -> float:
        """Per cent from one column to the next."""
        return (100 - LEFT) / self.slots

    def left(self, place: int) -> float:
        """Per cent of the column's left edge."""
        return LEFT + place * self.width

    def middle(self, place: int) -> float:
        """Per cent of the column's middle."""
        return self.left(place) + self.width / 2


def round_top(value: float) -> float:
    """The next round number at or above ``value``, for the top of an axis; 1 for nothing."""
    if value <= 0:
        return 1.0
    size = 1.0
    while size * 10 < value:
        size *= 10
    while size > value:
        size /= 10
    return next(size * step for step in ROUND_TOPS if size * step >= value - 1e-9)


def tick_places(slots: Slots) -> list[int]:
    """Which columns get a date below them: evenly spread, so far apart that the dates have room on a phone."""
    last = slots.count - 1
    count = 1 + int(last / (slots.slots * TICK_ROOM))
    return [round(step * last / (count - 1)) for step in range(count)] if count > 1 else [0]


def date_ticks(days: Sequence[date], slots: Slots, y: float) -> list[Element]:
    """Dates below the columns: days in a short history, months in a long one."""
    long = (days[-1] - days[0]).days > LONG_DAYS
    ticks = []
    for place in tick_places(slots):
        anchor = "start" if not place else "end" if place == slots.slots - 1 else "middle"
        x = {"start": slots.left(0), "end": 100.0}.get(anchor, slots.middle(place))
        label = day_label(days[place], long=long)
        ticks.append(draw("text", label, x=percent(x), y=y, text_anchor=anchor, class_="tick"))
    return ticks


def day_label(day: date, *, long: bool) -> str:
    """``16 Nov``; ``Nov 2026`` in a long history."""
    _, number, month = day_in_words(day).split()
    return f"{month} {day.year}" if long else f"{number} {month}"


def level_line(y: float, label: str, left: float = LEFT) -> list[Element]:
    """A thin line across, with its value at the left."""
    return [
        draw("line", x1=percent(left), x2="100%", y1=y, y2=y, class_="grid"),
        draw("text", label, x=percent(left - 1.5), y=y + 4, text_anchor="end", class_="tick"),
    ]
