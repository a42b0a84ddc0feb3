"""What the services once sent and the store has kept, read by the readers of today."""

from __future__ import annotations

import json
from typing import Any

from syncer.domain.activity import Provider, Recording
from syncer.sources import garmin, strava
from syncer.sources.payload import mapping


def read_list_item(provider: Provider, content: bytes) -> Recording:
    """An activity from its entry in the service's list.

    Raises:
        ValueError: nothing can be said of it.
    """
    listed = garmin.listed if provider is Provider.GARMIN else strava.listed
    return listed(_mapping(content))


def read_detail(known: Recording, detail: bytes, sets: bytes | None) -> Recording:
    """An activity from its detail and, of Garmin's strength sessions, its sets; else what is ``known``.

    Raises:
        ValueError: nothing can be said of it.
    """
    if known.key.provider is Provider.GARMIN:
        return garmin.detailed(known, _mapping(detail), None if sets is None else _mapping(sets))
    return strava.detailed(known, _mapping(detail))


def _mapping(content: bytes) -> dict[str, Any]:
    try:
        return dict(mapping(json.loads(content)))
    except RecursionError:
        raise ValueError("it is nested absurdly deep") from None
