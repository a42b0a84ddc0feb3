"""Where Strava sends the browser back to: a page on this machine, or an address that the runner pastes.

The page listens on 127.0.0.1 only, until a deadline, and hears nobody but the sign-in that it waits for: other paths
(a browser asks for ``/favicon.ico``), other states and connections that say nothing are passed over.
What Strava sends is described at https://developers.strava.com/docs/authentication/.
"""

from __future__ import annotations

import hmac
import queue
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from syncer.clients.strava import SCOPE_NEEDED
from syncer.errors import SignInError, SyncerError

PATH = "/callback"
# seconds that a connection may stay silent: browsers open some that they never use
SILENCE_S = 10
TOKEN_LIKE = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])", re.IGNORECASE)

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>syncer</title>
<body style="font: 1.2em/1.5 system-ui, sans-serif; max-width: 32em; margin: 4em auto; padding: 0 1em">
<p>{text}</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Granted:
    """Strava's leave to go on.

    Attributes:
        code: to be exchanged for tokens, once.
        scopes: what the runner allowed; None when only the code was pasted, which does not say.
    """

    code: str
    scopes: frozenset[str] | None


class Loopback:
    """The page that Strava's redirect reaches; made by `listening`."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    @property
    def address(self) -> str:
        """What to give Strava as the redirect."""
        return redirect_address(int(self._server.server_address[1]))

    def wait(self, deadline_s: float) -> Granted:
        """The runner's answer.

        Raises:
            SignInError: denied, without the needed permission, or nothing came before the deadline.
        """
        end = time.monotonic() + deadline_s
        while (left := end - time.monotonic()) > 0:
            try:
                # short waits: a lock that is waited for long hears no ^C on Windows
                answer = self._server.answers.get(timeout=min(left, 0.2))
            except queue.Empty:
                continue
            if isinstance(answer, SyncerError):
                raise answer
            return answer
        raise SignInError(
            "strava-timeout",
            "nobody answered on Strava's page in time",
            why=f"syncer waited {deadline_s:.0f} seconds; nothing was saved",
            hint="syncer auth strava (--no-browser, if the browser is on another machine)",
            provider="strava",
        )


def redirect_address(port: int) -> str:
    """The redirect for a port. 127.0.0.1 and not localhost, which may mean ::1, where nobody listens."""
    return f"http://127.0.0.1:{port}{PATH}"


@contextmanager
def listening(state: str, port: int = 0) -> Iterator[Loopback]:
    """Listen on 127.0.0.1 for the redirect that carries ``state``; port 0 takes any free one.

    Raises:
        SyncerError: the port is taken.
    """
    try:
        server = _Server(state, port)
    except OSError as error:
        raise SyncerError(
            "port-taken",
            f"cannot listen on port {port} of this machine",
            why=error.strerror or "",
            hint="syncer auth strava without --port takes a free one",
            provider="strava",
        ) from None
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Loopback(server)
    finally:
        server.shutdown()
        server.server_close()


def read_pasted(text: str, state: str) -> Granted:
    """What the runner pasted: the whole address that Strava sent the browser to, or the code in it.

    Raises:
        SignInError: as `read_redirect`; or it is neither, and the sentence says what it is.
    """
    pasted = text.strip().strip("'\"<>")
    if TOKEN_LIKE.search(pasted) and "code=" not in pasted and "error=" not in pasted:
        raise SignInError(
            "strava-bare-token",
            "this is not the address that Strava sent your browser to",
            why="a bare 40-character text may be the token shown on strava.com/settings/api, "
            "which has no permission to read activities",
            hint="paste the whole address; it begins with http://127.0.0.1 and holds code= and scope=",
            provider="strava",
        )
    try:
        query = urlsplit(pasted).query
    except ValueError:  # http://[::1
        query = ""
    query = query or (pasted if "code=" in pasted or "error=" in pasted else "")
    if not query:
        if re.fullmatch(r"[\w.~-]{4,200}", pasted):
            return Granted(pasted, None)
        raise SignInError(
            "strava-no-code",
            "there is no sign-in code in this",
            hint="paste the whole address that Strava sent your browser to; the page itself need not open",
            provider="strava",
        )
    return read_redirect(query, state)


def read_redirect(query: str, state: str) -> Granted:
    """Strava's answer in a redirect's query.

    Raises:
        SignInError: ``strava-other-state``, ``strava-denied``, ``strava-no-code`` or ``strava-scope``.
    """
    fields = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
    # what a terminal passes on may hold bytes that are no text
    if not hmac.compare_digest(fields.get("state", "").encode("utf-8", "replace"), state.encode()):
        there = "state" in fields
        raise SignInError(
            "strava-other-state",
            "this answer belongs to another sign-in" if there else "this is not the whole address",
            hint="use the address that was shown last, in one go" if there else "paste all of it, from http:// on",
            provider="strava",
        )
    if "error" in fields:
        raise _denied(fields["error"])
    if not fields.get("code"):
        raise SignInError(
            "strava-no-code", "Strava's answer holds no code", hint="syncer auth strava", provider="strava"
        )
    if "scope" not in fields:
        return Granted(fields["code"], None)
    scopes = frozenset(re.split(r"[,\s]+", fields["scope"].strip()))
    require_scope(scopes)
    return Granted(fields["code"], scopes)


def require_scope(scopes: frozenset[str]) -> None:
    """Raise `SignInError` unless all activities may be read, private ones too."""
    if SCOPE_NEEDED in scopes:
        return
    if "activity:read" in scopes:
        why = "the box for private activities was unticked; runs seen by «Only You» would be missing without a word"
    else:
        why = "the box for your activities was unticked, so there would be nothing to read"
    raise SignInError(
        "strava-scope",
        f"Strava did not give the permission {SCOPE_NEEDED}",
        why=why,
        hint="syncer auth strava, and leave every box on Strava's page ticked",
        provider="strava",
    )


def _denied(error: str) -> SignInError:
    if error == "access_denied":
        return SignInError(
            "strava-denied",
            "you did not allow syncer to read your activities on Strava",
            why="«Cancel» on Strava's page does that; nothing was saved",
            hint="syncer auth strava, and choose «Authorize»",
            provider="strava",
        )
    said = error if re.fullmatch(r"[\w ]{1,60}", error) else "an unknown error"
    return SignInError(
        "strava-refused-sign-in", f"Strava refused the sign-in: {said}", hint="syncer auth strava", provider="strava"
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    # a second process on the same port must fail, not share it
    allow_reuse_address = False

    def __init__(self, state: str, port: int) -> None:
        self.state = state
        self.answers: queue.Queue[Granted | SyncerError] = queue.Queue()
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up says nothing that matters."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = SILENCE_S
    server_version = "syncer"
    sys_version = ""

    def do_GET(self) -> None:
        """The redirect; anything else gets a 404."""
        parts = urlsplit(self.path)
        if parts.path != PATH:
            self._page(404, "There is nothing here.")
            return
        answer: Granted | SyncerError
        try:
            answer = read_redirect(parts.query, self.server.state)
        except SignInError as error:
            if error.code == "strava-other-state":
                self._page(400, "This answer belongs to another sign-in. Use the address in your terminal.")
                return
            answer = error
            self._page(200, "syncer could not go on. Your terminal says why; you can close this page.")
        else:
            self._page(200, "Thank you. Your terminal goes on; you can close this page.")
        self.server.answers.put(answer)

    def _page(self, status: int, text: str) -> None:
        page = _PAGE.format(text=text).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *values: object) -> None:  # noqa: A002  # the library's own name
        """Quiet: the address holds the code."""
