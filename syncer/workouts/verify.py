"""Reads a workout file back with fitparse, which did not write it, and compares it with the `Workout`.

The comparison follows the file as a watch does: repeats by their step index, titles by their exercise pair. It does
not ask the writer what it meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from syncer.domain.workout import BodySide, End, Intensity, LapButton, RepeatGroup, Reps, Seconds, Step, Workout
from syncer.errors import SyncerError
from syncer.workouts.fit_encoding import clip_utf8, crc16
from syncer.workouts.items import Item, all_steps, plain_items
from syncer.workouts.labels import Labels, watch_title

_NAME_BYTES, _DESCRIPTION_BYTES, _NOTES_BYTES, _TITLE_BYTES = 31, 159, 199, 199
_INTENSITIES = {0: Intensity.ACTIVE, 1: Intensity.REST, 2: Intensity.WARMUP, 3: Intensity.COOLDOWN}
_ORDER = ("file_id", "file_creator", "workout", "workout_step", "exercise_title")


@dataclass(frozen=True, slots=True)
class DecodedStep:
    """One workout_step message as read back.

    Attributes:
        name: ``wkt_step_name``.
        shown: the exercise_title for its pair, "" without one.
        end: None for a repeat, and for a kind of end that this program never writes.
        first: for a repeat, the index of its first step; else None.
        rounds: for a repeat, how often in all; else None.
    """

    index: int
    name: str
    notes: str
    shown: str
    end: End | None
    intensity: Intensity | None
    category: int | None
    exercise: int | None
    first: int | None = None
    rounds: int | None = None


@dataclass(frozen=True, slots=True)
class DecodedWorkout:
    """A workout file as read back; ``steps`` in file order, ``order`` the messages' names."""

    serial: int | None
    name: str
    description: str
    num_valid_steps: int | None
    sport: int | None
    sub_sport: int | None
    order: tuple[str, ...]
    steps: tuple[DecodedStep, ...]
    titles: tuple[tuple[int | None, int | None, str], ...]


def verify(workout: Workout, data: bytes, labels: Labels | str = Labels.SIDES) -> None:
    """Make sure that ``data`` says what ``workout`` says, step by step.

    Raises:
        SyncerError: ``workout-verify``, with the first differences.
    """
    decoded = decode(data)
    items = plain_items(workout)
    problems = [*_frame_problems(decoded), *_difference(workout, items, decoded, Labels(labels))]
    if problems:
        raise _unverified(f"the file is not the workout '{workout.name}'", "; ".join(problems[:3]))


def decode(data: bytes) -> DecodedWorkout:
    """Read a FIT workout file with fitparse.

    Raises:
        SyncerError: ``workout-verify`` when it is no intact FIT workout file.
    """
    import fitparse

    if len(data) < 14 or data[8:12] != b".FIT":
        raise _unverified("the file is no FIT file", "its header is not one")
    if len(data) != data[0] + int.from_bytes(data[4:8], "little") + 2 or crc16(data) != 0:
        raise _unverified("the FIT file is damaged", "length or checksum do not fit")
    try:
        with fitparse.FitFile(data) as fit_file:
            messages = [(message.name, _raw(message)) for message in fit_file.get_messages()]
    except fitparse.FitParseError as problem:
        raise _unverified("the FIT file cannot be read back", str(problem)) from None
    return _decoded(messages)


type _Fields = dict[int, Any]


def _raw(message: Any) -> _Fields:
    """Raw values by field number; names would depend on fitparse's profile of 2019."""
    return {field.def_num: field.raw_value for field in message.fields if field.def_num is not None}


def _decoded(messages: Sequence[tuple[str, _Fields]]) -> DecodedWorkout:
    def all_of(name: str) -> list[_Fields]:
        return [fields for found, fields in messages if found == name]

    if not messages or messages[0][0] != "file_id" or messages[0][1].get(0) != 5 or len(all_of("workout")) != 1:
        raise _unverified(
            "the FIT file is no workout", "it does not begin with a workout's file_id, or holds no workout"
        )
    file_id, workout = messages[0][1], all_of("workout")[0]
    titles = tuple((title.get(0), title.get(1), _text(title.get(2))) for title in all_of("exercise_title"))
    shown = {(category, exercise): title for category, exercise, title in titles}
    order = [name for position, (name, _) in enumerate(messages) if position == 0 or messages[position - 1][0] != name]
    return DecodedWorkout(
        serial=file_id.get(3),
        name=_text(workout.get(8)),
        description=_text(workout.get(17)),
        num_valid_steps=workout.get(6),
        sport=workout.get(4),
        sub_sport=workout.get(11),
        order=tuple(order),
        steps=tuple(_step(fields, shown) for fields in all_of("workout_step")),
        titles=titles,
    )


def _step(fields: _Fields, shown: dict[tuple[int | None, int | None], str]) -> DecodedStep:
    duration_type, value, category, exercise = fields.get(1), fields.get(2), fields.get(10), fields.get(11)
    is_repeat = duration_type == 6
    intensity = fields.get(7)
    return DecodedStep(
        index=fields.get(254, -1),
        name=_text(fields.get(0)),
        notes=_text(fields.get(8)),
        shown="" if category is None else shown.get((category, exercise), ""),
        end=_end(duration_type, value),
        intensity=None if intensity is None else _INTENSITIES.get(intensity),
        category=category,
        exercise=exercise,
        first=value if is_repeat else None,
        rounds=fields.get(4) if is_repeat else None,
    )


