"""Which recordings are one activity, and why.

Two questions are kept apart. *Identity*: is this recording of one platform the same as that one of another? It is
answered one to one between platforms, the surest pair first. *Counting*: do several recordings of one family cover
the same time (two devices, a copy, a recording split in two)? Then they count once. Entries typed in by hand come
last, because their clocks are not to be trusted. The runner's own links and unlinks come before everything.

`docs/explanation/matching.md` tells the rules in prose; each is a function of `syncer.sync.rules`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from syncer.domain.activity import FileIdentity, Override, Provider, Recording
from syncer.sync import rules
from syncer.sync.clockless import entered_twice, hidden, shifted, suspects, typed
from syncer.sync.groups import Group, doubts, groups, timing_order
from syncer.sync.measures import Timed, after, near
from syncer.sync.partition import Partition
from syncer.sync.rules import Link, Rule

type Trusted = Sequence[Timed | None]
"""The recordings by place, without those whose start is not to be believed."""


def group(recordings: Iterable[Recording], overrides: Sequence[Override] = ()) -> list[Group]:
    """Put the recordings of one activity together.

    The result depends on the recordings and overrides alone, not on the order of the recordings. Takes
    time in proportion to their number, as long as only a few share each hour.

    Args:
        recordings: those that still exist, each key once.
        overrides: links and unlinks by hand, the oldest first; those that name missing recordings do nothing.

    Returns:
        Groups in order of their first recording's start.
    """
    timed = sorted((Timed.of(one) for one in recordings), key=lambda one: (one.begin, one.recording.key))
    sets = Partition(timed)
    _obey(timed, overrides, sets)
    _take(sorted(_proven(timed)), sets, one_to_one=True)
    trusted = _without(timed, doubts(timed, sets))
    _take(sorted(_by_start(timed, trusted)), sets, one_to_one=True)
    _take(sorted(shifted(timed, trusted, sets)), sets, one_to_one=True)
    unsure = doubts(timed, sets).keys()
    trusted = _without(timed, unsure | set(suspects(_without(timed, unsure), sets)))
    _take(sorted(_inside(trusted)), sets, one_to_one=True)
    _take(sorted(_nested(trusted)), sets, one_to_one=False)
    _take(_overlapping_sets(trusted, sets), sets, one_to_one=False)
    _take(sorted(hidden(timed, sets)), sets, one_to_one=True)
    sound = [None if one.hidden or index in unsure else one for index, one in enumerate(timed)]
    _take(sorted(typed(sound, sets)), sets, one_to_one=True)
    _take(sorted(entered_twice(sound)), sets, one_to_one=False)
    return groups(timed, sets)


def _take(links: Iterable[Link], sets: Partition, *, one_to_one: bool) -> None:
    for link in links:
        sets.join(link, one_to_one=one_to_one)


def _without(timed: Sequence[Timed], unsure: Iterable[int]) -> Trusted:
    left_out = set(unsure)
    return [None if one.hidden or one.manual or index in left_out else one for index, one in enumerate(timed)]


def _obey(timed: Sequence[Timed], overrides: Sequence[Override], sets: Partition) -> None:
    """Take the newest word first, so that an older one that contradicts it finds itself refused."""
    place = {one.recording.key: index for index, one in enumerate(timed)}
    for word in reversed(overrides):
        a, b = place.get(word.a), place.get(word.b)
        if a is None or b is None or a == b:
            continue
        if word.linked:
            sets.join_by_hand(Link.of(Rule.MANUAL, 0.0, a, b))
        else:
            sets.part(a, b)


def _proven(timed: Sequence[Timed]) -> Iterator[Link]:
    """Pairs of different platforms whose ids or files prove it, the proof by id first."""
    yield from _same_id(timed)
    yield from _same_file(timed)


def _same_id(timed: Sequence[Timed]) -> Iterator[Link]:
    garmin = {one.garmin_id: index for index, one in enumerate(timed) if one.provider is Provider.GARMIN}
    for b, one in enumerate(timed):
        proven = one.garmin_id is not None and one.provider is not Provider.GARMIN
        a = garmin.get(one.garmin_id) if proven else None
        if a is not None and rules.agrees_with_proof(timed[a], one):
            yield Link.of(Rule.EXTERNAL_ID, _apart(timed[a], one), a, b)


def _same_file(timed: Sequence[Timed]) -> Iterator[Link]:
    """Equal FIT identity, and the same session of the file."""
    copies: dict[FileIdentity, list[int]] = defaultdict(list)
    for index, one in enumerate(timed):
        if identity := rules.usable_identity(one.recording):
            copies[identity].append(index)
    for members in copies.values():
        repeated = len(members) > 1 and max(Counter(timed[index].provider for index in members).values()) > 1
        for place, a in enumerate(members):
            for b in after(members, place):
                one, other = timed[a], timed[b]
                if repeated and other.begin > one.begin + one.length + 10:
                    break
                agree = rules.agrees_with_proof(one, other) and rules.same_session(one, other)
                if one.provider is not other.provider and agree:
                    yield Link.of(Rule.FILE_IDENTITY, _apart(one, other), a, b)


def _apart(a: Timed, b: Timed) -> float:
    """0 for the same start and length, towards 1 for copies that disagree; a tie goes to the likeliest copy."""
    minutes = (abs(a.begin - b.begin) + abs(a.length - b.length)) / 60
    return minutes / (minutes + 60)


def _by_start(timed: Sequence[Timed], trusted: Trusted) -> Iterator[Link]:
    """Pairs of different platforms that begin together; an entry by hand only if start and length are equal."""
    able = [one if one.manual and not one.hidden else trusted[index] for index, one in enumerate(timed)]
    for a, b, one, other in near(able, 120):
        if one.provider is other.provider or ((one.manual or other.manual) and not rules.equal_times(one, other)):
            continue
        if answer := rules.by_start(one, other):
            yield Link.of(*answer, a, b)


def _inside(trusted: Trusted) -> Iterator[Link]:
    """Pairs of different platforms, one of them cropped."""
    for a, b, one, other in near(trusted, 1_200):
        cost = rules.by_inside(one, other) if one.provider is not other.provider else None
        if cost is not None:
            yield Link.of(Rule.INSIDE, cost, a, b)


def _nested(trusted: Trusted) -> Iterator[Link]:
    """Recordings that cover the same time, or one of them a part of it, on one platform or several."""
    return (link for link in _overlapping(trusted) if link.cost <= 0.1)


def _overlapping(trusted: Trusted) -> Iterator[Link]:
    places = [(index, one) for index, one in enumerate(trusted) if one]
    for place, (a, one) in enumerate(places):
        end = one.begin + max(one.solid, 10)
        for b, other in after(places, place):
            if other.begin > end:
                break
            cost = rules.counts_once(one, other)
            if cost is not None:
                yield Link.of(Rule.OVERLAP, cost, a, b)


def _overlapping_sets(trusted: Trusted, sets: Partition) -> Iterator[Link]:
    """Sets whose surest recordings share half of their time.

    One device's late start must not tie the run before it to the run behind it, so it does not speak for its set.
    The links must be taken one by one as they come.
    """
    surest: dict[int, int] = {}

    def surer(a: int, b: int) -> int:
        return min((a, b), key=lambda index: timing_order(one.recording) if (one := trusted[index]) else ())

    for index, one in enumerate(trusted):
        if one:
            root = sets.find(index)
            surest[root] = surer(surest[root], index) if root in surest else index
    for link in sorted(_overlapping(trusted)):
        a, b = surest[sets.find(link.a)], surest[sets.find(link.b)]
        one, other = trusted[a], trusted[b]
        cost = rules.counts_once(one, other) if a != b and one and other else None
        if cost is not None:
            yield Link.of(Rule.OVERLAP, cost, a, b)
            # By now the two sets are one, unless something forbids it.
            if sets.find(a) == sets.find(b):
                surest[sets.find(a)] = surer(a, b)
