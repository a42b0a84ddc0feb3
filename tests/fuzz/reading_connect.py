"""What reads Garmin Connect's workouts and calendar, as they come back from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from tests.fuzz.target import REPO, START, Target, each, emptied, json_object


class _Told:
    """A Connect that tells what the input says, in the types that the client lets through."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told

    def _object(self, key: str) -> dict[str, Any]:
        found = self._told.get(key)
        return found if isinstance(found, dict) else {}

    def _list(self, key: str) -> list[Any]:
        found = self._told.get(key)
        return found if isinstance(found, list) else []

    def workouts(self, start: int) -> list[Any]:
        return [] if start else self._list("workouts")

    def workout(self, _id: str) -> dict[str, Any]:
        return self._object("workout")

    def create_workout(self, _workout: Mapping[str, Any]) -> dict[str, Any]:
        return self._object("created")

    def update_workout(self, _id: str, _workout: Mapping[str, Any]) -> None:
        return None

    def delete_workout(self, _id: str) -> None:
        return None

    def calendar(self, _year: int, _month: int) -> list[Any]:
        return self._list("calendar")

    def scheduled(self, _id: str) -> dict[str, Any]:
        return self._object("scheduled")

    def schedule(self, _id: str, _day: date) -> dict[str, Any]:
        return self._object("answer")

    def unschedule(self, _id: str) -> None:
        return None

    def send_to_watch(self, _id: str) -> None:
        return None


def _connect(data: bytes) -> None:
    """A push to Connect, twice: the second finds what the first has left."""
    from syncer.usecases.pushing import Chosen
    from syncer.usecases.pushing_connect_calendar import Days, put_days
    from syncer.usecases.pushing_connect_workout import Manner, put_workout

    connect = _Told(json_object(data))
    chosen = Chosen(_template().build(), None)
    today = START.date()
    with emptied("schedule_entries", "pushes") as connection:
        for days in range(2):
            now = START + timedelta(days=days)
            wanted = Days([("5", today + timedelta(days=1))], lambda _entry: True, by_hand=False, titles={})
            each(
                lambda now=now: put_workout(connection, connect, _library(connect), chosen, now, Manner(send=True)),
                lambda now=now, wanted=wanted: list(
                    put_days(connection, connect, wanted, now, today, dry_run=False)  # type: ignore[misc]
                ),
            )


def _library(connect: Any) -> Any:
    from syncer.delivery.connect_library import library

    return library(connect)


@cache
def _template() -> Any:
    from syncer.workouts.template import parse

    return parse((REPO / "templates" / "lateral-band-walk.toml").read_text(), "lateral-band-walk.toml")


def a_body() -> dict[str, Any]:
    from syncer.workouts.connect import marker, to_json

    workout = _template().build()
    return to_json(workout, marker=marker(workout))


def an_item(number: int) -> dict[str, Any]:
    return {"id": number, "itemType": "workout", "workoutId": 5, "date": "2026-03-02", "title": "x"}


def _connect_seeds() -> list[bytes]:
    body = a_body()
    listed = {"workoutId": 5, "workoutName": "x", "description": body["description"], "sportType": body["sportType"]}
    there: dict[str, Any] = {
        "workouts": [listed],
        "workout": {**body, "workoutId": 5},
        "created": {**body, "workoutId": 5},
        "calendar": [an_item(7), {"itemType": "activity", "id": 9}],
        "scheduled": {"calendarDate": "2026-03-02"},
        "answer": {"workoutScheduleId": 7},
    }
    return [json.dumps(one).encode() for one in (there, {**there, "workouts": []}, {**there, "calendar": []})]


TARGETS = {"connect": Target(_connect_seeds, _connect)}
