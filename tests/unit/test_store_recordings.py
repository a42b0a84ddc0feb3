"""Recordings go in and come out the same; what says nothing new writes nothing; order never matters."""

from __future__ import annotations

import dataclasses
import math
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncer.domain.activity import ExerciseSet, Note, Provider, Recording, RecordingKey, Sport
from syncer.errors import SyncerError
from syncer.store.database import rows
from syncer.store.payloads import Payloads
from syncer.store.recording_codec import recording_from_json, recording_json, recording_of, recording_row
from syncer.store.recordings import Recordings, parse_short_id
from syncer.store.versions import Origin, Version, merged
from syncer.sync.ports import Changes, Payload, Touched
from tests.recordings import garmin, identity, strava
from tests.unit.stored import NOW, dumped, opened, recordings

ALL_KEPT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with opened(tmp_path) as connection:
        yield connection


def test_every_field_of_a_recording_is_tried_below() -> None:
    tried = {field.name for field in dataclasses.fields(Recording)}
    assert tried == {
        *("key", "sport", "sport_label", "start", "offset_known", "elapsed_s", "timer_s", "distance_m", "notes"),
        *("upload_id", "file_identity", "device", "manual", "workout_id", "training_file", "sets", "rpe", "feel"),
        "start_hidden",
    }


@given(recordings)
def test_a_recording_comes_back_as_it_went(recording: Recording) -> None:
    assert recording_of(recording_row(recording)) == recording
    again = recording_from_json(recording.key, recording_json(recording))
    assert again == recording
    assert again.start.utcoffset() == recording.start.utcoffset()
    assert recording_of(recording_row(recording)).start.utcoffset() == recording.start.utcoffset()


@ALL_KEPT
@given(st.lists(recordings, max_size=6, unique_by=lambda one: one.key))
def test_through_the_database_and_a_second_time_without_a_write(tmp_path: Path, given_: list[Recording]) -> None:
    with opened(tmp_path) as connection:
        connection.execute("DELETE FROM recordings")
        stored = Recordings(connection)
        payloads = [Payload(one.key, "list", one.sport_label.encode()) for one in given_]
        first = stored.upsert(given_, payloads, origin=Origin.LIST, at=NOW)
        assert first.added == {one.key for one in given_}
        assert stored.all() == sorted(given_, key=lambda one: (one.start, one.key.provider, one.key.external_id))
        written, before = connection.total_changes, dumped(connection)
        again = stored.upsert(given_, payloads, origin=Origin.LIST, at=NOW + timedelta(days=1))
        assert again == Touched(unchanged=frozenset(one.key for one in given_))
        assert (connection.total_changes, dumped(connection)) == (written, before)


def test_what_cannot_be_kept_is_cleaned(connection: sqlite3.Connection) -> None:
    odd = garmin(1, "07:00", name="caf\ud83d\u00e9", distance_m=math.nan, elapsed_s=math.inf)
    odd = dataclasses.replace(odd, feel=10**30, sets=(ExerciseSet(True, math.nan, 10, exercise=-(10**30)),))
    Recordings(connection).upsert([odd], origin=Origin.LIST, at=NOW)
    [kept] = Recordings(connection).all()
    assert kept.name == "caf?é"
    assert (kept.distance_m, kept.elapsed_s, kept.feel) == (None, None, None)
    assert kept.sets == (ExerciseSet(True, None, 10),)
    assert not Recordings(connection).upsert([odd], origin=Origin.LIST, at=NOW)


def test_an_edit_is_one_update_and_equal_starts_are_two_recordings(connection: sqlite3.Connection) -> None:
    stored = Recordings(connection)
    stored.upsert([garmin(1, "07:00"), garmin(2, "07:00")], origin=Origin.LIST, at=NOW)
    edited = stored.upsert([garmin(1, "07:00", name="knee pain 4/10"), garmin(2, "07:00")], origin=Origin.LIST, at=NOW)
    assert edited.changes == Changes(updated=1, unchanged=1)
    assert [one.name for one in stored.all()] == ["knee pain 4/10", None]


# Several origins of one recording ---------------------------------------------------------------------------------

DAY = timedelta(days=1)
LIVE = strava(7, "07:00", 30, offset=2, notes=(Note("name", "Morning"),), device="Forerunner")
DETAIL = dataclasses.replace(
    LIVE, notes=(Note("name", "Morning"), Note("description", "#kneepain 3"), Note("private_note", "")), rpe=4.0
)
ROW = strava(7, "05:00", 30, notes=(Note("name", "Old title"), Note("private_note", "was fine")), km=8.0)
FILE = strava(7, "05:00", 31, file_identity=identity(), sets=(ExerciseSet(True, 30.0, 10, 11, 11, 1),))


