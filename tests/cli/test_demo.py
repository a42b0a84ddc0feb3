"""`syncer demo` as a user runs it: one command, nothing of theirs touched, and a home to look around in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.runner import Ran, syncer

NOW = {"SYNCER_NOW": "2026-11-22T21:00:00+00:00"}
# what a runner may have set up for themselves, which must not reach the demo
OWN = {**NOW, "SYNCER_UNITS": "imperial", "SYNCER_PUSH_TO": "/nowhere", "SYNCER_PLAN_DAYS_LATE": "0"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Ran]:
    """The runner's own home, the demo's folder, and what the first run printed."""
    base = tmp_path_factory.mktemp("world")
    own, folder = base / "own", base / "the demo"
    own.mkdir()
    (own / "config.toml").write_text('units = "imperial"\n')
    user = {"HOME": str(base / "user"), "NO_COLOR": "1", "COLUMNS": "100"}
    return own, folder, syncer("demo", folder, home=own, env={**OWN, **user})


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_shows_the_whole_job_in_the_order_of_real_use(world: tuple[Path, Path, Ran]) -> None:
    _, folder, ran = world
    assert (ran.code, ran.err) == (0, "")
    words = [
        "made up, about nobody",
        "made ",
        "imported  Strava",
        "imported  Garmin",
        "matched",
        "pushed",
        "Week 2026-W46",
    ]
    places = [ran.out.index(word) for word in words]
    assert places == sorted(places)
    report, fit_file = folder / "reports" / "2026-W46.html", folder / "watch" / "GARMIN" / "NewFiles"
    assert str(report) in ran.out
    (workout,) = fit_file.iterdir()
    assert str(workout) in ran.out
    assert "new knee pain 4/10 (right)" in ran.out
    assert "4 of 6 planned sessions" in ran.out
    assert "syncer pain set" in ran.out
    assert max(len(line) for line in ran.out.splitlines() if str(folder) not in line) <= 100


def test_it_touches_nothing_of_the_runners_own_and_none_of_their_settings_reach_it(
    world: tuple[Path, Path, Ran],
) -> None:
    own, folder, ran = world
    assert files(own) == {"config.toml": b'units = "imperial"\n'}
    assert not (own.parent / "user").exists()
    assert not re.search(r"\d mi\b", ran.out)
    assert 'timezone = "Europe/Berlin"' in (folder / "config.toml").read_text()
    assert "synthetic" in json.loads((folder / "demo.json").read_text())["notice"]


def test_what_it_names_is_real_and_the_home_can_be_used(world: tuple[Path, Path, Ran]) -> None:
    _, folder, _ = world
    again = syncer("demo", folder, "--json", home=folder.parent / "own", env=NOW)
    data = again.data
    assert again.code == 0
    assert data["home"] == str(folder)
    assert Path(data["watch"]).is_dir()
    assert "Week 2026-W46" in Path(data["report"]).read_text()
    report = syncer("report", "--week", "2026-W46", "--json", home=folder, env=NOW).data
    assert report == data["report_data"]
    level = report["next"]["level"]
    built = syncer("workout", "build", "lateral-band-walk", "--level", level, "-o", folder / "w.fit", home=folder)
    assert built.code == 0
    assert (folder / "w.fit").read_bytes() == Path(data["fit_file"]).read_bytes()
    listed = syncer("activities", "list", "--json", home=folder, env=NOW).data["activities"]
    assert len(listed) == 286
    assert {one["provider"] for item in listed for one in item["recordings"]} == {"garmin", "strava"}


def test_run_again_it_goes_on_with_what_is_there(world: tuple[Path, Path, Ran]) -> None:
    own, folder, first = world
    before = {name: content for name, content in files(folder).items() if "syncer.db" not in name}
    later = syncer("demo", folder, home=own, env={**OWN, "SYNCER_NOW": "2027-02-01T08:00:00+00:00"})
    assert later.code == 0
    assert "A synthetic year of 2026-11-22, again" in later.out
    assert "nothing new" in later.out
    assert "there already" in later.out
    week = "Week 2026-W46"
    assert later.out[later.out.index(week) :] == first.out[first.out.index(week) :]
    after = files(folder)
    assert {name: after[name] for name in before} == before


def test_a_folder_with_anything_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    ran = syncer("demo", tmp_path, home=tmp_path.parent / "own", env=NOW)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.splitlines()[0].startswith("error: ")
    assert ran.err.splitlines()[-1].startswith("  try: syncer demo")
    assert files(tmp_path) == {"thesis.txt": b"years of work"}


def test_the_runners_own_home_is_refused_even_when_it_is_empty(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for wanted in (home, tmp_path / "x" / ".." / "home"):
        ran = syncer("demo", wanted, "--json", home=home, env=NOW)
        assert ran.code == 2
        assert ran.envelope["errors"][0]["code"] == "demo-own-home"
    assert not home.exists()
