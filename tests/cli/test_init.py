"""`syncer init`: a first run at a terminal, later runs, and runs of scripts."""

from __future__ import annotations

import json
import stat
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import requests

from tests.cli.runner import Ran, syncer
from tests.cli.terminal import Terminal, terminal
from tests.cli.test_auth_strava import address_on, redirect_of
from tests.fakes import garmin as garmin_fake
from tests.fakes.garmin import FakeGarmin
from tests.fakes.garmin_tokens import TOKEN_PATH
from tests.fakes.loopback import Loopback, running
from tests.fakes.strava import FakeStrava

EMAIL, PASSWORD = "runner@example.org", "correct horse battery"
CLIENT_ID, CLIENT_SECRET = "4242", "secret-of-the-app"
# a fixed zone and day, so that every machine shows the same
HERE = {"TZ": "Europe/Berlin", "SYNCER_NOW": "2026-11-22T12:00:00+01:00"}

terminals = pytest.mark.skipif("os.name == 'nt'", reason="pseudo-terminals are POSIX's")


@pytest.fixture
def garmin() -> FakeGarmin:
    fake = FakeGarmin()
    fake.sso.email, fake.sso.password = EMAIL, PASSWORD
    return fake


@pytest.fixture
def strava() -> FakeStrava:
    return FakeStrava()


@pytest.fixture
def servers(garmin: FakeGarmin, strava: FakeStrava) -> Iterator[tuple[Loopback, Loopback]]:
    with running(garmin) as one, running(strava) as other:
        yield one, other


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def at(home: Path, servers: tuple[Loopback, Loopback], *words: str, **env: str) -> AbstractContextManager[Terminal]:
    where = {
        **garmin_fake.environment(servers[0]),
        "SYNCER_STRAVA_API_URL": servers[1].url + "/api/v3",
        "SYNCER_STRAVA_OAUTH_URL": servers[1].url + "/oauth",
        "SYNCER_SYNC_BACKOFF_S": "0.01",
        **HERE,
        **env,
    }
    return terminal(*words, "init", home=home, env=where)


def answer_settings(screen: Terminal, zone: str = "", units: str = "", to: str = "", days: str = "", what: str = ""):  # type: ignore[no-untyped-def]
    screen.answer("time zone [", zone)
    screen.answer("Units", units)
    screen.answer("Where workouts go", to)
    screen.answer("Days for band walks", days)
    if days != "none":
        screen.answer("Which workout", what)


def config(home: Path) -> dict[str, object]:
    """What is set; a section in which nothing is set is only a heading."""
    found = tomllib.loads((home / "config.toml").read_text())
    return {name: value for name, value in found.items() if value != {}}


def init(home: Path, *words: str | Path, **env: str) -> Ran:
    return syncer("init", "--yes", *words, home=home, env={**HERE, **env})


@terminals
def test_a_first_run_leads_through_everything(
    home: Path, servers: tuple[Loopback, Loopback], garmin: FakeGarmin, strava: FakeStrava, tmp_path: Path
) -> None:
    watch = tmp_path / "watch"
    watch.mkdir()
    garmin.sso.mfa_code = "271828"
    with at(home, servers) as screen:
        answer_settings(screen, "vienna", "mi", str(watch), "tue,thu", "")
        screen.expect("The next one: Tue 24 Nov, lateral-band-walk, level ")
        screen.answer("Sign in to Garmin Connect now? [Y/n]", "")
        screen.answer("Garmin e-mail", EMAIL)
        screen.answer("Garmin password", PASSWORD)
        screen.answer("Code", "271828")
        screen.expect("Signed in to Garmin as A Runner.")
        screen.answer("Read Strava too, with an app of your own? [y/N]", "y")
        screen.answer("Client ID", "not a number")
        screen.expect("a client id is a number")
        screen.answer("Client ID", CLIENT_ID)
        screen.answer("Client Secret", CLIENT_SECRET)
        screen.answer("in a browser on this machine? [y/N]", "y")
        requests.get(redirect_of(address_on(screen)), timeout=10)
        screen.expect("Signed in to Strava as A Runner.")
        ran = screen.end()
    assert ran.code == 0
    assert config(home) == {
        "timezone": "Europe/Vienna",
        "units": "imperial",
        "push": {"to": str(watch)},
        "strava": {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET},
    }
    assert stat.S_IMODE((home / "config.toml").stat().st_mode) == 0o600
    assert "Signed in to Garmin and Strava." in ran.out
    assert "Next: syncer sync" in ran.out
    sessions = syncer("--json", "plan", "show", home=home, env=HERE).data["sessions"]
    assert {one["date"] for one in sessions} >= {"2026-11-24", "2026-11-26"}
    shown = ran.out + ran.err
    for secret in [PASSWORD, "271828", CLIENT_SECRET, *garmin.tokens.secrets(), *strava.oauth.secrets()]:
        assert secret not in shown
    for file in home.rglob("*"):
        if file.is_file() and file.suffix != ".json":
            text = file.read_bytes().decode(errors="replace")
            assert PASSWORD not in text
            assert (CLIENT_SECRET in text) == (file.name == "config.toml")