def in_every_order(folder: Path, told: list[tuple[Recording, Origin, datetime | None, str]]) -> Recording:
    """Take the words in, in every order; the one result."""
    results = []
    for number, order in enumerate(permutations(told)):
        with opened(folder / str(number)) as connection:
            stored = Recordings(connection)
            for recording, origin, told_at, item in order:
                stored.upsert([recording], origin=origin, at=NOW, told_at=told_at, item=item)
            results += stored.all()
    assert all(one == results[0] for one in results[1:])
    assert len(results) == len(list(permutations(told)))
    return results[0]


def test_what_the_richer_origin_told_is_never_lost(tmp_path: Path) -> None:
    whole = in_every_order(
        tmp_path,
        [
            (LIVE, Origin.LIST, NOW, ""),
            (DETAIL, Origin.DETAIL, NOW, ""),
            (ROW, Origin.EXPORT, NOW - 9 * DAY, "strava-export:7"),
            (FILE, Origin.FILE, None, "a.fit"),
        ],
    )
    assert whole.notes == DETAIL.notes
    assert (whole.rpe, whole.device, whole.distance_m) == (4.0, "Forerunner", 8000.0)
    assert (whole.sets, whole.file_identity) == (FILE.sets, FILE.file_identity)
    assert whole.offset_known
    assert whole.start.isoformat() == "2026-06-10T07:00:00+02:00"


def test_an_archive_made_before_an_edit_does_not_bring_the_old_note_back(tmp_path: Path) -> None:
    for told_at in (NOW - DAY, None):
        whole = in_every_order(
            tmp_path / str(told_at), [(DETAIL, Origin.DETAIL, NOW, ""), (ROW, Origin.EXPORT, told_at, "x")]
        )
        assert whole.name == "Morning"
        assert Note("private_note", "") in whole.notes  # cleared since: an empty note tells that nothing is written


def test_an_archive_made_after_the_last_look_brings_news(tmp_path: Path) -> None:
    whole = in_every_order(tmp_path, [(DETAIL, Origin.DETAIL, NOW, ""), (ROW, Origin.EXPORT, NOW + DAY, "x")])
    assert {note.field: note.text for note in whole.notes} == {
        "name": "Old title",
        "private_note": "was fine",
        "description": "#kneepain 3",
    }
    assert (whole.rpe, whole.device) == (4.0, "Forerunner")
    assert whole.offset_known


def test_archives_read_in_any_order_give_the_newest(tmp_path: Path) -> None:
    def row(text: str) -> Recording:
        return dataclasses.replace(ROW, notes=(Note("name", text),))

    told = [(row(text), Origin.EXPORT, NOW + days * DAY, "strava-export:7") for days, text in enumerate("abac")]
    assert in_every_order(tmp_path / "1", told).name == "c"
    assert in_every_order(tmp_path / "2", told[:3]).name == "a"


def test_two_files_of_one_recording_and_a_better_parser(tmp_path: Path) -> None:
    poor = dataclasses.replace(FILE, sets=(), file_identity=None)
    assert in_every_order(tmp_path, [(FILE, Origin.FILE, None, "a"), (poor, Origin.FILE, None, "b")]).sets == FILE.sets
    with opened(tmp_path) as connection:
        stored = Recordings(connection)
        stored.upsert([FILE], origin=Origin.FILE, at=NOW, item="a")
        better = dataclasses.replace(FILE, sets=(ExerciseSet(True, 30.0, 12, 11, 11, 1),))
        assert stored.upsert([better], origin=Origin.FILE, at=NOW, item="a").changes == Changes(updated=1)
        assert stored.all() == [better]


def test_an_archives_unknown_word_for_a_sport_tells_nothing(tmp_path: Path) -> None:
    foreign = dataclasses.replace(ROW, sport=Sport.OTHER, sport_label="Juoksu")
    later = (foreign, Origin.EXPORT, NOW + DAY, "x")
    assert in_every_order(tmp_path / "1", [(LIVE, Origin.LIST, NOW, ""), later]).sport is Sport.RUN
    assert in_every_order(tmp_path / "2", [(FILE, Origin.FILE, None, "a"), later]).sport is Sport.RUN
    kayak = dataclasses.replace(LIVE, sport=Sport.OTHER, sport_label="Kayaking")
    assert in_every_order(tmp_path / "3", [(kayak, Origin.LIST, NOW, ""), (ROW, Origin.EXPORT, None, "x")]) == (
        dataclasses.replace(kayak, distance_m=8000.0, notes=(*kayak.notes, Note("private_note", "was fine")))
    )


def test_a_shown_start_wins_over_a_hidden_one(tmp_path: Path) -> None:
    hidden = strava(7, "00:00:01", 30, offset=2, start_hidden=True)
    whole = in_every_order(tmp_path, [(hidden, Origin.LIST, NOW, ""), (ROW, Origin.EXPORT, None, "x")])
    assert (whole.start, whole.start_hidden) == (ROW.start, False)


