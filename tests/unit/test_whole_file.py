"""A file is whole or not there, private where it has to be, and what killed runs left of it goes with the next."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from syncer.errors import SyncerError
from syncer.whole_file import leftovers, replace_whole, write_whole
from tests.unwritable import unwritable

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_an_older_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "report.md"
    for content in (b"one", b"", b"\x00\xff" * 100_000):
        write_whole(file, content)
        assert file.read_bytes() == content
        assert list(tmp_path.iterdir()) == [file]


@posix_only
def test_who_may_read_it_is_as_asked_for_whatever_was_there(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.touch(mode=0o644)
    write_whole(file, b"secret", private=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = os.umask(0o027)
    try:
        write_whole(file, b"open")
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@posix_only
def test_a_link_is_replaced_and_what_it_led_to_stays(tmp_path: Path) -> None:
    elsewhere, file = tmp_path / "elsewhere", tmp_path / "file"
    elsewhere.write_bytes(b"mine")
    file.symlink_to(elsewhere)
    replace_whole(file, b"new")
    assert (elsewhere.read_bytes(), file.read_bytes(), file.is_symlink()) == (b"mine", b"new", False)


def test_what_killed_runs_left_of_this_file_goes_and_nothing_else(tmp_path: Path) -> None:
    file, dead = tmp_path / "a.md", dead_process()
    left = tmp_path / f".a.md.{dead}-0badcafe.tmp"
    others = [
        tmp_path / name
        for name in (f".b.md.{dead}-0badcafe.tmp", f".a.md.{os.getppid()}-0badcafe.tmp", ".a.md.tmp", ".a.md.x-1.tmp")
    ]
    for one in (left, *others):
        one.write_bytes(b"torso")
    assert leftovers(file) == [left]
    write_whole(file, b"whole")
    assert sorted(tmp_path.iterdir()) == sorted([file, *others])


def test_where_nothing_can_be_written_the_older_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "report.md"
    file.parent.mkdir()
    file.write_bytes(b"older")
    with unwritable(file.parent), pytest.raises(SyncerError) as caught:
        write_whole(file, b"newer")
    assert caught.value.code == "cannot-write"
    assert str(file) in caught.value.message
    assert [(one.name, one.read_bytes()) for one in file.parent.iterdir()] == [("report.md", b"older")]


def test_a_folder_in_its_place_is_no_reason_to_leave_anything(tmp_path: Path) -> None:
    (tmp_path / "report.md").mkdir()
    with pytest.raises(SyncerError, match="cannot write"):
        write_whole(tmp_path / "report.md", b"text")
    assert [one.name for one in tmp_path.iterdir()] == ["report.md"]
    with pytest.raises(SyncerError, match="cannot write"):
        write_whole(tmp_path / "missing" / "report.md", b"text")
