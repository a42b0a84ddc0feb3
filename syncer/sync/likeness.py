"""Rules for recordings whose start says nothing: what their numbers say instead.

Each gives the cost of taking two recordings for one (0 is a perfect likeness), or None.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta

from syncer.domain.activity import Recording
from syncer.sync.measures import Family, Fit, Timed, distance_ratio, fit, length_ratio, overlap


def hidden_day(recording: Recording) -> date:
    """The day of a recording whose start Strava hides as 00:00:01, in local time or in UTC."""
    local, utc = recording.start, recording.start.astimezone(UTC)
    hidden_in_utc = (utc.hour, utc.minute) == (0, 0) and (local.hour, local.minute) != (0, 0)
    return (utc if hidden_in_utc else local).date()


def by_hidden_start(hidden: Timed, other: Timed) -> float | None:
    """A recording that shows only its day: the same sport and day, elapsed within 1 %, distance within 2 %.

    Where the other's local day is not known the numbers must be equal. Without distances only an equal length
    speaks, of ten minutes or more, and a round one says nothing.
    """
    ratio = length_ratio(hidden, other)
    if fit(hidden, other) is not Fit.SAME or ratio is None or ratio < 0.99:
        return None
    if hidden_day(hidden.recording) not in _possible_days(other.recording):
        return None
    distance = distance_ratio(hidden, other)
    if distance is not None and (twins(hidden, other) or (distance >= 0.98 and other.recording.offset_known)):
        return (1 - ratio) / 0.01 + (1 - distance) / 0.02
    return (1 - ratio) / 0.01 if _same_telling_length(hidden, other) else None


def _possible_days(recording: Recording) -> tuple[date, ...]:
    start = recording.start
    if recording.offset_known:
        return (start.date(),)
    return tuple({(start + timedelta(hours=hours)).date() for hours in (-12, 0, 14)})


def _same_telling_length(a: Timed, b: Timed) -> bool:
    lengths = [one.recording.elapsed_s or 0.0 for one in (a, b) if not one.distance]
    telling = all(length >= 600 and not _round(length, 60, 2) for length in lengths)
    return len(lengths) == 2 and telling and abs(lengths[0] - lengths[1]) < 1


def by_clock_shift(a: Timed, b: Timed) -> float | None:
    """One clock was off by a time zone: a multiple of 15 min, all else the same.

    Elapsed within 3 s and distance within 0.5 %, never without a distance. The shift is up to three whole hours, or
    the runner's own offset from UTC, at most 14 h: the way home from work is as long as the way there. Round
    numbers repeat by themselves, so with them only one hour or that offset is believed.
    """
    if a.family is Family.INDOOR or a.recording.sport is not b.recording.sport:
        return None
    shift = _whole_shift(a, b)
    if not shift or not twins(a, b):
        return None
    if shift not in {3_600, *_offsets(a.recording), *_offsets(b.recording)}:
        whole = _round(a.length, 60) or _round(b.length, 60) or (_round(a.distance, 100) and _round(b.distance, 100))
        if whole or shift not in (7_200, 10_800):
            return None
    return abs(a.length - b.length) / 3


def may_be_shifted(a: Timed, b: Timed) -> bool:
    """Too much alike, a whole number of quarter hours apart, to believe both clocks; too little to link them."""
    telling = a.distance > 0 or not _round(a.length, 60, 2)
    return telling and _whole_shift(a, b) > 0 and alike(a, b)


def _whole_shift(a: Timed, b: Timed) -> int:
    """The seconds between the starts if these are quarter hours, give or take 5 s, up to 14 h; else 0."""
    apart = abs(a.begin - b.begin)
    shift = 900 * round(apart / 900)
    return shift if shift <= 50_400 and abs(apart - shift) <= 5 else 0


def twins(a: Timed, b: Timed) -> bool:
    """Alike to 3 s and 0.5 %, over at least 500 m."""
    distance = distance_ratio(a, b)
    return (
        distance is not None
        and distance >= 0.995
        and min(a.distance, b.distance) >= 500
        and min(a.length, b.length) > 0
        and abs(a.length - b.length) <= 3
    )


def alike(a: Timed, b: Timed) -> bool:
    """The same numbers: `twins`, or the same length to 3 s where neither has a distance."""
    bare = not a.distance and not b.distance
    return a.family is b.family and (twins(a, b) or (bare and abs(a.length - b.length) <= 3))


def _offsets(recording: Recording) -> tuple[float, ...]:
    offset = recording.start.utcoffset()
    return (abs(offset.total_seconds()),) if offset and recording.offset_known else ()


def _round(value: float, step: float, give: float = 0.05) -> bool:
    return abs(value - step * round(value / step)) <= give


def could_be_typed(typed: Timed, other: Timed) -> bool:
    """Whether an entry by hand may be of ``other``: the same sport, and length and distance nearly right.

    Sets of less than ten minutes without a distance follow each other and look alike: those are never taken for one.
    """
    ratio, distance = length_ratio(typed, other), distance_ratio(typed, other)
    bare = distance is None and 0 < min(typed.length or other.length, other.length or typed.length) < 600
    return (
        fit(typed, other) is Fit.SAME
        and not bare
        and (ratio is None or ratio >= 0.6)
        and (distance is None or distance >= 0.8)
        and abs(typed.begin - other.begin) <= (1_200 if ratio is None else 3_600)
    )


def by_hand_entry(typed: Timed, other: Timed) -> float | None:
    """An entry by hand, its time rounded: it could be of ``other`` and shares half of the shorter."""
    shared = overlap(typed, other)
    if shared < 0.5 or not could_be_typed(typed, other):
        return None
    unlike = sum(1 - ratio for ratio in (length_ratio(typed, other), distance_ratio(typed, other)) if ratio)
    return abs(typed.begin - other.begin) / 3_600 + unlike + (1 - shared)


def by_second_entry(a: Timed, b: Timed) -> float | None:
    """One platform holds both an entry by hand and another copy of the same thing.

    Short sets without a distance are alike by themselves, so those are never taken for one.
    """
    if fit(a, b) is not Fit.SAME:
        return None
    apart, shared = abs(a.begin - b.begin), overlap(a, b)
    ratio, distance = length_ratio(a, b) or 1.0, distance_ratio(a, b)
    bare = not a.distance and not b.distance
    equal = apart <= 10 and ratio >= 0.98 and (bare or (distance or 0) >= 0.98)
    long = min(a.length, b.length) >= 900
    if equal and a.manual and b.manual and (long or not bare):
        return 0.0
    likely = (distance is not None and distance >= 0.9) or (bare and long and apart <= 600)
    return 1 - ratio if likely and apart <= 900 and ratio >= 0.8 and shared >= 0.7 else None
