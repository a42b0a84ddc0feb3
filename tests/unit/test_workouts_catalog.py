"""Our few exercises are what the official lists say they are."""

from __future__ import annotations

import pytest
from garmin_fit_sdk import Profile
from garminconnect import exercises as connect_exercises

from syncer.domain.workout import BAND_WALKS, Exercise
from syncer.workouts.catalog import EXERCISES, UNLISTED_CATEGORY

LISTED = [exercise for exercise in EXERCISES.values() if exercise.category != UNLISTED_CATEGORY]


@pytest.mark.parametrize("exercise", LISTED, ids=lambda exercise: exercise.key)
def test_fit_numbers_and_connect_keys_name_the_same_exercise(exercise: Exercise) -> None:
    category = Profile["types"]["exercise_category"][exercise.category]
    assert exercise.connect_category == category.upper()
    assert exercise.connect_category in connect_exercises.CATEGORIES
    if exercise.name is None:
        assert exercise.connect_name == ""
        return
    fit_name = Profile["types"][f"{category}_exercise_name"][exercise.name]
    assert exercise.connect_name == fit_name.upper()
    assert exercise.connect_name in {
        entry["exercise"] for entry in connect_exercises.EXERCISES if entry["category"] == exercise.connect_category
    }


def test_what_no_list_has_is_left_to_its_title() -> None:
    for key in ("it-band-foam-roll", "glute-foam-roll"):
        exercise = EXERCISES[key]
        assert (exercise.category, exercise.name, exercise.connect_category) == (UNLISTED_CATEGORY, None, None)


def test_both_entries_are_band_walks_and_nothing_else_is() -> None:
    walks = {key for key, exercise in EXERCISES.items() if (exercise.category, exercise.name) in BAND_WALKS}
    assert walks == {"lateral-band-walk", "banded-lateral-walk"}
    assert len(BAND_WALKS) == 2
