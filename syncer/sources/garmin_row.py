"""One row of the summary of activities in Garmin's account export.

Its units are its own: durations in milliseconds, distances in centimetres, instants in milliseconds since 1970, and
``startTimeLocal`` the runner's wall clock written as if it were UTC. (Garmin Connect's API has seconds and metres.)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from syncer.domain.activity import ExerciseSet, Kind, Note, Provider, Recording, RecordingKey, Sport
from syncer.sources.payload import FARTHEST_M, LONGEST_S
from syncer.sources.sport_names import garmin_sport

type Row = Mapping[str, object]

_MOST_SETS = 1_000
_DAY_MS = 86_400_000


def activity_id(row: Row) -> str | None:
    """The activity's id as text, None when the row has none."""
    return _id(row.get("activityId"))


def parent_id(row: Row) -> str | None:
    """The id of the multisport activity that this one is a part of."""
    return _id(row.get("parentId"))


def is_multisport(row: Row) -> bool:
    """Whether the row sums up several activities."""
    return row.get("parent") is True or _type_key(row) == "multi_sport"


def instant_ms(row: Row) -> float | None:
    """When it began, in milliseconds since 1970."""
    return _milliseconds(row.get("beginTimestamp")) or _milliseconds(row.get("startTimeGmt", row.get("startTimeGMT")))


def instant(row: Row) -> datetime | None:
    """When it began, in UTC."""
    milliseconds = instant_ms(row)
    return None if milliseconds is None else _utc(milliseconds)


def wall_clock_ms(row: Row) -> float | None:
    """What the runner's clock showed then, in milliseconds as if it were UTC."""
    return _milliseconds(row.get("startTimeLocal"))


def device_id(row: Row) -> str | None:
    """Garmin's unit id, which is the serial number in the watch's FIT files."""
    return _id(row.get("deviceId"))


def sport(row: Row) -> Sport:
    """The family of the row's type."""
    return garmin_sport(_type_key(row), str(row.get("sportType") or ""))


def elapsed_s(row: Row) -> float | None:
    """Seconds from start to end; those of the timer where the row does not tell them."""
    elapsed = _scaled(row.get("elapsedDuration"), 1000, LONGEST_S)
    return elapsed if elapsed is not None else timer_s(row)


def timer_s(row: Row) -> float | None:
    """Seconds with the timer running."""
    return _scaled(row.get("duration"), 1000, LONGEST_S)


def distance_m(row: Row) -> float | None:
    """Metres."""
    return _scaled(row.get("distance"), 100, FARTHEST_M)


def recording(row: Row) -> Recording:
    """The recording that a row tells of.

    Raises:
        ValueError: it has no id or does not say when it began.
    """
    key, began = activity_id(row), _start(row)
    if key is None:
        raise ValueError("it has no activityId")
    if began is None:
        raise ValueError("it does not say when it began")
    start, offset_known = began
    family = sport(row)
    rpe = _scaled(_told(row, "workoutRpe", "directWorkoutRpe"), 10, 10)
    feel = _scaled(_told(row, "workoutFeel", "directWorkoutFeel"), 1, 100)
    return Recording(
        key=RecordingKey(Provider.GARMIN, key),
        sport=family,
        sport_label=_type_key(row) or str(row.get("sportType") or ""),
        start=start,
        offset_known=offset_known,
        elapsed_s=elapsed_s(row),
        timer_s=timer_s(row),
        distance_m=distance_m(row),
        notes=notes(row),
        device=device_id(row),
        manual=row.get("manualActivity") is True,
        workout_id=_id(row.get("workoutId")),
        sets=_sets(row) if family.kind is Kind.STRENGTH else None,
        rpe=rpe,
        feel=None if feel is None else round(feel),
    )


def notes(row: Row) -> tuple[Note, ...]:
    """The title and what the runner wrote below it; an empty text says that nothing is written there."""
    told = {"name": ("name", "activityName"), "description": ("description",)}
    found = []
    for field, keys in told.items():
        if any(key in row for key in keys):
            text = _told(row, *keys)
            found.append(Note(field, text.strip().replace("\r\n", "\n") if isinstance(text, str) else ""))
    return tuple(found)


def _start(row: Row) -> tuple[datetime, bool] | None:
    """The start and whether it shows the runner's wall clock.

    Without the instant the wall clock stands as if it were UTC: its day is right.
    """
    began, wall = instant_ms(row), wall_clock_ms(row)
    if began is None:
        return None if wall is None else (_utc(wall), True)
    if wall is None or not -12 * 3_600_000 <= wall - began <= 14 * 3_600_000:
        return _utc(began), False
    zone = timezone(timedelta(minutes=round((wall - began) / 60_000)))
    return _utc(began).astimezone(zone), True


def _utc(milliseconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def _milliseconds(value: object) -> float | None:
    """Milliseconds since 1970, told as a number or as ``2026-05-01 12:00:00``; None before 1980 and after 2200."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        value = moment.timestamp() * 1000
    return _scaled(value, 1, 84_000 * _DAY_MS, least=3_652 * _DAY_MS)


def _type_key(row: Row) -> str:
    found = row.get("activityType")
    if isinstance(found, dict):
        found = found.get("typeKey")
    return found if isinstance(found, str) else ""


def _told(row: Row, *names: str) -> object:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _scaled(value: object, scale: float, most: float, least: float = 0) -> float | None:
    """The value in our unit; None when it is absurd."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    scaled = value / scale
    return scaled if least <= scaled <= most else None


def _id(value: object) -> str | None:
    """An id as text. Zero stands for none, as do negative ones."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    return text.lstrip("0") if text.isdecimal() and text.isascii() and text.strip("0") else None


def _sets(row: Row) -> tuple[ExerciseSet, ...] | None:
    """The sets of each exercise, as far as the summary tells: only their number and their sums.

    Repetitions and time are shared out evenly among an exercise's sets, the first ones taking what is left over.
    """
    exercises = row.get("summarizedExerciseSets")
    if not isinstance(exercises, list):
        return None
    sets: list[ExerciseSet] = []
    for exercise in exercises:
        if isinstance(exercise, dict):
            sets += _sets_of(exercise)
    return tuple(sets[:_MOST_SETS])


def _sets_of(exercise: Row) -> list[ExerciseSet]:
    count = int(_scaled(exercise.get("sets"), 1, _MOST_SETS) or 0)
    reps = _scaled(exercise.get("reps"), 1, 1_000_000)
    duration = _scaled(exercise.get("duration"), 1000, LONGEST_S)
    name = next((name for part in ("subCategory", "category") if isinstance(name := exercise.get(part), str)), None)
    return [
        ExerciseSet(
            active=True,
            duration_s=None if duration is None else duration / count,
            reps=None if reps is None else int(reps) // count + (index < int(reps) % count),
            name=name,
        )
        for index in range(count)
    ]
