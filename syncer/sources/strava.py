"""Strava's JSON as a recording, read leniently: its own models lose a page for one odd value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from syncer.domain.activity import Note, Provider, Recording, RecordingKey, Sport
from syncer.sources.payload import FARTHEST_M, LONGEST_S, identifier, notes, number, offset, text, utc
from syncer.sources.sport_names import strava_sport


def listed(summary: Mapping[str, Any]) -> Recording:
    """One activity from its entry in the list, which knows neither description nor private note.

    Raises:
        ValueError: it has no id or no start; nothing can be said of it.
    """
    external_id, start = identifier(summary.get("id")), utc(summary.get("start_date"))
    if external_id is None:
        raise ValueError("it has no id")
    if start is None:
        raise ValueError("it has no start time")
    return _recording(RecordingKey(Provider.STRAVA, external_id), start, summary, notes(name=summary.get("name")))


def detailed(known: Recording, detail: Mapping[str, Any]) -> Recording:
    """What the detail says of an activity; where it says nothing, what is ``known`` holds.

    Raises:
        ValueError: the answer is about another activity.
    """
    if identifier(detail.get("id")) not in (None, known.key.external_id):
        raise ValueError("the answer is about another activity")
    texts = notes(
        name=detail.get("name"),
        # a missing or null text is an empty one
        description=text(detail.get("description")),
        private_note=text(detail.get("private_note")),
    )
    start = utc(detail.get("start_date"))
    found = _recording(known.key, start or known.start, detail, texts)
    if start is None:
        found = replace(found, start=known.start, offset_known=known.offset_known, start_hidden=known.start_hidden)
    if not found.sport_label:
        found = replace(found, sport=known.sport, sport_label=known.sport_label)
    return replace(found, manual=found.manual or known.manual)


def _recording(key: RecordingKey, start: datetime, told: Mapping[str, Any], texts: tuple[Note, ...]) -> Recording:
    label = text(told.get("sport_type")) or text(told.get("type"))
    ahead = number(told.get("utc_offset"), -50_400, 50_400)
    shift = timedelta(seconds=ahead) if ahead is not None else offset(told.get("start_date_local"), start)
    return Recording(
        key=key,
        sport=strava_sport(label) or Sport.OTHER,
        sport_label=label,
        start=start if shift is None else start.astimezone(timezone(shift)),
        offset_known=shift is not None,
        elapsed_s=number(told.get("elapsed_time"), high=LONGEST_S),
        timer_s=number(told.get("moving_time"), high=LONGEST_S),
        distance_m=number(told.get("distance"), high=FARTHEST_M),
        notes=texts,
        upload_id=text(told.get("external_id")) or None,
        device=text(told.get("device_name")) or None,
        manual=told.get("manual") is True,
        rpe=number(told.get("perceived_exertion"), high=10),
        # what Strava shows of a start that the runner hides
        start_hidden=text(told.get("start_date_local")).removesuffix("Z").endswith("T00:00:01"),
    )
