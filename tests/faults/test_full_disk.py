"""No room: nothing half-written stays, the failure is told, and the same command does its work once there is room.

A real small disk (a tmpfs, for root on Linux), and a limit on the size of files, which every POSIX system has.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.commands import COMMANDS, Command, World
from tests.faults.state import differences, leftovers

LIMITS = int(os.environ.get("SYNCER_FAULT_LIMITS", "1"))
TOLD = ("disk", "room", "space", "large", "failed", "cannot")
FREE = (0, 40_000)  # bytes
WRITERS = tuple(one for one in COMMANDS if one.words[:2] != ("db", "restore"))


def well_told(code: int, err: str) -> None:
    assert code in (1, 3), err
    assert "\n  try: " in err, err
    assert any(word in err for word in TOLD), err


@pytest.mark.timeout(60 + 10 * LIMITS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_files_that_may_not_grow(command: Command, world: World) -> None:
    _, wanted = world.undisturbed(command)
    folder = world.fresh(command)
    largest = max(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    for number in range(LIMITS):
        world.fresh(command)
        limited = world.ran(command, folder, file_limit=4096 + (number + 1) * largest // (2 * LIMITS))
        if limited.code not in command.again:
            well_told(limited.code, limited.err)
        assert not [name for name in leftovers(folder) if not name.endswith("-journal")]
        again = world.ran(command, folder)
        assert again.code in command.again, again
        assert set(differences(world.state(folder), wanted)) <= set(command.differs)
        assert leftovers(folder) == []


@pytest.fixture
def small_disk(world: World) -> Iterator[Path]:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can make a small disk")
    at = world.disk
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", at], capture_output=True, check=False
    ).returncode:
        pytest.skip("this system lets nobody mount a disk")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", at], check=True)


@pytest.mark.parametrize("command", WRITERS, ids=lambda command: command.name)
def test_a_full_disk(command: Command, world: World, small_disk: Path) -> None:
    _, wanted = world.undisturbed(command)
    for free in FREE if LIMITS > 1 else (random.Random(command.name).choice(FREE),):
        folder = world.fresh(command)
        ballast = small_disk / "ballast"
        ballast.write_bytes(b"\0" * max(shutil.disk_usage(small_disk).free - free, 0))
        full = world.ran(command, folder)
        if full.code not in command.again:
            well_told(full.code, full.err)
        ballast.unlink()
        again = world.ran(command, folder)
        assert again.code in command.again, again
        assert set(differences(world.state(folder), wanted)) <= set(command.differs)
        assert leftovers(folder) == []
