"""`syncer auth strava`: the browser is played by the test, Strava by a server on this machine."""

from __future__ import annotations

import json
import re
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.cli.runner import Ran, syncer
from tests.cli.terminal import Terminal, terminal
from tests.fakes.loopback import DROPPED, HANG, HTML, Fault, Loopback, running, status, timeout_for
from tests.fakes.strava import FakeStrava, environment
from tests.fakes.strava_oauth import StravaOAuth

pytestmark = pytest.mark.skipif("os.name == 'nt'", reason="pseudo-terminals are POSIX's")

SETTINGS_PAGE_TOKEN = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def strava() -> FakeStrava:
    return FakeStrava()


@pytest.fixture
def server(strava: FakeStrava) -> Iterator[Loopback]:
    with running(strava) as started:
        yield started


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def at(home: Path, server: Loopback, *words: str, **env: str) -> AbstractContextManager[Terminal]:
    settings = {"SYNCER_SYNC_BACKOFF_S": "0.01", **environment(server, StravaOAuth()), **env}
    return terminal("auth", "strava", *words, home=home, env=settings)


def address_on(screen: Terminal) -> str:
    """The page that the runner is asked to open."""
    screen.expect("every box ticked")
    screen.expect("/authorize?")
    screen.expect("\n")
    return re.findall(r"http://\S+/authorize\?\S+", screen.shown)[-1]


def redirect_of(address: str) -> str:
    """Where Strava sends the browser once the runner has pressed the button."""
    answer = requests.get(address, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def by_browser(home: Path, server: Loopback, *words: str, **env: str) -> Ran:
    """The whole way through a browser on this machine."""
    with at(home, server, *words, **env) as screen:
        page = requests.get(redirect_of(address_on(screen)), timeout=10)
        assert page.status_code == 200
        assert "code" not in page.text
        return screen.end()


def by_paste(home: Path, server: Loopback, *pasted: str, **env: str) -> Ran:
    """The way through a browser elsewhere; ``GRANTED`` in what is pasted stands for the true address."""
    with at(home, server, "--no-browser", **env) as screen:
        true = redirect_of(address_on(screen))
        for text in pasted:
            screen.answer("Paste", text.replace("GRANTED", true))
        return screen.end()


def tokens(home: Path) -> dict[str, str]:
    return json.loads((home / "tokens" / "strava.json").read_text())


def assert_nothing_kept(home: Path) -> None:
    left = [file.name for file in (home / "tokens").glob("*")] if (home / "tokens").exists() else []
    assert [name for name in left if name != "strava.lock"] == []


def assert_kept(home: Path, ran: Ran, *secrets: str) -> None:
    """No secret is in any output, or in any file but the token file."""
    places = {"stdout": ran.out, "the screen": ran.err}
    for file in home.rglob("*"):
        if file.is_file() and file != home / "tokens" / "strava.json":
            places[str(file)] = file.read_bytes().decode(errors="replace")
    for secret in secrets:
        found = [place for place, text in places.items() if secret in text]
        assert not found, f"a secret is in {found}"


def test_signs_in_through_the_browser(home: Path, server: Loopback, strava: FakeStrava) -> None:
    ran = by_browser(home, server)
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "Signed in to Strava as A Runner."
    file = home / "tokens" / "strava.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert tokens(home)["scope"] == "activity:read_all,read"
    assert tokens(home)["refresh_token"] in strava.oauth.given
    assert_kept(home, ran, "secret-code", *strava.oauth.secrets())


def test_asks_for_what_it_needs_and_no_more(home: Path, server: Loopback) -> None:
    with at(home, server, "--port", "8722") as screen:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address_on(screen)).query).items()}
        screen.type("\x03")
        screen.end()
    assert asked.pop("state") not in ("", "None")
    assert asked == {
        "client_id": "4242",
        "redirect_uri": "http://127.0.0.1:8722/callback",
        "approval_prompt": "auto",
        "response_type": "code",
        "scope": "read,activity:read_all",
    }


