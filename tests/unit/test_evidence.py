"""The statistics of one runner: against the plain reference, against brute force, against scipy, and at the edges."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import astuple
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from scipy.stats import contingency

from scripts.calibration.runners import simulate
from scripts.calibration.scenarios import EVERY
from syncer.correlate.diary import RunDay, Slot
from syncer.correlate.evidence import evaluate
from syncer.correlate.exposure import Exposure, look_back, read_record
from syncer.correlate.findings import Counts
from syncer.correlate.habit import MISSED_IN, after_each_past, fit_ridge_logit, learn_habit, spell_past
from syncer.correlate.rates import new_pain_ratio
from syncer.correlate.replay import deal_plans
from syncer.correlate.verdict import Verdict
from tests.work import steps

START = date(2025, 1, 6).toordinal()
EVER = 10**7


def steady_year(days: int = 364, after_skipping: int = 17, otherwise: int = 12) -> tuple[list[Slot], list[RunDay]]:
    """A history by rule, without chance: three sessions a week, four runs, pain more often after skipped stretches."""
    slots = [Slot(START + day, (day // 25) % 3 == 1 or day % 19 == 0) for day in range(days) if day % 7 in (0, 2, 4)]
    missed = {slot.day for slot in slots if slot.missed}
    runs = []
    for day in range(days):
        if day % 7 in (1, 3, 5, 6):
            before = sum(START + day - back in missed for back in range(5, 19))
            hurts = (before >= 3 and day % after_skipping == 3) or day % otherwise == 5
            runs.append(RunDay(START + day, 6000 + 500 * (day % 9), None if day % 31 == 0 else hurts))
    return slots, runs


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    path = Path(__file__).resolve().parents[3] / "shared" / "design" / "replay_reference.py"
    if not path.is_file():
        pytest.skip("the reference implementation is not beside this checkout")
    spec = importlib.util.spec_from_file_location("replay_reference", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestAgainstTheReference:
    def both(self, reference: ModuleType, number: int, replays: int, seed: int | None = None):
        worlds = list(EVERY.values())
        weeks = (9, 14, 26, 40, 52)[number % 5]
        slots, runs = simulate(worlds[number % len(worlds)], weeks, 77, number)
        today = slots[-1].day - 3 * (number % 4)
        ours = evaluate(slots, runs, today, replays)
        theirs = reference.analyse(
            [(slot.day, int(slot.missed), 0) for slot in slots],
            [(run.day, run.distance_m / 1000, None if run.pain is None else int(run.pain)) for run in runs],
            today,
            nsim=replays,
            seed=ours.seed if seed is None else seed,
        )
        return ours, theirs

    def same(self, ours, theirs) -> None:
        for counts, expected in ((ours.counts_all, theirs["all"]), (ours.counts_new, theirs["new"])):
            assert (counts.exposed_runs, counts.exposed_pain) == (expected["exposed_runs"], expected["exposed_pain"])
            assert (counts.other_runs, counts.other_pain) == (expected["other_runs"], expected["other_pain"])
        assert (ours.missed, ours.done) == (theirs["missed"], theirs["done"])
        assert (ours.pain_runs, ours.new_pain_runs) == (theirs["pain_runs"], theirs["new_pain"])
        assert ours.weeks == pytest.approx(theirs["weeks"])
        assert ours.verdict == theirs["verdict"]
        assert ours.p_value == (None if theirs["p"] is None else pytest.approx(theirs["p"], abs=0.001))
        if ours.risk_ratio:
            ratio = (ours.risk_ratio.estimate, ours.risk_ratio.low, ours.risk_ratio.high)
            assert ratio == pytest.approx(tuple(theirs["rr"].values()))

    def test_the_same_on_40_histories(self, reference):
        for number in range(40):
            self.same(*self.both(reference, number, replays=999))

    @pytest.mark.slow
    def test_the_same_on_200_histories_at_4999_replays(self, reference):
        for number in range(200):
            self.same(*self.both(reference, number, replays=4999))

    def test_only_chance_differs_under_another_seed(self, reference):
        """Two sets of 4,999 replays differ by 0.01 (one standard deviation) at p = 0.5, by less elsewhere."""
        pairs = [self.both(reference, number, 4999, seed=1) for number in range(3, 63, 2)]
        pairs = [(ours.p_value, theirs["p"]) for ours, theirs in pairs if theirs["p"] is not None]
        errors = [abs(p - q) / max(np.sqrt(2 * q * (1 - q) / 4999), 0.0005) for p, q in pairs]
        assert len(pairs) > 20
        assert max(errors) < 4.5
        assert np.mean(errors) < 1.2


class TestFrozen:
    @pytest.mark.parametrize(
        ("pain", "verdict", "p_value", "seed", "all_runs", "new", "ratio"),
        [
            (
                (17, 12),
                "pattern",
                0.0014,
                1479474971,
                (77, 14, 114, 6),
                (32, 10, 82, 6),
                (4.100591716, 1.511709866, 11.12306852),
            ),
            (
                (19, 11),
                "no_pattern",
                0.4232,
                3047946629,
                (77, 8, 114, 13),
                (40, 6, 76, 13),
                (0.9094650206, 0.3868973821, 2.137844973),
            ),
            (
                (29, 13),
                "watch",
                0.0376,
                3118400671,
                (77, 10, 114, 8),
                (51, 7, 78, 7),
                (1.524271845, 0.5899968837, 3.937994794),
            ),
            (
                (23, 9),
                "no_pattern",
                0.299,
                3097573157,
                (77, 12, 114, 11),
                (35, 8, 72, 11),
                (1.509491733, 0.5543108349, 4.110627374),
            ),
        ],
    )
    def test_years_by_rule(self, pain, verdict, p_value, seed, all_runs, new, ratio):
        """Frozen from our own run: a change here changes what users were told."""
        evidence = evaluate(*steady_year(364, *pain), EVER)
        assert (evidence.verdict, evidence.seed) == (verdict, seed)
        assert evidence.p_value == pytest.approx(p_value, abs=0.0005)
        assert (evidence.counts_all, evidence.counts_new) == (Counts(*all_runs), Counts(*new))
        assert evidence.risk_ratio
        assert astuple(evidence.risk_ratio) == pytest.approx(ratio, rel=1e-6)
        assert (evidence.missed, evidence.done, evidence.weeks, evidence.replays) == (59, 97, 52, 4999)

    def test_order_does_not_matter(self):
        slots, runs = steady_year()
        assert evaluate(slots[::-1], runs[::-1], EVER, 99) == evaluate(slots, runs, EVER, 99)
        shuffled = np.random.default_rng(5).permutation(len(runs))
        assert evaluate(slots, [runs[at] for at in shuffled], EVER, 99) == evaluate(slots, runs, EVER, 99)

    def test_twice_the_same(self):
        assert evaluate(*steady_year(), EVER, 499) == evaluate(*steady_year(), EVER, 499)

    def test_the_seed_is_the_content(self):
        slots, runs = steady_year()
        seed = evaluate(slots, runs, EVER, 1).seed
        assert evaluate(slots, runs, EVER + 7, 1).seed == seed
        assert evaluate(slots, [*runs[:-1], runs[-1]._replace(distance_m=1.0)], EVER, 1).seed != seed
        assert evaluate([*slots[:-1], Slot(slots[-1].day, not slots[-1].missed)], runs, EVER, 1).seed != seed

    def test_nothing_later_is_used(self):
        slots, runs = steady_year()
        today = START + 200
        past = evaluate([s for s in slots if s.day <= today], [r for r in runs if r.day <= today], today, 199)
        assert evaluate(slots, runs, today, 199) == past


class TestExposure:
    def counted(self, slots, runs, today=EVER):
        """Counts by hand, run by run, as the definition reads."""
        tally = {"all": [0, 0, 0, 0], "new": [0, 0, 0, 0]}
        for run in runs:
            window = [slot.missed for slot in slots if 5 <= run.day - slot.day <= 18]
            if run.pain is None or run.day < min(slot.day for slot in slots) + 18 or len(window) < 2:
                continue
            column = 0 if sum(window) / len(window) >= 0.5 else 2
            clean = not any(other.pain and 1 <= run.day - other.day <= 7 for other in runs)
            for which in ("all", "new") if clean else ("all",):
                tally[which][column] += 1
                tally[which][column + 1] += bool(run.pain)
        return tally

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=40),
        st.lists(st.tuples(st.integers(0, 70), st.sampled_from([None, False, True])), min_size=1, max_size=40),
    )
    def test_counts_are_those_of_the_definition(self, sessions, ran):
        slots = [Slot(START + day, missed) for day, missed in sessions]
        runs = [RunDay(START + day, 5000.0, pain) for day, pain in ran]
        evidence = evaluate(slots, runs, EVER, 19)
        expected = self.counted(slots, runs)
        for counts, which in ((evidence.counts_all, "all"), (evidence.counts_new, "new")):
            got = [counts.exposed_runs, counts.exposed_pain, counts.other_runs, counts.other_pain]
            assert got == expected[which]

    def test_the_window_is_days_5_to_18(self):
        """A single missed session counts for runs 5 to 18 days later, not for one 4 or 19 days later."""
        slots = [Slot(START + day, day == 30) for day in range(0, 60, 2)]
        runs = [RunDay(START + day, 5000.0, False) for day in range(30, 55)]
        exposure = look_back(read_record(slots, runs, EVER))
        assert [int(day) - START - 30 for day in exposure.days[exposure.share > 0]] == list(range(5, 19))

    def test_runs_before_the_plan_count_as_load_only(self):
        slots, runs = steady_year()
        earlier = [RunDay(START - day, 9000.0, None) for day in range(1, 100, 3)]
        with_earlier, without = evaluate(slots, [*earlier, *runs], EVER, 499), evaluate(slots, runs, EVER, 499)
        assert with_earlier.counts_all == without.counts_all
        assert with_earlier.answered_share == without.answered_share
        assert with_earlier.weeks == without.weeks
        assert with_earlier.seed != without.seed

    def test_unanswered_zero_and_tagged_are_three_things(self):
        slots, runs = steady_year()
        silent = evaluate(slots, [run._replace(pain=None) for run in runs], EVER, 19)
        free = evaluate(slots, [run._replace(pain=False) for run in runs], EVER, 19)
        assert (silent.counts_all.other_runs, silent.answered_share) == (0, 0.0)
        assert (free.counts_all.other_runs > 0, free.answered_share) == (True, 1.0)
        assert evaluate(slots, runs, EVER, 19).answered_share == pytest.approx(1 - 12 / 208, abs=0.03)


class TestLagCurve:
    def test_both_sides_of_the_run(self):
        evidence = evaluate(*steady_year(), EVER, 19)
        assert [(item.first, item.last) for item in evidence.lag_curve] == [
            *((-35, -29), (-28, -22), (-21, -15), (-14, -8), (-7, -5), (-4, -1)),
            *((0, 0), (1, 4), (5, 7), (8, 14), (15, 21)),
        ]

    def test_tallies_by_hand(self):
        slots, runs = steady_year()
        evidence = evaluate(slots, runs, EVER, 19)
        exposure = look_back(read_record(slots, runs, EVER))
        painful = exposure.days[exposure.clean & (exposure.hurt > 0)].tolist()
        for item in evidence.lag_curve:
            near = [s.missed for day in painful for s in slots if item.first <= s.day - day <= item.last]
            assert (item.pain_runs.missed, item.pain_runs.planned) == (sum(near), len(near))


class TestHabit:
    def test_ridge_logit_is_the_maximum(self):
        luck = np.random.default_rng(3)
        design = np.column_stack([np.ones(80), luck.normal(size=(80, 4))])
        outcome = (luck.random(80) < 0.3).astype(float)
        penalty = np.array([1e-3, 1, 1, 1, 1])

        def loss(b):
            score = design @ b
            return np.logaddexp(0, score).sum() - outcome @ score + 0.5 * (penalty * b**2).sum()

        best = optimize.minimize(loss, np.zeros(5), method="BFGS", options={"gtol": 1e-9})
        assert fit_ridge_logit(design, outcome, penalty) == pytest.approx(best.x, abs=1e-5)

    def test_perfect_separation_has_an_answer(self):
        design = np.column_stack([np.ones(40), np.arange(40.0) - 20])
        outcome = (np.arange(40) >= 20).astype(float)
        found = fit_ridge_logit(design, outcome, np.array([1e-3, 1.0]))
        assert np.isfinite(found).all()

    def test_a_past_is_how_many_were_missed_in_each_streak(self):
        missed = np.array([1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0], float)
        past = spell_past(missed)
        for j in range(12):
            last, three, six = missed[max(j - 1, 0) : j], missed[max(j - 4, 0) : max(j - 1, 0)], missed[: max(j - 4, 0)]
            assert MISSED_IN[past[j]].tolist() == [last.sum(), three.sum(), six[-6:].sum()]

    def test_streaks_early_on_are_over_what_there_was(self):
        shares = after_each_past(12, 0.25)  # after everything was missed: past 55
        assert shares[0, 55].tolist() == [0, 0, 0]
        assert shares[1, 1].tolist() == [0.75, 0, 0]
        assert shares[2, 3].tolist() == [0.75, 0.75, 0]
        assert shares[6, 8].tolist() == [-0.25, -0.25, 0.25]
        assert shares[11, 55].tolist() == [0.75, 0.75, 0.75]

    def test_replays_skip_as_often_as_the_runner(self):
        slots, runs = simulate(EVERY["load and reverse"], 104, 1, 2)
        record = read_record(slots, runs, EVER)
        dealt = deal_plans(learn_habit(record), 500, 1)
        assert dealt.mean() == pytest.approx(record.missed.mean(), abs=0.05)

    def test_it_says_what_it_adjusted_for(self):
        evidence = evaluate(*steady_year(), EVER, 19)
        assert evidence.adjusted_for == (
            "time since pain",
            "running load",
            "running breaks",
            "slow drift and season",
            "own streaks of skipping",
        )
        slots, runs = steady_year()
        assert evaluate([], runs, EVER, 19).adjusted_for == ()
        assert "running load" not in evaluate(slots, [r._replace(distance_m=0.0) for r in runs], EVER, 19).adjusted_for


class TestRiskRatio:
    def exposure(self, exposed: tuple[int, int], other: tuple[int, int]) -> Exposure:
        """Runs all in one 28-day block, so that only the model's error counts."""
        hurt = np.concatenate([np.arange(exposed[1]) < exposed[0], np.arange(other[1]) < other[0]]).astype(float)
        mostly = np.arange(hurt.size) < exposed[1]
        days = np.full(hurt.size, 28 * 1000)
        zeros = np.zeros(hurt.size, int)
        return Exposure(days, zeros, zeros + 3, mostly.astype(float), mostly, hurt, np.ones(hurt.size, bool))

    def test_close_to_scipy(self):
        ours = new_pain_ratio(self.exposure((7, 30), (5, 90)))
        theirs = contingency.relative_risk(7, 30, 5, 90)
        low, high = theirs.confidence_interval(0.95)
        assert ours
        assert (ours.estimate, ours.low, ours.high) == pytest.approx((theirs.relative_risk, low, high), rel=0.1)

    def test_an_empty_cell_stays_finite(self):
        ours = new_pain_ratio(self.exposure((6, 30), (0, 60)))
        assert ours
        assert 1 < ours.low < ours.estimate < ours.high < 1000

    def test_none_without_two_groups_or_pain(self):
        assert new_pain_ratio(self.exposure((0, 30), (0, 60))) is None
        assert new_pain_ratio(self.exposure((3, 30), (0, 0))) is None

    def test_only_with_enough_data(self):
        slots, runs = steady_year(60)
        short = evaluate(slots, runs, EVER, 99)
        assert short.verdict == Verdict.NOT_ENOUGH_DATA
        assert short.risk_ratio is None
        assert short.p_value is not None
        assert {item.what: (item.have, item.need) for item in short.missing}["weeks"] == (8, 10)