@terminals
def test_wrong_answers_are_asked_again_with_the_reason(
    home: Path, servers: tuple[Loopback, Loopback], tmp_path: Path
) -> None:
    with at(home, servers) as screen:
        screen.answer("time zone [Europe/Berlin]", "Europe/Berln")
        screen.expect("did you mean Europe/Berlin")
        screen.answer("time zone [", "")
        screen.answer("Units", "furlongs")
        screen.expect("neither metric nor imperial")
        screen.answer("Units", "")
        screen.answer("Where workouts go", str(tmp_path / "nowhere"))
        screen.expect("there is no folder")
        screen.answer("Where workouts go", "usb")
        screen.expect("No watch is connected now")
        screen.answer("Days", "someday")
        screen.expect("'someday' is no weekday")
        screen.answer("Days", "wed")
        screen.answer("Which workout", "no-bands")
        screen.expect("did you mean 'no-band'?")
        screen.answer("Which workout", "no-band")
        screen.answer("Sign in to Garmin", "maybe")
        screen.expect("y or n, please")
        screen.answer("Sign in to Garmin", "n")
        screen.answer("Read Strava too", "n")
        ran = screen.end()
    assert ran.code == 0
    assert config(home)["timezone"] == "Europe/Berlin"
    assert "Not signed in anywhere." in ran.out


@terminals
def test_a_later_run_shows_what_is_there_and_keeps_it(
    home: Path, servers: tuple[Loopback, Loopback], garmin: FakeGarmin, strava: FakeStrava
) -> None:
    home.mkdir()
    mine = "# mine\nunits = 'imperial'  # miles\ntimezone = \"America/Denver\"\n"
    mine += "\n[pain]\n# low, I am careful\nthreshold = 2\n"
    (home / "config.toml").write_text(mine)
    init(home, "--days", "mon,fri", "--workout", "no-band")
    tokens = {**garmin.tokens.sign_in(), "account": "A Runner"}
    (home / "tokens").mkdir(mode=0o700)
    (home / "tokens" / "garmin.json").write_text(json.dumps(tokens))
    before = sorted(syncer("--json", "plan", "show", home=home, env=HERE).data["sessions"], key=str)
    with at(home, servers, SYNCER_STRAVA_CLIENT_ID="4242") as screen:
        screen.answer("time zone [America/Denver]", "")
        screen.answer("[imperial]", "")
        screen.answer("[usb]", "")
        screen.answer("[mon,fri]", "")
        screen.answer("[no-band]", "")
        screen.expect("Signed in to Garmin as A Runner; it works.")
        screen.answer("Read Strava too, with an app of your own? [Y/n]", "n")
        ran = screen.end()
    assert ran.code == 0
    assert (home / "config.toml").read_text() == mine
    assert f"Kept {home / 'config.toml'}." in ran.out
    assert sorted(syncer("--json", "plan", "show", home=home, env=HERE).data["sessions"], key=str) == before


