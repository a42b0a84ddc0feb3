from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncer.correlate.schedule import planned_sessions, prescribe
from syncer.domain.plan import PlanRule, Prescription
from syncer.domain.workout import (
    BodySide,
    Exercise,
    Intensity,
    LapButton,
    Level,
    RepeatGroup,
    Reps,
    Seconds,
    Step,
    Workout,
)

MON, WED, FRI = 0, 2, 4


def describe(workout, day, level):
    return Prescription(level or "base", 3, 480.0, 2, 10)


def ids(rules, first, last):
    return [session.id for session in planned_sessions(rules, first, last, describe)]


def test_a_rule_plans_its_weekdays_from_its_day_on():
    rule = PlanRule(date(2026, 11, 11), (MON, WED, FRI), "lateral-band-walk")
    assert ids([rule], date(2026, 11, 9), date(2026, 11, 17)) == [
        "2026-11-11-lateral-band-walk",
        "2026-11-13-lateral-band-walk",
        "2026-11-16-lateral-band-walk",
    ]


def test_a_later_rule_leaves_the_past_alone_and_replaces_the_plan_from_its_day_on():
    old = PlanRule(date(2026, 11, 2), (MON, WED), "lateral-band-walk")
    new = PlanRule(date(2026, 11, 10), (1,), "hip-circuit")
    found = ids([old, new], date(2026, 11, 2), date(2026, 11, 17))
    assert found == [
        "2026-11-02-lateral-band-walk",
        "2026-11-04-lateral-band-walk",
        "2026-11-09-lateral-band-walk",
        "2026-11-10-hip-circuit",
        "2026-11-17-hip-circuit",
    ]
    assert ids([new, old], date(2026, 11, 2), date(2026, 11, 17)) == found


def test_rules_of_one_date_stand_together_and_the_last_of_one_workout_holds():
    start = date(2026, 11, 2)
    rules = [
        PlanRule(start, (MON,), "lateral-band-walk"),
        PlanRule(start, (MON, WED), "hip-circuit"),
        PlanRule(start, (FRI,), "lateral-band-walk"),
    ]
    assert ids(rules, start, date(2026, 11, 8)) == [
        "2026-11-02-hip-circuit",
        "2026-11-04-hip-circuit",
        "2026-11-06-lateral-band-walk",
    ]


def test_a_rule_without_weekdays_ends_the_plan():
    rules = [
        PlanRule(date(2026, 11, 2), (MON,), "lateral-band-walk"),
        PlanRule(date(2026, 11, 10), (), "lateral-band-walk"),
    ]
    assert ids(rules, date(2026, 11, 1), date(2026, 12, 31)) == [
        "2026-11-02-lateral-band-walk",
        "2026-11-09-lateral-band-walk",
    ]


def test_new_year_and_week_53_and_leap_day():
    rule = PlanRule(date(2020, 1, 1), (0, 3, 5), "w")
    assert ids([rule], date(2020, 12, 28), date(2021, 1, 4)) == [
        "2020-12-28-w",
        "2020-12-31-w",
        "2021-01-02-w",
        "2021-01-04-w",
    ]
    assert ids([rule], date(2020, 2, 29), date(2020, 2, 29)) == ["2020-02-29-w"]


def test_the_rule_s_level_reaches_the_session():
    rule = PlanRule(date(2026, 11, 2), (MON,), "w", level="heavy")
    (session,) = planned_sessions([rule], date(2026, 11, 2), date(2026, 11, 2), describe)
    assert (session.level, session.sets, session.parts, session.reps, session.duration_s) == ("heavy", 3, 2, 10, 480.0)


def test_no_rules_or_an_empty_range_plan_nothing():
    assert ids([], date(2026, 1, 1), date(2026, 12, 31)) == []
    assert ids([PlanRule(date(2026, 1, 1), (0,), "w")], date(2026, 2, 1), date(2026, 1, 1)) == []


@given(
    st.lists(
        st.builds(
            PlanRule,
            st.dates(date(2026, 1, 1), date(2026, 3, 1)),
            st.lists(st.integers(0, 6), unique=True).map(tuple),
            st.sampled_from(["a", "b"]),
        ),
        max_size=6,
    ),
    st.dates(date(2026, 1, 1), date(2026, 3, 20)),
)
def test_a_change_never_rewrites_the_past(rules, changed_on):
    """A rule said later, effective from a day, leaves every session before that day as it was."""
    first, last = date(2025, 12, 20), date(2026, 4, 1)
    before = [session for session in planned_sessions(rules, first, last, describe) if session.date < changed_on]
    changed = [*rules, PlanRule(changed_on, (1, 3), "c")]
    after = planned_sessions(changed, first, last, describe)
    assert [session for session in after if session.date < changed_on] == before
    assert len({session.id for session in after}) == len(after)
    halves = [
        *planned_sessions(changed, first, changed_on, describe),
        *planned_sessions(changed, changed_on + timedelta(days=1), last, describe),
    ]
    assert halves == after


WALK = Exercise("lateral-band-walk", "Lateral band walk", 11, 11, "HIP_STABILITY", "X")
STRETCH = Exercise("glute-stretch", "Glute stretch", 31, 32, "WARM_UP", "Y")


def band_walk(rounds=3):
    steps = (
        Step("Walk", Reps(10), exercise=WALK, side=BodySide.RIGHT),
        Step("Walk", Reps(10), exercise=WALK, side=BodySide.LEFT),
        Step("Rest", Seconds(30), Intensity.REST),
    )
    return Workout(
        "Band walk",
        "lateral-band-walk",
        "",
        Level("5", "light", "ankles", rounds, 10),
        (
            Step("Warm up", LapButton(), Intensity.WARMUP),
            RepeatGroup(rounds, steps),
            Step("Stretch", Seconds(60), exercise=STRETCH),
        ),
    )


def seconds(workout):
    total = 0
    for item in workout.steps:
        steps = item.steps * item.rounds if isinstance(item, RepeatGroup) else (item,)
        total += sum(step.end.seconds if isinstance(step.end, Seconds) else 30 for step in steps)
    return total


def test_a_workout_asks_for_the_parts_of_its_repeat_group_and_the_time_of_its_sets_alone():
    asked = prescribe(band_walk(), seconds)
    assert asked == Prescription("5", 3, 270, 2, 10, frozenset({(11, 11)}))


def test_a_workout_without_a_repeat_group_is_one_set_of_all_its_exercises():
    level = Level("base", "none", "", 1, 12)
    steps = (
        Step("Raise", Reps(12), exercise=WALK),
        Step("Hold", Seconds(40), exercise=STRETCH),
        Step("Rest", Seconds(20), Intensity.REST),
    )
    asked = prescribe(Workout("No band", "no-band", "", level, steps), seconds)
    assert (asked.sets, asked.parts, asked.reps, asked.duration_s) == (1, 2, None, 70)
