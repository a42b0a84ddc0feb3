"""Everything that reads from outside, by name."""

from __future__ import annotations

from tests.fuzz import reading_connect, reading_files, reading_services, reading_sign_ins, reading_texts, reading_whole
from tests.fuzz.target import REPO, Target

__all__ = ["REPO", "TARGETS"]

_ROOMS = (
    reading_files,
    reading_whole,
    reading_services,
    reading_connect,
    reading_sign_ins,
    reading_texts,
    reading_whole,
)
TARGETS: dict[str, Target] = {name: target for room in _ROOMS for name, target in room.TARGETS.items()}
