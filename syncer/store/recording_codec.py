"""How a recording and its parts are written down: as JSON of what is known, and as a row; each with its inverse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any

from syncer.domain.activity import ExerciseSet, FileIdentity, Note, Provider, Recording, RecordingKey, Sport
from syncer.store.codec import dump, finite, from_us, load, offset_of, to_us

_LARGEST = 2**63


def _keepable(value: Any) -> Any:
    """The value, or None for a number that SQLite cannot keep: not finite, or whole and beyond 64 bits."""
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        return None
    return value


def identity_value(identity: FileIdentity | None) -> list[Any] | None:
    """``[serial, time created]`` for JSON."""
    return None if identity is None else [identity.serial, identity.time_created.astimezone(UTC).isoformat()]


def identity_of(value: Sequence[Any]) -> FileIdentity:
    """The inverse of `identity_value`."""
    return FileIdentity(value[0], datetime.fromisoformat(value[1]))


def notes_value(notes: Iterable[Note]) -> list[list[str]]:
    """``[[field, text], …]`` for JSON."""
    return [[note.field, note.text] for note in notes]


def notes_of(value: Iterable[Sequence[str]]) -> tuple[Note, ...]:
    """The inverse of `notes_value`."""
    return tuple([Note(field, text) for field, text in value])


def sets_value(sets: Iterable[ExerciseSet]) -> list[dict[str, Any]]:
    """Sets as objects for JSON, without what is not known."""
    return [_known(item) for item in sets]


def sets_of(value: Iterable[dict[str, Any]]) -> tuple[ExerciseSet, ...]:
    """The inverse of `sets_value`."""
    return tuple([ExerciseSet(**item) for item in value])


def _known(item: ExerciseSet) -> dict[str, Any]:
    """Field by field, what differs from the default; numbers that are none are left out."""
    known: dict[str, Any] = {}
    for spec in fields(item):
        value = _keepable(getattr(item, spec.name))
        if value is not None:
            known[spec.name] = value
    return known


_NESTED_OUT: dict[str, Callable[[Any], Any]] = {
    "start": lambda start: from_us(to_us(start), offset_of(start)).isoformat(),
    "notes": notes_value,
    "sets": sets_value,
    "file_identity": identity_value,
    "training_file": identity_value,
}
_NESTED_IN: dict[str, Callable[[Any], Any]] = {
    "sport": Sport,
    "start": datetime.fromisoformat,
    "notes": notes_of,
    "sets": sets_of,
    "file_identity": identity_of,
    "training_file": identity_of,
}


def recording_json(recording: Recording) -> str:
    """Every field that differs from its default, as one JSON object; the key is not in it.

    Raises:
        ValueError: the recording's start is not aware.
    """
    known: dict[str, Any] = {}
    for spec in fields(recording):
        value = _keepable(getattr(recording, spec.name))
        if spec.name == "key" or value is None or (spec.default is not MISSING and value == spec.default):
            continue
        convert = _NESTED_OUT.get(spec.name)
        known[spec.name] = convert(value) if convert else value
    return dump(known)


def recording_from_json(key: RecordingKey, text: str) -> Recording:
    """The inverse of `recording_json`."""
    known = load(text)
    for name, convert in _NESTED_IN.items():
        if name in known:
            known[name] = convert(known[name])
    return Recording(key=key, **known)


RECORDING_COLUMNS = (
    "provider, external_id, sport, sport_label, start_us, offset_s, offset_known, elapsed_s, timer_s, distance_m, "
    "notes_json, upload_id, file_serial, file_created_us, device, manual, workout_id, training_serial, "
    "training_created_us, sets_json, rpe, feel, start_hidden"
)
_PROVIDERS = {provider.value: provider for provider in Provider}
_SPORTS = {sport.value: sport for sport in Sport}


def recording_row(recording: Recording) -> tuple[Any, ...]:
    """The values of `RECORDING_COLUMNS`.

    Raises:
        ValueError: the recording's start is not aware.
    """
    file, training = recording.file_identity, recording.training_file
    return (
        recording.key.provider.value,
        recording.key.external_id,
        recording.sport.value,
        recording.sport_label,
        to_us(recording.start),
        offset_of(recording.start),
        int(recording.offset_known),
        recording.elapsed_s,
        recording.timer_s,
        recording.distance_m,
        dump(notes_value(recording.notes)),
        recording.upload_id,
        file.serial if file else None,
        to_us(file.time_created) if file else None,
        recording.device,
        int(recording.manual),
        recording.workout_id,
        training.serial if training else None,
        to_us(training.time_created) if training else None,
        None if recording.sets is None else dump(sets_value(recording.sets)),
        recording.rpe,
        recording.feel,
        int(recording.start_hidden),
    )


def recording_of(row: Sequence[Any]) -> Recording:
    """The inverse of `recording_row`."""
    (
        provider, external_id, sport, sport_label, start_us, offset_s, offset_known, elapsed_s, timer_s, distance_m,
        notes, upload_id, file_serial, file_created, device, manual, workout_id, training_serial, training_created,
        sets, rpe, feel, start_hidden,
    ) = row  # fmt: skip
    return Recording(
        RecordingKey(_PROVIDERS[provider], external_id),
        _SPORTS[sport],
        sport_label,
        from_us(start_us, offset_s),
        bool(offset_known),
        elapsed_s,
        timer_s,
        distance_m,
        () if notes == "[]" else notes_of(load(notes)),
        upload_id,
        None if file_serial is None else FileIdentity(file_serial, from_us(file_created)),
        device,
        bool(manual),
        workout_id,
        None if training_serial is None else FileIdentity(training_serial, from_us(training_created)),
        None if sets is None else sets_of(load(sets)),
        rpe,
        feel,
        bool(start_hidden),
    )
