"""Opening, migrating, backing up and restoring: every way in which the file can be wrong has its own sentence."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from syncer.errors import ExitCode, SyncerError, TryLaterError
from syncer.store.backups import drop_backups, list_backups
from syncer.store.copies import backup, restore, rotate
from syncer.store.database import check, loose_modes, one, open_database, rows, transaction
from syncer.store.items import Meta
from syncer.store.schema import Migration, shipped_migrations
from tests.unit.stored import dumped, opened

NEWEST = len(shipped_migrations())
posix_only = pytest.mark.skipif(os.name == "nt", reason="file modes are a matter of POSIX systems")


def refusal(path: Path, backups: Path | None = None, **options: object) -> SyncerError:
    with pytest.raises(SyncerError) as caught:
        open_database(path, backups=backups or path.parent / "backups", **options).close()  # type: ignore[arg-type]
    assert str(path) in caught.value.message
    assert caught.value.why
    assert caught.value.hint
    return caught.value


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# Opening ----------------------------------------------------------------------------------------------------------


@posix_only
def test_the_files_are_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with opened(tmp_path) as connection:
            Meta(connection).set("key", "value")
            home = tmp_path / "home"
            assert mode(home) == 0o700
            files = sorted(home.iterdir())
            assert [file.name for file in files] == ["syncer.db", "syncer.db-shm", "syncer.db-wal"]
            assert {mode(file) for file in files} == {0o600}
            assert loose_modes(home / "syncer.db") == ()
            rotate(connection, home / "backups")
            assert mode(home / "backups") == 0o700
            assert {mode(file) for file in (home / "backups").iterdir()} == {0o600}
            (home / "syncer.db-wal").chmod(0o640)
            (home / "syncer.db").chmod(0o644)
            assert len(loose_modes(home / "syncer.db")) == 2
            with opened(tmp_path):
                assert loose_modes(home / "syncer.db") == ()
    finally:
        os.umask(before)


@posix_only
def test_there_is_no_moment_at_which_others_could_open_it(tmp_path: Path) -> None:
    """The first system call that makes the file makes it with mode 0600."""
    program = (
        "import os, sys, pathlib\n"
        "from syncer.store.database import open_database\n"
        "seen = []\n"
        "def watch(event, args):\n"
        "    if event == 'open' and str(args[0]).endswith('syncer.db'): seen.append(args[2])\n"
        "    if event == 'sqlite3.connect': assert seen, 'SQLite would make the file itself'\n"
        "    if event == 'sqlite3.connect': assert os.stat(args[0]).st_mode & 0o777 == 0o600\n"
        "os.umask(0)\n"
        "sys.addaudithook(watch)\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "open_database(folder / 'syncer.db', backups=folder / 'b').close()\n"
        "assert seen\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, cwd=Path(__file__).parents[2])


def test_settings_of_the_connection(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        assert one(connection, "PRAGMA journal_mode") == ("wal",)
        assert one(connection, "PRAGMA foreign_keys") == (1,)
        assert one(connection, "PRAGMA user_version") == (NEWEST,)
        assert check(connection) == ()
        kinds = rows(connection, "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
        assert len(kinds) > 10
        assert [name for name, strict in kinds if not strict and not name.startswith("sqlite_")] == []


def test_a_second_opening_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        before = dumped(connection)
    with opened(tmp_path) as connection:
        assert connection.total_changes == 0
        assert dumped(connection) == before
    assert sorted(file.name for file in (tmp_path / "home").iterdir()) == ["syncer.db"]


def test_a_directory_and_a_symbolic_link_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    assert refusal(tmp_path / "folder.db").code == "database-not-a-file"
    (tmp_path / "link.db").symlink_to(tmp_path / "elsewhere.db")
    assert refusal(tmp_path / "link.db").code == "database-not-a-file"
    assert not (tmp_path / "elsewhere.db").exists()
    (tmp_path / "file").write_text("")
    assert refusal(tmp_path / "file" / "syncer.db").code == "database-unreadable"


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")
        other.commit()
    before = path.read_bytes()
    assert refusal(path).code == "database-foreign"
    assert path.read_bytes()[100:] == before[100:]
    with contextlib.closing(sqlite3.connect(path)) as other:
        assert [row[0] for row in other.execute("SELECT name FROM sqlite_master")] == ["theirs"]


def test_a_newer_schema_is_refused_untouched(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        connection.execute("PRAGMA user_version = 99")
    error = refusal(tmp_path / "home" / "syncer.db")
    assert (error.code, error.exit_code) == ("database-newer", ExitCode.FAILED)
    assert "99" in error.why
    with contextlib.closing(sqlite3.connect(tmp_path / "home" / "syncer.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)


def damage(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    if how == "not a database":
        content[:] = b"This is a text about knees.\n" * 400
    elif how == "header":
        content[0:16] = b"\0" * 16
    elif how == "half":
        del content[len(content) // 2 // 4096 * 4096 + 100 :]
    elif how == "pages":
        content[4096:] = b"\xff" * (len(content) - 4096)
    elif how == "empty":
        content.clear()
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["not a database", "header", "half", "pages", "empty"])
def test_a_damaged_database_is_named_and_restored(tmp_path: Path, how: str) -> None:
    path, backups = tmp_path / "home" / "syncer.db", tmp_path / "home" / "backups"
    with opened(tmp_path) as connection:
        Meta(connection).set("key", "value")
        before = dumped(connection)
        rotate(connection, backups)
    damage(path, how)
    wrong = path.read_bytes()
    with pytest.raises(SyncerError) as caught, opened(tmp_path) as connection:
        rows(connection, "SELECT * FROM meta")
    error = caught.value
    assert (error.code, error.exit_code) == ("database-corrupt", ExitCode.FAILED)
    assert str(path) in error.message
    assert list_backups(backups)[0].name in error.why
    assert error.hint == "syncer db restore"
    aside = restore(path, list_backups(backups)[0], newest=NEWEST)
    with opened(tmp_path) as connection:
        assert dumped(connection) == before
        assert check(connection) == ()
    assert aside is not None
    assert aside.read_bytes() == wrong
    assert not list(path.parent.glob(".*"))


def test_damage_without_a_backup_says_so(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    damage(tmp_path / "home" / "syncer.db", "not a database")
    error = refusal(tmp_path / "home" / "syncer.db")
    assert error.code == "database-corrupt"
    assert "no backup" in error.why
    assert "sync --full" in error.hint


def test_check_finds_damage_and_missing_rows(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("INSERT INTO run_sources VALUES (7, 'garmin', 'ok', NULL, 0, '{}')")
        assert [line for line in check(connection) if "run_sources" in line]
    damage(tmp_path / "home" / "syncer.db", "pages")
    with contextlib.closing(sqlite3.connect(tmp_path / "home" / "syncer.db")) as connection:
        assert check(connection)


def test_read_only_file_and_folder(tmp_path: Path) -> None:
    (tmp_path / "sealed").touch(0o400)
    if os.access(tmp_path / "sealed", os.W_OK):
        pytest.skip("file modes do not bind this user")
    with opened(tmp_path):
        pass
    path = tmp_path / "home" / "syncer.db"
    path.chmod(0o400)
    assert refusal(path).code == "database-read-only"
    path.chmod(0o000)
    assert refusal(path).code == "database-unreadable"
    path.chmod(0o600)
    path.parent.chmod(0o500)
    try:
        assert refusal(path).code == "database-read-only"
        assert refusal(path.parent / "new.db").code == "database-unreadable"
    finally:
        path.parent.chmod(0o700)


def test_sqlites_read_only_becomes_a_sentence(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        connection.execute("PRAGMA query_only = ON")
        with pytest.raises(SyncerError) as caught, transaction(connection):
            connection.execute("INSERT INTO meta VALUES ('a', 'b')")
        assert caught.value.code == "database-read-only"
        assert str(tmp_path) in caught.value.message


def test_a_busy_database_asks_to_try_later(tmp_path: Path) -> None:
    with opened(tmp_path) as writer, opened(tmp_path, wait_s=0.05) as second:
        with transaction(writer), pytest.raises(TryLaterError) as caught:
            Meta(second).set("a", "b")
        assert caught.value.code == "database-busy"
        assert Meta(second).set("a", "b")


def test_a_full_disk_loses_only_the_unfinished_step(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        Meta(connection).set("before", "1")
        pages = one(connection, "PRAGMA page_count")[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")  # SQLite answers just as for a full disk
        with pytest.raises(SyncerError) as caught, transaction(connection):  # noqa: PT012
            Meta(connection).set("small", "1")
            Meta(connection).set("large", "x" * 4096 * 10)
        assert (caught.value.code, caught.value.exit_code) == ("disk-full", ExitCode.FAILED)
        assert not connection.in_transaction
        assert rows(connection, "SELECT key FROM meta") == [("before",)]
        assert check(connection) == ()


@posix_only
def test_a_limit_on_file_size_is_no_traceback_and_leaves_nothing(tmp_path: Path) -> None:
    """RLIMIT_FSIZE stands for a quota: the write fails, not only the space."""
    program = (
        "import resource, sys, pathlib\n"
        "from syncer.errors import SyncerError\n"
        "from syncer.store.database import open_database\n"
        "limit = int(sys.argv[2])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "try: open_database(folder / 'syncer.db', backups=folder / 'b').close()\n"
        "except SyncerError as error: print(error.code)\n"
    )
    for limit in (0, 1, 4096, 8192, 40_000):
        folder = tmp_path / str(limit)
        told = subprocess.run(
            [sys.executable, "-c", program, str(folder), str(limit)],
            check=True, cwd=Path(__file__).parents[2], capture_output=True, text=True,
        )  # fmt: skip
        assert told.stdout.strip() in ("database-io", "disk-full"), limit
        with contextlib.closing(open_database(folder / "syncer.db", backups=folder / "b")) as connection:
            assert check(connection) == ()


def test_mistakes_of_the_program_stay_visible(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            rows(connection, "SELECT * FROM elsewhere")
        with pytest.raises(sqlite3.IntegrityError), transaction(connection):
            connection.execute("INSERT INTO meta VALUES (NULL, 'b')")


# Transactions -----------------------------------------------------------------------------------------------------


def test_a_step_can_fail_alone_and_the_rest_stays(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        with transaction(connection):
            Meta(connection).set("first", "1")
            with contextlib.suppress(KeyError), transaction(connection):
                Meta(connection).set("second", "1")
                raise KeyError
            Meta(connection).set("third", "1")
        assert rows(connection, "SELECT key FROM meta ORDER BY key") == [("first",), ("third",)]
        with contextlib.suppress(KeyboardInterrupt), transaction(connection):
            Meta(connection).set("fourth", "1")
            raise KeyboardInterrupt
        assert rows(connection, "SELECT count(*) FROM meta") == [(2,)]
        assert not connection.in_transaction


# Migrations -------------------------------------------------------------------------------------------------------

OLD = [Migration(1, "first", "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1), (2);")]
NEXT = [*OLD, Migration(2, "second", "CREATE TABLE b (y INTEGER) STRICT; INSERT INTO b SELECT x * 10 FROM a;")]


def test_migrations_run_once_in_order_after_a_backup(tmp_path: Path) -> None:
    with opened(tmp_path, migrations=OLD):
        pass
    backups = tmp_path / "home" / "backups"
    assert list_backups(backups) == ()  # a new database has nothing to lose
    with opened(tmp_path, migrations=NEXT) as connection:
        assert rows(connection, "SELECT y FROM b") == [(10,), (20,)]
        assert one(connection, "PRAGMA user_version") == (2,)
        assert one(connection, "PRAGMA foreign_keys") == (1,)
    [saved] = list_backups(backups)
    with contextlib.closing(sqlite3.connect(saved)) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)
        assert copy.execute("SELECT x FROM a").fetchall() == [(1,), (2,)]
    with opened(tmp_path, migrations=NEXT) as connection:
        assert rows(connection, "SELECT y FROM b") == [(10,), (20,)]
    assert len(list_backups(backups)) == 1


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("CREATE TABLE c (z) ; INSERT INTO a VALUES (3); INSERT INTO nowhere VALUES (1);", "nowhere"),
        ("DROP TABLE a; PRAGMA user_version = 7; SELECT raise_an_error();", "raise_an_error"),
        ("ALTER TABLE a ADD COLUMN w INTEGER; INSERT INTO a VALUES (1, 'text');", "TEXT"),
        (
            "CREATE TABLE p (x INTEGER PRIMARY KEY); CREATE TABLE child (x REFERENCES p); INSERT INTO child VALUES (9)",
            "1 rows would name missing rows, first in child",
        ),
        ("INSERT INTO a VALUES (3); CREATE TABLE half (", "incomplete"),
    ],
)
def test_a_migration_that_fails_half_way_leaves_all_as_it_was(tmp_path: Path, sql: str, why: str) -> None:
    with opened(tmp_path, migrations=OLD) as connection:
        before = dumped(connection)
    path = tmp_path / "home" / "syncer.db"
    error = refusal(path, migrations=[*OLD, Migration(2, "bad", sql)])
    assert error.code == "database-migration"
    assert why in error.why
    with opened(tmp_path, migrations=OLD) as connection:
        assert one(connection, "PRAGMA user_version") == (1,)
        assert dumped(connection) == before
        assert check(connection) == ()


def test_a_table_can_be_rebuilt_without_losing_those_that_name_it(tmp_path: Path) -> None:
    first = [
        Migration(
            1,
            "first",
            "CREATE TABLE parent (id INTEGER PRIMARY KEY, old TEXT) STRICT;"
            "CREATE TABLE child (parent INTEGER REFERENCES parent ON DELETE CASCADE) STRICT;"
            "INSERT INTO parent VALUES (1, 'a'); INSERT INTO child VALUES (1);",
        )
    ]
    rebuilt = Migration(
        2,
        "rebuild",
        "CREATE TABLE fresh (id INTEGER PRIMARY KEY, new TEXT) STRICT; INSERT INTO fresh SELECT * FROM parent;"
        "DROP TABLE parent; ALTER TABLE fresh RENAME TO parent;",
    )
    with opened(tmp_path, migrations=first):
        pass
    with opened(tmp_path, migrations=[*first, rebuilt]) as connection:
        assert rows(connection, "SELECT parent.new FROM child JOIN parent ON parent.id = child.parent") == [("a",)]
        connection.execute("DELETE FROM parent")
        assert rows(connection, "SELECT * FROM child") == []


def test_every_older_schema_reaches_the_newest(tmp_path: Path) -> None:
    shipped = shipped_migrations()
    with opened(tmp_path / "new") as connection:
        wanted = rows(connection, "SELECT type, name, sql FROM sqlite_master ORDER BY name")
    for version in range(1, len(shipped) + 1):
        with opened(tmp_path / str(version), migrations=shipped[:version]) as connection:
            assert one(connection, "PRAGMA user_version") == (version,)
        with opened(tmp_path / str(version)) as connection:
            assert rows(connection, "SELECT type, name, sql FROM sqlite_master ORDER BY name") == wanted


def test_shipped_migrations_are_numbered_without_a_gap() -> None:
    assert [step.number for step in shipped_migrations()] == list(range(1, NEWEST + 1))
    with pytest.raises(ValueError, match="numbered"):
        open_database(Path("never"), backups=Path("never"), migrations=[OLD[0], OLD[0]])
    Path("never").unlink(missing_ok=True)


def test_no_room_for_the_backup_means_no_migration(tmp_path: Path) -> None:
    with opened(tmp_path, migrations=OLD):
        pass
    (tmp_path / "home" / "backups").write_text("a file is in the way")
    with pytest.raises(SyncerError) as caught, opened(tmp_path, migrations=NEXT):
        pass
    assert caught.value.code == "backup-failed"
    with opened(tmp_path, migrations=OLD) as connection:
        assert one(connection, "PRAGMA user_version") == (1,)


# Backups ----------------------------------------------------------------------------------------------------------


def test_backups_rotate_and_are_whole_single_files(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    with opened(tmp_path) as connection:
        for number in range(5):
            Meta(connection).set("number", str(number))
            rotate(connection, folder, keep=3)
        (folder / "my own copy.db").write_text("not ours to remove")
        (folder / ".syncer-20260101-000000-000000.db.part").write_text("left by a kill")
        rotate(connection, folder, keep=3)
    saved = list_backups(folder)
    numbers = []
    for file in saved:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as copy:
            numbers += copy.execute("SELECT value FROM meta").fetchone()
            assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert numbers == ["4", "4", "3"]
    assert sorted(file.name for file in folder.iterdir()) == ["my own copy.db", *sorted(file.name for file in saved)]
    assert drop_backups(folder) == 3
    assert list_backups(tmp_path / "nowhere") == ()


def test_a_backup_holds_what_is_still_in_the_log_and_may_replace_a_file(tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("an older copy")
    with opened(tmp_path) as connection:
        Meta(connection).set("fresh", "1")
        assert (tmp_path / "home" / "syncer.db-wal").stat().st_size > 0
        assert backup(connection, target) == target
        before = dumped(connection)
    with contextlib.closing(sqlite3.connect(target)) as copy:
        assert dumped(copy) == before
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


def test_a_damaged_database_never_replaces_a_good_backup(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "backups"
    with opened(tmp_path) as connection:
        for number in range(300):
            Meta(connection).set(f"key {number}", "x" * 400)
        [good] = [rotate(connection, folder, keep=1)]
    path = tmp_path / "home" / "syncer.db"
    content = bytearray(path.read_bytes())
    content[-8192:] = b"\xaa" * 8192
    path.write_bytes(content)
    with opened(tmp_path) as connection, pytest.raises(SyncerError) as caught:
        rotate(connection, folder, keep=1)
    assert caught.value.code == "database-corrupt"
    assert list(folder.iterdir()) == [good]


def test_a_backup_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with opened(tmp_path) as connection, pytest.raises(SyncerError) as caught:
        backup(connection, tmp_path / "missing" / "copy.db")
    assert caught.value.code == "backup-failed"


def foreign(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: None,
        lambda path: path.mkdir(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_text("no database" * 500),
        foreign,
    ],
)
def test_only_a_whole_copy_is_restored(tmp_path: Path, make: Callable[[Path], object]) -> None:
    with opened(tmp_path) as connection:
        before = dumped(connection)
    make(tmp_path / "copy.db")
    with pytest.raises(SyncerError) as caught:
        restore(tmp_path / "home" / "syncer.db", tmp_path / "copy.db", newest=NEWEST)
    assert caught.value.code == "backup-unusable"
    with opened(tmp_path) as connection:
        assert dumped(connection) == before
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["syncer.db"]


def test_a_copy_with_damage_or_from_a_newer_program_is_not_restored(tmp_path: Path) -> None:
    path = tmp_path / "home" / "syncer.db"
    with opened(tmp_path) as connection:
        copy = backup(connection, tmp_path / "copy.db")
        with pytest.raises(SyncerError) as caught:
            restore(path, copy, newest=NEWEST - 1)
        assert "newer" in caught.value.why
    damage(copy, "pages")
    with pytest.raises(SyncerError) as caught:
        restore(path, copy, newest=NEWEST)
    assert caught.value.code == "backup-unusable"


def test_the_log_of_the_former_database_is_never_applied_to_a_restored_one(tmp_path: Path) -> None:
    path = tmp_path / "home" / "syncer.db"
    with opened(tmp_path) as connection:
        Meta(connection).set("state", "old")
        copy = backup(connection, tmp_path / "copy.db")
        before = dumped(connection)
        Meta(connection).set("state", "new, and only in the log")
        for suffix in ("", "-wal", "-shm"):  # as a killed program leaves them
            shutil.copy(f"{path}{suffix}", tmp_path / f"killed.db{suffix}")
    killed = tmp_path / "killed.db"
    aside = restore(killed, copy, newest=NEWEST)
    with contextlib.closing(open_database(killed, backups=tmp_path / "b")) as connection:
        assert dumped(connection) == before
    assert aside is not None
    with contextlib.closing(open_database(aside, backups=tmp_path / "b")) as connection:
        assert Meta(connection).get("state") == "new, and only in the log"


def test_restoring_where_there_is_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        copy = backup(connection, tmp_path / "copy.db")
    assert restore(tmp_path / "new home" / "syncer.db", copy, newest=NEWEST) is None
    assert mode(tmp_path / "new home" / "syncer.db") == 0o600
