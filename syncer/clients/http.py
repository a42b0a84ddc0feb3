"""How we speak HTTP: a timeout on every call, retries for reads only, and nobody else's password.

A ``.netrc`` entry would replace our token without a word, so sessions carry an authentication that does nothing;
proxy and certificate settings of the environment keep working.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import requests

CONNECT_TIMEOUT_S = 10.0
RETRIES = 3
RETRY_STATUSES = (500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an answer, in seconds, and how long between tries at most."""

    timeout_s: float = 30.0
    backoff_s: float = 0.5


def make_session(patience: Patience) -> requests.Session:
    """A session with timeouts, jittered retries of reads on 5xx and broken connections, and no ``.netrc``."""
    import requests
    from requests.adapters import HTTPAdapter
    from requests.auth import AuthBase
    from urllib3.util.retry import Retry

    class NoNetrc(AuthBase):
        """Takes the place that a ``.netrc`` entry would take."""

        def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
            return request

    class Patient(HTTPAdapter):
        """An adapter that never waits for ever."""

        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            options["timeout"] = (CONNECT_TIMEOUT_S, patience.timeout_s)
            return super().send(request, **options)

    retry = Retry(
        total=RETRIES,
        read=1,
        status_forcelist=RETRY_STATUSES,
        allowed_methods=("GET",),
        backoff_factor=patience.backoff_s,
        backoff_jitter=patience.backoff_s,
        respect_retry_after_header=False,
        raise_on_status=False,
    )
    session = requests.Session()
    session.auth = NoNetrc()
    for scheme in ("https://", "http://"):
        session.mount(scheme, Patient(max_retries=retry))
    return session


def network_reason(error: BaseException) -> str:
    """Why a request got no answer, in three or four words; nothing of the request is in it."""
    import requests

    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refused"
    return "no connection"


def interruptibly[T](request: Callable[[], T]) -> T:
    """Run ``request`` so that ^C is heard at once: curl keeps a signal waiting until its answer or its timeout."""
    answers: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(request())
        except BaseException as error:  # noqa: BLE001  # raised again below, where it was asked for
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)
    if errors:
        raise errors[0]
    return answers[0]
