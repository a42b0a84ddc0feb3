"""Garmin's embedded sign-in page: HTML forms with a hidden token, titles that tell the outcome.

After what garminconnect 0.3.20 looks for in them (garminconnect/client/sso.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes.garmin import FakeGarmin
from tests.fakes.loopback import Answer, Request, as_json

CSRF = "form-token-17"
COOKIE = "WIDGET=page-was-loaded"


@dataclass
class GarminWidget:
    """A Garmin whose app and web site turn programs away, so that only the embedded page is left.

    Attributes:
        refusal: the title of the page after a wrong password.
        code_method: how the code is sent: ``email``, ``sms``, or empty for an authenticator app.
        codes_sent: how often the page was asked to send a code.
    """

    garmin: FakeGarmin = field(default_factory=FakeGarmin)
    refusal: str = "Sign in: invalid credentials"
    code_method: str = "email"
    codes_sent: int = 0

    def __call__(self, request: Request) -> Answer:
        """Answer a request."""
        if "/api/login" in request.path or request.path.endswith("sign-in"):
            return Answer(403, b"<html><title>Just a moment...</title></html>", {"Content-Type": "text/html"})
        if request.path == "/sso/embed":
            return page("Embed", cookie=True)
        if request.path == "/sso/signin":
            return self._sign_in(request) if request.method == "POST" else page("Sign in", form=True)
        if request.path == "/sso/verifyMFA/mfaCode":
            assert request.json["mfaMethod"] == self.code_method
            self.codes_sent += 1
            return as_json({})
        if request.path == "/sso/verifyMFA/loginEnterMfaCode":
            return self._code(request)
        return self.garmin(request)

    def _sign_in(self, request: Request) -> Answer:
        sso = self.garmin.sso
        if COOKIE not in request.headers.get("cookie", "") or "signin" not in request.headers.get("referer", ""):
            return as_json({}, 429)
        form = request.form
        assert form["_csrf"] == CSRF
        if (form["username"], form["password"]) != (sso.email, sso.password):
            return page(self.refusal)
        return page("MFA Challenge", form=True, method=self.code_method) if sso.mfa_code else self._success()

    def _code(self, request: Request) -> Answer:
        if request.form["_csrf"] != CSRF or request.form["mfa-code"] != self.garmin.sso.mfa_code:
            return page("MFA Challenge", form=True)
        return self._success()

    def _success(self) -> Answer:
        ticket = f"ST-secret-widget-{len(self.garmin.tokens.given)}-cas"
        self.garmin.tokens.tickets.add(ticket)
        return page("Success", more=f'<a href="https://sso.garmin.com/sso/embed?ticket={ticket}">on</a>')


def page(title: str, *, form: bool = False, method: str = "", cookie: bool = False, more: str = "") -> Answer:
    """A page of the widget."""
    hidden = f'<input type="hidden" name="_csrf" value="{CSRF}">' if form else ""
    script = f'<script>var customerGuid = "a-guid"; var mfaMethod = "{method}"; var locale = "en";</script>'
    text = f"<html><head><title>{title}</title>{script if method else ''}</head><body>{hidden}{more}</body></html>"
    headers = {"Content-Type": "text/html"} | ({"Set-Cookie": f"{COOKIE}; Path=/; HttpOnly"} if cookie else {})
    return Answer(200, text.encode(), headers)
