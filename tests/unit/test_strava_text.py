"""Dates, numbers, columns and quoting as Strava's tables have them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.sources.loose_csv import read_table
from syncer.sources.strava_columns import find_columns, number
from syncer.sources.strava_dates import utc_instant
from tests.export_builder import ENGLISH, GERMAN, OF_2019, OLD, as_html, german_date, table, us_date

AFTERNOON = datetime(2022, 5, 29, 15, 53, 35, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "May 29, 2022, 3:53:35 PM",
        "May 29, 2022, 3:53:35\u202fPM",
        "May 29, 2022, 3:53:35\u00a0PM",
        "May 29, 2022, 15:53:35",
        "29 May 2022, 15:53:35",
        "29 May 2022 at 15:53:35",
        "29.05.2022, 15:53:35",
        "29.5.2022, 15:53:35",
        "29. Mai 2022 um 15:53:35",
        "29 mai 2022, 15:53:35",
        "29 mai 2022 à 15:53:35",
        "29 may 2022, 15:53:35",
        "29 de mayo de 2022, 3:53:35 p. m.",
        "29 mei 2022 15:53:35",
        "2022-05-29 15:53:35",
        "2022-05-29T15:53:35Z",
        "2022-05-29 15:53:35 UTC",
        "29/05/2022 15:53:35",
        "5/29/2022 15:53:35",
    ],
)
def test_one_instant_in_the_writing_of_many_languages(text: str) -> None:
    assert utc_instant(text) == AFTERNOON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sept 5, 2023, 12:03:01 PM", datetime(2023, 9, 5, 12, 3, 1, tzinfo=UTC)),
        ("Sep 5, 2023, 12:03:01 AM", datetime(2023, 9, 5, 0, 3, 1, tzinfo=UTC)),
        ("05.03.2023, 07:00:00", datetime(2023, 3, 5, 7, tzinfo=UTC)),
        ("5 févr. 2023, 07:00:00", datetime(2023, 2, 5, 7, tzinfo=UTC)),
        ("27 juil. 2026, 08:12:33", datetime(2026, 7, 27, 8, 12, 33, tzinfo=UTC)),
        ("6 mrt. 2024 14:23:15", datetime(2024, 3, 6, 14, 23, 15, tzinfo=UTC)),
        ("28 ago 2026, 17:33:44", datetime(2026, 8, 28, 17, 33, 44, tzinfo=UTC)),
        ("Feb 29, 2024, 12:00:00 PM", datetime(2024, 2, 29, 12, tzinfo=UTC)),
    ],
)
def test_dates_with_traps(text: str, expected: datetime) -> None:
    assert utc_instant(text) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no date"),
        ("yesterday", "no date"),
        ("29 Xyz 2022, 15:53:35", "'xyz' is no month"),
        ("Feb 30, 2022, 1:00:00 PM", "out of range|must be in range"),
        ("May 29, 2022, 13:53:35 PM", "no hour 13"),
        ("3/4/2022 15:53:35", "day from the month"),
        ("May 29, 1922, 3:53:35 PM", "year 1922 cannot be"),
        ("Dec 31, 9999, 11:59:59 PM", "year 9999 cannot be"),
    ],
)
def test_what_is_no_date_is_said(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        utc_instant(text)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1)))
def test_both_languages_are_read_back(when: datetime) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC)
    assert utc_instant(us_date(when)) == when
    assert utc_instant(german_date(when)) == when


@pytest.mark.parametrize(
    ("text", "comma", "expected"),
    [
        ("9440.0", True, 9440.0),
        ("9,44", True, 9.44),
        ("1.234,5", True, 1234.5),
        ("1 234,5", True, 1234.5),
        ("1\u202f234,5", True, 1234.5),
        ("2,000", False, 2000.0),
        ("1,234.5", False, 1234.5),
        ("1,234.5", True, 1234.5),
        ("-3", True, -3.0),
        ("", True, None),
        ("nan", True, None),
        ("inf", True, None),
        ("1e400", True, None),
        ("12 km", True, None),
        ("١٢", True, None),
    ],
)
def test_numbers(text: str, comma: bool, expected: float | None) -> None:
    assert number(text, decimal_comma=comma) == expected


SAMPLE = ["123", "2022-05-29 15:53:35", "Run", "Run", "", "1800", "5,00", "", "", "", "note", "", "activities/1.fit"]


def test_of_a_repeated_name_the_second_is_taken() -> None:
    columns = find_columns(ENGLISH, [])
    assert columns is not None
    assert columns.places["elapsed_s"] == 15
    assert columns.places["distance_m"] == 17
    assert columns.places["distance_shown"] == 6
    assert (columns.places["rpe"], columns.places["from_upload"], columns.places["moving_s"]) == (43, 52, 16)


@pytest.mark.parametrize("header", [ENGLISH, GERMAN])
def test_languages_have_the_same_places(header: list[str]) -> None:
    english, other = find_columns(ENGLISH, []), find_columns(header, [])
    assert english is not None
    assert other is not None
    assert other.places == english.places
    assert other.decimal_comma == (header is GERMAN)


def test_headers_in_html_and_other_case_are_known() -> None:
    columns = find_columns([as_html(name.upper()) for name in ENGLISH], [])
    assert columns is not None
    assert columns.places["private_note"] == 10


def test_more_columns_move_nothing() -> None:
    header = ["New", *ENGLISH[:20], "Newer", *ENGLISH[20:], "Newest"]
    columns = find_columns(header, [])
    assert columns is not None
    assert columns.places["distance_m"] == 18
    assert columns.places["rpe"] == 45


def test_a_language_that_is_not_listed_is_read_by_place() -> None:
    header = [f"kolumn {ENGLISH.index(name)}" for name in ENGLISH]
    columns = find_columns(header, [SAMPLE + [""] * 40])
    assert columns is not None
    english = find_columns(ENGLISH, [])
    assert english is not None
    assert columns.places == english.places


def test_a_short_table_of_an_unlisted_language_too() -> None:
    columns = find_columns([f"kolumn {place}" for place in range(13)], [SAMPLE])
    assert columns is not None
    assert columns.places["filename"] == 12
    assert "distance_m" not in columns.places


def test_before_july_2019_the_distance_was_in_metres() -> None:
    old, newer = find_columns(OLD, []), find_columns(OF_2019, [])
    assert old is not None
    assert newer is not None
    assert old.places["distance_m"] == 6
    assert "distance_m" not in newer.places
    assert newer.places["distance_shown"] == 6
    assert newer.places["filename"] == old.places["filename"] == 9


@pytest.mark.parametrize(
    "header",
    [
        ["Activity Type", "Date", "Favorite", "Title", "Distance", "Calories", "Time", "Avg HR", "Max HR", "Steps"],
        ["a", "b"],
        [""],
    ],
)
def test_other_tables_are_not_taken_for_stravas(header: list[str]) -> None:
    assert find_columns(header, [["Running", "2026-01-06 06:00:00", *[""] * 8]]) is None


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
WILD = st.text(st.sampled_from('a",\\\n\r; \t'), max_size=8)


@given(st.lists(st.lists(CELLS | WILD, min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_rfc_4180_writes_is_read_back(rows: list[list[str]]) -> None:
    header = ["a,b", "c", "d"]
    rows = [row for row in rows if "".join(row).strip()]
    assert [row.cells for row in read_table(table(header, rows, quote_all=True))] == [header, *rows]
    # Before Python 3.13 the writer leaves a lone carriage return bare, which then ends the row.
    plain = [[cell.replace("\r", "") for cell in row] for row in rows]
    assert [row.cells for row in read_table(table(header, plain))] == [header, *plain]


@pytest.mark.parametrize("behind", ["", '4,"say \\"hi\\"",z\n'], ids=["plain", "with backslashes"])
def test_rows_of_empty_cells_as_spreadsheets_leave_them_are_none(behind: str) -> None:
    text = f'id,name,note\n1,a,b\n,,\n , ,""\n  \n3,c,\n{behind}'
    rows = list(read_table(text))
    assert [(row.line, row.cells[0]) for row in rows[:3]] == [(1, "id"), (2, "1"), (6, "3")]
    assert len(rows) == (4 if behind else 3)


@st.composite
def quoting(draw: st.DrawFn) -> str:
    """A cell in which every quote stands between letters, where the two ways of writing it cannot be confused."""
    words = draw(st.lists(st.text("ab", min_size=1, max_size=3), max_size=4))
    return "".join(word + draw(st.sampled_from('", \n')) for word in words) + "."


@given(st.lists(st.lists(quoting(), min_size=3, max_size=3), min_size=1, max_size=5))
def test_backslashes_before_quotes_are_read_back(rows: list[list[str]]) -> None:
    lines = [",".join('"' + cell.replace('"', '\\"') + '"' for cell in row) for row in rows]
    text = "one,two,three\n" + "\n".join(lines) + "\n"
    assert [row.cells for row in read_table(text)][1:] == rows


def test_both_ways_of_quoting_in_one_table() -> None:
    text = 'id,name,note\n1,"say ""hi""",\\_(ツ)_/¯\n2,"say \\"hi\\", and go","a\nb"\n3,"ends in \\",x\n'
    rows = list(read_table(text))
    assert [row.cells for row in rows[1:]] == [
        ["1", 'say "hi"', "\\_(ツ)_/¯"],
        ["2", 'say "hi", and go', "a\nb"],
        ["3", "ends in \\", "x"],
    ]
    assert [row.line for row in rows] == [1, 2, 3, 5]


def test_a_row_that_cannot_be_read_does_not_take_the_next_with_it() -> None:
    text = 'id,name,note\n1,"a "b" c",x\n2,good,y\n3,"never closed\n4,lost,z\n'
    rows = list(read_table(text))
    assert [(row.line, row.cells) for row in rows[1:]] == [
        (2, []),
        (3, ["2", "good", "y"]),
        (4, []),
        (5, ["4", "lost", "z"]),
    ]


def test_semicolons_as_spreadsheets_save_them() -> None:
    assert [row.cells for row in read_table("a;b;c\n1;2,5;x\n")] == [["a", "b", "c"], ["1", "2,5", "x"]]
