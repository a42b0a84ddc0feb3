"""`syncer report` as the runner calls it: every format, files, colours, and the physiotherapist's page."""

from __future__ import annotations

import codecs
import csv
import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.runner import syncer
from tests.cli.terminal import on_a_terminal
from tests.export_builder import StravaActivity, strava_export, write_zip

NOW = {"SYNCER_NOW": "2026-03-29T18:00:00+00:00", "SYNCER_TIMEZONE": "Europe/Berlin"}
FIRST = datetime(2026, 1, 5, 17, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve weeks of runs, with a plan that was not kept towards the end, new pain, and a hostile note."""
    folder = tmp_path_factory.mktemp("report")
    place = folder / "home"
    days = [day for day in range(84) if day % 7 in (1, 3, 5)]
    rows = [
        StravaActivity(
            str(1000 + day),
            FIRST + timedelta(days=day),
            name='=HYPERLINK("https://evil.example") <script>alert(1)</script> \x1b[31m' if day == 78 else "Run",
            description="#kneepain6 left" if day == 82 else "" if day == 80 else "#kneepain0",
            distance_m=8000 + 10 * day,
        )
        for day in days
    ]
    walks = [
        StravaActivity(
            str(2000 + day), FIRST + timedelta(days=day), "Lateral band walk", "Workout", elapsed_s=900, rpe="6"
        )
        for day in range(0, 60, 7)
    ]
    export = write_zip(folder / "export.zip", strava_export([*rows, *walks]))
    assert syncer("plan", "set", "--days", "mon,thu", "--from", "2026-01-05", home=place, env=NOW).code == 0
    assert syncer("import", export, home=place, env=NOW).code == 0
    return place


def test_every_format_of_the_same_week(home: Path, tmp_path: Path):
    data = syncer("--json", "report", home=home, env=NOW).data
    assert data["week"] == "2026-W13"
    (flag,) = data["flags"]
    kept = f"{flag['missed']} of {flag['planned']} planned sessions were missed"
    for form in ("terminal", "markdown", "html"):
        ran = syncer("report", "--format", form, home=home, env=NOW)
        assert (ran.code, ran.err) == (0, "")
        assert kept in " ".join(ran.out.split())
        assert "https://www.strava.com/activities/1082" in ran.out
        assert "\x1b" not in ran.out
        for missed in flag["missed_sessions"]:
            assert f"{datetime.fromisoformat(missed['date']):%-d %b}" in ran.out
    assert json.loads(syncer("report", "--format", "json", home=home, env=NOW).out) == data
    assert syncer("report", home=home, env=NOW).out == syncer("report", "--format", "terminal", home=home, env=NOW).out


@pytest.mark.parametrize(
    ("name", "start"),
    [("r.md", "# Week 2026-W13"), ("r.html", "<!doctype html>"), ("r.json", "{"), ("r.txt", "Week 2026-W13")],
)
def test_the_name_of_the_file_says_the_format(home: Path, tmp_path: Path, name: str, start: str):
    file = tmp_path / "new folder" / name
    ran = syncer("report", "-o", file, home=home, env=NOW)
    assert (ran.code, ran.out) == (0, f"Wrote {file}.\n")
    assert file.read_text(encoding="utf-8").startswith(start)


def test_it_says_what_is_next_and_who_to_see(home: Path):
    text = " ".join(syncer("report", home=home, env=NOW).out.split())
    assert "! Knee pain of 6/10 or more on Sat 28 Mar: see a physiotherapist or doctor." in text
    assert re.search(r"Next Mon 30 Mar: Lateral band walk, level \d+ \(light band, ", text)
    assert "syncer pain set s1080 0" in text


def test_on_a_terminal_it_has_colours_and_with_no_color_none(home: Path):
    plain = syncer("report", home=home, env=NOW).out
    coloured = on_a_terminal("report", home=home, env=NOW | {"TERM": "xterm-256color"})
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).split() == plain.split()
    without = on_a_terminal("report", home=home, env=NOW | {"TERM": "xterm-256color", "NO_COLOR": "1"})
    assert not re.search(r"\x1b\[(3[0-9]|9[0-7]|38)", without)


def test_a_narrow_terminal_gets_narrow_lines(home: Path):
    narrow = {"TERM": "xterm", "COLUMNS": "60"}
    shown = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal("report", home=home, env=NOW | narrow))
    lines = [line for line in shown.splitlines() if "https://" not in line and "syncer " not in line]
    assert max(len(line) for line in lines) <= 60


def test_a_table_fits_a_narrow_terminal(home: Path):
    shown = on_a_terminal("activities", "list", home=home, env=NOW | {"TERM": "xterm", "COLUMNS": "64"})
    assert max(map(len, shown.splitlines())) <= 64
    piped = syncer("activities", "list", home=home, env=NOW).out
    assert max(map(len, piped.splitlines())) > 64
    assert sorted("".join(shown.split())) == sorted("".join(piped.split()))


class TestPhysio:
    def test_html_with_csv_beside_it(self, home: Path, tmp_path: Path):
        page = tmp_path / "physio.html"
        ran = syncer("report", "--for", "physio", "-o", page, home=home, env=NOW)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out == f"Wrote {page} and {tmp_path / 'physio.csv'}.\n"
        text = page.read_text(encoding="utf-8")
        assert "Weeks 2026-W02 to 2026-W13" in text
        assert "<script" not in text
        # without the mark Excel takes it for the code page of its computer
        assert (tmp_path / "physio.csv").read_bytes().startswith(codecs.BOM_UTF8 + b"kind,")
        with (tmp_path / "physio.csv").open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        runs = [row for row in rows if row["kind"] == "run"]
        assert len(runs) == 36
        (tagged,) = (row for row in runs if row["pain_answer"] == "tagged")
        assert (tagged["pain_score"], tagged["pain_side"]) == ("6", "left")
        assert {row["effort"] for row in rows if row["kind"] == "session" and row["status"] == "done"} == {"6"}
        assert next(row["rule"] for row in rows if row["kind"] == "level") == "start"
        assert sum(float(row["distance_m"]) for row in rows if row["kind"] == "week") == pytest.approx(
            sum(float(row["distance_m"]) for row in runs)
        )

    @pytest.mark.parametrize(
        ("asked", "made"),
        [
            ("knee", ("knee.html", "knee.csv")),
            ("Dr. Meyer", ("Dr. Meyer.html", "Dr. Meyer.csv")),
            ("knee.CSV", ("knee.html", "knee.CSV")),
            ("knee.htm", ("knee.htm", "knee.csv")),
        ],
    )
    def test_names_of_both_files(self, asked: str, made: tuple[str, str], home: Path, tmp_path: Path):
        ran = syncer("report", "--for", "physio", "-o", tmp_path / "out" / asked, home=home, env=NOW)
        assert ran.code == 0
        assert {file.name for file in (tmp_path / "out").iterdir()} == set(made)

    def test_without_a_file_it_lies_with_the_reports(self, home: Path):
        words = ("--json", "report", "--for", "physio", "--from", "2026-W10", "--to", "2026-W12")
        ran = syncer(*words, home=home, env=NOW)
        files = [Path(name) for name in ran.data["files"]]
        assert files == [home / "reports" / f"physio-2026-W10-2026-W12.{end}" for end in ("html", "csv")]
        assert all(file.is_file() for file in files)
        assert [week["week"] for week in ran.data["weeks"]] == ["2026-W10", "2026-W11", "2026-W12"]

    def test_as_json_nothing_is_written(self, home: Path):
        before = sorted((home / "reports").glob("*"))
        ran = syncer("report", "--for", "physio", "--format", "json", "--week", "2026-W11", home=home, env=NOW)
        assert json.loads(ran.out)["to"] == "2026-W11"
        assert sorted((home / "reports").glob("*")) == before

    def test_as_of_an_earlier_day(self, home: Path):
        words = ("--json", "report", "--for", "physio", "--format", "json", "--as-of", "2026-03-27")
        data = syncer(*words, home=home, env=NOW).data
        assert max(row["local_date"] for row in data["pain"]) <= "2026-03-27"
        assert data["to"] == "2026-W13"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--week", "9999-W52"], "'9999-W52' is not within 1970 and 2099"),
            (["--week", "0001-W01"], "'0001-W01' is not within 1970 and 2099"),
            (["--as-of", "9999-12-31"], "'9999-12-31' is not within 1970 and 2099"),
            (["--for", "physio", "--from", "0001-W01"], "'0001-W01' is not within 1970 and 2099"),
            (["--for", "physio", "--format", "markdown"], "not written as markdown"),
            (["--for", "physio", "--from", "2026-W12", "--to", "2026-W10"], "2026-W12 comes after 2026-W10"),
            (["--for", "physio", "--from", "2026-W54"], "2026 has no week 54"),
            (["--for", "physio", "--to", "yesterday"], "'yesterday' is not an ISO week"),
            (["--from", "2026-W10"], "go with --for physio"),
            (["--for", "coach"], "coach"),
        ],
    )
    def test_what_does_not_fit_is_said(self, home: Path, words: list[str], said: str):
        ran = syncer("report", *words, home=home, env=NOW)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err
        assert "try: " in ran.err

    def test_with_nothing_known(self, tmp_path: Path):
        ran = syncer("report", "--for", "physio", "-o", tmp_path / "p.html", home=tmp_path / "new", env=NOW)
        assert ran.code == 0
        assert "Nothing in these weeks." in (tmp_path / "p.html").read_text(encoding="utf-8")


def test_help_loads_no_report(home: Path):
    code = (
        "import sys; sys.argv = ['syncer', 'report', '--help']\n"
        "from syncer.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('jinja2', 'numpy', 'syncer.report.html') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
