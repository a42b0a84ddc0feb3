"""The main job through the real program: plan, import, match, pain, report, push; one process a command."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import fitdecode
import pytest

from tests import fit_builder
from tests.cli.runner import Ran, syncer
from tests.export_builder import StravaActivity, strava_export, write_zip

NOW = {"SYNCER_NOW": "2026-03-30T08:00:00+00:00", "SYNCER_TIMEZONE": "Europe/Berlin"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def at(day: str, clock: str = "06:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+00:00").astimezone(UTC)


def strava_zip(folder: Path, *activities: StravaActivity) -> Path:
    return write_zip(folder / "export.zip", strava_export(activities))


def counts(imported: Ran) -> dict[str, int]:
    [one] = imported.data["providers"]
    return {name: one[name] for name in ("listed", "items", "read", "added", "updated", "unchanged")}


def test_an_empty_home_reads_well(home: Path) -> None:
    for words in (["report"], ["plan", "show"], ["activities", "list"], ["pain", "list"], ["evidence"]):
        ran = syncer(*words, home=home, env=NOW)
        assert (ran.code, ran.err) == (0, ""), words
        assert ran.out.strip()
    report = syncer("--json", "report", home=home, env=NOW)
    assert report.data["runs"]["count"] == 0
    assert report.data["plan"]["planned"] == 0
    assert report.data["next"] is None


def test_importing_twice_changes_nothing_and_counts_what_was_left_out(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fits"
    folder.mkdir()
    (folder / "run.fit").write_bytes(fit_builder.run(at("2026-03-24")))
    (folder / "broken.fit").write_bytes(fit_builder.run(at("2026-03-25"))[:-20])
    (folder / "page.html").write_text("<html>")
    first = syncer("--json", "import", folder, home=home, env=NOW)
    assert first.code == 3
    assert first.envelope["status"] == "partial"
    assert [error["item"] for error in first.envelope["errors"]] == [
        error["item"] for error in first.envelope["errors"] if "broken.fit" in error["item"]
    ]
    assert counts(first) == {"listed": 1, "items": 2, "read": 2, "added": 1, "updated": 0, "unchanged": 0}
    again = syncer("--json", "import", folder, home=home, env=NOW)
    assert again.code == 3
    assert counts(again) == {"listed": 1, "items": 2, "read": 1, "added": 0, "updated": 0, "unchanged": 1}
    listed = syncer("--json", "activities", "list", home=home, env=NOW).data["activities"]
    assert [item["local_date"] for item in listed] == ["2026-03-24"]


def test_an_import_counts_the_recordings_that_files_hold(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fits"
    folder.mkdir()
    legs = [
        fit_builder.Leg(at("2026-03-24", clock), 1800, fit_builder.RUNNING, 0, 5000.0, None, None)
        for clock in ("06:00", "06:40")
    ]
    (folder / "two.fit").write_bytes(fit_builder.activity(legs))
    assert syncer("workout", "build", "hip-circuit", "-o", folder / "workout.fit", home=home, env=NOW).code == 0
    everything = {"listed": 2, "items": 2, "updated": 0}
    would = syncer("--json", "import", folder, "--dry-run", home=home, env=NOW)
    assert counts(would) == {"listed": 0, "items": 2, "read": 2, "added": 0, "updated": 0, "unchanged": 0}
    first = syncer("--json", "import", folder, home=home, env=NOW)
    assert counts(first) == {**everything, "read": 2, "added": 2, "unchanged": 0}
    for _ in range(2):  # file by file, then the folder as a whole
        again = syncer("--json", "import", folder, home=home, env=NOW)
        assert counts(again) == {**everything, "read": 0, "added": 0, "unchanged": 2}
        assert again.data["providers"][0]["skipped"] == first.data["providers"][0]["skipped"]


def test_a_run_of_both_platforms_is_one_and_says_why(home: Path, tmp_path: Path) -> None:
    fit = fit_builder.run(at("2026-03-24"), serial=77)
    (tmp_path / "original.fit").write_bytes(fit)
    strava = strava_zip(tmp_path, StravaActivity("500", at("2026-03-24"), description="#kneepain4 left", file=fit))
    for path in (strava, tmp_path / "original.fit"):
        assert syncer("import", path, home=home, env=NOW).code == 0
    [run] = syncer("--json", "activities", "list", "--kind", "run", home=home, env=NOW).data["activities"]
    assert run["id"] == "s500"
    assert {one["provider"] for one in run["recordings"]} == {"strava", "file"}
    assert run["pain"]["state"] == "tagged"
    assert (run["pain"]["score"], run["pain"]["side"]) == (4, "left")
    shown = syncer("activities", "show", "s500", home=home, env=NOW)
    assert "file-identity" in shown.out
    other = next(one for one in run["recordings"] if one["provider"] == "file")
    assert syncer("activities", "unlink", f"f{other['external_id']}", home=home, env=NOW).code == 0
    assert syncer("import", strava, tmp_path / "original.fit", home=home, env=NOW).code == 0
    assert len(syncer("--json", "activities", "list", home=home, env=NOW).data["activities"]) == 2
    assert syncer("activities", "link", "s500", f"f{other['external_id']}", home=home, env=NOW).code == 0
    assert len(syncer("--json", "activities", "list", home=home, env=NOW).data["activities"]) == 1


def test_pain_by_hand_beats_the_note_and_survives_the_next_import(home: Path, tmp_path: Path) -> None:
    note = StravaActivity("500", at("2026-03-24"), description="#kneepain4")
    assert syncer("import", strava_zip(tmp_path, note), home=home, env=NOW).code == 0
    assert syncer("pain", "set", "s500", "0", home=home, env=NOW).code == 0
    later = StravaActivity("501", at("2026-03-26"))
    assert syncer("import", strava_zip(tmp_path, note, later), home=home, env=NOW).code == 0
    runs = syncer("--json", "pain", "list", "--all", home=home, env=NOW).data["runs"]
    assert [(run["activity_id"], run["pain"] and run["pain"]["state"]) for run in runs] == [
        ("s500", "zero"),
        ("s501", None),
    ]
    assert syncer("pain", "clear", "s500", home=home, env=NOW).code == 0
    assert syncer("--json", "pain", "list", home=home, env=NOW).data["runs"][0]["pain"]["score"] == 4


def test_skipped_sessions_before_a_new_pain_run_are_flagged_with_their_dates(home: Path, tmp_path: Path) -> None:
    runs = [
        StravaActivity(str(100 + day), at("2026-03-02") + timedelta(days=2 * day), description="#kneepain0")
        for day in range(12)
    ]
    pain = StravaActivity("200", at("2026-03-28"), description="#kneepain5 right")
    assert syncer("plan", "set", "--days", "mon,wed,fri", "--from", "2026-03-02", home=home, env=NOW).code == 0
    assert syncer("import", strava_zip(tmp_path, *runs, pain), home=home, env=NOW).code == 0
    assert syncer("plan", "excuse", "2026-03-18", "--reason", "ill", home=home, env=NOW).code == 0
    report = syncer("--json", "report", "--week", "2026-W13", home=home, env=NOW)
    [flag] = report.data["flags"]
    assert (flag["activity_id"], flag["score"], flag["side"]) == ("s200", 5, "right")
    assert "2026-03-18" not in [one["date"] for one in flag["missed_sessions"]]
    assert flag["missed"] == len(flag["missed_sessions"]) >= 2
    assert flag["base_rate"]["pain_free_runs"] > 0
    text = syncer("report", "--week", "2026-W13", home=home, env=NOW).out
    assert "new knee pain 5/10" in text.lower()
    before = syncer("--json", "report", "--week", "2026-W13", "--as-of", "2026-03-27", home=home, env=NOW)
    assert before.data["flags"] == []


def test_a_late_upload_turns_skipped_into_done(home: Path, tmp_path: Path) -> None:
    assert syncer("plan", "set", "--days", "mon", "--from", "2026-03-02", home=home, env=NOW).code == 0
    shown = syncer("--json", "plan", "show", "--from", "2026-03-09", "--to", "2026-03-09", home=home, env=NOW)
    assert shown.data["sessions"][0]["status"] == "skipped"
    (tmp_path / "late.fit").write_bytes(fit_builder.band_walk(at("2026-03-10", "17:00")))
    assert syncer("import", tmp_path / "late.fit", home=home, env=NOW).code == 0
    [session] = syncer("--json", "plan", "show", "--from", "2026-03-09", "--to", "2026-03-09", home=home, env=NOW).data[
        "sessions"
    ]
    assert session["status"] == "moved"
    assert session["activity_id"].startswith("f")


def test_the_runner_says_which_activity_a_session_was(home: Path, tmp_path: Path) -> None:
    def run(*words: str) -> Ran:
        return syncer("--json", *words, home=home, env=NOW)

    def sessions() -> dict[str, tuple[str, str | None]]:
        shown = run("plan", "show", "--from", "2026-03-09", "--to", "2026-03-20").data["sessions"]
        return {one["id"]: (one["status"], one["match"]) for one in shown}

    assert run("plan", "set", "--days", "mon,fri", "--from", "2026-03-02").code == 0
    (tmp_path / "walk.fit").write_bytes(fit_builder.band_walk(at("2026-03-18")))  # two days before Friday's
    (tmp_path / "run.fit").write_bytes(fit_builder.run(at("2026-03-19")))
    assert run("import", str(tmp_path / "walk.fit"), str(tmp_path / "run.fit")).code == 0
    [walk] = run("activities", "list", "--kind", "strength").data["activities"]
    [jog] = run("activities", "list", "--kind", "run").data["activities"]
    monday = "2026-03-09-lateral-band-walk"
    assert sessions()[monday] == ("skipped", None)

    said = run("activities", "link", monday, walk["id"])
    assert (said.code, said.data["session_id"]) == (0, monday)
    assert sessions()[monday] == ("moved", "manual")
    assert run("import", str(tmp_path / "walk.fit")).code == 0
    assert sessions()[monday] == ("moved", "manual")  # survives
    assert run("activities", "show", walk["id"]).data["session_id"] == monday
    assert run("activities", "link", walk["id"], monday).code == 0  # in either order, and twice
    for words, code in (
        (("link", "2026-03-13-lateral-band-walk", walk["id"]), "already-linked"),
        (("link", monday, jog["id"]), "run-and-strength"),
        (("link", "2026-03-10-lateral-band-walk", walk["id"]), "session-unknown"),
        (("unlink", "2026-03-13"), "not-linked"),
    ):
        refused = run("activities", *words)
        assert (refused.code, refused.envelope["errors"][0]["code"]) == (2, code)

    assert run("activities", "unlink", monday).data == {"session_id": monday}
    assert sessions()[monday] == ("skipped", None)


def test_pushing_twice_writes_once_and_the_activity_comes_back_as_that_session(home: Path, tmp_path: Path) -> None:
    new_files = tmp_path / "watch" / "GARMIN" / "NewFiles"
    new_files.mkdir(parents=True)
    assert syncer("plan", "set", "--days", "mon,wed,fri", "--from", "2026-03-02", home=home, env=NOW).code == 0
    first = syncer("--json", "push", "--to", tmp_path / "watch", home=home, env=NOW)
    assert [(one["kind"], one["verified"]) for one in first.data["actions"]] == [("write", True)]
    second = syncer("--json", "push", "--to", tmp_path / "watch", home=home, env=NOW)
    assert [one["kind"] for one in second.data["actions"]] == ["skip"]
    [file] = new_files.iterdir()
    decoded = fitdecode.FitReader(file.read_bytes())
    file_id = next(one for one in decoded if isinstance(one, fitdecode.FitDataMessage) and one.name == "file_id")
    followed = (file_id.get_value("serial_number"), file_id.get_value("time_created"))
    done = fit_builder.band_walk(at("2026-03-30", "07:00"), workout_name=None, followed=followed)
    (tmp_path / "done.fit").write_bytes(done)
    assert syncer("import", tmp_path / "done.fit", home=home, env=NOW).code == 0
    [session] = syncer("--json", "plan", "show", "--from", "2026-03-30", "--to", "2026-03-30", home=home, env=NOW).data[
        "sessions"
    ]
    assert (session["status"], session["match"]) == ("done", "training_file")


def test_no_watch_is_69_and_says_what_to_try(home: Path) -> None:
    ran = syncer("push", "--workout", "no-band", "--to", "usb", home=home, env=NOW)
    assert ran.code == 69
    assert ran.err.startswith("error: ")
    assert "\n  try: " in ran.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nope"], 2),
        (["workout", "show", "nope"], 2),
        (["workout", "build", "lateral-band-walk", "--level", "99"], 2),
        (["import", "/no/such/file"], 1),
        (["activities", "show", "g1"], 2),
        (["pain", "set", "g1", "3"], 2),
        (["plan", "set", "--days", "someday"], 2),
        (["plan", "excuse", "2026-01-05", "--reason", "ill"], 2),
        (["report", "--week", "2026-W99"], 2),
        (["sync"], 77),
    ],
)
def test_every_failure_is_three_lines_or_one_json_object(home: Path, words: list[str], code: int) -> None:
    told = syncer(*words, home=home, env=NOW)
    assert told.code == code
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert len(told.err.splitlines()) <= 3
    under_json = syncer("--json", *words, home=home, env=NOW)
    assert under_json.err == ""
    envelope = under_json.envelope
    assert set(envelope) == {"schema", "command", "status", "exit_code", "data", "errors"}
    assert (envelope["schema"], envelope["status"], envelope["exit_code"]) == ("syncer/1", "error", code)
    assert set(envelope["errors"][0]) == {"code", "message", "hint", "provider", "item"}


def test_a_wrong_configuration_names_the_key_and_what_was_meant(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[pain]\nthreshhold = 2\n")
    ran = syncer("report", home=home, env=NOW)
    assert ran.code == 78
    assert "pain.threshhold" in ran.err
    assert "pain.threshold" in ran.err


def test_global_flags_are_taken_anywhere(home: Path) -> None:
    assert syncer("pain", "check", "knee pain 3/10", "--json", home=home).data["state"] == "suspected"
    assert syncer("--version", home=home).out.startswith("syncer ")


def test_help_loads_no_heavy_library(home: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from syncer.cli.app import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'stravalib', 'garminconnect', 'numpy', 'requests', 'fitparse', 'jinja2', 'rich', 'sqlite3'}\n"
        "sys.stderr.write(' '.join(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage: syncer" in done.stdout
    assert done.stderr == ""
