"""Matching on random histories whose truth is known, and what must hold for any history."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.domain.activity import Kind, Override, Provider, Recording, RecordingKey
from syncer.sync.match import Group, group
from tests.histories import History, history
from tests.work import steps

HISTORIES = 500


def _false(told: History, groups: list[Group]) -> list[tuple[str, ...]]:
    return [
        tuple(one.key.short_id for one in each.recordings)
        for each in groups
        if len({told.truth[one.key] for one in each.recordings}) > 1
    ]


def _missed(told: History, groups: list[Group]) -> tuple[int, int]:
    """Links missing among recordings that tell the truth, and how many there should be."""
    where = {one.key: number for number, each in enumerate(groups) for one in each.recordings}
    copies: dict[int, list[Recording]] = defaultdict(list)
    for one in told.recordings:
        if one.key not in told.typed and one.key not in told.harmed:
            copies[told.truth[one.key]].append(one)
    missing = sum(len({where[one.key] for one in same}) - 1 for same in copies.values())
    return missing, sum(len(same) - 1 for same in copies.values())


def test_no_false_link_in_500_random_histories_and_few_missed() -> None:
    missing = wanted = 0
    for seed in range(HISTORIES):
        told = history(seed)
        groups = group(told.recordings)
        assert not _false(told, groups), f"history {seed}"
        lost, all_of_them = _missed(told, groups)
        missing, wanted = missing + lost, wanted + all_of_them
    assert wanted > 20_000
    assert missing / wanted < 0.005


def test_recordings_that_tell_no_true_time_are_found_again_more_often_than_not() -> None:
    found = Counter[tuple[str, bool]]()
    for seed in range(100):
        told = history(seed)
        for each in group(told.recordings):
            for one in each.recordings:
                others = len(each.recordings) > 1
                if one.key in told.typed and one.distance_m and not _alone(told, one):
                    found["typed", others] += 1
                if one.key in told.harmed and (one.distance_m or 0) > 500 and not _alone(told, one):
                    found["hidden or shifted", others] += 1
    for kind in ("typed", "hidden or shifted"):
        assert found[kind, True] > 0.75 * (found[kind, True] + found[kind, False])


def _alone(told: History, one: Recording) -> bool:
    """Nobody else tells of the same deed."""
    return sum(number == told.truth[one.key] for number in told.truth.values()) == 1


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_the_order_of_recordings_does_not_matter(seed: int, order: Random) -> None:
    told = history(seed, days=6)
    overrides = _words(told, order)
    shuffled = list(told.recordings)
    order.shuffle(shuffled)
    assert group(shuffled, overrides) == group(told.recordings, overrides)


def _words(told: History, chance: Random) -> list[Override]:
    keys = [one.key for one in told.recordings]
    return [Override(chance.choice(keys), chance.choice(keys), chance.random() < 0.5) for _ in range(6)]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), chance=st.randoms(use_true_random=False))
def test_what_holds_for_every_history(seed: int, chance: Random) -> None:
    told = history(seed, days=6)
    overrides = _words(told, chance)
    groups = group(told.recordings, overrides)

    assert Counter(one.key for each in groups for one in each.recordings) == Counter(told.truth.keys())
    for each in groups:
        assert [link.key for link in each.links] == [one.key for one in each.recordings]
        assert [link.rule for link in each.links].count("self") == 1
        assert each.links[0].rule == "self"
        assert each.links[0].counted
        by_hand = any(link.rule == "manual" for link in each.links)
        kinds = {one.kind for one in each.recordings}
        assert by_hand or not {Kind.RUN, Kind.STRENGTH} <= kinds
        doubles = Counter(link.key.provider for link in each.links if link.counted)
        assert by_hand or all(count == 1 for count in doubles.values())

    # The newest word on a pair is obeyed, unless still newer ones on other pairs contradict it.
    if overrides and overrides[-1].a != overrides[-1].b:
        where = {one.key: number for number, each in enumerate(groups) for one in each.recordings}
        last = overrides[-1]
        assert (where[last.a] == where[last.b]) == last.linked


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), chance=st.randoms(use_true_random=False))
def test_unlinked_recordings_stay_apart(seed: int, chance: Random) -> None:
    told = history(seed, days=6)
    together = [each for each in group(told.recordings) if len(each.recordings) > 1]
    words = []
    for each in chance.sample(together, min(4, len(together))):
        first, second = chance.sample([one.key for one in each.recordings], 2)
        words.append(Override(first, second, linked=False))
    where = {one.key: number for number, each in enumerate(group(told.recordings, words)) for one in each.recordings}
    assert all(where[word.a] != where[word.b] for word in words)


def test_removing_a_recording_never_joins_others_wrongly() -> None:
    for seed in range(60):
        told = history(seed)
        rest = Random(seed).sample(told.recordings, len(told.recordings) * 2 // 3)
        assert not _false(told, group(rest)), f"history {seed}"


def test_work_grows_with_the_number_of_recordings() -> None:
    def many(count: int) -> list[Recording]:
        found: list[Recording] = []
        for seed in range(10_000):
            late = timedelta(days=30 * seed)
            for one in history(seed).recordings:
                key = RecordingKey(one.key.provider, f"{seed}{one.key.external_id}")
                found.append(replace(one, key=key, start=one.start + late))
            if len(found) >= count:
                break
        return found[:count]

    few, four_times = many(800), many(3_200)
    assert steps(lambda: group(four_times)) < 5 * steps(lambda: group(few))  # a quadratic one takes 16 times


def test_groups_come_in_order_of_time() -> None:
    starts = [min(one.start for one in each.recordings) for each in group(history(3).recordings)]
    assert all(earlier <= later for earlier, later in pairwise(starts))
    assert {one.provider for one in history(3).truth} == set(Provider)
