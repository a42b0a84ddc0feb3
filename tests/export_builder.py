"""Makes account exports for tests, as Strava and Garmin write them: tables in several languages, zips inside zips.

>>> write_zip(path, strava_export([StravaActivity("1", start, file=run(start))]))
>>> write_zip(path, garmin_export([garmin_row(1, start, "running")], [{"u_1.fit": run(start)}]))
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path


def _names(text: str) -> list[str]:
    return [" ".join(name.split()) for name in text.split("|")]


# Strava's columns of 2026 in two languages, as far as the first 53.
ENGLISH = _names("""
    Activity ID|Activity Date|Activity Name|Activity Type|Activity Description|Elapsed Time|Distance|Max Heart Rate|
    Relative Effort|Commute|Activity Private Note|Activity Gear|Filename|Athlete Weight|Bike Weight|Elapsed Time|
    Moving Time|Distance|Max Speed|Average Speed|Elevation Gain|Elevation Loss|Elevation Low|Elevation High|Max Grade|
    Average Grade|Average Positive Grade|Average Negative Grade|Max Cadence|Average Cadence|Max Heart Rate|
    Average Heart Rate|Max Watts|Average Watts|Calories|Max Temperature|Average Temperature|Relative Effort|
    Total Work|Number of Runs|Uphill Time|Downhill Time|Other Time|Perceived Exertion|Type|Start Time|
    Weighted Average Power|Power Count|Prefer Perceived Exertion|Perceived Relative Effort|Commute|
    Total Weight Lifted|From Upload""")
GERMAN = _names("""
    Aktivitäts-ID|Aktivitätsdatum|Name der Aktivität|Aktivitätsart|Aktivitätsbeschreibung|Verstrichene Zeit|Distanz|
    Max. Herzfrequenz|Relative Leistung|Pendeln|Hinweis zur Privatsphäre für Aktivitäten|Aktivitätsausrüstung|Dateiname|
    Sportlergewicht|Fahrradgewicht|Verstrichene Zeit|Bewegungszeit|Distanz|Höchstgeschw.|
    Durchschnittliche Geschwindigkeit|Höhenzunahme|Höhenunterschied|Min. Höhe|Max. Höhe|Max. Steigung|
    Durchschnittliche Steigung|Durchschnittliche positive Steigung|Durchschnittliche negative Steigung|
    Max. Tritt-/Schrittfrequenz|Durchschnittliche Trittfrequenz|Max. Herzfrequenz|Durchschnittliche Herzfrequenz|
    Max. Watt|Durchschnittliche Watt|Kalorien|Max. Temperatur|Durchschnittliche Temperatur|Relative Leistung|
    Gesamtarbeit|Anzahl Läufe|Bergaufzeit|Bergabzeit|Andere Zeit|Gefühlte Anstrengung|Art|Startzeit|
    Gewichtete durchschnittliche Leistung|Leistungszahl|Gefühlte Anstrengung verwenden|Gefühlte relative Leistung|
    Pendeln|Insgesamt gestemmtes Gewicht|Von Upload""")
OLD = _names("id|date|name|type|description|elapsed_time|distance|commute|gear|filename")
OF_2019 = _names("""
    Activity ID|Activity Date|Activity Name|Activity Type|Activity Description|Elapsed Time|Distance|Commute|
    Activity Gear|Filename""")


def as_html(name: str) -> str:
    """A header as Strava has written those without a translation."""
    return f'<span class="translation_missing" title="translation missing: en-US.lib.export">{name}</span>'


def us_date(when: datetime) -> str:
    hour = when.hour % 12 or 12
    return f"{when:%b} {when.day}, {when.year}, {hour}:{when:%M:%S} {'AM' if when.hour < 12 else 'PM'}"


def german_date(when: datetime) -> str:
    return f"{when:%d.%m.%Y, %H:%M:%S}"


@dataclass(frozen=True)
class StravaActivity:
    """One row. ``start`` is in UTC; ``file`` the bytes that go into ``activities/``, under ``filename``."""

    id: str
    start: datetime
    name: str = "Morning Run"
    type: str = "Run"
    description: str = ""
    private_note: str = ""
    elapsed_s: float = 1800
    distance_m: float = 5000
    rpe: str = ""
    filename: str | None = None
    file: bytes | None = None
    from_upload: str | None = None

    @property
    def path(self) -> str:
        if self.filename is not None:
            return self.filename
        return f"activities/{int(self.id) + 100}.fit.gz" if self.file is not None else ""


def strava_cells(activity: StravaActivity, header: Sequence[str], date: str) -> list[str]:
    """The row under a long header: shown values first, stored ones second."""
    cells = dict.fromkeys(range(len(header)), "")
    comma = header[0] != "Activity ID"
    shown = f"{activity.distance_m / 1000:.2f}"
    cells |= {
        0: activity.id,
        1: date,
        2: activity.name,
        3: activity.type,
        4: activity.description,
        5: f"{activity.elapsed_s:.0f}",
        6: shown.replace(".", ",") if comma else shown,
        9: "false",
        10: activity.private_note,
        12: activity.path,
        15: f"{activity.elapsed_s:.1f}",
        16: f"{activity.elapsed_s - 60:.1f}",
        17: f"{activity.distance_m:.1f}",
        43: activity.rpe,
        50: "0.0",
        52: ("1.0" if activity.path else "0.0") if activity.from_upload is None else activity.from_upload,
    }
    return [cells[place] for place in range(len(header))]


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, backslashes: bool = False, quote_all: bool = False
) -> str:
    """A table as text; with ``backslashes`` quotes in cells are written as ``\\"``."""
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        lineterminator="\n",
        doublequote=not backslashes,
        escapechar="\\" if backslashes else None,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
    )
    writer.writerows([header, *rows])
    return out.getvalue()


