"""`syncer auth garmin` at a real terminal, against a Garmin on this machine."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.runner import Ran, syncer
from tests.cli.terminal import Terminal, terminal
from tests.fakes import proxy
from tests.fakes.garmin import HOSTS, FakeGarmin, environment
from tests.fakes.loopback import DROPPED, HANG, HTML, Loopback, by_host, running, status, timeout_for, wait_until

pytestmark = pytest.mark.skipif("os.name == 'nt'", reason="pseudo-terminals are POSIX's")

EMAIL, PASSWORD, CODE = "runner@example.org", "correct horse battery", "271828"
LOGIN = "POST /mobile/api/login"
NOON = "2026-11-22T12:00:00+00:00"


@pytest.fixture
def garmin() -> FakeGarmin:
    fake = FakeGarmin()
    fake.sso.email, fake.sso.password = EMAIL, PASSWORD
    return fake


@pytest.fixture
def server(garmin: FakeGarmin) -> Iterator[Loopback]:
    with running(garmin) as started:
        yield started


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def sign_in(home: Path, server: Loopback, *codes: str, words: tuple[str, ...] = (), **env: str) -> Ran:
    """A sign-in with the right password, and these codes."""
    with at(home, server, *words, **env) as screen:
        credentials(screen)
        for code in codes:
            screen.answer("Code", code)
        return screen.end()


def at(home: Path, server: Loopback, *words: str, pauses: bool = False, **env: str) -> AbstractContextManager[Terminal]:
    settings = {"SYNCER_SYNC_BACKOFF_S": "0.01", **environment(server), **env}
    return terminal("auth", "garmin", *words, home=home, env=settings, pauses=pauses)


def credentials(screen: Terminal, password: str = PASSWORD) -> None:
    screen.answer("Garmin e-mail", EMAIL)
    screen.answer("Garmin password", password)


def tokens(home: Path) -> dict[str, str]:
    return json.loads((home / "tokens" / "garmin.json").read_text())


def assert_kept(home: Path, ran: Ran, *secrets: str) -> None:
    """No secret is in any output, or in any file but the token file."""
    places = {"stdout": ran.out, "the screen": ran.err}
    for file in home.rglob("*"):
        if file.is_file() and file != home / "tokens" / "garmin.json":
            places[str(file)] = file.read_bytes().decode(errors="replace")
    for secret in secrets:
        found = [place for place, text in places.items() if secret in text]
        assert not found, f"a secret is in {found}"


def assert_nothing_kept(home: Path) -> None:
    left = [file.name for file in (home / "tokens").glob("*")] if (home / "tokens").exists() else []
    assert [name for name in left if name not in ("garmin.lock", "garmin-sign-in.json")] == []


def test_signs_in_once_and_keeps_only_tokens(home: Path, server: Loopback, garmin: FakeGarmin) -> None:
    with at(home, server, pauses=True) as screen:
        credentials(screen)
        screen.expect("up to a minute")
        ran = screen.end()
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "Signed in to Garmin as A Runner."
    assert garmin.sso.attempts == 1
    assert len(server.asked("socialProfile")) == 1
    file = home / "tokens" / "garmin.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert tokens(home)["di_refresh_token"] == "secret-refresh-1-garmin"
    assert PASSWORD not in file.read_text()
    assert EMAIL not in file.read_text()
    assert_kept(home, ran, PASSWORD, "secret-", *garmin.tokens.secrets())


def test_the_tokens_are_good_for_a_sync_and_keep_the_account(home: Path, server: Loopback, garmin: FakeGarmin) -> None:
    garmin.tokens.lifetime_s = 60
    assert sign_in(home, server).code == 0
    synced = syncer("sync", "garmin", home=home, env=environment(server))
    assert synced.code == 0, synced.err
    assert garmin.tokens.refreshes == 1
    shown = syncer("--json", "auth", "status", home=home).data["providers"][0]
    assert (shown["signed_in"], shown["account"], shown["check"]) == (True, "A Runner", None)
    assert shown["since"].startswith("20")
    assert shown["last_read"] is not None


def test_a_wrong_code_may_be_tried_again(home: Path, server: Loopback, garmin: FakeGarmin) -> None:
    garmin.sso.mfa_code = CODE
    ran = sign_in(home, server, "000000", CODE)
    assert ran.code == 0
    assert "does not accept this code" in ran.err
    assert "from the e-mail that Garmin sent" in ran.err
    assert garmin.sso.attempts == 1
    assert_kept(home, ran, PASSWORD, CODE, "000000", *garmin.tokens.secrets())


def test_three_wrong_codes_end_it(home: Path, server: Loopback, garmin: FakeGarmin) -> None:
    garmin.sso.mfa_code = CODE
    ran = sign_in(home, server, "111111", "222222", "333333")
    assert ran.code == 77
    assert "accepted none of 3 codes" in ran.err
    assert set(garmin.sso.codes_tried) == {"111111", "222222", "333333"}
    assert_nothing_kept(home)
    assert_kept(home, ran, PASSWORD, "111111", "222222", "333333")


def test_a_wrong_password_is_sent_once_and_leaves_older_tokens(
    home: Path, server: Loopback, garmin: FakeGarmin
) -> None:
    assert sign_in(home, server).code == 0
    before = tokens(home)
    with at(home, server) as screen:
        credentials(screen, "wrong horse")
        ran = screen.end()
    assert ran.code == 77
    assert "does not accept this e-mail and password" in ran.err
    assert garmin.sso.attempts == 2
    assert tokens(home) == before
    assert_kept(home, ran, "wrong horse", PASSWORD)


def test_a_block_is_kept_on_disk_doubles_and_ends_with_a_sign_in(
    home: Path, server: Loopback, garmin: FakeGarmin
) -> None:
    now = datetime.fromisoformat(NOON)
    for wait_h in (2, 4, 8, 16, 24, 24):
        garmin.sso.blocked = 2
        ran = sign_in(home, server, SYNCER_NOW=now.isoformat(), SYNCER_TIMEZONE="UTC")
        assert ran.code == 75
        until = now + timedelta(hours=wait_h)
        assert f"after {until:%Y-%m-%d %H:%M} UTC (in {wait_h} h 00 min)" in ran.err
        # a minute before its end nothing is asked, neither of the runner nor of Garmin
        server.log.clear()
        early = syncer("auth", "garmin", home=home, env={"SYNCER_NOW": (until - timedelta(minutes=1)).isoformat()})
        assert early.code == 75
        with at(home, server, SYNCER_NOW=(until - timedelta(minutes=1)).isoformat()) as screen:
            early = screen.end()
        assert early.code == 75
        assert "(in 1 min)" in early.err
        assert "password" not in early.err
        assert server.log == []
        now = until
    assert sign_in(home, server, SYNCER_NOW=now.isoformat()).code == 0
    assert not (home / "tokens" / "garmin-sign-in.json").exists()
    garmin.sso.blocked = 2
    assert "(in 2 h 00 min)" in sign_in(home, server, SYNCER_NOW=now.isoformat()).err


def test_force_tries_during_a_cool_down_and_a_further_block_doubles_it(
    home: Path, server: Loopback, garmin: FakeGarmin
) -> None:
    garmin.sso.blocked = 4
    assert sign_in(home, server, SYNCER_NOW=NOON).code == 75
    ran = sign_in(home, server, words=("--force",), SYNCER_NOW=NOON)
    assert ran.code == 75
    assert "(in 4 h 00 min)" in ran.err
    assert sign_in(home, server, words=("--force",), SYNCER_NOW=NOON).code == 0


def test_a_block_long_ago_counts_no_more(home: Path, server: Loopback, garmin: FakeGarmin) -> None:
    for now in (NOON, "2026-11-25T12:00:00+00:00"):
        garmin.sso.blocked = 2
        assert "(in 2 h 00 min)" in sign_in(home, server, SYNCER_NOW=now).err


@pytest.mark.parametrize("code", [427, 429])
def test_each_way_in_is_tried_once_when_the_password_is_turned_away(
    home: Path, server: Loopback, garmin: FakeGarmin, code: int
) -> None:
    server.faults.add("POST .*/api/login", status(code))
    server.faults.add("GET /sso/embed", status(code))
    ran = sign_in(home, server)
    assert ran.code == 75
    assert "Garmin refuses sign-ins from here for now" in ran.err
    assert len(server.asked("api/login")) == 2
    assert_nothing_kept(home)


def test_a_block_of_one_way_in_is_no_block_of_the_next(home: Path, server: Loopback, garmin: FakeGarmin) -> None:
    server.faults.add(LOGIN, status(429))
    assert sign_in(home, server).code == 0
    assert not (home / "tokens" / "garmin-sign-in.json").exists()


@pytest.mark.parametrize(
    ("path", "fault", "why"),
    [
        ("sso|/api/login", DROPPED, "no connection"),
        ("sso|/api/login", HTML, "its answer was not"),
        ("sso|/api/login", status(503), "it answered 503"),
        ("oauth/token", status(503), "it answered 503 when asked for tokens"),
        ("oauth/token", HTML, "its answer was not JSON"),
        ("oauth/token", status(400), "it gave no tokens"),
        ("oauth/token", DROPPED, "no connection"),
    ],
)
def test_what_is_no_answer_is_no_wrong_password(
    home: Path, server: Loopback, garmin: FakeGarmin, path: str, fault: object, why: str
) -> None:
    server.faults.add(path, fault)  # type: ignore[arg-type]
    ran = sign_in(home, server)
    assert ran.code == 75
    assert why in ran.err
    assert "password (not" in ran.err
    assert "accept" not in ran.err
    assert_nothing_kept(home)
    assert not (home / "tokens" / "garmin-sign-in.json").exists()


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (DROPPED, "no connection"),
        (HTML, "its answer was not JSON"),
        (status(502, "<html>bad gateway</html>"), "it answered 502"),
    ],
)
def test_a_dead_network_is_no_wrong_code(
    home: Path, server: Loopback, garmin: FakeGarmin, fault: object, why: str
) -> None:
    garmin.sso.mfa_code = CODE
    server.faults.add("verifyCode", fault)  # type: ignore[arg-type]
    ran = sign_in(home, server, CODE)
    assert ran.code == 75
    assert why in ran.err
    assert_nothing_kept(home)


def test_codes_that_are_blocked_start_a_cool_down(home: Path, server: Loopback, garmin: FakeGarmin) -> None:
    garmin.sso.mfa_code = CODE
    server.faults.add("verifyCode", status(429))
    assert sign_in(home, server, CODE, SYNCER_NOW=NOON).code == 75
    assert (home / "tokens" / "garmin-sign-in.json").exists()


@pytest.mark.parametrize("path", ["mobile/sso", "api/login", "verifyCode", "oauth/token"])
def test_silence_ends_in_time(home: Path, server: Loopback, garmin: FakeGarmin, path: str) -> None:
    garmin.sso.mfa_code = CODE
    server.faults.add(path, HANG)  # until the test has ended
    codes = [CODE] if path in ("verifyCode", "oauth/token") else []
    ran = sign_in(home, server, *codes, SYNCER_SYNC_TIMEOUT_S=str(timeout_for(HANG)))
    assert ran.code == 75
    assert "no answer in time" in ran.err
    assert_nothing_kept(home)


def test_tokens_that_the_api_refuses_are_not_kept(home: Path, server: Loopback, garmin: FakeGarmin) -> None:
    server.faults.add("socialProfile", status(401))
    ran = sign_in(home, server)
    assert ran.code == 77
    assert "refused its own token" in ran.err
    assert_nothing_kept(home)


@pytest.mark.parametrize("fault", [status(503), status(429), HTML, DROPPED])
def test_tokens_that_cannot_be_tried_now_are_kept_and_it_says_so(
    home: Path, server: Loopback, garmin: FakeGarmin, fault: object
) -> None:
    server.faults.add("socialProfile", fault)  # type: ignore[arg-type]
    ran = sign_in(home, server, words=("--json",))
    assert ran.code == 0
    assert ran.data == {"provider": "garmin", "account": None, "verified": False}
    assert tokens(home)["di_token"] in garmin.tokens.secrets()
    assert_kept(home, ran, PASSWORD, *garmin.tokens.secrets())


def test_a_password_is_never_read_from_anything_but_a_terminal(home: Path, server: Loopback) -> None:
    ran = syncer("--json", "auth", "garmin", home=home, env=environment(server), stdin=f"{EMAIL}\n{PASSWORD}\n")
    assert ran.code == 2
    assert ran.envelope["errors"][0]["code"] == "no-terminal"
    assert server.log == []
    for words in (["--password", PASSWORD], [PASSWORD]):
        assert syncer("auth", "garmin", *words, home=home, env=environment(server)).code == 2


def test_json_is_one_object_beside_the_questions(home: Path, server: Loopback, garmin: FakeGarmin) -> None:
    garmin.sso.mfa_code = CODE
    ran = sign_in(home, server, CODE, words=("--json",))
    assert ran.data == {"provider": "garmin", "account": "A Runner", "verified": True}


@pytest.mark.parametrize("question", ["Garmin e-mail", "Garmin password", "Code"])
def test_ctrl_c_at_a_question_leaves_nothing(home: Path, server: Loopback, garmin: FakeGarmin, question: str) -> None:
    garmin.sso.mfa_code = CODE
    with at(home, server) as screen:
        if question != "Garmin e-mail":
            screen.answer("Garmin e-mail", EMAIL)
        if question == "Code":
            screen.answer("Garmin password", PASSWORD)
        screen.interrupt(question)
        ran = screen.end()
    assert ran.code == 130
    assert_nothing_kept(home)
    assert_kept(home, ran, PASSWORD)


def test_ctrl_c_is_heard_while_garmin_is_silent(home: Path, server: Loopback) -> None:
    server.faults.add(LOGIN, HANG)
    with at(home, server, SYNCER_SYNC_TIMEOUT_S="600") as screen:
        credentials(screen)
        wait_until(lambda: bool(server.asked("api/login")))
        screen.type("\x03")
        ran = screen.end()
    assert ran.code == 130
    assert_nothing_kept(home)


def test_a_token_folder_that_is_a_link_is_refused_before_any_question(
    home: Path, server: Loopback, tmp_path: Path
) -> None:
    home.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (home / "tokens").symlink_to(tmp_path / "elsewhere")
    with at(home, server) as screen:
        ran = screen.end()
    assert ran.code == 1
    assert "symbolic link" in ran.err
    assert "e-mail" not in ran.err
    assert server.log == []


def test_behind_a_proxy_only_garmins_hosts_are_contacted(home: Path, garmin: FakeGarmin, tmp_path: Path) -> None:
    garmin.sso.mfa_code = CODE
    tls, ca = proxy.throw_away_tls(tmp_path, HOSTS)
    with running(by_host(dict.fromkeys(HOSTS, garmin)), tls) as between:
        with terminal("auth", "garmin", home=home, env=proxy.environment(between.url, ca)) as screen:
            credentials(screen)
            screen.answer("Code", CODE)
            ran = screen.end()
        assert ran.code == 0, ran.err
        assert {request.host for request in between.log} == set(HOSTS)
    assert tokens(home)["di_token"] in garmin.tokens.secrets()


@pytest.mark.parametrize(
    ("said", "exit_code", "why"),
    [
        ('{"responseStatus": {"type": "CAPTCHA_REQUIRED"}}', 77, "wants a captcha solved first"),
        ('{"responseStatus": {"type": "SOMETHING_NEW"}}', 75, "not what it used to be"),
        ('{"error": {"status-code": "429"}}', 75, "Garmin refuses sign-ins from here for now"),
    ],
)
def test_other_answers_to_a_password(home: Path, server: Loopback, said: str, exit_code: int, why: str) -> None:
    server.faults.add("/api/login", status(200, said))
    ran = sign_in(home, server)
    assert ran.code == exit_code
    assert why in ran.err
    assert_nothing_kept(home)


def test_protection_against_robots_is_named(home: Path, server: Loopback) -> None:
    server.faults.add("sign-in|/sso/|/api/login", status(403, "<html><title>Just a moment...</title></html>"))
    ran = sign_in(home, server)
    assert ran.code == 75
    assert "protection against robots" in ran.err


def test_a_killed_sign_in_leaves_the_older_tokens(home: Path, server: Loopback) -> None:
    assert sign_in(home, server).code == 0
    before = tokens(home)
    server.faults.add("oauth/token", HANG)
    with at(home, server) as screen:
        credentials(screen)
        wait_until(lambda: len(server.asked("oauth/token")) == 2)
        screen.kill()
    assert tokens(home) == before
    assert datetime.fromisoformat(before["signed_in_at"]) <= datetime.now(UTC)
