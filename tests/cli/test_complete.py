"""The shell completes workouts, levels, activities, sessions and weeks, from what is there and without changing it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.runner import syncer
from tests.export_builder import StravaActivity, strava_export, write_zip

NOW = {"SYNCER_NOW": "2026-11-23T08:00:00+00:00"}
BASH = shutil.which("bash")
REPO = Path(__file__).resolve().parents[2]


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
def test_what_is_installed_is_what_the_how_to_says_and_completes(home: Path, tmp_path: Path) -> None:
    script = f"""
"{sys.executable}" -m syncer --install-completion || exit
. ~/.bashrc
complete -p syncer
"""
    environment = {**os.environ, **NOW, "SYNCER_HOME": str(home), "HOME": str(tmp_path)}
    ran = subprocess.run([str(BASH), "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "complete -o default -F _syncer_completion syncer" in ran.stdout
    files = sorted(file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file())
    assert files == [".bash_completions/syncer.sh", ".bashrc"]
    page = (REPO / "docs" / "how-to" / "completion.md").read_text(encoding="utf-8")
    assert all(f"~/{file}" in page for file in files)


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


EVIL = r"""Easy \$(touch pwned) `touch pwned` "x" 'y' [/b] [red]"""


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seventy runs on both sides of the fifty that are shown at once, and a plan of two years."""
    folder = tmp_path_factory.mktemp("years")
    first = datetime(2026, 1, 1, 7, tzinfo=UTC)
    runs = [StravaActivity(str(1000 + number), first + timedelta(days=4 * number)) for number in range(70)]
    walk = StravaActivity("2000", datetime(2026, 11, 20, 7, tzinfo=UTC), EVIL, "Weight Training")
    write_zip(folder / "export.zip", strava_export([*runs, walk]))
    assert syncer("import", folder / "export.zip", home=folder / "home", env=NOW).code == 0
    assert syncer("plan", "set", "--days", "mon,fri", "--from", "2024-12-01", home=folder / "home", env=NOW).code == 0
    return folder / "home"


def test_the_newest_fifty_are_shown_and_any_other_by_how_it_begins(years: Path) -> None:
    newest = completed(years, "syncer activities show ")
    assert len(newest) == 50
    assert newest[0] == "s2000"
    assert "s1000" not in newest
    assert completed(years, "syncer activities show s1000") == ["s1000"]
    assert completed(years, "syncer pain set s100") == [f"s{number}" for number in range(1009, 999, -1)]
    assert completed(years, "syncer activities show s%") == completed(years, "syncer activities show s_") == []


def test_planned_sessions(years: Path) -> None:
    newest = completed(years, "syncer plan excuse ")
    assert (len(newest), newest[0]) == (50, "2026-12-14-lateral-band-walk")
    assert completed(years, "syncer plan excuse 2024-12-0") == [
        f"2024-12-{day}-lateral-band-walk" for day in ("09", "06", "02")
    ]
    assert "Mon 2 Dec" in completed(years, "syncer plan excuse 2024-12-02", "fish")[0]


def test_what_can_be_linked_and_unlinked(years: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(years, home)
    session = "2026-11-20-lateral-band-walk"
    for line in ("syncer activities link 2026-11-20", "syncer activities link s2000 2026-11-20"):
        assert completed(home, line) == [session]
    assert completed(home, f"syncer activities link {session} s2") == ["s2000"]
    assert completed(home, "syncer activities unlink 2026") == []
    assert syncer("activities", "link", session, "s2000", home=home, env=NOW).code == 0
    assert completed(home, "syncer activities unlink 2026") == [session]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("syncer workout build lateral-band-walk --level li", ["light"]),
        ("syncer workout show no-band --level ", "no-band"),
        ("syncer push --workout no-band --level ", "no-band"),
        ("syncer plan set --days mon --level he", ["heavy"]),
        ("syncer push --level li", ["light"]),
    ],
)
def test_levels(years: Path, line: str, found: list[str] | str) -> None:
    if isinstance(found, str):
        listed = syncer("--json", "workout", "list", home=years, env=NOW).data["workouts"]
        found = next(one["levels"] for one in listed if one["slug"] == found)
        assert {name for name in completed(years, line) if name.isdigit()} == set(found)
    else:
        assert completed(years, line) == found


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_name_is_only_text_for_a_shell_that_evaluates_what_it_is_given(years: Path, shell: str) -> None:
    told = "".join(completed(years, "syncer activities show s2000", shell))
    assert "2026-11-20 strength Easy /(touch pwned) ’touch pwned’ ’x’ ’y’ (/b) (red)" in told


def test_no_word_is_offered_that_a_shell_would_take_apart(years: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(years, home)
    shipped = (REPO / "templates" / "lateral-band-walk.toml").read_text(encoding="utf-8")
    (home / "templates").mkdir(exist_ok=True)
    for name in ("mine", "$(touch pwned)", "two words"):
        (home / "templates" / f"{name}.toml").write_text(shipped, encoding="utf-8")
    offered = completed(home, "syncer workout show ")
    assert "mine" in offered
    assert not [word for word in offered if "pwned" in word or "two" in word]
