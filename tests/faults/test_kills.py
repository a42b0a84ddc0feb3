"""Killed anywhere and run again, a command leaves what an undisturbed run leaves.

Kills fall before chosen steps (SQL statements, files opened for writing, renames, removals), spread over the run, and
after chosen times. `SYNCER_FAULT_KILLS=200` sets how many a command; few without, so that the suite stays quick.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults.commands import COMMANDS, Command, fresh, ran
from tests.faults.forks import Forks
from tests.faults.state import leftovers, state

KILLS = int(os.environ.get("SYNCER_FAULT_KILLS", "4"))


@pytest.mark.timeout(60 + 10 * KILLS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_killed_anywhere_and_run_again(command: Command, forks: Forks, prepared: Path, tmp_path: Path) -> None:
    folder = fresh(prepared, tmp_path / "home-in-use")
    undisturbed = ran(forks, command, folder)
    assert undisturbed.code == 0, undisturbed
    wanted = state(folder)
    assert leftovers(folder) == []

    chance = random.Random(command.name)
    for number in range(KILLS):
        fresh(prepared, folder)
        if number % 2 == 0:
            fault = {"kill_at": 1 + (number * undisturbed.steps) // KILLS}
        else:
            fault = {"kill_after_s": chance.random() * undisturbed.seconds}
        killed = ran(forks, command, folder, **fault)
        assert killed.killed or "kill_after_s" in fault, (fault, killed)
        again = ran(forks, command, folder)
        assert again.code in command.again, (fault, again)
        assert state(folder) == wanted, fault
        assert leftovers(folder) == [], fault
