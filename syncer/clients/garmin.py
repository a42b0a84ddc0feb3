"""Garmin Connect through `garminconnect`: raw JSON in, our errors out. The only importer of garminconnect.

What garminconnect 0.3.20 does by itself and we keep it from doing: it signs in anew when a call fails while a
password is at hand, swallows the failure to save a rotated token, and logs tracebacks. So a client here has tokens and
never a password, and its tokens are refreshed under a lock and saved before the next call.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from syncer.clients.garmin_errors import call, sign_in_again, unavailable
from syncer.clients.http import ELSEWHERE, MOST_ITEMS, hush, make_session
from syncer.clients.patience import Meter, Patience
from syncer.clients.tokens import read_tokens, refresh_lock, write_tokens
from syncer.errors import BadFileError, NoWatchError

if TYPE_CHECKING:
    from garminconnect import Garmin


# one request for a usual fortnight; Garmin's own list takes up to 1000
PAGE_SIZE = 200
TOKEN_FIELDS = ("di_token", "di_refresh_token", "di_client_id")


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
        self._meter = Meter()
        self._garmin = make_garmin(addresses, patience, self._meter)
        self._ready = False
        client = self._garmin.client
        self._ends_soon = client._token_expires_soon
        # an old token is seen to before the first request; after that only a refusal (401) asks for a new one
        client._token_expires_soon = lambda: False  # type: ignore[method-assign]
        client._refresh_session = lambda: self._renew(refused=client.di_token)  # type: ignore[method-assign]

    @property
    def requests(self) -> int:
        """Requests sent so far, those for tokens and those that were tried again included."""
        return self._meter.requests

    def activities(self, start: int, first: date | None = None, last: date | None = None) -> list[Any]:
        """One page of the list, newest first, from offset ``start``; an empty list is the end.

        Args:
            first: only from this day on, in the runner's own days.
            last: and only to this day.
        """
        window = {name: day.isoformat() for name, day in (("startDate", first), ("endDate", last)) if day}
        page: Any = self._call(lambda: self._garmin.search_activities(start, PAGE_SIZE, **window))
        return _expect(list, [] if page in (None, {}) else page)

    def activity(self, activity_id: str) -> dict[str, Any]:
        """One activity in detail: notes, effort, the workout it followed."""
        return _expect(dict, self._call(lambda: self._garmin.get_activity(str(int(activity_id)))))

    def exercise_sets(self, activity_id: str) -> dict[str, Any]:
        """The sets of a strength activity."""
        return _expect(dict, self._call(lambda: self._garmin.get_activity_exercise_sets(str(int(activity_id)))))

    def original(self, activity_id: str) -> bytes:
        """The file that the watch uploaded, in a zip; ``item-gone`` for an activity that has none."""
        form = self._garmin.ActivityDownloadFormat.ORIGINAL
        return _expect(bytes, self._call(lambda: self._garmin.download_activity(str(int(activity_id)), form)))

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

    def delete_workout(self, workout_id: str) -> None:
        """Take a workout away, with its calendar entries; one that is already gone is fine."""
        self._unless_gone(lambda: self._garmin.delete_workout(int(workout_id)))

    def calendar(self, year: int, month: int) -> list[Any]:
        """The calendar's items of a month (1-12)."""
        answer = _expect(dict, self._call(lambda: self._garmin.get_scheduled_workouts(year, month)))
        return _expect(list, answer.get("calendarItems") or [])

    def schedule(self, workout_id: str, day: date) -> dict[str, Any]:
        """Put a workout on a day; not idempotent, so look at the calendar first."""
        answer = self._call(lambda: self._garmin.schedule_workout(int(workout_id), day.isoformat()))
        return _expect(dict, answer)

    def scheduled(self, schedule_id: str) -> dict[str, Any]:
        """One calendar entry: its day, its workout, and the activity that was done for it."""
        return _expect(dict, self._call(lambda: self._garmin.get_scheduled_workout_by_id(int(schedule_id))))

    def unschedule(self, schedule_id: str) -> None:
        """Take a calendar entry away; one that is already gone is fine."""
        self._unless_gone(lambda: self._garmin.unschedule_workout(int(schedule_id)))

    def send_to_watch(self, workout_id: str) -> None:
        """Queue a workout for the watch that was used last.

        Raises:
            NoWatchError: ``no-connect-watch``.
        """
        used = _expect(dict, self._call(self._garmin.get_device_last_used) or {})
        device = used.get("userDeviceId")
        if not device:
            raise NoWatchError(
                "no-connect-watch",
                "Garmin Connect knows no watch of yours to send to",
                hint="pair the watch with the Garmin Connect app, or set push.send_to_device = false",
                provider="garmin",
            )
        self._call(lambda: self._garmin.push_workout_to_device(int(workout_id), device))

    def _unless_gone(self, request: Callable[[], object]) -> None:
        try:
            self._call(request)
        except BadFileError as error:
            if error.code != "item-gone":
                raise

    def _call[T](self, request: Callable[[], T]) -> T:
        if not self._ready:
            self._renew(refused=None)
            self._ready = True
        return call(request, self._now())

    def _renew(self, refused: str | None) -> None:
        """Put living tokens on the client, those of the file if they are; ``refused``: what the service turned down."""
        if self._load_living(refused):
            return
        with refresh_lock(self._token_file, "garmin"):
            # another process may have been faster
            if self._load_living(refused):
                return
            before = read_tokens(self._token_file, "garmin")
            # an unwritable folder must show before the old refresh token is spent
            write_tokens(self._token_file, before)
            call(self._garmin.client._refresh_di_token, self._now(), signing_in=True)
            after = {name: value or before[name] for name, value in tokens_of(self._garmin).items()}
            self._put(after)
            # who signed in, and when, stands in the same file
            write_tokens(self._token_file, {**before, **after})

    def _load_living(self, refused: str | None) -> bool:
        tokens = read_tokens(self._token_file, "garmin")
        if not all(isinstance(tokens.get(name), str) and tokens[name] for name in TOKEN_FIELDS):
            raise sign_in_again("the saved tokens are not Garmin's")
        self._put(tokens)
        return tokens["di_token"] != refused and not self._ends_soon()

    def _put(self, tokens: Mapping[str, Any]) -> None:
        for name in TOKEN_FIELDS:
            setattr(self._garmin.client, name, tokens[name])


