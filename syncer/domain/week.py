"""ISO weeks. Days and weeks are the runner's own: a run on Sunday 23:50 local time is Sunday's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO 8601 week, Monday to Sunday, written ``2026-W47``."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Week:
        """The week that ``day`` lies in; its year may differ from the day's around New Year."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def parse(cls, text: str) -> Week:
        """Read ``2026-W47``.

        Raises:
            ValueError: the text is no ISO week, or that year has no such week.
        """
        found = re.fullmatch(r"(\d{4})-?[Ww](\d{2})", text.strip())
        if not found:
            raise ValueError(f"'{text}' is not an ISO week like 2026-W47")
        week = cls(int(found[1]), int(found[2]))
        try:
            date.fromisocalendar(week.year, week.number, 1)
        except ValueError:
            raise ValueError(f"{week.year} has no week {week.number}") from None
        return week

    @property
    def monday(self) -> date:
        """The first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=6)

    def plus(self, weeks: int) -> Week:
        """So many weeks later (earlier when negative)."""
        return Week.of(self.monday + timedelta(weeks=weeks))

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_in_words(day: date) -> str:
    """``Mon 16 Nov``: short, and the same whatever the machine's language."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
