from datetime import date

import pytest

from syncer.correlate.recognition import Clues, is_other_training, recognise, trace
from syncer.domain.activity import ExerciseSet, Kind, Sport
from syncer.domain.plan import MatchRule
from tests.training import activity, planned, walks

DAY = date(2026, 11, 16)
CLUES = Clues(
    pushed={4242: "lateral-band-walk", 77: "hip-circuit"},
    connect_ids={"786412842": "lateral-band-walk", "111": "hip-circuit"},
    scheduled={"900": "2026-11-16-lateral-band-walk"},
)
BENCH = ExerciseSet(active=True, duration_s=40, reps=8, category=0, exercise=1)


def rule(clues=CLUES, session=None, **what):
    done = activity(DAY, **what)
    return recognise(done, session or planned(DAY), trace(done, clues))


@pytest.mark.parametrize(
    ("expected", "what"),
    [
        (MatchRule.WORKOUT_ID, {"workout_ids": ("786412842",), "name": "Whatever"}),
        (MatchRule.TRAINING_FILE, {"serials": (4242,)}),
        (MatchRule.TRAINING_FILE, {"serials": (786412842,)}),
        (MatchRule.SCHEDULE, {"id_": "g900", "name": "Upper body"}),
        (MatchRule.SETS, {"sets": walks(1, 0, step=False), "name": "Strength"}),
        (MatchRule.SETS, {"sets": (BENCH, *walks(3, 3, step=False)), "name": "Upper body"}),
        (MatchRule.NAME, {"name": "Evening lateral band walks"}),
        (MatchRule.NAME, {"name": "Physio stuff", "band_walk": True}),
        (MatchRule.TIME, {"name": "Strength"}),
        (MatchRule.TIME, {"name": None}),
        (MatchRule.TIME, {"name": "Krafttraining am Morgen"}),
        (MatchRule.TIME, {"workout_ids": ("0",)}),
    ],
)
def test_the_surest_signal_is_named(expected, what):
    assert rule(**what) is expected


@pytest.mark.parametrize(
    "what",
    [
        {"name": "Upper body"},
        {"name": "Oberkörper"},
        {"name": "Push Day 💪"},
        {"name": "Yoga with a friend"},
        {"sets": (BENCH,) * 4, "name": "Strength"},
        {"workout_ids": ("555",), "name": "Strength"},
        {"serials": (999,), "name": "Strength"},
    ],
)
def test_a_clearly_different_strength_session_is_not_taken_for_it(what):
    assert rule(**what) is None


@pytest.mark.parametrize("what", [{"workout_ids": ("786412842",)}, {"name": "Band walk", "band_walk": True}, {}])
def test_a_run_is_never_a_session(what):
    assert rule(kind=Kind.RUN, **what) is None


@pytest.mark.parametrize("sport", [Sport.RIDE, Sport.SWIM, Sport.WALK, Sport.HIKE, Sport.TRANSITION])
def test_another_sport_is_a_session_only_by_the_workout_it_followed(sport):
    assert rule(kind=Kind.OTHER, sport=sport, serials=(4242,)) is MatchRule.TRAINING_FILE
    assert rule(kind=Kind.OTHER, sport=sport, name="Lateral band walk", band_walk=True) is None
    assert rule(kind=Kind.OTHER, sport=sport, sets=walks(3, 3)) is None


def test_what_a_watch_without_a_strength_profile_calls_other_is_one_by_its_sets_or_name_never_by_time():
    assert rule(kind=Kind.OTHER, serials=(4242,)) is MatchRule.TRAINING_FILE
    assert rule(kind=Kind.OTHER, sets=walks(3, 3, step=False)) is MatchRule.SETS
    assert rule(kind=Kind.OTHER, name="Lateral band walk") is MatchRule.NAME
    assert rule(kind=Kind.OTHER, name="Evening", band_walk=True) is MatchRule.NAME
    assert rule(kind=Kind.OTHER, name="Morning yoga") is None
    assert rule(kind=Kind.OTHER, name=None) is None


def test_a_workout_of_ours_done_on_another_s_day_stands_in_for_it_as_a_mere_guess():
    assert rule(workout_ids=("111",), sets=walks(2, 2)) is MatchRule.TIME
    assert rule(workout_ids=("111",), session=planned(DAY, "hip-circuit")) is MatchRule.WORKOUT_ID


def test_a_name_fits_its_own_workout_only():
    circuit = planned(DAY, "hip-circuit", exercises=frozenset({(37, 6)}))
    assert rule(name="Hip circuits", session=circuit) is MatchRule.NAME
    assert rule(name="Hip circuits") is MatchRule.TIME
    assert rule(name="Husband walk") is MatchRule.TIME


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Upper-Body", True),
        ("Arms", True),
        ("Bras et épaules", True),
        ("Core", True),
        ("Core and hips", False),
        ("Morning HIIT", True),
        ("Dehnen", True),
        ("Hip stretch", False),
        ("Armin's garage", False),
        ("Knee rehab (press)", False),
        ("Leg day", False),
        ("", False),
    ],
)
def test_names_of_other_training(name, other):
    assert is_other_training(name) is other
