"""Garmin Connect through `garminconnect`: raw JSON in, our errors out. The only importer of garminconnect.

What garminconnect 0.3.20 does by itself and we keep it from doing (garmin research §1): it signs in anew when a
call fails while a password is at hand, swallows the failure to save a rotated token, lets some errors through
untranslated, and logs tracebacks. So a client here has tokens and never a password; its tokens are refreshed
under a lock and saved before the next call, and every error ends in `call`.
"""

from __future__ import annotations

import http.cookiejar
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncer.clients.http import Patience, make_session, network_reason
from syncer.clients.tokens import read_tokens, refresh_lock, write_tokens
from syncer.errors import BadFileError, SignInError, SyncerError, TryLaterError

if TYPE_CHECKING:
    from garminconnect import Garmin

PAGE_SIZE = 100
TOKEN_FIELDS = ("di_token", "di_refresh_token", "di_client_id")
# without a Retry-After, an hour: Garmin publishes no numbers, blocks clear in about that (garmin research §8)
DEFAULT_PAUSE = timedelta(hours=1)
REFUSED = (400, 401, 403)


@dataclass(frozen=True, slots=True)
class GarminAddresses:
    """Where Garmin is: the API, the sign-in, and the token endpoint."""

    api_url: str
    sso_url: str
    token_url: str


