"""No room: nothing half-written stays, the failure is told, and the same command does its work once there is room.

A real small disk (a tmpfs, for root on Linux), and a limit on the size of files, which every POSIX system has.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.faults.commands import COMMANDS, Command, World
from tests.faults.forks import Ended
from tests.faults.state import differences, leftovers

pytestmark = pytest.mark.slow

LIMITS = int(os.environ.get("SYNCER_FAULT_LIMITS", "1"))  # how many for each command, besides nothing at all
TOLD = ("disk", "room", "space", "large", "failed", "cannot")


def told_or_whole(ended: Ended, command: Command, world: World, folder: Path) -> None:
    """Either there was room for all of it, or the failure and the next step are told."""
    if ended.code == 0:
        assert differences(world.state(folder), world.undisturbed(command)[1]) == {}, ended
        return
    assert ended.code in (1, 3), ended
    assert "\n  try: " in ended.err, ended.err
    assert any(word in ended.err for word in TOLD), ended.err


def done_after_all(command: Command, world: World, folder: Path) -> None:
    """The same command once more, with room: it ends where it would have ended."""
    again = world.ran(command, folder)
    assert again.code in command.again, again
    assert set(differences(world.state(folder), world.undisturbed(command)[1])) <= set(command.differs)
    assert leftovers(folder) == []


def sizes_written(command: Command, world: World) -> list[int]:
    """The bytes of each file that is written, but for what the system's own services keep."""
    written = world.written(command).items()
    return [size for name, size in written if size and not name.startswith("bin/")]


def some(amounts: Iterable[int], command: Command) -> list[int]:
    """Nothing, and `LIMITS` of the other amounts, other ones for each command."""
    others = sorted(set(amounts) - {0})
    random.Random(command.name).shuffle(others)
    return [0, *others[:LIMITS]]


@pytest.mark.timeout(120 + 10 * LIMITS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_files_that_may_not_grow(command: Command, world: World) -> None:
    """Limits that lie below what the command itself writes, so that each must meet the first."""
    sizes = sizes_written(command, world)
    for limit in some([512, 4096, *(size // 2 for size in sizes), *(size - 1 for size in sizes)], command):
        folder = world.fresh(command)
        limited = world.ran(command, folder, file_limit=limit)
        assert limited.code != 0 or limit or not sizes, limited
        assert not [name for name in leftovers(folder) if not name.endswith("-journal")]
        told_or_whole(limited, command, world, folder)
        done_after_all(command, world, folder)


@pytest.fixture
def small_disk(world: World) -> Iterator[Path]:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can make a small disk")
    at = world.disk
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", at], capture_output=True, check=False
    ).returncode:
        pytest.skip("this system lets nobody mount a disk")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", at], check=True)


@pytest.mark.timeout(120 + 10 * LIMITS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_full_disk(command: Command, world: World, small_disk: Path) -> None:
    """A disk with no room, or with less than the command needs."""
    sizes = sizes_written(command, world)
    for free in some([4096, 40_000, sum(sizes) // 2, max(sizes, default=0)], command):
        folder = world.fresh(command)
        ballast = small_disk / "ballast"
        ballast.write_bytes(b"\0" * max(shutil.disk_usage(small_disk).free - free, 0))
        full = world.ran(command, folder)
        assert full.code != 0 or free or not sizes, full
        ballast.unlink()  # the state can be read then
        told_or_whole(full, command, world, folder)
        done_after_all(command, world, folder)
