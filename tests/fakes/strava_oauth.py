"""Strava's OAuth: codes, scopes, and refresh tokens of which each works once.

After https://developers.strava.com/docs/authentication/.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.fakes.loopback import Answer, Request, as_json

ALL_SCOPES = "read,activity:read_all"


@dataclass
class StravaOAuth:
    """The runner's app and its tokens.

    Attributes:
        grants: the boxes that the runner leaves ticked; empty: access is denied.
        lifetime_s: how long a new access token lives.
        refreshes: how often tokens were refreshed.
        clock: seconds since 1970.
    """

    client_id: str = "4242"
    client_secret: str = "secret-of-the-app"
    grants: str = ALL_SCOPES
    lifetime_s: float = 21_600.0
    refreshes: int = 0
    clock: Callable[[], float] = time.time
    given: list[str] = field(default_factory=list)
    _living: dict[str, tuple[float, str]] = field(default_factory=dict)
    _refresh: dict[str, str] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def sign_in(self, lifetime_s: float | None = None, scope: str = ALL_SCOPES) -> dict[str, Any]:
        """Tokens as they stand in the token file after a sign-in."""
        return self._issue(self.lifetime_s if lifetime_s is None else lifetime_s, scope) | {"scope": scope}

    def end_access(self) -> None:
        """Access tokens stop working before their time; refresh tokens go on."""
        self._living.clear()

    def end_everything(self) -> None:
        """The runner took the app's access away."""
        self._living.clear()
        self._refresh.clear()

    def secrets(self) -> list[str]:
        """Everything that must stay in the token file."""
        return [*self.given, self.client_secret]

    def check(self, request: Request, needs: str = "") -> Answer | None:
        """None when the request carries a living token with the scope that it needs, else the refusal."""
        ends, scope = self._living.get(request.bearer, (0.0, ""))
        if ends <= self.clock():
            return refusal(401, "Authorization Error", "Athlete", "access_token", "invalid")
        if needs and not any(one.startswith(needs) for one in scope.split(",")):
            return refusal(401, "Authorization Error", "AccessToken", f"{needs}_permission", "missing")
        return None

    def sees_private(self, request: Request) -> bool:
        """Whether "only me" activities are shown to this token."""
        return "activity:read_all" in self._living.get(request.bearer, (0.0, ""))[1]

    def answer(self, request: Request) -> Answer | None:
        """The pages under /oauth."""
        if request.path == "/oauth/authorize":
            return self._authorize(request)
        if request.path == "/oauth/token" and request.method == "POST":
            return self._token(request)
        if request.path in ("/oauth/deauthorize", "/oauth/revoke") and request.method == "POST":
            self.end_everything()
            return as_json({})
        return None

    def _authorize(self, request: Request) -> Answer:
        """What the browser gets once the runner has pressed the button."""
        query = request.query
        back = query.get("redirect_uri", "")
        if query.get("client_id") != self.client_id or not back.startswith("http"):
            return refusal(400, "Bad Request", "Application", "client_id", "invalid")
        told = {"state": query.get("state", "")}
        if not self.grants:
            told["error"] = "access_denied"
        else:
            told |= {"code": f"secret-code-{next(self._numbers)}", "scope": self.grants}
            self._codes[told["code"]] = self.grants
        return Answer(302, b"", {"Location": f"{back}?{urlencode(told)}"})

    def _token(self, request: Request) -> Answer:
        form = request.form
        if form.get("client_id") != self.client_id:
            return refusal(400, "Bad Request", "Application", "client_id", "invalid")
        if form.get("client_secret") != self.client_secret:
            return refusal(401, "Authorization Error", "Application", "", "invalid")
        if form.get("grant_type") == "authorization_code":
            scope = self._codes.pop(form.get("code", ""), None)
            if scope is None:
                return refusal(400, "Bad Request", "AuthorizationCode", "code", "invalid")
            return as_json(self._issue(self.lifetime_s, scope) | {"athlete": {"id": 7, "firstname": "A"}})
        scope = self._refresh.pop(form.get("refresh_token", ""), None)
        if scope is None:
            return refusal(400, "Bad Request", "RefreshToken", "refresh_token", "invalid")
        self.refreshes += 1
        return as_json(self._issue(self.lifetime_s, scope))

    def _issue(self, lifetime_s: float, scope: str) -> dict[str, Any]:
        number = next(self._numbers)
        access, refresh = f"secret-access-{number}-strava", f"secret-refresh-{number}-strava"
        ends = self.clock() + lifetime_s
        self._living[access] = (ends, scope)
        # the one before no longer works
        self._refresh.clear()
        self._refresh[refresh] = scope
        self.given += [access, refresh]
        return {"token_type": "Bearer", "access_token": access, "refresh_token": refresh, "expires_at": int(ends)}


def refusal(status: int, message: str, resource: str, name: str, code: str) -> Answer:
    """An error in Strava's form."""
    return as_json({"message": message, "errors": [{"resource": resource, "field": name, "code": code}]}, status)
