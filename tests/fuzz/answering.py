"""A server for fuzzing: says any bytes to whoever asks, on a real socket, and closes."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

MOST_REQUESTS = 200


class Server:
    """One thread; what it says is set by `say` before each input."""

    def __init__(self) -> None:
        self._say: Callable[[str], bytes] = lambda _line: b""
        self.asked = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def say(self, answer: Callable[[str], bytes]) -> None:
        """Answer with these bytes from now on, given the request's first line."""
        self._say, self.asked = answer, 0

    def _serve(self) -> None:
        while True:
            connection, _ = self._door.accept()
            with connection, suppress(OSError):
                connection.settimeout(5)
                line = _request(connection)
                self.asked += 1
                connection.sendall(self._say(line))
                connection.shutdown(socket.SHUT_WR)


the_server = cache(Server)
"""One for the whole process."""


def _request(connection: socket.socket) -> str:
    """The first line; the rest is read so that closing resets nothing."""
    read = bytearray()
    while b"\r\n\r\n" not in read and (part := connection.recv(65536)):
        read += part
    head, _, body = bytes(read).partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length and (part := connection.recv(65536)):
        body += part
    return head.partition(b"\r\n")[0].decode("latin-1")


def spoken(data: bytes, places: Mapping[str, str]) -> Callable[[str], bytes]:
    """What to say: ``data`` as it is, or, where it is a JSON object, the part of it that is asked for.

    Args:
        places: a part of the request's first line, and the key of what it is answered with.
    """
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return lambda _line: data

    def say(line: str) -> bytes:
        key = next((key for part, key in places.items() if part in line), "")
        return whole(told.get(key), told.get("status", 200), told.get("headers"))

    return say


def whole(value: Any, status: Any = 200, headers: Any = None) -> bytes:
    """An HTTP answer with ``value`` as JSON, a page of HTML as it is; it ends where the connection does."""
    page = isinstance(value, str) and value.startswith("<")
    body = value.encode("utf-8", "replace") if page else json.dumps(value).encode()
    named = headers.items() if isinstance(headers, dict) else ()
    lines = [f"HTTP/1.1 {status} Said", "Content-Type: application/json", "Connection: close"]
    lines += [f"{name}: {text}" for name, text in named]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body
