"""A damaged database file is named and never made worse; the last backup comes back with the command that is told."""

from __future__ import annotations

import contextlib
import json
import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.commands import COMMANDS, Command, World
from tests.faults.forks import Ended
from tests.faults.state import database, differences, leftovers, raw

pytestmark = pytest.mark.slow

DAMAGES = int(os.environ.get("SYNCER_FAULT_DAMAGES", "1"))
READING = tuple(Command(tuple(words.split())) for words in ("activities list", "plan show", "pain list", "evidence"))
BACKUP, RESTORE = Command(("db", "backup")), Command(("--json", "db", "restore"))
# a demo has a home of its own
CHANGING = tuple(one for one in COMMANDS if one.words[0] != "demo")
# what works without the database, or puts another in its place
APART = ("auth", "workout", "schedule", "db restore")
# what takes the lock to write to the database
LOCKING = ("import", "sync", "plan", "pain", "activities", "push", "nightly")
# what is written before the database is opened
BESIDE = {"init": "home/config.toml", "nightly": "home/logs/"}


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


def named(done: Ended, path: Path) -> None:
    """The file, what is the matter with it, and the command that brings the last backup back."""
    assert done.code in (1, 3), done
    assert str(path) in done.err, done.err
    assert "is damaged" in done.err, done.err
    assert "try: syncer db restore" in done.err, done.err


def damaged_for(command: Command, world: World, harm: Callable[[bytes], bytes]) -> tuple[Path, Path]:
    """The home made ready for ``command``, backed up, and then its database after ``harm``."""
    world.undisturbed(command)  # which takes the same folder
    folder = world.fresh(command)
    assert world.ran(BACKUP, folder).code == 0
    path = folder / "home" / "syncer.db"
    path.write_bytes(harm(path.read_bytes()))
    return folder, path


def is_whole(path: Path) -> bool:
    """Whether SQLite's quick check finds nothing in a copy of the file."""
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    try:
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            return connection.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
    except (sqlite3.Error, UnicodeDecodeError):
        return False
    finally:
        for left in (copy, copy.with_name("copy-wal"), copy.with_name("copy-shm")):
            left.unlink(missing_ok=True)


def restored_and_run_again(command: Command, world: World, folder: Path) -> None:
    """What was told: the last backup comes back, what was there lies beside it, and the command does its work."""
    _, wanted = world.undisturbed(command)
    broken = (folder / "home" / "syncer.db").read_bytes()
    done = world.ran(RESTORE, folder)
    assert done.code == 0, done
    aside = Path(json.loads(done.out)["data"]["aside"])
    assert aside.read_bytes() == broken
    again = world.ran(command, folder)
    assert again.code in command.again, again
    if command.words[:2] == ("db", "forget"):
        assert not aside.exists()
    else:
        wanted = {**wanted, "files": {**wanted["files"], "home/syncer.db.aside-STAMP": "a database"}}
    assert set(differences(world.state(folder), wanted)) <= set(command.differs)
    assert leftovers(folder) == []


@pytest.mark.parametrize("command", [*CHANGING, *READING], ids=lambda command: command.name)
def test_a_database_without_its_header_is_named_and_nothing_is_changed(command: Command, world: World) -> None:
    folder, path = damaged_for(command, world, lambda content: bytes(100) + content[100:])
    before, services = raw(folder), world.services()
    met = world.ran(command, folder)
    if command.name.startswith(APART):
        assert met.code == 0, met
    else:
        named(met, path)
        changed = {name for name, _ in raw(folder).items() ^ before.items()}
        beside = BESIDE.get(command.words[0], "nothing")
        assert [name for name in changed if not name.startswith(beside)] == []
        assert world.services() == services
    if command.words[:2] != ("db", "restore"):
        restored_and_run_again(command, world, folder)


