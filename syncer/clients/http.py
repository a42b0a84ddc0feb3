"""How we speak HTTP: a timeout on every call, retries for reads only, and nobody else's password.

A ``.netrc`` entry would replace our token without a word, so sessions carry an authentication that does nothing;
proxy and certificate settings of the environment keep working. The libraries' own logging is silenced here: what
they have to say may hold a token, and what the runner has to know is said by our errors.
"""

from __future__ import annotations

import http.cookiejar
import logging
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.errors import ConfigError

if TYPE_CHECKING:
    import requests

    from syncer.clients.patience import Meter, Patience

# a service that says "come back next month" is asked once a day all the same
LONGEST_PAUSE = timedelta(days=1)
ELSEWHERE = "something on the way sends us elsewhere, as a network's sign-in page does"
# where requests looks for certificates of the runner's own, in this order
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# what the libraries' own code trips over when an answer is not what it should be
NONSENSE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
# a page is asked for with 200; a service that pages otherwise, or not at all, may give some thousands
MOST_ITEMS = 10_000
LIBRARIES = ("garminconnect", "stravalib", "urllib3", "requests", "curl_cffi")


def make_session(patience: Patience, meter: Meter) -> requests.Session:
    """A session with timeouts and jittered retries of reads, without ``.netrc``, redirects and cookies.

    Raises:
        ConfigError: ``no-certificates``.
    """
    import requests

    from syncer.clients.patient import PatientAdapter

    _look_for_certificates()
    session = requests.Session()
    session.auth = _as_it_is
    # an API answers where it is asked; whoever sends us elsewhere is a hotel's sign-in page
    session.max_redirects = 0
    # we sign in with headers only; a cookie that a service sets would only get in the way
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, PatientAdapter(patience, meter))
    return session


def _look_for_certificates() -> None:
    """Whoever names certificates that are not there hears that, and not that a service is not trusted."""
    name = next((name for name in CERTIFICATES if os.environ.get(name)), None)
    if name and not Path(os.environ[name]).exists():
        raise ConfigError(
            "no-certificates",
            f"the certificates in {os.environ[name]} cannot be read",
            why=f"{name} names that file, and it is not there",
            hint=f"correct {name}, or unset it",
        )


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Takes the place that a ``.netrc`` entry would take."""
    return request


def hush() -> None:
    """Keep the libraries from writing to the terminal or to our log."""
    root = logging.getLogger()
    if not root.handlers:
        # without any handler Python prints warnings to stderr, and `logging.warning` installs one that does
        root.addHandler(logging.NullHandler())
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def network_reason(error: BaseException) -> str:
    """Why a request got no answer, in a few words; nothing of the request is in it."""
    import requests

    from syncer.clients.patient import AnswerTooLargeError

    if isinstance(error, AnswerTooLargeError):
        return "its answer is absurdly large"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.TooManyRedirects):
        return ELSEWHERE
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refused"
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return "its answer broke off"
    if isinstance(error, requests.exceptions.JSONDecodeError):
        return "its answer was not JSON"
    return "no connection"


def asked_to_wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long a ``Retry-After`` asks us to stay away (RFC 9110 §10.2.3: seconds or a date); None without one."""
    told = headers.get("Retry-After", "").strip()
    if told.isascii() and told.isdigit():
        wait = timedelta(seconds=min(int(told[:9]), 10**8))
    else:
        try:
            wait = parsedate_to_datetime(told) - now
        except (TypeError, ValueError, OverflowError):
            return None
    return min(max(wait, timedelta(0)), LONGEST_PAUSE)