class GarminClient:
    """Reads activities and keeps workouts on Garmin Connect, with tokens only.

    Args:
        addresses: where Garmin is.
        token_file: where the tokens live; refreshed ones are saved there before they are used.
        patience: timeouts and pauses.
        now: the clock, for limits.
    """

    def __init__(
        self,
        addresses: GarminAddresses,
        token_file: Path,
        patience: Patience,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._token_file = token_file
        self._now = now
        self.requests = 0
        self._garmin = make_garmin(addresses, patience)
        self._garmin.client._api_session.hooks["response"].append(self._count)
        # a 401 in the middle of a run goes the same way as an old token before it
        self._garmin.client._refresh_session = lambda: self._refresh(rejected=True)  # type: ignore[method-assign]
        self._ready = False

    def activities(self, start: int, first: date | None, last: date | None) -> list[Any]:
        """One page of the list, newest first, from offset ``start``; an empty list is the end."""
        window = {name: day.isoformat() for name, day in (("startDate", first), ("endDate", last)) if day}
        page: Any = self._call(lambda: self._garmin.search_activities(start, PAGE_SIZE, **window))
        return _expect(list, [] if page in (None, {}) else page)

    def activity(self, activity_id: str) -> dict[str, Any]:
        """One activity in detail: notes, effort, the workout it followed."""
        return _expect(dict, self._call(lambda: self._garmin.get_activity(str(int(activity_id)))))

    def exercise_sets(self, activity_id: str) -> dict[str, Any]:
        """The sets of a strength activity."""
        return _expect(dict, self._call(lambda: self._garmin.get_activity_exercise_sets(str(int(activity_id)))))

    def profile(self) -> dict[str, Any]:
        """Who is signed in; also the cheapest proof that the tokens work."""
        return _expect(dict, self._call(lambda: self._garmin.client.connectapi("/userprofile-service/socialProfile")))

    def workouts(self, start: int) -> list[Any]:
        """One page of the workouts on Connect from offset ``start``; an empty list is the end."""
        page: Any = self._call(lambda: self._garmin.get_workouts(start, PAGE_SIZE))
        return _expect(list, [] if page in (None, {}) else page)

    def workout(self, workout_id: str) -> dict[str, Any]:
        """One workout, whole."""
        return _expect(dict, self._call(lambda: self._garmin.get_workout_by_id(int(workout_id))))

    def create_workout(self, workout: Mapping[str, Any]) -> dict[str, Any]:
        """Create a workout; a lost answer is settled by looking for it, never by sending it twice."""
        return _expect(dict, self._call(lambda: self._garmin.upload_workout(dict(workout))))

    def update_workout(self, workout_id: str, workout: Mapping[str, Any]) -> None:
        """Replace a workout in place; its id and its calendar entries stay."""
        self._call(lambda: self._garmin.update_workout(int(workout_id), dict(workout)))

    def calendar(self, year: int, month: int) -> list[Any]:
        """The calendar's items of a month (1-12)."""
        answer = _expect(dict, self._call(lambda: self._garmin.get_scheduled_workouts(year, month)))
        return _expect(list, answer.get("calendarItems") or [])

    def schedule(self, workout_id: str, day: date) -> dict[str, Any]:
        """Put a workout on a day; not idempotent, so look at the calendar first."""
        answer = self._call(lambda: self._garmin.schedule_workout(int(workout_id), day.isoformat()))
        return _expect(dict, answer)

    def unschedule(self, schedule_id: str) -> None:
        """Take a calendar entry away; one that is already gone is fine."""
        try:
            self._call(lambda: self._garmin.unschedule_workout(int(schedule_id)))
        except BadFileError:
            return

    def send_to_watch(self, workout_id: str) -> None:
        """Queue a workout for the watch that was used last."""
        self._call(lambda: self._garmin.push_workout_to_device(int(workout_id)))

    def _call[T](self, request: Callable[[], T]) -> T:
        self._refresh()
        return call(request, self._now())

    def _count(self, response: Any, *_args: Any, **_options: Any) -> Any:
        self.requests += 1
        return response

    def _refresh(self, *, rejected: bool = False) -> None:
        """Put living tokens on the client; ``rejected``: the service refused the one at hand."""
        client = self._garmin.client
        if self._ready and not rejected and not client._token_expires_soon():
            return
        refused = client.di_token if rejected else None
        self._load(read_tokens(self._token_file, "garmin"))
        if client.di_token != refused and not client._token_expires_soon():
            self._ready = True
            return
        with refresh_lock(self._token_file, "garmin"):
            self._load(read_tokens(self._token_file, "garmin"))
            if client.di_token == refused or client._token_expires_soon():
                # an unwritable folder must show before the old refresh token is spent
                write_tokens(self._token_file, self._tokens())
                call(client._refresh_di_token, self._now(), signing_in=True)
                write_tokens(self._token_file, self._tokens())
        self._ready = True

    def _load(self, tokens: Mapping[str, Any]) -> None:
        for name in TOKEN_FIELDS:
            setattr(self._garmin.client, name, tokens.get(name))
        if not tokens.get("di_token"):
            raise sign_in_again("the saved tokens are not Garmin's")

    def _tokens(self) -> dict[str, Any]:
        return tokens_of(self._garmin)


def make_garmin(addresses: GarminAddresses, patience: Patience) -> Garmin:
    """A garminconnect client without a password, that talks to ``addresses`` and to nobody else, quietly."""
    from garminconnect import Garmin

    logging.getLogger("garminconnect").setLevel(logging.CRITICAL)
    garmin = Garmin(retry_attempts=0)
    session = make_session(patience)
    # the API is asked with headers only; a cookie that it sets would only get in the way
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    client = garmin.client
    client._api_session = session
    client._connectapi = addresses.api_url.rstrip("/")
    client._sso = addresses.sso_url.rstrip("/")
    client._di_token_url = addresses.token_url
    return garmin


def tokens_of(garmin: Garmin) -> dict[str, Any]:
    """The tokens of a signed-in client, as they are saved."""
    tokens = json.loads(garmin.client.dumps())
    return {name: tokens.get(name) for name in TOKEN_FIELDS}


def call[T](request: Callable[[], T], now: datetime, *, signing_in: bool = False) -> T:
    """Make one request and turn every way it can fail into one of our errors; no secret gets into them."""
    import garminconnect
    import requests

    try:
        return request()
    except SyncerError:
        raise
    except garminconnect.GarminConnectNotFoundError:
        raise BadFileError("item-gone", "Garmin Connect no longer has this", provider="garmin") from None
    except (
        garminconnect.GarminConnectTooManyRequestsError,
        garminconnect.GarminConnectAuthenticationError,
        garminconnect.GarminConnectConnectionError,
    ) as error:
        raise _translated(error, now, signing_in=signing_in) from None
    except requests.exceptions.JSONDecodeError:
        raise unavailable("its answer was not JSON") from None
    except requests.RequestException as error:
        raise unavailable(network_reason(error)) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise unavailable("its answer was not what it used to be") from None
    except Exception as error:
        # curl_cffi's errors have no common base with requests' and are not importable without it
        if type(error).__module__.startswith("curl_cffi"):
            raise unavailable("no connection") from None
        raise


def sign_in_again(why: str) -> SignInError:
    """Garmin wants the runner in person; nothing unattended may try."""
    return SignInError(
        "garmin-sign-in", "Garmin wants you to sign in again", why=why, hint="syncer auth garmin", provider="garmin"
    )


def unavailable(why: str) -> TryLaterError:
    """Garmin cannot be reached or talks nonsense; the next run tries again."""
    return TryLaterError(
        "garmin-unavailable",
        "Garmin Connect cannot be read right now",
        why=why,
        hint="syncer sync garmin",
        provider="garmin",
    )


def _translated(error: Exception, now: datetime, *, signing_in: bool) -> SyncerError:
    response = _response(error)
    status = response.status_code if response is not None else _status_in(str(error))
    if status == 429:
        return TryLaterError(
            "rate-limited",
            "Garmin Connect's request limit is reached",
            hint="the next run fetches the rest by itself",
            provider="garmin",
            retry_at=now + _pause(response.headers.get("Retry-After", "") if response is not None else ""),
        )
    if status == 401 or (signing_in and status in REFUSED):
        return sign_in_again("the saved sign-in has ended")
    if status == 404:
        return BadFileError("item-gone", "Garmin Connect no longer has this", provider="garmin")
    if status >= 500:
        return unavailable(f"it answered {status}")
    if status >= 400:
        return SyncerError("garmin-refused", f"Garmin Connect refused the request ({status})", provider="garmin")
    network = _cause(error)
    return unavailable(network_reason(network) if network is not None else "no usable answer")


def _response(error: BaseException | None) -> Any:
    """The HTTP answer behind an error of garminconnect, wherever in its chain of causes."""
    while error is not None:
        response = getattr(error, "response", None)
        if response is not None:
            return response
        error = error.__cause__
    return None


def _cause(error: BaseException | None) -> BaseException | None:
    import requests

    while error is not None and not isinstance(error, requests.RequestException):
        error = error.__cause__
    return error


def _status_in(text: str) -> int:
    found = re.search(r"(?:API Error|failed:|status)\s*(\d{3})\b", text)
    return int(found[1]) if found else 0


def _pause(retry_after: str) -> timedelta:
    return timedelta(seconds=int(retry_after)) if re.fullmatch(r"\d{1,6}", retry_after) else DEFAULT_PAUSE


def _expect[T](kind: type[T], value: Any) -> T:
    if not isinstance(value, kind):
        raise unavailable("its answer was not what it used to be")
    return value
