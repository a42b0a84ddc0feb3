"""The data is the runner's: all of it as JSON lines, and all of it gone."""

from __future__ import annotations

import base64
import contextlib
import sqlite3
import zlib
from collections.abc import Generator
from typing import Any

from syncer.domain.activity import Provider
from syncer.store.codec import dump, from_us, load
from syncer.store.database import rows, snapshot, transaction

# Everything but what only steers this program (import_items, recording_versions) and the payloads, which are asked for.
EXPORTED = (
    "recordings", "activities", "activity_recordings", "hand_links", "hand_pain", "hand_sessions", "plan_rules",
    "pauses", "excuses", "pushes", "schedule_entries", "sync_state", "pending_details", "runs", "run_sources",
    "verdicts", "questions", "meta",
)  # fmt: skip
BOOLEANS = frozenset({"offset_known", "manual", "start_hidden", "band_walk", "counted", "together"})

# What names recordings, in an order that foreign keys allow.
_BY_PROVIDER = (
    "payloads", "recording_versions", "hand_pain", "hand_sessions", "pending_details", "sync_state", "recordings",
)  # fmt: skip


def export(connection: sqlite3.Connection, *, payloads: bool = False) -> Generator[str]:
    """Every row as one line of JSON, ``{"table": …, column: value, …}``, as docs/reference/database.md names them.

    Instants are ISO 8601 with an offset (``start`` for ``start_us``), nested values are JSON (``notes`` for
    ``notes_json``), empty columns are left out. Sign-in tokens are not in the database.

    Args:
        connection: the database.
        payloads: also what the providers sent, verbatim, in base64.
    """
    version = rows(connection, "PRAGMA user_version")[0][0]
    with snapshot(connection):
        yield dump({"table": "database", "schema": version})
        for table in EXPORTED:
            found = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in found.description]
            for row in found:
                yield dump({"table": table} | _readable(dict(zip(names, row, strict=True))))
        if payloads:
            for provider, external_id, part, content in connection.execute(
                "SELECT provider, external_id, part, content FROM payloads"
            ):
                text = base64.b64encode(zlib.decompress(content)).decode("ascii")
                yield dump(
                    {
                        "table": "payloads",
                        "provider": provider,
                        "external_id": external_id,
                        "part": part,
                        "content": text,
                    }
                )


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    offset_s = row.pop("offset_s", 0)
    readable: dict[str, Any] = {}
    for name, value in row.items():
        if value is None:
            continue
        if name.endswith("_us"):
            local = offset_s if name == "start_us" else 0
            readable[name.removesuffix("_us")] = from_us(value, local).isoformat()
        elif name.endswith("_json"):
            readable[name.removesuffix("_json")] = load(value)
        else:
            readable[name] = bool(value) if name in BOOLEANS else value
    return readable


def forget(connection: sqlite3.Connection, provider: Provider | None = None) -> dict[str, int]:
    """Remove everything that came from ``provider``, or everything when None; beyond recovery from this file.

    What the runner said by hand about an activity moves to its recording of another provider, where it has one.
    Activities are removed whole and have to be derived again; files are read again at the next import. Backups are
    other files: `syncer.store.backups.drop_backups`.

    Returns:
        Table → how many rows went.
    """
    # Overwrite what is deleted: a plain DELETE leaves it in the file's free pages.
    rows(connection, "PRAGMA secure_delete = ON")
    with transaction(connection):
        gone = _forget_all(connection) if provider is None else _forget_provider(connection, provider.value)
    rows(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
    with contextlib.suppress(sqlite3.OperationalError):  # only makes the file smaller; needs room for a copy
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {table: count for table, count in gone.items() if count}


def _forget_all(connection: sqlite3.Connection) -> dict[str, int]:
    first = ("activity_recordings", "activities", *_BY_PROVIDER)
    names = [row[0] for row in rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    ordered = [*first, *(name for name in names if name not in first and not name.startswith("sqlite_"))]
    return {table: _delete(connection, table) for table in ordered}


def _forget_provider(connection: sqlite3.Connection, provider: str) -> dict[str, int]:
    for table in ("hand_pain", "hand_sessions"):
        _hand_over(connection, table, provider)
    gone = {table: _delete(connection, table) for table in ("activity_recordings", "activities", "import_items")}
    gone |= {table: _delete(connection, table, "provider = ?", provider) for table in _BY_PROVIDER}
    gone["hand_links"] = _delete(
        connection, "hand_links", "first_provider = ? OR second_provider = ?", provider, provider
    )
    gone["questions"] = _delete(connection, "questions", "kind = 'pain' AND subject LIKE ?", f"{provider[0]}%")
    gone["meta"] = _delete(connection, "meta", "key = 'derivation'")
    return gone


def _hand_over(connection: sqlite3.Connection, table: str, provider: str) -> None:
    """Key what was said by hand by another provider's recording of the same activity, where there is one."""
    connection.execute(
        f"UPDATE OR IGNORE {table} AS said SET (provider, external_id) = ("
        "  SELECT other.provider, other.external_id FROM activity_recordings AS mine"
        "  JOIN activity_recordings AS other USING (activity_id)"
        "  WHERE (mine.provider, mine.external_id) = (said.provider, said.external_id)"
        "  AND other.provider <> said.provider ORDER BY other.position LIMIT 1)"
        " WHERE provider = ? AND EXISTS ("
        "  SELECT 1 FROM activity_recordings AS mine JOIN activity_recordings AS other USING (activity_id)"
        "  WHERE (mine.provider, mine.external_id) = (said.provider, said.external_id)"
        "  AND other.provider <> said.provider)",
        (provider,),
    )


def _delete(connection: sqlite3.Connection, table: str, where: str = "1", *values: str) -> int:
    return connection.execute(f"DELETE FROM {table} WHERE {where}", values).rowcount
