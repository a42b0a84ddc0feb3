"""Garmin's sign-in: a password sent without the page's cookies and Referer is answered with 429.

So garminconnect 0.3.20 says of the real one (garminconnect/client/sso.py).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.garmin_tokens import GarminTokens
from tests.fakes.loopback import Answer, Request, as_json

COOKIE = "SESSION=page-was-loaded"
_PAGES = ("/mobile/sso/en_US/sign-in", "/portal/sso/en-US/sign-in")
_LOGINS = ("/mobile/api/login", "/portal/api/login")
_CODES = ("/mobile/api/mfa/verifyCode", "/portal/api/mfa/verifyCode")


@dataclass
class GarminSso:
    """The account's sign-in.

    Attributes:
        mfa_code: asked for after the password, where it is not empty.
        blocked: how many sign-ins are answered with 429 (a number, or for ever).
        attempts: credentials that arrived, right or wrong.
    """

    tokens: GarminTokens
    email: str = "runner@example.org"
    password: str = "secret-password"
    mfa_code: str = ""
    blocked: float = 0
    attempts: int = 0
    codes_tried: list[str] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def answer(self, request: Request) -> Answer | None:
        """The mobile and the portal sign-in; the widget is out of order."""
        if request.path in _PAGES:
            if self.blocked > 0:
                return self._refused()
            cookie = f"{COOKIE}; Path=/; HttpOnly"
            return Answer(
                200, b"<html><title>Sign in</title></html>", {"Content-Type": "text/html", "Set-Cookie": cookie}
            )
        if request.path in _LOGINS:
            return self._login(request)
        if request.path in _CODES:
            return self._code(request)
        if request.path.startswith("/sso/"):
            return Answer(503, b"<html><title>503 Service unavailable</title></html>", {"Content-Type": "text/html"})
        return None

    def _refused(self) -> Answer:
        self.blocked -= 1
        return as_json({"error": {"status-code": "429", "message": "Too Many Requests"}}, 429)

    def _login(self, request: Request) -> Answer:
        self.attempts += 1
        came_from_page = COOKIE in request.headers.get("cookie", "") and "sign-in" in request.headers.get("referer", "")
        if self.blocked > 0 or not came_from_page:
            return self._refused()
        told = request.json
        if (told.get("username"), told.get("password")) != (self.email, self.password):
            return as_json({"responseStatus": {"type": "INVALID_USERNAME_PASSWORD", "message": "", "httpStatus": ""}})
        if self.mfa_code:
            status = {"type": "MFA_REQUIRED", "message": "", "httpStatus": ""}
            return as_json({"responseStatus": status, "customerMfaInfo": {"mfaLastMethodUsed": "email"}})
        return self._signed_in()

    def _code(self, request: Request) -> Answer:
        code = str(request.json.get("mfaVerificationCode", ""))
        self.codes_tried.append(code)
        if COOKIE not in request.headers.get("cookie", ""):
            return self._refused()
        if code != self.mfa_code:
            return as_json({"responseStatus": {"type": "INVALID_MFA_CODE", "message": "", "httpStatus": ""}})
        return self._signed_in()

    def _signed_in(self) -> Answer:
        ticket = f"ST-secret-ticket-{next(self._numbers)}-cas"
        self.tokens.tickets.add(ticket)
        status = {"type": "SUCCESSFUL", "message": "", "httpStatus": "OK"}
        return as_json({"responseStatus": status, "serviceTicketId": ticket})
