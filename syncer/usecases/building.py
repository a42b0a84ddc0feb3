"""A workout as a file: written by us, decoded again by another implementation, compared step by step."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from syncer.domain.workout import Workout


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file that may leave the program. ``serial`` is the FIT file's, None for JSON."""

    content: bytes
    file_name: str
    sha256: str
    serial: int | None


def build_file(workout: Workout, labels: str, *, as_json: bool = False) -> BuiltFile:
    """The workout's FIT file, or its Garmin Connect JSON.

    Args:
        labels: ``sides`` or ``catalog``, for FIT.

    Raises:
        SyncerError: the workout cannot be written, or what was written does not read back as the workout.
    """
    if as_json:
        from syncer.workouts.connect import marker, to_json

        content = json.dumps(to_json(workout, marker=marker(workout)), indent=2).encode() + b"\n"
        return BuiltFile(content, f"{workout.slug}.json", hashlib.sha256(content).hexdigest(), None)
    from syncer.workouts.fit import encode
    from syncer.workouts.verify import verify

    file = encode(workout, labels=labels)
    verify(workout, file.data, labels)
    return BuiltFile(file.data, file.file_name, file.sha256, file.serial)
