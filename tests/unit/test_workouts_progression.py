"""The ladder: up only when all is well and known, down after a warning or a gap, and always for a stated reason."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.workouts.history import History, Override, PlannedDay, Run, Session
from syncer.workouts.progression import level_on, levels_over_time
from syncer.workouts.readiness import effort_from_sets
from syncer.workouts.template import parse

REPO = Path(__file__).resolve().parents[2]
TEMPLATE = parse((REPO / "templates/lateral-band-walk.toml").read_text(), "lateral-band-walk.toml")
LEVELS, START = TEMPLATE.levels, TEMPLATE.default_level
MONDAY = date(2026, 1, 5)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def planned(number: int, done: bool = True) -> PlannedDay:
    return PlannedDay(day(number), day(number + 2), day(number) if done else None)


def good(number: int, **changes: object) -> Session:
    return replace(Session(day(number), complete=1.0, effort=6, pain=0), **changes)


def steady(weeks: int, **changes: object) -> History:
    """Monday, Wednesday and Friday, all done and answered."""
    numbers = [7 * week + offset for week in range(weeks) for offset in (0, 2, 4)]
    return History(
        sessions=tuple(good(number, **changes) for number in numbers),
        planned=tuple(planned(number) for number in numbers),
    )


def name_on(number: int, history: History) -> str:
    return level_on(day(number), history, LEVELS, start=START).level.name


def rule_on(number: int, history: History) -> str:
    return level_on(day(number), history, LEVELS, start=START).rule


def test_without_history_the_exercise_is_as_usually_done() -> None:
    choice = level_on(MONDAY, History(), LEVELS, start=START)
    assert (choice.level.name, choice.rule) == ("5", "start")
    assert level_on(MONDAY, History(), LEVELS).level.name == "1"


def test_a_good_runner_climbs_one_level_a_week_up_to_the_top_and_is_told_why() -> None:
    history = steady(14)
    assert [name_on(7 * week, history) for week in range(12)] == [str(min(15, 5 + week)) for week in range(12)]
    up = level_on(day(7), history, LEVELS, start=START)
    assert up.rule == "advance"
    for words in (
        "Wed 7 Jan and Fri 9 Jan complete",
        "effort at most 6/10",
        "7 days at the level",
        "3 of 3 planned sessions",
    ):
        assert words in up.why
    assert rule_on(11 * 7 + 1, history) == "top"


def test_counted_sets_are_judged_by_the_level_of_the_day() -> None:
    """Levels 4, 7 and 10 have two sets, the others three: two are all of level 7 and not all of level 8."""
    start = TEMPLATE.level("7")
    two = steady(3, complete=0.67, sets=2.0)
    assert level_on(day(7), two, LEVELS, start=start).level.name == "8"
    stuck = level_on(day(20), two, LEVELS, start=start)
    assert stuck.level.name == "8"
    assert any(": 2 of 3 sets" in need for need in stuck.needs)


@pytest.mark.parametrize(
    ("changes", "need"),
    [
        ({"effort": None}, "how hard the last two sessions felt (not known for "),
        ({"effort": 7.5}, ": 7.5/10)"),
        ({"pain": None}, "an answer about the knee after the last two sessions (none for "),
        ({"pain": 3}, ": 3/10)"),
        ({"complete": 0.99}, "the last two sessions complete ("),
        ({"level": "4"}, ": level 4)"),
    ],
)
def test_one_thing_amiss_in_one_of_the_last_two_sessions_holds(changes: dict[str, object], need: str) -> None:
    history = steady(1)
    for place in (1, 2):
        sessions = [replace(one, **changes) if at == place else one for at, one in enumerate(history.sessions)]
        choice = level_on(day(7), replace(history, sessions=tuple(sessions)), LEVELS, start=START)
        assert (choice.level.name, choice.rule) == ("5", "hold")
        assert any(need in one for one in choice.needs)
    first = replace(
        history, sessions=(replace(history.sessions[0], **{**changes, "level": None}), *history.sessions[1:])
    )
    assert name_on(7, first) == "6"


@pytest.mark.parametrize(
    ("runs", "need"),
    [
        ([Run(day(6), 8000, pain=None)], "for each run of the last 7 days (missing for 1)"),
        ([Run(day(6), 8000, pain=1)], "new knee pain"),
        ([Run(day(0), 8000, pain=2)], "7 days without new knee pain (Mon 5 Jan)"),
        (
            [Run(day(-2), 8000, pain=4), Run(day(2), 8000, pain=0), Run(day(4), 8000, pain=3)],
            "knee pain of at most 2/10 on runs (Fri 9 Jan: 3/10)",
        ),
        ([Run(day(1), 21000, pain=0, spike=True)], "a run much longer than usual (Tue 6 Jan)"),
    ],
)
def test_runs_of_the_last_week_hold(runs: list[Run], need: str) -> None:
    choice = level_on(day(7), replace(steady(1), runs=tuple(runs)), LEVELS, start=START)
    assert choice.level.name == "5"
    assert any(need in one for one in choice.needs)


def test_quiet_runs_do_not_hold() -> None:
    runs = (Run(day(-1), 20000, pain=None, spike=True), Run(day(1), 8000, pain=0), Run(day(3), 8000, pain=0))
    assert name_on(7, replace(steady(1), runs=runs)) == "6"
    chronic = tuple(Run(day(number), 8000, pain=1) for number in range(-14, 7, 3))
    assert name_on(7, replace(steady(1), runs=chronic)) == "6"


def test_three_of_four_planned_sessions_are_enough_and_fewer_are_not() -> None:
    history = steady(1)
    enough = replace(history, planned=(*history.planned, planned(3, done=False)))
    assert name_on(7, enough) == "6"
    short = replace(history, planned=(*history.planned, planned(1, done=False), planned(3, done=False)))
    assert "planned in 14 days done (3 of 5 were)" in level_on(day(7), short, LEVELS, start=START).words
    open_window = replace(history, planned=(*enough.planned, planned(5, done=False), planned(6, done=False)))
    assert name_on(7, open_window) == "6"
    assert (
        "a planned session in the last 14 days (there was none)"
        in level_on(day(7), replace(history, planned=()), LEVELS, start=START).words
    )


def test_why_a_level_stays_is_told_in_words_for_a_runner_with_days_as_people_write_them() -> None:
    history = steady(1)
    sessions = (
        *history.sessions[:1],
        replace(history.sessions[1], pain=None),
        replace(history.sessions[2], sets=1.0, effort=None, pain=None),
    )
    held = level_on(day(7), replace(history, sessions=sessions), LEVELS, start=START)
    assert held.words == (
        "This level stays for now. To go up: the last two sessions complete (Fri 9 Jan: 1 of 3 sets); "
        "how hard the last two sessions felt (not known for Fri 9 Jan); "
        "an answer about the knee after the last two sessions (none for Wed 7 Jan and Fri 9 Jan)."
    )


def test_after_going_up_the_numbers_that_allowed_it_are_told_and_no_more() -> None:
    assert level_on(day(7), steady(14), LEVELS, start=START).words == (
        "One level up: Wed 7 Jan and Fri 9 Jan complete, effort at most 6/10, knee pain at most 0/10; "
        "7 days at the level; 3 of 3 planned sessions done in 14 days; no new knee pain in 7 days."
    )


def test_no_reason_holds_a_date_of_a_computer() -> None:
    harsh = replace(
        steady(6),
        runs=(Run(day(9), 8000, pain=6), Run(day(17), 21000, pain=None, spike=True), Run(day(20), 8000, pain=3)),
        overrides=(Override(day(24), "3"),),
    )
    choices = levels_over_time(day(0), day(120), harsh, LEVELS, start=START)
    told = [choice.words for _, choice in choices]
    assert {choice.rule for _, choice in choices} >= {"start", "hold", "deload", "retry", "override", "return"}
    assert not [words for words in told if "2026-" in words or "%" in words or not words.endswith(".")]


@pytest.mark.parametrize(
    "warning",
    [
        {"sessions": (good(9, pain=5.5),)},
        {"runs": (Run(day(9), 8000, pain=6),)},
        {"runs": (Run(day(9), 8000, pain=1, worse_next_morning=True),)},
        {"runs": (Run(day(7), 8000, pain=3), Run(day(8), 8000), Run(day(9), 8000, pain=4))},
    ],
)
def test_a_warning_eases_off_for_a_week_and_then_the_level_is_tried_again(warning: dict[str, tuple]) -> None:
    history = steady(2)
    sessions = tuple(one for one in history.sessions if one.day < day(9)) + warning.get("sessions", ())
    history = replace(history, sessions=sessions, runs=warning.get("runs", ()))
    assert name_on(9, history) == "6"
    eased = level_on(day(10), history, LEVELS, start=START)
    assert (eased.level.name, eased.level.sets, eased.rule) == ("5-deload", 2, "deload")
    assert TEMPLATE.level(eased.level.name) == eased.level
    assert name_on(16, history) == "5-deload"
    again = level_on(day(17), history, LEVELS, start=START)
    assert (again.level.name, again.rule) == ("6", "retry")


def test_two_amber_runs_with_a_good_one_between_are_not_in_a_row() -> None:
    runs = (Run(day(1), 8000, pain=3), Run(day(3), 8000, pain=0), Run(day(5), 8000, pain=4))
    assert rule_on(6, replace(steady(1), runs=runs)) == "hold"


def test_a_new_warning_starts_the_lighter_week_again_without_another_step_down() -> None:
    runs = (Run(day(8), 8000, pain=6), Run(day(12), 8000, pain=6))
    history = replace(steady(1), runs=runs, sessions=(*steady(1).sessions, good(11), good(14)))
    assert [name_on(number, history) for number in (9, 13, 16, 19, 20)] == ["5-deload"] * 4 + ["6"]


def test_the_retry_waits_for_the_end_of_a_spike() -> None:
    runs = (Run(day(8), 8000, pain=6), Run(day(12), 25000, pain=0, spike=True))
    history = replace(steady(1), runs=runs, sessions=(*steady(1).sessions, good(11), good(14)))
    assert [name_on(number, history) for number in (16, 19, 20)] == ["5-deload", "5-deload", "6"]


@pytest.mark.parametrize(
    ("start", "lower", "band"),
    [("2", "1", "1"), ("5", "4", "1"), ("8", "7", "4"), ("11", "10", "7"), ("14", "13", "7")],
)
def test_after_a_gap_one_comes_back_lower(start: str, lower: str, band: str) -> None:
    history = History(sessions=(good(0), good(2, complete=0.5)))
    found = {
        number: level_on(day(number), history, LEVELS, start=TEMPLATE.level(start)) for number in (15, 16, 29, 30, 400)
    }
    assert [choice.level.name for choice in found.values()] == [start, lower, lower, band, band]
    assert found[16].rule == found[400].rule == "return"
    assert "no session since Wed 7 Jan 2026 (" in found[16].why
    back = replace(history, sessions=(*history.sessions, good(30), good(32)))
    assert level_on(day(35), back, LEVELS, start=TEMPLATE.level(start)).level.name == band


def test_maintenance_is_offered_after_twelve_answered_weeks_high_up() -> None:
    history = steady(30)
    choice = level_on(day(29 * 7), history, LEVELS, start=START)
    assert (choice.level.name, choice.rule) == ("15", "maintenance")
    assert "one or two full sessions a week" in choice.why
    silent = replace(history, sessions=tuple(replace(one, pain=None) for one in history.sessions[60:]))
    assert level_on(day(29 * 7), silent, LEVELS, start=TEMPLATE.level("15")).rule == "top"
    sore = replace(history, runs=(Run(day(25 * 7), 5000, pain=1),))
    assert rule_on(29 * 7, sore) == "top"


def test_the_runner_may_choose_and_the_rules_go_on_from_there() -> None:
    history = replace(steady(4), overrides=(Override(day(9), "9"),))
    assert name_on(8, history) == "6"
    chosen = level_on(day(9), history, LEVELS, start=START)
    assert (chosen.level.name, chosen.rule) == ("9", "override")
    assert "Wed 14 Jan 2026" in chosen.why
    assert name_on(16, history) == "10"


def test_a_pinned_level_stays_until_it_is_let_go() -> None:
    runs = (Run(day(10), 8000, pain=8),)
    history = replace(steady(6), runs=runs, overrides=(Override(day(1), "3", pinned=True), Override(day(28), None)))
    assert {name_on(number, history) for number in range(1, 28)} == {"3"}
    assert rule_on(20, history) == "override"
    assert name_on(28, history) == "4"


def test_an_unknown_level_in_the_log_changes_nothing() -> None:
    history = steady(3)
    assert name_on(14, replace(history, overrides=(Override(day(1), "99"),))) == name_on(14, history)


def test_effort_is_read_from_spare_repetitions_only() -> None:
    assert effort_from_sets(10, (12, 12, 13)) == 7
    assert effort_from_sets(10, (12, 11, 13)) is None
    assert effort_from_sets(10, ()) is None


scores = st.none() | st.sampled_from([0, 0, 0, 1, 2, 3, 4, 6])
spans = st.integers(0, 70)
sessions = st.builds(
    Session,
    day=spans.map(day),
    complete=st.sampled_from([1.0, 1.0, 1.0, 0.5]),
    effort=st.none() | st.sampled_from([5, 6, 6, 7, 9]),
    pain=scores,
)
runs = st.builds(Run, day=spans.map(day), distance_m=st.just(8000.0), pain=scores, spike=st.booleans())
plans = st.builds(planned, spans, st.sampled_from([True, True, True, False]))
lively = st.builds(
    History,
    sessions=st.lists(sessions, max_size=40).map(tuple),
    runs=st.lists(runs, max_size=20).map(tuple),
    planned=st.lists(plans, max_size=20).map(tuple),
)


def _mostly_good(seed: int) -> History:
    """A random history in which levels do rise, which blind drawing rarely gives."""
    rng = random.Random(seed)
    history = steady(10)
    kept = tuple(
        replace(one, pain=rng.choice([0, 0, 1, 3]) if rng.random() < 0.2 else 0)
        for one in history.sessions
        if rng.random() < 0.93
    )
    runs = tuple(
        Run(day(number), 8000, pain=rng.choices([0, 1, 4, 6, None], [20, 2, 1, 1, 1])[0], spike=rng.random() < 0.05)
        for number in range(0, 70, 3)
    )
    return replace(history, sessions=kept, runs=runs)


histories = lively | st.integers(0, 10**6).map(_mostly_good)
NAMES = [level.name for level in LEVELS]


def _rungs(history: History) -> list[tuple[date, int, str]]:
    chosen = levels_over_time(MONDAY, day(80), history, LEVELS, start=START)
    return [(when, NAMES.index(choice.level.name.removesuffix("-deload")), choice.rule) for when, choice in chosen]


@settings(max_examples=60, deadline=None)
@given(histories)
def test_never_two_rungs_up_never_twice_in_a_week_never_in_a_week_with_a_spike(history: History) -> None:
    rungs = _rungs(history)
    ups = [(when, after - before) for (_, before, _), (when, after, _) in pairwise(rungs) if after > before]
    assert all(step == 1 for _, step in ups)
    assert all((later - earlier).days >= 7 for (earlier, _), (later, _) in pairwise(ups))
    for when, _ in ups:
        assert not any(run.spike and 0 < (when - run.day).days <= 7 for run in history.runs)


@settings(max_examples=40, deadline=None)
@given(histories, st.sampled_from(["effort", "pain"]))
def test_missing_answers_never_advance(history: History, missing: str) -> None:
    silent = replace(history, sessions=tuple(replace(one, **{missing: None}) for one in history.sessions))
    assert all(rule != "advance" for _, _, rule in _rungs(silent))


@settings(max_examples=40, deadline=None)
@given(histories, st.integers(0, 70), st.randoms(use_true_random=False))
def test_a_day_depends_on_nothing_later_and_not_on_the_order_of_the_input(
    history: History, number: int, rng: random.Random
) -> None:
    def shuffled(things: tuple) -> tuple:
        return tuple(rng.sample(things, len(things)))

    before = History(
        sessions=shuffled(tuple(one for one in history.sessions if one.day < day(number))),
        runs=shuffled(tuple(one for one in history.runs if one.day < day(number))),
        planned=shuffled(
            tuple(
                replace(one, done_on=one.done_on if one.done_on and one.done_on < day(number) else None)
                for one in history.planned
                if one.day < day(number)
            )
        ),
    )
    known = level_on(day(number), before, LEVELS, start=START)
    assert level_on(day(number), history, LEVELS, start=START) == known
    assert dict(levels_over_time(day(number - 3), day(75), history, LEVELS, start=START))[day(number)] == known


def test_the_random_histories_do_climb_and_fall() -> None:
    rules = {rule for seed in range(30) for _, _, rule in _rungs(_mostly_good(seed))}
    assert {"advance", "hold", "deload", "retry", "start"} <= rules


def test_twenty_years_take_a_moment() -> None:
    history = steady(52 * 20)
    assert len(levels_over_time(MONDAY, day(7300), history, LEVELS, start=START)) == 7301
