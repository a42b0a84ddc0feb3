"""The adapter under our sessions: how one request is sent, and sent again. Imports requests; loaded when first used."""

from __future__ import annotations

import random
import time
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ContentDecodingError, SSLError

from syncer.clients.patience import Meter, Patience

CONNECT_TIMEOUT_S = 10.0
RETRIES = 3
# whoever did not answer in time once seldom does the second time, and each try costs a whole timeout
SLOW_RETRIES = 1
RETRY_STATUSES = (500, 502, 503, 504)
# a body that comes in drops keeps every single timeout; the whole of it has to be there after so many
WHOLE_ANSWER = 4
# a page of 200 activities has some 2 MB and 10,000 objects and lists; each of those takes a hundred bytes and more
LARGEST_ANSWER = 8 * 2**20
MOST_PARTS = 250_000
# the largest recordings have some 20 MB; they come in a zip, and nobody parses that as JSON
LARGEST_DOWNLOAD = 32 * 2**20
_PIECE = 2**16


class AnswerTooLargeError(requests.RequestException):
    """More than any true answer has; it is not read to its end, and not asked for again."""


class PatientAdapter(HTTPAdapter):
    """Never waits for ever; tries reads again, after a pause that no two clients share."""

    def __init__(self, patience: Patience, meter: Meter) -> None:
        self._patience = patience
        self._meter = meter
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send one request, as often as it takes; only reads are sent twice.

        Raises:
            requests.RequestException: the last try got no whole answer.
        """
        timeout_s = self._patience.timeout_s
        options["timeout"] = (min(CONNECT_TIMEOUT_S, timeout_s), timeout_s)
        if (urlsplit(request.url or "").hostname or "") in ("127.0.0.1", "localhost", "::1"):
            # what is meant for this machine never leaves it, whatever the environment says of proxies
            options["proxies"] = {}
        tries = RETRIES + 1 if request.method == "GET" else 1
        slow = 0
        for number in range(1, tries + 1):
            try:
                response = self._send_once(request, options)
            except (requests.ConnectionError, requests.Timeout, ChunkedEncodingError, ContentDecodingError) as error:
                slow += isinstance(error, requests.Timeout)
                if number == tries or slow > SLOW_RETRIES or isinstance(error, SSLError):
                    raise
            else:
                if number == tries or response.status_code not in RETRY_STATUSES:
                    return response
            # jitter keeps a thousand clients from knocking together once a service is back
            time.sleep(random.uniform(0.5, 1.5) * self._patience.backoff_s * 2 ** (number - 1))  # noqa: S311
        raise AssertionError("the last try returns or raises")

    def _send_once(self, request: requests.PreparedRequest, options: dict[str, Any]) -> requests.Response:
        self._meter.requests += 1
        deadline = time.monotonic() + WHOLE_ANSWER * self._patience.timeout_s
        response = super().send(request, **options)
        if not options.get("stream"):
            body = _whole_body(response, deadline)
            response._content, response._content_consumed = body, True  # type: ignore[attr-defined]
        return response


def _whole_body(response: requests.Response, deadline: float) -> bytes:
    """The body, read as it comes in, so that the deadline is looked at between the drops."""
    body = bytearray()
    while chunk := _next_part(response):
        body += chunk
        if len(body) > (LARGEST_DOWNLOAD if body.startswith(b"PK") else LARGEST_ANSWER):
            response.close()
            raise AnswerTooLargeError("the answer is too large")
        if time.monotonic() > deadline:
            response.close()
            raise requests.ReadTimeout("the answer takes too long")
    if not body.startswith(b"PK") and body.count(b"[") + body.count(b"{") > MOST_PARTS:
        raise AnswerTooLargeError("the answer has too many parts")
    if response.raw.length_remaining:
        # a connection that is closed politely in the middle ends the body without an error
        raise ChunkedEncodingError("the answer is shorter than it said")
    return bytes(body)


def _next_part(response: requests.Response) -> bytes:
    try:
        # without a size, as much memory is set aside as the answer claims to have
        part: bytes = response.raw.read1(_PIECE, decode_content=True)
    except urllib3.exceptions.ReadTimeoutError as error:
        raise requests.ReadTimeout(error) from None
    except urllib3.exceptions.DecodeError as error:
        raise ContentDecodingError(error) from None
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise ChunkedEncodingError(error) from None
    return part
