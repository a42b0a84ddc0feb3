"""The two services as the sync's engine wants them: pages and details in, recordings and payloads out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from syncer.clients.garmin import GarminClient
from syncer.clients.strava import StravaClient
from syncer.domain.activity import Kind, Provider, Recording, RecordingKey
from syncer.errors import BadFileError
from syncer.sources import garmin, strava
from syncer.sources.garmin_original import read_original
from syncer.sources.payload import identifier
from syncer.sync.ports import Intake, Payload, Skipped

# where a day begins depends on the runner's zone, which Strava's window does not know
_ANY_ZONE = timedelta(days=1)

_REPORT = "the rest is kept; report this with the output of: syncer doctor"


class GarminSource:
    """Garmin Connect's activities."""

    provider = Provider.GARMIN

    def __init__(self, client: GarminClient) -> None:
        self._client = client

    @property
    def requests(self) -> int:
        """Requests made so far."""
        return self._client.requests

    def pages(self, first: date | None, last: date | None) -> Iterator[Intake]:
        """The pages of the days ``first`` to ``last``, newest first, until an empty one."""
        start = 0
        while page := self._client.activities(start, first, last):
            yield _page(page, Provider.GARMIN, "activityId", garmin.listed)
            start += len(page)

    def detail(self, known: Recording) -> Intake:
        """Notes, effort and the workout that was followed; for strength also the sets."""
        external_id = known.key.external_id
        detail = self._client.activity(external_id)
        payloads = [_payload(known.key, "detail", detail)]
        sets = self._sets(external_id) if known.kind is Kind.STRENGTH else None
        if sets is not None:
            payloads.append(_payload(known.key, "sets", sets))
        return _one(known, lambda: garmin.detailed(known, detail, sets), payloads)

    def original(self, known: Recording) -> Intake:
        """What the file that the watch uploaded adds; ``item-gone`` for an activity that has none."""
        return read_original(self._client.original(known.key.external_id), known)

    def done_for(self, schedule_id: str) -> str | None:
        """The activity that Connect associates with an entry of its calendar; None while there is none."""
        return identifier(self._client.scheduled(schedule_id).get("associatedActivityId"))

    def _sets(self, external_id: str) -> dict[str, Any] | None:
        try:
            return self._client.exercise_sets(external_id)
        except BadFileError:
            # a session that was typed in by hand has none; its notes count all the same
            return None


class StravaSource:
    """Strava's activities."""

    provider = Provider.STRAVA

    def __init__(self, client: StravaClient) -> None:
        self._client = client

    @property
    def requests(self) -> int:
        """Requests made so far."""
        return self._client.requests

    def pages(self, first: date | None, last: date | None) -> Iterator[Intake]:
        """The pages of the days ``first`` to ``last``, until an empty one; with ``first`` the oldest come first."""
        after = _midnight(first) - _ANY_ZONE if first else None
        before = _midnight(last) + 2 * _ANY_ZONE if last else None
        number = 1
        while page := self._client.activities(number, after, before):
            yield _page(page, Provider.STRAVA, "id", strava.listed)
            number += 1

    def detail(self, known: Recording) -> Intake:
        """Description, private note and exertion."""
        detail = self._client.activity(known.key.external_id)
        return _one(known, lambda: strava.detailed(known, detail), [_payload(known.key, "detail", detail)])


def _page(page: list[Any], provider: Provider, id_field: str, parse: Callable[[Any], Recording]) -> Intake:
    """A page's items; an item that makes no sense is left out by name, and the others stay."""
    recordings, payloads, skipped = [], [], []
    for item in page:
        external_id = identifier(item.get(id_field)) if isinstance(item, dict) else None
        if external_id is None:
            skipped.append(Skipped("odd-item", f"{provider.value}: an item without an id", broken=True, hint=_REPORT))
            continue
        payloads.append(_payload(RecordingKey(provider, external_id), "list", item))
        try:
            recordings.append(parse(item))
        except ValueError as error:
            skipped.append(
                Skipped(
                    "odd-item",
                    external_id,
                    broken=True,
                    message=f"{provider.value} {external_id}: {error}",
                    hint=_REPORT,
                )
            )
    return Intake(tuple(recordings), tuple(payloads), tuple(skipped))


def _one(known: Recording, parse: Callable[[], Recording], payloads: Sequence[Payload]) -> Intake:
    try:
        return Intake((parse(),), tuple(payloads))
    except ValueError as error:
        raise BadFileError("odd-item", str(error), hint=_REPORT, provider=known.key.provider.value) from None


def _payload(key: RecordingKey, part: str, value: Any) -> Payload:
    return Payload(
        key,
        part,
        json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace"),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
