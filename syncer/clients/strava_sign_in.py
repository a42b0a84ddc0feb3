"""Signing in to Strava and out again: OAuth with the runner's own app, through stravalib at the configured addresses.

stravalib's `Client.exchange_code_for_token` drops the granted scopes and keeps only the access token, so the scopes
come from the redirect, and every token is handed back. Signing out uses ``oauth/revoke``; ``oauth/deauthorize``, which
it replaces, ends on 1 June 2027 (stravalib/stravalib#738).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from syncer.clients.http import make_session
from syncer.clients.patience import Meter, Patience
from syncer.clients.strava import SCOPE_NEEDED, StravaApp, expires_at, make_client
from syncer.clients.strava_errors import call, text_of
from syncer.clients.strava_limits import Usage
from syncer.errors import ConfigError, SignInError, SyncerError, TryLaterError

if TYPE_CHECKING:
    import requests

SCOPES: tuple[Any, ...] = ("read", SCOPE_NEEDED)


class StravaSignIn:
    """The runner's app at Strava's sign-in.

    Args:
        app: the app, and where Strava is.
        patience: how long to wait for each answer.
        now: the instant of this sign-in, for limits and expiry.
    """

    def __init__(self, app: StravaApp, patience: Patience, now: datetime) -> None:
        self._app = app
        self._now = now
        self._usage = Usage()
        self._session = make_session(patience, Meter())
        self._protocol = make_client(app, self._session, self._usage).protocol

    def address(self, redirect: str, state: str) -> str:
        """The page where the runner allows the app to read activities."""
        page = self._protocol.authorization_url(
            client_id=int(self._app.client_id), redirect_uri=redirect, scope=list(SCOPES), state=state
        )
        return f"{self._app.oauth_url.rstrip('/')}/authorize?{urlsplit(page).query}"

    def redeem(self, code: str) -> dict[str, Any]:
        """Exchange the code for tokens: ``access_token``, ``refresh_token``, ``expires_at`` (epoch seconds).

        Raises:
            ConfigError: the app's id or secret is wrong.
            SignInError: the code is not, or no longer, good.
            TryLaterError: Strava cannot be reached.
        """
        from stravalib import exc

        def exchange() -> Any:
            try:
                return self._protocol.exchange_code_for_token(
                    client_id=int(self._app.client_id), client_secret=self._app.client_secret, code=code
                )[0]
            except exc.Fault as fault:
                refusal = _refusal(fault.response)
                if refusal is None:
                    raise
                raise refusal from None

        return dict(call(exchange, self._usage, self._now, signing_in=True))

    def athlete(self, tokens: Mapping[str, Any]) -> str:
        """The name of whoever signed in; also the proof that the tokens work.

        Raises:
            SyncerError: ``strava-inactive``, or as the answer demands.
        """
        self._protocol.access_token = str(tokens["access_token"])
        found = call(lambda: self._protocol.get("/athlete"), self._usage, self._now)
        found = found if isinstance(found, dict) else {}
        return " ".join(str(found[part]) for part in ("firstname", "lastname") if found.get(part))

    def require_activities(self, tokens: Mapping[str, Any]) -> None:
        """List one activity, to see whether that is allowed at all; private ones cannot be told apart this way.

        Raises:
            SignInError: ``strava-scope``, it is not.
        """
        self._protocol.access_token = str(tokens["access_token"])
        call(lambda: self._protocol.get("/athlete/activities", page=1, per_page=1), self._usage, self._now)

    def revoke(self, tokens: Mapping[str, Any]) -> None:
        """End the sign-in at Strava.

        Raises:
            SyncerError: Strava did not take it; the app stays listed on strava.com/settings/apps.
        """
        answer = self._post(
            "revoke",
            auth=(self._app.client_id, self._app.client_secret),
            data={"token": str(tokens.get("refresh_token", "")), "token_type_hint": "refresh_token"},
        )
        if answer.ok:
            return
        if answer.status_code < 500 or answer.status_code == 501:
            living = self._living(tokens)
            answer = self._post(
                "deauthorize", headers={"Authorization": f"Bearer {living}"}, data={"access_token": living}
            )
        if not answer.ok:
            raise _not_revoked(f"it answered {answer.status_code}")

    def _living(self, tokens: Mapping[str, Any]) -> str:
        """An access token that has not ended yet, as ``deauthorize`` wants it."""
        if expires_at(tokens) > self._now.timestamp():
            return str(tokens.get("access_token", ""))
        fresh = call(
            lambda: self._protocol.refresh_access_token(
                client_id=int(self._app.client_id),
                client_secret=self._app.client_secret,
                refresh_token=str(tokens.get("refresh_token", "")),
            ),
            self._usage,
            self._now,
            signing_in=True,
        )
        return str(fresh["access_token"])

    def _post(self, path: str, **options: Any) -> requests.Response:
        return call(
            lambda: self._session.post(f"{self._app.oauth_url.rstrip('/')}/{path}", **options), self._usage, self._now
        )


def _refusal(response: requests.Response | None) -> SyncerError | None:
    """What Strava holds against a code exchange, where its answer says so."""
    if response is None or response.status_code == 429 or not 400 <= response.status_code < 500:
        return None
    fields = _error_fields(text_of(response))
    if any(resource == "AuthorizationCode" or field == "code" for resource, field in fields):
        return SignInError(
            "strava-code",
            "Strava does not know this sign-in code",
            why="a code works once, and for a few minutes",
            hint="syncer auth strava",
            provider="strava",
        )
    if response.status_code == 403:
        return None
    return ConfigError(
        "strava-app",
        "Strava does not accept the app's client id and secret",
        why="the secret is the one beside «Client Secret» on strava.com/settings/api, not the tokens below it",
        hint="syncer init, or correct strava.client_id and strava.client_secret",
        provider="strava",
    )


def _error_fields(text: str) -> list[tuple[str, str]]:
    try:
        errors = json.loads(text)["errors"]
        return [(str(one.get("resource", "")), str(one.get("field", ""))) for one in errors]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _not_revoked(why: str) -> TryLaterError:
    return TryLaterError(
        "strava-not-revoked",
        "Strava did not confirm the end of the sign-in",
        why=why,
        hint="remove the app yourself on strava.com/settings/apps",
        provider="strava",
    )