def _end(duration_type: int | None, value: int | None) -> End | None:
    if duration_type == 29 and value is not None:
        return Reps(value)
    if duration_type == 0 and value is not None and value % 1000 == 0:
        return Seconds(value // 1000)
    return LapButton() if duration_type == 5 else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _frame_problems(decoded: DecodedWorkout) -> Iterator[str]:
    """The rules for a file that watches take, whatever the workout is."""
    if not decoded.serial or decoded.serial == 0xFFFFFFFF:
        yield "no serial number"
    if decoded.order not in (_ORDER, _ORDER[:-1]):
        yield f"messages in the order {', '.join(decoded.order)}"
    if decoded.num_valid_steps != len(decoded.steps):
        yield f"{len(decoded.steps)} steps, but num_valid_steps is {decoded.num_valid_steps}"
    if [step.index for step in decoded.steps] != list(range(len(decoded.steps))):
        yield "the steps are not numbered from 0 on"
    if (decoded.sport, decoded.sub_sport) != (10, 20):
        yield "the sport is not strength training"
    pairs = [(category, exercise) for category, exercise, _ in decoded.titles]
    needed = {(step.category, step.exercise) for step in decoded.steps if step.category is not None}
    if len(set(pairs)) != len(pairs) or set(pairs) != needed:
        yield "not exactly one title for each exercise"


def _difference(workout: Workout, items: Sequence[Item], decoded: DecodedWorkout, labels: Labels) -> Iterator[str]:
    yield from _side_difference(items, decoded.steps, labels)
    if decoded.name != clip_utf8(workout.name, _NAME_BYTES):
        yield f"the name is '{decoded.name}'"
    if decoded.description != clip_utf8(workout.description, _DESCRIPTION_BYTES):
        yield f"the description is '{decoded.description}'"
    try:
        found = _as_items(decoded.steps)
    except ValueError as problem:
        yield str(problem)
        return
    if len(found) != len(items):
        yield f"{len(found)} steps and repeats instead of {len(items)}"
    for wanted, got in zip(items, found, strict=False):
        yield from _item_difference(wanted, got, labels)


type _Got = DecodedStep | tuple[int, tuple[DecodedStep, ...]]


def _as_items(steps: Sequence[DecodedStep]) -> list[_Got]:
    """Steps and (rounds, steps), as a watch runs them.

    Raises:
        ValueError: a repeat that does not point back, or into another repeat.
    """
    found: list[_Got] = []
    starts: list[int] = []
    for step in steps:
        if step.first is None:
            found.append(step)
            starts.append(step.index)
            continue
        if step.first not in starts or step.rounds is None:
            raise ValueError(f"the repeat at step {step.index} does not point back to a step")
        position = starts.index(step.first)
        inner = found[position:]
        children = tuple(item for item in inner if isinstance(item, DecodedStep))
        if not children or len(children) != len(inner):
            raise ValueError(f"the repeat at step {step.index} holds another repeat")
        found[position:] = [(step.rounds, children)]
        starts[position:] = [step.first]
    return found


def _item_difference(wanted: Item, got: _Got, labels: Labels) -> Iterator[str]:
    if isinstance(wanted, RepeatGroup):
        if isinstance(got, DecodedStep):
            yield f"step {got.index} is no repeat"
            return
        rounds, steps = got
        if rounds != wanted.rounds or len(steps) != len(wanted.steps):
            yield f"{rounds} rounds of {len(steps)} steps instead of {wanted.rounds} of {len(wanted.steps)}"
        for inner, decoded in zip(wanted.steps, steps, strict=False):
            yield from _step_difference(inner, decoded, labels)
    elif isinstance(got, DecodedStep):
        yield from _step_difference(wanted, got, labels)
    else:
        yield f"a repeat instead of '{wanted.title}'"


def _step_difference(wanted: Step, got: DecodedStep, labels: Labels) -> Iterator[str]:
    where = f"step {got.index} ('{wanted.title}')"
    if got.end != wanted.end:
        yield f"{where} ends by {got.end}, not {wanted.end}"
    if got.intensity is not wanted.intensity:
        yield f"{where} is {got.intensity}, not {wanted.intensity}"
    if not got.name:
        yield f"{where} has no name"
    if (got.category is None) != (wanted.exercise is None):
        yield f"{where} has exercise {got.category}"
    if wanted.exercise is not None:
        yield from _exercise_difference(wanted, got, labels, where)
    elif clip_utf8(wanted.notes, _NOTES_BYTES) != got.notes:
        yield f"{where} has the notes '{got.notes}'"


def _exercise_difference(wanted: Step, got: DecodedStep, labels: Labels, where: str) -> Iterator[str]:
    notes = wanted.notes
    if got.shown != watch_title(wanted, _TITLE_BYTES):
        if labels is Labels.SIDES or wanted.exercise is None or got.shown != wanted.exercise.title:
            yield f"{where} is shown as '{got.shown}'"
        notes = f"{wanted.title}. {notes}" if notes else wanted.title
    if got.notes != clip_utf8(notes, _NOTES_BYTES):
        yield f"{where} has the notes '{got.notes}'"


def _side_difference(items: Sequence[Item], steps: Sequence[DecodedStep], labels: Labels) -> Iterator[str]:
    """Right and left must look different: by their titles, or by their notes where the catalogue's titles are used."""
    seen: dict[BodySide, set[tuple[object, ...]]] = {BodySide.RIGHT: set(), BodySide.LEFT: set()}
    exercised = [step for step in steps if step.first is None]
    for wanted, got in zip(all_steps(items), exercised, strict=False):
        if wanted.side is not None:
            sight = (got.category, got.exercise) if labels is Labels.SIDES else (got.shown, got.notes)
            seen[wanted.side].add(sight)
    if seen[BodySide.RIGHT] & seen[BodySide.LEFT]:
        yield "right and left look the same on the watch"


def _unverified(message: str, why: str) -> SyncerError:
    return SyncerError("workout-verify", message, why=why, hint="syncer workout check FILE")
