"""`syncer doctor`: each thing that stops a night is found, named and given its cure, and nothing is changed."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncer.store.database import open_database
from syncer.store.runs import Runs, RunSource
from syncer.store.sync_state import SyncState, SyncStates
from tests.cli.runner import Ran, syncer
from tests.fakes import garmin as garmin_fake
from tests.fakes.garmin import FakeGarmin
from tests.fakes.loopback import DROPPED, running
from tests.fakes.strava import FakeStrava

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HERE = {"TZ": "Europe/Berlin", "SYNCER_NOW": NOW.isoformat()}

posix = pytest.mark.skipif("os.name == 'nt'", reason="Windows keeps files private in another way")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which all is well."""
    place = tmp_path / "home"
    (tmp_path / "watch").mkdir()
    made = syncer("init", "--yes", "--to", tmp_path / "watch", home=place, env=HERE)
    assert made.code == 0, made.err
    put_tokens(place, "garmin", FakeGarmin().tokens.sign_in())
    log_night(place, NOW - timedelta(hours=8), 0)
    return place


def put_tokens(home: Path, provider: str, tokens: dict[str, object], since: datetime = NOW) -> Path:
    folder = home / "tokens"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{provider}.json"
    file.write_text(json.dumps({**tokens, "account": "A Runner", "signed_in_at": since.isoformat()}))
    file.chmod(0o600)
    return file


def log_night(home: Path, ended: datetime, code: int, *sources: RunSource) -> None:
    with closing(open_database(home / "syncer.db", backups=home / "backups")) as connection:
        runs = Runs(connection)
        run = runs.start("nightly", ended - timedelta(minutes=1))
        runs.finish(run, ended, status="success" if code == 0 else "error", exit_code=code, sources=sources)


def doctor(home: Path, *words: str, **env: str) -> Ran:
    return syncer("--json", "doctor", *words, home=home, env={**HERE, **env})


def checks(ran: Ran) -> dict[str, dict[str, str]]:
    """By name; of several of one name the worst."""
    order = ("ok", "warn", "fail")
    return {one["name"]: one for one in sorted(ran.data["checks"], key=lambda one: order.index(one["state"]))}


def assert_stops(ran: Ran, name: str, message: str, hint: str) -> None:
    assert ran.code == 1
    found = checks(ran)[name]
    assert found["state"] == "fail", found
    assert message in found["message"]
    assert hint in (found["hint"] or "")
    assert name in [error["item"] for error in ran.envelope["errors"]]


def assert_warns(ran: Ran, name: str, message: str, hint: str) -> None:
    found = checks(ran)[name]
    assert found["state"] == "warn", found
    assert message in found["message"]
    assert hint in (found["hint"] or "")
    assert ran.code == 0


def test_all_is_well(home: Path) -> None:
    ran = doctor(home)
    assert ran.code == 0
    # whether the machine of the test has a timer is its own business
    assert {one["name"] for one in ran.data["checks"] if one["state"] != "ok"} <= {"timer"}
    assert ran.envelope["status"] == "success"
    told = syncer("doctor", home=home, env=HERE)
    assert told.code == 0
    assert "✓ garmin sign-in" in told.out
    assert "signed in as A Runner since 2026-11-22" in told.out
    assert "Nothing stands in the way of tonight's run." in told.out


def test_nothing_is_changed_and_no_secret_shown(home: Path) -> None:
    (home / "tokens" / "garmin.json").chmod(0o644)
    before = {file: (file.stat().st_mode, file.read_bytes()) for file in home.rglob("*") if file.is_file()}
    ran = doctor(home)
    assert {file: (file.stat().st_mode, file.read_bytes()) for file in home.rglob("*") if file.is_file()} == before
    assert "secret-" not in ran.out
    told = syncer("doctor", home=home.parent / "elsewhere", env=HERE)
    assert told.code == 1
    assert not (home.parent / "elsewhere").exists()


def test_before_the_first_run_it_names_init(tmp_path: Path) -> None:
    ran = doctor(tmp_path / "new")
    assert_stops(ran, "sources", "not signed in", "syncer init")
    assert checks(ran)["config"]["hint"] == "syncer init"
    assert checks(ran)["database"]["state"] == "ok"


def test_a_broken_settings_file(home: Path) -> None:
    (home / "config.toml").write_text("[push]\nto = usb\n")
    assert_stops(doctor(home), "config", "not valid TOML", "")
    (home / "config.toml").write_text("[push]\ntoo = 'usb'\n")
    assert_stops(doctor(home), "config", "unknown key", "push.to")


