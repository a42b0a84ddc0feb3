"""A `Workout` as a FIT workout file, in the layout that Garmin Connect itself writes.

Field numbers are FIT profile 21.218's. Layout, measured on Connect's exports: file_id, file_creator, workout,
workout_step, exercise_title; one definition a message, every field always present; strings of fixed size; protocol
1.0. ``num_valid_steps`` counts every step message, repeats included; times are milliseconds; a repeat names the
index of its first step and the total of rounds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from syncer.domain.workout import Intensity, RepeatGroup, Reps, Seconds, Step, Workout
from syncer.errors import SyncerError
from syncer.workouts.fit_encoding import BaseType, Field, Message, fit_timestamp
from syncer.workouts.fit_encoding import encode as encode_messages
from syncer.workouts.items import Item, count_steps, plain_items
from syncer.workouts.labels import Label, Labels, step_labels, watch_title

NAME_SIZE, DESCRIPTION_SIZE = 32, 160
STEP_NAME_SIZE, NOTES_SIZE, TITLE_SIZE = 16, 200, 200
"""Bytes of the strings, closing NUL included, as Connect writes them."""

FILE_WORKOUT = 5
MANUFACTURER_GARMIN, PRODUCT_CONNECT = 1, 65534
"""The calendar of some watches lists only files that name Connect as their maker."""

SPORT_TRAINING, SUB_SPORT_STRENGTH = 10, 20
CAPABILITY_TCX = 32
DURATION_TIME, DURATION_OPEN, DURATION_REPEAT, DURATION_REPS = 0, 5, 6, 29
TARGET_OPEN = 2
INTENSITIES = {Intensity.ACTIVE: 0, Intensity.REST: 1, Intensity.WARMUP: 2, Intensity.COOLDOWN: 3}

_FILE_ID, _WORKOUT, _STEP, _FILE_CREATOR, _TITLE = 0, 26, 27, 49, 264

# A year long ago, over which the identities of workouts are spread.
_FIRST_CREATED = datetime(2024, 1, 1, tzinfo=UTC)
_CREATED_SPAN_S = 366 * 24 * 60 * 60

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class WorkoutFile:
    """A workout ready for a watch.

    Attributes:
        serial: ``file_id.serial_number``, made from what the watch shows; equal workouts have equal ones.
        time_created: ``file_id.time_created``, made likewise; not when the file was written.
        sha256: of ``data``, hexadecimal.
        file_name: ``<slug>-<serial in hex>.fit``, plain ASCII.
    """

    data: bytes
    serial: int
    time_created: datetime
    sha256: str
    file_name: str


def encode(workout: Workout, *, labels: Labels | str = Labels.SIDES) -> WorkoutFile:
    """The workout's FIT file. The same workout gives the same bytes; `Workout.why` is no part of them.

    Raises:
        SyncerError: ``workout-limit`` when a number or text cannot be written.
    """
    items, labels = plain_items(workout), Labels(labels)
    try:
        content = list(_content(workout, items, labels))
        digest = hashlib.sha256(encode_messages(content)).digest()
        serial, time_created = _identity(digest)
        data = encode_messages([_file_id(serial, time_created), *content])
    except ValueError as problem:
        raise SyncerError(
            "workout-limit",
            f"workout '{workout.name}' cannot be written as FIT",
            why=str(problem),
            hint="syncer workout check FILE",
            item=workout.slug,
        ) from None
    file_name = f"{_UNSAFE.sub('-', workout.slug)[:40]}-{serial:08x}.fit"
    return WorkoutFile(data, serial, time_created, hashlib.sha256(data).hexdigest(), file_name)


def _identity(digest: bytes) -> tuple[int, datetime]:
    """Serial number and creation time from a hash of the content.

    Devices tell workouts apart by type, maker, product, serial number and time, not by file name, so different
    content must differ here. 0 and 0xFFFFFFFF mean "none".
    """
    numbers = (int.from_bytes(digest[start : start + 4], "little") for start in range(0, 24, 4))
    serial = next((number for number in numbers if number not in (0, 0xFFFFFFFF)), 1)
    seconds = int.from_bytes(digest[24:32], "little") % _CREATED_SPAN_S
    return serial, _FIRST_CREATED + timedelta(seconds=seconds)


def _file_id(serial: int, time_created: datetime) -> Message:
    return Message(
        _FILE_ID,
        (
            Field(3, BaseType.UINT32Z, serial),
            Field(4, BaseType.UINT32, fit_timestamp(time_created)),
            Field(1, BaseType.UINT16, MANUFACTURER_GARMIN),
            Field(2, BaseType.UINT16, PRODUCT_CONNECT),
            Field(0, BaseType.ENUM, FILE_WORKOUT),
        ),
    )


def _content(workout: Workout, items: Sequence[Item], labels: Labels) -> Iterator[Message]:
    """Everything after file_id: all that the watch shows."""
    yield Message(_FILE_CREATOR, (Field(0, BaseType.UINT16, 0), Field(1, BaseType.UINT8, 0)))
    yield Message(
        _WORKOUT,
        (
            Field(5, BaseType.UINT32Z, CAPABILITY_TCX),
            Field(8, BaseType.STRING, workout.name, NAME_SIZE),
            Field(17, BaseType.STRING, workout.description, DESCRIPTION_SIZE),
            Field(6, BaseType.UINT16, count_steps(items)),
            Field(4, BaseType.ENUM, SPORT_TRAINING),
            Field(11, BaseType.ENUM, SUB_SPORT_STRENGTH),
        ),
    )
    by_step = step_labels(items, labels)
    for index, row in enumerate(step_rows(items, by_step, labels)):
        yield _step_message(index, row)
    for index, label in enumerate(titles(by_step)):
        yield Message(
            _TITLE,
            (
                Field(2, BaseType.STRING, label.title, TITLE_SIZE),
                Field(254, BaseType.UINT16, index),
                Field(0, BaseType.UINT16, label.category),
                Field(1, BaseType.UINT16, label.name),
            ),
        )


@dataclass(frozen=True, slots=True)
class StepRow:
    """The numbers and texts of one workout_step message; None where the file says nothing.

    Attributes:
        value: repetitions, milliseconds, or the index of a repeat's first step.
        target: 0, or a repeat's rounds.
    """

    name: str
    notes: str
    duration_type: int
    value: int | None
    target_type: int | None
    target: int
    intensity: int | None
    category: int | None
    exercise: int | None


def step_rows(items: Sequence[Item], by_step: dict[Step, Label], labels: Labels) -> list[StepRow]:
    """One row for each workout_step message, a repeat after its steps."""
    rows: list[StepRow] = []
    for item in items:
        first = len(rows)
        if isinstance(item, RepeatGroup):
            rows.extend(_step_row(step, by_step.get(step), labels) for step in item.steps)
            rows.append(StepRow("", "", DURATION_REPEAT, first, None, item.rounds, None, None, None))
        else:
            rows.append(_step_row(item, by_step.get(item), labels))
    return rows


def _step_row(step: Step, label: Label | None, labels: Labels) -> StepRow:
    duration_type, value = _duration(step)
    notes = step.notes
    if labels is Labels.CATALOG and label is not None and step.title != label.title:
        # The watch shows the catalogue's title, so right or left has to stand here.
        notes = f"{step.title}. {notes}" if notes else step.title
    return StepRow(
        name=watch_title(step, STEP_NAME_SIZE - 1),
        notes=notes,
        duration_type=duration_type,
        value=value,
        target_type=TARGET_OPEN,
        target=0,
        intensity=INTENSITIES[step.intensity],
        category=label.category if label else None,
        exercise=label.name if label else None,
    )


def _duration(step: Step) -> tuple[int, int | None]:
    if isinstance(step.end, Reps):
        return DURATION_REPS, step.end.count
    if isinstance(step.end, Seconds):
        return DURATION_TIME, step.end.seconds * 1000
    return DURATION_OPEN, None


def _step_message(index: int, row: StepRow) -> Message:
    """246 bytes, in the field order of Connect's exports."""
    return Message(
        _STEP,
        (
            Field(0, BaseType.STRING, row.name, STEP_NAME_SIZE),
            Field(2, BaseType.UINT32, row.value),
            Field(4, BaseType.UINT32, row.target),
            Field(5, BaseType.UINT32, None),
            Field(6, BaseType.UINT32, None),
            Field(8, BaseType.STRING, row.notes, NOTES_SIZE),
            Field(254, BaseType.UINT16, index),
            Field(10, BaseType.UINT16, row.category),
            Field(11, BaseType.UINT16, row.exercise),
            Field(12, BaseType.UINT16, None),
            Field(13, BaseType.UINT16, None),
            Field(1, BaseType.ENUM, row.duration_type),
            Field(3, BaseType.ENUM, row.target_type),
            Field(7, BaseType.ENUM, row.intensity),
            Field(9, BaseType.ENUM, None),
        ),
    )


def titles(by_step: dict[Step, Label]) -> list[Label]:
    """One label for each (category, name), in order of first use, its title clipped to what FIT holds."""
    found: dict[tuple[int, int | None], Label] = {}
    for step, label in by_step.items():
        title = watch_title(step, TITLE_SIZE - 1) if label.title == step.title else label.title
        found.setdefault((label.category, label.name), Label(label.category, label.name, title))
    return list(found.values())
