"""A folder that has not changed is known at a glance; one that has changed never is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from syncer.sources import seal
from syncer.sources.seal import seal_of

YEAR_NS = 365 * 86_400 * 10**9


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files in a folder in a folder, looked at a year later."""
    made = tmp_path / "fits"
    (made / "2026").mkdir(parents=True)
    (made / "a.fit").write_bytes(b"one")
    (made / "2026" / "b.fit").write_bytes(b"two")
    real = seal.time.time_ns
    monkeypatch.setattr(seal.time, "time_ns", lambda: real() + YEAR_NS)
    return made


def test_the_same_folder_has_the_same_seal(folder: Path) -> None:
    first = seal_of(folder)
    assert first is not None
    assert seal_of(folder) == first


@pytest.mark.parametrize("change", ["content", "content of the same age", "new", "gone", "renamed", "empty folder"])
def test_any_change_breaks_it(folder: Path, change: str) -> None:
    before, file = seal_of(folder), folder / "2026" / "b.fit"
    if change == "content":
        file.write_bytes(b"TWO")
    elif change == "content of the same age":
        old = file.stat()
        file.write_bytes(b"TWO")
        os.utime(file, ns=(old.st_atime_ns, old.st_mtime_ns))
    elif change == "new":
        (folder / "c.fit").write_bytes(b"")
    elif change == "gone":
        file.unlink()
    elif change == "renamed":
        file.rename(folder / "2026" / "c.fit")
    else:
        (folder / "2027").mkdir()
    assert seal_of(folder) not in (None, before)


def test_a_file_so_young_that_a_change_might_not_show_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.fit"
    file.write_bytes(b"one")
    young = file.stat().st_ctime_ns
    for age_ns, sealed in ((0, False), (10**7, False), (10**9, True)):
        monkeypatch.setattr(seal.time, "time_ns", lambda: young + age_ns)  # noqa: B023 - called in this very round
        assert (seal_of(tmp_path) is not None) is sealed
    # a file system that tells whole seconds only
    os.utime(file, ns=(young, young // 10**9 * 10**9))
    monkeypatch.setattr(seal.time, "time_ns", lambda: file.stat().st_ctime_ns + 10**9)
    assert seal_of(tmp_path) is None
    monkeypatch.setattr(seal.time, "time_ns", lambda: file.stat().st_ctime_ns + 3 * 10**9)
    assert seal_of(tmp_path) is not None


def test_only_real_zips_and_folders_have_one(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder, target_is_directory=True)
    for path in (link, folder / "a.fit", tmp_path / "nothing"):
        assert seal_of(path) is None
