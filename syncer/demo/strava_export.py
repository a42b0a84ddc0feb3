"""Strava's account export of the demo's year: the table, and for most of its rows the file that was uploaded."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import cos, pi, sin
from typing import Final

from syncer.demo.fit_files import handed_back
from syncer.demo.packing import pack
from syncer.demo.story import Deed, Kept, What
from syncer.demo.strava_table import SHOWN, STORED, Cells, table

FIRST_ID: Final = 90_411_837_215
"""Ids that Strava has given to nobody, so that the report's links lead to no real runner."""
FIRST_UPLOAD: Final = 13_771_502_911
_STEP: Final = 60_013
_PHONE_LATER_S: Final = 9
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def activity_id(deed: Deed, *, by_phone: bool = False) -> int:
    """Strava's id of a deed."""
    return FIRST_ID + _STEP * deed.number + (41 if by_phone else 0)


def build(deeds: Sequence[Deed], made_at: datetime) -> bytes:
    """The export as a zip.

    Args:
        deeds: in order of time; those that are not on Strava are left out.
        made_at: when it was asked for, aware; the members are dated so.
    """
    rows: list[Cells] = []
    files: dict[str, bytes] = {}
    for deed in deeds:
        if deed.kept is Kept.GARMIN:
            continue
        cells = _cells(deed)
        if deed.kept is not Kept.TYPED:
            name = f"activities/{FIRST_UPLOAD + _STEP * deed.number}.fit.gz"
            files[name] = gzip.compress(handed_back(deed), 6, mtime=0)
            cells |= {"Filename": name, "From Upload": "1.0"}
        rows.append(cells)
        if deed.kept is Kept.PHONE_TOO:
            name = f"activities/{FIRST_UPLOAD + _STEP * deed.number + 41}.gpx.gz"
            files[name] = gzip.compress(_track(deed), 6, mtime=0)
            rows.append(_by_phone(cells, deed, name))
    return pack({"activities.csv": table(rows), **_others(), **files}, made_at)


def _cells(deed: Deed) -> Cells:
    metres = deed.distance_m or 0.0
    typed = deed.kept is Kept.TYPED
    cells: Cells = {
        "Activity ID": activity_id(deed),
        "Activity Date": _date(deed.start),
        "Activity Name": name_of(deed),
        "Activity Type": _type(deed),
        "Activity Description": deed.words.description,
        ("Elapsed Time", SHOWN): deed.elapsed_s,
        ("Elapsed Time", STORED): float(deed.elapsed_s),
        ("Distance", SHOWN): f"{metres / 1000:.2f}",
        ("Distance", STORED): round(metres, 1),
        ("Commute", SHOWN): "false",
        ("Commute", STORED): "0.0",
        "Activity Private Note": deed.words.private_note,
        "Moving Time": float(deed.elapsed_s if typed else deed.timer_s),
        "Timer Time": float(deed.timer_s),
        "From Upload": "0.0",
        "Prefer Perceived Exertion": "0.0",
        "Flagged": "0.0",
        "Activity Count": "1.0",
    }
    if metres:
        cells["Average Speed"] = round(metres / deed.elapsed_s, 3)
    if not typed:
        cells[("Max Heart Rate", SHOWN)] = deed.heart_rate + 17
        cells[("Max Heart Rate", STORED)] = float(deed.heart_rate + 17)
        cells["Average Heart Rate"] = float(deed.heart_rate)
    return cells


def name_of(deed: Deed) -> str:
    """What Strava calls it: by the time of day, as long as the runner does not change it."""
    if deed.what is What.BAND_WALK:
        return "Band walks" if deed.kept is Kept.TYPED else f"{_part_of_day(deed)} Weight Training"
    return f"{_part_of_day(deed)} {'Hike' if deed.what is What.HIKE else 'Run'}"


def _part_of_day(deed: Deed) -> str:
    hour = deed.start.hour
    return "Morning" if hour < 11 else "Lunch" if hour < 14 else "Afternoon" if hour < 17 else "Evening"


def _type(deed: Deed) -> str:
    if deed.what is What.BAND_WALK:
        return "Workout" if deed.kept is Kept.TYPED else "Weight Training"
    return "Hike" if deed.what is What.HIKE else "Run"


def _date(start: datetime) -> str:
    """``Nov 21, 2026, 6:40:12 AM``, in UTC as Strava's tables are."""
    utc = start.astimezone(UTC)
    return f"{_MONTHS[utc.month - 1]} {utc.day}, {utc.year}, {utc.hour % 12 or 12}:{utc:%M:%S %p}"


def _by_phone(cells: Cells, deed: Deed, name: str) -> Cells:
    """The second recording of the same run: begun a little later, and measured a little shorter."""
    metres = (deed.distance_m or 0.0) * 0.991
    elapsed = deed.elapsed_s - 2 * _PHONE_LATER_S
    plain = {key: cell for key, cell in cells.items() if key not in ("Activity Description", "Activity Private Note")}
    return {
        **plain,
        "Activity ID": activity_id(deed, by_phone=True),
        "Activity Date": _date(deed.start + timedelta(seconds=_PHONE_LATER_S)),
        "Filename": name,
        ("Elapsed Time", SHOWN): elapsed,
        ("Elapsed Time", STORED): float(elapsed),
        "Moving Time": float(elapsed),
        "Timer Time": float(elapsed),
        ("Distance", SHOWN): f"{metres / 1000:.2f}",
        ("Distance", STORED): round(metres, 1),
    }


def _track(deed: Deed) -> bytes:
    """A GPX file as Strava's phone app makes it: laps round a former airfield."""
    points = "".join(_points(deed))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx creator="StravaGPX" version="1.1" xmlns="http://www.topografix.com/GPX/1/1">\n'
        f" <trk>\n  <name>{name_of(deed)}</name>\n  <type>running</type>\n  <trkseg>\n{points}  </trkseg>\n </trk>\n"
        "</gpx>\n"
    ).encode()


def _points(deed: Deed) -> Iterator[str]:
    begun = deed.start.astimezone(UTC) + timedelta(seconds=_PHONE_LATER_S)
    for second in range(0, deed.elapsed_s - 2 * _PHONE_LATER_S + 1, 30):
        angle = 2 * pi * (deed.distance_m or 0.0) * second / deed.elapsed_s / 5_600
        at = begun + timedelta(seconds=second)
        yield (
            f'   <trkpt lat="{52.4731 + 0.0062 * sin(angle):.6f}" lon="{13.4019 + 0.0117 * cos(angle):.6f}">'
            f"<ele>48.0</ele><time>{at:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>\n"
        )


def _others() -> Mapping[str, bytes]:
    """A few of the tables that come with every export and hold no activities."""
    return {
        "profile.csv": b"Athlete ID,Email Address,First Name,Last Name,Sex\n1,demo@example.com,Demo,Runner,\n",
        "shoes.csv": b"Shoe Name,Shoe Brand,Shoe Model,Shoe Default Sport Types\nEveryday,,,Run\n",
        "bikes.csv": b"Bike Name,Bike Brand,Bike Model,Bike Default Sport Types\n",
    }
