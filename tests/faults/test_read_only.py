"""Files and folders that may not be written: told in three lines, nothing changed, and done once they may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.commands import COMMANDS, Command, World
from tests.faults.state import differences, leftovers

pytestmark = pytest.mark.slow

# Strava ends the sign-in before the file is removed: the other way round nothing could end it any more
BEYOND = {"auth logout strava": {"services: signed in"}}


@contextmanager
def locked(ways: Iterable[Path]) -> Iterator[None]:
    """All of it may be read, and programs run."""
    modes = {way: way.stat().st_mode for way in ways}
    for way, mode in modes.items():
        way.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for way, mode in modes.items():
            if way.exists():
                way.chmod(mode)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_nothing_may_be_written(command: Command, world: World) -> None:
    _, wanted = world.undisturbed(command)
    folder = world.fresh(command)
    before = world.state(folder)
    with locked([folder, *(way for way in folder.rglob("*") if not way.is_symlink())]):
        refused = world.ran(command, folder, powerless=True)
    assert refused.code in (1, 3), refused
    assert "\n  try: " in refused.err, refused.err
    assert set(differences(world.state(folder), before)) <= BEYOND.get(command.name, set())
    assert leftovers(folder) == []
    assert world.ran(command, folder, powerless=True).code in command.again
    assert differences(world.state(folder), wanted) == {}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_one_place_may_not_be_written(command: Command, world: World) -> None:
    """Each folder, and each file, to which the command writes, locked by itself: told, and nothing is lost."""
    _, wanted = world.undisturbed(command)
    written = [Path(name) for name in world.written(command) if not name.startswith("bin/")]  # a system's own
    folder = world.fresh(command)
    places = {_nearest(folder, place) for file in written for place in (file, file.parent)}
    assert places or not written
    for place in sorted(places):
        folder = world.fresh(command)
        with locked([folder / place]):
            met = world.ran(command, folder, powerless=True)
        if met.code == 0:
            assert differences(world.state(folder), wanted) == {}, (place, met)
        else:
            assert met.code in (1, 3), (place, met)
            assert "\n  try: " in met.err, (place, met)
        assert leftovers(folder) == [], place
        again = world.ran(command, folder, powerless=True)
        assert again.code in command.again, (place, again)
        assert set(differences(world.state(folder), wanted)) <= set(command.differs), place


def _nearest(folder: Path, place: Path) -> Path:
    """It, or what has to be written to where it is not there yet."""
    return next(way for way in (place, *place.parents) if (folder / way).exists())
