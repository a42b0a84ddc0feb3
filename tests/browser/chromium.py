"""Drives the real Chromium through its DevTools pipe: two file descriptors, JSON with a NUL behind each message."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PATIENCE = 60.0


def find_chromium() -> str | None:
    """The browser's program, None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@dataclass
class Page:
    """One tab. ``console`` holds what the page complained of, ``requests`` every address that it asked for."""

    browser: Browser
    session: str
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    loaded: bool = False

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.browser.ask(method, self.session, **parameters)

    def open(self, file: Path, width: int, height: int = 900, *, dark: bool = False, media: str = "screen") -> None:
        """Show a file and wait until it is laid out."""
        self.console.clear()
        self.requests.clear()
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.loaded = False
        self.ask("Page.navigate", url=file.absolute().as_uri())
        self.browser.until(lambda: self.loaded)

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression, run in a world that the page's security policy does not bind."""
        frame = self.ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = self.ask("Page.createIsolatedWorld", frameId=frame)["executionContextId"]
        found = self.ask("Runtime.evaluate", expression=script, contextId=world, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def screenshot(self, file: Path, clip: tuple[int, int, int, int] | None = None) -> None:
        """The whole page as a PNG, or ``clip`` (x, y, width, height) of it."""
        more: dict[str, Any] = {"captureBeyondViewport": True}
        if clip:
            more["clip"] = dict(zip(("x", "y", "width", "height"), clip, strict=True)) | {"scale": 1}
        else:
            size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
            more["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        file.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png", **more)["data"]))

    def heard(self, method: str, parameters: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Runtime.consoleAPICalled":
            self.console.append(str([item.get("value") for item in parameters["args"]]))
        elif method == "Runtime.exceptionThrown":
            self.console.append(str(parameters["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.console.append(parameters["entry"]["text"])
        elif method == "Page.loadEventFired":
            self.loaded = True


class Process:
    """A program that was started with a pipe at its file descriptors 3 and 4."""

    def __init__(self, pid: int) -> None:
        self._pid: int | None = pid

    @classmethod
    def started(cls, words: list[str], to_read: int, of_write: int, home: Path) -> Process:
        import fcntl  # not on Windows, where these tests find no browser anyway

        # first out of the way of 3 and 4 themselves
        reads, writes = (fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 10) for one in (to_read, of_write))
        silent = os.open(os.devnull, os.O_RDWR)
        try:
            places = ((silent, 0), (silent, 1), (silent, 2), (reads, 3), (writes, 4))
            environment = {**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
            moves = [(os.POSIX_SPAWN_DUP2, one, place) for one, place in places]
            return cls(os.posix_spawn(words[0], words, environment, file_actions=moves))
        finally:
            for one in (reads, writes, silent):
                os.close(one)

    def is_over(self) -> bool:
        if self._pid is not None and os.waitpid(self._pid, os.WNOHANG)[0]:
            self._pid = None
        return self._pid is None

    def end(self) -> None:
        """Give it ten seconds, then kill it, by its own id."""
        until = time.monotonic() + 10
        while not self.is_over() and time.monotonic() < until:
            time.sleep(0.05)
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = None


class Browser:
    """One Chromium process."""

    def __init__(self, process: Process, to: int, of: int) -> None:
        self._process, self._to, self._of = process, to, of
        self._buffer = b""
        self._count = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._pages: dict[str, Page] = {}

    def page(self) -> Page:
        """A fresh tab that listens to everything."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.ask(f"{domain}.enable")
        return page

    def ask(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        self._count += 1
        number = self._count
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        self.until(lambda: number in self._answers)
        answer = self._answers.pop(number)
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def until(self, true: Callable[[], bool]) -> None:
        """Read messages until something is true."""
        end = time.monotonic() + PATIENCE
        while not true():
            left = end - time.monotonic()
            assert left > 0, "Chromium does not answer"
            if not select.select([self._of], [], [], min(left, 1.0))[0]:
                assert not self._process.is_over(), "Chromium has ended"
                continue
            chunk = os.read(self._of, 1 << 20)
            assert chunk, "Chromium has ended"
            *messages, self._buffer = (self._buffer + chunk).split(b"\0")
            for message in messages:
                self._take(json.loads(message))

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            self._answers[message["id"]] = message
        elif message.get("sessionId") in self._pages:
            self._pages[message["sessionId"]].heard(message["method"], message.get("params", {}))


@contextmanager
def chromium(program: str, profile: Path) -> Iterator[Browser]:
    """A running Chromium with a profile of its own; ended at the end, by its own id."""
    to_read, to_write = os.pipe()
    of_read, of_write = os.pipe()
    process = Process.started([program, *FLAGS, f"--user-data-dir={profile}"], to_read, of_write, profile)
    os.close(to_read)
    os.close(of_write)
    browser = Browser(process, to_write, of_read)
    try:
        yield browser
    finally:
        with suppress(AssertionError, OSError):
            browser.ask("Browser.close")
        process.end()
        os.close(to_write)
        os.close(of_read)
