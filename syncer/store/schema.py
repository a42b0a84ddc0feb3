"""The schema: numbered ``.sql`` files make it, and a mark in the file says that it is ours."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files

APPLICATION_ID = 0x53594E43  # "SYNC": marks the file as ours, https://sqlite.org/pragma.html#pragma_application_id


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema. ``number`` counts from 1 and becomes ``PRAGMA user_version``."""

    number: int
    name: str
    sql: str


def shipped_migrations() -> tuple[Migration, ...]:
    """The steps in ``migrations/``, in order."""
    found = [
        Migration(int(match[1]), match[2], file.read_text(encoding="utf-8"))
        for file in files("syncer.store").joinpath("migrations").iterdir()
        if (match := re.fullmatch(r"(\d{4})_(\w+)\.sql", file.name))
    ]
    return tuple(sorted(found, key=lambda step: step.number))


def has_schema(connection: sqlite3.Connection, version: int) -> bool:
    """Whether the tables and indices are those that the first ``version`` steps make."""
    with closing(sqlite3.connect(":memory:", autocommit=True)) as made:
        for step in shipped_migrations()[:version]:
            made.executescript(step.sql)
        return _tables(made) == _tables(connection)


def _tables(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    # what SQLite makes for itself (sqlite_stat1) is no part of it
    wanted = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY type, name"
    return connection.execute(wanted).fetchall()
