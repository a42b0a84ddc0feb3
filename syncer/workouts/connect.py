"""A `Workout` as Garmin Connect's workout JSON, and whether what Connect gave back is still it.

Rules, each learned by someone the hard way (garminconnect 0.3.20 and public issue trackers): ids win over keys
and a mismatch is stored silently; a repeat group without condition 7 loses its count; a group of one round is refused;
``stepOrder`` runs 1..N through the nesting; an unknown category is refused, none is fine; ASCII is safest. There is no
label of one's own, so right or left stands at the beginning of a step's note.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from syncer.domain.workout import Intensity, RepeatGroup, Reps, Seconds, Step, Workout
from syncer.workouts.items import Item, plain_items
from syncer.workouts.summary import duration_s

type Json = dict[str, Any]

DESCRIPTION_LIMIT = 1000
"""Characters of a workout's description; Connect is reported to cut at about 1,024."""

NAME_LIMIT = 80
NOTE_LIMIT = 500
SHOWN = 120
"""Characters of what Connect stored that an error shows."""

_STEP_TYPES = {
    Intensity.WARMUP: (1, "warmup"),
    Intensity.COOLDOWN: (2, "cooldown"),
    Intensity.ACTIVE: (3, "interval"),
    Intensity.REST: (5, "rest"),
}
_HASH_DIGITS = 12
_MARKER = re.compile(r"\[(syncer:[a-z0-9-]+) ([0-9a-f]{12})\]")


def marker(workout: Workout) -> str:
    """What tells our own workout from all others on the account: ``syncer:lateral-band-walk``.

    One for each template, whatever its level: a new level changes the workout in place, and its dates stay.
    """
    return f"syncer:{workout.slug}"


def content_hash(workout: Workout) -> str:
    """Twelve hexadecimal digits of what Connect is to store; `Workout.why` is no part of it.

    Raises:
        SyncerError: ``workout-limit``.
    """
    return content_sha256(workout)[:_HASH_DIGITS]


def content_sha256(workout: Workout) -> str:
    """The whole SHA-256 that `content_hash` begins.

    Raises:
        SyncerError: ``workout-limit``.
    """
    return _sha256(_body(workout))


def read_marker(description: object) -> tuple[str, str] | None:
    """The (marker, content hash) that a workout's description ends with; None when it is not ours."""
    found = _MARKER.search(description) if isinstance(description, str) else None
    return (found[1], found[2]) if found else None


def to_json(workout: Workout, *, marker: str) -> Json:
    """The body to create or update the workout with.

    Args:
        workout: what to write; ``why`` is told in the description.
        marker: from `marker`; it and the content hash end the description.

    Raises:
        SyncerError: ``workout-limit``.
    """
    body = _body(workout)
    tail = f"[{marker} {_sha256(body)[:_HASH_DIGITS]}]"
    texts = [text for text in (body["description"], _ascii(workout.why)) if text]
    text = "\n".join(texts)[: DESCRIPTION_LIMIT - len(tail) - 1].rstrip()
    return {**body, "description": f"{text}\n{tail}" if text else tail}


def _body(workout: Workout) -> Json:
    """Everything but the marker."""
    items = plain_items(workout)
    return {
        "workoutName": (_ascii(workout.name) or workout.slug)[:NAME_LIMIT],
        "description": _ascii(workout.description),
        "sportType": _sport(),
        "estimatedDurationInSecs": round(duration_s(workout)),
        "workoutSegments": [{"segmentOrder": 1, "sportType": _sport(), "workoutSteps": _steps(items)}],
    }


def _sha256(body: Json) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _sport() -> Json:
    return {"sportTypeId": 5, "sportTypeKey": "strength_training", "displayOrder": 5}


def _steps(items: Sequence[Item]) -> list[Json]:
    """Fresh objects throughout: a shared one is corrupted silently."""
    order, group = 0, 0
    found: list[Json] = []
    for item in items:
        order += 1
        if isinstance(item, Step):
            found.append(_step(item, order))
            continue
        group += 1
        children = [{**_step(step, order + 1 + place), "childStepId": group} for place, step in enumerate(item.steps)]
        found.append(_group(item, order, group, children))
        order += len(children)
    return found


def _group(item: RepeatGroup, order: int, group: int, children: list[Json]) -> Json:
    return {
        "type": "RepeatGroupDTO",
        "stepOrder": order,
        "childStepId": group,
        "stepType": {"stepTypeId": 6, "stepTypeKey": "repeat", "displayOrder": 6},
        "numberOfIterations": item.rounds,
        "smartRepeat": False,
        "skipLastRestStep": True,
        "endCondition": _condition(7, "iterations", displayable=False),
        "endConditionValue": float(item.rounds),
        "workoutSteps": children,
    }


def _step(step: Step, order: int) -> Json:
    type_id, type_key = _STEP_TYPES[step.intensity]
    body: Json = {
        "type": "ExecutableStepDTO",
        "stepOrder": order,
        "stepType": {"stepTypeId": type_id, "stepTypeKey": type_key, "displayOrder": type_id},
        **_end(step),
        "targetType": {"workoutTargetTypeId": 1, "workoutTargetTypeKey": "no.target", "displayOrder": 1},
        "description": _note(step),
    }
    if step.exercise is not None and step.exercise.connect_category is not None:
        body["category"] = step.exercise.connect_category
        body["exerciseName"] = step.exercise.connect_name or ""
    return body


