"""Strava's JSON as a recording, read leniently: its own models lose a page for one odd value (research §1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta, timezone
from typing import Any

from syncer.domain.activity import Provider, Recording, RecordingKey, Sport
from syncer.sources.payload import identifier, notes, number, offset, text, utc
from syncer.sources.sport_names import strava_sport

_LONGEST_S = 100 * 86_400.0


def strava_recording(summary: Mapping[str, Any], detail: Mapping[str, Any] | None = None) -> Recording:
    """One activity from its list item and, where it was fetched, its detail, which knows more.

    Raises:
        ValueError: it has no id or no start; nothing can be said of it.
    """
    told = {**summary, **(detail or {})}
    external_id, start = identifier(told.get("id")), utc(told.get("start_date"))
    if external_id is None:
        raise ValueError("it has no id")
    if start is None:
        raise ValueError("it has no start time")
    label = text(told.get("sport_type")) or text(told.get("type"))
    ahead = number(told.get("utc_offset"), -50_400, 50_400)
    shift = timedelta(seconds=ahead) if ahead is not None else offset(told.get("start_date_local"), start)
    return Recording(
        key=RecordingKey(Provider.STRAVA, external_id),
        sport=strava_sport(label) or Sport.OTHER,
        sport_label=label,
        start=start if shift is None else start.astimezone(timezone(shift)),
        offset_known=shift is not None,
        elapsed_s=number(told.get("elapsed_time"), high=_LONGEST_S),
        timer_s=number(told.get("moving_time"), high=_LONGEST_S),
        distance_m=number(told.get("distance")),
        notes=notes(
            name=told.get("name"),
            # the list knows neither: only a detail can say that there is none
            description=_told(detail, "description"),
            private_note=_told(detail, "private_note"),
        ),
        upload_id=text(told.get("external_id")) or None,
        device=text(told.get("device_name")) or None,
        manual=told.get("manual") is True,
        rpe=number(told.get("perceived_exertion"), high=10),
        start_hidden=text(told.get("start_date_local")).removesuffix("Z").endswith("T00:00:01"),
    )


def _told(detail: Mapping[str, Any] | None, field: str) -> str | None:
    if detail is None:
        return None
    return text(detail.get(field))
