"""What is left out of an import keeps its own next step; what has none gets that of a file that cannot be read."""

from __future__ import annotations

from syncer.cli.importing import _broken
from syncer.errors import BadFileError
from syncer.sources.archive import left_out, too_big
from syncer.sync.ports import Skipped


def test_the_next_step_of_a_member_that_cannot_be_read_reaches_the_runner() -> None:
    locked = BadFileError("archive-encrypted", "cannot read a.zip", why="it has a password", hint="unpack it yourself")
    shown = _broken(left_out(locked))
    assert (shown.code, shown.message) == ("archive-encrypted", "cannot read a.zip: it has a password")
    assert shown.hint == "unpack it yourself"


def test_a_row_without_one_of_its_own_gets_that_of_a_file_that_cannot_be_read() -> None:
    assert _broken(Skipped("bad-row", "a.csv, line 3", broken=True)).hint == BadFileError.next_step


def test_what_is_too_big_says_what_to_do_with_it() -> None:
    assert "import what is inside it by itself" in too_big("a.zip › b", 2**20).hint
