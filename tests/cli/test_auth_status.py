"""`syncer auth status` and `syncer auth logout`."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.runner import Ran, syncer
from tests.fakes import garmin as garmin_fake
from tests.fakes import strava as strava_fake
from tests.fakes.garmin import FakeGarmin
from tests.fakes.loopback import DROPPED, HANG, Loopback, running, status
from tests.fakes.strava import FakeStrava


@pytest.fixture
def garmin() -> FakeGarmin:
    return FakeGarmin()


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


def signed_in(home: Path, provider: str, tokens: dict[str, object]) -> Path:
    """A sign-in of a while ago."""
    file = home / "tokens" / f"{provider}.json"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_text(json.dumps({**tokens, "account": "A Runner", "signed_in_at": "2026-10-01T08:00:00+02:00"}))
    file.chmod(0o600)
    return file


def run(home: Path, servers: tuple[Loopback, Loopback], strava: FakeStrava, *words: str, **env: str) -> Ran:
    settings = {
        **garmin_fake.environment(servers[0]),
        **strava_fake.environment(servers[1], strava.oauth),
        "SYNCER_SYNC_BACKOFF_S": "0.01",
        **env,
    }
    return syncer(*words, home=home, env=settings)


def by_name(ran: Ran) -> dict[str, dict[str, object]]:
    return {one["provider"]: one for one in ran.data["providers"]}


def test_nobody_is_signed_in_and_nothing_is_made(home: Path) -> None:
    ran = syncer("--json", "auth", "status", home=home)
    assert ran.code == 0
    assert [one["signed_in"] for one in ran.data["providers"]] == [False, False]
    assert not home.exists()


def test_it_tells_who_since_when_and_no_secret_and_asks_nobody(
    home: Path, servers: tuple[Loopback, Loopback], garmin: FakeGarmin, strava: FakeStrava
) -> None:
    signed_in(home, "garmin", garmin.tokens.sign_in())
    signed_in(home, "strava", strava.oauth.sign_in())
    shown = run(home, servers, strava, "--json", "auth", "status")
    told = run(home, servers, strava, "auth", "status")
    for name in ("garmin", "strava"):
        one = by_name(shown)[name]
        assert (one["signed_in"], one["account"], one["private"], one["check"]) == (True, "A Runner", True, None)
        assert one["since"] == "2026-10-01T08:00:00+02:00"
        assert str(one["access_until"]) > "2026"
        assert one["last_read"] is None
    assert "A Runner" in told.out
    assert "never" in told.out
    for secret in [*garmin.tokens.secrets(), *strava.oauth.secrets()]:
        assert secret not in shown.out + told.out + told.err
    assert servers[0].log == servers[1].log == []


def test_a_file_that_others_may_read_is_told_and_left_as_it_is(home: Path, strava: FakeStrava) -> None:
    file = signed_in(home, "strava", strava.oauth.sign_in())
    file.chmod(0o644)
    ran = syncer("auth", "status", home=home)
    assert f"{file}: others may read it" in ran.out
    assert by_name(syncer("--json", "auth", "status", home=home))["strava"]["private"] is False
    assert file.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("content", "problem"), [("{", "is damaged"), ("{}", "holds no tokens"), ('{"di_token": ""}', "holds no tokens")]
)
def test_a_damaged_file_is_no_sign_in(home: Path, content: str, problem: str) -> None:
    file = signed_in(home, "garmin", {})
    file.write_text(content)
    one = by_name(syncer("--json", "auth", "status", home=home))["garmin"]
    assert one["signed_in"] is False
    assert problem in str(one["problem"])
    assert problem in syncer("auth", "status", home=home).out


def test_a_linked_file_is_no_sign_in(home: Path, tmp_path: Path, garmin: FakeGarmin) -> None:
    file = signed_in(home, "garmin", garmin.tokens.sign_in())
    file.rename(tmp_path / "elsewhere.json")
    file.symlink_to(tmp_path / "elsewhere.json")
    assert "symbolic link" in str(by_name(syncer("--json", "auth", "status", home=home))["garmin"]["problem"])


def test_check_asks_and_renews_where_needed(
    home: Path, servers: tuple[Loopback, Loopback], garmin: FakeGarmin, strava: FakeStrava
) -> None:
    signed_in(home, "garmin", garmin.tokens.sign_in(lifetime_s=60))
    signed_in(home, "strava", strava.oauth.sign_in(lifetime_s=60))
    ran = run(home, servers, strava, "--json", "auth", "status", "--check")
    assert ran.code == 0
    assert {name: one["check"] for name, one in by_name(ran).items()} == {"garmin": "ok", "strava": "ok"}
    assert garmin.tokens.refreshes == strava.oauth.refreshes == 1
    again = by_name(run(home, servers, strava, "--json", "auth", "status"))
    assert {one["account"] for one in again.values()} == {"A Runner"}


def test_check_says_which_sign_in_has_ended(
    home: Path, servers: tuple[Loopback, Loopback], garmin: FakeGarmin, strava: FakeStrava
) -> None:
    signed_in(home, "garmin", garmin.tokens.sign_in())
    signed_in(home, "strava", strava.oauth.sign_in())
    garmin.tokens.end_everything()
    ran = run(home, servers, strava, "auth", "status", "--check")
    assert ran.code == 77
    assert "syncer auth garmin" in ran.err
    shown = {
        name: one["check"]
        for name, one in by_name(run(home, servers, strava, "--json", "auth", "status", "--check")).items()
    }
    assert shown == {"garmin": "garmin-sign-in", "strava": "ok"}


def test_check_without_an_answer_ends_nothing(
    home: Path, servers: tuple[Loopback, Loopback], garmin: FakeGarmin, strava: FakeStrava
) -> None:
    signed_in(home, "garmin", garmin.tokens.sign_in())
    servers[0].faults.add(".", DROPPED)
    ran = run(home, servers, strava, "auth", "status", "--check")
    assert ran.code == 75
    assert "not checked" in ran.out


def test_logout_revokes_at_strava_and_deletes(
    home: Path, servers: tuple[Loopback, Loopback], garmin: FakeGarmin, strava: FakeStrava
) -> None:
    signed_in(home, "garmin", garmin.tokens.sign_in())
    tokens = strava.oauth.sign_in()
    signed_in(home, "strava", tokens)
    ran = run(home, servers, strava, "auth", "logout")
    assert ran.code == 0
    assert not list((home / "tokens").glob("*.json"))
    (asked,) = servers[1].log
    basic = base64.b64encode(f"{strava.oauth.client_id}:{strava.oauth.client_secret}".encode()).decode()
    assert str(asked) == "POST /oauth/revoke"
    assert asked.headers["authorization"] == f"Basic {basic}"
    assert asked.form["token"] == tokens["refresh_token"]
    assert servers[0].log == []
    assert not any(secret in ran.out + ran.err for secret in [*garmin.tokens.secrets(), *strava.oauth.secrets()])


def test_logout_of_one_leaves_the_other(home: Path, servers: tuple[Loopback, Loopback], strava: FakeStrava) -> None:
    signed_in(home, "strava", strava.oauth.sign_in())
    ran = run(home, servers, strava, "--json", "auth", "logout", "garmin")
    assert ran.data["providers"] == [{"provider": "garmin", "deleted": False, "revoked": False}]
    assert (home / "tokens" / "strava.json").exists()


@pytest.mark.parametrize("missing", [404, 405])
def test_where_revoke_is_missing_the_older_way_is_taken(
    home: Path, servers: tuple[Loopback, Loopback], strava: FakeStrava, missing: int
) -> None:
    signed_in(home, "strava", strava.oauth.sign_in(lifetime_s=-10))
    servers[1].faults.add("oauth/revoke", status(missing))
    ran = run(home, servers, strava, "--json", "auth", "logout", "strava")
    assert ran.data["providers"] == [{"provider": "strava", "deleted": True, "revoked": True}]
    (asked,) = servers[1].asked("deauthorize")
    # the access token had ended, so it was renewed for this
    assert strava.oauth.refreshes == 1
    assert asked.bearer == strava.oauth.given[-2]


@pytest.mark.parametrize("fault", [DROPPED, HANG, status(503), status(401)])
def test_the_file_goes_even_when_strava_cannot_be_told(
    home: Path, servers: tuple[Loopback, Loopback], strava: FakeStrava, fault: object
) -> None:
    file = signed_in(home, "strava", strava.oauth.sign_in())
    servers[1].faults.add("oauth/", fault)  # type: ignore[arg-type]
    ran = run(home, servers, strava, "auth", "logout", "strava", SYNCER_SYNC_TIMEOUT_S="0.5")
    assert ran.code == 0
    assert not file.exists()
    assert "strava.com/settings/apps" in ran.err
    assert not any(secret in ran.out + ran.err for secret in strava.oauth.secrets())


def test_the_file_goes_even_when_it_was_changed_by_hand(
    home: Path, servers: tuple[Loopback, Loopback], strava: FakeStrava
) -> None:
    tokens = {**strava.oauth.sign_in(), "expires_at": "soon", "access_token": None}
    file = signed_in(home, "strava", tokens)
    servers[1].faults.add("oauth/revoke", status(404))
    ran = run(home, servers, strava, "auth", "logout", "strava")
    assert (ran.code, file.exists()) == (0, False)
    assert "Traceback" not in ran.err


def test_logout_without_a_configured_app_still_deletes(home: Path, strava: FakeStrava) -> None:
    file = signed_in(home, "strava", strava.oauth.sign_in())
    ran = syncer("auth", "logout", "strava", home=home)
    assert ran.code == 0
    assert not file.exists()
    assert "strava.com/settings/apps" in ran.err


def test_after_logout_a_sync_names_the_next_step(
    home: Path, servers: tuple[Loopback, Loopback], strava: FakeStrava
) -> None:
    signed_in(home, "strava", strava.oauth.sign_in())
    assert run(home, servers, strava, "auth", "logout").code == 0
    assert run(home, servers, strava, "sync").code == 77
