"""The columns of ``activities.csv`` in Strava's account export as of September 2026, two of some names."""

from __future__ import annotations

from collections.abc import Mapping
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


def row(values: Mapping[str | tuple[str, int], object]) -> list[str]:
    """A row of the table.

    Args:
        values: by column name; by name and `SHOWN` or `STORED` where a name stands twice. What is not there is empty.
    """
    seen: dict[str, int] = {}
    cells = []
    for column in COLUMNS:
        turn = seen.get(column, 0)
        seen[column] = turn + 1
        value = values.get((column, turn), values.get(column, "") if COLUMNS.count(column) == 1 else "")
        cells.append("" if value is None else str(value))
    return cells
