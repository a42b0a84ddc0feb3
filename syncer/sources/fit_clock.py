"""Times in FIT files: seconds since 1989-12-31 UTC, and how the runner's own clock stood to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from syncer.sources.fit_fields import Message
from syncer.sources.fit_layout import TIMESTAMP
from syncer.workouts.fit_encoding import FIRST_DATE, FIT_EPOCH

_LOCAL_TIMESTAMP = 5  # of the activity message

# Every zone in use since FIT exists is a whole number of quarter hours from UTC, from -12:00 to +14:00.
_QUARTER_HOUR = 900
_WEST, _EAST = -12 * 3600, 14 * 3600
_SLACK = 60  # seconds between the two readings of the watch's clock


def instant(seconds: int | None) -> datetime | None:
    """A FIT time as an aware UTC datetime; None for "unknown" and for a time since switching on."""
    return None if seconds is None or seconds < FIRST_DATE else FIT_EPOCH + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a file tells of the runner's wall clock.

    Attributes:
        offset: from UTC; None when unknown.
        switched_on: the wall clock when the watch was switched on, as a FIT time; None when unknown. Watches without
            GPS (FR60, FR70) count from then on, and tell the date only once, by the wall clock.
    """

    offset: timezone | None = None
    switched_on: int | None = None

    def tell(self, seconds: int | None) -> tuple[datetime, bool] | None:
        """A FIT time as an aware datetime, and whether it shows the runner's wall clock.

        Where only the wall clock is known and no zone, it is given as if it were UTC: the day is right. Where only
        the instant is known, it is given in UTC. None when neither is.
        """
        moment = instant(seconds)
        if moment is not None:
            return moment.astimezone(self.offset or UTC), self.offset is not None
        if seconds is None or self.switched_on is None:
            return None
        wall = instant(self.switched_on + seconds)
        return (wall, True) if wall else None


def clock_of(activities: Iterable[Message]) -> Clock:
    """The clock that the first of the activity messages with a believable local time tells.

    The local time minus the timestamp of the same message is the offset from UTC (FIT profile, activity message).
    Some apps write something else there; what is no possible offset is not believed.
    """
    for message in activities:
        local, timestamp = message.seconds(_LOCAL_TIMESTAMP), message.seconds(TIMESTAMP)
        if local is None or timestamp is None or local < FIRST_DATE:
            continue
        if timestamp < FIRST_DATE:
            return Clock(switched_on=local - timestamp)
        offset = round((local - timestamp) / _QUARTER_HOUR) * _QUARTER_HOUR
        if abs(local - timestamp - offset) <= _SLACK and _WEST <= offset <= _EAST:
            return Clock(offset=timezone(timedelta(seconds=offset)))
    return Clock()
