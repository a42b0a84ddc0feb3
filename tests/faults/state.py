"""What stays after a run: the database without its log, and the files."""

from __future__ import annotations

import contextlib
import hashlib
import re
import sqlite3
from pathlib import Path
from typing import Any

LOG = frozenset({"runs", "run_sources"})
_STAMP = re.compile(r"\d{8}-\d{6}(-\d{6})?")
_DIARIES = ("home/syncer.lock", "home/logs/nightly-STAMP.log", "bin/calls")
_OWN = "home/syncer.db"  # `state` tells its rows
_HIDDEN = (".config", ".local")  # a user's home has them
_DATABASES = (".db", ".db-wal", ".db-shm", ".db-journal")


def state(folder: Path) -> dict[str, Any]:
    """The whole state of a home and of what lies around it, comparable between two runs."""
    assert list((folder / "tmp").iterdir()) == []
    return {"database": database(folder / "home" / "syncer.db"), "files": files(folder)}


def database(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table but the log of runs; the database must be whole.

    Seals are left out: whether a folder can be sealed depends on how old its files are by then, and a seal spares
    work only.
    """
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: sorted((row for row in connection.execute(f"SELECT * FROM {table}") if row[0] != "seal"), key=repr)
            for table in tables
            if table not in LOG and not table.startswith("sqlite_")
        }


def files(folder: Path) -> dict[str, str]:
    """Every file by name, with its hash; of a database its rows count, as its pages may lie in another order.

    A link counts as what it leads to. What only tells what was tried, and when, is left out. How many backups there
    are, and how often a database was kept aside, is told by their names once. Each sign-in has tokens of its own.
    """
    found: dict[str, str] = {}
    for file in sorted(folder.rglob("*")):
        name = _STAMP.sub("STAMP", str(file.relative_to(folder)))
        if file.is_dir() or name in _DIARIES:
            continue
        if file.name.endswith(".db"):
            rows = repr(database(file))
            found[name] = "a database" if "STAMP" in name or name == _OWN else rows
        elif file.name.endswith(_DATABASES) or "STAMP" in name:
            found[name] = "a database"
        elif file.parent.name == "tokens":
            found[name] = "tokens"
        else:
            found[name] = hashlib.sha256(file.read_bytes()).hexdigest()
    return {name: content for name, content in found.items() if not name.endswith(("-wal", "-shm"))}


def raw(folder: Path) -> dict[str, str]:
    """Every file by name, with the hash of its bytes, whatever state they are in."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and str(file.relative_to(folder)) not in _DIARIES
    }


def leftovers(folder: Path) -> list[str]:
    """Files under a temporary name."""
    return [str(file.relative_to(folder)) for file in folder.rglob("*") if _is_temporary(file.name)]


def _is_temporary(name: str) -> bool:
    return name.endswith((".part", ".tmp", "-journal", ".holder")) or (name.startswith(".") and name not in _HIDDEN)


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What differs between two states, by place: only here, only there. Nothing when they are the same."""
    told = {}
    for place in wanted:
        for name in sorted({*found[place], *wanted[place]}):
            here, there = found[place].get(name), wanted[place].get(name)
            if here == there:
                continue
            if isinstance(here, list) and isinstance(there, list):
                here, there = [row for row in here if row not in there], [row for row in there if row not in here]
            told[f"{place}: {name}"] = here, there
    return told
