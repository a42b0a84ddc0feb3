"""Garmin's account export: a summary of all activities, and the FIT files that the watch uploaded.

The summary has names, notes and what was corrected in Garmin Connect; the FIT files have sets, the followed workout and
the watch's identity. `garmin_join` finds which belong together. An activity in the summary is a recording of Garmin; a
FIT file that no row of the summary claims (its activity was deleted, or came from elsewhere) is a file's own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from syncer.domain.activity import Note, Recording, RecordingKey, Sport
from syncer.sources import garmin_row
from syncer.sources.archive import Archive
from syncer.sources.fit_file import LARGEST_FILE, FitFile, content_keys, open_fit_bytes
from syncer.sources.garmin_files import Survey, survey
from syncer.sources.garmin_join import joined, session_number
from syncer.sources.garmin_row import Row
from syncer.sources.overlay import overlay
from syncer.sources.shelf import fetch
from syncer.sync.ports import ImportItem, Intake, Payload, Skipped

SOURCE = "garmin-export"
PARSER_VERSION = 2


def scan(archive: Archive) -> Iterator[ImportItem | Skipped]:
    """The rows of the summary and the FIT files, in the order in which they lie in the export.

    A row's item holds JSON: the ``row``, the row of the multisport that it is a part of, ``whole``, and ``told_at``.
    Which rows and files belong together depends on all of them, so an item is new when one of them comes or goes. A row
    of an export without FIT files is an item of its own (``…:row``), so that it never hides what a file told.

    Raises:
        BadFileError: the export cannot be opened.
    """
    found = survey(archive.path)
    yield from found.skipped
    company = _company(found)
    told = found.told_at and found.told_at.isoformat()
    for row in found.rows:
        words = json.dumps({"row": row.row, "whole": row.whole}, ensure_ascii=False)
        content = json.dumps({"row": row.row, "whole": row.whole, "told_at": told}, ensure_ascii=False)
        key = f"{SOURCE}:{row.id}" if found.fits else f"{SOURCE}:{row.id}:row"
        yield ImportItem(SOURCE, key, _digest(words, company), row.shown, row.location, content)
    for fit in found.fits:
        key = f"{SOURCE}:fit:{fit.stamp}"
        yield ImportItem(SOURCE, key, _digest(fit.stamp, company), fit.shown, fit.location)


def _company(found: Survey) -> str:
    """A digest of all that decides which file belongs to which row."""
    if not found.fits:
        return ""
    decides = (
        garmin_row.instant_ms,
        garmin_row.wall_clock_ms,
        garmin_row.sport,
        garmin_row.elapsed_s,
        garmin_row.device_id,
    )
    rows = sorted([row.id, *(str(decide(row.row)) for decide in decides)] for row in found.rows)
    return _digest(json.dumps(rows), *sorted(fit.stamp for fit in found.fits))


def _digest(*words: str) -> str:
    text = "\n".join((str(PARSER_VERSION), *words))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def read(item: ImportItem) -> Intake:
    """The recordings of a row with its FIT file, or of a FIT file that is no row's. Never raises for a bad item.

    Raises:
        BadFileError: the export itself cannot be opened any more.
    """
    if not item.row:
        return _read_fit(item)
    content = json.loads(item.row)
    intake = _read_row(item, content)
    told = content.get("told_at")
    return replace(intake, told_at=datetime.fromisoformat(told)) if told else intake


def _read_row(item: ImportItem, content: Mapping[str, Any]) -> Intake:
    try:
        recording = garmin_row.recording(content["row"])
    except ValueError as problem:
        message = f"{item.label} cannot be taken: {problem}"
        return Intake(skipped=(Skipped("bad-row", item.label, broken=True, message=message),))
    recording = replace(recording, notes=(*recording.notes, *_notes_of_whole(recording, content["whole"])))
    row = json.dumps(content["row"], ensure_ascii=False).encode("utf-8", "replace")
    payloads = (Payload(recording.key, "row", row),)
    if item.key.endswith(":row"):
        return Intake((recording,), payloads)
    joins = joined(item.location[0])
    claim = joins.claimed.get(recording.key.external_id)
    if claim is None:
        return Intake((recording,), payloads)
    return _with_file(recording, content["row"], joins.files[claim[0]], claim[1], payloads)


def _notes_of_whole(recording: Recording, whole: Row | None) -> Iterator[Note]:
    """What the runner wrote on the multisport that this is a part of."""
    own = {note.text for note in recording.notes}
    yield from (note for note in garmin_row.notes(whole or {}) if note.field != "name" and note.text not in {"", *own})


def _with_file(
    recording: Recording, row: Row, file: FitFile, sessions: tuple[int, ...], payloads: tuple[Payload, ...]
) -> Intake:
    own = [session for session in file.recordings if session_number(session) in sessions]
    if len(own) == 1:
        recordings = [_overlaid(recording, row, own[0])]
    else:
        recordings = [_part(recording, session, number) for number, session in enumerate(own, 1)]
    fits = tuple(Payload(one.key, "fit", file.sieved) for one in recordings)
    return Intake(tuple(recordings), (*payloads, *fits))


def _overlaid(recording: Recording, row: Row, session: Recording) -> Recording:
    wall = garmin_row.wall_clock_ms(row)
    if garmin_row.instant_ms(row) is None and wall is not None:
        off = timedelta(seconds=900 * round((wall / 1000 - session.start.timestamp()) / 900))
        recording = replace(recording, start=session.start.astimezone(timezone(off)))
    if not recording.sport_label:
        recording = replace(recording, sport=session.sport, sport_label=session.sport_label)
    return overlay(recording, session)


def _part(whole: Recording, session: Recording, number: int) -> Recording:
    """One session of a multisport that the summary has only as a whole."""
    external_id = whole.key.external_id if number == 1 else f"{whole.key.external_id}-{number}"
    start = session.start.astimezone(whole.start.tzinfo) if whole.offset_known else session.start
    return replace(
        session,
        key=RecordingKey(whole.key.provider, external_id),
        start=start,
        offset_known=whole.offset_known or session.offset_known,
        notes=whole.notes,
        device=whole.device or session.device,
        workout_id=whole.workout_id,
    )


def _read_fit(item: ImportItem) -> Intake:
    joins = joined(item.location[0])
    skipped = joins.skipped.get(item.location, ())
    file = joins.files.get(item.location)
    if file is None:
        return Intake(skipped=skipped)
    taken = joins.taken.get(item.location, set())
    rest = [session for session in file.recordings if session_number(session) not in taken]
    if taken:  # the changes from one sport to the next have no row in the summary
        rest = [session for session in rest if session.sport is not Sport.TRANSITION]
    if not rest:
        return Intake(skipped=skipped)
    key_of = content_keys(open_fit_bytes(fetch(item.location, LARGEST_FILE), item.label))
    recordings = tuple(replace(session, key=key_of(session_number(session))) for session in rest)
    return Intake(recordings, tuple(Payload(one.key, "fit", file.sieved) for one in recordings), skipped)
