"""A better reader needs no download: what the services sent is in the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from syncer.domain.activity import Recording, RecordingKey
from syncer.sources import live
from syncer.store.activities import Activities
from syncer.store.recordings import Recordings
from syncer.store.versions import Origin
from syncer.usecases import refreshing
from tests.fakes import garmin_activities, strava
from tests.unit.stored import dumped, opened

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 16, 5, tzinfo=UTC)
START = datetime(2026, 11, 15, 7, tzinfo=BERLIN)


class Service:
    """A client whose service holds one activity."""

    requests = 0

    def __init__(self, item: dict[str, object], detail: dict[str, object], sets: dict[str, object]) -> None:
        self._item, self._detail, self._sets = item, detail, sets

    def activities(self, start: int, *_: object) -> list[dict[str, object]]:
        return [self._item] if start in (0, 1) and not self.requests else []

    def activity(self, _id: str) -> dict[str, object]:
        return self._detail

    def exercise_sets(self, _id: str) -> dict[str, object]:
        return self._sets


def garmin_walk() -> live.GarminSource:
    sets = [("HIP_STABILITY", "LATERAL_WALKS_WITH_BAND_AT_ANKLES", 10, 40.0, 1)] * 6
    made = garmin_activities.GarminActivity(77, START, type_key="strength_training", name="Strength", sets=sets)
    return live.GarminSource(Service(made.item(), made.detail(), made.exercise_sets()))  # type: ignore[arg-type]


def strava_run() -> live.StravaSource:
    made = strava.StravaActivity(88, START - timedelta(days=1), private_note="#kneepain4 left")
    return live.StravaSource(Service(made.summary(), made.detail(), {}))  # type: ignore[arg-type]


def poorer(recording: Recording) -> Recording:
    """As a reader told it that knew nothing of notes and sets."""
    return replace(recording, notes=(), sets=None, rpe=None)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Both activities as an older program stored them: with all payloads, and half of what they say."""
    with opened(tmp_path) as found:
        for source in (garmin_walk(), strava_run()):
            page = next(iter(source.pages(None, None)))
            [known] = page.recordings
            detail = source.detail(known)
            for intake, origin in ((page, Origin.LIST), (detail, Origin.DETAIL)):
                said = [poorer(one) for one in intake.recordings]
                Recordings(found).upsert(said, intake.payloads, origin=origin, at=NOW)
        found.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('live-readers', '0')")
        yield found


def test_what_an_older_reader_left_out_is_there_without_a_request(connection: sqlite3.Connection) -> None:
    refreshing.refresh(connection, BERLIN)
    run, walk = Activities(connection).list()
    assert run.pain is not None
    assert (run.pain.score, run.pain.evidence[0].text) == (4.0, "#kneepain4 left")
    assert walk.band_walk
    assert [one.reps for one in walk.sets if one.active] == [10] * 6


def test_once_is_enough(connection: sqlite3.Connection) -> None:
    refreshing.refresh(connection, BERLIN)
    before = dumped(connection)
    refreshing.mark_stale(connection)
    refreshing.refresh(connection, BERLIN)
    assert dumped(connection) == before


def test_what_is_gone_stays_gone(connection: sqlite3.Connection) -> None:
    walk = garmin_key()
    Recordings(connection).tombstone([walk], NOW)
    refreshing.refresh(connection, BERLIN)
    assert [one.id for one in Activities(connection).list()] == ["s88"]
    assert Recordings(connection).gone() == {walk}


def test_what_could_not_be_read_at_all_can_be_now(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM recordings WHERE provider = 'strava'")
    refreshing.refresh(connection, BERLIN)
    assert [one.id for one in Activities(connection).list()] == ["s88", "g77"]


def test_what_still_cannot_be_read_disturbs_nothing(connection: sqlite3.Connection) -> None:
    from syncer.store.payloads import Payloads
    from syncer.sync.ports import Payload

    odd = garmin_key("99")
    Payloads(connection).keep([Payload(odd, "list", b"[1]"), Payload(garmin_key(), "detail", b"{")], NOW)
    refreshing.refresh(connection, BERLIN)
    assert [one.id for one in Activities(connection).list()] == ["s88", "g77"]


def garmin_key(number: str = "77") -> RecordingKey:
    return RecordingKey(garmin_walk().provider, number)
