"""A structured workout as a watch understands it: steps, rests and repeat groups.

The words are those of FIT and Garmin Connect. One `Workout` becomes FIT bytes and Connect JSON alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Intensity(StrEnum):
    """FIT ``intensity``: active 0, rest 1, warmup 2, cooldown 3."""

    ACTIVE = "active"
    REST = "rest"
    WARMUP = "warmup"
    COOLDOWN = "cooldown"


class BodySide(StrEnum):
    """The direction or leg of a one-sided exercise."""

    RIGHT = "right"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Exercise:
    """A catalogue entry: one exercise in FIT's numbers and Connect's keys.

    Attributes:
        key: our name for it, such as ``lateral-band-walk``.
        title: what a person calls it.
        category: FIT ``exercise_category`` number.
        name: FIT ``exercise_name`` number inside the category; None writes "no sub-name" (0xFFFF).
        connect_category: Garmin Connect's upper-case category, None where Connect has no such exercise.
        connect_name: Connect's exerciseName; empty for the category alone.
    """

    key: str
    title: str
    category: int
    name: int | None
    connect_category: str | None
    connect_name: str | None


BAND_WALKS: frozenset[tuple[int, int | None]] = frozenset({(11, 11), (37, 24)})
"""FIT's two entries for the lateral band walk: hip_stability/lateral_walks_with_band_at_ankles (2019) and
banded_exercises/lateral_band_walks (newer). Either is taken for the other."""


@dataclass(frozen=True, slots=True)
class Reps:
    """The step ends after so many repetitions."""

    count: int


@dataclass(frozen=True, slots=True)
class Seconds:
    """The step ends after so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class LapButton:
    """The step ends when the runner presses the lap button."""


type End = Reps | Seconds | LapButton


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, or one rest.

    Attributes:
        title: what the watch shows; right and left differ.
        exercise: None for a rest.
        side: right, left, or None for both together.
        notes: how to do it, shown on the watch.
    """

    title: str
    end: End
    intensity: Intensity = Intensity.ACTIVE
    exercise: Exercise | None = None
    side: BodySide | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class RepeatGroup:
    """Steps done ``rounds`` times. Never holds another group: neither FIT watches nor Connect take that."""

    rounds: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """One rung of the progression.

    Attributes:
        name: unique in its template, such as ``5`` or ``base``.
        band: ``light``, ``medium``, ``heavy`` or ``none``.
        placement: where the band goes, such as ``above the knees``, ``ankles``, ``forefoot``.
        sets: rounds.
        reps: repetitions a side.
    """

    name: str
    band: str
    placement: str
    sets: int
    reps: int


@dataclass(frozen=True, slots=True)
class Workout:
    """A template at one level, ready to be written.

    Attributes:
        name: what the watch lists.
        slug: the template's file name without ``.toml``.
        why: the rule and numbers that chose the level; empty when the runner chose it.
    """

    name: str
    slug: str
    description: str
    level: Level
    steps: tuple[Step | RepeatGroup, ...]
    why: str = ""

    @property
    def sets(self) -> int:
        """Planned sets: the rounds of the largest repeat group, 1 without one."""
        return max((item.rounds for item in self.steps if isinstance(item, RepeatGroup)), default=1)


def level_in_words(reason: str, needs: Sequence[str]) -> str:
    """Why it is this level, and what it takes to go up: ``It stays. To go up: a; b``."""
    return f"{reason} To go up: {'; '.join(needs)}." if needs else reason