@given(st.lists(st.tuples(recordings, st.sampled_from(Origin), st.none() | st.datetimes(timezones=st.just(UTC))),
                min_size=1, max_size=5), st.randoms())  # fmt: skip
def test_merging_depends_on_what_was_said_only(told: list, random) -> None:  # type: ignore[no-untyped-def]
    key = RecordingKey(Provider.GARMIN, "1")
    versions = [
        Version(dataclasses.replace(recording, key=key), origin, told_at, str(number))
        for number, (recording, origin, told_at) in enumerate(told)
    ]
    whole = merged(versions)
    random.shuffle(versions)
    assert merged(versions) == whole
    for name in ("elapsed_s", "distance_m", "device", "workout_id", "training_file", "file_identity", "rpe", "feel"):
        assert (getattr(whole, name) is None) == all(getattr(one.recording, name) is None for one in versions)
    assert {note.field for note in whole.notes} == {note.field for one in versions for note in one.recording.notes}
    assert bool(whole.sets) == any(one.recording.sets for one in versions)


# Gone at the provider ---------------------------------------------------------------------------------------------


def test_a_tombstone_hides_and_only_the_live_service_takes_it_away(connection: sqlite3.Connection) -> None:
    stored = Recordings(connection)
    stored.upsert([ROW, garmin(2, "08:00")], origin=Origin.EXPORT, at=NOW)
    assert stored.tombstone([ROW.key], NOW) == 1
    assert stored.tombstone([ROW.key, RecordingKey(Provider.GARMIN, "none")], NOW) == 0
    assert [one.key.external_id for one in stored.all()] == ["2"]
    assert stored.get(ROW.key) is None
    assert rows(connection, "SELECT external_id FROM recordings WHERE deleted_us IS NOT NULL") == [
        (ROW.key.external_id,)
    ]
    assert not stored.upsert([ROW], origin=Origin.EXPORT, at=NOW)
    stored.upsert([dataclasses.replace(ROW, rpe=3.0)], origin=Origin.EXPORT, at=NOW, told_at=NOW + DAY, item="newer")
    assert stored.get(ROW.key) is None
    assert stored.upsert([LIVE], origin=Origin.LIST, at=NOW).changes == Changes(added=1)
    assert stored.get(ROW.key) is not None
    stored.tombstone([ROW.key], NOW)
    assert stored.upsert([LIVE], origin=Origin.LIST, at=NOW).changes == Changes(
        added=1
    )  # listed again, with nothing new


def test_short_ids_are_read_back() -> None:
    for provider in Provider:
        key = RecordingKey(provider, "123a")
        assert parse_short_id(key.short_id) == key
    assert [parse_short_id(text) for text in ("", "g", "x12", "12949443775")] == [None] * 4


# Payloads ---------------------------------------------------------------------------------------------------------


def test_payloads_are_kept_verbatim_and_dropped_by_age(connection: sqlite3.Connection) -> None:
    kept = Payloads(connection)
    content = b'{"a": 1,\r\n "\xc3\xa9": null}' * 100
    assert kept.keep([Payload(LIVE.key, "detail", content), Payload(LIVE.key, "list", b"")], NOW) == 2
    assert kept.keep([Payload(LIVE.key, "detail", content)], NOW + DAY) == 0
    assert kept.of(LIVE.key) == {"detail": content, "list": b""}
    assert kept.keep([Payload(LIVE.key, "list", b"new")], NOW + 5 * DAY) == 1
    Recordings(connection).upsert([DETAIL], origin=Origin.DETAIL, at=NOW)
    assert kept.drop_older_than(Provider.GARMIN, 0, NOW + 9 * DAY) == 0
    assert kept.drop_older_than(Provider.STRAVA, 7, NOW + 8 * DAY) == 1
    assert kept.of(LIVE.key) == {"list": b"new"}
    assert Recordings(connection).get(LIVE.key) == DETAIL


def test_a_payload_that_changed_on_the_disk_is_noticed(connection: sqlite3.Connection) -> None:
    kept = Payloads(connection)
    kept.keep([Payload(LIVE.key, "list", b"one"), Payload(DETAIL.key, "detail", b"two")], NOW)
    for broken in ("x'00'", "(SELECT content FROM payloads WHERE part = 'detail')"):
        connection.execute(f"UPDATE payloads SET content = {broken} WHERE part = 'list'")
        with pytest.raises(SyncerError) as caught:
            kept.of(LIVE.key)
        assert caught.value.code == "database-corrupt"


def test_sports_and_providers_that_are_stored_can_be_read(connection: sqlite3.Connection) -> None:
    every = [garmin(number, "07:00", sport=sport) for number, sport in enumerate(Sport)]
    Recordings(connection).upsert(every, origin=Origin.LIST, at=NOW)
    assert {one.sport for one in Recordings(connection).all()} == set(Sport)
