"""Files and folders that may not be written: told in three lines, nothing changed, and done once they may."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.commands import COMMANDS, Command, World
from tests.faults.state import differences, leftovers


def _lock(folder: Path) -> None:
    """Everything may be read, and programs run."""
    for way in _ways(folder):
        way.chmod(way.stat().st_mode & ~0o222)


def _unlock(folder: Path) -> None:
    for way in _ways(folder):
        way.chmod(way.stat().st_mode | 0o200)


def _ways(folder: Path) -> list[Path]:
    return [folder, *(way for way in folder.rglob("*") if not way.is_symlink())]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_nothing_may_be_written(command: Command, world: World) -> None:
    _, wanted = world.undisturbed(command)
    folder = world.fresh(command)
    before = world.state(folder)
    _lock(folder)
    try:
        refused = world.ran(command, folder, powerless=True)
    finally:
        _unlock(folder)
    assert refused.code in (1, 3), refused
    assert "\n  try: " in refused.err, refused.err
    assert world.state(folder) == before
    assert leftovers(folder) == []
    assert world.ran(command, folder, powerless=True).code in command.again
    assert differences(world.state(folder), wanted) == {}
