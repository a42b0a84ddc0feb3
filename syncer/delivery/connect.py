"""Garmin Connect as a target: what is asked of it, and its ids as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from syncer.workouts.connect import Json


class Connect(Protocol):
    """What is asked of Garmin Connect; `syncer.clients.garmin.GarminClient` in real life."""

    def workouts(self, start: int) -> list[Any]:
        """One page of the library from offset ``start``; an empty list is the end."""

    def workout(self, workout_id: str) -> Json:
        """One workout, whole; ``item-gone`` when it is not there."""

    def create_workout(self, workout: Mapping[str, Any]) -> Json:
        """Create a workout; the answer holds its ``workoutId``."""

    def update_workout(self, workout_id: str, workout: Mapping[str, Any]) -> None:
        """Replace a workout in place."""

    def delete_workout(self, workout_id: str) -> None:
        """Take a workout away; one that is gone is fine."""

    def calendar(self, year: int, month: int) -> list[Any]:
        """The items of a month (1-12)."""

    def scheduled(self, schedule_id: str) -> Json:
        """One calendar entry; ``item-gone`` when it is not there."""

    def schedule(self, workout_id: str, day: date) -> Json:
        """Put a workout on a day; the answer holds the ``workoutScheduleId``."""

    def unschedule(self, schedule_id: str) -> None:
        """Take a calendar entry away; one that is gone is fine."""

    def send_to_watch(self, workout_id: str) -> None:
        """Queue a workout for the watch that was used last."""


def number_of(value: object) -> str:
    """An id as text; empty for anything that is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    text = str(value).strip() if isinstance(value, str) or abs(value) < 10**20 else ""
    return text if re.fullmatch(r"0{0,20}[1-9][0-9]{0,19}", text) else ""
