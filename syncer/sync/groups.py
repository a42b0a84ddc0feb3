"""The sets of recordings that matching ended with, told as groups: in which order, why, and with which doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from syncer.domain.activity import Provider, Recording, RecordingKey, RecordingLink
from syncer.sync.measures import Timed, overlap
from syncer.sync.partition import Partition
from syncer.sync.rules import SCORE, Link, Rule

_NAMING = (Provider.GARMIN, Provider.STRAVA, Provider.FILE)
_TIMING = (Provider.GARMIN, Provider.FILE, Provider.STRAVA)
_TIMELESS = (Rule.EXTERNAL_ID, Rule.FILE_IDENTITY, Rule.CLOCK_SHIFT, Rule.MANUAL)


@dataclass(frozen=True, slots=True)
class Group:
    """The recordings of one activity.

    Attributes:
        recordings: in naming order (`naming_order`); the first gives the activity its id.
        links: why each belongs here, in the same order.
        doubted: recordings whose clock disagrees with the surer ones of the group; their times are not used.
        flagged: that doubt as a sentence, or None.
    """

    recordings: tuple[Recording, ...]
    links: tuple[RecordingLink, ...]
    doubted: frozenset[RecordingKey] = frozenset()
    flagged: str | None = None


def naming_order(key: RecordingKey) -> tuple[int, bool, int, str]:
    """Garmin before Strava before files; then by id, numbers as numbers."""
    numeric = key.external_id.isascii() and key.external_id.isdigit()
    # the more digits, the larger: Python makes a number of some thousand digits at most
    return (_NAMING.index(key.provider), not numeric, len(key.external_id) if numeric else 0, key.external_id)


def timing_order(recording: Recording) -> tuple[bool, bool, int, tuple[int, bool, int, str]]:
    """Whose times to believe first: a device's before a typed or hidden one; Garmin's, then files', then Strava's."""
    provider = _TIMING.index(recording.key.provider)
    return (recording.start_hidden, recording.manual, provider, naming_order(recording.key))


@dataclass(frozen=True, slots=True)
class Doubt:
    """The surer recording of the group, and by how many seconds the doubted one starts later than it."""

    sure: int
    later: float


type _Tree = Mapping[int, Sequence[tuple[int, Link]]]


def doubts(timed: Sequence[Timed], sets: Partition) -> dict[int, Doubt]:
    """Recordings that were linked in spite of their clock, as with an edited start or a wrong time zone."""
    found: dict[int, Doubt] = {}
    tree = sets.tree
    for start in {sets.find(link.a) for link in sets.links if link.rule in _TIMELESS}:
        members = [start, *(there for _, there, _ in _walk(start, tree))]
        sure = min(members, key=lambda i: timing_order(timed[i].recording))
        shaky = {sure: False}
        for here, there, link in _walk(sure, tree):
            timeless = link.rule in _TIMELESS and timed[here].provider is not timed[there].provider
            shaky[there] = shaky[here] or timeless
            later = timed[there].begin - timed[sure].begin
            if shaky[there] and abs(later) > 120:
                found[there] = Doubt(sure, later)
    return found


def groups(timed: Sequence[Timed], sets: Partition) -> list[Group]:
    """Every set as a group, in order of the first start in it."""
    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(timed)):
        members[sets.find(index)].append(index)
    doubted = doubts(timed, sets)
    return [_group(timed, indexes, sets.tree, doubted) for indexes in members.values()]


def _walk(start: int, tree: _Tree) -> Iterator[tuple[int, int, Link]]:
    """The links from ``start`` outwards, as (nearer, farther, link)."""
    seen, ahead = {start}, [start]
    for here in ahead:
        for there, link in tree.get(here, ()):
            if there not in seen:
                seen.add(there)
                ahead.append(there)
                yield here, there, link


def _group(timed: Sequence[Timed], indexes: list[int], tree: _Tree, doubted: dict[int, Doubt]) -> Group:
    if len(indexes) > 1:
        indexes = sorted(indexes, key=lambda i: naming_order(timed[i].recording.key))
    first = indexes[0]
    reasons = {first: RecordingLink(timed[first].recording.key, Rule.SELF.value, SCORE[Rule.SELF])}
    for here, there, link in _walk(first, tree):
        rule = _rule(timed, indexes, there, link)
        extra = rule in (Rule.OVERLAP, Rule.SPLIT) or timed[here].provider is timed[there].provider
        counted = reasons[here].counted and not extra
        reasons[there] = RecordingLink(timed[there].recording.key, rule.value, link.score, counted)
    unsure = [i for i in indexes if i in doubted]
    return Group(
        recordings=tuple(timed[i].recording for i in indexes),
        links=tuple(reasons[i] for i in indexes),
        doubted=frozenset(timed[i].recording.key for i in unsure),
        flagged=_sentence(timed, {i: doubted[i] for i in unsure if not timed[i].hidden}),
    )


def _rule(timed: Sequence[Timed], indexes: Sequence[int], there: int, link: Link) -> Rule:
    """A recording that shares time with others of its platform doubles them; one that shares none is a split."""
    if link.rule is not Rule.OVERLAP:
        return link.rule
    siblings = [i for i in indexes if i != there and timed[i].provider is timed[there].provider]
    apart = all(overlap(timed[there], timed[i]) < 0.5 for i in siblings)
    return Rule.SPLIT if siblings and apart else Rule.OVERLAP


def _sentence(timed: Sequence[Timed], doubted: dict[int, Doubt]) -> str | None:
    """The greatest shift above ten minutes, for the runner's eyes."""
    index = max(doubted, key=lambda i: abs(doubted[i].later), default=None)
    if index is None or abs(doubted[index].later) <= 600:
        return None
    minutes = round(abs(doubted[index].later) / 60)
    days, hours, minutes = minutes // 1_440, minutes // 60 % 24, minutes % 60
    span = " ".join(f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n)
    told, used = timed[index].provider.value.title(), timed[doubted[index].sure].provider.value.title()
    way = "later" if doubted[index].later > 0 else "earlier"
    return f"{told} starts it {span} {way} than {used}; the start from {used} is used"
