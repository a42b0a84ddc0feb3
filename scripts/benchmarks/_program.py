"""Runs the program, and tells what it took: CPU seconds, wall seconds, and the most memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Cost:
    """CPU and wall seconds of a process and its children, and its greatest resident size in megabytes."""

    cpu_s: float
    wall_s: float
    memory_mb: float


def cost(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Cost:
    """Run it to its end; it has to succeed."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=REPO,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    peak = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - began, peak)


def apart(job: Callable[[], object]) -> None:
    """Do it in a process of its own: a program that is started is charged with the memory of whoever starts it."""
    child = os.fork()
    if child == 0:
        try:
            job()
        except BaseException:  # noqa: BLE001  # whatever it was, the child must not go on as the parent
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise SystemExit("the data for the benchmark could not be made")


def syncer(*words: str | Path) -> list[str | Path]:
    """The command line of the program in this environment."""
    return [sys.executable, "-m", "syncer", *words]


def least(command: Sequence[str | Path], rounds: int, environment: Mapping[str, str] | None = None) -> Cost:
    """The cheapest of several runs: what it takes when nothing else disturbs."""
    return min((cost(command, environment) for _ in range(rounds)), key=lambda one: one.cpu_s)
