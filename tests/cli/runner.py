"""Runs the real program as a subprocess, as a user's shell would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
    *words: str | Path, home: Path, env: Mapping[str, str] | None = None, stdin: str = "", timeout: float = 120
) -> Ran:
    """``python -m syncer WORDS`` with its own home."""
    environment = {**os.environ, "SYNCER_HOME": str(home), **(env or {})}
    done = subprocess.run(
        [sys.executable, "-m", "syncer", *map(str, words)],
        capture_output=True,
        text=True,
        input=stdin,
        env=environment,
        timeout=timeout,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")