def test_other_visitors_are_passed_over(home: Path, server: Loopback) -> None:
    with at(home, server) as screen:
        true = redirect_of(address_on(screen))
        page, _, query = true.partition("?")
        with socket.create_connection(("127.0.0.1", urlsplit(true).port)):  # a browser's spare connection says nothing
            base = page.removesuffix("/callback")
            assert requests.get(f"{base}/favicon.ico", timeout=10).status_code == 404
            assert requests.get(f"{base}/", timeout=10).status_code == 404
            forged = re.sub(r"state=[^&]*", "state=forged", query)
            assert requests.get(f"{page}?{forged}", timeout=10).status_code == 400
            assert requests.get(f"{page}?state=forged&error=access_denied", timeout=10).status_code == 400
            assert requests.get(page, timeout=10).status_code == 400
            assert requests.get(true, timeout=10).status_code == 200
            ran = screen.end()
    assert ran.code == 0


def test_only_this_machine_is_listened_to(home: Path, server: Loopback) -> None:
    with at(home, server) as screen:
        port = urlsplit(parse_qs(urlsplit(address_on(screen)).query)["redirect_uri"][0]).port
        with socket.socket() as other:
            # another address of this machine is still free on that port, so it is not bound to all of them
            other.bind(("127.0.0.2", port or 0))
        screen.type("\x03")
        assert screen.end().code == 130
    assert_nothing_kept(home)


def test_denied_is_explained(home: Path, server: Loopback, strava: FakeStrava) -> None:
    strava.oauth.grants = ""
    ran = by_browser(home, server)
    assert ran.code == 77
    assert "did not allow" in ran.err
    assert_nothing_kept(home)


@pytest.mark.parametrize(
    ("grants", "why"), [("read,activity:read", "«Only You»"), ("read", "nothing to read"), ("", "did not allow")]
)
def test_unticked_boxes_are_explained_and_nothing_is_kept(
    home: Path, server: Loopback, strava: FakeStrava, grants: str, why: str
) -> None:
    strava.oauth.grants = grants
    for ran in (by_browser(home, server), by_paste(home, server, "GRANTED")):
        assert ran.code == 77
        assert why in ran.err
    assert not server.asked("oauth/token")
    assert_nothing_kept(home)


def test_nobody_comes_before_the_deadline(home: Path, server: Loopback) -> None:
    with at(home, server, "--wait", "1") as screen:
        ran = screen.end()
    assert ran.code == 77
    assert "nobody answered" in ran.err
    assert_nothing_kept(home)


def test_a_taken_port_is_named(home: Path, server: Loopback) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with at(home, server, "--port", str(taken.getsockname()[1])) as screen:
            ran = screen.end()
    assert ran.code == 1
    assert "cannot listen on port" in ran.err


