"""How a watch names each step: its title in the bytes that fit, and the exercise whose label it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from syncer.domain.workout import BodySide, Exercise, Step
from syncer.workouts.catalog import UNLISTED_CATEGORY
from syncer.workouts.fit_encoding import clip_utf8
from syncer.workouts.items import Item, all_steps


def watch_title(step: Step, limit: int) -> str:
    """The title in at most ``limit`` UTF-8 bytes, right and left still told apart.

    A long title of a sided step loses words, and the side is put back as R or L: "Side-lying leg raise RIGHT" in
    15 bytes is "Side-lying R".
    """
    if step.side is None or len(step.title.encode()) <= limit:
        return clip_utf8(step.title, limit)
    mark = " R" if step.side is BodySide.RIGHT else " L"
    room = limit - len(mark)
    kept = clip_utf8(step.title, room)
    if step.title[len(kept) : len(kept) + 1] != " ":
        at_word = kept.rpartition(" ")[0]
        kept = at_word if len(at_word.encode()) * 2 >= room else kept
    return kept.rstrip() + mark


class Labels(StrEnum):
    """How the watch names an exercise.

    ``SIDES``: a step for one side, and an exercise that FIT does not list, has its own label, so that the watch
    shows right or left; the others are FIT's, with animation. ``CATALOG``: every listed exercise is FIT's, with
    animation and recognised in what is recorded; right or left stands in the notes.
    """

    SIDES = "sides"
    CATALOG = "catalog"


@dataclass(frozen=True, slots=True)
class Label:
    """What an exercise is to a watch: FIT exercise_category and exercise_name, and the title shown for the pair."""

    category: int
    name: int | None
    title: str


def step_labels(items: Sequence[Item], labels: Labels) -> dict[Step, Label]:
    """The label of every step with an exercise, in order of first use.

    Watches show one title for each pair, whatever the steps are called, so different titles have different pairs.
    Own titles are (65534, 1), (65534, 2) and so on, small numbers that a Forerunner 970 is reported to take.
    """
    own: dict[str, int] = {}
    found: dict[Step, Label] = {}
    for step in all_steps(items):
        if step.exercise is None:
            continue
        exercise = step.exercise
        if exercise.category != UNLISTED_CATEGORY and labels is Labels.CATALOG:
            found[step] = Label(exercise.category, exercise.name, exercise.title)
        elif exercise.category != UNLISTED_CATEGORY and step.title in _catalogue_titles(items, exercise):
            found[step] = Label(exercise.category, exercise.name, step.title)
        else:
            found[step] = Label(UNLISTED_CATEGORY, own.setdefault(step.title, len(own) + 1), step.title)
    return found


def _catalogue_titles(items: Sequence[Item], exercise: Exercise) -> set[str]:
    """The one title that may stand for FIT's own pair; empty when steps without a side disagree."""
    pair = (exercise.category, exercise.name)
    titles = {
        step.title
        for step in all_steps(items)
        if step.exercise is not None and step.side is None and (step.exercise.category, step.exercise.name) == pair
    }
    return titles if len(titles) == 1 else set()
