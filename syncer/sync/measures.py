"""What can be measured on two recordings: how their sports, lengths, distances and times go together.

Also which pairs are worth measuring: those that start near each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum

from syncer.domain.activity import Provider, Recording, Sport

_DAY_S = 86_400
_CLOCK_SET = 946_684_800  # the year 2000; a device without time or satellites starts in 1989


class Family(Enum):
    """Sports that a runner or a platform may take for one another."""

    FOOT = 1
    INDOOR = 2
    RIDE = 4
    SWIM = 8
    TRANSITION = 16
    OTHER = 32


_FAMILY = {
    Sport.RUN: Family.FOOT,
    Sport.WALK: Family.FOOT,
    Sport.HIKE: Family.FOOT,
    Sport.STRENGTH: Family.INDOOR,
    Sport.WORKOUT: Family.INDOOR,
    Sport.RIDE: Family.RIDE,
    Sport.SWIM: Family.SWIM,
    Sport.TRANSITION: Family.TRANSITION,
    Sport.OTHER: Family.OTHER,
}


class Fit(IntEnum):
    """How well two sports fit together; a run and a strength session never do."""

    NEVER = 0
    VAGUE = 1  # one of the two is "other"
    RETYPED = 2  # both on foot, one of them a run
    SAME = 3


_GARMIN_ID = re.compile(
    r"garmin_push_(\d+)(?:\.fit)?|(\d+)_ACTIVITY(?: ?\(\d+\))?\.fit(?:\.gz)?"
    r"|activity_(\d+)(?: ?\(\d+\))?\.(?:fit|tcx|gpx)(?:\.gz)?",
    re.IGNORECASE,
)


def garmin_id(upload_id: str | None) -> str | None:
    """The Garmin activity id that Strava's ``external_id`` (or a file's name) proves, or None.

    ``garmin_push_N`` and the names of Garmin's own downloads hold it. ``garmin_ping_N`` holds the number of a
    notification, which has no relation to any activity.
    """
    found = _GARMIN_ID.fullmatch(re.split(r"[/\\]", upload_id.strip())[-1]) if upload_id else None
    return next(part.lstrip("0") or "0" for part in found.groups() if part) if found else None


def _seconds(value: float | None) -> float:
    return value if value and 0 < value < float("inf") else 0.0


def _solid(elapsed: float, timer: float, distance: float) -> float:
    """How much of a recording's length may be compared with what else was done at its hour, in seconds.

    A watch that was paused and forgotten runs over the next activity, so a pause of more than two hours leaves the
    timer only. One that was not even paused shows four hours or more at less than 0.5 m/s, which leaves nothing.
    """
    told = timer if timer and elapsed - timer > 7_200 else elapsed or timer
    if told > 14_400 and distance < 0.5 * told:
        return 0.0
    return min(told, 2 * _DAY_S)


def _own_number(recording: Recording) -> str | None:
    key = recording.key
    return (key.external_id.lstrip("0") or "0") if key.provider is Provider.GARMIN else None


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """A recording with its times as plain numbers.

    Attributes:
        begin: seconds since 1970.
        length: elapsed seconds, else timer seconds; 0 when unknown.
        solid: the part of ``length`` that surely was this activity, see `_solid`.
        hidden: the begin is not the true one: Strava hides it, or the device's clock was never set.
        manual: typed in by hand from memory, to five minutes. One that was typed more exactly is as good as a
            device's, and an export without files looks typed throughout, though its seconds tell otherwise.
        garmin_id: the Garmin activity that it is, or is proven to be a copy of; None when nothing proves one.
    """

    recording: Recording
    begin: float
    length: float
    solid: float
    family: Family
    hidden: bool
    manual: bool
    garmin_id: str | None

    @classmethod
    def of(cls, recording: Recording) -> Timed:
        """Read the times of a recording once."""
        elapsed, timer = _seconds(recording.elapsed_s), _seconds(recording.timer_s)
        begin, length = recording.start.timestamp(), elapsed or timer
        return cls(
            recording,
            begin,
            length,
            _solid(elapsed, timer, recording.distance_m or 0.0),
            _FAMILY[recording.sport],
            recording.start_hidden or begin < _CLOCK_SET,
            recording.manual and begin % 300 == 0 and length % 300 == 0,
            _own_number(recording) or garmin_id(recording.upload_id),
        )

    @property
    def provider(self) -> Provider:
        """Who told us."""
        return self.recording.key.provider

    @property
    def distance(self) -> float:
        """Metres, 0 when unknown or none."""
        return self.recording.distance_m or 0.0


def fit(a: Timed, b: Timed) -> Fit:
    """How well the sports of two recordings go together."""
    if a.family is b.family:
        if a.family is Family.FOOT and (a.recording.sport is Sport.RUN) != (b.recording.sport is Sport.RUN):
            return Fit.RETYPED
        return Fit.SAME
    vague = Family.OTHER in (a.family, b.family) and Family.TRANSITION not in (a.family, b.family)
    return Fit.VAGUE if vague else Fit.NEVER


def alike(x: float, y: float) -> float:
    """The smaller over the larger, 1 for equal ones."""
    return min(x, y) / max(x, y) if max(x, y) > 0 else 1.0


def length_ratio(a: Timed, b: Timed) -> float | None:
    """Shorter over longer, elapsed compared with elapsed where both tell it, or None where one tells nothing."""
    for x, y in (
        (a.recording.elapsed_s, b.recording.elapsed_s),
        (a.recording.timer_s, b.recording.timer_s),
        (a.length, b.length),
    ):
        if x and y and x > 0 and y > 0:
            return alike(x, y)
    return None


def distance_ratio(a: Timed, b: Timed) -> float | None:
    """Smaller over larger, or None where one is unknown or zero."""
    return alike(a.distance, b.distance) if a.distance > 0 and b.distance > 0 else None


def overlap(a: Timed, b: Timed) -> float:
    """The share of the shorter recording that lies inside the longer, 0-1.

    A recording without length counts as inside when it begins with the other or in its first half.
    """
    first, second = (a, b) if a.begin <= b.begin else (b, a)
    if not a.solid or not b.solid:
        long = max(a, b, key=lambda timed: timed.solid)
        short = b if long is a else a
        return 1.0 if -10 <= short.begin - long.begin <= max(10, long.solid / 2) else 0.0
    shared = min(first.begin + first.solid, second.begin + second.solid) - second.begin
    return max(shared, 0.0) / min(a.solid, b.solid)


def near(timed: Sequence[Timed | None], seconds: float) -> Iterator[tuple[int, int, Timed, Timed]]:
    """Pairs (by place, then as they are) whose starts are at most so far apart.

    Args:
        timed: in order of time; ``None`` leaves a place out.
        seconds: between the starts.
    """
    places = [(index, one) for index, one in enumerate(timed) if one]
    for place, (a, one) in enumerate(places):
        for b, other in after(places, place):
            if other.begin - one.begin > seconds:
                break
            yield a, b, one, other


def after[T](items: Sequence[T], place: int) -> Iterator[T]:
    """The items behind a place, one by one: a slice would copy the whole rest each time."""
    for index in range(place + 1, len(items)):
        yield items[index]
