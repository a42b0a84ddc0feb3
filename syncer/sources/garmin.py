"""Garmin Connect's JSON as a recording (garmin research §4: null-heavy, 0 for none, two shapes for one thing)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timezone
from functools import cache
from typing import Any

from syncer.domain.activity import ExerciseSet, Provider, Recording, RecordingKey, Sport
from syncer.sources.payload import identifier, mapping, notes, number, offset, text, utc, whole
from syncer.sources.sport_names import garmin_sport

_LONGEST_S = 100 * 86_400.0
_RUNNING_TYPE_ID = 1


def garmin_recording(
    item: Mapping[str, Any], detail: Mapping[str, Any] | None = None, sets: Mapping[str, Any] | None = None
) -> Recording:
    """One activity from its list item and, where they were fetched, its detail and its exercise sets.

    Raises:
        ValueError: it has no id or no start; nothing can be said of it.
    """
    known = mapping(detail)
    summary, meta = mapping(known.get("summaryDTO")), mapping(known.get("metadataDTO"))
    external_id = identifier(item.get("activityId")) or identifier(known.get("activityId"))
    if external_id is None:
        raise ValueError("it has no id")
    start = utc(item.get("startTimeGMT")) or utc(summary.get("startTimeGMT")) or _epoch(item.get("beginTimestamp"))
    if start is None:
        raise ValueError("it has no start time")
    shift = offset(item.get("startTimeLocal") or summary.get("startTimeLocal"), start)
    sport, label = _sport(mapping(item.get("activityType")) or mapping(known.get("activityTypeDTO")))
    timer = number(item.get("duration"), high=_LONGEST_S) or number(summary.get("duration"), high=_LONGEST_S)
    elapsed = number(item.get("elapsedDuration"), high=_LONGEST_S) or number(
        summary.get("elapsedDuration"), high=_LONGEST_S
    )
    rpe, feel = number(summary.get("directWorkoutRpe"), high=100), whole(summary.get("directWorkoutFeel"), high=100)
    workout = identifier(item.get("workoutId")) or identifier(meta.get("associatedWorkoutId"))
    device = identifier(item.get("deviceId")) or identifier(mapping(meta.get("deviceMetaDataDTO")).get("deviceId"))
    return Recording(
        key=RecordingKey(Provider.GARMIN, external_id),
        sport=sport,
        sport_label=label,
        start=start if shift is None else start.astimezone(timezone(shift)),
        offset_known=shift is not None,
        elapsed_s=elapsed or timer,
        timer_s=timer,
        distance_m=number(item.get("distance"))
        if item.get("distance") is not None
        else number(summary.get("distance")),
        notes=notes(name=_newer(known, item, "activityName"), description=_newer(known, item, "description")),
        device=device,
        manual=item.get("manualActivity") is True or meta.get("manualActivity") is True,
        workout_id=workout,
        sets=None if sets is None else _sets(sets),
        rpe=None if rpe is None else rpe / 10,
        feel=feel,
    )


def _newer(detail: Mapping[str, Any], item: Mapping[str, Any], field: str) -> str | None:
    """A text from the detail if there is one, else from the list; null says that nothing is written."""
    for source in (detail, item):
        if field in source:
            return text(source[field])
    return None


def _sport(kind: Mapping[str, Any]) -> tuple[Sport, str]:
    key = text(kind.get("typeKey"))
    sport = garmin_sport(key)
    # a run of a type that is newer than this program still has running as its parent
    if sport is Sport.OTHER and _RUNNING_TYPE_ID in (kind.get("typeId"), kind.get("parentTypeId")):
        sport = Sport.RUN
    return sport, key


def _epoch(milliseconds: Any) -> Any:
    from datetime import datetime

    found = number(milliseconds, low=1, high=4e12)
    return None if found is None else datetime.fromtimestamp(found / 1000, UTC)


def _sets(answer: Mapping[str, Any]) -> tuple[ExerciseSet, ...]:
    listed = answer.get("exerciseSets")
    return tuple(_set(one) for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()


def _set(told: Mapping[str, Any]) -> ExerciseSet:
    guesses = told.get("exercises")
    best = mapping(guesses[0]) if isinstance(guesses, list) and guesses else {}
    category, exercise = text(best.get("category")).upper(), text(best.get("name")).upper()
    numbers = _catalogue_numbers().get((category, exercise)) or (_category_number(category), None)
    return ExerciseSet(
        active=text(told.get("setType")).upper() == "ACTIVE",
        duration_s=number(told.get("duration"), high=_LONGEST_S),
        reps=whole(told.get("repetitionCount"), high=100_000),
        category=numbers[0],
        exercise=numbers[1],
        step_index=whole(told.get("wktStepIndex"), high=10_000),
        name="/".join(part for part in (category, exercise) if part and part != "UNKNOWN") or None,
    )


@cache
def _catalogue_numbers() -> dict[tuple[str, str], tuple[int, int | None]]:
    from syncer.workouts.catalog import EXERCISES

    return {
        (one.connect_category, one.connect_name or ""): (one.category, one.name)
        for one in EXERCISES.values()
        if one.connect_category
    }


def _category_number(key: str) -> int | None:
    """FIT's number of a category, from the profile that fitparse carries."""
    from fitparse.profile import FIELD_TYPES

    names: dict[int, str] = FIELD_TYPES["exercise_category"].values
    wanted = key.lower()
    return next((value for value, name in names.items() if name == wanted and name != "unknown"), None)