@terminals
def test_only_what_is_answered_changes_in_a_file_of_ones_own(home: Path, servers: tuple[Loopback, Loopback]) -> None:
    home.mkdir()
    mine = "# mine\nunits = 'imperial'  # miles\n\n[push]  # by cable\n# to = 'connect'\n\n[nightly]\nat = \"04:10\"\n"
    (home / "config.toml").write_text(mine)
    with at(home, servers) as screen:
        answer_settings(screen, "", "metric", "connect", "none")
        screen.answer("Sign in to Garmin", "n")
        screen.answer("Read Strava too", "n")
        ran = screen.end()
    assert ran.code == 0
    assert (home / "config.toml").read_text() == (
        '# mine\nunits = "metric"  # miles\ntimezone = "Europe/Berlin"\n\n'
        '[push]  # by cable\n# to = \'connect\'\nto = "connect"\n\n[nightly]\nat = "04:10"\n'
    )


@terminals
def test_a_sign_in_that_has_ended_is_offered_again(
    home: Path, servers: tuple[Loopback, Loopback], garmin: FakeGarmin
) -> None:
    init(home)
    (home / "tokens").mkdir(mode=0o700)
    (home / "tokens" / "garmin.json").write_text(json.dumps(garmin.tokens.sign_in()))
    garmin.tokens.end_everything()
    with at(home, servers) as screen:
        answer_settings(screen)
        screen.expect("The sign-in to Garmin has ended.")
        screen.answer("Sign in to Garmin Connect now?", "y")
        screen.answer("Garmin e-mail", EMAIL)
        screen.answer("Garmin password", PASSWORD)
        screen.expect("Signed in to Garmin as A Runner.")
        screen.answer("Read Strava too", "n")
        assert screen.end().code == 0


@terminals
def test_a_sign_in_that_fails_stops_nothing_else_and_is_told_at_the_end(
    home: Path, servers: tuple[Loopback, Loopback], strava: FakeStrava
) -> None:
    strava.oauth.grants = "read"
    with at(home, servers, "--json") as screen:
        answer_settings(screen)
        screen.answer("Sign in to Garmin", "y")
        screen.answer("Garmin e-mail", EMAIL)
        screen.answer("Garmin password", "wrong horse")
        screen.expect("does not accept this e-mail and password")
        screen.answer("Read Strava too", "y")
        screen.answer("Client ID", CLIENT_ID)
        screen.answer("Client Secret", CLIENT_SECRET)
        screen.answer("in a browser on this machine", "n")
        screen.answer("Paste", redirect_of(address_on(screen)))
        ran = screen.end()
    assert ran.code == 3
    assert [error["code"] for error in ran.envelope["errors"]] == ["garmin-wrong-password", "strava-scope"]
    assert ran.data["signed_in"] == {"garmin": False, "strava": False}
    assert config(home)["strava"] == {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


QUESTIONS = ("time zone [", "Units", "Where workouts go", "Days for band walks", "Which workout", "Sign in to Garmin")


@terminals
@pytest.mark.parametrize("last", range(len(QUESTIONS)))
def test_ctrl_c_at_any_question_keeps_what_was_finished_whole(
    home: Path, servers: tuple[Loopback, Loopback], last: int
) -> None:
    with at(home, servers) as screen:
        for question in QUESTIONS[:last]:
            screen.answer(question, "")
        screen.interrupt(QUESTIONS[last])
        ran = screen.end()
    assert ran.code == 130
    left = sorted(file.name for file in home.rglob("*") if file.is_file()) if home.exists() else []
    assert ("config.toml" in left) == (last >= 3)
    assert not [name for name in left if name.startswith(".")]
    if last >= 3:
        assert config(home)["timezone"] == "Europe/Berlin"
    assert not (home / "tokens").exists()
    # and the same command goes on from there
    with at(home, servers) as screen:
        answer_settings(screen)
        screen.answer("Sign in to Garmin", "n")
        screen.answer("Read Strava too", "n")
        assert screen.end().code == 0


def test_scripts_take_the_defaults(home: Path) -> None:
    ran = syncer("--json", "init", "--yes", home=home, env=HERE)
    assert ran.code == 0
    assert ran.data["written"] is True
    assert ran.data["timezone"] == "Europe/Berlin"
    assert ran.data["plan"] == {"days": ["mon", "wed", "fri"], "workout": "lateral-band-walk"}
    assert config(home) == {"timezone": "Europe/Berlin", "units": "metric", "push": {"to": "usb"}}
    assert "# a run counts as a knee-pain run" in (home / "config.toml").read_text()
    again = syncer("--json", "init", "--yes", home=home, env=HERE)
    assert again.data["written"] is False


def test_scripts_take_environment_and_options(home: Path, tmp_path: Path) -> None:
    ran = init(
        home, "--units", "imperial", "--to", str(tmp_path), "--days", "sat", SYNCER_TIMEZONE="Asia/Tokyo",
        SYNCER_PLAN_WORKOUT="hip-circuit", SYNCER_STRAVA_CLIENT_SECRET=CLIENT_SECRET,
    )  # fmt: skip
    assert ran.code == 0
    assert config(home) == {"timezone": "Asia/Tokyo", "units": "imperial", "push": {"to": str(tmp_path)}}
    assert CLIENT_SECRET not in (home / "config.toml").read_text()
    assert "Band walks on sat: hip-circuit." in ran.out
    assert init(home).code == 0
    assert config(home)["timezone"] == "Asia/Tokyo"


def test_a_machine_in_utc_says_nothing_about_its_runner(home: Path) -> None:
    ran = init(home, TZ="UTC")
    assert config(home)["timezone"] == ""
    assert "this machine's clock is in UTC" in ran.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--timezone", "Mars/Base"], "there is no time zone"),
        (["--units", "furlongs"], "neither metric nor imperial"),
        (["--to", "/no/such/folder"], "there is no folder"),
        (["--days", "someday"], "no weekday"),
        (["--workout", "nothing"], "there is no workout"),
    ],
)
def test_a_wrong_option_is_refused(home: Path, words: list[str], why: str) -> None:
    ran = init(home, *words)
    assert ran.code == 2
    assert why in ran.err


