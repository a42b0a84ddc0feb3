"""What a report says of its own data: when each source was read, and what was left out; read from a real database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from syncer.correlate.flags import PainReading
from syncer.correlate.view import LeftOut
from syncer.domain.plan import PlanRule
from syncer.domain.week import Week
from syncer.report.data_quality import data_lines
from syncer.store.items import Items
from syncer.store.plans import Plans
from syncer.store.runs import Runs, RunSource
from syncer.store.weeks import KeptVerdict, Verdicts
from syncer.sync.ports import ImportItem, Skipped
from syncer.usecases.physio import physio_weeks
from syncer.usecases.planning import PlanRules
from syncer.usecases.reporting import previous_verdict, report_week
from syncer.usecases.templates import load_templates, shipped_folder
from tests.unit.stored import opened

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC).astimezone(BERLIN)
SUNDAY, WEEK = date(2026, 11, 22), Week(2026, 47)
RULES = PlanRules((1, 2), PainReading())


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with opened(tmp_path) as connection:
        yield connection


def week(connection: sqlite3.Connection):
    return report_week(connection, load_templates([shipped_folder()]), RULES, WEEK, SUNDAY, NOW)


def read(connection: sqlite3.Connection, source: str, state: str, hour: int, code: str | None = None) -> None:
    at = datetime(2026, 11, 22, hour, tzinfo=UTC)
    run = Runs(connection).start("sync", at)
    Runs(connection).finish(run, at, status="success", exit_code=0, sources=[RunSource(source, state, at, code)])


def item(source: str, key: str) -> ImportItem:
    return ImportItem(source, key, "f", key, (key,))


class TestDataQuality:
    def test_as_of_is_the_last_whole_reading_on_the_runners_clock(self, connection):
        read(connection, "garmin", "ok", 2)
        read(connection, "garmin", "partial", 3, "rate-limited")
        read(connection, "strava", "failed", 4, "sign-in-needed")
        read(connection, "files", "ok", 5)
        made = week(connection)
        assert made.data_as_of.garmin == datetime(2026, 11, 22, 2, tzinfo=UTC)
        assert made.data_as_of.garmin.utcoffset() == timedelta(hours=1)
        assert (made.data_as_of.strava, made.data_as_of.files.hour) == (None, 6)
        assert [(one.source, one.state, one.code) for one in made.last_tries] == [
            ("garmin", "partial", "rate-limited"),
            ("strava", "failed", "sign-in-needed"),
        ]
        assert data_lines(made) == (
            "Read: Garmin 2026-11-22 03:00, Strava never, files 2026-11-22 06:00.",
            "Garmin: was read in part 2026-11-22 04:00 (rate limited).",
            "Strava: could not be read 2026-11-22 05:00 (sign in needed).",
            "Nothing was left out of the imports.",
        )

    def test_a_source_that_was_read_whole_again_is_no_longer_named(self, connection):
        read(connection, "garmin", "failed", 2)
        read(connection, "garmin", "ok", 3)
        assert week(connection).last_tries == ()

    def test_what_was_left_out_is_counted_by_reason(self, connection):
        items = Items(connection)
        lost = [Skipped("missing-file", f"activities.csv line {line}") for line in (3, 4, 5, 6)]
        items.record(item("strava-export", "a"), NOW, lost[:2])
        items.record(item("strava-export", "b"), NOW, [*lost[2:], Skipped("error-row", "activities.csv line 9")])
        items.record(item("garmin-export", "c"), NOW, [Skipped("not-an-activity", "me.too@example.co.uk_7.fit")] * 2)
        items.record(item("garmin-export", "d"), NOW, [Skipped("bad-crc", "zip: me.too@example.co.uk_8.fit")])
        items.record(item("fit", "e"), NOW)
        made = week(connection)
        assert made.left_out == (
            LeftOut("garmin-export", "not-an-activity", 2, ()),
            LeftOut("garmin-export", "bad-crc", 1, ("zip: …_8.fit",)),
            LeftOut("strava-export", "missing-file", 4, tuple(f"activities.csv line {n}" for n in (3, 4, 5))),
            LeftOut("strava-export", "error-row", 1, ("activities.csv line 9",)),
        )
        assert data_lines(made)[1:3] == (
            "Left out of the Garmin export: 2 × not an activity.",
            "Left out of the Garmin export: 1 × bad crc, such as zip: …_8.fit.",
        )

    def test_nothing_is_known_of_an_empty_database(self, connection):
        made = week(connection)
        assert (made.left_out, made.last_tries, made.workouts) == ((), (), ())
        assert data_lines(made) == ("Read: Garmin never, Strava never, files never.",)


class TestVerdicts:
    def test_what_was_shown_on_monday_counts_on_wednesday_of_the_same_week(self, connection):
        """Else a `pattern` of the night that wrote the report is gone by the middle of the week at p = 0.03."""
        monday = WEEK.monday
        Verdicts(connection).keep(KeptVerdict(WEEK.plus(-1), "watch", 0.04, monday - timedelta(days=7)), NOW)
        Verdicts(connection).keep(KeptVerdict(WEEK, "pattern", 0.006, monday), NOW)
        assert previous_verdict(connection, monday + timedelta(days=2)) == "pattern"
        assert previous_verdict(connection, monday - timedelta(days=1)) == "watch"
        assert previous_verdict(connection, monday - timedelta(days=8)) is None


class TestNames:
    def test_workouts_of_the_plan_with_their_levels(self, connection):
        for slug in ("lateral-band-walk", "long-gone"):
            Plans(connection).set_rule(PlanRule(date(2026, 11, 2), (0, 2), slug), NOW)
        made = week(connection)
        known, gone = sorted(made.workouts, key=lambda one: len(one.levels), reverse=True)
        assert (known.name, len(known.levels), known.levels[4].band) == ("Lateral band walk", 15, "light")
        assert (gone.slug, gone.name, gone.levels) == ("long-gone", "long-gone", ())

    def test_what_is_missing_to_go_up_is_said_once(self, connection):
        Plans(connection).set_rule(PlanRule(date(2026, 11, 2), (0, 2), "lateral-band-walk"), NOW)
        assert week(connection).plan.level.why.lower().count("to go up") == 1


def test_the_physiotherapists_page_has_the_levels_of_the_plan(connection):
    Plans(connection).set_rule(PlanRule(date(2026, 9, 7), (0, 2), "lateral-band-walk"), NOW)
    read(connection, "files", "ok", 5)
    templates = load_templates([shipped_folder()])
    view = physio_weeks(connection, templates, RULES, (WEEK.plus(-3), WEEK), SUNDAY, NOW)
    assert [(row.day, row.level, row.rule) for row in view.levels] == [(date(2026, 9, 7), "5", "start")]
    assert (len(view.weeks), len(view.sessions)) == (4, 8)
    assert view.data_as_of.files.hour == 6
    assert view.evidence.verdict == "not_enough_data"
