"""Running load before a run: what most often explains pain better than a missed session does.

The measure is the single run against the longest of the 30 days before it. In 5,205 Garmin runners a run more than
10 % longer than that went with a higher rate of injury, while week-to-week ratios did not (Frandsen et al. 2025,
bjsports-2024-109380).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from syncer.domain.activity import Activity, Kind
from syncer.domain.week import Week

SPIKE = 1.10
"""A run is a spike when it is more than this many times the longest of the days before it."""
LOOK_BACK = 30
"""Days that the longest run is taken from."""
BREAK_DAYS = 7
"""Whole days without a run that make a break."""
RETURN_DAYS = 10
"""Days after a break's end during which it still explains pain; `scripts/calibrate` simulates the same."""
USUAL_WEEKS = 12


@dataclass(frozen=True, slots=True)
class Break:
    """A stretch without running.

    Attributes:
        days: whole days without a run.
        ended: the day of the run that ended it.
    """

    days: int
    ended: date


@dataclass(frozen=True, slots=True)
class RunLog:
    """The runs up to a day, in order of the runner's own days, with those days for searching."""

    runs: tuple[Activity, ...]
    days: tuple[date, ...]

    @classmethod
    def of(cls, activities: Iterable[Activity], until: date) -> RunLog:
        """Keep the runs among ``activities`` that are dated ``until`` or earlier."""
        runs = sorted(
            (activity for activity in activities if activity.kind is Kind.RUN and activity.local_date <= until),
            key=lambda run: run.order,
        )
        return cls(tuple(runs), tuple(run.local_date for run in runs))

    def between(self, first: date, last: date) -> tuple[Activity, ...]:
        """Runs from ``first`` to ``last``, both included."""
        return self.runs[bisect_left(self.days, first) : bisect_right(self.days, last)]

    def before(self, run: Activity, days: int) -> tuple[Activity, ...]:
        """Runs of the ``days`` days before ``run``, and earlier ones of its own day."""
        first = bisect_left(self.days, run.local_date - timedelta(days=days))
        return self.runs[first : bisect_left(self.runs, run.order, lo=first, key=lambda other: other.order)]


def distance(runs: Iterable[Activity]) -> float:
    """Metres in total; runs without a distance add nothing."""
    return sum(run.distance_m or 0.0 for run in runs)


def longest(runs: Iterable[Activity]) -> float | None:
    """Metres of the longest; None where no run has a distance."""
    return max((run.distance_m for run in runs if run.distance_m), default=None)


def spike(log: RunLog, run: Activity) -> float | None:
    """Distance ÷ longest run of the 30 days before; None without such a run."""
    reference = longest(log.before(run, LOOK_BACK))
    return run.distance_m / reference if run.distance_m and reference else None


def usual_week(log: RunLog, week: Week) -> float | None:
    """Metres of the median week of the 12 before ``week``, since running began; None without a run in them.

    Weeks without a run count, so that a usual week after a break is not the week before it.
    """
    start = week.monday
    first = start - timedelta(weeks=USUAL_WEEKS)
    if not log.days or not log.between(first, start - timedelta(days=1)):
        return None
    first = max(first, Week.of(log.days[0]).monday)
    mondays = (first + timedelta(weeks=number) for number in range((start - first).days // 7))
    return median([distance(log.between(monday, monday + timedelta(days=6))) for monday in mondays])


def recent_break(log: RunLog, run: Activity) -> Break | None:
    """The latest break that ended on the day of ``run`` or in the 10 days before it."""
    at = bisect_right(log.days, run.local_date)
    earliest = run.local_date - timedelta(days=RETURN_DAYS)
    for index in range(at - 1, 0, -1):
        day, before = log.days[index], log.days[index - 1]
        if day < earliest:
            return None
        if (day - before).days > BREAK_DAYS:
            return Break((day - before).days - 1, day)
    return None
