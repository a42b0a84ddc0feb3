"""Strava through `stravalib`: raw JSON in, our errors out. The only importer of stravalib.

What stravalib 2.6 does by itself and we keep it from doing: its limiter sleeps until midnight, its models lose
a page for one odd value, its listing stops at a short page, its tokens are not saved. So requests go through
``client.protocol`` for raw JSON, the limiter only takes notes, and tokens are refreshed under a lock and saved before
the next call.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from syncer.clients.http import MOST_ITEMS, hush, make_session
from syncer.clients.patience import Meter, Patience
from syncer.clients.strava_errors import call, sign_in_again, unavailable
from syncer.clients.strava_limits import Usage, limited
from syncer.clients.tokens import read_tokens, refresh_lock, write_tokens
from syncer.errors import SignInError

if TYPE_CHECKING:
    import requests
    from stravalib import Client
    from stravalib.util.limiter import RateLimiter


SCOPE_NEEDED = "activity:read_all"
# a token that is about to end is refreshed before it is used
LEEWAY_S = 300
PAGE_SIZE = 200


@dataclass(frozen=True, slots=True)
class StravaApp:
    """The runner's own Strava app, and where Strava is.

    Attributes:
        api_url: the API's base, such as ``https://www.strava.com/api/v3``.
        oauth_url: the sign-in's base, such as ``https://www.strava.com/oauth``.
    """

    client_id: str
    client_secret: str
    api_url: str
    oauth_url: str


class StravaClient:
    """Reads the runner's activities as raw JSON.

    Args:
        app: the runner's own app.
        token_file: where the tokens live; refreshed ones are saved there before they are used.
        patience: timeouts and pauses.
        now: the clock, for expiry and limits.
    """

    def __init__(
        self,
        app: StravaApp,
        token_file: Path,
        patience: Patience,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._app = app
        self._token_file = token_file
        self._now = now
        self._meter = Meter()
        self._usage = Usage()
        self._client = make_client(app, make_session(patience, self._meter), self._usage)
        self._ready = False

    @property
    def requests(self) -> int:
        """Requests sent so far, those for tokens and those that were tried again included."""
        return self._meter.requests

    def activities(self, page: int, after: datetime | None = None, before: datetime | None = None) -> list[Any]:
        """One page of summaries; an empty list is the end. Without ``after`` the newest come first.

        Args:
            page: from 1 on.
            after: only activities that began later (aware).
            before: only activities that began earlier (aware).

        Raises:
            TryLaterError, SignInError, SyncerError: as `syncer.clients.strava_errors.call` says.
        """
        window = {name: int(at.timestamp()) for name, at in (("after", after), ("before", before)) if at}
        return _expect(list, self._get("/athlete/activities", page=page, per_page=PAGE_SIZE, **window))

    def activity(self, activity_id: str) -> dict[str, Any]:
        """One activity in detail: description, private note, exertion.

        Raises:
            BadFileError: Strava cannot give this one activity (gone, or broken on its side).
        """
        return _expect(dict, self._get(f"/activities/{int(activity_id)}", include_all_efforts=False))

    def athlete(self) -> dict[str, Any]:
        """Who is signed in; also the cheapest proof that the tokens work."""
        return _expect(dict, self._get("/athlete"))

    def _get(self, path: str, **parameters: Any) -> Any:
        if not self._ready:
            self._renew(refused=None)
            self._ready = True
        try:
            return self._ask(path, parameters)
        except SignInError as error:
            if error.code != "strava-sign-in":
                raise
        # the token ended before its time; a new one may do
        self._renew(refused=self._client.protocol.access_token)
        return self._ask(path, parameters)

    def _ask(self, path: str, parameters: Mapping[str, Any]) -> Any:
        if self._usage.left == 0:
            raise limited(self._usage, self._now())
        return call(lambda: self._client.protocol.get(path, **parameters), self._usage, self._now())

    def _renew(self, refused: str | None) -> None:
        """Put a living token on the client, that of the file if it is one; ``refused``: what Strava turned down."""
        tokens = self._read()
        if not self._is_living(tokens, refused):
            with refresh_lock(self._token_file, "strava"):
                # another process may have been faster
                tokens = self._read()
                if not self._is_living(tokens, refused):
                    tokens = self._refreshed(tokens)
        self._client.protocol.access_token = tokens["access_token"]

    def _read(self) -> dict[str, Any]:
        tokens = read_tokens(self._token_file, "strava")
        if not all(isinstance(tokens.get(name), str) and tokens[name] for name in ("access_token", "refresh_token")):
            raise sign_in_again("the saved tokens are not Strava's")
        return tokens

    def _is_living(self, tokens: Mapping[str, Any], refused: str | None) -> bool:
        return tokens["access_token"] != refused and expires_at(tokens) > self._now().timestamp() + LEEWAY_S

    def _refreshed(self, tokens: dict[str, Any]) -> dict[str, Any]:
        def refresh() -> dict[str, Any]:
            answer = self._client.protocol.refresh_access_token(
                client_id=int(self._app.client_id),
                client_secret=self._app.client_secret,
                refresh_token=tokens["refresh_token"],
            )
            if not all(isinstance(answer[name], str) and answer[name] for name in ("access_token", "refresh_token")):
                raise ValueError("no tokens")
            return dict(answer)

        # an unwritable folder must show before the old refresh token is spent
        write_tokens(self._token_file, tokens)
        fresh = {**tokens, **call(refresh, self._usage, self._now(), signing_in=True)}
        write_tokens(self._token_file, fresh)
        return fresh


def make_client(app: StravaApp, session: requests.Session, usage: Usage) -> Client:
    """A stravalib client that neither sleeps, nor prints, nor talks to anyone but ``app``'s addresses."""
    hush()
    quiet_before = os.environ.get("SILENCE_TOKEN_WARNINGS")
    os.environ["SILENCE_TOKEN_WARNINGS"] = "true"  # noqa: S105  # a switch, no password
    try:
        # importing stravalib changes the warning filters of the whole process
        with warnings.catch_warnings():
            from stravalib import Client

        def take_note(headers: Mapping[str, str], method: str) -> None:
            del method
            usage.note(headers)

        client = Client(rate_limiter=cast("RateLimiter", take_note), requests_session=session)
    finally:
        logging.captureWarnings(False)
        if quiet_before is None:
            del os.environ["SILENCE_TOKEN_WARNINGS"]
        else:
            os.environ["SILENCE_TOKEN_WARNINGS"] = quiet_before
    # without them stravalib leaves the tokens to us
    client.protocol.client_id = client.protocol.client_secret = None
    client.protocol.resolve_url = lambda url: _address(app, url)  # type: ignore[method-assign]
    return client


def _address(app: StravaApp, url: str) -> str:
    """Stravalib's idea of an address, moved to where Strava is for us."""
    if not url.startswith("http"):
        return f"{app.api_url.rstrip('/')}/{url.strip('/')}"
    return f"{app.oauth_url.rstrip('/')}/{urlsplit(url).path.rsplit('/', 1)[-1]}"


def _expect[T](kind: type[T], value: Any) -> T:
    if not isinstance(value, kind) or (isinstance(value, list) and len(value) > MOST_ITEMS):
        raise unavailable("its answer was not what its documentation says")
    return value


def expires_at(tokens: Mapping[str, Any]) -> float:
    """When the access token ends, in seconds since 1970; 0 where the file does not tell."""
    try:
        return float(tokens.get("expires_at", 0))
    except (TypeError, ValueError, OverflowError):
        return 0.0
