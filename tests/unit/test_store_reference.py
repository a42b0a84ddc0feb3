"""docs/reference/database.md holds what the schema says. To write it anew: python -m tests.unit.test_store_reference"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from pathlib import Path

from syncer.store.database import rows
from syncer.store.schema import shipped_migrations
from tests.unit.stored import opened

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "database.md"
START, END = "<!-- tables: begin -->\n", "<!-- tables: end -->\n"
_COLUMN = re.compile(r"^\s*(\w+) (TEXT|INTEGER|REAL|BLOB)\b.*?-- (.+)$")


def tables(connection: sqlite3.Connection) -> str:
    """Every table with its columns, from the comments that SQLite keeps in the schema."""
    found = rows(connection, "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return "\n".join(_table(connection, name, sql) for name, sql in found)


def _table(connection: sqlite3.Connection, name: str, sql: str) -> str:
    first, *lines = sql.splitlines()
    told = {match[1]: match[3] for line in lines if (match := _COLUMN.match(line))}
    text = [f"### `{name}`\n", f"{first.partition('-- ')[2]}\n", "| column | type | |", "|---|---|---|"]
    for column, kind, not_null, key in rows(
        connection, f"SELECT name, type, \"notnull\", pk FROM pragma_table_info('{name}')"
    ):
        kinds = [kind.lower(), *(["key"] if key else []), *([] if not_null or key else ["may be null"])]
        text.append(f"| `{column}` | {', '.join(kinds)} | {told[column].replace('|', chr(92) + '|')} |")
    return "\n".join(text) + "\n"


def test_the_page_holds_every_table_and_column() -> None:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as connection:
        wanted = tables(connection)
    page = PAGE.read_text(encoding="utf-8")
    assert page.partition(START)[2].partition(END)[0] == wanted
    assert f"schema {len(shipped_migrations())}." in page


def test_every_table_and_column_says_what_it_is() -> None:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as connection:
        lines = tables(connection).splitlines()
    assert len(lines) > 150
    for line in lines:
        if line.startswith("| `"):
            assert len(line.split(" | ")[2].rstrip(" |")) > 3, line


def test_the_examples_run() -> None:
    page = PAGE.read_text(encoding="utf-8")
    examples = re.findall(r"```sql\n(.+?)```", page, re.DOTALL)
    assert examples
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as connection:
        for example in examples:
            rows(connection, example)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, opened(Path(place)) as database:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        PAGE.write_text(before + START + tables(database) + END + after, encoding="utf-8")
