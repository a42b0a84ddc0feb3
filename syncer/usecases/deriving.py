"""From recordings to activities: matched, merged, with pain and band walks read from them.

Everything here is derived: the same recordings and the same words by hand give the same activities, in whatever
order they came in, so the activities can be made anew at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo

from syncer.correlate.notes import of_texts
from syncer.domain.activity import Activity, Kind, Note, Override, Provider, Recording, RecordingKey, Sport
from syncer.domain.pain import PainTag
from syncer.domain.workout import BAND_WALKS
from syncer.sync.match import group
from syncer.sync.merge import merge
from syncer.workouts.band_walk_names import names_band_walk

type ReadPain = Callable[[Iterable[tuple[Provider, Note]], Kind], PainTag | None]


def derive(
    recordings: Iterable[Recording],
    overrides: Sequence[Override],
    pain_by_hand: Mapping[RecordingKey, PainTag | None],
    zone: tzinfo,
    read_pain: ReadPain = of_texts,
) -> list[Activity]:
    """Make the activities.

    Args:
        recordings: those that still exist.
        overrides: links and unlinks by hand, the oldest first.
        pain_by_hand: by any recording of the activity, the last said last; it beats every text. ``None``
            says that the texts mean nothing.
        zone: the runner's time zone, for recordings that tell no local time.
        read_pain: what the texts of an activity of some kind say of the knee.

    Returns:
        Activities in order of start, then id.
    """
    said = {key: (place, tag) for place, (key, tag) in enumerate(pain_by_hand.items())}
    activities = []
    for each in group(recordings, overrides):
        activity = merge(each, zone)
        by_hand = _by_hand(activity, said) if said else ()
        pain = by_hand[0] if by_hand else _read(activity, read_pain)
        band_walk = _holds_band_walks(activity)
        activities.append(replace(activity, pain=pain, band_walk=band_walk) if pain or band_walk else activity)
    return sorted(activities, key=lambda activity: (activity.start, activity.id))


def _by_hand(activity: Activity, said: Mapping[RecordingKey, tuple[int, PainTag | None]]) -> tuple[PainTag | None, ...]:
    """The last word on any of its recordings, or nothing at all."""
    words = [said[link.key] for link in activity.recordings if link.key in said]
    if not words:
        return ()
    _, tag = max(words, key=lambda word: word[0])
    return (replace(tag, manual=True) if tag else None,)


def _read(activity: Activity, read_pain: ReadPain) -> PainTag | None:
    """Only runs answer: "band walks against knee pain" on a strength session says nothing of a run."""
    return read_pain(activity.texts, activity.kind) if activity.kind is Kind.RUN and activity.texts else None


def _holds_band_walks(activity: Activity) -> bool:
    """By a set of work that was one, else by what the runner or the workout calls it.

    What is recorded as "Other" has to be called so in its title: a note may tell of what was done besides.
    """
    if activity.kind is not Kind.STRENGTH and activity.sport is not Sport.OTHER:
        return False
    work = [each for each in activity.sets if each.active]
    if any((each.category, each.exercise) in BAND_WALKS for each in work):
        return True
    labels = [each.name for each in work if each.name]
    texts = [note.text for _, note in activity.texts if activity.kind is Kind.STRENGTH or note.field == "name"]
    return any(names_band_walk(text) for text in (*labels, *texts))
