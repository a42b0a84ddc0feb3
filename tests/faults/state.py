"""What stays after a run: the database without its log, and the files."""

from __future__ import annotations

import contextlib
import hashlib
import re
import sqlite3
from pathlib import Path
from typing import Any

LOG = frozenset({"runs", "run_sources"})
_SEAL = re.compile(r"\b[0-9a-f]{64}\b")
_STAMP = re.compile(r"\d{8}-\d{6}(-\d{6})?")
_DIARIES = ("home/syncer.lock", "home/logs/nightly-STAMP.log", "bin/calls")
_HIDDEN = (".config", ".local")  # a user's home has them
_DATABASES = (".db", ".db-wal", ".db-shm", ".db-journal")


def state(folder: Path) -> dict[str, Any]:
    """The whole state of a home and of what lies around it, comparable between two runs."""
    assert list((folder / "tmp").iterdir()) == []
    return {"database": database(folder / "home" / "syncer.db"), "files": files(folder)}


def database(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table but the log of runs; the database must be whole."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: sorted((_unsealed(row) for row in connection.execute(f"SELECT * FROM {table}")), key=repr)
            for table in tables
            if table not in LOG and not table.startswith("sqlite_")
        }


def _unsealed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A seal is made of a file's place on the disk, which is another in each copy of a home."""
    return tuple(_SEAL.sub("SEAL", cell) if row[0] == "seal" and isinstance(cell, str) else cell for cell in row)


def files(folder: Path) -> dict[str, str]:
    """Every file by name, with its hash; databases by name only, as their pages may lie in another order.

    A link counts as what it leads to. What only tells what was tried, and when, is left out. How many backups there
    are, and how often a database was kept aside, is told by their names once.
    """
    found: dict[str, str] = {}
    for file in sorted(folder.rglob("*")):
        name = _STAMP.sub("STAMP", str(file.relative_to(folder)))
        if file.is_dir() or name in _DIARIES:
            continue
        is_database = file.name.endswith(_DATABASES) or "STAMP" in name
        found[name] = "a database" if is_database else hashlib.sha256(file.read_bytes()).hexdigest()
        if file.name.endswith(".db"):
            database(file)
    return {name: content for name, content in found.items() if not name.endswith(("-wal", "-shm"))}


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