def make_garmin(addresses: GarminAddresses, patience: Patience, meter: Meter | None = None) -> Garmin:
    """A garminconnect client without a password, that talks to ``addresses`` and to nobody else, quietly.

    Raises:
        ConfigError: ``no-certificates``.
        TryLaterError: later, by a request that is sent elsewhere (``garmin-unavailable``).
    """
    from garminconnect import Garmin

    hush()
    counted = meter or Meter()
    # Garmin China signs in for its own services; everything else follows from the addresses
    china = (urlsplit(addresses.sso_url).hostname or "").endswith(".garmin.cn")
    garmin = Garmin(retry_attempts=0, is_cn=china)
    client = garmin.client
    client._api_session = make_session(patience, counted)
    client._connectapi = addresses.api_url.rstrip("/")
    client._sso = addresses.sso_url.rstrip("/")
    client._di_token_url = addresses.token_url
    post = client._http_post

    def patient_post(url: str, **options: Any) -> Any:
        counted.requests += 1
        answer = post(url, **{**options, "timeout": patience.timeout_s, "allow_redirects": False})
        if 300 <= answer.status_code < 400:
            # a refresh token must not travel on to wherever this points
            raise unavailable(ELSEWHERE)
        return answer

    client._http_post = patient_post  # type: ignore[method-assign]
    return garmin


def tokens_of(garmin: Garmin) -> dict[str, Any]:
    """The tokens of a signed-in client, as they are saved."""
    tokens = json.loads(garmin.client.dumps())
    return {name: tokens.get(name) for name in TOKEN_FIELDS}


def _expect[T](kind: type[T], value: Any) -> T:
    if not isinstance(value, kind) or (isinstance(value, list) and len(value) > MOST_ITEMS):
        raise unavailable("its answer was not what it used to be")
    return value
