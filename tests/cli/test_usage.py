"""What is typed wrong is said in one sentence, with the next step."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runner import syncer


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("activities", "list", "--kind", "runs"), "'runs' is not one of 'run', 'strength', 'other'"),
        (("plan", "set", "--days", "mon", "--from", "2026-02-30"), "'2026-02-30' does not match"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_of_the_parser(words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    ran = syncer(*words, home=tmp_path)
    assert ran.code == 2
    assert ran.err.startswith(f"error: Invalid value for '{words[-2]}': {says}")


def test_a_configuration_file_that_is_asked_for_has_to_be_there(tmp_path: Path) -> None:
    ran = syncer("--json", "--config", tmp_path / "other.toml", "plan", "show", home=tmp_path)
    assert ran.code == 78
    assert ran.envelope["errors"][0]["code"] == "config-missing"


def test_init_makes_the_configuration_file_that_is_asked_for(tmp_path: Path) -> None:
    ran = syncer("--config", tmp_path / "other.toml", "init", "--yes", home=tmp_path)
    assert ran.code == 0
    assert (tmp_path / "other.toml").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("db", "path"), "{home}/syncer.db"),
        (("init", "--yes"), "Wrote {home}/config.toml."),
    ],
)
def test_a_path_of_any_name_stays_on_its_line(words: tuple[str, ...], line: str, tmp_path: Path) -> None:
    home = tmp_path / "my\nown  \x1b[31m"
    ran = syncer(*words, home=home)
    assert ran.code == 0
    shown = f"{tmp_path}/my own{'  ' if 'path' in words else ' '}\N{REPLACEMENT CHARACTER}[31m"
    assert "\x1b" not in ran.out
    assert ran.out.splitlines()[0] == line.format(home=shown)


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize(
    "words", [["--json", "workout", "list"], ["workout", "list"], ["--help"], ["--json", "nope"], ["db", "export"]]
)
def test_output_that_cannot_be_written_is_said_without_a_traceback(words: list[str], tmp_path: Path) -> None:
    with FULL.open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "syncer", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "SYNCER_HOME": str(tmp_path)},
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stderr.startswith("error: ")
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "| true"])
def test_output_that_nobody_wants_is_no_error(closed: str, tmp_path: Path) -> None:
    ran = subprocess.run(
        ["bash", "-c", f'set -o pipefail; "$0" -m syncer db export {closed}', sys.executable],
        capture_output=True,
        text=True,
        env={**os.environ, "SYNCER_HOME": str(tmp_path)},
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
