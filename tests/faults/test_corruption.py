"""A damaged database file is named and never made worse; the last backup comes back with the command that is told."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from tests.faults.commands import Command, World
from tests.faults.state import database

FLIPS = int(os.environ.get("SYNCER_FAULT_FLIPS", "12"))
READING = (
    Command(("report", "--week", "2026-W13")),
    Command(("activities", "list")),
    Command(("plan", "show")),
    Command(("pain", "set", "s103", "4")),
    Command(("import", "@/new/export.zip")),
    Command(("db", "export", "-o", "@/out/all.jsonl")),
)
RESTORE = Command(("--json", "db", "restore"))


def damage(content: bytes, chance: random.Random) -> bytes:
    """A file as broken disks leave it: a page of other bytes, single bits, or a missing end."""
    broken = bytearray(content)
    kind = chance.randrange(4)
    if kind == 0:
        del broken[chance.randrange(len(broken)) :]
    elif kind == 1:
        at = chance.randrange(len(broken) // 4096) * 4096
        broken[at : at + 4096] = chance.randbytes(4096)
    elif kind == 2:
        at = chance.randrange(len(broken) // 4096) * 4096
        broken[at : at + 4096] = bytes(4096)
    else:
        for _ in range(40):
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    return bytes(broken)


@pytest.mark.timeout(60 + 10 * FLIPS)
def test_damage_is_named_and_the_backup_comes_back(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "home-in-use"
    content = (world.prepared / "home" / "syncer.db").read_bytes()
    [backup] = (world.prepared / "home" / "backups").iterdir()
    wanted = database(backup)
    named = 0
    for number in range(FLIPS):
        world.fresh(folder)
        broken = damage(content, random.Random(number))
        path = folder / "home" / "syncer.db"
        path.write_bytes(broken)
        for command in READING:
            done = world.ran(command, folder)
            if done.code == 0:
                continue
            if "is damaged" not in done.err:
                assert "another program" in done.err, (number, command.name, done.err)
                continue
            named += 1
            assert str(path) in done.err
            assert "try: syncer db restore" in done.err
        restored = world.ran(RESTORE, folder)
        assert restored.code == 0, restored.err
        aside = Path(json.loads(restored.out)["data"]["aside"])
        assert aside.exists()
        assert database(path) == wanted
        for command in READING:
            assert world.ran(command, folder).code == 0
    assert named >= FLIPS


def test_without_a_backup_the_way_is_to_read_everything_again(world: World, tmp_path: Path) -> None:
    folder = world.fresh(tmp_path / "home-in-use")
    path = folder / "home" / "syncer.db"
    for backup in (folder / "home" / "backups").iterdir():
        backup.unlink()
    path.write_bytes(b"\xff" * path.stat().st_size)
    done = world.ran(READING[0], folder)
    assert done.code == 1
    assert "is damaged" in done.err
    assert "move" in done.err
    assert "sync --full" in done.err