@posix
def test_settings_that_others_may_read_or_change(home: Path) -> None:
    file = home / "config.toml"
    file.chmod(0o644)
    assert checks(doctor(home))["config"]["state"] == "ok"
    with file.open("a") as more:
        more.write('[strava]\nclient_secret = "hush"\n')
    file.write_text(file.read_text().replace("[strava]\n# read", "# read", 1))
    assert_warns(doctor(home), "config", "holds a secret", "chmod 600")
    file.chmod(0o666)
    assert_warns(doctor(home), "config", "others may change", "chmod 600")


def test_a_damaged_database(home: Path) -> None:
    database = home / "syncer.db"
    content = bytearray(database.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    database.write_bytes(content)
    assert_stops(doctor(home), "database", "is damaged", "syncer db restore")
    database.write_bytes(b"not a database at all" * 300)
    assert_stops(doctor(home), "database", "is damaged", "syncer db restore")


def test_another_programs_and_a_newer_database(home: Path) -> None:
    with closing(sqlite3.connect(home / "syncer.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert_stops(doctor(home), "database", "newer syncer", "upgrade")
    with closing(sqlite3.connect(home / "syncer.db")) as connection:
        connection.execute("PRAGMA application_id = 7")
    assert_stops(doctor(home), "database", "another program's", "move it away")


@posix
def test_a_database_that_others_may_read(home: Path) -> None:
    (home / "syncer.db").chmod(0o644)
    assert_warns(doctor(home), "database", "others may read", "chmod 600")


@pytest.mark.parametrize("folder", ["logs", "reports"])
def test_a_folder_that_is_a_file(home: Path, folder: str) -> None:
    (home / folder).write_text("")
    assert_stops(doctor(home), f"{folder} folder", "is not a folder", "move it away")


@posix
@pytest.mark.skipif("os.name != 'nt' and os.geteuid() == 0", reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(home: Path) -> None:
    (home / "tokens").chmod(0o500)
    assert_stops(doctor(home), "tokens folder", "cannot be written", "")


def test_tokens_that_are_damaged_or_linked(home: Path, tmp_path: Path) -> None:
    file = home / "tokens" / "garmin.json"
    file.write_text("{")
    assert_stops(doctor(home), "garmin sign-in", "is damaged", "syncer auth garmin")
    file.rename(tmp_path / "elsewhere.json")
    if os.name == "posix":
        file.symlink_to(tmp_path / "elsewhere.json")
        assert_stops(doctor(home), "garmin sign-in", "symbolic link", "syncer auth garmin")


def test_a_sign_in_that_the_last_run_found_ended(home: Path) -> None:
    ended = RunSource("garmin", "failed", NOW - timedelta(hours=9), "garmin-sign-in")
    log_night(home, NOW - timedelta(hours=9), 77, ended)
    log_night(home, NOW - timedelta(hours=7), 0)
    put_tokens(home, "garmin", FakeGarmin().tokens.sign_in(), NOW - timedelta(days=3))
    assert_stops(doctor(home), "garmin sign-in", "has ended", "syncer auth garmin")
    put_tokens(home, "garmin", FakeGarmin().tokens.sign_in(), NOW - timedelta(hours=1))
    assert checks(doctor(home))["garmin sign-in"]["state"] == "ok"


def test_a_sign_in_that_was_not_used_for_weeks(home: Path) -> None:
    tokens = FakeGarmin().tokens.sign_in()
    put_tokens(home, "garmin", {**tokens, "expires_at": (NOW - timedelta(days=27)).timestamp()})
    assert_warns(doctor(home), "garmin sign-in", "not used for 27 days", "syncer auth status --check")


def test_strava_tokens_without_the_app_or_its_secret(home: Path) -> None:
    put_tokens(home, "strava", FakeStrava().oauth.sign_in())
    assert_stops(doctor(home), "strava app", "not configured", "syncer init")
    lost = {"SYNCER_STRAVA_CLIENT_ID": "42", "SYNCER_STRAVA_CLIENT_SECRET": "x"}
    assert checks(doctor(home, **lost))["strava sign-in"]["state"] == "ok"
    text = (
        (home / "config.toml")
        .read_text()
        .replace("[strava]", '[strava]\nclient_id = 42\nclient_secret = {file = "/no/such"}', 1)
    )
    (home / "config.toml").write_text(text)
    assert_stops(doctor(home), "strava app", "cannot read the secret", "")


def test_limits_and_cool_downs_are_told(home: Path) -> None:
    from syncer.domain.activity import Provider

    with closing(open_database(home / "syncer.db", backups=home / "backups")) as connection:
        SyncStates(connection).save(Provider.STRAVA, SyncState(retry_at=NOW + timedelta(hours=3)))
    assert_warns(doctor(home), "strava limits", "asked to wait until 2026-11-22 16:00", "next night")
    (home / "tokens" / "garmin-sign-in.json").write_text(
        json.dumps({"refusals": 1, "until": (NOW + timedelta(hours=1)).isoformat()})
    )
    assert_warns(doctor(home), "garmin sign-ins", "refused until about 2026-11-22 14:00", "syncer auth garmin")


def test_strava_without_a_subscription_is_no_failure(home: Path) -> None:
    log_night(home, NOW - timedelta(hours=2), 0, RunSource("strava", "skipped", NOW, "strava-inactive"))
    assert_warns(doctor(home), "strava limits", "subscription", "syncer import")


def test_a_clock_that_is_wrong(home: Path) -> None:
    assert_stops(doctor(home, SYNCER_NOW="2019-01-01T00:00:00+00:00"), "clock", "2019", "set the clock")
    behind = (NOW - timedelta(days=2)).isoformat()
    assert_stops(doctor(home, SYNCER_NOW=behind), "clock", "still to come", "set the clock")


def test_a_machine_in_utc(home: Path) -> None:
    file = home / "config.toml"
    file.write_text(file.read_text().replace('timezone = "Europe/Berlin"', "", 1))
    assert checks(doctor(home))["time zone"]["state"] == "ok"
    assert_warns(doctor(home, TZ="UTC"), "time zone", "UTC", "syncer init")


def test_where_workouts_go(home: Path, tmp_path: Path) -> None:
    assert_stops(doctor(home, SYNCER_PUSH_TO=str(tmp_path / "gone")), "delivery", "there is no folder", "--to PATH")
    assert checks(doctor(home, SYNCER_PUSH_TO="connect"))["delivery"]["state"] == "ok"
    nowhere = {"SYNCER_PUSH_TO": "usb", "USER": "nobody-here", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert_warns(doctor(home, **nowhere), "delivery", "no watch is connected", "syncer push")
    (home / "tokens" / "garmin.json").unlink()
    put_tokens(home, "strava", FakeStrava().oauth.sign_in())
    app = {"SYNCER_STRAVA_CLIENT_ID": "42", "SYNCER_STRAVA_CLIENT_SECRET": "x"}
    assert_stops(doctor(home, SYNCER_PUSH_TO="connect", **app), "delivery", "nobody is signed in", "syncer auth garmin")


def test_templates_and_the_plan(home: Path) -> None:
    templates = home / "templates"
    templates.mkdir()
    (templates / "mine.toml").write_text("name = \n")
    assert_warns(doctor(home), "templates", "mine.toml", "")
    (templates / "lateral-band-walk.toml").write_text("name = \n")
    assert_stops(doctor(home), "templates", "", "")
    (templates / "lateral-band-walk.toml").unlink()
    assert syncer("plan", "set", "--days", "none", home=home, env=HERE).code == 0
    assert checks(doctor(home))["plan"]["state"] == "warn"


@pytest.mark.parametrize(
    ("hours", "code", "state", "message"),
    [
        (35, 0, "ok", "the last good one ended"),
        (37, 0, "fail", "more than 36 hours ago"),
        (3, 77, "fail", "ended with 77"),
    ],
)
def test_the_last_good_night(tmp_path: Path, hours: int, code: int, state: str, message: str) -> None:
    home = tmp_path / "other"
    syncer("init", "--yes", home=home, env=HERE)
    log_night(home, NOW - timedelta(hours=hours), code)
    found = checks(doctor(home))["last night"]
    assert found["state"] == state
    assert message in found["message"]
    assert bool(found["hint"]) == (state == "fail")


def test_online_asks_and_offline_does_not(home: Path) -> None:
    garmin = FakeGarmin()
    put_tokens(home, "garmin", garmin.tokens.sign_in())
    with running(garmin) as server:
        env = {**garmin_fake.environment(server), "SYNCER_SYNC_BACKOFF_S": "0.01"}
        assert doctor(home, **env).code == 0
        assert server.log == []
        assert checks(doctor(home, "--online", **env))["garmin answers"]["state"] == "ok"
        server.faults.add(".", DROPPED)
        assert_warns(doctor(home, "--online", **env), "garmin answers", "no connection", "later")
        server.faults.clear()
        garmin.tokens.end_everything()
        assert_stops(doctor(home, "--online", **env), "garmin answers", "sign in again", "syncer auth garmin")


def test_a_database_that_another_run_is_writing_is_no_damage(home: Path) -> None:
    with closing(open_database(home / "syncer.db", backups=home / "backups")) as connection:
        Runs(connection).start("sync", NOW - timedelta(minutes=1))
        assert checks(doctor(home))["database"]["state"] == "ok"
