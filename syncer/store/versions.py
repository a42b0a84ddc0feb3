"""One recording from what several origins said of it.

The live API, an export archive and a FIT file often tell of the same recording (same provider, same external id), and
each tells only a part: a list has no notes, an export has no sets, a file has no name. Each origin's word is kept
apart as a `Version`; this module merges them field by field. The result depends on what was said, never on the order
in which it was read.

The rule: **for each field, the newest version that tells it.** A version is as new as its ``told_at``, the earliest
instant at which the provider can have said so; versions without one (a file, a bare table) are older than all others.
So an archive that was made before an edit never brings the old note back, even when it is imported later, and an
archive made after the last look at the live service does bring news.

"Tells": ``None`` tells nothing. A note tells its own field, and a note with empty text tells that there is nothing
written, which is how a cleared note wins over an older one. An empty list of sets only wins where no version has sets.
A start time that Strava hides never wins over one that is shown, a local offset that is known is kept, and an
archive's "other" never wins over a sport that is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from syncer.domain.activity import ExerciseSet, Note, Recording, Sport
from syncer.store.codec import to_us


class Origin(StrEnum):
    """Where a version comes from.

    ``LIST`` and ``DETAIL`` are the live service's list item and full record; they are apart because a list item is
    renewed every night, and a detail that is still to be fetched must not lose what the last one told. ``EXPORT`` is an
    archive's row, ``FILE`` a FIT file.
    """

    LIST = "list"
    DETAIL = "detail"
    EXPORT = "export"
    FILE = "file"

    @property
    def live(self) -> bool:
        """The provider says so now: the recording exists."""
        return self in (Origin.LIST, Origin.DETAIL)


# Among versions of one instant, and among those without: the better teller first.
_RANK = {Origin.DETAIL: 3, Origin.LIST: 2, Origin.EXPORT: 1, Origin.FILE: 0}


@dataclass(frozen=True, slots=True)
class Version:
    """What one origin said of a recording.

    Attributes:
        told_at: the earliest instant at which the provider can have said so, aware; None when unknown.
        item: the import item that said so (two files can hold one recording); empty for live data.
    """

    recording: Recording
    origin: Origin
    told_at: datetime | None = None
    item: str = ""


def merged(versions: Sequence[Version]) -> Recording:
    """The one recording that ``versions`` (at least one, all of one key, no two of one origin and item) tell of."""
    if len(versions) == 1:
        return versions[0].recording
    newest_first = sorted(versions, key=_newness, reverse=True)
    told = [version.recording for version in newest_first]
    best = told[0]
    named = next((one.recording for one in newest_first if _names_sport(one)), best)
    shown = next((one for one in told if not one.start_hidden), best)
    placed = next((one for one in told if one.offset_known and not one.start_hidden), shown)
    return replace(
        best,
        sport=named.sport,
        sport_label=named.sport_label,
        start=shown.start.astimezone(placed.start.tzinfo),
        offset_known=placed.offset_known,
        start_hidden=shown.start_hidden,
        elapsed_s=_first([one.elapsed_s for one in told]),
        timer_s=_first([one.timer_s for one in told]),
        distance_m=_first([one.distance_m for one in told]),
        notes=_notes(told),
        upload_id=_first([one.upload_id for one in told]),
        file_identity=_first([one.file_identity for one in told]),
        device=_first([one.device for one in told]),
        workout_id=_first([one.workout_id for one in told]),
        training_file=_first([one.training_file for one in told]),
        sets=_sets(told),
        rpe=_first([one.rpe for one in told]),
        feel=_first([one.feel for one in told]),
    )


def _newness(version: Version) -> tuple[int, int, int, str]:
    """A total order, because no two versions of a key have both origin and item in common."""
    known = version.told_at is not None
    instant = to_us(version.told_at) if version.told_at is not None else 0
    return (int(known), instant, _RANK[version.origin], version.item)


def _names_sport(version: Version) -> bool:
    """An archive's word for a sport may be in a language that we do not know; the live service's is its own."""
    return version.origin.live or version.recording.sport is not Sport.OTHER


def _first[T](values: Sequence[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _notes(told: Sequence[Recording]) -> tuple[Note, ...]:
    """For each field the notes of the first that tells it, in the order in which the fields come up."""
    notes: list[Note] = []
    for recording in told:
        settled = {note.field for note in notes}
        notes += [note for note in recording.notes if note.field not in settled]
    return tuple(notes)


def _sets(told: Sequence[Recording]) -> tuple[ExerciseSet, ...] | None:
    given = [recording.sets for recording in told if recording.sets is not None]
    return next((sets for sets in given if sets), given[0] if given else None)
