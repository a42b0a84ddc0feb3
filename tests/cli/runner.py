"""Runs the real program as a subprocess, as a user's shell would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tests.cli import warm


@dataclass(frozen=True)
class Ran:
    """What a run printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def envelope(self) -> dict[str, Any]:
        """stdout as the one JSON object that ``--json`` promises."""
        value = json.loads(self.out, parse_constant=_no_constant)
        assert value["exit_code"] == self.code
        return value

    @property
    def data(self) -> dict[str, Any]:
        """The envelope's ``data``."""
        return self.envelope["data"]


def syncer(
    *words: str | Path,
    home: Path,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout: float = 120,
    cold: bool = False,
) -> Ran:
    """``python -m syncer WORDS`` with its own home.

    Args:
        cold: start Python anew, because the test is about starting.
    """
    environment = {**os.environ, "SYNCER_HOME": str(home), **(env or {})}
    run = _cold if cold or not warm.fits(environment) else _warm
    done = run([str(word) for word in words], environment, stdin, timeout)
    assert "Traceback" not in done.err, done.err
    return done


def _cold(arguments: list[str], environment: dict[str, str], stdin: str, timeout: float) -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "syncer", *arguments],
        capture_output=True,
        text=True,
        input=stdin,
        env=environment,
        timeout=timeout,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def _warm(arguments: list[str], environment: dict[str, str], stdin: str, timeout: float) -> Ran:
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin.encode())
        given.seek(0)
        process = warm.Warm(arguments, environment, (given.fileno(), out.fileno(), err.fileno()))
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
        return Ran(code, *(_read(file) for file in (out, err)))


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")
