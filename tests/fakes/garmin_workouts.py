"""Garmin's workouts and calendar: ids win over keys, mistakes are stored without a word, nothing is idempotent.

After what others met: Taxuspt/garmin_mcp#54 (ids over keys), #112 (a repeat without its ids) and #213 (categories);
cyberjunky/home-assistant-garmin_connect#582 (a calendar that leaves things out).
"""

from __future__ import annotations

import copy
import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.loopback import Answer, Request, as_json

SPORTS = {
    1: "running", 2: "cycling", 3: "other", 4: "swimming", 5: "strength_training", 6: "cardio_training", 7: "yoga",
    8: "pilates", 9: "hiit", 10: "multi_sport", 11: "mobility", 13: "rucking", 25: "indoor_cycling",
}  # fmt: skip
STEPS = {
    1: "warmup", 2: "cooldown", 3: "interval", 4: "recovery", 5: "rest", 6: "repeat", 7: "other", 8: "main",
}  # fmt: skip
CONDITIONS = {
    1: "lap.button", 2: "time", 3: "distance", 4: "calories", 5: "power", 6: "heart.rate", 7: "iterations",
    8: "fixed.rest", 9: "fixed.repetition", 10: "reps",
}  # fmt: skip
NO_CATEGORIES = ("UNASSIGNED", "OTHER", "HIP", "HIPS", "CHEST")
_WORKOUT = re.compile(r"/workout-service/workout/(\d+)")
_SCHEDULE = re.compile(r"/workout-service/schedule/(\d+)")
_MONTH = re.compile(r"/calendar-service/year/(\d{4})/month/(\d{1,2})")


@dataclass
class GarminWorkouts:
    """The workout library, the calendar, and what was sent to the watch.

    Attributes:
        stored: workouts by id, as they come back.
        scheduled: calendar entries by schedule id: ``{"workoutId", "date"}``.
        sent: messages to devices.
        device: the watch that was used last, None without one.
        fit_uploads: workout FIT files that were refused.
    """

    stored: dict[int, dict[str, Any]] = field(default_factory=dict)
    scheduled: dict[int, dict[str, Any]] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    device: int | None = 3460891529
    fit_uploads: int = 0
    _numbers: Any = field(default_factory=lambda: itertools.count(1_354_016_242))
    _entries: Any = field(default_factory=lambda: itertools.count(880_001))

    def answer(self, request: Request) -> Answer | None:
        """The workout service, the calendar and the devices."""
        if request.path.startswith("/upload-service/upload"):
            self.fit_uploads += 1
            return as_json(
                {"detailedImportResult": {"failures": [{"messages": [{"content": "not an activity"}]}]}}, 406
            )
        if request.path.startswith("/workout-service/"):
            return self._workout_service(request)
        if found := _MONTH.fullmatch(request.path):
            return as_json({"calendarItems": self._month(int(found[1]), int(found[2]) + 1)})
        if request.path.startswith("/device-service/"):
            return self._device_service(request)
        return None

    def add(self, workout: dict[str, Any]) -> int:
        """Keep a workout as the runner's own hand would have made it; its id."""
        number = next(self._numbers)
        self.stored[number] = _kept(workout, number)
        return number

    def put_on(self, day: str, workout_id: int) -> int:
        """Put a workout on a day as the runner's own hand would; the entry's id."""
        entry = next(self._entries)
        self.scheduled[entry] = {"workoutId": workout_id, "date": day}
        return entry

    def _workout_service(self, request: Request) -> Answer | None:
        method, path = request.method, request.path
        if path == "/workout-service/workout" and method == "POST":
            return self._create(request)
        if path == "/workout-service/workouts" and method == "GET":
            start, limit = int(request.query.get("start", 0)), int(request.query.get("limit", 20))
            newest = sorted(self.stored, reverse=True)[start : start + limit]
            return as_json([_summary(self.stored[number]) for number in newest])
        if found := _WORKOUT.fullmatch(path):
            return self._one_workout(request, int(found[1]))
        if path == "/workout-service/schedule/workoutScheduleByPeriod":
            first, last = request.query["startDate"], request.query["endDate"]
            return as_json([self._entry(n) for n, e in self.scheduled.items() if first <= e["date"] <= last])
        if found := _SCHEDULE.fullmatch(path):
            return self._schedule(request, int(found[1]))
        return None

    def _create(self, request: Request) -> Answer:
        if refused := _refusal(request.json):
            return refused
        number = self.add(request.json)
        return as_json(self.stored[number])

    def _one_workout(self, request: Request, number: int) -> Answer:
        if number not in self.stored:
            return as_json({"message": "HTTP 404 Not Found"}, 404)
        if request.method == "GET":
            return as_json(self.stored[number])
        if request.method == "DELETE":
            del self.stored[number]
            self.scheduled = {n: e for n, e in self.scheduled.items() if e["workoutId"] != number}
            return Answer(204)
        if refused := _refusal(request.json):
            return refused
        self.stored[number] = _kept(request.json, number)
        return Answer(204)

    def _schedule(self, request: Request, number: int) -> Answer:
        """POST names a workout, everything else a calendar entry."""
        if request.method == "POST":
            if number not in self.stored:
                return as_json({"message": "HTTP 404 Not Found"}, 404)
            return as_json(self._entry(self.put_on(request.json["date"], number)))
        if number not in self.scheduled:
            return as_json({"message": "HTTP 404 Not Found"}, 404)
        if request.method == "DELETE":
            del self.scheduled[number]
            return Answer(204)
        return as_json(self._entry(number))

    def _entry(self, number: int) -> dict[str, Any]:
        entry = self.scheduled[number]
        return {
            "workoutScheduleId": number,
            "workout": _summary(self.stored[entry["workoutId"]]),
            "calendarDate": entry["date"],
            "createdDate": entry["date"],
            "ownerId": 82_001_122,
            "associatedActivityId": entry.get("activity"),
            "associatedActivityDateTime": None,
            "priority": None,
            "protected": False,
        }

    def _month(self, year: int, month: int) -> list[dict[str, Any]]:
        """The page that the calendar shows: the month, and the days of its neighbours that fill the weeks."""
        return [
            {
                "id": number,
                "itemType": "workout",
                "workoutId": entry["workoutId"],
                "title": self.stored[entry["workoutId"]]["workoutName"],
                "date": entry["date"],
                "sportTypeKey": self.stored[entry["workoutId"]]["sportType"]["sportTypeKey"],
            }
            for number, entry in self.scheduled.items()
            if entry["date"].startswith(f"{year:04d}-{month:02d}")
        ] + [{"id": 1, "itemType": "note", "date": f"{year:04d}-{month:02d}-01", "title": "a note", "workoutId": None}]

    def _device_service(self, request: Request) -> Answer | None:
        if request.path == "/device-service/deviceservice/mylastused":
            return as_json({"userDeviceId": self.device, "lastUsedDeviceName": "Forerunner"} if self.device else {})
        if request.path == "/device-service/devicemessage/messages" and request.method == "POST":
            self.sent += request.json
            return as_json([{**message, "messageId": 1} for message in request.json])
        return None


