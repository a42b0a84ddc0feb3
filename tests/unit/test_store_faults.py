"""Killed anywhere, started twice: the database is as before or as after, never in between."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from syncer.errors import ExitCode, TryLaterError
from syncer.store.backups import list_backups
from syncer.store.database import check, one, rows
from syncer.store.locking import last_holder, lock
from syncer.store.recordings import Recordings
from tests.unit.stored import NOW, opened

REPO = Path(__file__).resolve().parents[2]
posix_only = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a matter of POSIX systems")


@contextlib.contextmanager
def running(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A Python program with its standard output as a pipe; it and its children are killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=REPO,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
        process.communicate()


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


# Kills ------------------------------------------------------------------------------------------------------------

WRITE_FOR_EVER = """
import sys
from pathlib import Path
from syncer.store.database import open_database, transaction
from syncer.store.versions import Origin
from syncer.store.recordings import Recordings
from syncer.sync.ports import Payload
from tests.recordings import garmin
from tests.unit.stored import NOW
folder = Path(sys.argv[1])
connection = open_database(folder / "home" / "syncer.db", backups=folder / "home" / "backups")
start = len(Recordings(connection).all())
print("ready", flush=True)
for page in range(start // 20, 10_000):
    recordings = [garmin(page * 20 + number, "07:00", name="x" * 300) for number in range(20)]
    with transaction(connection):
        for one in recordings:
            Recordings(connection).upsert([one], [Payload(one.key, "list", b"y" * 500)], origin=Origin.LIST, at=NOW)
    print(page, flush=True)
"""


@posix_only
def test_a_kill_in_the_middle_of_a_transaction_leaves_whole_pages_only(tmp_path: Path) -> None:
    chance = random.Random(4)
    for _ in range(6):
        with running(WRITE_FOR_EVER, tmp_path) as process:
            assert next_line(process) == "ready"
            done = next_line(process)
            time.sleep(chance.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            assert process.stdout is not None
            told = int((process.stdout.read().split() or [done])[-1])
        with opened(tmp_path) as connection:
            stored = len(Recordings(connection).all())
            assert stored % 20 == 0
            assert stored >= (told + 1) * 20  # what was told to be done is done
            assert one(connection, "SELECT count(*) FROM payloads") == (stored,)
            assert one(connection, "SELECT count(*) FROM recording_versions") == (stored,)
            assert check(connection) == ()


@posix_only
def test_a_kill_inside_a_transaction_takes_all_of_it_back(tmp_path: Path) -> None:
    program = """
import sys, time
from pathlib import Path
from syncer.store.database import open_database, transaction
from syncer.store.items import Meta
folder = Path(sys.argv[1])
connection = open_database(folder / "home" / "syncer.db", backups=folder / "home" / "backups")
Meta(connection).set("before", "1")
with transaction(connection):
    for number in range(2000):
        Meta(connection).set(f"inside {number}", "x" * 1000)
    print("inside", flush=True)
    time.sleep(60)
"""
    with running(program, tmp_path) as process:
        assert next_line(process) == "inside"
        process.send_signal(signal.SIGKILL)
        process.wait()
    with opened(tmp_path) as connection:
        assert rows(connection, "SELECT key FROM meta") == [("before",)]
        assert check(connection) == ()


MIGRATE = """
import sys
from pathlib import Path
from syncer.store.database import open_database
from syncer.store.schema import Migration
fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) INSERT INTO a SELECT i FROM n;"
steps = [Migration(1, "first", "CREATE TABLE a (x INTEGER) STRICT;" + fill.format(2000))]
steps += [Migration(n, f"step{n}", f"CREATE TABLE t{n} (x INTEGER) STRICT;" + fill.format(20_000)) for n in range(2, 9)]
folder = Path(sys.argv[1])
backups = folder / "home" / "backups"
open_database(folder / "home" / "syncer.db", backups=backups, migrations=steps[: int(sys.argv[2])]).close()
print("done", flush=True)
"""


@posix_only
def test_a_kill_during_a_migration(tmp_path: Path) -> None:
    import sqlite3

    chance = random.Random(5)
    path, backups = tmp_path / "home" / "syncer.db", tmp_path / "home" / "backups"
    with running(MIGRATE, tmp_path, 1) as process:
        assert next_line(process) == "done"
    kills = 0
    for _ in range(40):
        with running(MIGRATE, tmp_path, 8) as process:
            deadline = time.monotonic() + 60
            while not list_backups(backups) and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.001)
            time.sleep(chance.random() * 0.02)
            process.send_signal(signal.SIGKILL)
            finished = next_line(process) == "done"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            held = connection.execute("SELECT count(*) FROM a").fetchone()[0]
            assert (tables, held) == (version, 2000 + 20_000 * (version - 1))
        for copy in list_backups(backups):
            copy.unlink()
        if finished:
            break
        kills += 1
    with running(MIGRATE, tmp_path, 8) as process:
        assert next_line(process) == "done"
    assert kills
    assert not list(backups.glob(".*"))


@posix_only
def test_a_kill_during_a_backup_leaves_whole_copies_only(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from syncer.store.copies import rotate
from syncer.store.database import open_database
from syncer.store.items import Meta
folder = Path(sys.argv[1])
connection = open_database(folder / "home" / "syncer.db", backups=folder / "home" / "backups")
Meta(connection).set("large", "x" * 3_000_000)
print("ready", flush=True)
while True:
    rotate(connection, folder / "home" / "backups", keep=2)
"""
    import sqlite3

    backups = tmp_path / "home" / "backups"
    chance = random.Random(6)
    for _ in range(5):
        with running(program, tmp_path) as process:
            assert next_line(process) == "ready"
            time.sleep(chance.random() * 0.15)
            process.send_signal(signal.SIGKILL)
        saved = list_backups(backups)
        assert len(saved) <= 3  # the third may be waiting to be removed
        for file in saved:
            with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as copy:
                assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert copy.execute("SELECT count(*) FROM meta").fetchone() == (1,)


