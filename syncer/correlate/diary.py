"""What the statistics need to know of one runner: plain days, nothing of where they came from."""

from __future__ import annotations

from typing import NamedTuple


class Slot(NamedTuple):
    """A planned session that is closed and not excused: its day (`date.toordinal`) and whether it was missed."""

    day: int
    missed: bool


class RunDay(NamedTuple):
    """A run: its day (`date.toordinal`), metres (0 if unknown), and pain (True), none (False) or no answer (None)."""

    day: int
    distance_m: float
    pain: bool | int | None


class History(NamedTuple):
    """One runner, under the name that the reader of the result knows."""

    id: str | int
    slots: list[Slot]
    runs: list[RunDay]

    @property
    def last_day(self) -> int:
        """The last day that is dated, 0 without any."""
        return max([*(slot.day for slot in self.slots), *(run.day for run in self.runs)], default=0)
