"""What was left out, in bounded room: archives hold millions of rows that say nothing new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from syncer.sync.ports import Skipped

EXAMPLES = 3
MOST_BROKEN = 10_000


class Tally:
    """Counts by reason with the first few examples, and what is broken one by one as long as it can be read.

    Iterating gives back `Skipped` whose counts add up to all that was added, in the order of their coming.
    """

    def __init__(self, each: Iterable[Skipped] = ()) -> None:
        self._kept: list[Skipped] = []
        self._more: dict[int, int] = {}
        self._places: dict[tuple[str, bool], list[int]] = {}
        self._broken = 0
        for one in each:
            self.add(one)

    def add(self, one: Skipped) -> None:
        """Count one more."""
        places = self._places.setdefault((one.reason, one.broken), [])
        if one.broken:
            keep = self._broken < MOST_BROKEN
            self._broken += keep
        else:
            keep = len(places) < EXAMPLES and all(self._kept[place].example != one.example for place in places)
        if keep or not places:
            places.append(len(self._kept))
            self._kept.append(one)
        else:
            self._more[places[0]] = self._more.get(places[0], 0) + one.count

    def __iter__(self) -> Iterator[Skipped]:
        """Those that are kept; the first of a reason counts for all that are not."""
        for place, one in enumerate(self._kept):
            yield replace(one, count=one.count + self._more[place]) if place in self._more else one
