"""The exercises that templates may name: our key, FIT's numbers, Garmin Connect's keys.

A small choice for hips and knees. The numbers are FIT profile 21.218's, the keys those of Connect's public
exercise list; a test compares both with the official packages where these are installed.
"""

from __future__ import annotations

from syncer.domain.workout import Exercise

UNLISTED_CATEGORY = 65534
"""FIT exercise_category "unknown": watches show the label of the matching exercise_title instead of a name."""

_HIP_RAISE, _HIP_STABILITY, _HYPEREXTENSION, _PLANK = 10, 11, 13, 19
_SQUAT, _WARM_UP, _BANDED = 28, 31, 37


_ALL = (
    # In FIT since the 2019 profile, so older watches know it; its label says ankles wherever the band is.
    Exercise(
        "lateral-band-walk",
        "Lateral band walk",
        _HIP_STABILITY,
        11,
        "HIP_STABILITY",
        "LATERAL_WALKS_WITH_BAND_AT_ANKLES",
    ),
    # The newer entry for the same exercise; older watches do not know it.
    Exercise("banded-lateral-walk", "Banded lateral walk", _BANDED, 24, "BANDED_EXERCISES", "LATERAL_BAND_WALKS"),
    Exercise("side-step", "Side step", _HYPEREXTENSION, 21, "HYPEREXTENSION", "SIDE_STEP"),
    Exercise("squat-with-band", "Squat with band", _SQUAT, 63, "SQUAT", "SQUATS_WITH_BAND"),
    Exercise("clam", "Clam", _BANDED, 6, "BANDED_EXERCISES", "CLAM_SHELLS"),
    Exercise(
        "side-lying-leg-raise", "Side-lying leg raise", _HIP_STABILITY, 21, "HIP_STABILITY", "SIDE_LYING_LEG_RAISE"
    ),
    Exercise(
        "band-side-lying-leg-raise",
        "Band side-lying leg raise",
        _HIP_STABILITY,
        0,
        "HIP_STABILITY",
        "BAND_SIDE_LYING_LEG_RAISE",
    ),
    Exercise(
        "standing-hip-abduction",
        "Standing hip abduction",
        _HIP_STABILITY,
        28,
        "HIP_STABILITY",
        "STANDING_HIP_ABDUCTION",
    ),
    Exercise("fire-hydrant", "Fire hydrant", _HIP_STABILITY, 5, "HIP_STABILITY", "FIRE_HYDRANT_KICKS"),
    Exercise("dead-bug", "Dead bug", _HIP_STABILITY, 1, "HIP_STABILITY", "DEAD_BUG"),
    Exercise("bridge", "Bridge", _HIP_RAISE, 11, "HIP_RAISE", "HIP_RAISE"),
    Exercise("band-bridge", "Band bridge", _BANDED, 17, "BANDED_EXERCISES", "GLUTE_BRIDGE"),
    Exercise("single-leg-bridge", "Single-leg bridge", _HIP_RAISE, 30, "HIP_RAISE", "SINGLE_LEG_HIP_RAISE"),
    Exercise("clam-bridge", "Clam bridge", _HIP_RAISE, 6, "HIP_RAISE", "CLAM_BRIDGE"),
    Exercise("single-leg-squat", "Single-leg squat", _SQUAT, 45, "SQUAT", "PARTIAL_SINGLE_LEG_SQUAT"),
    Exercise("step-up", "Step-up", _SQUAT, 66, "SQUAT", "STEP_UP"),
    Exercise("wall-squat", "Wall squat", _SQUAT, 20, "SQUAT", "BODY_WEIGHT_WALL_SQUAT"),
    Exercise("side-plank", "Side plank", _PLANK, 66, "PLANK", "SIDE_PLANK"),
    Exercise(
        "side-plank-leg-lift",
        "Side plank with leg lift",
        _PLANK,
        80,
        "PLANK",
        "SIDE_PLANK_WITH_LEG_LIFT",
    ),
    Exercise("glute-stretch", "Glute stretch", _WARM_UP, 32, "WARM_UP", "GLUTES_STRETCH"),
    Exercise("piriformis-stretch", "Piriformis stretch", _WARM_UP, 60, "WARM_UP", "STRETCH_PIRIFORMIS"),
    Exercise("it-band-stretch", "IT-band stretch", _WARM_UP, 67, "WARM_UP", "STRETCH_STANDING_IT_BAND"),
    Exercise("hip-flexor-stretch", "Hip-flexor stretch", _WARM_UP, 49, "WARM_UP", "STRETCH_LUNGING_HIP_FLEXOR"),
    Exercise("quad-stretch", "Quad stretch", _WARM_UP, 61, "WARM_UP", "STRETCH_QUAD"),
    # Neither FIT nor Connect lists rolling the IT band (the only rollers there are for the back).
    Exercise("it-band-foam-roll", "IT-band foam roll", UNLISTED_CATEGORY, None, None, None),
    Exercise("glute-foam-roll", "Glute foam roll", UNLISTED_CATEGORY, None, None, None),
    # The category alone, as Connect itself writes a warm-up.
    Exercise("warm-up", "Warm-up", _WARM_UP, None, "WARM_UP", ""),
)

EXERCISES: dict[str, Exercise] = {exercise.key: exercise for exercise in _ALL}
"""Every exercise by our key."""
