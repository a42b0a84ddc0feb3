"""Every way in which a call to Garmin Connect can fail, as one of our errors; no secret gets into them.

garminconnect 0.3.20 has three families of exceptions without a common base, hides the HTTP answer in the chain of
causes, and lets requests' and curl_cffi's own errors through (its exceptions.py, and what its client does with them).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from syncer.clients.http import NONSENSE, asked_to_wait, network_reason
from syncer.errors import BadFileError, ExitCode, SignInError, SyncerError, TryLaterError

# without a Retry-After, an hour: Garmin publishes no numbers, and blocks were seen to clear in about that
# (cyberjunky/python-garminconnect#127)
DEFAULT_PAUSE = timedelta(hours=1)
# 427 is how Garmin says 429 in places (garminconnect/client/sso.py, _BLOCKED_STATUSES)
TOO_MANY = (427, 429)


def call[T](request: Callable[[], T], now: datetime, *, signing_in: bool = False) -> T:
    """Make one request.

    Args:
        now: for when to come back after a refusal.
        signing_in: it is about tokens, where a 400 means that they have ended.

    Raises:
        TryLaterError: ``rate-limited`` (with ``retry_at``), ``garmin-unavailable``.
        SignInError: ``garmin-sign-in``.
        BadFileError: ``item-gone``, ``garmin-refused``: about this very request; others may go through.
    """
    import garminconnect
    import requests

    try:
        return request()
    except SyncerError:
        raise
    except (
        garminconnect.GarminConnectTooManyRequestsError,
        garminconnect.GarminConnectAuthenticationError,
        garminconnect.GarminConnectConnectionError,
    ) as error:
        raise _translated(error, now, signing_in=signing_in) from None
    except requests.RequestException as error:
        raise unavailable(network_reason(error)) from None
    except json.JSONDecodeError:
        raise unavailable("its answer was not JSON") from None
    except NONSENSE:
        raise unavailable("its answer was not what it used to be") from None
    except Exception as error:
        # curl_cffi's errors have no common base with requests' and cannot be named without importing it
        if type(error).__module__.startswith("curl_cffi"):
            raise unavailable(_curl_reason(type(error).__name__)) from None
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
        "Garmin Connect cannot be used right now",
        why=why,
        hint="run the same command again later",
        provider="garmin",
    )


def _translated(error: Exception, now: datetime, *, signing_in: bool) -> SyncerError:
    chain = list(_causes(error))
    ours = next((one for one in chain if isinstance(one, SyncerError)), None)
    if ours is not None:
        # a refresh in the middle of a request failed; the library wrapped what we had said
        return ours
    response = next((one.response for one in chain if getattr(one, "response", None) is not None), None)
    status = response.status_code if response is not None else _status_in(str(error))
    if status in TOO_MANY:
        return _limited(response, now)
    if status == 401 or (signing_in and status == 400):
        return sign_in_again("the saved sign-in has ended")
    if status in (404, 410):
        return BadFileError(
            "item-gone",
            "Garmin Connect no longer has this",
            hint="run the same command again; it goes on without this",
            provider="garmin",
        )
    if status == 403:
        # a block of this computer or network looks the same as a forbidden item
        return unavailable("it refuses to answer (403)")
    if status >= 500:
        return unavailable(f"it answered {status}")
    if status >= 400:
        return BadFileError(
            "garmin-refused",
            f"Garmin Connect refused the request ({status})",
            hint="run the same command again later; if it stays, report it with the output of: syncer doctor",
            exit_code=ExitCode.FAILED,
            provider="garmin",
        )
    return unavailable(_network_reason(chain))


def _limited(response: Any, now: datetime) -> TryLaterError:
    wait = asked_to_wait(response.headers, now) if response is not None else None
    return TryLaterError(
        "rate-limited",
        "Garmin Connect's request limit is reached",
        hint="the next run fetches the rest by itself",
        provider="garmin",
        retry_at=now.astimezone(UTC) + (DEFAULT_PAUSE if wait is None else wait),
    )


def _causes(error: BaseException | None) -> Iterator[Any]:
    while error is not None:
        yield error
        error = error.__cause__


def _network_reason(chain: list[Any]) -> str:
    import requests

    found = next((one for one in chain if isinstance(one, requests.RequestException)), None)
    if found is not None:
        return network_reason(found)
    return "its answer was not JSON" if any(isinstance(one, ValueError) for one in chain) else "no usable answer"


def _curl_reason(name: str) -> str:
    reasons = {
        "Timeout": "no answer in time",
        "SSL": "its certificate is not trusted",
        "Certificate": "its certificate is not trusted",
        "Proxy": "the proxy refused",
        "IncompleteRead": "its answer broke off",
    }
    return next((reason for part, reason in reasons.items() if part in name), "no connection")


def _status_in(text: str) -> int:
    found = re.search(r"(?:API Error|failed:|status)\s*(\d{3})\b", text)
    return int(found[1]) if found else 0
