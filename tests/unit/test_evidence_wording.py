"""When a verdict is given, how it stays, and the sentences: counts first, no blame, never more than a link."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.correlate.findings import Counts, Evidence, LagBin, LagTally, Missing, RiskRatio
from syncer.correlate.verdict import NEEDED, Verdict, decide, find_missing, skips_after_pain
from syncer.correlate.wording import ALSO_AFTER_PAIN, SHORT_OF, chance, say

FORBIDDEN = ("cause", "prevent", "prove", "significant", "risk factor", "your knee hurts because", "fault", "should")


def evidence(**changes) -> Evidence:
    plain = Evidence(
        verdict=Verdict.NO_PATTERN,
        sentence="",
        window_days=(5, 18),
        weeks=52.0,
        counts_all=Counts(41, 6, 98, 9),
        counts_new=Counts(41, 4, 98, 7),
        pain_runs=15,
        new_pain_runs=11,
        missed=40,
        done=100,
        risk_ratio=RiskRatio(1.4, 0.4, 4.6),
        p_value=0.4,
        replays=4999,
        seed=1,
        adjusted_for=(),
        missing=(),
        lag_curve=(),
        answered_share=1.0,
    )
    return replace(plain, **changes)


class TestVerdict:
    @pytest.mark.parametrize(
        ("p_value", "previous", "verdict"),
        [
            (0.0002, None, "pattern"),
            (0.01, None, "pattern"),
            (0.0102, None, "watch"),
            (0.05, "watch", "watch"),
            (0.0502, None, "no_pattern"),
            (0.0102, "pattern", "pattern"),
            (0.05, "pattern", "pattern"),
            (0.0502, "pattern", "no_pattern"),
            (0.03, "no_pattern", "watch"),
            (None, "pattern", "not_enough_data"),
        ],
    )
    def test_a_pattern_stays_until_p_is_above_5_percent(self, p_value, previous, verdict):
        assert decide(p_value, (), previous) == verdict

    def test_too_little_data_is_no_verdict_whatever_p_is(self):
        assert decide(0.0002, (Missing("weeks", 9, 10),), "pattern") == "not_enough_data"

    def test_just_enough(self):
        assert find_missing(10.0, 3, 5, (6, 6), Counts(8, 3, 8, 2)) == ()

    @pytest.mark.parametrize("what", NEEDED)
    def test_each_thing_that_is_short_is_named_with_have_and_need(self, what):
        have = {**NEEDED, what: NEEDED[what] - 1}
        runs = Counts(have["exposed_runs"], 0, have["other_runs"], 0)
        missing = find_missing(
            have["weeks"] + 0.9, have["new_pain_runs"], have["pain_runs"], (have["missed"], have["done"]), runs
        )
        assert missing == (Missing(what, NEEDED[what] - 1, NEEDED[what]),)

    def test_all_pain_needs_a_run_without(self):
        missing = find_missing(52.0, 10, 40, (20, 20), Counts(20, 20, 20, 20))
        assert [item.what for item in missing] == ["pain_free_runs"]
        assert set(NEEDED) | {"pain_free_runs"} == set(SHORT_OF)


class TestChance:
    @pytest.mark.parametrize(
        ("p_value", "words"),
        [
            (0.0002, "fewer than 1 of 1,000"),
            (0.006, "6 of 1,000"),
            (0.01, "10 of 1,000"),
            (0.0102, "11 of 1,000"),
            (0.04, "4 of 100"),
            (0.05, "5 of 100"),
            (0.0502, "51 of 1,000"),
            (0.0538, "54 of 1,000"),
            (0.06, "6 of 100"),
            (1.0, "100 of 100"),
        ],
    )
    def test_a_p_value_as_a_natural_frequency(self, p_value, words):
        assert chance(p_value) == words

    @given(st.integers(1, 5000))
    def test_it_never_seems_to_stand_on_the_other_side_of_a_level_of_alarm(self, as_good):
        """Else a report says "5 of 100" and, in the same breath, that 5 of 100 or fewer would be something to watch."""
        p_value = as_good / 5000
        part, whole = (int(word.replace(",", "")) for word in re.findall(r"[\d,]+", chance(p_value)))
        for level in (0.01, 0.05):
            assert (part / whole <= level) == (p_value <= level)


class TestSentences:
    """Word for word: these are what a runner reads."""

    def test_no_pattern(self):
        assert say(evidence()) == (
            "Knee pain started on 4 of 41 runs (10 of 100) after mostly skipped fortnights and on 7 of 98 (7 of 100)"
            " otherwise. That is within what chance gives with your habits. It does not show that strength work has no"
            " use: with this much data only a very strong link could show."
        )

    def test_not_enough_data(self):
        short = (Missing("new_pain_runs", 2, 3), Missing("missed", 1, 6))
        new = Counts(9, 1, 24, 1)
        assert say(evidence(verdict=Verdict.NOT_ENOUGH_DATA, missing=short, counts_new=new, missed=1, done=2)) == (
            "Too early to tell. You have 2 new knee-pain runs (need 3) and 1 missed session (need 6). So far: new pain"
            " on 1 of 9 runs after mostly skipped fortnights, 1 of 24 otherwise. Numbers this small swing a lot."
        )

    def test_watch(self):
        seen = evidence(
            verdict=Verdict.WATCH,
            counts_new=Counts(30, 4, 95, 5),
            risk_ratio=RiskRatio(2.61, 0.8, 8.04),
            p_value=0.0402,
        )
        assert say(seen) == (
            "Pain has followed skipped fortnights somewhat more often (new pain: 4 of 30 runs, 13 of 100, vs 5 of 95,"
            " 5 of 100; ratio 2.6, plausible range 0.8 to 8). With your habits, chance alone gives this in 4 of 100"
            " replays; read weekly, about 1 in 10 runners without any link see this line within a year. Keep logging."
        )

    def test_pattern(self):
        seen = evidence(
            verdict=Verdict.PATTERN,
            counts_new=Counts(31, 9, 104, 6),
            risk_ratio=RiskRatio(4.8, 1.9, 12.1),
            p_value=0.006,
        )
        assert say(seen) == (
            "Pain has followed skipped fortnights more often than your own habits, load, breaks and season explain"
            " (new pain: 9 of 31 runs, 29 of 100, vs 6 of 104, 6 of 100; ratio 4.8, plausible range 1.9 to 12; 6 of"
            " 1,000 replays). About 2 in 100 runners without a link would see this line within a year. It is a link in"
            " your log and no more: stress, shoes, hills or work are not in the data. A cheap test: keep 2 sessions a"
            " week for 6 weeks and watch this line."
        )

    def test_a_pattern_that_stays_says_why(self):
        assert "it stays until chance gives it in more than 5 of 100" in say(
            evidence(verdict=Verdict.PATTERN, p_value=0.03)
        )

    def test_all_pain_may_lean_where_new_pain_does_not(self):
        seen = evidence(
            verdict=Verdict.WATCH, p_value=0.03, counts_new=Counts(40, 2, 90, 8), counts_all=Counts(50, 15, 100, 10)
        )
        assert "(all pain: 15 of 50 runs, 30 of 100, vs 10 of 100, 10 of 100; new pain alone does not" in say(seen)
        assert "ratio" not in say(seen)

    def test_neither_rate_may_lean(self):
        seen = evidence(verdict=Verdict.WATCH, p_value=0.03, counts_new=Counts(40, 2, 90, 8))
        seen = replace(seen, counts_all=Counts(50, 4, 100, 9))
        assert "seen in the share of sessions skipped, not in the plain rates" in say(seen)

    def test_who_keeps_everything_is_not_told_to_skip(self):
        seen = evidence(
            verdict=Verdict.NOT_ENOUGH_DATA,
            missing=(Missing("exposed_runs", 0, 8), Missing("missed", 0, 6)),
            counts_new=Counts(0, 0, 50, 4),
            missed=0,
        )
        assert "no need to miss any" in say(seen)
        assert "new pain on 4 of 50 runs, none after a mostly skipped fortnight." in say(seen)

    def test_nothing_yet(self):
        nothing = evidence(
            verdict=Verdict.NOT_ENOUGH_DATA, missing=(Missing("weeks", 0, 10),), counts_new=Counts(0, 0, 0, 0)
        )
        assert say(replace(nothing, missed=0, done=0)) == "Too early to tell. No planned session has closed yet."
        assert say(replace(nothing, answered_share=None)).endswith("No run is recorded since the plan began.")
        assert "Of 100 runs, 20 have an answer about pain." in say(replace(nothing, answered_share=0.2))

    counts = st.integers(0, 400).flatmap(
        lambda runs: st.tuples(st.integers(0, runs), st.just(runs), st.integers(0, 9), st.integers(9, 500))
    )

    @given(
        st.sampled_from(list(Verdict)),
        counts,
        counts,
        st.floats(0.0002, 1),
        st.none() | st.builds(RiskRatio, st.floats(0.001, 1e4), st.floats(0.001, 1e4), st.floats(0.001, 1e6)),
        st.lists(
            st.builds(Missing, st.sampled_from(list(SHORT_OF)), st.integers(0, 9), st.integers(1, 10)), max_size=8
        ),
        st.booleans(),
    )
    def test_forbidden_words_never_appear(self, verdict, every, new, p_value, ratio, missing, right_side):
        seen = evidence(
            verdict=verdict,
            counts_all=Counts(every[1], every[0], every[3], every[2]),
            counts_new=Counts(new[1], new[0], new[3], new[2]),
            p_value=p_value,
            risk_ratio=ratio,
            missing=tuple(missing),
            lag_curve=curve(after=15 if right_side else 2),
        )
        text = say(seen)
        assert not [word for word in FORBIDDEN if word in text.lower()]
        assert "  " not in text
        assert "e+" not in text
        assert "nan" not in text


def curve(after: int, before: int = 2, planned: int = 20) -> tuple[LagBin, ...]:
    """Of 20 sessions each, so many missed in the week after pain and in the days before it; 2 around other runs."""
    other = LagTally(2, planned)
    return (
        LagBin(-14, -8, LagTally(before, planned), other),
        LagBin(-7, -5, LagTally(before, planned), other),
        LagBin(-4, -1, LagTally(planned, planned), other),
        LagBin(0, 0, LagTally(0, 0), LagTally(0, 0)),
        LagBin(1, 4, LagTally(after, planned), other),
        LagBin(5, 7, LagTally(after, planned), other),
        LagBin(8, 14, LagTally(planned, planned), other),
    )


class TestRightSide:
    def test_skipping_after_pain_is_named_after_any_verdict(self):
        for verdict in Verdict:
            assert say(evidence(verdict=verdict, lag_curve=curve(after=12))).endswith(ALSO_AFTER_PAIN)
            assert ALSO_AFTER_PAIN not in say(evidence(verdict=verdict, lag_curve=curve(after=3)))

    def test_not_when_the_left_side_is_higher_or_little_is_known(self):
        assert skips_after_pain(curve(after=12, before=11))
        assert not skips_after_pain(curve(after=12, before=13))
        few = tuple(replace(item, pain_runs=LagTally(2, 2)) for item in curve(after=12))
        assert not skips_after_pain(few)
        assert not skips_after_pain(())