@pytest.mark.timeout(60 + 10 * DAMAGES)
@pytest.mark.parametrize("command", [*CHANGING, *READING], ids=lambda command: command.name)
def test_damage_anywhere_is_named_or_makes_no_difference_after_a_restore(command: Command, world: World) -> None:
    chance = random.Random(command.name)
    for _ in range(DAMAGES):
        folder, path = damaged_for(command, world, lambda content: damage(content, chance))
        broken, content = not is_whole(path), path.read_bytes()
        met = world.ran(command, folder)
        if met.code != 0:
            named(met, path)
        if broken and command not in READING and command.words[0] in LOCKING:
            named(met, path)
            assert path.read_bytes() == content
        restored_and_run_again(command, world, folder)


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _another_text(path: Path) -> None:
    path.write_text("what I wanted to remember\n" * 400)


def _header_lost(path: Path) -> None:
    path.write_bytes(bytes(100) + path.read_bytes()[100:])


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def _gone(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


WAYS = {
    _emptied: "the file is empty",
    _another_text: "file is not a database",
    _header_lost: "file is not a database",
    _cut_short: "malformed",
    _gone: "is gone",
    _folder: "not a plain file",
}
WRITING = ("import @/new/export.zip", "sync", "nightly", "db backup", "report --week 2026-W13")


@pytest.mark.parametrize("break_it", WAYS, ids=lambda way: way.__name__)
def test_what_is_no_database_any_more_is_named_and_stays_as_it_is(
    break_it: Callable[[Path], None], world: World
) -> None:
    folder = world.fresh()
    path = folder / "home" / "syncer.db"
    [backup] = (folder / "home" / "backups").iterdir()
    break_it(path)
    broken = path.read_bytes() if path.is_file() else None
    cure = "move it away" if path.is_dir() else "syncer db restore"
    for words in WRITING:
        refused = world.ran(Command(tuple(words.split())), folder)
        assert refused.code == 1, refused
        assert str(path) in refused.err
        assert WAYS[break_it] in refused.err
        assert f"try: {cure}" in refused.err
    # through the whole wording, as `doctor` wraps it
    checks = json.loads(world.ran(Command(("--json", "doctor")), folder).out)["data"]["checks"]
    [found] = [one for one in checks if one["name"] == "database"]
    assert found["state"] == "fail"
    assert WAYS[break_it] in found["message"]
    assert found["hint"].startswith(cure)
    assert (path.read_bytes() if path.is_file() else None) == broken
    assert list((folder / "home" / "backups").iterdir()) == [backup]
    if path.is_dir():
        refused = world.ran(RESTORE, folder)
        assert json.loads(refused.out)["errors"][0]["code"] == "database-not-a-file"
        path.rmdir()
    assert world.ran(RESTORE, folder).code == 0
    assert database(path) == database(backup)


def test_a_damaged_backup_is_passed_over_for_the_one_before_it(world: World) -> None:
    folder = world.fresh()
    path = folder / "home" / "syncer.db"
    [older] = (folder / "home" / "backups").iterdir()
    assert world.ran(Command(("db", "backup")), folder).code == 0
    newer = max((folder / "home" / "backups").iterdir())
    newer.write_bytes(newer.read_bytes()[:9000])
    restored = world.ran(Command(("db", "restore")), folder)
    assert restored.code == 0, restored
    assert f"Restored {older}." in restored.out
    assert f"{newer} cannot be restored" in restored.err
    assert "the one before it was taken" in restored.err
    assert database(path) == database(older)
    older.write_bytes(b"")
    refused = world.ran(RESTORE, folder)
    assert json.loads(refused.out)["errors"][0]["code"] == "backup-unusable"
    assert database(path)


def test_without_a_backup_the_way_is_to_read_everything_again(world: World) -> None:
    folder = world.fresh()
    path = folder / "home" / "syncer.db"
    for backup in (folder / "home" / "backups").iterdir():
        backup.unlink()
    path.write_bytes(b"\xff" * path.stat().st_size)
    done = world.ran(READING[0], folder)
    assert done.code == 1
    assert "is damaged" in done.err
    assert "move" in done.err
    assert "sync --full" in done.err
