"""Garmin's activities: a list that is paged by offset, and details that know more.

An item of the list: cyberjunky/python-garminconnect#180; one without a time: arpanghosh8453/garmin-grafana#13.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.loopback import Answer, Request, as_json

LIST_PATH = "/activitylist-service/activities/search/activities"
_DETAIL = re.compile(r"/activity-service/activity/(\d+)(/exerciseSets)?")
_DOWNLOAD = re.compile(r"/download-service/files/activity/(\d+)")
TYPES = {
    "running": (1, 17), "trail_running": (6, 1), "treadmill_running": (18, 1), "strength_training": (13, 29),
    "walking": (9, 17), "cycling": (2, 17), "other": (4, 17), "multi_sport": (89, 17), "indoor_cardio": (11, 29),
}  # fmt: skip


@dataclass
class GarminActivity:
    """One activity as the runner knows it; `item` and `detail` are what Garmin makes of it.

    Attributes:
        start: aware, in the runner's own wall clock.
        sets: of a strength activity: ``(category, name, reps, seconds, workout step)`` of each active set.
        sparse: as few fields as Garmin ever sends, the rest null or missing.
    """

    id: int
    start: datetime
    name: str | None = "Run"
    type_key: str = "running"
    duration_s: float = 1800.0
    distance_m: float | None = 5000.0
    description: str | None = None
    workout_id: int | None = None
    sets: list[tuple[str, str | None, int | None, float, int | None]] | None = None
    rpe: int | None = None
    feel: int | None = None
    device_id: int = 3460891529
    manual: bool = False
    sparse: bool = False

    def item(self) -> dict[str, Any]:
        """The list's entry."""
        type_id, parent = TYPES.get(self.type_key, (999, 17))
        kind = {"typeId": type_id, "typeKey": self.type_key, "parentTypeId": parent, "isHidden": False}
        basics = {
            "activityId": self.id,
            "activityName": self.name,
            "description": None if self.sparse else self.description,
            "startTimeLocal": f"{self.start:%Y-%m-%d %H:%M:%S}",
            "startTimeGMT": f"{self.start.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            "activityType": kind,
            "duration": self.duration_s,
            "distance": self.distance_m,
        }
        if self.sparse:
            return basics
        strength = self.type_key == "strength_training"
        return basics | {
            "eventType": {"typeId": 9, "typeKey": "uncategorized", "sortOrder": 10},
            "elapsedDuration": self.duration_s + 12.5,
            "movingDuration": self.duration_s - 20,
            "averageHR": 148.0,
            "maxHR": None,
            "calories": 402.0,
            "ownerId": 82_001_122,
            "deviceId": self.device_id,
            "manufacturer": None if self.manual else "GARMIN",
            "timeZoneId": 124,
            "beginTimestamp": int(self.start.timestamp() * 1000),
            "sportTypeId": 5 if strength else 1,
            "workoutId": self.workout_id,
            "lapCount": None,
            "hasPolyline": not strength,
            "parent": False,
            "favorite": False,
            "manualActivity": self.manual,
            "summarizedExerciseSets": None,
            "totalSets": len(self.sets) if strength and self.sets else None,
            "activeSets": len(self.sets) if strength and self.sets else None,
            "totalReps": None,
        }

    def detail(self) -> dict[str, Any]:
        """The full record. Only here: effort, and whatever was not known when the list was made."""
        told = {
            "activityId": self.id,
            "activityUUID": {"uuid": f"00000000-0000-0000-0000-{self.id:012d}"},
            "activityName": self.name,
            "isMultiSportParent": self.type_key == "multi_sport",
            "metadataDTO": {"associatedWorkoutId": self.workout_id, "manualActivity": self.manual, "lapCount": 1},
            "summaryDTO": {
                "startTimeLocal": f"{self.start:%Y-%m-%dT%H:%M:%S}.0",
                "duration": self.duration_s,
                "distance": self.distance_m,
            },
        }
        if self.description is not None:
            told["description"] = self.description
        if self.sparse:
            return told | {"activityTypeDTO": None, "eventTypeDTO": None, "timeZoneUnitDTO": None}
        type_id, parent = TYPES.get(self.type_key, (999, 17))
        told["activityTypeDTO"] = {"typeId": type_id, "typeKey": self.type_key, "parentTypeId": parent}
        told["eventTypeDTO"] = {"typeId": 9, "typeKey": "uncategorized"}
        told["timeZoneUnitDTO"] = {"unitId": 124, "unitKey": "Europe/Berlin", "timeZone": "Europe/Berlin"}
        told["metadataDTO"] |= {
            "manufacturer": None if self.manual else "GARMIN",
            "deviceMetaDataDTO": {"deviceId": str(self.device_id), "deviceTypePk": 37},
            "personalRecord": False,
        }
        told["summaryDTO"] |= {
            "startTimeGMT": f"{self.start.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0",
            "elapsedDuration": self.duration_s + 12.5,
            "directWorkoutRpe": self.rpe,
            "directWorkoutFeel": self.feel,
        }
        return told

    def exercise_sets(self) -> dict[str, Any]:
        """The sets, each active one followed by a rest; null where Garmin has none."""
        if self.sets is None:
            return {"activityId": self.id, "exerciseSets": None}
        told: list[dict[str, Any]] = []
        for category, name, reps, seconds, step in self.sets:
            guess = [{"category": category, "name": name, "probability": 100.0 if name else 62.5}]
            told.append(_set("ACTIVE", guess, reps, seconds, len(told), step))
            told.append(_set("REST", [], None, 60.0, len(told), None))
        return {"activityId": self.id, "exerciseSets": told}


