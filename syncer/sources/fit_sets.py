"""The sets of a strength session, named by the workout that was followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from syncer.domain.activity import ExerciseSet
from syncer.sources.fit_fields import Message

SET_FIELDS = frozenset({0, 3, 5, 6, 7, 8, 11, 254})
STEP_FIELDS = frozenset({0, 10, 11, 254})
TITLE_FIELDS = frozenset({0, 1, 2})

# FIT exercise_category for "unknown": the watch's guess for most free movements, and the home of own exercise titles.
_UNKNOWN = 65534
_NO_EXERCISE = 0xFFFF
_REST = 0
_LONGEST_S = 86_400


@dataclass(frozen=True, slots=True)
class Labels:
    """What the workout in the file calls its exercises: by category and exercise number, and by step."""

    exercises: Mapping[tuple[int | None, int | None], str]
    steps: Mapping[int, str]


def labels(steps: Iterable[Message], titles: Iterable[Message]) -> Labels:
    """The labels from the file's workout steps and exercise titles."""
    exercises = {(title.integer(0), title.integer(1)): text for title in titles if (text := title.text(2))}
    by_step: dict[int, str] = {}
    for step in steps:
        index = step.index(254)
        text = step.text(0) or exercises.get((step.integer(10), step.integer(11)))
        if index is not None and text:
            by_step[index] = text
    return Labels(exercises, by_step)


def exercise_set(message: Message, names: Labels) -> ExerciseSet:
    """One set message.

    Category and exercise are arrays of guesses, likeliest first: the first counts, even where it is "unknown".
    """
    category, exercise = message.integer(7), message.integer(8)
    reps, step, kind = message.integer(3), message.index(11), message.integer(5)
    name = names.exercises.get((category, exercise))
    if step is not None:
        name = names.steps.get(step, name)
    return ExerciseSet(
        active=reps is not None if kind is None else kind != _REST,
        duration_s=message.scaled(0, 1000, _LONGEST_S),
        reps=reps,
        category=None if category == _UNKNOWN else category,
        exercise=None if exercise == _NO_EXERCISE else exercise,
        step_index=step,
        name=name,
    )


def moment(message: Message) -> int | None:
    """When the set began, a FIT time. Its timestamp is the session's start on some watches, the set's end on others."""
    start = message.seconds(6)
    return message.seconds(254) if start is None else start
