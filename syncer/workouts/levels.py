"""The rungs of a template's ladder: what to call them, and the lighter week after a warning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from syncer.domain.workout import Level

BANDS = ("none", "light", "medium", "heavy")
"""From easy to hard; colours differ between makers, so a template speaks of these."""

PLACEMENTS = ("above the knees", "ankles", "forefoot")
"""From easy to hard: the further down the band, the more the hip works."""

DELOAD_SUFFIX = "-deload"


def deload(level: Level) -> Level:
    """The level with two thirds of its sets, at least one, called ``<name>-deload``."""
    return replace(level, name=level.name + DELOAD_SUFFIX, sets=max(1, round(level.sets * 2 / 3)))


def short_label(level: Level) -> str:
    """What tells levels apart in a list on the watch: ``L5 light 3x10``."""
    volume = f"{level.sets}x{level.reps}"
    name = level.name.removesuffix(DELOAD_SUFFIX)
    words = [f"L{name}" if name.isdigit() else name, level.band, volume]
    return " ".join(word for position, word in enumerate(words) if word != "none" and word not in words[:position])


def long_label(level: Level) -> str:
    """One line for a person, such as "Light band, ankles: 3 sets of 10 each side."."""
    sets = "1 set" if level.sets == 1 else f"{level.sets} sets"
    volume = f"{sets} of {level.reps} each side."
    if level.band == "none":
        return volume
    where = f", {level.placement}" if level.placement else ""
    return f"{level.band.capitalize()} band{where}: {volume}"


def band_lower(levels: Sequence[Level], rung: int) -> int:
    """The first rung of the next weaker band, at its hardest placement; the lowest rung where there is none."""
    weaker = [place for place in range(rung) if BANDS.index(levels[place].band) < BANDS.index(levels[rung].band)]
    if not weaker:
        return 0
    top = levels[weaker[-1]]
    return next(place for place in weaker if (levels[place].band, levels[place].placement) == (top.band, top.placement))
