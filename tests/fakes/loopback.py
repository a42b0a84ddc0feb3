"""A web server on this machine for tests: real sockets, HTTP/1.1, a log of what was asked, and faults by script.

The application behind it is a function from `Request` to `Answer`. Faults are looked up before it is asked, so that
any path can be broken in any of the ways in which services break.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """What a client asked. ``headers`` have lower-case names; ``host`` is the one it meant to reach."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        """The body as an HTML form."""
        return {name: values[-1] for name, values in parse_qs(self.body.decode()).items()}

    @property
    def bearer(self) -> str:
        """The bearer token, or nothing."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token if kind == "Bearer" else ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answer:
    """What the server says."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(value: Any, status: int = 200, **headers: str) -> Answer:
    """A JSON answer; underscores in header names become dashes."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **named})


@dataclass(frozen=True)
class Fault:
    """One way to break. The application sees the request first if ``after``: it is stored, and the answer is lost.

    Attributes:
        answer: said instead of the true one.
        drop: the connection closes without an answer.
        half: half of the true body is sent, under the full length and ended by a reset (``"cut"``) or by a polite close
            (``"closed"``), or as if it were whole (``"short"``).
        silent: says nothing until `Loopback.let_go`, so whoever ends before has not waited for it.
        wait_s: seconds of silence first.
        drip_s: seconds between single bytes of the body.
    """

    answer: Answer | None = None
    drop: bool = False
    after: bool = False
    half: str = ""
    silent: bool = False
    wait_s: float = 0.0
    drip_s: float = 0.0

    @property
    def is_late(self) -> bool:
        """Whether the answer, if any, comes later."""
        return self.silent or self.wait_s > 0


def status(code: int, body: str = '{"message": "a test wants it so"}', **headers: str) -> Fault:
    """An answer with this status."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Fault(Answer(code, body.encode(), {"Content-Type": "application/json", **named}))


HTML = Fault(Answer(200, b"<!doctype html><title>Just a moment...</title>", {"Content-Type": "text/html"}))
TRUNCATED = Fault(half="short")
CUT_OFF = Fault(half="cut")
CLOSED_EARLY = Fault(half="closed")
HANG = Fault(silent=True, drop=True)
HELD = Fault(silent=True)
DROPPED = Fault(drop=True)
DROPPED_AFTER = Fault(drop=True, after=True)


def timeout_for(fault: Fault) -> float:
    """Seconds to let a program wait: few where no answer will come, many where a busy machine may only be late."""
    return 1.0 if fault.silent else 0.5 if fault.drip_s else 30.0


@dataclass
class _Rule:
    pattern: re.Pattern[str]
    fault: Fault
    times: int | None
    skip: int


class Faults:
    """What goes wrong, by path."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()

    def add(self, path: str, fault: Fault, times: int | None = None, *, skip: int = 0) -> None:
        """Break requests whose ``METHOD path`` holds the regular expression ``path``.

        Args:
            times: so often, then it works again; None: for ever.
            skip: let so many through first.
        """
        with self._lock:
            self._rules.append(_Rule(re.compile(path), fault, times, skip))

    def clear(self) -> None:
        """Everything works again."""
        with self._lock:
            self._rules.clear()

    def find(self, request: Request) -> Fault | None:
        """What breaks this request, if anything."""
        with self._lock:
            for rule in self._rules:
                if not rule.pattern.search(str(request)):
                    continue
                if rule.skip:
                    rule.skip -= 1
                    continue
                if rule.times is None:
                    return rule.fault
                if rule.times > 0:
                    rule.times -= 1
                    return rule.fault
        return None