def test_json_without_a_terminal_and_with_a_browser_that_opens_by_itself(
    home: Path, server: Loopback, strava: FakeStrava, tmp_path: Path
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(
        f"#!{sys.executable}\n"
        "import sys, urllib.request\n"
        "print('Opening in existing browser session.')\n"
        "urllib.request.urlopen(sys.argv[1], timeout=10).read()\n"
    )
    browser.chmod(0o755)
    settings = {**environment(server, strava.oauth), "BROWSER": str(browser)}
    ran = syncer("--json", "auth", "strava", home=home, env=settings)
    assert ran.data == {"provider": "strava", "account": "A Runner", "verified": True}


def test_pasting_the_address(home: Path, server: Loopback, strava: FakeStrava) -> None:
    ran = by_paste(home, server, "  'GRANTED'  ")
    assert ran.code == 0
    assert "not shown" in ran.err
    assert_kept(home, ran, "secret-code", *strava.oauth.secrets())


@pytest.mark.parametrize(
    ("pasted", "why"),
    [
        (SETTINGS_PAGE_TOKEN, "strava.com/settings/api"),
        (SETTINGS_PAGE_TOKEN.upper(), "no permission to read activities"),
        ("http://127.0.0.1/callback?state=forged&code=abc&scope=read,activity:read_all", "another sign-in"),
        ("http://127.0.0.1/callback?code=abc&scope=read,activity:read_all", "not the whole address"),
        (f"refresh_token: {SETTINGS_PAGE_TOKEN}", "no permission to read activities"),
        ("http://127.0.0.1/callback", "no sign-in code"),
        ("hello there", "no sign-in code"),
    ],
)
def test_what_is_pasted_wrong_is_explained_and_asked_again(
    home: Path, server: Loopback, strava: FakeStrava, pasted: str, why: str
) -> None:
    ran = by_paste(home, server, pasted, "GRANTED")
    assert ran.code == 0
    assert why in " ".join(ran.err.split())
    assert_kept(home, ran, SETTINGS_PAGE_TOKEN, "secret-code", *strava.oauth.secrets())


def test_three_wrong_pastes_end_it(home: Path, server: Loopback) -> None:
    ran = by_paste(home, server, *[SETTINGS_PAGE_TOKEN] * 3)
    assert ran.code == 77
    assert not server.asked("oauth/token")
    assert_nothing_kept(home)
    assert_kept(home, ran, SETTINGS_PAGE_TOKEN)


def test_a_bare_code_works_and_says_what_it_cannot_tell(home: Path, server: Loopback, strava: FakeStrava) -> None:
    strava.oauth._codes["bare-code-17"] = "read,activity:read_all"
    ran = by_paste(home, server, "bare-code-17")
    assert ran.code == 0
    assert "does not say what you allowed" in " ".join(ran.err.split())
    assert len(server.asked("athlete/activities")) == 1


def test_a_bare_code_without_the_permission_is_refused(home: Path, server: Loopback, strava: FakeStrava) -> None:
    strava.oauth._codes["bare-code-17"] = "read"
    ran = by_paste(home, server, "bare-code-17")
    assert ran.code == 77
    assert "permission" in ran.err
    assert_nothing_kept(home)


def test_a_code_that_strava_does_not_know(home: Path, server: Loopback) -> None:
    ran = by_paste(home, server, "no-such-code")
    assert ran.code == 77
    assert "does not know this sign-in code" in ran.err
    assert_nothing_kept(home)


def test_pasted_addresses_may_come_from_a_pipe(home: Path, server: Loopback, strava: FakeStrava) -> None:
    ran = syncer(
        "auth",
        "strava",
        "--no-browser",
        home=home,
        env=environment(server, strava.oauth),
        stdin=SETTINGS_PAGE_TOKEN + "\n",
    )
    assert ran.code == 2
    assert "strava.com/settings/api" in ran.err
    assert SETTINGS_PAGE_TOKEN not in ran.err


def test_without_a_subscription_the_rule_and_the_way_round_are_told(
    home: Path, server: Loopback, strava: FakeStrava
) -> None:
    strava.inactive = True
    ran = by_browser(home, server)
    assert ran.code == 1
    assert "subscription" in ran.err
    assert "syncer import" in ran.err
    assert_nothing_kept(home)


def test_an_app_that_is_not_configured_names_init(home: Path) -> None:
    ran = syncer("auth", "strava", home=home)
    assert ran.code == 78
    assert "syncer init" in ran.err


@pytest.mark.parametrize("env", [{"SYNCER_STRAVA_CLIENT_SECRET": "the-wrong-one"}, {"SYNCER_STRAVA_CLIENT_ID": "17"}])
def test_a_wrong_app_is_explained(home: Path, server: Loopback, strava: FakeStrava, env: dict[str, str]) -> None:
    strava.oauth._codes["bare-code-17"] = "read"
    with at(home, server, "--no-browser", **env) as screen:
        screen.answer("Paste", "bare-code-17")
        ran = screen.end()
    assert ran.code == 78
    assert "client id and secret" in ran.err
    assert "the-wrong-one" not in ran.err
    assert_nothing_kept(home)


@pytest.mark.parametrize("form", ["env", "file", "command"])
def test_the_secret_may_come_from_elsewhere(home: Path, server: Loopback, strava: FakeStrava, form: str) -> None:
    home.mkdir()
    secret = strava.oauth.client_secret
    (home / "secret.txt").write_text(secret + "\n")
    value = {
        "env": '{env = "MY_STRAVA_SECRET"}',
        "file": f'{{file = "{home / "secret.txt"}"}}',
        "command": f'{{command = ["{sys.executable}", "-c", "print(\'{secret}\')"]}}',
    }[form]
    (home / "config.toml").write_text(f"[strava]\nclient_id = 4242\nclient_secret = {value}\n")
    elsewhere = {"SYNCER_STRAVA_CLIENT_SECRET": "", "SYNCER_STRAVA_CLIENT_ID": "", "MY_STRAVA_SECRET": secret}
    assert by_browser(home, server, **elsewhere).code == 0


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (DROPPED, "no connection"),
        (HTML, "not JSON"),
        (status(503), "it answered 503"),
        (status(429), "limit"),
        (HANG, "no answer in time"),
    ],
)
def test_a_code_that_cannot_be_exchanged_now(
    home: Path, server: Loopback, strava: FakeStrava, fault: Fault, why: str
) -> None:
    server.faults.add("oauth/token", fault)
    ran = by_browser(home, server, SYNCER_SYNC_TIMEOUT_S=str(timeout_for(fault)))
    assert ran.code == 75
    assert why in ran.err
    # a code works once: whether the lost answer held tokens or not, it is not sent twice
    assert len(server.asked("oauth/token")) == 1
    assert_nothing_kept(home)
    assert_kept(home, ran, "secret-code", strava.oauth.client_secret)


