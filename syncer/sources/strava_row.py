"""One row of a Strava export, with what its file adds to it.

The row tells what the runner sees on Strava: name, notes, sport, times and distance. The FIT file adds what the table
does not have: whose clock it was, the watch, sets, effort. Strava rewrites the files, so they are small and have
lost most of that; what is there is taken. GPX and TCX files are only asked when they begin.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from syncer.domain.activity import Note, Provider, Recording, RecordingKey, Sport
from syncer.errors import SyncerError
from syncer.sources.archive import label, left_out, tidy
from syncer.sources.fit_file import open_fit_bytes, read_fit
from syncer.sources.overlay import overlay
from syncer.sources.payload import FARTHEST_M, LONGEST_S
from syncer.sources.shelf import container_at, fetch
from syncer.sources.sport_names import strava_sport
from syncer.sources.strava_columns import number
from syncer.sources.strava_dates import utc_instant
from syncer.sources.tracks import track_format, track_start
from syncer.sync.ports import ImportItem, Intake, Payload, Skipped


def read(item: ImportItem) -> Intake:
    """The recording of one row, with what its file adds. Never raises for a bad row or file."""
    intake = _with_doubt_on_type(item, _read(item))
    told = json.loads(item.row).get("told_at")
    return replace(intake, told_at=datetime.fromisoformat(told)) if told else intake


def _with_doubt_on_type(item: ImportItem, intake: Intake) -> Intake:
    """Say so where a type is in no list and no file tells the sport: neither run nor strength may be a whole log."""
    strange = [
        label(one.sport_label)
        for one in intake.recordings
        if one.sport is Sport.OTHER and one.sport_label and strava_sport(one.sport_label) is None
    ]
    message = f"{item.label}: the type '{{}}' is not known; it counts as neither a run nor strength"
    doubts = [Skipped("unknown-type", f"{item.label} ({name})", message=message.format(name)) for name in strange]
    return replace(intake, skipped=(*intake.skipped, *doubts))


def _read(item: ImportItem) -> Intake:
    content = json.loads(item.row)
    fields: dict[str, str] = content["fields"]
    try:
        recording = _recording(fields, decimal_comma=content["decimal_comma"])
    except ValueError as problem:
        message = f"{item.label}: the date '{label(fields.get('date', ''))}' cannot be read: {problem}"
        return Intake(skipped=(Skipped("bad-date", item.label, broken=True, message=message),))
    row = json.dumps({"fields": fields, "cells": content["cells"]}, ensure_ascii=False)
    payloads = (Payload(recording.key, "row", row.encode("utf-8", "replace")),)
    if content["file"] == "missing":
        name = label(fields["filename"])
        message = f"{item.label}: the export does not hold {name}; the activity is taken from the table alone"
        return Intake((recording,), payloads, (Skipped("missing-file", f"{item.label} ({name})", message=message),))
    if content["file"] != "found":
        return Intake((recording,), payloads)
    try:
        return _with_file(item, recording, payloads)
    except SyncerError as problem:
        return Intake((recording,), payloads, (left_out(problem, item.label),))


def _with_file(item: ImportItem, row: Recording, payloads: tuple[Payload, ...]) -> Intake:
    shown = label(container_at(item.location[:-1]).label, tidy(item.location[-1]))
    data = open_fit_bytes(fetch(item.location), shown)
    if track_format(data):
        start = track_start(data)
        recording, doubt = _settle_start(item, row, start, None) if start else (row, ())
        return Intake((recording,), payloads, doubt)
    fit = read_fit(data, shown, lambda _: row.key)
    if not fit.recordings:
        return Intake((row,), payloads, fit.skipped)
    twin = min(fit.recordings, key=lambda recording: abs(recording.start - row.start))
    if row.sport is Sport.OTHER and strava_sport(row.sport_label) is None:
        row = replace(row, sport=twin.sport)
    recording, doubt = _settle_start(item, overlay(row, twin), twin.start, twin.elapsed_s)
    return Intake((recording,), (*payloads, Payload(row.key, "fit", fit.sieved)), doubt)


def _recording(fields: Mapping[str, str], *, decimal_comma: bool) -> Recording:
    """The recording that a row tells of.

    Raises:
        ValueError: its date is none.
    """
    start = utc_instant(fields.get("date", ""))
    name = fields.get("type", "")
    sport = strava_sport(name) or Sport.OTHER
    values = {
        field: number(fields.get(field, ""), decimal_comma=decimal_comma)
        for field in ("elapsed_s", "elapsed_shown", "moving_s", "distance_m", "distance_shown", "rpe", "from_upload")
    }
    distance_m = values["distance_m"]
    if distance_m is None and values["distance_shown"] is not None:
        # Kilometres for most accounts, miles for some, but a swim's metres; the table does not say which.
        distance_m = values["distance_shown"] * (1 if sport is Sport.SWIM else 1000)
    rpe = values["rpe"]
    return Recording(
        key=RecordingKey(Provider.STRAVA, fields["id"]),
        sport=sport,
        sport_label=name,
        start=start,
        offset_known=False,
        elapsed_s=_sane(values["elapsed_shown"] if values["elapsed_s"] is None else values["elapsed_s"], LONGEST_S),
        timer_s=_sane(values["moving_s"], LONGEST_S),
        distance_m=_sane(distance_m, FARTHEST_M),
        # an empty text says that nothing is written there
        notes=tuple(
            Note(field, fields[field].replace("\r\n", "\n"))
            for field in ("name", "description", "private_note")
            if field in fields
        ),
        # a table that came alone, or an old one, may not tell
        manual=not fields.get("filename") and values["from_upload"] == 0,
        rpe=rpe if rpe is not None and 0 <= rpe <= 10 else None,
        start_hidden=(start.hour, start.minute, start.second) == (0, 0, 1),
    )


def _sane(value: float | None, most: float) -> float | None:
    """None for what no activity has."""
    return value if value is not None and 0 <= value <= most else None


def _settle_start(
    item: ImportItem, row: Recording, start: datetime, elapsed_s: float | None
) -> tuple[Recording, tuple[Skipped, ...]]:
    """The row with its file's start where the table's clock was in another zone, or is hidden.

    Off by whole quarter hours (±5 s, up to 14 h) with the same length is a zone. Any other difference comes from
    cropping or editing on Strava, and what Strava shows holds.
    """
    if row.start_hidden:
        return replace(row, start=start.astimezone(row.start.tzinfo), start_hidden=False), ()
    off = (start - row.start).total_seconds()
    quarters = round(off / 900)
    lengths = [length for length in (row.elapsed_s, elapsed_s) if length]
    alike = len(lengths) < 2 or abs(lengths[0] - lengths[1]) <= max(5, 0.01 * max(lengths))
    if not alike or not 1 <= abs(quarters) <= 56 or abs(off - 900 * quarters) > 5:
        return row, ()
    shift = timedelta(seconds=900 * quarters)
    message = f"{item.label}: the table's time is {shift if off > 0 else -shift} too {'early' if off > 0 else 'late'}"
    doubt = Skipped("clock-shifted", item.label, message=f"{message}; the file's is taken")
    return replace(row, start=start.astimezone(row.start.tzinfo)), (doubt,)
