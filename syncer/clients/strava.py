"""Strava through `stravalib`: raw JSON in, our errors out. The only importer of stravalib.

What stravalib 2.6 does by itself and we keep it from doing (strava research §0, §1): its limiter sleeps until
midnight, its models lose a page for one odd value, its listing stops at a short page, its tokens are not saved.
So requests go through ``client.protocol`` for raw JSON, the limiter only takes notes, and tokens are refreshed
under a lock and saved before the next call.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from syncer.clients.http import Patience, make_session, network_reason
from syncer.clients.tokens import read_tokens, refresh_lock, write_tokens
from syncer.errors import BadFileError, SignInError, SyncerError, TryLaterError

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


@dataclass(slots=True)
class Usage:
    """What the answers' headers said last: requests made and allowed in 15 minutes and in a day (reads)."""

    short_used: int = 0
    short_limit: int = 0
    day_used: int = 0
    day_limit: int = 0
    requests: int = 0

    @property
    def left(self) -> int | None:
        """Reads that are left before a limit, None while no answer has told."""
        lefts = [limit - used for used, limit in self._pairs() if limit]
        return max(0, min(lefts)) if lefts else None

    def _pairs(self) -> tuple[tuple[int, int], tuple[int, int]]:
        return (self.short_used, self.short_limit), (self.day_used, self.day_limit)

    def back_at(self, now: datetime) -> datetime:
        """When requests are allowed again: next UTC midnight if the day is used up, else the next quarter hour."""
        if self.day_limit and self.day_used >= self.day_limit:
            return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return now.replace(second=0, microsecond=0) + timedelta(minutes=15 - now.minute % 15)

    def note(self, headers: Mapping[str, str]) -> None:
        """Read ``X-ReadRateLimit-*``, or ``X-RateLimit-*`` where there is no other."""
        for prefix in ("X-ReadRateLimit", "X-RateLimit"):
            limit, used = headers.get(f"{prefix}-Limit", ""), headers.get(f"{prefix}-Usage", "")
            if re.fullmatch(r"\d+,\d+", limit) and re.fullmatch(r"\d+,\d+", used):
                self.short_limit, self.day_limit = map(int, limit.split(","))
                self.short_used, self.day_used = map(int, used.split(","))
                return


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
        self.usage = Usage()
        self._client = make_client(app, make_session(patience), self.usage)
        self._ready = False

    def activities(self, page: int, after: datetime | None, before: datetime | None) -> list[Any]:
        """One page of summaries, newest first as Strava likes; an empty list is the end.

        Raises:
            TryLaterError, SignInError, SyncerError: as the answer demands.
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
        self._refresh()
        left = self.usage.left
        if left == 0:
            raise limited(self.usage, self._now())
        return call(lambda: self._client.protocol.get(path, **parameters), self.usage, self._now())

    def _refresh(self) -> None:
        """Put a living access token on the client; a refreshed one is saved first."""
        protocol = self._client.protocol
        if self._ready and (protocol.token_expires or 0) > self._now().timestamp() + LEEWAY_S:
            return
        tokens = read_tokens(self._token_file, "strava")
        if _expires(tokens) <= self._now().timestamp() + LEEWAY_S:
            with refresh_lock(self._token_file, "strava"):
                tokens = read_tokens(self._token_file, "strava")
                if _expires(tokens) <= self._now().timestamp() + LEEWAY_S:
                    tokens = self._renewed(tokens)
        protocol.access_token = str(tokens["access_token"])
        protocol.token_expires = _expires(tokens)
        self._ready = True

    def _renewed(self, tokens: dict[str, Any]) -> dict[str, Any]:
        def renew() -> Any:
            return self._client.protocol.refresh_access_token(
                client_id=int(self._app.client_id),
                client_secret=self._app.client_secret,
                refresh_token=str(tokens["refresh_token"]),
            )

        # an unwritable folder must show before the old refresh token is spent
        write_tokens(self._token_file, tokens)
        fresh = {**tokens, **call(renew, self.usage, self._now(), signing_in=True)}
        write_tokens(self._token_file, fresh)
        return fresh


def make_client(app: StravaApp, session: requests.Session, usage: Usage) -> Client:
    """A stravalib client that neither sleeps, nor prints, nor talks to anyone but ``app``'s addresses."""
    quiet_before = os.environ.get("SILENCE_TOKEN_WARNINGS")
    os.environ["SILENCE_TOKEN_WARNINGS"] = "true"  # noqa: S105  # a switch, no password
    try:
        # importing stravalib changes the warning filters of the whole process
        with warnings.catch_warnings():
            from stravalib import Client

        def take_note(headers: Mapping[str, str], method: str) -> None:
            del method
            usage.requests += 1
            usage.note(headers)

        client = Client(rate_limiter=cast("RateLimiter", take_note), requests_session=session)
    finally:
        logging.captureWarnings(False)
        if quiet_before is None:
            del os.environ["SILENCE_TOKEN_WARNINGS"]
    logging.getLogger("stravalib").setLevel(logging.CRITICAL)
    client.protocol.client_id = client.protocol.client_secret = None
    client.protocol.resolve_url = lambda url: _address(app, url)  # type: ignore[method-assign]
    return client