def _set(
    kind: str, exercises: list[dict[str, Any]], reps: int | None, seconds: float, index: int, step: int | None
) -> dict[str, Any]:
    return {
        "exercises": exercises,
        "duration": seconds,
        "repetitionCount": reps,
        "weight": 0.0 if kind == "ACTIVE" else None,
        "setType": kind,
        "startTime": "2026-09-22T16:24:37.0",
        "messageIndex": index,
        "wktStepIndex": step,
    }


def many(count: int, last: datetime, **more: Any) -> list[GarminActivity]:
    """``count`` activities, one a day back from ``last``; every third is a strength session."""
    made = []
    for number in range(count):
        strength = number % 3 == 2
        activity = GarminActivity(
            id=20_000_000_000 + count - number,
            start=last - timedelta(days=number),
            name="Band walk" if strength else f"Run {count - number}",
            type_key="strength_training" if strength else "running",
            distance_m=0.0 if strength else 5000.0 + number,
            sets=[("HIP_STABILITY", "LATERAL_WALKS_WITH_BAND_AT_ANKLES", 10, 40.0, 0)] * 3 if strength else None,
            **more,
        )
        made.append(activity)
    return made


@dataclass
class GarminActivities:
    """The activities of the one account.

    Attributes:
        stored: in any order; the list sorts them.
        after_page: called after each answered page of the list with its number (1, 2, …): a watch uploads meanwhile.
        most_per_page: Garmin's own limit, whatever is asked for.
        rewrite: changes a list item on its way out, for values that nobody expects.
    """

    stored: list[GarminActivity] = field(default_factory=list)
    after_page: Callable[[int], None] | None = None
    most_per_page: int = 1000
    rewrite: Callable[[dict[str, Any]], Any] | None = None
    _pages: int = 0

    def find(self, activity_id: int) -> GarminActivity | None:
        """By id."""
        return next((one for one in self.stored if one.id == activity_id), None)

    def answer(self, request: Request) -> Answer | None:
        """List, details, sets and downloads."""
        if request.path == LIST_PATH:
            return self._list(request)
        if found := _DETAIL.fullmatch(request.path):
            return self._detail(int(found[1]), bool(found[2]))
        if found := _DOWNLOAD.fullmatch(request.path):
            return self._download(int(found[1]))
        return None

    def _list(self, request: Request) -> Answer:
        query = request.query
        first, last = query.get("startDate", "0000"), query.get("endDate", "9999")
        inside = [one for one in self.stored if first <= f"{one.start:%Y-%m-%d}" <= last]
        # newest first by the runner's own clock
        inside.sort(key=lambda one: (f"{one.start:%Y-%m-%d %H:%M:%S}", one.id), reverse=True)
        start = int(query.get("start", 0))
        page = inside[start : start + min(int(query.get("limit", 20)), self.most_per_page)]
        answer = as_json([self.rewrite(one.item()) if self.rewrite else one.item() for one in page])
        self._pages += 1
        if self.after_page:
            self.after_page(self._pages)
        return answer

    def _detail(self, activity_id: int, sets: bool) -> Answer:
        found = self.find(activity_id)
        if found is None:
            return as_json({"message": "HTTP 404 Not Found", "error": "NotFoundException"}, 404)
        return as_json(found.exercise_sets() if sets else found.detail())

    def _download(self, activity_id: int) -> Answer:
        found = self.find(activity_id)
        # an activity that was typed in by hand has no file
        if found is None or found.manual:
            return as_json({"message": "HTTP 404 Not Found", "error": "NotFoundException"}, 404)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(f"{activity_id}_ACTIVITY.fit", b"\x0e\x10\xd9\x07\x00\x00\x00\x00.FIT")
        return Answer(200, packed.getvalue(), {"Content-Type": "application/x-zip-compressed"})
