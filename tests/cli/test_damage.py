"""A database whose pages are whole and whose words are not: the damage is told, not a mistake of the program."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syncer.store.database import open_database
from syncer.store.soundness import damage_behind, faults
from tests.cli.runner import Ran, syncer
from tests.export_builder import StravaActivity, strava_export, write_zip

NOW = {"SYNCER_NOW": "2026-03-30T08:00:00+00:00", "SYNCER_TIMEZONE": "Europe/Berlin"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A runner with a plan, two runs, and a backup of both."""
    runs = [StravaActivity(str(n), datetime(2026, 3, n, 6, tzinfo=UTC), description="#kneepain3") for n in (2, 4)]
    write_zip(tmp_path / "export.zip", strava_export(runs))
    made = tmp_path / "home"
    for words in (
        ("plan", "set", "--days", "mon", "--from", "2026-03-02"),
        ("import", tmp_path / "export.zip"),
        ("db", "backup"),
    ):
        assert run(made, *words).code == 0
    return made


def run(home: Path, *words: str | Path) -> Ran:
    return syncer(*words, home=home, env=NOW)


def change(home: Path, sql: str) -> None:
    """As a disk would: without a word to anybody."""
    with contextlib.closing(sqlite3.connect(home / "syncer.db")) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("PRAGMA writable_schema = ON")
        assert connection.execute(sql).rowcount != 0
        connection.commit()


FLIPS = {
    "a name in JSON": "UPDATE activities SET pain_json = replace(pain_json, 'evidence', 'evidgnce')",
    "JSON that is none": "UPDATE activities SET texts_json = '['",
    "a word of ours": "UPDATE activities SET kind = 'rux'",
    "a letter that is none": "UPDATE activities SET kind = CAST(x'7275ee' AS TEXT)",
    "a column's name": (
        "UPDATE sqlite_master SET sql = replace(sql, 'texts_json', 'textz_json') WHERE name = 'activities'"
    ),
}


@pytest.mark.parametrize("flip", FLIPS)
def test_words_that_no_longer_say_what_was_written_are_damage(flip: str, home: Path) -> None:
    change(home, FLIPS[flip])
    refused = run(home, "activities", "list")
    assert refused.code == 1
    assert f"the database {home / 'syncer.db'} is damaged" in refused.err
    assert "cannot be read" in refused.err
    assert "try: syncer db restore" in refused.err
    copies = list((home / "backups").iterdir())
    assert run(home, "db", "backup").code == 1
    assert list((home / "backups").iterdir()) == copies, "a damaged copy took its place among the good ones"
    checks = json.loads(run(home, "--json", "doctor").out)["data"]["checks"]
    [found] = [one for one in checks if one["name"] == "database"]
    assert found["state"] == "fail"
    assert "cannot be read" in found["message"]
    assert run(home, "db", "restore").code == 0
    assert run(home, "activities", "list").code == 0


def test_a_mistake_of_the_program_is_not_put_down_to_a_whole_database(home: Path) -> None:
    with contextlib.closing(open_database(home / "syncer.db", backups=home / "backups")) as connection:
        assert faults(connection) == ()
        assert damage_behind(KeyError("ours"), connection) is None
        connection.execute("UPDATE activities SET kind = 'rux'")
        told = damage_behind(KeyError("ours"), connection)
        assert damage_behind(BrokenPipeError(), connection) is None
    assert told is not None
    assert told.code == "database-corrupt"
    assert "'ours'" not in told.why
