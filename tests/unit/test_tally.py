"""What was left out is counted whole and kept in bounded room: the first examples of each reason, what is broken one
by one."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.sync import tally
from syncer.sync.ports import Skipped
from syncer.sync.tally import EXAMPLES, Tally

SKIPPED = st.builds(
    Skipped, st.sampled_from(["not-an-activity", "missing-file"]), st.sampled_from("abcdef"), st.booleans()
)


@given(st.lists(SKIPPED, max_size=40))
def test_the_counts_of_what_is_kept_add_up_to_all_that_was_added(each: list[Skipped]) -> None:
    kept = list(Tally(each))
    told = Counter[tuple[str, bool]]()
    for one in kept:
        told[one.reason, one.broken] += one.count
    assert told == Counter((one.reason, one.broken) for one in each)


@given(st.lists(SKIPPED, max_size=40))
def test_of_what_is_whole_the_first_different_examples_stay_in_order(each: list[Skipped]) -> None:
    for reason in ("not-an-activity", "missing-file"):
        whole = [one.example for one in each if one.reason == reason and not one.broken]
        kept = [one.example for one in Tally(each) if one.reason == reason and not one.broken]
        assert kept == list(dict.fromkeys(whole))[:EXAMPLES]


def test_what_is_broken_is_kept_one_by_one() -> None:
    each = [Skipped("bad-crc", f"{number}.fit", broken=True, message=f"number {number}") for number in range(50)]
    assert list(Tally(each)) == each


def test_more_than_anyone_reads_is_counted_with_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_BROKEN", 10)
    kept = list(Tally(Skipped("bad-crc", f"{number}.fit", broken=True) for number in range(50)))
    assert len(kept) == 10
    assert [one.count for one in kept] == [41] + [1] * 9
    # a reason that comes after the room is used up is named all the same
    late = Tally([*kept, Skipped("bad-row", "line 7", broken=True)])
    assert [(one.reason, one.count) for one in late][-1] == ("bad-row", 1)


def test_millions_of_rows_take_no_more_room_than_a_few() -> None:
    counted = Tally()
    for number in range(10_000):
        counted.add(Skipped("not-an-activity", f"row {number}"))
    kept = list(counted)
    assert [one.example for one in kept] == [f"row {number}" for number in range(EXAMPLES)]
    assert [one.count for one in kept] == [10_000 - EXAMPLES + 1, *[1] * (EXAMPLES - 1)]
