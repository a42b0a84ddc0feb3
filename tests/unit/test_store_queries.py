"""The questions that are asked often go through an index, and stay quick with twenty years of data."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from syncer.domain.activity import (
    Activity,
    ExerciseSet,
    Kind,
    Note,
    Provider,
    Recording,
    RecordingKey,
    RecordingLink,
    Sport,
)
from syncer.store.activities import Activities
from syncer.store.by_hand import HandPain
from syncer.store.database import rows
from syncer.store.items import Items, Meta
from syncer.store.payloads import Payloads
from syncer.store.pushes import Pushes, ScheduleEntries
from syncer.store.recordings import Recordings
from syncer.store.runs import Runs
from syncer.store.sync_state import PendingDetails, SyncStates
from syncer.store.versions import Origin
from syncer.store.weeks import Questions, Verdicts
from tests.recordings import key
from tests.unit.stored import NOW, opened
from tests.work import steps

FIRST = datetime(2006, 1, 1, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Twenty years: 20,000 recordings of two platforms, 10,000 activities."""
    with _filled(tmp_path_factory.mktemp("twenty years"), 20_000) as connection:
        yield connection


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Two of them."""
    with _filled(tmp_path_factory.mktemp("two years"), 2_000) as connection:
        yield connection


@contextmanager
def _filled(folder: Path, count: int) -> Iterator[sqlite3.Connection]:
    with opened(folder) as connection:
        recordings = [_recording(number, FIRST) for number in range(count)]
        Recordings(connection).upsert(recordings, origin=Origin.LIST, at=NOW)
        pairs = zip(recordings[::2], recordings[1::2], strict=True)
        Activities(connection).replace([_activity(one, other) for one, other in pairs])
        connection.execute("ANALYZE")
        yield connection


def _recording(number: int, first: datetime) -> Recording:
    provider = (Provider.GARMIN, Provider.STRAVA)[number % 2]
    strength = number // 2 % 3 == 0
    return Recording(
        RecordingKey(provider, str(10_000_000_000 + number)),
        Sport.STRENGTH if strength else Sport.RUN,
        "strength_training" if strength else "running",
        first + timedelta(hours=17 * (number // 2), microseconds=number),
        elapsed_s=1800.5,
        distance_m=None if strength else 8000.25,
        notes=(Note("name", f"Morning {number}"), Note("description", "knee pain 2/10")),
        sets=tuple(ExerciseSet(True, 30.0, 10, 11, 11, step) for step in range(6)) if strength else None,
    )


def _activity(one: Recording, other: Recording) -> Activity:
    links = (RecordingLink(one.key, "self", 1.0), RecordingLink(other.key, "start", 1.0))
    day = one.start.date()
    return Activity(one.key.short_id, one.kind, one.sport, one.start, day, 1800.5, None, one.name, links)


WEEK = (date(2015, 3, 2), date(2015, 3, 8))
ASKED: dict[str, Callable[[sqlite3.Connection], object]] = {
    "one recording": lambda c: Recordings(c).get(key("g10000000002")),
    "what origins said": lambda c: Recordings(c).versions(key("g10000000002")),
    "raw payloads": lambda c: Payloads(c).of(key("g10000000002")),
    "old payloads": lambda c: Payloads(c).drop_older_than(Provider.STRAVA, 7, NOW),
    "a week's activities": lambda c: Activities(c).list(*WEEK),
    "a week's runs": lambda c: Activities(c).list(*WEEK, Kind.RUN),
    "the newest activities": lambda c: Activities(c).newest(50),
    "the newest that begin as typed": lambda c: Activities(c).newest(50, "s10000000003"),
    "find by short id": lambda c: Activities(c).find("s10000000003"),
    "import items of a source": lambda c: Items(c).read("fit"),
    "pushes to a watch": lambda c: Pushes(c).all(target="usb", device="x", workout="y"),
    "the calendar": lambda c: ScheduleEntries(c).all(date(2026, 1, 1)),
    "sync state": lambda c: SyncStates(c).get(Provider.GARMIN),
    "pending details": lambda c: PendingDetails(c).all(Provider.GARMIN),
    "last good night": lambda c: Runs(c).last_good("nightly"),
    "data as of": lambda c: Runs(c).as_of("garmin"),
    "an earlier verdict": lambda c: Verdicts(c).shown_by(date(2026, 11, 22)),
    "what was asked": lambda c: Questions(c).new("pain", ["g1"]),
    "a small fact": lambda c: Meta(c).get("derivation"),
}


def statements(connection: sqlite3.Connection, ask: Callable[[sqlite3.Connection], object]) -> list[str]:
    """The SQL that is run, with its values put in."""
    seen: list[str] = []
    connection.set_trace_callback(seen.append)
    try:
        ask(connection)
    finally:
        connection.set_trace_callback(None)
    return [sql for sql in seen if sql.startswith(("SELECT", "DELETE", "UPDATE"))]


def sql_steps(connection: sqlite3.Connection, job: Callable[[sqlite3.Connection], object]) -> int:
    """Instructions of SQLite's own machine that ``job`` takes: its work, whatever this machine is doing."""
    taken = count()
    connection.set_progress_handler(lambda: next(taken) < 0, 1)
    try:
        job(connection)
    finally:
        connection.set_progress_handler(None, 0)
    return next(taken)