def _end(step: Step) -> Json:
    if isinstance(step.end, Reps):
        return {"endCondition": _condition(10, "reps"), "endConditionValue": float(step.end.count)}
    if isinstance(step.end, Seconds):
        return {"endCondition": _condition(2, "time"), "endConditionValue": float(step.end.seconds)}
    return {"endCondition": _condition(1, "lap.button")}


def _condition(number: int, key: str, *, displayable: bool = True) -> Json:
    return {"conditionTypeId": number, "conditionTypeKey": key, "displayOrder": number, "displayable": displayable}


def _note(step: Step) -> str:
    """The title first, so that right and left, and exercises that Connect does not list, can be told apart."""
    title, notes = _ascii(step.title), _ascii(step.notes)
    if step.exercise is None:
        return notes[:NOTE_LIMIT]
    return (f"{title}. {notes}" if notes else title)[:NOTE_LIMIT]


_PLAIN = str.maketrans({"×": "x", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "ß": "ss"})


def _ascii(text: str) -> str:
    """The text in ASCII: accents dropped, dashes and quotes plain, the rest left out."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN)).encode("ascii", "ignore").decode()
    return "\n".join(" ".join(line.split()) for line in plain.splitlines()).strip()


def differences(expected: Json, read_back: Json) -> list[str]:
    """What Connect stored otherwise than sent, in words; empty when sport, repeats, steps and exercises are the same.

    Args:
        expected: from `to_json`.
        read_back: the workout as Connect gives it, with ids and fields of its own.
    """
    found = []
    if _words(read_back.get("workoutName")) != _words(expected.get("workoutName")):
        found.append(f"the name is '{_short(str(_plain(read_back.get('workoutName'))))}'")
    if read_marker(read_back.get("description")) != read_marker(expected.get("description")):
        found.append("the description does not end with our marker and hash")
    found += _sport_differences(expected, read_back, "the workout")
    wanted, got = _segments(expected), _segments(read_back)
    if len(wanted) != len(got):
        return [*found, f"{len(got)} segments instead of {len(wanted)}"]
    for one, other in zip(wanted, got, strict=True):
        found += _sport_differences(one, other, "a segment")
        found += _step_list_differences(one.get("workoutSteps"), other.get("workoutSteps"), "")
    return found


def _segments(body: Json) -> list[Json]:
    return _objects(body.get("workoutSegments"))


def _sport_differences(expected: Json, got: Json, where: str) -> list[str]:
    sport = _object(got.get("sportType"))
    wanted = expected["sportType"]
    if (sport.get("sportTypeId"), sport.get("sportTypeKey")) != (wanted["sportTypeId"], wanted["sportTypeKey"]):
        told = _plain(sport.get("sportTypeKey") or sport.get("sportTypeId"))
        return [f"the sport of {where} is {_short(str(told))}"]
    return []


def _step_list_differences(expected: list[Json] | None, got: object, where: str) -> list[str]:
    wanted = expected or []
    stored = sorted(_objects(got), key=lambda step: _number(step.get("stepOrder")) or 0)
    if len(wanted) != len(stored):
        return [f"{len(stored)} steps instead of {len(wanted)}{where}"]
    found = []
    for one, other in zip(wanted, stored, strict=True):
        place = f"step {one['stepOrder']}"
        found += [f"{place}: {what}" for what in _step_differences(one, other)]
        if "workoutSteps" in one:
            found += _step_list_differences(one["workoutSteps"], other.get("workoutSteps"), f" in {place}")
    return found


def _step_differences(expected: Json, got: Json) -> list[str]:
    wanted, stored = _meaning(expected), _meaning(got)
    return [
        f"{what} is {_short(repr(stored[what]))}, not {_short(repr(wanted[what]))}"
        for what in wanted
        if wanted[what] != stored[what]
    ]


def _meaning(step: Json) -> Json:
    """The parts of a step that must survive, in one shape for what was sent and what came back."""
    step_type, end = _object(step.get("stepType")), _object(step.get("endCondition"))
    ends_by_value = end.get("conditionTypeId") != 1
    return {
        "kind": _plain(step.get("type")),
        "step type": (_plain(step_type.get("stepTypeId")), _plain(step_type.get("stepTypeKey"))),
        "end": (_plain(end.get("conditionTypeId")), _plain(end.get("conditionTypeKey"))),
        "end value": _number(step.get("endConditionValue")) if ends_by_value else None,
        "rounds": _plain(step.get("numberOfIterations")),
        "exercise": (_plain(step.get("category") or ""), _plain(step.get("exerciseName") or "")),
        "note": _words(step.get("description")),
    }


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _plain(value: object) -> object:
    """A value that can be compared and shown; what should be one and is a list or an object goes by its kind."""
    return value if value is None or isinstance(value, str | int | float) else f"a {type(value).__name__}"


def _number(value: object) -> float | None:
    """A number, also from text; None for anything else."""
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _words(text: object) -> str:
    return " ".join(text.split()) if isinstance(text, str) else ""
