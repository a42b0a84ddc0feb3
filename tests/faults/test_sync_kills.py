"""A sync that is killed anywhere goes on where it stopped: in the end the database is that of an undisturbed one."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.fakes import garmin, garmin_activities
from tests.fakes.loopback import running
from tests.faults.commands import NOW, Command, fresh, trial
from tests.faults.forks import Ended, Forks, Trial
from tests.faults.state import leftovers, state

KILLS = int(os.environ.get("SYNCER_FAULT_KILLS", "4"))
SYNC = Command(("sync", "garmin", "--since", "2026-02-01"))


@pytest.fixture
def service(prepared: Path, tmp_path: Path) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """A prepared home that is signed in to a Garmin on this machine, and the settings that lead there."""
    connect = garmin.FakeGarmin()
    connect.activities.stored = garmin_activities.many(12, NOW)
    signed_in = fresh(prepared, tmp_path / "signed-in")
    (signed_in / "home" / "tokens").mkdir(mode=0o700)
    tokens = signed_in / "home" / "tokens" / "garmin.json"
    tokens.write_text(json.dumps(connect.tokens.sign_in()))
    tokens.chmod(0o600)
    with running(connect) as server:
        yield signed_in, garmin.environment(server)


@pytest.mark.timeout(120 + 10 * KILLS)
def test_a_killed_sync_goes_on(forks: Forks, service: tuple[Path, Mapping[str, str]], tmp_path: Path) -> None:
    signed_in, addresses = service
    folder = tmp_path / "home-in-use"

    def sync(**faults: float | None) -> Ended:
        plain = trial(SYNC, folder, **faults)
        done = forks.run(Trial(plain.words, {**plain.environment, **addresses}, plain.kill_at, plain.kill_after_s))
        assert "Traceback" not in done.err, done.err
        return done

    fresh(signed_in, folder)
    undisturbed = sync()
    assert undisturbed.code == 0, undisturbed
    wanted = state(folder)
    chance = random.Random(3)
    for number in range(KILLS):
        fresh(signed_in, folder)
        if number % 2 == 0:
            fault: dict[str, float] = {"kill_at": 1 + (number * undisturbed.steps) // KILLS}
        else:
            fault = {"kill_after_s": chance.random() * undisturbed.seconds}
        sync(**fault)
        again = sync()
        assert again.code == 0, (fault, again)
        assert state(folder) == wanted, fault
        assert leftovers(folder) == [], fault
