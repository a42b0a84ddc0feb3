"""``activities.csv`` of Strava's account export, with its columns as of September 2026, two of some names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

_COLUMNS = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,"
    "Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,"
    "Bike Weight,Elapsed Time,Moving Time,Distance,Max Speed,Average Speed,Elevation Gain,Elevation Loss,"
    "Elevation Low,Elevation High,Max Grade,Average Grade,Average Positive Grade,Average Negative Grade,"
    "Max Cadence,Average Cadence,Max Heart Rate,Average Heart Rate,Max Watts,Average Watts,Calories,"
    "Max Temperature,Average Temperature,Relative Effort,Total Work,Number of Runs,Uphill Time,Downhill Time,"
    "Other Time,Perceived Exertion,Type,Start Time,Weighted Average Power,Power Count,"
    "Prefer Perceived Exertion,Perceived Relative Effort,Commute,Total Weight Lifted,From Upload,"
    "Grade Adjusted Distance,Weather Observation Time,Weather Condition,Weather Temperature,Apparent Temperature,"
    "Dewpoint,Humidity,Weather Pressure,Wind Speed,Wind Gust,Wind Bearing,Precipitation Intensity,"
    "Sunrise Time,Sunset Time,Moon Phase,Bike,Gear,Precipitation Probability,Precipitation Type,Cloud Cover,"
    "Weather Visibility,UV Index,Weather Ozone,Jump Count,Total Grit,Average Flow,Flagged,"
    "Average Elapsed Speed,Dirt Distance,Newly Explored Distance,Newly Explored Dirt Distance,Activity Count,"
    "Total Steps,Carbon Saved,Pool Length,Training Load,Intensity,Average Grade Adjusted Pace,Timer Time,"
    "Total Cycles,Recovery,With Pet,Competition,Long Run,For a Cause,With Kid,Downhill Distance,Total Sets,"
    "Total Reps,Media"
)
COLUMNS: Final = tuple(_COLUMNS.split(","))

SHOWN, STORED = 0, 1
"""Of a name that stands twice: first what is shown (``9.44``, km), then what is stored (``9440.0``, m)."""


type Cells = dict[str | tuple[str, int], object]
"""A row by column name; by name and `SHOWN` or `STORED` where a name stands twice. What is not there is empty."""


def table(rows: Iterable[Cells]) -> bytes:
    """The whole table, header and rows, as Strava writes it: UTF-8, line feeds."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(cells) for cells in rows)
    return text.getvalue().encode()


def _row(cells: Cells) -> list[str]:
    seen: dict[str, int] = {}
    texts = []
    for column in COLUMNS:
        turn = seen.get(column, 0)
        seen[column] = turn + 1
        value = cells.get((column, turn), cells.get(column, "") if COLUMNS.count(column) == 1 else "")
        texts.append("" if value is None else str(value))
    return texts