def test_without_a_terminal_it_names_the_way_for_scripts(home: Path) -> None:
    ran = syncer("init", home=home)
    assert ran.code == 2
    assert "syncer init --yes" in ran.err
    assert not home.exists()


def test_a_broken_settings_file_is_left_as_it_is(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("units = metric\n")
    ran = init(home)
    assert ran.code == 78
    assert (home / "config.toml").read_text() == "units = metric\n"


def test_a_way_of_writing_that_it_does_not_follow_is_left_as_it_is(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('push = {to = "usb"}\n')
    ran = init(home, "--to", "connect")
    assert ran.code == 78
    assert 'push.to = "connect"' in ran.err
    assert (home / "config.toml").read_text() == 'push = {to = "usb"}\n'


@pytest.mark.skipif("os.name == 'nt'", reason="links need a privilege there")
def test_a_linked_settings_file_stays_a_link(home: Path, tmp_path: Path) -> None:
    home.mkdir()
    (tmp_path / "dotfiles.toml").write_text("# in my repository\n")
    (home / "config.toml").symlink_to(tmp_path / "dotfiles.toml")
    assert init(home).code == 0
    assert (home / "config.toml").is_symlink()
    assert (tmp_path / "dotfiles.toml").read_text().startswith("# in my repository\n")
    assert config(home)["timezone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    "words",
    ["sync", "sync garmin", "sync strava", "push", "nightly", "report", "plan show", "activities list", "evidence",
     "pain list", "schedule install --dry-run", "schedule status", "auth strava", "auth status --check"],
)  # fmt: skip
def test_every_command_that_needs_a_setup_names_init(home: Path, words: str) -> None:
    ran = syncer(*words.split(), home=home)
    assert "syncer init" in ran.out + ran.err


def test_once_set_up_nobody_speaks_of_init(home: Path) -> None:
    assert init(home).code == 0
    for words in ("report", "plan show", "activities list"):
        ran = syncer(*words.split(), home=home, env=HERE)
        assert "syncer init" not in ran.out + ran.err


def test_token_path_of_the_fake_is_the_real_one() -> None:
    from syncer.settings import OPTIONS

    (option,) = [one for one in OPTIONS if one.dotted == "garmin.token_url"]
    assert option.default.endswith(TOKEN_PATH)
