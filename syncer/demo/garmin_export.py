"""Garmin's account export of the demo's year: the summary in two chunks, and a zip with the watch's FIT files.

The summary has milliseconds and centimetres, and the runner's wall clock as if it were UTC.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from syncer.demo.fit_files import SERIAL, monitoring, recorded, settings
from syncer.demo.packing import pack
from syncer.demo.practice import Practice
from syncer.demo.story import Deed, Kept, What, Year

FIRST_ID: Final = 90_417_338_105
"""Ids that Garmin has given to nobody, so that the report's links lead to no real runner."""
FIRST_UPLOAD: Final = 330_174_902_118
_STEP: Final = 90_007
_CHUNK: Final = 200
_FITNESS, _UPLOADS = "DI_CONNECT/DI-Connect-Fitness", "DI_CONNECT/DI-Connect-Uploaded-Files"
_TYPES = {
    What.RUN: ("running", "RUNNING", "Berlin Running"),
    What.HIKE: ("hiking", "HIKING", "Hiking"),
    What.BAND_WALK: ("strength_training", "FITNESS_EQUIPMENT", "Strength"),
}


def activity_id(deed: Deed) -> int:
    """Garmin's id of a deed."""
    return FIRST_ID + _STEP * deed.number


def build(year: Year, practices: Mapping[int, Practice], made_at: datetime) -> bytes:
    """The export as a zip.

    Args:
        year: with the band walks' lengths filled in.
        practices: the band walks' sets, by number.
        made_at: when it was asked for, aware; the members are dated so.
    """
    deeds = [deed for deed in year.deeds if deed.kept is not Kept.TYPED]
    uploaded = {_upload(deed.number, 0): recorded(deed, practices.get(deed.number)) for deed in deeds}
    uploaded |= _not_activities(year, made_at)
    rows = [_row(deed, practices.get(deed.number)) for deed in deeds]
    rows.reverse()  # Garmin's newest come first
    members = {
        f"{_FITNESS}/demo_{first}_summarizedActivities.json": _chunk(rows[first : first + _CHUNK])
        for first in range(0, len(rows), _CHUNK)
    }
    members[f"{_UPLOADS}/UploadedFiles_0-_Part1.zip"] = pack(uploaded, made_at)
    members["customer_data/customer.json"] = _json({"firstName": "Demo", "lastName": "Runner", "synthetic": True})
    return pack(members, made_at)


def _upload(number: int, kind: int) -> str:
    """Named by the number of the upload, which says nothing of the activity."""
    return f"demo@example.com_{FIRST_UPLOAD + 7919 * number + kind}.fit"


def _not_activities(year: Year, made_at: datetime) -> dict[str, bytes]:
    """What else a watch uploads: each week a day of monitoring here, and its settings now and then."""
    found = {}
    noon = datetime.combine(year.first, time(12), UTC)
    weeks = (made_at - noon).days // 7
    for week in range(weeks):
        day = noon + timedelta(weeks=week, days=6)
        found[_upload(7 * week, 3)] = monitoring(day)
        if week % 20 == 0:
            found[_upload(7 * week, 5)] = settings(day + timedelta(hours=1))
    return found


def _chunk(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return _json([{"summarizedActivitiesExport": list(rows)}])


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()


def _row(deed: Deed, practice: Practice | None) -> dict[str, Any]:
    key, family, name = _TYPES[deed.what]
    instant = round(deed.start.timestamp() * 1000)
    wall = round(deed.start.replace(tzinfo=UTC).timestamp() * 1000)
    centimetres = round((deed.distance_m or 0.0) * 100, 1)
    found: dict[str, Any] = {
        "activityId": activity_id(deed),
        "uuidMsb": 0,
        "uuidLsb": deed.number,
        "name": practice.workout.name if practice else name,
        "activityType": key,
        "sportType": family,
        "userProfileId": 1,
        "deviceId": SERIAL,
        "manufacturer": "GARMIN",
        "timeZoneId": 124,
        "rule": "subscribers",
        "eventTypeId": 9,
        "beginTimestamp": instant,
        "startTimeGmt": float(instant),
        "startTimeLocal": float(wall),
        "duration": deed.timer_s * 1000.0,
        "elapsedDuration": deed.elapsed_s * 1000.0,
        "movingDuration": deed.timer_s * 1000.0,
        "distance": centimetres,
        "avgHr": float(deed.heart_rate),
        "maxHr": float(deed.heart_rate + 17),
        "lapCount": max(1, -(-int(deed.distance_m or 0) // 1000)),
        "parent": False,
        "purposeful": False,
        "favorite": False,
        "pr": False,
        "autoCalcCalories": False,
        "elevationCorrected": False,
    }
    if centimetres:
        found["avgSpeed"] = round(centimetres / deed.elapsed_s / 1000, 4)
    if deed.words.garmin_note:
        found["description"] = deed.words.garmin_note
    if deed.rpe is not None:
        found["workoutRpe"] = deed.rpe * 10
    if deed.feel is not None:
        found["workoutFeel"] = deed.feel
    return found | (_exercises(practice) if practice else {})


def _exercises(practice: Practice) -> dict[str, Any]:
    """Steps with titles of our own are "unknown" to Garmin; it sums them up as one exercise."""
    work = [done for done in practice.sets if done.active]
    reps = sum(done.reps or 0 for done in work)
    counted = [done for done in work if done.reps]
    return {
        "totalSets": len(practice.sets),
        "activeSets": len(work),
        "totalReps": reps,
        "summarizedExerciseSets": [
            {
                "category": "UNKNOWN",
                "reps": reps,
                "volume": 0.0,
                "duration": round(sum(done.seconds for done in counted) * 1000.0),
                "sets": len(counted),
            }
        ],
    }
