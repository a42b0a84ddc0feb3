"""The pictures: what they say in words, what they draw, and that nothing in them can be markup."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from syncer.correlate.findings import Counts, RiskRatio
from syncer.correlate.plausible import plausible_rate
from syncer.correlate.view import DayMark, LevelPoint
from syncer.domain.pain import PainState, PainTag, Side
from syncer.domain.plan import SessionStatus
from syncer.report.charts.axes import FEWEST_SLOTS, LEFT, MOST_BINS, Slots, round_top, tick_places, weeks_per_bin
from syncer.report.charts.calendar import calendar, day_words
from syncer.report.charts.lags import lags
from syncer.report.charts.levels import levels
from syncer.report.charts.marks import knee_mark, radius, session_mark
from syncer.report.charts.over_time import binned, over_time
from syncer.report.charts.rates import rates
from syncer.report.charts.trace import trace
from syncer.report.svg import Element, draw, percent, picture
from tests import physio, reports

REPORT = reports.simulated(52, 24)


def parsed(drawn: Element | None) -> ET.Element:
    assert drawn is not None
    return ET.fromstring(str(drawn))


def words(drawn: Element | None) -> str:
    return parsed(drawn).findtext("desc") or ""


def classes(drawn: Element | None) -> Counter[str]:
    return Counter(item.get("class") or "" for item in parsed(drawn).iter())


class TestElements:
    def test_text_and_attributes_are_escaped(self):
        drawn = draw("text", "<b>&\"' \x1b\u202e", class_='a"><script>', stroke_width=1.5, y=None)
        assert str(drawn) == (
            '<text class="a&quot;&gt;&lt;script&gt;" stroke-width="1.5">&lt;b&gt;&amp;&quot;&#x27; \ufffd\ufffd</text>'
        )

    @given(st.text(), st.text())
    def test_whatever_is_put_in_comes_out_as_text(self, text, value):
        found = ET.fromstring(str(draw("g", draw("text", text, x=value))))
        assert len(list(found.iter())) == 2

    @pytest.mark.parametrize(
        ("value", "shown"), [(12, "12%"), (12.0, "12%"), (12.5, "12.5%"), (12.345, "12.35%"), (100, "100%"), (0, "0%")]
    )
    def test_places(self, value, shown):
        assert percent(value) == shown

    def test_a_picture_is_read_out_as_its_words(self):
        found = parsed(picture("one", "Title", "What it shows", 10, [draw("line", x1=0)]))
        assert found.get("role") == "img"
        named = (found.get("aria-labelledby") or "").split()
        assert [item.text for item in found if item.get("id") in named] == ["Title", "What it shows"]


class TestAxes:
    @given(st.floats(0.001, 1e7))
    def test_the_top_of_an_axis_is_round_and_not_far(self, value):
        top = round_top(value)
        assert value <= top * (1 + 1e-6)
        assert top <= 2 * value * (1 + 1e-6)

    @given(st.integers(1, 3000))
    def test_a_long_history_is_drawn_in_few_columns(self, weeks):
        assert -(-weeks // weeks_per_bin(weeks)) <= MOST_BINS

    @given(st.integers(1, MOST_BINS))
    def test_columns_stay_inside_and_dates_have_room(self, count):
        slots = Slots.of(count)
        assert slots.slots >= FEWEST_SLOTS
        assert slots.left(0) == pytest.approx(LEFT)
        assert slots.left(count - 1) + slots.width <= 100 + 1e-9
        places = tick_places(slots)
        assert places[0] == 0
        assert len(places) == 1 or places[-1] == count - 1
        assert all(later - earlier >= 0.2 * slots.slots for earlier, later in pairwise(places))


class TestMarks:
    @given(st.floats(0, 10), st.floats(0, 10))
    def test_more_pain_is_a_larger_dot(self, one, other):
        assert (radius(one) < radius(other)) == (one < other) or abs(one - other) < 1e-9

    def test_every_status_and_every_answer_has_a_shape_of_its_own(self):
        shapes = [
            tuple(
                (item.name, item.attributes.get("class"), item.attributes.get("d")) for item in session_mark(one, 0, 0)
            )
            for one in SessionStatus
            if one not in (SessionStatus.MOVED, SessionStatus.UPCOMING)
        ]
        assert len(set(shapes)) == len(shapes)
        knees = [
            str([str(item) for item in knee_mark(tag, 0, 0)])
            for tag in (None, PainTag(PainState.ZERO), PainTag(PainState.SUSPECTED), PainTag(PainState.TAGGED, 4))
        ]
        assert len(set(knees)) == 4


class TestCalendar:
    def test_a_row_a_week_and_a_sign_a_session(self):
        drawn = calendar(REPORT.calendar, REPORT.history, "metric")
        found = classes(drawn)
        statuses = Counter(status for mark in REPORT.calendar for status in mark.statuses)
        assert found["mark done"] == statuses[SessionStatus.DONE] + statuses[SessionStatus.MOVED]
        assert found["mark half"] == statuses[SessionStatus.PARTIAL]
        assert found["mark skipped"] == statuses[SessionStatus.SKIPPED] + statuses[SessionStatus.PARTIAL]
        assert found["mark excused"] == statuses[SessionStatus.EXCUSED]
        hurt = [mark for mark in REPORT.calendar if mark.pain and mark.pain.state is PainState.TAGGED]
        assert found["knee pain"] == len(hurt) > 0
        assert found["grid"] == 26
        assert f"knee pain on {len(hurt)}" in words(drawn)
        assert f"{statuses[SessionStatus.SKIPPED]} skipped" in words(drawn)

    def test_each_day_tells_itself(self):
        monday = date(2026, 11, 16)
        mark = DayMark(monday, (SessionStatus.DONE, SessionStatus.SKIPPED), 2, PainTag(PainState.TAGGED, 4, Side.LEFT))
        assert day_words(mark) == "Mon 16 Nov: session done; session skipped; 2 runs, knee pain 4/10, left"
        week = tuple(DayMark(monday + timedelta(days=n), (), 0, None) for n in range(1, 7))
        told = [item.text for item in parsed(calendar((mark, *week), (), "metric")).iter("title")]
        assert day_words(mark) in told

    def test_nothing_to_draw(self):
        assert calendar((), (), "metric") is None
        assert over_time((), "metric") is None
        assert rates(reports.empty().evidence) is None
        assert lags(reports.empty().evidence.lag_curve) is None
        assert levels("l", (), reports.WALKS, reports.SUNDAY) is None
        assert trace((), reports.SUNDAY, reports.SUNDAY) is None


class TestOverTime:
    @pytest.mark.parametrize("weeks", [1, 3, 52, 53, 130, 520])
    def test_no_week_is_lost_in_a_column(self, weeks):
        history = reports.simulated(weeks, 2).history
        bins = binned(history)
        assert len(bins) <= MOST_BINS
        assert sum(one.weeks for one in bins) == len(history)
        assert sum(one.kept for one in bins) == sum(week.kept for week in history)
        assert sum(one.pain_runs for one in bins) == sum(week.pain_runs for week in history)
        assert sum(one.distance_m * one.weeks for one in bins) == pytest.approx(sum(one.distance_m for one in history))

    def test_kept_and_missed_fill_the_column(self):
        found = parsed(over_time(REPORT.history, "metric"))
        bars = [item for item in found.iter("rect") if "far" not in (item.get("class") or "")]
        heights = [float(item.get("height")) for item in bars]
        assert [one + other for one, other in zip(heights[::2], heights[1::2], strict=True)] == pytest.approx(
            [84.0] * (len(bars) // 2), abs=0.02
        )

    def test_the_words_hold_the_counts(self):
        kept, missed = (sum(getattr(week, name) for week in REPORT.history) for name in ("kept", "missed"))
        assert f"{kept} of {kept + missed} sessions kept" in words(over_time(REPORT.history, "metric"))


class TestRates:
    def test_ranges_only_with_enough_data(self):
        assert classes(rates(REPORT.evidence))["range pain"] == 1
        young = replace(REPORT.evidence, risk_ratio=None)
        assert classes(rates(young))["range pain"] == 0
        assert "plausible" not in words(rates(young))
        assert "Ratio" not in "".join(parsed(rates(young)).itertext())

    def test_two_runs_do_not_make_an_axis_of_one_in_a_hundred(self):
        few = replace(REPORT.evidence, counts_new=Counts(0, 0, 2, 0), risk_ratio=None)
        assert "10 of 100 runs" in "".join(parsed(rates(few)).itertext())

    def test_the_numbers_are_those_of_the_evidence(self):
        new, ratio = REPORT.evidence.counts_new, REPORT.evidence.risk_ratio
        text = " ".join(parsed(rates(REPORT.evidence)).itertext())
        assert f"{new.exposed_pain} of {new.exposed_runs}" in text
        assert f"{new.other_pain} of {new.other_runs}" in text
        assert f"{ratio.estimate:.0f} ({ratio.low:.2g} to {ratio.high:.0f})" in text

    @pytest.mark.parametrize("ratio", [RiskRatio(1e-9, 0, 1e12), RiskRatio(400, 90, 1e5), RiskRatio(1, 0.5, 2)])
    def test_even_an_absurd_ratio_stays_inside(self, ratio):
        for item in parsed(rates(replace(REPORT.evidence, risk_ratio=ratio))).iter():
            for name in ("cx", "x1", "x2", "x"):
                if item.get(name):
                    assert 0 <= float(item.get(name).rstrip("%")) <= 100

    @given(st.integers(0, 60), st.integers(1, 60))
    def test_the_plausible_range_is_wilsons(self, part, more):
        whole = part + more
        wanted = binomtest(part, whole).proportion_ci(0.95, "wilson")
        assert plausible_rate(part, whole) == pytest.approx((wanted.low, wanted.high), abs=1e-4)
        assert plausible_rate(0, 0) == (0.0, 1.0)


class TestLags:
    def test_both_sides_of_the_run_with_their_counts(self):
        drawn = lags(REPORT.evidence.lag_curve)
        text = [item.text for item in parsed(drawn).iter("text")]
        places = [text.index(label) for label in ("14–8 days before", "day of the run", "8–14 days after")]
        assert places == sorted(places)
        for one in REPORT.evidence.lag_curve:
            if one.pain_runs.planned:
                assert f"{one.pain_runs.missed} of {one.pain_runs.planned}" in text
                assert f"{one.other_runs.missed} of {one.other_runs.planned}" in text


class TestLevels:
    def test_steps_between_the_sessions_and_a_break_after_a_gap(self):
        first = date(2026, 1, 5)
        days = [(0, "3"), (3, "3"), (7, "4"), (60, "3"), (63, "3-deload")]
        points = [LevelPoint(first + timedelta(days=day), level, reports.WALK) for day, level in days]
        drawn = levels("l", points, reports.WALKS, first + timedelta(days=66))
        found = classes(drawn)
        assert found["session"] == 5
        # three flat steps and a lighter one, and one riser: none across the gap, none where only the sets are fewer
        assert (found["step"], found["step lighter"]) == (4, 1)
        assert words(drawn) == "5 sessions: from level 3 on Mon 5 Jan 2026 to level 3-deload on Mon 9 Mar 2026."

    def test_a_level_that_the_workout_no_longer_has_is_left_out(self):
        points = [LevelPoint(reports.SUNDAY, "99", reports.WALK), LevelPoint(reports.SUNDAY, "1", "another")]
        assert levels("l", points, reports.WALKS, reports.SUNDAY) is None
        assert levels("l", [*points, LevelPoint(reports.SUNDAY, "2", reports.WALK)], reports.WALKS, reports.SUNDAY)

    def test_a_workout_with_one_level_has_no_picture(self):
        point = LevelPoint(reports.SUNDAY, "1", reports.WALK)
        assert levels("l", [point], replace(reports.WALKS, levels=reports.LADDER[:1]), reports.SUNDAY) is None


class TestTrace:
    def test_every_tagged_run_is_in_it_and_its_words(self):
        view = physio.page(12)
        drawn = trace(view.pain, view.first.monday, view.last.sunday)
        hurt = [row for row in view.pain if row.pain and row.pain.state is PainState.TAGGED]
        found = classes(drawn)
        assert found["knee pain"] + found["knee unscored"] == len(hurt) > 0
        assert words(drawn).startswith(f"Knee pain on {len(hurt)} of {len(view.pain)} entries.")

    def test_a_range_of_years_is_left_to_the_tables(self):
        view = physio.page(60)
        assert trace(view.pain, view.first.monday, view.last.sunday) is None
