"""Worker processes do not outlive the run that started them, however it ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncer.usecases.importing import POOL_FROM
from tests import fit_builder
from tests.fakes.loopback import wait_until

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")


def living(group: int) -> list[str]:
    """The states of the processes of this group, but for those that have ended and wait to be counted."""
    states = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, of = file.read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(of) == group and state != "Z":
            states.append(state)
    return states


def many_files(folder: Path) -> list[str]:
    """More FIT files than one process reads."""
    (folder / "fits").mkdir()
    start = datetime(2020, 3, 1, 6, tzinfo=UTC)
    for number in range(1, POOL_FROM + 100):
        content = fit_builder.run(start + timedelta(days=number), serial=number)
        (folder / "fits" / f"{number}.fit").write_bytes(content)
    return ["import", str(folder / "fits")]


def many_histories(folder: Path) -> list[str]:
    """A file of histories that keeps every core busy for a while."""
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 28)]
    sessions = [{"date": day, "status": "done" if number % 3 else "skipped"} for number, day in enumerate(days)]
    runs = [{"date": day, "distance_m": 8000, "pain": number % 4} for number, day in enumerate(days)]
    line = json.dumps({"id": "r", "sessions": sessions, "runs": runs}) + "\n"
    (folder / "histories.jsonl").write_text(line * 3000)
    return ["evidence", "--history", str(folder / "histories.jsonl")]


@pytest.mark.skipif(
    len(getattr(os, "sched_getaffinity", lambda _: [0])(0)) < 2, reason="one core does without worker processes"
)
@pytest.mark.parametrize("work", [many_files, many_histories])
def test_a_killed_run_leaves_no_process_behind(work: Callable[[Path], list[str]], tmp_path: Path) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "syncer", *work(tmp_path)],
        env={**os.environ, "SYNCER_HOME": str(tmp_path / "home")},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(lambda: len(living(run.pid)) > 2)
        assert run.poll() is None
        run.kill()
        run.wait()
        wait_until(lambda: not living(run.pid))
    finally:
        run.kill()
        run.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
