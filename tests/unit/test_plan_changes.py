"""`plan set`: what the runner says last holds from its day on, and the past stays as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from syncer.domain.plan import PlanRule
from syncer.store.database import open_database
from syncer.store.plans import Plans
from syncer.usecases.plan_changes import rules_on, set_plan

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY = date(2026, 11, 23)
WALK, CIRCUIT = "lateral-band-walk", "hip-circuit"
MON_WED_FRI, TUE_SAT = (0, 2, 4), (1, 5)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = open_database(tmp_path / "syncer.db", backups=tmp_path / "backups")
    yield opened
    opened.close()


def plan(
    connection: sqlite3.Connection, first: date, days: tuple[int, ...], workout: str = WALK, *, add: bool = False
) -> None:
    set_plan(connection, PlanRule(first, days, workout), NOW, today=TODAY, add=add)


def on(connection: sqlite3.Connection, day: date) -> dict[str, tuple[int, ...]]:
    return {rule.workout: rule.weekdays for rule in rules_on(Plans(connection).rules(), day) if rule.weekdays}


def test_a_plan_from_today_replaces_one_that_has_not_begun(connection: sqlite3.Connection) -> None:
    plan(connection, date(2026, 12, 1), MON_WED_FRI)
    plan(connection, date(2026, 12, 1), (6,), CIRCUIT, add=True)
    plan(connection, TODAY, TUE_SAT)
    assert on(connection, TODAY) == on(connection, date(2026, 12, 24)) == {WALK: TUE_SAT}


def test_no_days_end_the_plan_for_good(connection: sqlite3.Connection) -> None:
    plan(connection, TODAY, MON_WED_FRI)
    plan(connection, date(2026, 12, 1), TUE_SAT, CIRCUIT)
    plan(connection, TODAY, ())
    assert on(connection, TODAY) == on(connection, date(2026, 12, 1)) == on(connection, date(2027, 6, 1)) == {}


def test_a_day_that_is_not_yet_there_further_west(connection: sqlite3.Connection) -> None:
    """``init`` on a machine in UTC, then again with the runner's own zone, where it is still yesterday."""
    plan(connection, TODAY, MON_WED_FRI)
    yesterday = date(2026, 11, 22)
    set_plan(connection, PlanRule(yesterday, TUE_SAT, WALK), NOW, today=yesterday, add=False)
    assert on(connection, TODAY) == {WALK: TUE_SAT}


def test_a_workout_that_is_added_stays_beside_what_is_to_come(connection: sqlite3.Connection) -> None:
    plan(connection, date(2026, 11, 1), MON_WED_FRI)
    plan(connection, date(2026, 12, 1), TUE_SAT)
    plan(connection, TODAY, (6,), CIRCUIT, add=True)
    assert on(connection, TODAY) == {WALK: MON_WED_FRI, CIRCUIT: (6,)}
    assert on(connection, date(2026, 12, 2)) == {WALK: TUE_SAT, CIRCUIT: (6,)}


def test_what_has_begun_is_not_rewritten_from_further_back(connection: sqlite3.Connection) -> None:
    plan(connection, date(2026, 6, 1), MON_WED_FRI)
    plan(connection, date(2026, 1, 5), TUE_SAT)
    assert on(connection, date(2026, 5, 31)) == {WALK: TUE_SAT}
    assert on(connection, date(2026, 6, 1)) == on(connection, TODAY) == {WALK: MON_WED_FRI}
