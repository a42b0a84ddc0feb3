"""A table fits the terminal and loses nothing; off a terminal each row can be found by one line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from syncer.cli.table import LEAST, cells, table

CELL = st.text(st.sampled_from("ab é走-  "), max_size=60)
ROWS = st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=6)
HEADERS = ["one", "two>", "three", "four"]


def _letters(text: str) -> list[str]:
    return sorted("".join(text.split()))


def test_columns_stand_below_each_other_and_numbers_to_the_right() -> None:
    made = table(["run", "far>", "name"], [("a1", "8.4 km", None), ("  b22", "12 km", "Park\nrun\x1b[31m")])
    assert made.text().splitlines() == ["run       far  name", "a1     8.4 km", "  b22   12 km  Park run�[31m"]


@given(ROWS, st.integers(4 * LEAST + 6, 140))
def test_no_line_is_wider_than_the_terminal_and_nothing_is_lost(rows: list[tuple[str, ...]], width: int) -> None:
    made = table(HEADERS, rows).text(width)
    assert max(map(cells, made.splitlines())) <= width
    assert _letters(made) == _letters("onetwothreefour" + "".join(map("".join, rows)))


@given(ROWS)
def test_in_a_file_only_the_last_column_wraps(rows: list[tuple[str, ...]]) -> None:
    lines = table(HEADERS, rows).text().splitlines()
    for row in rows:
        assert any(all(" ".join(cell.split()) in line for cell in row[:-1]) for line in lines)


def test_the_last_column_gives_way_first() -> None:
    made = table(["id", "note"], [("a" * 30, "it was as warm as in spring " * 8)])
    for width, last in ((70, 38), (None, 68)):
        lines = made.text(width).splitlines()
        assert lines[1].startswith("a" * 30 + "  it was")
        assert all(line.startswith(" " * 32) for line in lines[2:])
        assert last - len("spring") < max(map(len, lines)) - 32 <= last


def test_words_stay_whole_where_they_can() -> None:
    made = table(["", ""], [("a tempo run in the park", "with strides")]).text(24)
    assert made.splitlines() == ["a tempo run  with", "in the park  strides"]
    assert table(["", ""], [("abcdefghijkl", "xyz")]).text(13).splitlines() == ["abcdefgh  xyz", "ijkl"]
