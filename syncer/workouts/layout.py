"""What FIT and Connect have to agree on before a workout is written: its plain steps, limits and labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from syncer.domain.workout import BodySide, Exercise, Intensity, RepeatGroup, Reps, Seconds, Step, Workout
from syncer.errors import SyncerError
from syncer.workouts.catalog import UNLISTED_CATEGORY
from syncer.workouts.fit_encoding import clip_utf8

MAX_REPS = 65_535
"""A completed set's repetitions are a 16-bit number in FIT."""

MAX_ROUNDS = 65_535

MAX_SECONDS = 24 * 60 * 60
"""A day; FIT itself could hold 49."""

MAX_STEPS = 500
"""Far above what Connect (50) and any watch seen (77 steps) take; a bound against mistakes."""

type Item = Step | RepeatGroup


def plain_items(workout: Workout) -> tuple[Item, ...]:
    """The workout's items with one-round groups laid open, checked against every limit.

    Connect refuses a group of one round, and one round needs no rest after it.

    Raises:
        SyncerError: ``workout-limit``, naming the step and the limit.
    """
    if not workout.steps:
        raise _limit("the workout has no steps", "a workout needs at least one")
    items: list[Item] = []
    for item in workout.steps:
        if isinstance(item, RepeatGroup) and item.rounds == 1:
            items.extend(_without_last_rest(item.steps))
        else:
            items.append(item)
    for item in items:
        _check(item)
    _check_titles(items)
    count = count_steps(items)
    if count > MAX_STEPS:
        raise _limit(f"the workout has {count} steps", f"at most {MAX_STEPS} are written")
    return tuple(items)


def _without_last_rest(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return steps[:-1] if len(steps) > 1 and steps[-1].intensity is Intensity.REST else steps


def count_steps(items: Sequence[Item]) -> int:
    """FIT workout_step messages: each step once, and one for each repeat."""
    return sum(len(item.steps) + 1 if isinstance(item, RepeatGroup) else 1 for item in items)


def all_steps(items: Sequence[Item]) -> Iterator[Step]:
    """Every step in order, those inside repeats once."""
    for item in items:
        if isinstance(item, RepeatGroup):
            yield from item.steps
        else:
            yield item


def _check(item: Item) -> None:
    if isinstance(item, RepeatGroup):
        if not _within(item.rounds, MAX_ROUNDS):
            raise _limit(f"{item.rounds!r} rounds of a repeat", f"allowed are 1 to {MAX_ROUNDS}")
        if not item.steps:
            raise _limit("a repeat has no steps", "a repeat needs at least one")
        for step in item.steps:
            if not isinstance(step, Step):
                raise _limit("a repeat inside a repeat", "neither FIT watches nor Connect take that")
            _check(step)
        return
    end = item.end
    if isinstance(end, Reps) and not _within(end.count, MAX_REPS):
        raise _limit(f"{end.count!r} repetitions of '{item.title}'", f"allowed are 1 to {MAX_REPS}")
    if isinstance(end, Seconds) and not _within(end.seconds, MAX_SECONDS):
        raise _limit(f"{end.seconds!r} seconds of '{item.title}'", f"allowed are 1 to {MAX_SECONDS}, whole seconds")


def _within(number: int, high: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= high


def _limit(what: str, why: str) -> SyncerError:
    return SyncerError("workout-limit", what, why=why, hint="syncer workout check FILE")


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


def _check_titles(items: Sequence[Item]) -> None:
    sides: dict[str, BodySide | None] = {}
    for step in all_steps(items):
        if step.exercise is not None and sides.setdefault(step.title, step.side) is not step.side:
            raise _limit(f"right and left share the title '{step.title}'", "the watch could not tell them apart")
