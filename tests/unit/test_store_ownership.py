"""The data is the runner's: all of it comes out as JSON lines, and what is to be forgotten is gone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from syncer.domain.activity import Activity, FileIdentity, Kind, Note, Provider, RecordingLink, Sport
from syncer.domain.pain import PainState, PainTag
from syncer.domain.plan import Pause, PlanRule, Reason
from syncer.domain.week import Week
from syncer.store.activities import Activities
from syncer.store.by_hand import HandLinks, HandPain, HandSessions
from syncer.store.database import check, one, open_database, rows
from syncer.store.items import Items, Meta
from syncer.store.ownership import BOOLEANS, EXPORTED, export, forget
from syncer.store.plans import Plans
from syncer.store.pushes import Push, Pushes, ScheduleEntries
from syncer.store.recordings import Recordings
from syncer.store.runs import Runs, RunSource
from syncer.store.sync_state import PendingDetails, SyncState, SyncStates
from syncer.store.versions import Origin
from syncer.store.weeks import KeptVerdict, Questions, Verdicts
from syncer.sync.ports import ImportItem, Payload
from tests.recordings import garmin, key, strava
from tests.unit.stored import NOW

DAY = date(2026, 6, 10)
SECRET = "the knee hurts on stairs"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "syncer.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_database(path, backups=path.parent / "backups")) as connection:
        fill(connection)
        yield connection


def fill(connection: sqlite3.Connection) -> None:
    """Something in every table."""
    run = garmin(1, "07:00", 30, offset=2, name="Morning", km=5.0)
    copy = strava(2, "07:00", 30, offset=2, notes=(Note("description", SECRET),))
    alone = strava(3, "19:00", 30)
    raw = [Payload(copy.key, "detail", SECRET.encode()), Payload(run.key, "list", b"{}")]
    Recordings(connection).upsert([run, copy, alone], raw, origin=Origin.DETAIL, at=NOW)
    links = (RecordingLink(run.key, "self", 1.0), RecordingLink(copy.key, "start", 0.9, False))
    pair = Activity("g1", Kind.RUN, Sport.RUN, run.start, DAY, 1800.0, 5000.0, "Morning", links,
                    texts=((Provider.STRAVA, copy.notes[0]),), pain=PainTag(PainState.SUSPECTED))  # fmt: skip
    single = Activity("s3", Kind.RUN, Sport.RUN, alone.start, DAY, 1800.0, None, None,
                      (RecordingLink(alone.key, "self", 1.0),))  # fmt: skip
    Activities(connection).replace([pair, single])
    HandLinks(connection).say(run.key, copy.key, together=True, at=NOW)
    HandPain(connection).set(copy.key, PainTag(PainState.TAGGED, 4.0), NOW)
    HandPain(connection).set(alone.key, PainTag(PainState.ZERO, 0.0), NOW)
    HandSessions(connection).set("2026-06-10-band", copy.key, NOW)
    Plans(connection).set_rule(PlanRule(DAY, (0, 2), "band"), NOW)
    Plans(connection).pause(Pause(DAY, DAY, Reason.ILL), NOW)
    Plans(connection).excuse("2026-06-08-band", Reason.FORGOT, NOW)
    Pushes(connection).intend(Push("usb", "", "band", "1", "", "00", NOW, file=FileIdentity(5, NOW)))
    ScheduleEntries(connection).intend("786", DAY, NOW)
    for provider in (Provider.GARMIN, Provider.STRAVA):
        SyncStates(connection).save(provider, SyncState(cursor="2"))
    PendingDetails(connection).add([alone.key, run.key], "detail")
    started = Runs(connection).start("sync", NOW)
    Runs(connection).finish(started, NOW, status="success", exit_code=0, sources=[RunSource("garmin", "ok", NOW)])
    Verdicts(connection).keep(KeptVerdict(Week(2026, 24), "watch", 0.03, DAY), NOW)
    Questions(connection).asked("pain", ["s3", "g1"], NOW)
    Questions(connection).asked("excuse", ["2026-06-08-band"], NOW)
    Items(connection).record(ImportItem("strava-export", "2", "f", "row 2", ()), NOW)
    Meta(connection).set("derivation", "1")


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = [row[0] for row in rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: one(connection, f"SELECT count(*) FROM {table}")[0] for table in tables}


def test_everything_comes_out_as_json(connection: sqlite3.Connection) -> None:
    lines = [json.loads(line) for line in export(connection)]
    assert lines[0] == {"table": "database", "schema": one(connection, "PRAGMA user_version")[0]}
    told = {table: [line for line in lines if line["table"] == table] for table in EXPORTED}
    for table, number in counts(connection).items():
        if table in EXPORTED:
            assert len(told[table]) == number, table
            assert number, f"the test has nothing in {table}"
    recording = told["recordings"][0]
    assert recording["start"] == "2026-06-10T07:00:00+02:00"
    assert recording["notes"] == [["name", "Morning"]]
    assert (recording["manual"], recording["offset_known"], recording["distance_m"]) == (False, True, 5000.0)
    assert "sets" not in recording
    assert told["hand_pain"][0]["said"] == NOW.isoformat()
    assert told["activities"][0]["pain"]["state"] == "suspected"
    assert told["activity_recordings"][1]["counted"] is False
    assert not connection.in_transaction


def test_payloads_come_out_when_asked_for(connection: sqlite3.Connection) -> None:
    import base64

    assert not [line for line in export(connection) if json.loads(line)["table"] == "payloads"]
    raw = [json.loads(line) for line in export(connection, payloads=True)]
    contents = {base64.b64decode(line["content"]) for line in raw if line["table"] == "payloads"}
    assert contents == {SECRET.encode(), b"{}"}


def test_every_table_is_exported_or_left_out_on_purpose(connection: sqlite3.Connection) -> None:
    assert set(counts(connection)) - set(EXPORTED) == {"recording_versions", "payloads", "import_items"}


def test_yes_and_no_columns_are_those_of_the_schema(connection: sqlite3.Connection) -> None:
    sql = " ".join(row[0] for row in rows(connection, "SELECT sql FROM sqlite_master WHERE type = 'table'"))
    import re

    assert set(re.findall(r"CHECK \((\w+) IN \(0, 1\)\)", sql)) == BOOLEANS


def test_an_abandoned_export_blocks_nobody(connection: sqlite3.Connection) -> None:
    lines = export(connection)
    next(lines)
    next(lines)
    lines.close()  # type: ignore[attr-defined]
    assert not connection.in_transaction


def test_forgetting_a_provider(connection: sqlite3.Connection, path: Path) -> None:
    before = counts(connection)
    gone = forget(connection, Provider.STRAVA)
    assert (gone["recordings"], gone["payloads"], gone["activities"]) == (2, 1, 2)
    assert [each.key.short_id for each in Recordings(connection).all()] == ["g1"]
    after = counts(connection)
    for table in ("plan_rules", "pauses", "excuses", "pushes", "schedule_entries", "runs", "verdicts"):
        assert after[table] == before[table]
    assert after["import_items"] == 0  # or a later import would leave out what has just been forgotten
    # what was said by hand of a run moves to its other recording, and is gone where there is none
    assert HandPain(connection).all() == {key("g1"): PainTag(PainState.TAGGED, 4.0, manual=True)}
    assert HandSessions(connection).all() == {"2026-06-10-band": key("g1")}
    assert HandLinks(connection).all() == ()
    assert SyncStates(connection).get(Provider.STRAVA) == SyncState()
    assert SyncStates(connection).get(Provider.GARMIN) == SyncState(cursor="2")
    assert Questions(connection).new("pain", ["s3", "g1"]) == ["s3"]
    assert Meta(connection).get("derivation") is None
    assert check(connection) == ()
    assert_nowhere(path, SECRET)


def test_what_was_said_of_the_other_recording_stays(connection: sqlite3.Connection) -> None:
    HandPain(connection).set(key("g1"), PainTag(PainState.TAGGED, 7.0), NOW)
    forget(connection, Provider.STRAVA)
    assert HandPain(connection).all() == {key("g1"): PainTag(PainState.TAGGED, 7.0, manual=True)}


def test_forgetting_everything(connection: sqlite3.Connection, path: Path) -> None:
    assert all(counts(connection).values())
    forget(connection)
    assert set(counts(connection).values()) == {0}
    assert check(connection) == ()
    assert_nowhere(path, SECRET)
    assert_nowhere(path, "Morning")
    assert forget(connection) == {}


def assert_nowhere(path: Path, text: str) -> None:
    """Not even in the free pages or the log, while the database is still open."""
    for file in path.parent.glob(f"{path.name}*"):
        assert text.encode() not in file.read_bytes(), file.name


def test_years_far_away_can_be_exported(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "far.db", backups=tmp_path)) as connection:
        for year in (1970, 1989, 2199):
            Runs(connection).start("sync", datetime(year, 1, 1, tzinfo=UTC))
        years = [json.loads(line)["started"][:4] for line in export(connection) if '"runs"' in line]
        assert years == ["1970", "1989", "2199"]
