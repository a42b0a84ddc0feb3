"""One activity from the recordings of a group, field by field: no recording is thrown away for another.

Times, distance and sets come from Garmin first, then from files, then from Strava; typed and hidden ones last.
Texts come from everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time, tzinfo

from syncer.domain.activity import Activity, ExerciseSet, Provider, Recording, Sport
from syncer.sync.groups import Group, timing_order
from syncer.sync.likeness import hidden_day
from syncer.sync.measures import Timed, overlap

_STRAVA_NAME = re.compile(r"(?:early |late )?(?:morning|lunch|afternoon|evening|night) [\w ]+", re.IGNORECASE)
"""The titles that Strava gives by itself, such as "Morning Run"."""


def merge(group: Group, zone: tzinfo) -> Activity:
    """Make the activity of a group.

    Args:
        group: recordings of one activity.
        zone: the runner's time zone, for recordings that tell an instant only.

    Returns:
        The activity, without pain and band walks, which are read from its texts and sets
        (`syncer.usecases.deriving`).
    """
    surest = sorted(group.recordings, key=lambda one: (one.key in group.doubted, timing_order(one)))
    sides = _sides(group, surest)
    start = _local_start(group, sides[0][0], surest, zone)
    sport = _sport(surest)
    return Activity(
        id=group.recordings[0].key.short_id,
        kind=sport.kind,
        sport=sport,
        start=start,
        local_date=start.date(),
        elapsed_s=_first(_elapsed(side) for side in sides),
        distance_m=_distance(sides),
        name=_name(group.recordings),
        recordings=group.links,
        texts=tuple(
            dict.fromkeys((one.key.provider, note) for one in group.recordings for note in one.notes if note.text)
        ),
        sets=_sets(sides),
        workout_ids=_unique(one.workout_id for one in surest),
        training_files=_unique(one.training_file for one in surest),
        rpe=_first(one.rpe for one in surest),
        feel=_first(one.feel for one in surest),
        flagged=group.flagged,
    )


def _first[T](values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _unique[T](values: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


def _sides(group: Group, surest: Sequence[Recording]) -> list[list[Recording]]:
    """Each provider's recordings without the doubles, in order of time; the surest provider first."""
    sides: dict[Provider, list[Recording]] = {}
    for one in surest:
        sides.setdefault(one.key.provider, []).append(one)
    return [_parts(side, group) for side in sides.values()]


def _parts(side: list[Recording], group: Group) -> list[Recording]:
    """The longest recording, and those that share less than half of their time with any other that was chosen."""
    if len(side) == 1:
        return side
    sound = [one for one in side if one.key not in group.doubted and not one.start_hidden] or side[:1]
    parts: list[Timed] = []
    for one in sorted((Timed.of(one) for one in sound), key=lambda one: (one.manual, -one.length)):
        if all(overlap(one, other) < 0.5 for other in parts):
            parts.append(one)
    return [one.recording for one in sorted(parts, key=lambda one: (one.begin, one.recording.key))]


def _elapsed(side: Sequence[Recording]) -> float | None:
    if len(side) > 1:
        return (max(one.end for one in side) - side[0].start).total_seconds()
    return side[0].elapsed_s or side[0].timer_s or side[0].elapsed_s


def _distance(sides: Sequence[Sequence[Recording]]) -> float | None:
    """The sum over the surest provider's parts; another's where that one measured none, as on a treadmill."""
    sums = [sum(told) for side in sides if (told := [one.distance_m for one in side if one.distance_m is not None])]
    return next((distance for distance in sums if distance > 0), sums[0] if sums else None)


def _sets(sides: Sequence[Sequence[Recording]]) -> tuple[ExerciseSet, ...]:
    told = (tuple(each for one in side for each in one.sets or ()) for side in sides)
    return next((sets for sets in told if sets), ())


def _local_start(group: Group, timing: Recording, surest: Sequence[Recording], zone: tzinfo) -> datetime:
    """The start on the runner's wall clock: the surest known offset from UTC, else the runner's time zone.

    A hidden start is no instant, only a day: it keeps the day that was shown.
    """
    if timing.start_hidden:
        midnight = time(0, 0, 1, tzinfo=timing.start.tzinfo if timing.offset_known else zone)
        return datetime.combine(hidden_day(timing), midnight)
    if timing.offset_known:
        return timing.start
    told = [one for one in surest if one.offset_known and not one.start_hidden and one.key not in group.doubted]
    return timing.start.astimezone(told[0].start.tzinfo if told else zone)


def _sport(surest: Sequence[Recording]) -> Sport:
    """The surest provider's, but a telling one before "workout", and any before "other"."""
    sports = [one.sport for one in surest]
    vague = (Sport.OTHER, Sport.TRANSITION, Sport.WORKOUT)
    telling = [sport for sport in sports if sport not in vague] or [s for s in sports if s is not Sport.OTHER]
    return (telling or sports)[0]


def _name(recordings: Sequence[Recording]) -> str | None:
    """Strava's title where the runner chose it, else the first there is: Garmin names after workout or place."""
    names = [(one.key.provider, one.name) for one in recordings if one.name]
    chosen = [name for provider, name in names if provider is Provider.STRAVA and not _STRAVA_NAME.fullmatch(name)]
    return next(iter(chosen or [name for _, name in names]), None)
