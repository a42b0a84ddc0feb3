"""How requests are sent: over real sockets, against a server that breaks in every way."""

from __future__ import annotations

import gzip
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import requests

from syncer.clients.http import LONGEST_PAUSE, asked_to_wait, hush, make_session, network_reason
from syncer.clients.patience import Meter, Patience
from tests.fakes.loopback import (
    CLOSED_EARLY,
    CUT_OFF,
    DROPPED,
    HANG,
    Answer,
    Fault,
    Loopback,
    Request,
    as_json,
    running,
    status,
    timeout_for,
)

NOW = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)
PATIENCE = Patience(timeout_s=30.0, backoff_s=0.01)


def application(request: Request) -> Answer:
    if request.path == "/elsewhere":
        return Answer(302, b"", {"Location": "http://127.0.0.2:9/login"})
    if request.path == "/cookie":
        return Answer(200, b"{}", {"Set-Cookie": "tracker=1; Path=/"})
    if request.path == "/zip":
        return Answer(200, gzip.compress(b'{"zipped": true}'), {"Content-Encoding": "gzip"})
    return as_json({"seen": dict(request.headers), "body": request.body.decode()})


@pytest.fixture
def server() -> Iterator[Loopback]:
    with running(application) as started:
        yield started


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def session(meter: Meter) -> Iterator[requests.Session]:
    with make_session(PATIENCE, meter) as made:
        yield made


def test_an_answer_comes_whole(server: Loopback, session: requests.Session, meter: Meter) -> None:
    big = "x" * 300_000
    assert session.post(server.url, data=big).json()["body"] == big
    assert session.get(server.url + "/zip").json() == {"zipped": True}
    assert meter.requests == 2


@pytest.mark.parametrize("code", [500, 502, 503, 504])
@pytest.mark.parametrize("times", [1, 3])
def test_a_read_is_tried_again(
    server: Loopback, session: requests.Session, meter: Meter, code: int, times: int
) -> None:
    server.faults.add("/", status(code), times)
    assert session.get(server.url).status_code == 200
    assert meter.requests == len(server.log) == times + 1


def test_a_service_that_stays_down_is_given_four_tries(server: Loopback, session: requests.Session) -> None:
    server.faults.add("/", status(503))
    assert session.get(server.url).status_code == 503
    assert len(server.log) == 4


@pytest.mark.parametrize("code", [400, 401, 403, 404, 429])
def test_a_refusal_is_not_asked_for_twice(server: Loopback, session: requests.Session, code: int) -> None:
    server.faults.add("/", status(code, Retry_After="0"))
    assert session.get(server.url).status_code == code
    assert len(server.log) == 1


@pytest.mark.parametrize("fault", [status(503), DROPPED, CUT_OFF, CLOSED_EARLY, HANG])
def test_a_write_is_never_sent_twice(server: Loopback, meter: Meter, fault: Fault) -> None:
    server.faults.add("/", fault, 1)
    session = make_session(replace(PATIENCE, timeout_s=timeout_for(fault)), meter)
    if fault.answer:
        assert session.post(server.url, data="x").status_code == 503
    else:
        with pytest.raises(requests.RequestException):
            session.post(server.url, data="x")
    assert meter.requests == 1


@pytest.mark.parametrize("fault", [DROPPED, CUT_OFF, CLOSED_EARLY])
def test_a_read_that_breaks_off_is_tried_again(server: Loopback, session: requests.Session, fault: Fault) -> None:
    server.faults.add("/", fault, 2)
    assert session.get(server.url).status_code == 200
    assert len(server.log) == 3


@pytest.mark.parametrize("fault", [CUT_OFF, CLOSED_EARLY])
@pytest.mark.parametrize("path", ["/", "/zip"])
def test_what_breaks_off_for_ever_is_an_error(
    server: Loopback, session: requests.Session, fault: Fault, path: str
) -> None:
    server.faults.add("/", fault)
    with pytest.raises(requests.RequestException) as caught:
        session.get(server.url + path)
    assert network_reason(caught.value) == "its answer broke off"
    assert len(server.log) == 4


