"""Garmin Connect's JSON as a recording: null-heavy, 0 for none, two shapes for one thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timezone
from functools import cache
from typing import Any

from syncer.domain.activity import ExerciseSet, Provider, Recording, RecordingKey, Sport
from syncer.sources.payload import FARTHEST_M, LONGEST_S, identifier, mapping, notes, number, offset, text, utc, whole
from syncer.sources.sport_names import garmin_sport

_RUNNING_TYPE_ID = 1
_MOST_SETS = 2_000  # a day of strength training has some hundred


def listed(item: Mapping[str, Any]) -> Recording:
    """One activity from its entry in the list.

    Raises:
        ValueError: it has no id or no start; nothing can be said of it.
    """
    external_id = identifier(item.get("activityId"))
    if external_id is None:
        raise ValueError("it has no id")
    start = utc(item.get("startTimeGMT")) or _epoch(item.get("beginTimestamp"))
    if start is None:
        raise ValueError("it has no start time")
    shift = offset(item.get("startTimeLocal"), start)
    sport, label = _sport(mapping(item.get("activityType")))
    timer = number(item.get("duration"), high=LONGEST_S)
    return Recording(
        key=RecordingKey(Provider.GARMIN, external_id),
        sport=sport,
        sport_label=label,
        start=start if shift is None else start.astimezone(timezone(shift)),
        offset_known=shift is not None,
        elapsed_s=number(item.get("elapsedDuration"), high=LONGEST_S) or timer,
        timer_s=timer,
        distance_m=number(item.get("distance"), high=FARTHEST_M),
        # null does not say that nothing is written: only the detail can
        notes=notes(name=item.get("activityName"), description=text(item.get("description")) or None),
        device=identifier(item.get("deviceId")),
        manual=item.get("manualActivity") is True,
        workout_id=identifier(item.get("workoutId")),
    )


def detailed(known: Recording, detail: Mapping[str, Any], sets: Mapping[str, Any] | None = None) -> Recording:
    """What the detail and the exercise sets say of an activity; where they say nothing, what is ``known`` holds.

    Args:
        sets: None when they were not asked for.

    Raises:
        ValueError: the answer is about another activity.
    """
    if identifier(detail.get("activityId")) not in (None, known.key.external_id):
        raise ValueError("the answer is about another activity")
    summary, meta = mapping(detail.get("summaryDTO")), mapping(detail.get("metadataDTO"))
    start = _start(summary, known)
    sport, label = _sport(mapping(detail.get("activityTypeDTO")))
    rpe = number(summary.get("directWorkoutRpe"), high=100)
    return Recording(
        key=known.key,
        sport=sport if label else known.sport,
        sport_label=label or known.sport_label,
        start=start,
        offset_known=known.offset_known or start.tzinfo is not UTC,
        elapsed_s=number(summary.get("elapsedDuration"), high=LONGEST_S) or None,
        timer_s=number(summary.get("duration"), high=LONGEST_S) or None,
        distance_m=number(summary.get("distance"), high=FARTHEST_M),
        notes=notes(name=detail.get("activityName"), description=text(detail.get("description"))),
        device=identifier(mapping(meta.get("deviceMetaDataDTO")).get("deviceId")),
        manual=known.manual or meta.get("manualActivity") is True,
        workout_id=identifier(meta.get("associatedWorkoutId")),
        sets=None if sets is None else _sets(sets),
        rpe=None if rpe is None else rpe / 10,
        feel=whole(summary.get("directWorkoutFeel"), high=100),
    )


def _start(summary: Mapping[str, Any], known: Recording) -> datetime:
    """The start in the runner's own wall clock, which the detail tells twice, once, or not at all."""
    at, wall = utc(summary.get("startTimeGMT")), utc(summary.get("startTimeLocal"))
    if at is None and (wall is None or not known.offset_known):
        return known.start
    if at is None and wall is not None:
        return wall.replace(tzinfo=known.start.tzinfo)
    assert at is not None  # noqa: S101  # the two cases without it have returned
    shift = offset(summary.get("startTimeLocal"), at)
    if shift is not None:
        return at.astimezone(timezone(shift))
    return at.astimezone(known.start.tzinfo) if known.offset_known else at


def _sport(kind: Mapping[str, Any]) -> tuple[Sport, str]:
    key = text(kind.get("typeKey"))
    sport = garmin_sport(key)
    # a run of a type that is newer than this program still has running as its parent
    if sport is Sport.OTHER and _RUNNING_TYPE_ID in (kind.get("typeId"), kind.get("parentTypeId")):
        sport = Sport.RUN
    return sport, key


def _epoch(milliseconds: Any) -> datetime | None:
    found = number(milliseconds, low=1, high=4e12)
    return None if found is None else datetime.fromtimestamp(found / 1000, UTC)


def _sets(answer: Mapping[str, Any]) -> tuple[ExerciseSet, ...]:
    told = answer.get("exerciseSets")
    return tuple(_set(one) for one in told[:_MOST_SETS] if isinstance(one, dict)) if isinstance(told, list) else ()


def _set(told: Mapping[str, Any]) -> ExerciseSet:
    guesses = told.get("exercises")
    best = _likeliest([one for one in guesses if isinstance(one, dict)] if isinstance(guesses, list) else [])
    category, exercise = text(best.get("category")).upper(), text(best.get("name")).upper()
    numbers = _catalogue_numbers().get((category, exercise)) or (_category_numbers().get(category.lower()), None)
    return ExerciseSet(
        active=text(told.get("setType")).upper() == "ACTIVE",
        duration_s=number(told.get("duration"), high=LONGEST_S),
        reps=whole(told.get("repetitionCount"), high=100_000),
        category=numbers[0],
        exercise=numbers[1],
        step_index=whole(told.get("wktStepIndex"), high=10_000),
        name="/".join(part for part in (category, exercise) if part and part != "UNKNOWN") or None,
    )


def _likeliest(guesses: list[dict[str, Any]]) -> Mapping[str, Any]:
    """The watch's best guess; 100 is what a person chose."""
    return max(guesses, key=lambda one: number(one.get("probability")) or 0.0, default={})


@cache
def _catalogue_numbers() -> dict[tuple[str, str], tuple[int, int | None]]:
    from syncer.workouts.catalog import EXERCISES

    return {
        (one.connect_category, one.connect_name or ""): (one.category, one.name)
        for one in EXERCISES.values()
        if one.connect_category
    }


@cache
def _category_numbers() -> dict[str, int]:
    """FIT's numbers of Connect's categories, from the profile that fitparse carries."""
    from fitparse.profile import FIELD_TYPES

    names: dict[int, str] = FIELD_TYPES["exercise_category"].values
    return {name: value for value, name in names.items() if name != "unknown"}