def strava_table(activities: Sequence[StravaActivity], language: str = "en") -> str:
    header = {"en": ENGLISH, "de": GERMAN}[language]
    header = [*header, *(as_html(f"Later {number}") for number in range(40)), "Media" if language == "en" else "Medien"]
    date = us_date if language == "en" else german_date
    return table(header, [strava_cells(one, header, date(one.start)) for one in activities])


def strava_export(
    activities: Sequence[StravaActivity], *, language: str = "en", root: str = "", text: str | None = None
) -> dict[str, bytes]:
    """The members of an export."""
    members = {f"{root}activities.csv": (text or strava_table(activities, language)).encode()}
    for one in activities:
        if one.file is not None:
            packed = gzip.compress(one.file, mtime=0) if one.path.endswith(".gz") else one.file
            members[root + one.path] = packed
    return members | {f"{root}profile.csv": b"Athlete ID\n1\n", f"{root}media/1.jpg": b"\xff\xd8\xff"}


def milliseconds(when: datetime) -> int:
    return round(when.timestamp() * 1000)


def garmin_row(
    key: int,
    start: datetime,
    type_key: str = "running",
    *,
    seconds: float = 1800,
    distance_m: float = 5000,
    offset_h: float | None = 1,
    **more: object,
) -> dict[str, object]:
    """A row of the summary, in the export's units: milliseconds and centimetres."""
    row: dict[str, object] = {
        "activityId": key,
        "name": "Morning",
        "activityType": type_key,
        "beginTimestamp": milliseconds(start),
        "startTimeGmt": float(milliseconds(start)),
        "duration": seconds * 1000,
        "elapsedDuration": seconds * 1000,
        "distance": distance_m * 100,
        "splits": [{"measurements": [{"value": 1.0}]}] * 3,
    }
    if offset_h is not None:
        row["startTimeLocal"] = float(milliseconds(start + timedelta(hours=offset_h)))
    return {name: value for name, value in (row | more).items() if value is not ...}


def garmin_export(
    rows: Sequence[Mapping[str, object]],
    parts: Sequence[Mapping[str, bytes]] = (),
    *,
    chunk: int = 1000,
    deflate: bool = True,
    root: str = "",
) -> dict[str, bytes]:
    """The members of an export: the summary in chunks, and the FIT files in zips inside it."""
    members: dict[str, bytes] = {
        f"{root}DI_CONNECT/DI-Connect-Wellness/2026_sleepData.json": b"[]",
        f"{root}customer_data/customer.json": b"{}",
    }
    for first in range(0, max(len(rows), 1), chunk):
        content = json.dumps([{"summarizedActivitiesExport": list(rows[first : first + chunk])}])
        name = f"{root}DI_CONNECT/DI-Connect-Fitness/u@example.org_{first}_summarizedActivities.json"
        members[name] = content.encode()
    for number, part in enumerate(parts, 1):
        name = f"{root}DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part{number}.zip"
        members[name] = zipped(part, deflate=deflate)
    return members


def zipped(members: Mapping[str, bytes], *, deflate: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def write_zip(path: Path, members: Mapping[str, bytes], *, deflate: bool = True) -> Path:
    path.write_bytes(zipped(members, deflate=deflate))
    return path


def write_folder(path: Path, members: Mapping[str, bytes]) -> Path:
    for name, content in members.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return path
