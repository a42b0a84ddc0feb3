"""What reads the answers of a sign-in: pages and JSON of Garmin's, what the browser brings from Strava."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from syncer.errors import SyncerError
from tests.fuzz.answering import MOST_REQUESTS, spoken, the_server
from tests.fuzz.target import Target, each

SIGN_IN_PLACES = {
    "/api/login": "login",
    "/mfa/verifyCode": "code",
    "/verifyMFA/mfaCode": "send",
    "/verifyMFA/loginEnterMfaCode": "entered",
    "/sso/embed": "embed",
    "GET /sso/signin": "form",
    "POST /sso/signin": "answer",
    "sign-in": "page",
    "/token": "tokens",
    "/userprofile-service/": "profile",
}


def _sign_in(data: bytes) -> None:
    """A sign-in to Garmin and a code twice, in each of its ways, without the pause that the library makes."""
    from garminconnect.client import sso

    from syncer.clients.garmin import GarminAddresses
    from syncer.clients.garmin_sign_in import GarminSignIn
    from syncer.clients.patience import Patience

    sso.time = SimpleNamespace(sleep=lambda _seconds: None, time=time.time)
    server = the_server()
    server.say(spoken(data, SIGN_IN_PLACES))
    addresses = GarminAddresses(server.url, server.url, f"{server.url}/token")
    sign_in = GarminSignIn(addresses, Patience(5.0, 0.0))
    each(
        lambda: sign_in.begin("anna@example.org", "secret"),
        lambda: sign_in.confirm("123456"),
        lambda: sign_in.confirm("654321"),
        lambda: (sign_in.tokens, sign_in.account, sign_in.code_by),
    )
    assert server.asked < MOST_REQUESTS


def _sign_in_seeds() -> list[bytes]:
    def outcome(kind: str, **more: Any) -> dict[str, Any]:
        return {"responseStatus": {"type": kind, "message": "", "httpStatus": ""}, **more}

    def page(title: str, more: str = "") -> str:
        script = '<script>var customerGuid = "a-guid"; var mfaMethod = "email"; var locale = "en";</script>'
        form = '<input type="hidden" name="_csrf" value="form-token-17">'
        return f"<html><head><title>{title}</title>{script}</head><body>{form}{more}</body></html>"

    ticket = '<a href="https://sso.garmin.com/sso/embed?ticket=ST-1-cas">on</a>'
    app: dict[str, Any] = {
        "status": 200,
        "headers": {"Set-Cookie": "SESSION=x; Path=/"},
        "page": page("Sign in"),
        "login": outcome("SUCCESSFUL", serviceTicketId="ST-1-cas"),
        "tokens": {"access_token": "e30.e30.x", "refresh_token": "r2", "expires_in": 86400},
        "profile": {"displayName": "runner-1", "fullName": "A Runner"},
    }
    code = {
        **app,
        "login": outcome("MFA_REQUIRED", customerMfaInfo={"mfaLastMethodUsed": "email"}),
        "code": outcome("SUCCESSFUL", serviceTicketId="ST-1-cas"),
    }
    widget = {
        **app,
        "login": None,
        "embed": page("Embed"),
        "form": page("Sign in"),
        "answer": page("MFA Challenge"),
        "send": {},
        "entered": page("Success", ticket),
    }
    wrong = {**app, "login": outcome("INVALID_USERNAME_PASSWORD")}
    return [
        json.dumps(one).encode() for one in (app, code, widget, {**widget, "answer": page("Success", ticket)}, wrong)
    ]


def _redirect(data: bytes) -> None:
    """What the runner pastes, and what Strava sends the browser to."""
    from syncer.clients.strava_redirect import read_pasted, read_redirect

    text = data.decode("utf-8", "surrogateescape")
    for read in (read_pasted, read_redirect):
        with suppress(SyncerError):
            assert read(text, "state").code


def _redirect_seeds() -> list[bytes]:
    address = b"http://127.0.0.1:8721/callback?state=state&code=0123456789abcdef&scope=read,activity:read_all"
    return [address, address.partition(b"?")[2], b"0123456789abcdef", b"state=state&error=access_denied", b"a" * 40]


def _refusals(data: bytes) -> None:
    """The libraries' own words for what went wrong in a sign-in, with pieces of what a service said in them."""
    from syncer.clients.garmin_sign_in_errors import code_refused, exhausted, network_fault, password_refused
    from syncer.clients.strava_sign_in import _error_fields

    text = data.decode("utf-8", "replace")
    for read in (exhausted, code_refused, password_refused):
        assert isinstance(read(text), SyncerError)
    network_fault(text)
    _error_fields(text)


def _refusals_seeds() -> list[bytes]:
    return [
        b"All login strategies exhausted: mobile+cffi: HTTP 503; portal+cffi: 'SERVER 502 ERROR'",
        b"['https://sso.garmin.com/mobile/api/mfa/verifyCode: HTTP 502 non-JSON', 'x/verifyCode: 429 in JSON body']",
        b"Widget MFA failed: 502 Bad Gateway",
        b'{"message": "Bad Request", "errors": [{"resource": "AuthorizationCode", "field": "code"}]}',
    ]


TARGETS = {
    "sign-in": Target(_sign_in_seeds, _sign_in, shares="garmin-live"),
    "redirect": Target(_redirect_seeds, _redirect),
    "refusals": Target(_refusals_seeds, _refusals),
}
