"""A demo's folder: its own, or none."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncer.errors import ExitCode, SyncerError, UsageError
from syncer.usecases.demo_place import MARK, settle

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)


def test_without_a_name_it_is_a_new_folder_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    first, second = settle(None, (), NOW), settle(None, (), NOW)
    assert first.folder != second.folder
    assert first.folder.parent == tmp_path
    assert first.is_new
    assert (first.folder.stat().st_mode & 0o077) == 0 or os.name == "nt"


def test_a_missing_or_empty_folder_is_taken_and_says_that_it_is_synthetic(tmp_path: Path) -> None:
    missing, empty = tmp_path / "a" / "b", tmp_path / "empty"
    empty.mkdir()
    for folder in (missing, empty):
        place = settle(folder, (), NOW)
        assert (place.folder, place.made_at, place.is_new) == (folder, NOW, True)
        assert "synthetic" in (folder / MARK).read_text()


def test_an_earlier_demo_is_gone_on_with_at_its_own_time(tmp_path: Path) -> None:
    settle(tmp_path / "demo", (), NOW)
    (tmp_path / "demo" / "mine.txt").write_text("kept")
    later = settle(tmp_path / "demo", (), NOW + timedelta(days=400))
    assert (later.made_at, later.is_new) == (NOW, False)
    assert (tmp_path / "demo" / "mine.txt").read_text() == "kept"


@pytest.mark.parametrize(
    "mark",
    [
        None,
        "",
        "no json",
        "[]",
        '{"schema": "other"}',
        '{"schema": "syncer-demo/1", "made_at": "2026-01-01"}',
    ],
)
def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path, mark: str | None) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    if mark is not None:
        (tmp_path / MARK).write_text(mark)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    with pytest.raises(UsageError) as error:
        settle(tmp_path, (), NOW)
    assert error.value.code == "demo-not-empty"
    assert error.value.exit_code is ExitCode.USAGE
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before


def test_a_file_and_the_runners_own_home_are_refused(tmp_path: Path) -> None:
    file, home, link = tmp_path / "file", tmp_path / "home", tmp_path / "link"
    file.write_text("")
    home.mkdir()
    link.symlink_to(home)
    for wanted, code in ((file, "demo-not-a-folder"), (home, "demo-own-home"), (link, "demo-own-home")):
        with pytest.raises(UsageError) as error:
            settle(wanted, (home,), NOW)
        assert error.value.code == code
    assert not list(home.iterdir())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SyncerError) as error:
        settle(tmp_path / "demo", (), NOW)
    tmp_path.chmod(0o700)
    assert "demo" in error.value.message


def test_a_path_below_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SyncerError) as error:
        settle(tmp_path / "file" / "demo", (), NOW)
    assert error.value.code == "demo-folder"
    assert error.value.hint
