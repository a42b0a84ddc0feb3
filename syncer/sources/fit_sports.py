"""FIT's sports, reduced to the families that this program tells apart, and their names.

The numbers are those of the FIT profile's ``sport`` and ``sub_sport``. fitparse's profile ends in 2019, at sport 48.
"""

from __future__ import annotations

from syncer.domain.activity import Sport

_GENERIC, _FITNESS_EQUIPMENT, _TRAINING = 0, 4, 10

_SPORTS = {
    1: Sport.RUN,
    2: Sport.RIDE,
    3: Sport.TRANSITION,
    5: Sport.SWIM,
    11: Sport.WALK,
    17: Sport.HIKE,
    21: Sport.RIDE,  # e-biking
    62: Sport.WORKOUT,  # HIIT
    86: Sport.WORKOUT,  # mobility
}

# What a sub-sport means under the sports that name no movement: generic, fitness equipment and training.
_INDOORS = {
    1: Sport.RUN,  # treadmill
    6: Sport.RIDE,  # indoor cycling
    19: Sport.WORKOUT,  # flexibility
    20: Sport.STRENGTH,
    23: Sport.WORKOUT,  # exercise
    26: Sport.WORKOUT,  # cardio
    27: Sport.WALK,  # indoor walking
    44: Sport.WORKOUT,  # Pilates
    45: Sport.RUN,  # indoor running
    70: Sport.WORKOUT,  # HIIT
    73: Sport.WORKOUT,  # AMRAP
    74: Sport.WORKOUT,  # EMOM
    75: Sport.WORKOUT,  # Tabata
}

# Named by watches after fitparse's profile was frozen.
_NEW_SPORTS = {62: "hiit", 64: "racket", 75: "volleyball", 83: "dance", 84: "jump_rope", 86: "mobility"}
_NEW_SUB_SPORTS = {62: "breathing", 67: "ultra", 70: "hiit", 73: "amrap", 74: "emom", 75: "tabata", 124: "rucking"}


def sport_of(sport: int | None, sub_sport: int | None) -> Sport:
    """The family of a FIT session."""
    if sport in (_GENERIC, _FITNESS_EQUIPMENT, _TRAINING) and sub_sport in _INDOORS:
        return _INDOORS[sub_sport]
    if sport in (_FITNESS_EQUIPMENT, _TRAINING) and sub_sport in (None, 0):
        return Sport.WORKOUT
    return _SPORTS.get(-1 if sport is None else sport, Sport.OTHER)


def sport_label(sport: int | None, sub_sport: int | None) -> str:
    """The profile's own words: ``running``, ``running/trail``, ``training/strength_training``, ``sport 99``."""
    from fitparse.profile import FIELD_TYPES

    if sport is None:
        return "unknown"
    label = str(FIELD_TYPES["sport"].values.get(sport) or _NEW_SPORTS.get(sport) or f"sport {sport}")
    if not sub_sport:
        return label
    sub_sports = FIELD_TYPES["sub_sport"].values
    return f"{label}/{sub_sports.get(sub_sport) or _NEW_SUB_SPORTS.get(sub_sport) or f'sub-sport {sub_sport}'}"
