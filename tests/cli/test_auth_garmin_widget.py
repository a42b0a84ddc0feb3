"""Signing in to Garmin through its embedded page, which is what is left when the app's way in is turned away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncer.clients.garmin import GarminAddresses, make_garmin
from syncer.clients.patience import Patience
from tests.cli.test_auth_garmin import CODE, EMAIL, PASSWORD, at, credentials, sign_in, tokens
from tests.fakes.garmin_widget import GarminWidget
from tests.fakes.loopback import DROPPED, Loopback, running, status

pytestmark = pytest.mark.skipif("os.name == 'nt'", reason="pseudo-terminals are POSIX's")


@pytest.fixture
def widget() -> GarminWidget:
    fake = GarminWidget()
    fake.garmin.sso.email, fake.garmin.sso.password = EMAIL, PASSWORD
    return fake


@pytest.fixture
def server(widget: GarminWidget) -> Iterator[Loopback]:
    with running(widget) as started:
        yield started


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_sign_in(home: Path, server: Loopback, widget: GarminWidget) -> None:
    assert sign_in(home, server).code == 0
    assert tokens(home)["di_token"] in widget.garmin.tokens.secrets()


def test_a_code_is_asked_for_and_a_wrong_one_may_be_tried_again(
    home: Path, server: Loopback, widget: GarminWidget
) -> None:
    widget.garmin.sso.mfa_code = CODE
    assert sign_in(home, server, "000000", CODE).code == 0
    assert widget.codes_sent == 1


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Sign in: invalid credentials", "does not accept this e-mail and password"),
        ("Your account is locked", "has locked this account"),
    ],
)
def test_a_wrong_password(home: Path, server: Loopback, widget: GarminWidget, title: str, why: str) -> None:
    widget.refusal = title
    with at(home, server) as screen:
        credentials(screen, "wrong horse")
        ran = screen.end()
    assert ran.code == 77
    assert why in ran.err


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (DROPPED, "no connection"),
        (status(502, "<title>502 Bad Gateway</title>"), "an error page"),
        (status(429), "refuses sign-ins"),
    ],
)
def test_a_code_that_does_not_arrive_is_no_wrong_code(
    home: Path, server: Loopback, widget: GarminWidget, fault: object, why: str
) -> None:
    widget.garmin.sso.mfa_code = CODE
    server.faults.add("loginEnterMfaCode", fault)  # type: ignore[arg-type]
    ran = sign_in(home, server, CODE)
    assert ran.code == 75
    assert why in ran.err


def test_china_signs_in_for_its_own_services() -> None:
    at_home = GarminAddresses("https://connectapi.garmin.com", "https://sso.garmin.com", "https://diauth.garmin.com/t")
    china = GarminAddresses("https://connectapi.garmin.cn", "https://sso.garmin.cn", "https://diauth.garmin.cn/t")
    assert "garmin.com" in make_garmin(at_home, Patience()).client._ios_service_url
    client = make_garmin(china, Patience()).client
    assert "garmin.cn" in client._ios_service_url
    assert client._sso == "https://sso.garmin.cn"
