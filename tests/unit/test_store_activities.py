"""Activities come back as they went, are rewritten only where they differ, and are found by any recording."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncer.domain.activity import Activity, Kind, Provider, RecordingKey, RecordingLink, Sport
from syncer.domain.pain import PainEvidence, PainState, PainTag, Side
from syncer.store.activities import Activities
from syncer.store.recordings import Recordings
from syncer.store.versions import Origin
from syncer.sync.ports import Changes
from tests.recordings import garmin, key, strava
from tests.unit.stored import NOW, dumped, exercise_sets, identities, maybe_texts, notes, opened, seconds, starts, texts

pains = st.builds(
    PainTag,
    st.sampled_from(PainState),
    st.none() | st.floats(0, 10),
    st.none() | st.sampled_from(Side),
    st.lists(st.builds(PainEvidence, maybe_texts, maybe_texts, texts), max_size=2).map(tuple),
    st.booleans(),
)
activities = st.builds(
    Activity,
    id=st.just(""),
    kind=st.sampled_from(Kind),
    sport=st.sampled_from(Sport),
    start=starts,
    local_date=st.dates(),
    elapsed_s=seconds,
    distance_m=seconds,
    name=maybe_texts,
    recordings=st.just(()),
    texts=st.lists(st.tuples(st.sampled_from(Provider), notes), max_size=3).map(tuple),
    sets=st.lists(exercise_sets, max_size=2).map(tuple),
    workout_ids=st.lists(texts, max_size=2).map(tuple),
    training_files=st.lists(identities, max_size=2).map(tuple),
    rpe=st.none() | st.floats(0, 10),
    feel=st.none() | st.integers(0, 100),
    band_walk=st.booleans(),
    pain=st.none() | pains,
    flagged=maybe_texts,
)
HUNDRED = [RecordingKey(list(Provider)[number % 3], str(number)) for number in range(30)]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with opened(tmp_path) as connection:
        store_recordings(connection)
        yield connection


def store_recordings(connection: sqlite3.Connection) -> None:
    model = garmin(0, "07:00")
    recordings = [dataclasses.replace(model, key=each) for each in HUNDRED]
    Recordings(connection).upsert(recordings, origin=Origin.LIST, at=NOW)


def of(activity: Activity, members: list[RecordingKey]) -> Activity:
    links = tuple(
        RecordingLink(member, "start" if n else "self", 1 - n / 7, n != 1) for n, member in enumerate(members)
    )
    return dataclasses.replace(activity, id=members[0].short_id, recordings=links)


@st.composite
def histories(draw: st.DrawFn) -> list[Activity]:
    """Some recordings, each in one activity of one to three."""
    members = draw(st.permutations(HUNDRED))[: draw(st.integers(0, 12))]
    made = []
    while members:
        size = draw(st.integers(1, 3))
        made.append(of(draw(activities), members[:size]))
        members = members[size:]
    return made


def test_every_field_of_an_activity_is_tried() -> None:
    assert {field.name for field in dataclasses.fields(Activity)} == {
        *("id", "kind", "sport", "start", "local_date", "elapsed_s", "distance_m", "name", "recordings", "texts"),
        *("sets", "workout_ids", "training_files", "rpe", "feel", "band_walk", "pain", "flagged"),
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=30)
@given(histories(), histories())
def test_replacing_makes_it_the_whole_truth_and_again_writes_nothing(
    tmp_path: Path, first: list[Activity], second: list[Activity]
) -> None:
    with opened(tmp_path) as connection:
        store_recordings(connection)
        kept = Activities(connection)
        kept.replace(first)
        # equal instants on two clocks are equal values, but two wall clocks
        before = [(one, one.start.utcoffset()) for one in kept.list()]
        same = [one for one in second if (one, one.start.utcoffset()) in before]
        changes = kept.replace(second)
        assert changes.unchanged == len(same)
        assert changes.added + changes.updated + changes.unchanged == len(second)
        assert changes.removed == len({one.id for one in first} - {one.id for one in second})
        assert kept.list() == sorted(second, key=lambda one: (one.local_date, one.start, one.id))
        written, text = connection.total_changes, dumped(connection)
        assert kept.replace(reversed(second)) == Changes(unchanged=len(second))
        assert (connection.total_changes, dumped(connection)) == (written, text)


def plain(id_: str, day: date, kind: Kind = Kind.RUN, *others: str) -> Activity:
    sport = {Kind.RUN: Sport.RUN, Kind.STRENGTH: Sport.STRENGTH, Kind.OTHER: Sport.RIDE}[kind]
    start = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    members = (id_, *others)
    links = tuple(RecordingLink(key(member), "start" if n else "self", 1.0) for n, member in enumerate(members))
    return Activity(id_, kind, sport, start, day, 1800.0, 5000.0, "Morning", links)


def test_listing_by_the_runners_days_and_kind(connection: sqlite3.Connection) -> None:
    day = date(2026, 11, 16)
    members = {each.provider.value[0] + each.external_id for each in HUNDRED}
    assert {"g0", "s1", "f2", "g3"} <= members
    whole = [
        plain("g0", day),
        plain("s1", day + timedelta(days=1), Kind.STRENGTH),
        plain("f2", day + timedelta(days=2), Kind.OTHER),
        plain("g3", day + timedelta(days=3)),
    ]
    kept = Activities(connection)
    kept.replace(whole)
    assert kept.list() == whole
    assert kept.list(since=day + timedelta(days=1), until=day + timedelta(days=2)) == whole[1:3]
    assert kept.list(kind=Kind.RUN) == [whole[0], whole[3]]
    assert kept.list(since=day + timedelta(days=1), kind=Kind.RUN) == [whole[3]]
    assert kept.list(until=day - timedelta(days=1)) == []


def test_an_activity_is_found_by_any_of_its_recordings(connection: sqlite3.Connection) -> None:
    both = plain("g0", date(2026, 11, 16), Kind.RUN, "s1", "f2")
    other = plain("g3", date(2026, 11, 17))
    kept = Activities(connection)
    kept.replace([both, other])
    for name in ("g0", "s1", "f2", " s1 ", "0", "2"):
        assert kept.find(name) == both
    assert kept.find("3") == other
    assert [kept.find(name) for name in ("g1", "s0", "", "x", "g4", "99")] == [None] * 6


def test_a_bare_id_that_fits_two_activities_names_neither(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        Recordings(connection).upsert([garmin(5, "07:00"), strava(5, "19:00")], origin=Origin.LIST, at=NOW)
        kept = Activities(connection)
        kept.replace([plain("g5", date(2026, 6, 10)), plain("s5", date(2026, 6, 10))])
        assert kept.find("5") is None
        assert kept.find("s5") is not None


def test_a_recording_moves_from_one_activity_to_another(connection: sqlite3.Connection) -> None:
    day = date(2026, 11, 16)
    kept = Activities(connection)
    kept.replace([plain("g0", day, Kind.RUN, "s1"), plain("g3", day)])
    assert kept.replace([plain("g0", day), plain("g3", day, Kind.RUN, "s1")]) == Changes(updated=2)
    found = kept.find("s1")
    assert found is not None
    assert found.id == "g3"
    assert kept.replace([plain("s1", day, Kind.RUN, "g0", "g3")]) == Changes(added=1, removed=2)


def test_an_activity_of_unknown_recordings_is_a_mistake(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        Activities(connection).replace([plain("g777", date(2026, 11, 16))])
    assert Activities(connection).list() == []