def _refusal(workout: dict[str, Any]) -> Answer | None:
    for step in _steps(workout):
        if step.get("category") in NO_CATEGORIES:
            return as_json({"message": "Invalid category", "error": "BadRequestException"}, 400)
    return None


def _kept(workout: dict[str, Any], number: int) -> dict[str, Any]:
    """What Garmin makes of it: ids rule, keys follow, what does not fit falls silently."""
    kept = copy.deepcopy(workout)
    kept |= {"workoutId": number, "ownerId": 82_001_122, "createdDate": "2026-11-16", "updatedDate": "2026-11-16"}
    kept["description"] = (kept.get("description") or "")[:1024] or None
    _rule(kept.get("sportType"), "sportTypeId", "sportTypeKey", SPORTS)
    for segment in kept.get("workoutSegments", []):
        _rule(segment.get("sportType"), "sportTypeId", "sportTypeKey", SPORTS)
    for place, step in enumerate(_steps(kept)):
        step["stepId"] = 9_000_000_000 + number % 1000 * 1000 + place
        _rule(step.get("stepType"), "stepTypeId", "stepTypeKey", STEPS)
        condition = step.get("endCondition")
        _rule(condition, "conditionTypeId", "conditionTypeKey", CONDITIONS)
        if step.get("type") == "RepeatGroupDTO" and (condition or {}).get("conditionTypeId") != 7:
            step["endCondition"] = {"conditionTypeId": 6, "conditionTypeKey": "heart.rate", "displayOrder": 6}
            step.pop("numberOfIterations", None)
    return kept


def _rule(value: dict[str, Any] | None, id_name: str, key_name: str, names: dict[int, str]) -> None:
    if value is not None:
        value[key_name] = names.get(value.get(id_name, 0))


def _steps(workout: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    waiting = [step for segment in workout.get("workoutSegments", []) for step in segment.get("workoutSteps", [])]
    while waiting:
        step = waiting.pop(0)
        found.append(step)
        waiting = [*step.get("workoutSteps", []), *waiting]
    return found


def _summary(workout: dict[str, Any]) -> dict[str, Any]:
    """The list's entry: no steps, but the description."""
    names = ("workoutId", "ownerId", "workoutName", "description", "sportType", "createdDate", "updatedDate")
    return {name: workout.get(name) for name in names} | {"workoutProvider": None, "shared": False}
