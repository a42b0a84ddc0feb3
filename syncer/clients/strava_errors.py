"""Every way in which a call to Strava can fail, as one of our errors; no secret gets into them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from syncer.clients.http import NONSENSE, network_reason
from syncer.clients.strava_limits import Usage, limited
from syncer.errors import BadFileError, ConfigError, ExitCode, SignInError, SyncerError, TryLaterError

if TYPE_CHECKING:
    import requests


def call[T](request: Callable[[], T], usage: Usage, now: datetime, *, signing_in: bool = False) -> T:
    """Make one request.

    Args:
        usage: what the headers said, for when to come back.
        signing_in: it is about tokens, where a 400 means that they have ended.

    Raises:
        TryLaterError: ``rate-limited`` (with ``retry_at``), ``strava-unavailable``.
        SignInError: ``strava-sign-in``, ``strava-scope``.
        ConfigError: ``strava-app``.
        SyncerError: ``strava-inactive``.
        BadFileError: ``item-gone``, ``strava-refused``: about this very request; others may go through.
    """
    import requests
    from stravalib import exc

    try:
        return request()
    except exc.ApplicationInactive:
        raise inactive() from None
    except exc.Fault as fault:
        raise _translated(fault.response, usage, now, signing_in=signing_in) from None
    except requests.RequestException as error:
        raise unavailable(network_reason(error)) from None
    except NONSENSE:
        raise unavailable("its answer was not what its documentation says") from None


def inactive() -> SyncerError:
    """Strava wants a subscription from the app's owner; the export archive is the way round it."""
    return SyncerError(
        "strava-inactive",
        "Strava does not answer this app",
        why="since June 2026 the owner of the app needs an active Strava subscription",
        hint="import your own export instead: syncer import export.zip",
        provider="strava",
    )


def sign_in_again(why: str) -> SignInError:
    """Strava wants the runner in person; nothing unattended may try."""
    return SignInError(
        "strava-sign-in", "Strava wants you to sign in again", why=why, hint="syncer auth strava", provider="strava"
    )


def unavailable(why: str) -> TryLaterError:
    """Strava cannot be reached or talks nonsense; the next run tries again."""
    return TryLaterError(
        "strava-unavailable",
        "Strava cannot be read right now",
        why=why,
        hint="run the same command again later",
        provider="strava",
    )


def text_of(response: requests.Response) -> str:
    """The beginning of what Strava says; it is UTF-8 whatever the headers claim, which need not be true."""
    return response.content[:2000].decode("utf-8", "replace")


def _translated(response: requests.Response | None, usage: Usage, now: datetime, *, signing_in: bool) -> SyncerError:
    status = response.status_code if response is not None else 0
    text = text_of(response) if response is not None else ""
    if status == 429:
        return limited(usage, now, response.headers if response is not None else None)
    if status == 401 and "activity:read" in text:
        return SignInError(
            "strava-scope",
            "Strava's sign-in lacks the permission to read activities",
            hint="syncer auth strava, and leave every box ticked",
            provider="strava",
        )
    if signing_in and status in (400, 401) and '"Application"' in text:
        return ConfigError(
            "strava-app",
            "Strava does not know the app's client id and secret",
            hint="compare strava.client_id and strava.client_secret with strava.com/settings/api",
            provider="strava",
        )
    if status == 401 or (signing_in and status == 400):
        return sign_in_again("the saved sign-in has ended")
    if status in (404, 410):
        return BadFileError(
            "item-gone",
            "Strava no longer has this activity",
            hint="run the same command again; it goes on without this",
            provider="strava",
        )
    if status == 403:
        return unavailable("it refuses to answer (403)")
    if status >= 500:
        return unavailable(f"it answered {status}")
    if status < 400:
        return unavailable("its answer was not what its documentation says")
    return BadFileError(
        "strava-refused",
        f"Strava refused the request ({status})",
        hint="run the same command again later; if it stays, report it with the output of: syncer doctor",
        exit_code=ExitCode.FAILED,
        provider="strava",
    )
