"""Everything that reads from outside, by name."""

from __future__ import annotations

from tests.fuzz import reading_files, reading_services, reading_texts
from tests.fuzz.target import REPO, Target

__all__ = ["REPO", "TARGETS"]

TARGETS: dict[str, Target] = {**reading_files.TARGETS, **reading_services.TARGETS, **reading_texts.TARGETS}
