"""Recordings for tests, written as short as a person would tell them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from syncer.domain.activity import (
    FileIdentity,
    Note,
    Override,
    Provider,
    Recording,
    RecordingKey,
    Sport,
)
from syncer.sync.match import group


def recording(
    provider: Provider,
    external_id: str | int,
    at: str,
    minutes: float | None = None,
    sport: Sport = Sport.RUN,
    **more: Any,
) -> Recording:
    """``at`` is ``[2026-06-10 ]07:00[:00]`` in UTC (or in ``offset`` hours); ``km`` and ``name`` are short forms."""
    day, _, clock = f"2026-06-10 {at}".rpartition(" ")
    start = datetime.fromisoformat(f"{day.split()[-1]}T{clock}")
    offset = more.pop("offset", None)
    kilometres, name = more.pop("km", None), more.pop("name", None)
    more.setdefault("offset_known", offset is not None)
    more.setdefault("elapsed_s", None if minutes is None else minutes * 60)
    more.setdefault("distance_m", None if kilometres is None else kilometres * 1000)
    more.setdefault("notes", (Note("name", name),) if name else ())
    zone = UTC if offset is None else timezone(timedelta(hours=offset))
    return Recording(RecordingKey(provider, str(external_id)), sport, sport.value, start.replace(tzinfo=zone), **more)


def garmin(
    external_id: str | int, at: str, minutes: float | None = None, sport: Sport = Sport.RUN, **more: Any
) -> Recording:
    return recording(Provider.GARMIN, external_id, at, minutes, sport, **more)


def strava(
    external_id: str | int, at: str, minutes: float | None = None, sport: Sport = Sport.RUN, **more: Any
) -> Recording:
    return recording(Provider.STRAVA, external_id, at, minutes, sport, **more)


def file(
    external_id: str | int, at: str, minutes: float | None = None, sport: Sport = Sport.RUN, **more: Any
) -> Recording:
    return recording(Provider.FILE, external_id, at, minutes, sport, **more)


def identity(serial: int = 3388076788, created: str = "2026-06-10 07:00:00") -> FileIdentity:
    return FileIdentity(serial, datetime.fromisoformat(created).replace(tzinfo=UTC))


def key(short_id: str) -> RecordingKey:
    provider = {one.value[0]: one for one in Provider}[short_id[0]]
    return RecordingKey(provider, short_id[1:])


def link(a: str, b: str) -> Override:
    return Override(key(a), key(b), linked=True)


def unlink(a: str, b: str) -> Override:
    return Override(key(a), key(b), linked=False)


def together(recordings: Iterable[Recording], overrides: Sequence[Override] = ()) -> list[str]:
    """The groups as ``"g1 s1"``, sorted."""
    return sorted(" ".join(one.key.short_id for one in each.recordings) for each in group(recordings, overrides))


def rules_of(recordings: Iterable[Recording], overrides: Sequence[Override] = ()) -> dict[str, str]:
    """Each recording's rule by short id."""
    return {each.key.short_id: each.rule for one in group(recordings, overrides) for each in one.links}
