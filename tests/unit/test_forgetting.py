"""What is forgotten is in no file of ours any more; files of the runner's own stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncer.errors import SyncerError
from syncer.usecases.forgetting import Gone, forget_files

OURS = (
    "home/syncer.db.aside-20261122-033100-000001",
    "home/syncer.db.aside-20261122-033100-000001-wal",
    "home/backups/syncer-20261122-033100-000001.db",
    "home/reports/2026-W47.html",
    "home/reports/2026-W47.md",
    "home/reports/.2026-W47.md.4711-0badcafe.tmp",
    "home/reports/physio-2026-W36-2026-W47.html",
    "home/reports/physio-2026-W36-2026-W47.csv",
)
LOG = "home/logs/nightly-20261122-033100-000001.log"
THEIRS = ("home/syncer.db", "home/config.toml", "home/reports/notes.md", "home/logs/other.log", "home/backups/mine.db")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in (*OURS, LOG, *THEIRS):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    return tmp_path / "home"


def _files(home: Path) -> list[str]:
    return sorted(file.relative_to(home.parent).as_posix() for file in home.rglob("*") if file.is_file())


def test_what_holds_it_goes_and_nothing_else(home: Path) -> None:
    gone = forget_files(home / "syncer.db", home / "backups", home / "reports", home / "logs")
    assert gone == Gone(copies=3, reports=5, logs=1)
    assert _files(home) == sorted(THEIRS)
    assert forget_files(home / "syncer.db", home / "backups", home / "reports", home / "logs") == Gone(0, 0, 0)


def test_logs_stay_unless_they_are_meant(home: Path) -> None:
    forget_files(home / "syncer.db", home / "backups", home / "reports", None)
    assert _files(home) == sorted((LOG, *THEIRS))


def test_no_folders_are_no_trouble(tmp_path: Path) -> None:
    assert forget_files(tmp_path / "no" / "x.db", tmp_path / "b", tmp_path / "r", tmp_path / "l") == Gone(0, 0, 0)


def test_what_cannot_be_deleted_is_said(home: Path) -> None:
    (home / "reports" / "2026-W48.html").mkdir()  # no file, so it cannot go like one
    with pytest.raises(SyncerError) as told:
        forget_files(home / "syncer.db", home / "backups", home / "reports", None)
    assert told.value.code == "cannot-delete"
