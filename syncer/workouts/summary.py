"""A workout told to people and programs: how long it takes, and its steps as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from syncer.domain.workout import Intensity, RepeatGroup, Reps, Seconds, Step, Workout
from syncer.workouts.items import Item, all_steps, count_steps, plain_items

SECONDS_PER_REP = 3.0
"""A slow, controlled repetition or sidestep."""

LAP_BUTTON_S = 30.0
"""A step that the runner ends: a guess."""

CONNECT_STEP_LIMIT = 50
"""Steps that Garmin Connect takes; watches are known to take more by cable."""


def duration_s(workout: Workout) -> float:
    """About how long the workout takes, in seconds; the rest after the last round left out, as Connect does.

    Raises:
        SyncerError: ``workout-limit``.
    """
    return sum(_item_s(item) for item in plain_items(workout))


def _item_s(item: Item) -> float:
    if isinstance(item, Step):
        return _step_s(item)
    one_round = sum(_step_s(step) for step in item.steps)
    last = item.steps[-1]
    return item.rounds * one_round - (_step_s(last) if last.intensity is Intensity.REST else 0.0)


def _step_s(step: Step) -> float:
    if isinstance(step.end, Reps):
        return step.end.count * SECONDS_PER_REP
    return float(step.end.seconds) if isinstance(step.end, Seconds) else LAP_BUTTON_S


def reps_per_set(workout: Workout) -> int | None:
    """Repetitions of one exercise (one side) in one set; None when it goes by time alone."""
    groups = [item for item in workout.steps if isinstance(item, RepeatGroup)]
    largest = max(groups, key=lambda group: group.rounds, default=None)
    steps: Iterable[Step] = largest.steps if largest else all_steps(workout.steps)
    return next((step.end.count for step in steps if isinstance(step.end, Reps)), None)


def active_sets(workout: Workout) -> int:
    """How many sets of exercise a full recording has, every side and round counted, without warm-up and cool-down.

    Raises:
        SyncerError: ``workout-limit``.
    """
    return sum(
        sum(step.intensity is Intensity.ACTIVE for step in item.steps) * item.rounds
        if isinstance(item, RepeatGroup)
        else int(item.intensity is Intensity.ACTIVE)
        for item in plain_items(workout)
    )


def remarks(workout: Workout) -> tuple[str, ...]:
    """What the runner should know before sending it; none of it stops anything.

    Raises:
        SyncerError: ``workout-limit``.
    """
    steps = count_steps(plain_items(workout))
    if steps > CONNECT_STEP_LIMIT:
        return (f"{steps} steps: Garmin Connect takes {CONNECT_STEP_LIMIT}; watches took up to 77 by cable",)
    return ()


def show(workout: Workout) -> dict[str, Any]:
    """The contract's data of ``workout show``: plain values, JSON-ready, durations in seconds.

    Raises:
        SyncerError: ``workout-limit``.
    """
    return {
        "name": workout.name,
        "slug": workout.slug,
        "level": workout.level.name,
        "band": workout.level.band,
        "placement": workout.level.placement,
        "description": workout.description,
        "why": workout.why,
        "steps": [_item(item) for item in plain_items(workout)],
        "duration_estimate_s": duration_s(workout),
        "sets": workout.sets,
        "reps_per_set": reps_per_set(workout),
        "active_sets": active_sets(workout),
    }


def _item(item: Item) -> dict[str, Any]:
    if isinstance(item, RepeatGroup):
        return {"kind": "repeat", "rounds": item.rounds, "steps": [_item(step) for step in item.steps]}
    ends = {
        "reps": item.end.count if isinstance(item.end, Reps) else None,
        "duration_s": item.end.seconds if isinstance(item.end, Seconds) else None,
        "until": None if isinstance(item.end, Reps | Seconds) else "lap-button",
    }
    if item.exercise is None:
        return {"kind": "rest", "title": item.title, **ends, "notes": item.notes}
    return {
        "kind": "exercise",
        "title": item.title,
        "exercise": item.exercise.key,
        "side": item.side.value if item.side else None,
        "intensity": item.intensity.value,
        **ends,
        "notes": item.notes,
    }
