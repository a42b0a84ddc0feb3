"""Recordings whose start says nothing: hidden, off by a time zone, or typed in by hand.

What is left to compare is the numbers, so each rule asks whether any third recording could be meant as well.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from syncer.sync import likeness
from syncer.sync.measures import Family, Timed, after, near
from syncer.sync.partition import Partition
from syncer.sync.rules import Link, Rule

_DAY_S = 86_400
_EPOCH_ORDINAL = 719_163  # date(1970, 1, 1).toordinal()
_HALF_DAY_S = 14 * 3_600 + 5

type Pair = tuple[float, int, int]
"""A cost and two places."""


def hidden(timed: Sequence[Timed], sets: Partition) -> Iterator[Link]:
    """Recordings that show only their day, with the one recording that they equal."""
    days: dict[int, list[int]] = defaultdict(list)
    for index, one in enumerate(timed):
        if not one.hidden and not one.manual:
            days[int(one.begin // _DAY_S)].append(index)
    found: list[Pair] = []
    for a, one in enumerate(timed):
        if not one.hidden:
            continue
        middle = likeness.hidden_day(one.recording).toordinal() - _EPOCH_ORDINAL
        for b in (index for day in (middle - 1, middle, middle + 1) for index in days.get(day, ())):
            cost = None if sets.share_provider(a, b) else likeness.by_hidden_start(one, timed[b])
            if cost is not None:
                found.append((cost, a, b))
    yield from _telling(Rule.HIDDEN_START, _clear(found, sets), timed, sets)


def shifted(timed: Sequence[Timed], trusted: Sequence[Timed | None], sets: Partition) -> Iterator[Link]:
    """Recordings off by a time zone."""
    found: list[Pair] = []
    for a, b, one, other in _as_long(trusted):
        cost = None if sets.share_provider(a, b) else likeness.by_clock_shift(one, other)
        if cost is not None:
            found.append((cost, a, b))
    yield from _telling(Rule.CLOCK_SHIFT, found, timed, sets)


def suspects(trusted: Sequence[Timed | None], sets: Partition) -> Iterator[int]:
    """Recordings with a likeness on another platform at another hour, neither of them found where it stands.

    One of the two clocks may be wrong, so that neither may be put with what else was done at its hour.
    """
    for a, b, one, other in _as_long(trusted):
        if not sets.share_provider(a, b) and likeness.may_be_shifted(one, other):
            yield from (a, b)


def _as_long(trusted: Sequence[Timed | None]) -> Iterator[tuple[int, int, Timed, Timed]]:
    """Pairs of one length, to 3 s, within half a day and a bit."""
    places = [(index, one.begin, one.length, one) for index, one in enumerate(trusted) if one]
    for place, (a, begin, length, one) in enumerate(places):
        for b, later, its_length, other in after(places, place):
            if later - begin > _HALF_DAY_S:
                break
            if -3 <= its_length - length <= 3:
                yield a, b, one, other


def _clear(found: Sequence[Pair], sets: Partition) -> list[Pair]:
    """The pairs that are clearly better (by half a unit of cost) than any other that either side could take."""
    choices: dict[int, list[tuple[float, frozenset[int]]]] = defaultdict(list)
    for cost, a, b in found:
        pair = frozenset((sets.find(a), sets.find(b)))
        for root in pair:
            choices[root].append((cost, pair))
    return [
        (cost, a, b)
        for cost, a, b in found
        for pair in [frozenset((sets.find(a), sets.find(b)))]
        if all(other >= cost + 0.5 for root in pair for other, taken in choices[root] if taken != pair)
    ]


def _telling(rule: Rule, found: Sequence[Pair], timed: Sequence[Timed], sets: Partition) -> Iterator[Link]:
    """Pairs whose length and distance no third recording of the whole history has.

    Without a clock only these numbers speak, and a daily commute or a treadmill has the same ones again and again.
    """
    if not found:
        return
    lengths: dict[Family, list[tuple[float, int]]] = defaultdict(list)
    for index, one in enumerate(timed):
        lengths[one.family].append((one.length, index))
    for family in lengths.values():
        family.sort()
    for cost, a, b in found:
        pair = {sets.find(a), sets.find(b)}
        if not any(sets.find(c) not in pair for c in _alike(a, b, timed, lengths[timed[a].family])):
            yield Link.of(rule, cost, a, b)


def _alike(a: int, b: int, timed: Sequence[Timed], lengths: Sequence[tuple[float, int]]) -> Iterator[int]:
    """Recordings with the numbers of ``a`` that are no copies of either, which would stand at the same minute."""
    one, other = timed[a], timed[b]
    for length, c in after(lengths, bisect_left(lengths, (one.length - 3, -1)) - 1):
        if length > one.length + 3:
            return
        apart = min(abs(timed[c].begin - one.begin), abs(timed[c].begin - other.begin))
        if apart > 120 and likeness.alike(one, timed[c]):
            yield c


def typed(sound: Sequence[Timed | None], sets: Partition) -> Iterator[Link]:
    """Entries by hand with the recording on another platform that they repeat, if only one can be meant."""
    entries = [(index, one) for index, one in enumerate(sound) if one and one.manual]
    begins = [(one.begin, index, one) for index, one in enumerate(sound) if one] if entries else []
    for a, entry in entries:
        best: tuple[float, int] | None = None
        meant: set[int] = set()
        for begin, b, other in after(begins, bisect_left(begins, entry.begin - 3_600, key=lambda one: one[0]) - 1):
            if begin > entry.begin + 3_600:
                break
            if sets.share_provider(a, b) or not likeness.could_be_typed(entry, other):
                continue
            cost = likeness.by_hand_entry(entry, other)
            if cost is not None or abs(entry.begin - begin) <= 1_800:
                meant.add(sets.find(b))
            if cost is not None and (best is None or cost < best[0]):
                best = (cost, b)
        if best and len(meant) == 1:
            yield Link.of(Rule.HAND_ENTERED, best[0], a, best[1])


def entered_twice(sound: Sequence[Timed | None]) -> Iterator[Link]:
    """Entries by hand beside another copy on the same platform; each with its likeliest one."""
    best: dict[int, Link] = {}
    for a, b, one, other in near(sound, 900):
        if one.provider is not other.provider or not (one.manual or other.manual):
            continue
        cost = likeness.by_second_entry(one, other)
        if cost is not None:
            link = Link.of(Rule.OVERLAP, cost, a, b)
            for index in (place for place, which in ((a, one), (b, other)) if which.manual):
                best[index] = min(best.get(index, link), link)
    yield from set(best.values())