def test_many_first_openings_at_once(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from syncer.store.database import open_database
from syncer.store.items import Meta
folder = Path(sys.argv[1])
connection = open_database(folder / "home" / "syncer.db", backups=folder / "home" / "backups")
Meta(connection).set(sys.argv[2], "1")
connection.close()
print("done", flush=True)
"""
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(running(program, tmp_path, number)) for number in range(8)]
        assert [next_line(process) for process in started] == ["done"] * 8
    with opened(tmp_path) as connection:
        assert one(connection, "SELECT count(*) FROM meta") == (8,)
    assert list_backups(tmp_path / "home" / "backups") == ()


# The lock ---------------------------------------------------------------------------------------------------------

HOLD = """
import sys, time
from datetime import datetime
from pathlib import Path
from syncer.store.locking import lock
with lock(Path(sys.argv[1]), command="syncer nightly", now=datetime.fromisoformat(sys.argv[2])):
    {inside}
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "home" / "lock"
    with running(HOLD.format(inside="pass"), path, NOW.isoformat()) as process:
        assert next_line(process) == "held"
        with pytest.raises(TryLaterError) as caught, lock(path, command="syncer sync", now=NOW):
            pass
        assert (caught.value.code, caught.value.exit_code) == ("locked", ExitCode.TRY_LATER)
        assert "'syncer nightly'" in caught.value.message
        assert f"process {process.pid}" in caught.value.message
        assert "2026-11-16 06:30" in caught.value.message
        process.kill()
        process.wait()
    with lock(path, command="syncer sync", now=NOW + timedelta(days=1)):  # the killed run holds nothing any more
        holder = last_holder(path)
        assert holder is not None
        assert (holder.pid, holder.command) == (os.getpid(), "syncer sync")
        with pytest.raises(TryLaterError), lock(path, command="again", now=NOW):
            pass
    assert last_holder(path) is None
    assert [file.name for file in path.parent.iterdir()] in ([], ["lock"])
    if os.name != "nt" and path.exists():
        assert path.stat().st_mode & 0o077 == 0


@posix_only
@pytest.mark.parametrize(
    "child",
    [
        "import subprocess; subprocess.Popen(['sleep', '30'])",
        "import os; os.fork() and time.sleep(60)",  # the child says that it lives
    ],
)
def test_a_killed_holder_with_living_children_holds_nothing(tmp_path: Path, child: str) -> None:
    path = tmp_path / "lock"
    with running(HOLD.format(inside=child), path, NOW.isoformat()) as process:
        assert next_line(process) == "held"
        process.kill()
        process.wait()
        with lock(path, command="syncer sync", now=NOW):
            pass


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    from syncer.errors import SyncerError

    (tmp_path / "file").write_text("")
    with pytest.raises(SyncerError) as caught, lock(tmp_path / "file" / "lock", command="x", now=NOW):
        pass
    assert caught.value.code == "lock-failed"
