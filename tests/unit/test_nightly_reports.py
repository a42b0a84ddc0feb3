"""The reports' folder: what is kept there and what goes."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncer.errors import SyncerError
from syncer.usecases.upkeep import backup_due
from syncer.usecases.weekly_reports import prune_reports


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_the_newest_weeks_stay_whatever_their_year(tmp_path: Path) -> None:
    for week in ("2026-W52", "2026-W53", "2027-W01", "2027-W02"):
        for suffix in ("html", "md"):
            (tmp_path / f"{week}.{suffix}").write_text("x")
    for other in ("2020-W01.pdf", "2020-W01-physio.html", "notes.md"):
        (tmp_path / other).write_text("x")
    assert prune_reports(tmp_path, 2) == 4
    assert names(tmp_path) == [
        "2020-W01-physio.html",
        "2020-W01.pdf",
        "2027-W01.html",
        "2027-W01.md",
        "2027-W02.html",
        "2027-W02.md",
        "notes.md",
    ]
    assert prune_reports(tmp_path, 2) == 0


def test_what_a_killed_night_left_goes_once_it_is_old(tmp_path: Path) -> None:
    old, young = tmp_path / ".2026-W46.md.12345-0badcafe.tmp", tmp_path / ".2026-W46.html.12345-0badcafe.tmp"
    other = tmp_path / ".mine.tmp"
    for file in (old, young, other):
        file.write_text("half")
    hours_ago = time.time() - 7200
    for file in (old, other):
        os.utime(file, (hours_ago, hours_ago))
    assert prune_reports(tmp_path, 5) == 1
    assert names(tmp_path) == [young.name, other.name]


def test_no_folder_is_no_trouble_and_a_closed_one_is_told(tmp_path: Path) -> None:
    assert prune_reports(tmp_path / "none", 5) == 0
    file = tmp_path / "file"
    file.write_text("")
    assert prune_reports(file, 5) == 0
    # a folder of a report's name cannot be removed like a file
    (tmp_path / "2026-W01.md").mkdir()
    (tmp_path / "2026-W02.md").write_text("")
    with pytest.raises(SyncerError) as told:
        prune_reports(tmp_path, 1)
    assert told.value.code == "cannot-write"


@pytest.mark.parametrize(("days", "due"), [(0, False), (6, False), (6.6, True), (7, True), (400, True)])
def test_a_backup_is_due_after_about_a_week(tmp_path: Path, days: float, due: bool) -> None:
    now = datetime(2026, 11, 16, 3, 30, tzinfo=UTC)
    assert backup_due(tmp_path, now)
    made = now - timedelta(days=days)
    (tmp_path / f"syncer-{made:%Y%m%d-%H%M%S}-000000.db").write_text("")
    (tmp_path / f"syncer-{made - timedelta(days=30):%Y%m%d-%H%M%S}.db").write_text("")
    assert backup_due(tmp_path, now) is due
