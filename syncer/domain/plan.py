"""What was planned, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Reason(StrEnum):
    """Why a session was missed. The first four take it out of every count; the others leave it skipped."""

    ILL = "ill"
    TRAVEL = "travel"
    SORE = "sore"
    REST = "rest"
    NO_TIME = "no-time"
    FORGOT = "forgot"

    @property
    def excuses(self) -> bool:
        """Whether the session counts nowhere: its miss says nothing about the runner's habit."""
        return self in (Reason.ILL, Reason.TRAVEL, Reason.SORE, Reason.REST)


@dataclass(frozen=True, slots=True)
class PlanRule:
    """From ``effective_from`` on: which workout on which weekdays, until the next rule.

    Attributes:
        weekdays: ISO weekdays minus one, 0 = Monday; empty ends the plan.
        workout: the template's slug.
        level: a level's name that overrides the progression, or None to follow it.
    """

    effective_from: date
    weekdays: tuple[int, ...]
    workout: str
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """The plan rests from ``first`` to ``last``, both included; its sessions are excused."""

    first: date
    last: date
    reason: Reason


@dataclass(frozen=True, slots=True)
class Prescription:
    """What a workout asks for on one day, as far as a recording of it can be judged by it.

    Attributes:
        level: the level's name.
        sets: sets (rounds), at least 1.
        duration_s: how long these sets take with their rests, in seconds, without warm-up and stretches.
        parts: exercise steps in one set, at least 1: ten steps right and ten left are two.
        reps: repetitions of a part, None where a part is timed or ends by the lap button.
        exercises: FIT (``exercise_category``, ``exercise_name``) of the parts, as far as FIT lists them.
    """

    level: str
    sets: int
    duration_s: float
    parts: int = 1
    reps: int | None = None
    exercises: frozenset[tuple[int, int | None]] = frozenset()


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One planned session. ``id`` is ``<date>-<slug>``; the date alone finds it too when it is the only one.

    Attributes:
        sets: planned sets (rounds), at least 1.
        level: the level's name that is planned.
        duration_s: how long its sets should take, for judging a recording without sets.
        parts: exercise steps in one set, as in `Prescription`.
        reps: repetitions of a part, as in `Prescription`.
        exercises: what is done in it, as in `Prescription`.
    """

    id: str
    date: date
    workout: str
    level: str
    sets: int
    duration_s: float
    parts: int = 1
    reps: int | None = None
    exercises: frozenset[tuple[int, int | None]] = frozenset()


class SessionStatus(StrEnum):
    """What became of a planned session; the contract's words."""

    DONE = "done"
    MOVED = "moved"
    PARTIAL = "partial"
    SKIPPED = "skipped"
    EXCUSED = "excused"
    PENDING = "pending"
    UPCOMING = "upcoming"

    @property
    def missed(self) -> bool:
        """Counts as missed: skipped, or less than half done."""
        return self in (SessionStatus.SKIPPED, SessionStatus.PARTIAL)

    @property
    def kept(self) -> bool:
        """Counts as done: on its day or moved inside its window."""
        return self in (SessionStatus.DONE, SessionStatus.MOVED)


class MatchRule(StrEnum):
    """Which signal said that an activity is this planned session, surest first after ``manual``."""

    MANUAL = "manual"
    WORKOUT_ID = "workout_id"
    TRAINING_FILE = "training_file"
    SCHEDULE = "schedule"
    SETS = "sets"
    NAME = "name"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class SessionOutcome:
    """A planned session with what became of it.

    Attributes:
        sets_done: completed sets, None when the recording does not tell and it was taken as whole. One side of a
            set that has two is half a set, so three times right without left is 1.5.
        reason: why it was missed, if the runner said so.
    """

    session: PlannedSession
    status: SessionStatus
    activity_id: str | None = None
    match: MatchRule | None = None
    sets_done: float | None = None
    reason: Reason | None = None
