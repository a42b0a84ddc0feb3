"""FIT files as a watch writes them, as Strava hands them back, and those of an export that are no activities.

Field numbers and scales are FIT profile 21.218's. Strava keeps of a file what it shows itself: no workout, no sets,
no effort, and fewer fields of each record; serial number and creation time stay the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import sin
from typing import Final

from syncer.demo.practice import Practice
from syncer.demo.story import Deed, What
from syncer.workouts.fit import step_rows, titles
from syncer.workouts.fit_encoding import (
    BaseType,
    Field,
    Message,
    Value,
    encode,
    fit_local_timestamp,
    fit_timestamp,
)
from syncer.workouts.labels import Labels, step_labels

SERIAL: Final = 3_412_907_651
"""Of the runner's watch; Garmin's ``deviceId`` is the same number."""
GARMIN, WATCH = 1, 4315  # Forerunner 965

RUN, WALK_AND_HIKE, STRENGTH = (1, 0), (17, 0), (10, 20)
"""FIT sport and sub-sport."""

RECORD_EVERY_S: Final = 30
ACTIVITY_FILE, SETTINGS_FILE, WORKOUT_FILE, MONITORING_FILE = 4, 2, 5, 32

_ENUM, _U8, _U16, _U32, _TEXT = BaseType.ENUM, BaseType.UINT8, BaseType.UINT16, BaseType.UINT32, BaseType.STRING
_NAMES = {What.RUN: "Run", What.HIKE: "Hike", What.BAND_WALK: "Strength"}


def recorded(deed: Deed, practice: Practice | None) -> bytes:
    """What the watch wrote."""
    start, end = deed.start, deed.end
    messages = [_file_id(ACTIVITY_FILE, start), _message(49, (0, _U16, 2028)), _event(start, 0)]
    messages += _workout(practice, start) if practice else []
    messages += _records(deed, whole=True)
    messages += [_event(end, 4), _device(start)]
    messages += _sets(practice, deed) if practice else _laps(deed)
    messages += [_session(deed, whole=True), _activity(deed)]
    return encode(messages)


def handed_back(deed: Deed) -> bytes:
    """Strava's copy of the same recording."""
    messages = [_file_id(ACTIVITY_FILE, deed.start), _device(deed.start)]
    messages += [*_records(deed, whole=False), *([] if deed.what is What.BAND_WALK else _laps(deed))]
    return encode([*messages, _session(deed, whole=False), _activity(deed)])


def monitoring(day: datetime) -> bytes:
    """A day's steps, as watches upload them by the hundred."""
    counted = (
        _message(55, (253, _U32, fit_timestamp(day + timedelta(hours=hour))), (3, _U32, hour * 611), (5, _ENUM, 6))
        for hour in range(1, 13)
    )
    return encode([_file_id(MONITORING_FILE, day), *counted])


def settings(day: datetime) -> bytes:
    """The watch's settings."""
    return encode([_file_id(SETTINGS_FILE, day), _message(2, (1, _U32, 0), (2, _U32, 0))])


def _message(number: int, *fields: tuple[int, BaseType, Value]) -> Message:
    return Message(number, tuple(Field(*field) for field in fields))


def _file_id(kind: int, created: datetime) -> Message:
    return _message(
        0,
        (3, BaseType.UINT32Z, SERIAL),
        (4, _U32, fit_timestamp(created)),
        (1, _U16, GARMIN),
        (2, _U16, WATCH),
        (0, _ENUM, kind),
    )


def _event(when: datetime, kind: int) -> Message:
    """The timer starts (0) or stops (4)."""
    return _message(21, (253, _U32, fit_timestamp(when)), (0, _ENUM, 0), (1, _ENUM, kind))


def _device(when: datetime) -> Message:
    return _message(
        23,
        (253, _U32, fit_timestamp(when)),
        (3, BaseType.UINT32Z, SERIAL),
        (0, _U8, 0),
        (2, _U16, GARMIN),
        (4, _U16, WATCH),
    )


def _records(deed: Deed, *, whole: bool) -> Iterator[Message]:
    """Time, distance and heart rate every 30 s; whole ones with speed and cadence."""
    begun = fit_timestamp(deed.start)
    for second in range(0, deed.elapsed_s + 1, RECORD_EVERY_S):
        share = second / max(deed.elapsed_s, 1)
        wave = sin(second / 140 + deed.number)
        fields: list[tuple[int, BaseType, Value]] = [(253, _U32, begun + second)]
        if deed.distance_m is not None:
            fields.append((5, _U32, round(deed.distance_m * share * 100)))
        fields.append((3, _U8, round(deed.heart_rate * min(0.8 + second / 1500, 1) + 4 * wave)))
        if whole and deed.distance_m is not None:
            fields += [(6, _U16, round(deed.distance_m / deed.elapsed_s * 1000 * (1 + 0.04 * wave)))]
            fields += [(4, _U8, round((84 if deed.what is What.RUN else 52) + wave))]
        yield _message(20, *fields)


