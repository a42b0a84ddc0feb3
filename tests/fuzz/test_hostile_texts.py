"""Escape sequences, markup and formulas in names and notes: shown as they are, and nothing else happens, wherever."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from tests.cli.live import Live, live
from tests.export_builder import StravaActivity, strava_export, write_zip
from tests.fakes.loopback import Answer, Request, running, status

__all__ = ["live"]

EVIL = (
    "\x1b[2J\x1b]0;owned\x07\x9b31m\x7f\u202e\x85\u2028<script>alert(1)</script><img src=x onerror=alert(1)>"
    "\r\n=cmd|'/c calc'!A1"
)
NOTE = f"knee hurt 3/10 {EVIL}"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
SHOWN = (
    "activities list",
    "activities show s1",
    "pain list",
    "plan show",
    "report --week 2026-W46",
    "report --week 2026-W46 --format markdown",
    "report --week 2026-W46 --format html",
    "evidence",
    "db export",
    "doctor",
)


def with_hostile_runs(live: Live, tmp_path: Path) -> None:
    """Runs with hostile names and notes, some of them imported and some of them live, and a plan."""
    runs = [
        StravaActivity(str(number), live.day(number), name=EVIL, description=NOTE, private_note=EVIL)
        for number in range(1, 12)
    ]
    write_zip(tmp_path / "export.zip", strava_export(runs))
    assert live.run("plan", "set", "--days", "mon,wed,fri", "--from", "2026-10-05").code == 0
    assert live.run("import", tmp_path / "export.zip").code == 0


def test_no_output_steers_a_terminal_or_a_browser(live: Live, tmp_path: Path) -> None:
    with_hostile_runs(live, tmp_path)
    for words in SHOWN:
        for as_told in ((), ("--json",)):
            ran = live.spawn(*as_told, *words.split())
            assert ran.code in (0, 1), (words, ran.err)
            assert not STEERING.search(ran.out + ran.err), words
            if as_told:
                assert ran.envelope
            elif "html" in words or "markdown" in words:
                assert "<script" not in ran.out, words
                assert "<img" not in ran.out, words
    assert "<script>alert(1)</script>" in "".join(live.spawn("activities", "list").out.split())


def test_nothing_becomes_a_formula_in_a_spreadsheet(live: Live, tmp_path: Path) -> None:
    with_hostile_runs(live, tmp_path)
    made = tmp_path / "physio.html"
    assert live.spawn("report", "--for", "physio", "--to", "2026-W46", "-o", made).code == 0
    page = made.read_text()
    assert "<script" not in page
    assert "<img" not in page
    assert not STEERING.search(page)
    table = made.with_suffix(".csv").read_text(encoding="utf-8-sig")
    assert not STEERING.search(table)
    assert not [
        cell for row in csv.reader(io.StringIO(table)) for cell in row if cell.startswith(("=", "+", "@", "\t"))
    ]


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_what_a_service_says_reaches_a_phone_as_plain_text(live: Live) -> None:
    door: list[Request] = []

    def take(request: Request) -> Answer:
        door.append(request)
        return Answer(200, b"OK")

    said = status(403, '{"message": "\\u001b[2J\\u202e<script>alert(1)</script>", "errors": []}')
    live.strava_server.faults.add(".", said)
    live.garmin_server.faults.add(".", said)
    live.later(days=3)
    with running(take) as server:
        live.settings["SYNCER_NOTIFY_URLS"] = f"json://127.0.0.1:{server.port}/hook"
        ran = live.spawn("nightly")
    assert ran.code != 0
    told = [request.json for request in door]
    assert told
    logs = "".join(file.read_text() for file in (live.home / "logs").iterdir())
    for text in (ran.out, ran.err, logs, *(one[part] for one in told for part in ("title", "message"))):
        assert not STEERING.search(text)
