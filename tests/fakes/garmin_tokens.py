"""Garmin's token endpoint: short-lived JWTs, and refresh tokens of which each works once.

After what garminconnect 0.3.20 asks for and keeps (garminconnect/client/tokens.py).
"""

from __future__ import annotations

import base64
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.loopback import Answer, Request, as_json

TOKEN_PATH = "/di-oauth2-service/oauth/token"
CLIENT_ID = "GARMIN_CONNECT_MOBILE_ANDROID_DI_2025Q2"
TICKET_GRANT = "https://connectapi.garmin.com/di-oauth2-service/oauth/grant/service_ticket"


def jwt(expires_at: float, **claims: Any) -> str:
    """A token in the form of a JWT; nobody checks its signature."""

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256'})}.{part({'exp': int(expires_at), **claims})}.c2lnbmF0dXJl"


@dataclass
class GarminTokens:
    """Who is signed in, and with which tokens.

    Attributes:
        lifetime_s: how long a new access token lives. The real ones live about a day, and are renewed 15 minutes
            before their end.
        refreshes: how often tokens were refreshed.
        tickets: sign-in tickets that may be exchanged, each once.
        accept_stale: how many refresh tokens back are still taken; Garmin takes none.
    """

    lifetime_s: float = 86_400.0
    refreshes: int = 0
    tickets: set[str] = field(default_factory=set)
    given: list[str] = field(default_factory=list)
    _living: dict[str, float] = field(default_factory=dict)
    _refresh_token: str = ""
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def sign_in(self, lifetime_s: float | None = None) -> dict[str, str]:
        """Tokens as they stand in the token file after a sign-in."""
        access, refresh = self._issue(self.lifetime_s if lifetime_s is None else lifetime_s)
        return {"di_token": access, "di_refresh_token": refresh, "di_client_id": CLIENT_ID}

    def end_access(self) -> None:
        """Access tokens stop working before their time; refresh tokens go on."""
        self._living.clear()

    def end_everything(self) -> None:
        """The runner changed the password: nothing works any more."""
        self._living.clear()
        self._refresh_token = ""

    def secrets(self) -> list[str]:
        """Every token that was ever handed out."""
        return list(self.given)

    def check(self, request: Request) -> Answer | None:
        """None when the request carries a living access token, else the refusal."""
        if self._living.get(request.bearer, 0) > time.time():
            return None
        return as_json({"message": "Token is not active", "error": "UnauthorizedException"}, 401)

    def answer(self, request: Request) -> Answer | None:
        """The token endpoint."""
        if request.path != TOKEN_PATH:
            return None
        if request.method != "POST":
            return as_json({"error": "invalid_request"}, 405)
        form = request.form
        basic = "Basic " + base64.b64encode(f"{form.get('client_id', '')}:".encode()).decode()
        if request.headers.get("authorization") != basic:
            return as_json({"error": "invalid_client"}, 401)
        if form.get("grant_type") == "refresh_token":
            return self._refresh(form.get("refresh_token", ""))
        if form.get("grant_type") == TICKET_GRANT:
            return self._exchange(form.get("service_ticket", ""))
        return as_json({"error": "unsupported_grant_type"}, 400)

    def _refresh(self, given: str) -> Answer:
        if not given or given != self._refresh_token:
            return as_json({"error": "invalid_grant", "error_description": "Invalid refresh token"}, 400)
        self.refreshes += 1
        return self._told()

    def _exchange(self, ticket: str) -> Answer:
        if ticket not in self.tickets:
            return as_json({"error": "invalid_grant", "error_description": "Invalid service ticket"}, 400)
        self.tickets.remove(ticket)
        return self._told()

    def _told(self) -> Answer:
        access, refresh = self._issue(self.lifetime_s)
        return as_json(
            {
                "access_token": access,
                "refresh_token": refresh,
                "token_type": "Bearer",
                "expires_in": int(self.lifetime_s),
                "refresh_token_expires_in": 2_592_000,
                "scope": "CONNECT_READ CONNECT_WRITE",
            }
        )

    def _issue(self, lifetime_s: float) -> tuple[str, str]:
        number = next(self._numbers)
        ends = time.time() + lifetime_s
        access = jwt(ends, client_id=CLIENT_ID, jti=f"secret-access-{number}")
        self._refresh_token = f"secret-refresh-{number}-garmin"
        self._living[access] = ends
        self.given += [access, self._refresh_token]
        return access, self._refresh_token
