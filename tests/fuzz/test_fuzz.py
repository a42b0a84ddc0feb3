"""Changed inputs for a fixed time: never anything but an answer or a `SyncerError`, no hang, at most 256 MB.

`SYNCER_FUZZ_SECONDS=600` for a long run; each target runs in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

SECONDS = float(os.environ.get("SYNCER_FUZZ_SECONDS", "1"))
REPO = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(os.name != "posix", reason="alarms and limits are a matter of POSIX systems")
@pytest.mark.timeout(120 + 2 * int(SECONDS))
@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_found(target: str) -> None:
    command = [sys.executable, "-m", "tests.fuzz", target, "--seconds", str(SECONDS)]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "nothing found" in done.stdout
