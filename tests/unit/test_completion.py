from datetime import date

import pytest

from syncer.correlate.completion import completion
from syncer.domain.activity import ExerciseSet
from syncer.domain.plan import MatchRule
from syncer.sources.fit_file import read_fit
from tests.conftest import SHARED
from tests.training import activity, planned, walks

DAY = date(2026, 11, 16)


def judge(sets=(), *, rule=MatchRule.SETS, elapsed_s=480.0, **session):
    return completion(activity(DAY, sets=sets, elapsed_s=elapsed_s), planned(DAY, **session), rule)


@pytest.mark.parametrize(
    ("right", "left", "sets", "kept"),
    [(3, 3, 3, True), (2, 2, 2, True), (3, 0, 1.5, True), (1, 1, 1, False), (2, 0, 1, False), (2, 1, 1.5, True)],
)
def test_right_and_left_are_two_of_the_watch_s_sets(right, left, sets, kept):
    for named in (True, False):
        done = judge(walks(right, left, named=named))
        assert (done.sets, done.kept) == (sets, kept)
        assert done.share == pytest.approx(sets / 3)


def test_whole_sets_are_whole_numbers():
    assert isinstance(judge(walks(3, 3)).sets, int)


def test_more_sets_than_planned_are_told_but_count_as_whole():
    done = judge(walks(4, 4))
    assert (done.sets, done.share) == (4, 1.0)


def test_steps_passed_over_with_the_lap_button_are_not_done():
    quick = ExerciseSet(active=True, duration_s=0.8, reps=10, category=11, exercise=11, step_index=0)
    assert judge((*walks(1, 1), quick, quick, quick, quick)).sets == 1


def test_stretches_and_rolling_after_the_sets_are_not_sets():
    stretch = ExerciseSet(active=True, duration_s=60, category=31, exercise=32, step_index=4)
    roll = ExerciseSet(active=True, duration_s=60, category=65534, exercise=3, step_index=5)
    for named in (True, False):
        assert judge((*walks(3, 0, named=named), stretch, roll)).sets == 1.5
    assert judge((stretch,), rule=MatchRule.WORKOUT_ID).share == 0


def test_other_exercises_of_a_gym_session_are_not_sets_of_it():
    bench = ExerciseSet(active=True, duration_s=40, reps=8, category=0, exercise=1)
    assert judge((bench, bench, bench, *walks(1, 1, step=False))).sets == 1


def test_both_ways_recorded_freely_as_one_set_of_twice_the_repetitions():
    both = ExerciseSet(active=True, duration_s=60, reps=20, category=11, exercise=11)
    assert judge((both, both, both)).sets == 3
    assert judge((both, both)).kept


def test_both_entries_of_the_band_walk_are_it_and_a_bare_category_fits():
    newer = ExerciseSet(active=True, duration_s=30, reps=10, category=37, exercise=24)
    bare = ExerciseSet(active=True, duration_s=30, reps=10, category=11)
    assert judge((newer, newer, bare, bare)).sets == 2


def test_a_recording_in_which_the_lap_button_was_never_pressed_is_judged_by_its_length():
    one_long_set = ExerciseSet(active=True, duration_s=460, reps=34, category=65534)
    assert judge((one_long_set,), rule=MatchRule.NAME).share == 1.0


@pytest.mark.parametrize(
    ("elapsed_s", "sets", "kept"),
    [(480, None, True), (900, None, True), (250, 2, True), (240, 2, True), (239, 1, False), (30, 0, False)],
)
def test_without_sets_the_length_is_held_against_the_expected_one(elapsed_s, sets, kept):
    done = judge(elapsed_s=elapsed_s)
    assert (done.sets, done.kept) == (sets, kept)


def test_without_sets_and_length_being_there_is_enough():
    done = judge(elapsed_s=None)
    assert (done.share, done.sets) == (1.0, None)


@pytest.mark.parametrize("sets", range(1, 8))
@pytest.mark.parametrize("elapsed_s", range(10, 480, 10))
def test_an_estimate_of_sets_never_contradicts_the_verdict(sets, elapsed_s):
    done = completion(activity(DAY, elapsed_s=elapsed_s), planned(DAY, sets=sets), MatchRule.NAME)
    assert (2 * done.sets >= sets) == done.kept


def test_another_workout_in_its_place_is_judged_by_its_length():
    """A fallback done when travelling: its exercises are not the planned ones, its minutes are."""
    clam = ExerciseSet(active=True, duration_s=40, reps=12, category=37, exercise=6, step_index=0)
    done = completion(activity(DAY, sets=(clam,) * 6), planned(DAY), MatchRule.TIME)
    assert (done.share, done.sets) == (1.0, None)


def test_sets_that_a_watch_guessed_wrongly_count_where_the_name_says_what_they_were():
    guess = ExerciseSet(active=True, duration_s=30, reps=9, category=17, exercise=32)
    assert judge((guess,) * 4, rule=MatchRule.NAME).sets == 2


@pytest.mark.parametrize(("name", "sets"), [("done", 3), ("partial_2of3", 2), ("left_skipped", 1.5)])
def test_recorded_band_walks(name, sets):
    file = SHARED / "data" / "fit" / "strength" / f"synth__bandwalk_{name}.fit"
    if not file.is_file():
        pytest.skip(f"{file.name} is not here: the shared test data is not part of the repository")
    (recording,) = read_fit(file.read_bytes(), file.name).recordings
    done = activity(recording.start.date(), elapsed_s=recording.elapsed_s, sets=recording.sets, name=recording.name)
    found = completion(done, planned(done.local_date), MatchRule.NAME)
    assert (found.sets, found.kept) == (sets, True)
