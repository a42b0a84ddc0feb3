"""The shell completes workouts, activities and weeks, from what is there and without changing it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.runner import syncer
from tests.export_builder import StravaActivity, strava_export, write_zip

NOW = {"SYNCER_NOW": "2026-11-23T08:00:00+00:00"}
BASH = shutil.which("bash")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("complete")
    members = strava_export([StravaActivity("103", datetime(2026, 11, 20, 7, tzinfo=UTC))])
    write_zip(folder / "export.zip", members)
    assert syncer("import", folder / "export.zip", home=folder / "home", env=NOW).code == 0
    return folder / "home"


def completed(home: Path, line: str, shell: str = "bash") -> list[str]:
    words = line.split(" ")
    asked = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    ran = subprocess.run(
        [sys.executable, "-m", "syncer"],
        capture_output=True,
        text=True,
        env={**os.environ, **NOW, "SYNCER_HOME": str(home), "_SYNCER_COMPLETE": f"complete_{shell}", **asked},
        check=False,
    )
    assert ran.stderr == ""
    return [word for word in ran.stdout.splitlines() if word]


def activity(home: Path) -> str:
    return str(syncer("--json", "activities", "list", home=home, env=NOW).data["activities"][0]["id"])


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("syncer rep", ["report"]),
        ("syncer plan ex", ["excuse"]),
        ("syncer workout show lat", ["lateral-band-walk"]),
        ("syncer push --workout no", ["no-band"]),
        ("syncer report --week 2026-W4", ["2026-W48", "2026-W47", "2026-W46", "2026-W45", "2026-W44", "2026-W43"]),
        ("syncer --json report --week 2026-W48", ["2026-W48"]),
        ("syncer sync gar", ["garmin"]),
    ],
)
def test_a_line_of_bash(home: Path, line: str, found: list[str]) -> None:
    assert completed(home, line)[:6] == found


@pytest.mark.parametrize(
    "command", ["activities show", "activities link", "activities unlink", "pain set", "pain clear"]
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_activities(home: Path, command: str, shell: str) -> None:
    name = activity(home)
    assert name in " ".join(completed(home, f"syncer {command} {name[:2]}", shell))


def test_descriptions_are_one_line_each(home: Path) -> None:
    assert all("\t" in line for line in completed(home, "syncer re", "fish"))


def test_nothing_is_made_or_changed(home: Path, tmp_path: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in home.rglob("*")}
    completed(home, "syncer activities show s")
    assert {file: file.stat().st_mtime_ns for file in home.rglob("*")} == before
    assert completed(tmp_path / "new", "syncer activities show s") == []
    assert not (tmp_path / "new").exists()


def test_the_configuration_file_of_the_line_counts(home: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    (tmp_path / "templates").mkdir()
    assert completed(home, f"syncer --config {tmp_path / 'config.toml'} workout show lat") == ["lateral-band-walk"]


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
def test_a_real_bash_completes_after_installing(home: Path, tmp_path: Path) -> None:
    """The script that `--show-completion` prints, in a shell, with a line that is being typed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "syncer"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m syncer "$@"\n')
    program.chmod(0o755)
    script = """
eval "$(syncer --show-completion bash)"
COMP_WORDS=(syncer report --week 2026-W48) COMP_CWORD=3
_syncer_completion syncer
printf '%s\\n' "${COMPREPLY[@]}"
"""
    environment = {**os.environ, **NOW, "SYNCER_HOME": str(home), "PATH": f"{folder}:{os.environ['PATH']}"}
    ran = subprocess.run([str(BASH), "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert (ran.stdout, ran.stderr) == ("2026-W48\n", "")
