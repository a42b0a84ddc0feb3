"""A person at a terminal: a real pseudo-terminal for questions and hidden answers, a file for results."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest

from tests.cli.runner import Ran
from tests.cli.warm import POSSIBLE, Warm

PATIENCE_S = 60.0
CTRL_C = "\x03"


class Terminal:
    """A run of the program that waits for answers. ``shown`` is all that the screen has shown so far."""

    def __init__(self, process: Warm, results: IO[bytes], screen: int) -> None:
        self._process = process
        self._results = results
        self._screen = screen
        self._read_to = 0
        self.shown = ""

    def expect(self, text: str) -> None:
        """Wait until ``text`` is shown, after what was expected before.

        Raises:
            AssertionError: it is not, and the program has ended or taken too long.
        """
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.shown[self._read_to :]:
            more = self._read(deadline - time.monotonic())
            assert more, f"{text!r} was not shown; this was:\n{self.shown[self._read_to :]}"
        self._read_to = self.shown.index(text, self._read_to) + len(text)

    def answer(self, question: str, line: str) -> None:
        """Wait for a question, then type a line."""
        self.expect(question)
        self._wait_for_listener()
        self.type(line + "\n")

    def type(self, keys: str) -> None:
        """Type without waiting."""
        os.write(self._screen, keys.encode())

    def interrupt(self, question: str) -> None:
        """Wait for a question, then press ^C."""
        self.expect(question)
        self._wait_for_listener()
        self.type(CTRL_C)

    def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def end(self) -> Ran:
        """Wait for the end; ``err`` is what the screen has shown."""
        deadline = time.monotonic() + PATIENCE_S
        while self._read(deadline - time.monotonic()):
            pass
        code = self._process.wait(PATIENCE_S)
        assert "Traceback" not in self.shown, self.shown
        self._results.seek(0)
        return Ran(code, self._results.read().decode(), self.shown.replace("\r\n", "\n"))

    def _wait_for_listener(self) -> None:
        """Until the program waits for input with its final settings: what is typed before a hidden prompt is lost."""
        hidden = "not shown" in self.shown[-80:].rpartition("\n")[2]
        deadline = time.monotonic() + PATIENCE_S
        while bool(termios.tcgetattr(self._screen)[3] & termios.ECHO) == hidden:
            assert time.monotonic() < deadline, "the terminal still shows what is typed"
            time.sleep(0.002)

    def _read(self, left_s: float) -> bool:
        """More from the screen; False when the program has closed it."""
        assert left_s > 0, f"it takes too long; this was shown:\n{self.shown}"
        if not select.select([self._screen], [], [], min(left_s, 0.5))[0]:
            return True
        try:
            found = os.read(self._screen, 65536)
        except OSError:
            return False
        self.shown += found.decode(errors="replace")
        return bool(found)


@contextmanager
def terminal(
    *words: str | Path, home: Path, env: Mapping[str, str] | None = None, pauses: bool = False
) -> Iterator[Terminal]:
    """``syncer WORDS`` at a terminal of its own.

    Args:
        pauses: keep the pauses that Garmin's sign-in makes.
    """
    if not POSSIBLE:
        pytest.skip("the process that forks works on Linux only")
    ours, theirs = os.openpty()
    environment = {**os.environ, "SYNCER_HOME": str(home), **(env or {})}
    arguments = [*([] if pauses else ["--without-pauses"]), *map(str, words)]
    with TemporaryFile() as results:
        files = (theirs, results.fileno(), theirs)
        process = Warm(arguments, environment, files, module="tests.cli.at_terminal")
        os.close(theirs)
        try:
            yield Terminal(process, results, ours)
        finally:
            process.kill()
            process.wait(PATIENCE_S)
            with contextlib.suppress(OSError):
                os.close(ours)


def on_a_terminal(*words: str, home: Path, env: Mapping[str, str]) -> str:
    """What the program writes, results and all, to a pseudo-terminal of 120 columns or as many as ``env`` says."""
    ours, theirs = os.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    environment |= {"SYNCER_HOME": str(home), "COLUMNS": "120", **env}
    program = [sys.executable, "-m", "syncer", *words]
    process = subprocess.Popen(program, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        if not select.select([ours], [], [], PATIENCE_S)[0]:
            process.kill()
            raise AssertionError("no answer")
        try:
            chunk = os.read(ours, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(ours)
    assert process.wait(PATIENCE_S) == 0
    return shown.decode().replace("\r\n", "\n")