@pytest.mark.parametrize("fault", [status(503), status(429), HTML, DROPPED])
def test_tokens_that_cannot_be_tried_now_are_kept_and_it_says_so(
    home: Path, server: Loopback, strava: FakeStrava, fault: object
) -> None:
    server.faults.add("/athlete", fault)  # type: ignore[arg-type]
    ran = by_browser(home, server, "--json")
    assert ran.code == 0
    assert ran.data == {"provider": "strava", "account": None, "verified": False}
    assert tokens(home)["access_token"] in strava.oauth.given


def test_ctrl_c_while_waiting_and_while_pasting(home: Path, server: Loopback) -> None:
    with at(home, server) as screen:
        address_on(screen)
        screen.type("\x03")
        assert screen.end().code == 130
    with at(home, server, "--no-browser") as screen:
        screen.interrupt("Paste")
        assert screen.end().code == 130
    assert_nothing_kept(home)


def test_the_settings_pages_token_in_the_settings_is_refused_with_the_reason(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text(f'[strava]\nclient_id = 42\nrefresh_token = "{SETTINGS_PAGE_TOKEN}"\n')
    ran = syncer("auth", "strava", home=home)
    assert ran.code == 78
    assert "no permission to read activities" in ran.err
    assert SETTINGS_PAGE_TOKEN not in ran.err


def test_somebody_else_is_told_whose_activities_are_here(home: Path, server: Loopback) -> None:
    assert by_browser(home, server).code == 0
    file = home / "tokens" / "strava.json"
    file.write_text(json.dumps({**tokens(home), "account": "Somebody Else"}))
    ran = by_browser(home, server)
    assert ran.code == 0
    assert "before, this was Somebody Else" in " ".join(ran.err.split())
    assert "before, this was" not in by_browser(home, server).err


def test_an_older_sign_in_stays_when_a_new_one_fails(home: Path, server: Loopback, strava: FakeStrava) -> None:
    assert by_browser(home, server).code == 0
    before = tokens(home)
    strava.oauth.grants = ""
    assert by_browser(home, server).code == 77
    assert tokens(home) == before