def _laps(deed: Deed) -> Iterator[Message]:
    """One for each kilometre."""
    metres = deed.distance_m or 0.0
    count = max(1, -(-int(metres) // 1000))
    begun = fit_timestamp(deed.start)
    for index in range(count):
        first, last = (deed.elapsed_s * min(index * 1000, metres) / metres for index in (index, index + 1))
        length = round((last - first) * 1000)
        yield _message(
            19,
            (253, _U32, begun + round(last)),
            (2, _U32, begun + round(first)),
            (7, _U32, length),
            (8, _U32, length),
            (9, _U32, round(min(1000.0, metres - index * 1000) * 100)),
            (254, _U16, index),
            (25, _ENUM, _sport(deed)[0]),
        )


def _sport(deed: Deed) -> tuple[int, int]:
    return {What.RUN: RUN, What.HIKE: WALK_AND_HIKE, What.BAND_WALK: STRENGTH}[deed.what]


def _session(deed: Deed, *, whole: bool) -> Message:
    sport, sub_sport = _sport(deed)
    fields: list[tuple[int, BaseType, Value]] = [
        (253, _U32, fit_timestamp(deed.end)),
        (2, _U32, fit_timestamp(deed.start)),
        (7, _U32, deed.elapsed_s * 1000),
        (8, _U32, deed.timer_s * 1000),
        (9, _U32, None if deed.distance_m is None else round(deed.distance_m * 100)),
        (254, _U16, 0),
        (5, _ENUM, sport),
        (6, _ENUM, sub_sport),
        (16, _U8, deed.heart_rate),
    ]
    if whole:
        fields += [
            (110, _TEXT, _NAMES[deed.what]),
            (192, _U8, deed.feel),
            (193, _U8, None if deed.rpe is None else deed.rpe * 10),
        ]
    return _message(18, *fields)


def _activity(deed: Deed) -> Message:
    """The runner's own clock stands here, beside the instant."""
    return _message(
        34,
        (253, _U32, fit_timestamp(deed.end)),
        (5, _U32, fit_local_timestamp(deed.end)),
        (0, _U32, deed.timer_s * 1000),
        (1, _U16, 1),
        (2, _ENUM, 0),
    )


def _workout(practice: Practice, when: datetime) -> Iterator[Message]:
    """The workout that was followed, as the watch copies it from the file that it was given."""
    workout, file = practice.workout, practice.file
    by_step = step_labels(workout.steps, Labels.SIDES)
    rows = step_rows(workout.steps, by_step, Labels.SIDES)
    yield _message(
        26, (8, _TEXT, workout.name), (6, _U16, len(rows)), (4, _ENUM, STRENGTH[0]), (11, _ENUM, STRENGTH[1])
    )
    for index, row in enumerate(rows):
        yield Message(
            27,
            (
                Field(0, _TEXT, row.name, 16),
                Field(2, _U32, row.value),
                Field(254, _U16, index),
                Field(10, _U16, row.category),
                Field(11, _U16, row.exercise),
                Field(1, _ENUM, row.duration_type),
                Field(7, _ENUM, row.intensity),
            ),
        )
    yield _message(
        72,
        (253, _U32, fit_timestamp(when)),
        (3, BaseType.UINT32Z, file.serial),
        (4, _U32, fit_timestamp(file.time_created)),
        (1, _U16, GARMIN),
        (2, _U16, 65534),
        (0, _ENUM, WORKOUT_FILE),
    )
    for index, label in enumerate(titles(by_step)):
        yield Message(
            264,
            (
                Field(2, _TEXT, label.title, 32),
                Field(254, _U16, index),
                Field(0, _U16, label.category),
                Field(1, _U16, label.name),
            ),
        )


def _sets(practice: Practice, deed: Deed) -> Iterator[Message]:
    by_step = step_labels(practice.workout.steps, Labels.SIDES)
    passed = 0.0
    for index, done in enumerate(practice.sets):
        label = by_step.get(done.step)
        start = fit_timestamp(deed.start) + round(passed)
        passed += done.seconds
        yield _message(
            225,
            (254, _U32, fit_timestamp(deed.start)),
            (0, _U32, round(done.seconds * 1000)),
            (6, _U32, start),
            (3, _U16, done.reps),
            (5, _U8, int(done.active)),
            (7, _U16, label.category if label else None),
            (8, _U16, label.name if label else None),
            (10, _U16, index),
            (11, _U16, done.index),
        )
