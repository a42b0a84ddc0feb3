"""Files and folders that may not be written: told in three lines, nothing changed, and done once they may."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.commands import COMMANDS, Command, fresh, ran
from tests.faults.forks import Forks
from tests.faults.state import leftovers, state


def _lock(folder: Path) -> None:
    """Everything may be read only."""
    for way in (folder, *folder.rglob("*")):
        way.chmod(0o500 if way.is_dir() else 0o400)


def _unlock(folder: Path) -> None:
    for way in (folder, *folder.rglob("*")):
        way.chmod(0o700 if way.is_dir() else 0o600)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_nothing_may_be_written(command: Command, forks: Forks, prepared: Path, tmp_path: Path) -> None:
    folder = fresh(prepared, tmp_path / "home-in-use")
    assert ran(forks, command, folder).code == 0
    wanted = state(folder)
    fresh(prepared, folder)
    before = state(folder)
    _lock(folder)
    try:
        refused = ran(forks, command, folder, powerless=True)
    finally:
        _unlock(folder)
    assert refused.code in (1, 3), refused
    assert "\n  try: " in refused.err, refused.err
    assert state(folder) == before
    assert leftovers(folder) == []
    assert ran(forks, command, folder, powerless=True).code in command.again
    assert state(folder) == wanted
