"""A workout laid out plainly and checked against every limit, before FIT or Connect's JSON is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from syncer.domain.workout import BodySide, Intensity, RepeatGroup, Reps, Seconds, Step, Workout
from syncer.errors import SyncerError

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


def _check_titles(items: Sequence[Item]) -> None:
    sides: dict[str, BodySide | None] = {}
    for step in all_steps(items):
        if step.exercise is not None and sides.setdefault(step.title, step.side) is not step.side:
            raise _limit(f"right and left share the title '{step.title}'", "the watch could not tell them apart")