def test_silence_is_waited_for_twice_and_no_longer(server: Loopback, meter: Meter) -> None:
    server.faults.add("/", HANG)  # until the test has ended
    session = make_session(Patience(0.5, 0.01), meter)
    with pytest.raises(requests.Timeout) as caught:
        session.get(server.url)
    assert network_reason(caught.value) == "no answer in time"
    assert meter.requests == 2


def test_an_answer_in_drops_does_not_last_for_ever(
    server: Loopback, session: requests.Session, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each drop is there long before its own timeout; all of them would have to be there within four."""
    looks = count()
    monkeypatch.setattr(time, "monotonic", lambda: 50.0 * next(looks))
    server.faults.add("/", Fault(drip_s=0.01))
    with pytest.raises(requests.Timeout, match="too long"):
        session.get(server.url)
    assert meter.requests == 2


def test_nobody_there(session: requests.Session, meter: Meter, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    with running(application) as gone:
        url = gone.url
    with pytest.raises(requests.ConnectionError) as caught:
        session.get(url)
    assert network_reason(caught.value) == "no connection"
    assert meter.requests == 4
    assert sum(pauses) <= 1.5 * (1 + 2 + 4) * PATIENCE.backoff_s


def test_tries_are_apart_by_chance(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    server.faults.add("/", status(503))
    session = make_session(replace(PATIENCE, backoff_s=0.5), Meter())
    for _ in range(2):
        session.get(server.url)
    assert len(set(pauses)) == 6
    for number, pause in enumerate(pauses):
        assert 0.25 * 2 ** (number % 3) <= pause <= 0.75 * 2 ** (number % 3)


def test_a_redirect_is_refused(server: Loopback, session: requests.Session) -> None:
    with pytest.raises(requests.TooManyRedirects) as caught:
        session.get(server.url + "/elsewhere", headers={"Authorization": "Bearer mine"})
    assert "sends us elsewhere" in network_reason(caught.value)


def test_cookies_are_not_kept(server: Loopback, session: requests.Session) -> None:
    session.get(server.url + "/cookie")
    assert "cookie" not in session.get(server.url).json()["seen"]


def test_netrc_does_not_replace_our_token(
    server: Loopback, session: requests.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\ndefault login any password one\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    seen = session.get(server.url, headers={"Authorization": "Bearer mine"}).json()["seen"]
    assert seen["authorization"] == "Bearer mine"
    assert "authorization" not in session.get(server.url).json()["seen"]
    # the same file does replace it in a session of the library's own making
    assert (
        requests.get(server.url, headers={"Authorization": "Bearer mine"}, timeout=5)
        .json()["seen"]["authorization"]
        .startswith("Basic ")
    )


def test_this_machine_is_reached_without_a_proxy(
    server: Loopback, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert session.get(server.url).status_code == 200


def test_other_places_are_reached_through_the_proxy(
    server: Loopback, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    session.get("http://example.org/path")
    assert [(one.host, one.path) for one in server.log] == [("example.org", "/path")]


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta(0)),
        ("99999999999999999999", LONGEST_PAUSE),
        ("Mon, 16 Nov 2026 06:31:00 GMT", timedelta(minutes=1)),
        ("Mon, 16 Nov 2020 06:31:00 GMT", timedelta(0)),
        ("Fri, 16 Nov 2096 06:31:00 GMT", LONGEST_PAUSE),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("Mon, 16 Nov 2026 06:31:00", None),
    ],
)
def test_retry_after(told: str, wait: timedelta | None) -> None:
    assert asked_to_wait({"Retry-After": told}, NOW) == wait


def test_no_header_asks_for_nothing() -> None:
    assert asked_to_wait({}, NOW) is None


def test_libraries_do_not_speak(capfd: pytest.CaptureFixture[str]) -> None:
    hush()
    for name in ("garminconnect.client", "stravalib.protocol", "urllib3.connectionpool", "curl_cffi"):
        logging.getLogger(name).error("a token: secret")
    assert capfd.readouterr() == ("", "")
