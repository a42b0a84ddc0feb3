"""Progress is shown on a terminal and nowhere else, and never stands between a result and where it goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.runner import syncer
from tests.export_builder import StravaActivity, strava_export, write_zip

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

from tests.cli.terminal import terminal

TERM = {"TERM": "xterm", "COLUMNS": "80"}


@pytest.fixture
def histories(tmp_path: Path) -> Path:
    history = {
        "sessions": [{"date": "2026-01-05", "status": "done"}],
        "runs": [{"date": "2026-01-06", "distance_m": 8000, "pain": 0}],
    }
    file = tmp_path / "runners.jsonl"
    file.write_text("".join(json.dumps({"id": f"r{number}", **history}) + "\n\n" for number in range(3)))
    return file


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write_zip(
        tmp_path / "export.zip", strava_export([StravaActivity("7", datetime(2026, 11, 20, 7, tzinfo=UTC))])
    )


def test_results_go_on_to_their_file_while_the_bar_is_up(histories: Path, tmp_path: Path) -> None:
    with terminal("evidence", "--history", histories, home=tmp_path / "home", env=TERM) as screen:
        ran = screen.end()
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == ["r0", "r1", "r2"]
    assert "Judging histories" in ran.err
    assert "3/3" in ran.err
    assert '"id"' not in ran.err


def test_an_import_shows_how_far_it_is(export: Path, tmp_path: Path) -> None:
    with terminal("import", export, home=tmp_path / "home", env=TERM) as screen:
        shown = screen.end().err
    assert "Reading export.zip" in shown
    assert "Matching" in shown.partition("Reading export.zip")[2]
    assert "0/?" not in shown.partition("Matching")[2]  # it is not known how far matching is


@pytest.mark.parametrize("flag", ["-q", "--json"])
def test_no_bar_for_those_who_want_none(flag: str, export: Path, histories: Path, tmp_path: Path) -> None:
    for words in (("import", export), ("evidence", "--history", histories)):
        with terminal(flag, *words, home=tmp_path / "home", env=TERM) as screen:
            assert screen.end().err == ""


def test_no_bar_through_a_pipe(export: Path, histories: Path, tmp_path: Path) -> None:
    assert syncer("import", export, home=tmp_path / "home").err == ""
    assert syncer("evidence", "--history", histories, home=tmp_path / "home").err == ""


def test_a_history_through_a_pipe_is_answered_while_the_pipe_is_open(histories: Path, tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "syncer", "evidence", "--history", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "SYNCER_HOME": str(tmp_path / "home")},
    )
    with program:
        for line in histories.read_bytes().splitlines(keepends=True)[::2]:
            program.stdin.write(line)
            program.stdin.flush()
            assert json.loads(program.stdout.readline())["id"] == json.loads(line)["id"]
        program.stdin.close()
        assert program.stdout.read() == b""
    assert program.returncode == 0


def test_a_closed_standard_input_is_said_in_words(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "syncer", "evidence", "--history", "-"]
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *program],
        capture_output=True,
        text=True,
        env={**os.environ, "SYNCER_HOME": str(tmp_path / "home")},
        check=False,
    )
    assert ran.returncode == 2
    assert "error: cannot read standard input" in ran.stderr
