from datetime import date, timedelta

import pytest

from syncer.correlate.load import Break, RunLog, longest, recent_break, spike, usual_week
from syncer.domain.week import Week
from tests.training import activity, days, run

DAY = date(2026, 11, 18)


def ago(count):
    return DAY - timedelta(days=count)


def log_of(*runs):
    return RunLog.of(runs, DAY)


def test_a_log_holds_the_runs_up_to_a_day_in_order():
    later = run(DAY + timedelta(days=1))
    log = RunLog.of([run(DAY, at="18:00"), run(DAY, at="06:00"), activity(DAY), later, run(ago(3))], DAY)
    assert [(item.local_date, item.start.hour) for item in log.runs] == [(ago(3), 18), (DAY, 6), (DAY, 18)]
    assert log.between(ago(2), ago(1)) == ()
    assert log.between(ago(3), ago(3)) == log.runs[:1]


def test_a_spike_is_against_the_longest_of_the_thirty_days_before():
    today = run(DAY, km=12)
    assert spike(log_of(run(ago(30), km=10), run(ago(5), km=6), today), today) == pytest.approx(1.2)
    assert spike(log_of(run(ago(31), km=10), run(ago(5), km=6), today), today) == pytest.approx(2.0)
    assert spike(log_of(run(ago(31), km=10), today), today) is None
    assert spike(log_of(run(ago(5), km=None), today), today) is None
    assert spike(log_of(run(ago(5), km=6), run(DAY, km=None)), run(DAY, km=None)) is None


def test_an_earlier_run_of_the_same_day_came_before_and_a_later_one_did_not():
    morning, evening = run(DAY, km=10, at="06:00"), run(DAY, km=5, at="18:00")
    log = log_of(morning, evening, run(ago(2), km=8))
    assert spike(log, evening) == pytest.approx(0.5)
    assert spike(log, morning) == pytest.approx(1.25)


def test_a_usual_week_is_the_median_of_the_twelve_before():
    week = Week.of(DAY)
    runs = [run(week.plus(-back).monday, km=km) for back, km in ((1, 50), (2, 10), (3, 20), (4, 12))]
    assert usual_week(log_of(*runs), week) == 16_000
    with_gap = [*runs, run(week.plus(-7).monday, km=30)]
    assert usual_week(log_of(*with_gap), week) == 12_000  # 10 12 20 50 30 and two weeks of nothing
    old = [run(week.plus(-13).monday, km=30)]
    assert usual_week(log_of(*old), week) is None
    assert usual_week(log_of(*old, run(DAY)), week) is None
    assert usual_week(log_of(), week) is None
    assert usual_week(log_of(run(DAY)), week) is None


def test_a_break_is_seven_whole_days_without_a_run():
    assert recent_break(log_of(run(ago(7)), run(DAY)), run(DAY)) is None
    assert recent_break(log_of(run(ago(8)), run(DAY)), run(DAY)) == Break(7, DAY)
    every_sunday = [run(day) for day in days(ago(35), 6, 7)]
    assert recent_break(log_of(*every_sunday), every_sunday[-1]) is None


def test_a_break_explains_for_ten_days_after_its_end_and_the_first_run_ever_ends_none():
    runs = [run(ago(40)), run(ago(10)), run(ago(6)), run(DAY)]
    assert recent_break(log_of(*runs), runs[-1]) == Break(29, ago(10))
    runs[1] = run(ago(11))
    assert recent_break(log_of(*runs), runs[-1]) is None
    assert recent_break(log_of(run(DAY)), run(DAY)) is None


def test_a_break_that_ends_after_the_run_is_not_seen_by_it():
    runs = [run(ago(20)), run(ago(18)), run(ago(2))]
    assert recent_break(log_of(*runs), runs[1]) is None


def test_longest():
    assert longest([]) is None
    assert longest([run(DAY, km=None), run(DAY, km=3)]) == 3000
