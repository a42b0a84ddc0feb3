"""Killed anywhere and run again, a command leaves what an undisturbed run leaves.

Kills fall before chosen steps (SQL statements, files opened for writing, renames, removals), spread over the run, and
after chosen times; every other trial is killed twice. `SYNCER_FAULT_KILLS` sets how many kills a command; few without,
so that the suite stays quick, and 200 in `scripts/faults`.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable

import pytest

from tests.faults.commands import COMMANDS, Command, World
from tests.faults.state import differences, leftovers

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("SYNCER_FAULT_KILLS", "2"))

SPREAD = (5**0.5 - 1) / 2  # the golden ratio's multiples lie evenly over any run, however many there are


@pytest.mark.timeout(60 + 10 * KILLS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_killed_anywhere_and_run_again(
    command: Command, world: World, record_property: Callable[[str, object], None]
) -> None:
    undisturbed, wanted = world.undisturbed(command)
    chance = random.Random(command.name)
    lasts_s, kills, number = undisturbed.seconds, 0, 0
    quarters = Counter[int]()
    while kills < KILLS:
        folder = world.fresh(command)
        faults: list[dict[str, float]] = [{"kill_at": 1 + int(number * SPREAD % 1 * undisturbed.steps)}]
        if number % 2:
            faults = [{"kill_after_s": chance.random() * lasts_s}]
        if number % 4 > 1:
            faults.append({"kill_after_s": chance.random() * lasts_s})
        number += 1
        for fault in faults:
            ended = world.ran(command, folder, **fault)
            assert ended.killed or "kill_after_s" in fault, (fault, ended)
            kills += ended.killed
            if ended.killed:
                quarters[_quarter(fault, undisturbed.steps, lasts_s)] += 1
            elif fault is faults[0]:
                lasts_s = (lasts_s + ended.seconds) / 2  # it was over before its kill
        again = world.ran(command, folder)
        assert again.code in command.again, (faults, again)
        assert differences(world.state(folder), wanted) == {}, faults
        assert leftovers(folder) == [], faults
    assert min(quarters[quarter] for quarter in range(4)) >= KILLS // 20, quarters
    record_property("kills", kills)


def _quarter(fault: dict[str, float], steps: int, lasts_s: float) -> int:
    """In which quarter of the run, 0 to 3, it fell."""
    share = fault["kill_at"] / (steps + 1) if "kill_at" in fault else fault["kill_after_s"] / lasts_s
    return min(int(share * 4), 3)