class Loopback:
    """The server. Use it with `running`.

    Args:
        application: answers requests; it is called by one thread at a time.
        tls: with it, CONNECT requests are answered as a proxy would, and TLS ends here for any host.
    """

    def __init__(self, application: Callable[[Request], Answer], tls: ssl.SSLContext | None = None) -> None:
        self.faults = Faults()
        self.log: list[Request] = []
        self._let_go = threading.Event()
        self._application = application
        self._one_at_a_time = threading.Lock()
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def stop(self) -> None:
        """End; whoever hangs is let go."""
        self.let_go()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def let_go(self) -> None:
        """Answer whoever is kept waiting, and keep nobody waiting from now on."""
        self._let_go.set()

    def pause(self, seconds: float | None) -> bool:
        """Wait so long, None: for ever, but only until `let_go`; whether it was called."""
        return self._let_go.wait(seconds)

    def asked(self, path: str = "") -> list[Request]:
        """The requests whose ``METHOD path`` holds the regular expression ``path``, in order."""
        return [request for request in self.log if re.search(path, str(request))]

    def respond(self, request: Request) -> tuple[Answer | None, Fault | None]:
        """The answer, and how it is to be spoilt on its way; no answer: the connection just ends."""
        fault = self.faults.find(request)
        with self._one_at_a_time:
            self.log.append(request)
            if fault is None or fault.half or fault.drip_s or fault.after or (fault.is_late and not fault.drop):
                answer = self._application(request)
                if fault is not None and fault.answer is not None:
                    answer = fault.answer
            else:
                answer = fault.answer
        if fault is not None and fault.is_late:
            self.pause(None if fault.silent else fault.wait_s)
        return (None if fault is not None and fault.drop else answer), fault


@contextmanager
def running(application: Callable[[Request], Answer], tls: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """A server for as long as the block lasts."""
    server = Loopback(application, tls)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def by_host(applications: Mapping[str, Callable[[Request], Answer]]) -> Callable[[Request], Answer]:
    """One application for several host names; any other host is refused, and shows in the log."""

    def answer(request: Request) -> Answer:
        found = applications.get(request.host)
        return found(request) if found else Answer(421, b"nobody of this name lives here")

    return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, owner: Loopback, tls: ssl.SSLContext | None) -> None:
        self.owner = owner
        self.tls = tls
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up or is killed is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # headers and body leave as two packets; without this the second waits for an acknowledgement
    disable_nagle_algorithm = True
    server: _Server
    tunnel = ""

    def do_CONNECT(self) -> None:
        """Become a tunnel whose other end is ourselves."""
        self.tunnel = self.path.rpartition(":")[0]
        if self.server.tls is None:
            self.send_error(405)
            return
        self.send_response(200, "Connection established")
        self.end_headers()
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)  # type: ignore[assignment]
        self.close_connection = False

    def finish(self) -> None:
        """A tunnel has made a socket of its own, which nobody else closes."""
        super().finish()
        if self.tunnel:
            self.connection.close()

    def _do(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(
            method=self.command,
            host=self.tunnel or parts.hostname or headers.get("host", "").partition(":")[0],
            path=parts.path,
            query={name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
            headers=headers,
            body=self.rfile.read(int(headers.get("content-length", 0))),
        )
        answer, fault = self.server.owner.respond(request)
        if answer is None:
            self._hang_up()
            return
        self._send(answer, fault)

    do_GET = do_POST = do_PUT = do_DELETE = _do

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        half = fault.half if fault else ""
        sent = answer.body[: len(answer.body) // 2] if half else answer.body
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body if half in ("cut", "closed") else sent)))
        self.end_headers()
        if fault and fault.drip_s:
            self._drip(sent, fault.drip_s)
        else:
            self.wfile.write(sent)
        if half == "cut":
            self._hang_up()
        self.close_connection |= half == "closed"

    def _drip(self, body: bytes, pause_s: float) -> None:
        for place in range(len(body)):
            if self.server.owner.pause(pause_s):
                return
            self.wfile.write(body[place : place + 1])
            self.wfile.flush()

    def _hang_up(self) -> None:
        """A reset, as when a service falls over."""
        self.close_connection = True
        try:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        except OSError:
            return

    def log_message(self, *_values: Any) -> None:
        """Quiet: the log is `Loopback.log`."""


def wait_until(true: Callable[[], bool], timeout_s: float = 120.0) -> None:
    """Wait for something that another process or thread does.

    Raises:
        AssertionError: it did not happen in time.
    """
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)
