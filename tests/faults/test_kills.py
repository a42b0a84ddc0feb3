"""Killed anywhere and run again, a command leaves what an undisturbed run leaves.

Kills fall before chosen steps (SQL statements, files opened for writing, renames, removals), spread over the run, and
after chosen times; every other trial is killed twice. `SYNCER_FAULT_KILLS=200` sets how many trials a command; few
without, so that the suite stays quick.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults.commands import COMMANDS, Command, World
from tests.faults.state import differences, leftovers

KILLS = int(os.environ.get("SYNCER_FAULT_KILLS", "3"))


@pytest.mark.timeout(60 + 10 * KILLS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_killed_anywhere_and_run_again(command: Command, world: World, tmp_path: Path) -> None:
    folder = world.fresh(tmp_path / "home-in-use", command)
    undisturbed = world.ran(command, folder)
    assert undisturbed.code == 0, undisturbed
    wanted = world.state(folder)
    assert leftovers(folder) == []

    chance = random.Random(command.name)
    killed = 0
    for number in range(KILLS):
        world.fresh(folder, command)
        faults = [{"kill_at": 1 + (number * undisturbed.steps) // KILLS}]
        if number % 2:
            faults = [{"kill_after_s": chance.random() * undisturbed.seconds}]
        if number % 4 > 1:
            faults.append({"kill_after_s": chance.random() * undisturbed.seconds})
        for fault in faults:
            ended = world.ran(command, folder, **fault)
            assert ended.killed or "kill_after_s" in fault, (fault, ended)
            killed += ended.killed
        again = world.ran(command, folder)
        assert again.code in command.again, (faults, again)
        assert differences(world.state(folder), wanted) == {}, faults
        assert leftovers(folder) == [], faults
    print(f"{command.name}: {killed} kills")