def _folder(connection: sqlite3.Connection) -> Path:
    """Where `opened` has opened it."""
    return Path(connection.execute("PRAGMA database_list").fetchone()[2]).parents[1]


@pytest.mark.parametrize("name", ASKED)
def test_a_frequent_question_reads_no_whole_table(connection: sqlite3.Connection, name: str) -> None:
    asked = statements(connection, ASKED[name])
    assert asked
    for sql in asked:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert steps
        assert not [step for step in steps if step.startswith("SCAN")], (sql, steps)


@pytest.mark.parametrize("name", ["a week's activities", "a week's runs", "the newest activities"])
def test_no_sorting_where_the_index_is_in_order(connection: sqlite3.Connection, name: str) -> None:
    sql = statements(connection, ASKED[name])[0]
    steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert not [step for step in steps if step == "USE TEMP B-TREE FOR ORDER BY"], steps


def test_upserting_looks_up_by_key(connection: sqlite3.Connection) -> None:
    again = [_recording(4, FIRST)]
    asked = statements(connection, lambda c: Recordings(c).upsert(again, origin=Origin.EXPORT, at=NOW))
    for sql in asked:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert not [step for step in steps if step.startswith("SCAN")], (sql, steps)


LOADS = [lambda c: Recordings(c).all(), lambda c: Activities(c).list()]


@pytest.mark.parametrize("load", LOADS, ids=["recordings", "activities"])
def test_loading_everything_costs_as_much_for_each_as_loading_two_years(
    connection: sqlite3.Connection, two_years: sqlite3.Connection, load: Callable[[sqlite3.Connection], list[object]]
) -> None:
    assert len(load(connection)) == 10 * len(load(two_years)) >= 10_000
    assert len(statements(connection, load)) == len(statements(two_years, load))  # not one for each
    assert steps(lambda: load(connection)) < 11 * steps(lambda: load(two_years))
    assert sql_steps(connection, load) < 11 * sql_steps(two_years, load)


def test_hand_pain_is_small(connection: sqlite3.Connection) -> None:
    assert HandPain(connection).all() == {}
    assert rows(connection, "SELECT count(*) FROM activity_recordings") == [(20_000,)]


def test_the_cost_of_a_second_sync_does_not_grow_with_what_is_stored(
    connection: sqlite3.Connection, two_years: sqlite3.Connection
) -> None:
    """Forty recordings against twenty years and against two: no row written, and as much to do."""
    last = [_recording(number, FIRST) for number in range(1960, 2000)]

    def second(stored: sqlite3.Connection) -> None:
        Recordings(stored).upsert(last, origin=Origin.LIST, at=NOW)

    before = connection.total_changes
    assert sql_steps(connection, second) <= 1.01 * sql_steps(two_years, second)
    assert steps(lambda: second(connection)) <= 1.01 * steps(lambda: second(two_years))
    assert connection.total_changes == before


def test_opening_does_no_more_for_twenty_years_than_for_two(
    connection: sqlite3.Connection, two_years: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def opening(stored: sqlite3.Connection) -> tuple[int, int]:
        """Python's work and SQLite's."""
        taken = count()

        def watched(*words: object, **options: object) -> sqlite3.Connection:
            made = connect(*words, **options)  # type: ignore[call-overload]
            made.set_progress_handler(lambda: next(taken) < 0, 1)
            return made

        def open_and_close() -> None:
            with opened(_folder(stored)):
                pass

        with monkeypatch.context() as patched:
            patched.setattr(sqlite3, "connect", watched)
            lines = steps(open_and_close)
        return lines - next(taken), next(taken)

    few, many = opening(two_years), opening(connection)
    assert many == pytest.approx(few, rel=0.02)
    assert many[0] < steps(lambda: Recordings(two_years).all()) / 20