def call[T](request: Callable[[], T], usage: Usage, now: datetime, *, signing_in: bool = False) -> T:
    """Make one request and turn every way it can fail into one of our errors; no secret gets into them."""
    import requests
    from stravalib import exc

    try:
        return request()
    except exc.ApplicationInactive:
        raise inactive() from None
    except exc.Fault as fault:
        raise _translated(fault.response, usage, now, signing_in=signing_in) from None
    except requests.exceptions.RetryError:
        raise _unavailable("it kept failing") from None
    except requests.exceptions.JSONDecodeError:
        raise _unavailable("its answer was not JSON") from None
    except requests.RequestException as error:
        raise _unavailable(network_reason(error)) from None
    except (KeyError, TypeError, ValueError):
        raise _unavailable("its answer was not what its documentation says") from None


def inactive() -> SyncerError:
    """Strava wants a subscription from the app's owner; the export archive is the way round it."""
    return SyncerError(
        "strava-inactive",
        "Strava does not answer this app",
        why="since June 2026 the owner of the app needs an active Strava subscription",
        hint="import your own export instead: syncer import export.zip (docs/how-to/import-exports.md)",
        provider="strava",
    )


def limited(usage: Usage, now: datetime) -> TryLaterError:
    """The limit is reached; the error's ``retry_at`` says when to come back."""
    return TryLaterError(
        "rate-limited",
        "Strava's request limit is reached",
        why=f"{usage.short_used}/{usage.short_limit} in 15 minutes, {usage.day_used}/{usage.day_limit} today",
        hint="the next run fetches the rest by itself",
        provider="strava",
        retry_at=usage.back_at(now),
    )


def _address(app: StravaApp, url: str) -> str:
    """Stravalib's idea of an address, moved to where Strava is for us."""
    if not url.startswith("http"):
        return f"{app.api_url.rstrip('/')}/{url.strip('/')}"
    path = urlsplit(url).path
    return f"{app.oauth_url.rstrip('/')}/{path.rsplit('/', 1)[-1]}"


def _translated(response: requests.Response | None, usage: Usage, now: datetime, *, signing_in: bool) -> SyncerError:
    status = response.status_code if response is not None else 0
    text = response.text[:2000] if response is not None else ""
    if status == 429:
        return limited(usage, now)
    if status == 401 and "activity:read" in text:
        return SignInError(
            "strava-scope",
            "Strava's sign-in lacks the permission to read activities",
            hint="syncer auth strava, and leave every box ticked",
            provider="strava",
        )
    if status == 401 or (signing_in and 400 <= status < 500):
        return SignInError(
            "strava-sign-in", "Strava wants you to sign in again", hint="syncer auth strava", provider="strava"
        )
    if status == 404:
        return BadFileError("item-gone", "Strava no longer has this activity", provider="strava")
    if status >= 500:
        return _unavailable(f"it answered {status}")
    return SyncerError("strava-refused", f"Strava refused the request ({status})", provider="strava")


def _unavailable(why: str) -> TryLaterError:
    return TryLaterError(
        "strava-unavailable", "Strava cannot be read right now", why=why, hint="syncer sync strava", provider="strava"
    )


def _expect[T](kind: type[T], value: Any) -> T:
    if not isinstance(value, kind):
        raise _unavailable("its answer was not what its documentation says")
    return value


def _expires(tokens: Mapping[str, Any]) -> int:
    try:
        return int(tokens.get("expires_at", 0))
    except (TypeError, ValueError):
        return 0