class TestAnyHistory:
    """Whatever is thrown at it, there is an answer and a sentence."""

    @settings(max_examples=80, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(1, 3000) | st.integers(1, 3_600_000), st.booleans()), max_size=60),
        st.lists(
            st.tuples(
                st.integers(1, 3000) | st.integers(1, 3_600_000),
                st.floats(0, 1e6),
                st.sampled_from([None, False, True]),
            ),
            max_size=60,
        ),
        st.integers(1, 3_600_000),
    )
    def test_random(self, sessions, ran, today):
        evidence = evaluate([Slot(*one) for one in sessions], [RunDay(*one) for one in ran], today, 19)
        assert evidence.sentence
        assert evidence.p_value is None or 0 < evidence.p_value <= 1
        assert bool(evidence.missing) <= (evidence.verdict == Verdict.NOT_ENOUGH_DATA)

    @pytest.mark.parametrize("step", [1, 2, 7, 30])
    @pytest.mark.parametrize("missed", [True, False, None])
    @pytest.mark.parametrize("pain", [True, False, None])
    def test_uniform(self, step, missed, pain):
        mixed = missed is None
        slots = [Slot(START + day, day % 3 == 0 if mixed else missed) for day in range(0, 700, step)] * 2
        runs = [RunDay(START + day, 8000.0, pain) for day in range(0, 700, step)] * 2
        evidence = evaluate(slots, runs, EVER, 19)
        assert evidence.verdict == Verdict.NOT_ENOUGH_DATA
        assert evidence.missing

    def test_gap_of_years_and_a_mistyped_one(self):
        slots, runs = steady_year(400)
        later = [Slot(slot.day + 9000, slot.missed) for slot in slots]
        usual = steps(lambda: evaluate(slots, runs, EVER, 199))
        for sessions in ([*slots, *later], [Slot(1, True), *slots], [*slots, Slot(3_650_000, False)]):
            assert evaluate(sessions, runs, EVER, 199).p_value is not None
            assert steps(lambda sessions=sessions: evaluate(sessions, runs, EVER, 199)) < 10 * usual

    def test_no_history(self):
        evidence = evaluate([], [], EVER)
        assert (evidence.verdict, evidence.p_value, evidence.weeks) == (Verdict.NOT_ENOUGH_DATA, None, 0)
        assert evidence.answered_share is None
        assert all(item.have == 0 for item in evidence.missing)


class TestCost:
    def test_work_grows_with_the_years(self):
        def work(weeks):
            slots, runs = simulate(EVERY["load and reverse"], weeks, 1, 1)
            assert evaluate(slots, runs, EVER, 99).p_value is not None
            return steps(lambda: evaluate(slots, runs, EVER, 99))

        assert work(1040) < 12 * work(104)

    def test_numpy_waits_until_there_is_something_to_compute(self):
        modules = "syncer.correlate.evidence, syncer.usecases.histories, syncer.sources.history_lines"
        code = f"import sys, {modules}; sys.exit('numpy' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
