"""Runs syncer again and again in forked children of a process that has imported everything already.

So a trial takes tenths of a second at most, and a kill falls into syncer's own work rather than into Python's start.
The children are real processes: nothing is cleaned up in one that is killed.

Requests and answers are JSON lines on standard input and output. `Forks` is the other end.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import resource
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
WRITING = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.chmod", "os.truncate"})
COMMANDS = "syncer.cli."  # the program, too, reads only the file of the command that is run
TIMEOUT_S = 60.0
HUNG = 124  # the exit code of a run that had to be ended
GRACE_S = 3.0
PR_SET_CHILD_SUBREAPER, PR_SET_SECUREBITS = 36, 28  # prctl(2)
NO_POWER_FOR_ROOT = 0b11  # SECBIT_NOROOT, and its lock: capabilities(7)


@dataclass(frozen=True)
class Trial:
    """One run of the program, and what is done to it.

    Attributes:
        kill_at: SIGKILL just before this step: steps are SQL statements, files opened for writing, renames, removals.
        kill_after_s: SIGKILL after so many seconds.
        file_limit: no file may grow beyond so many bytes (RLIMIT_FSIZE); what is printed may.
        powerless: run without root's right to write everywhere (Linux; elsewhere nobody should test as root).
        typed: what is typed at the terminal; without, there is none.
    """

    words: Sequence[str]
    environment: Mapping[str, str]
    kill_at: int | None = None
    kill_after_s: float | None = None
    file_limit: int | None = None
    powerless: bool = False
    typed: str = ""


@dataclass(frozen=True)
class Ended:
    """How it ended: the exit code (-9 when killed), seconds, steps that were taken, and what was printed.

    Attributes:
        outlived: whether a process that it had started went on for more than `GRACE_S` after it.
    """

    code: int
    seconds: float
    steps: int
    outlived: bool
    out: str = field(repr=False)
    err: str

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Forks:
    """The process that forks."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forks"],
            cwd=REPO,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, trial: Trial) -> Ended:
        """Run it to its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(trial)) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(TIMEOUT_S)
        self._process.stdout.close()


@contextlib.contextmanager
def forking() -> Iterator[Forks]:
    """`Forks` that are ended at the end."""
    forks = Forks()
    try:
        yield forks
    finally:
        forks.close()


def main() -> None:
    """Answer requests until standard input ends."""
    import_everything()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for line in sys.stdin:
        answer = _run(json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def import_everything() -> None:
    """All of syncer but the files of its commands, of which each run reads its own, and the largest libraries."""
    import fitparse
    import numpy
    import rich.console
    import rich.progress

    import syncer
    import syncer.cli.app
    from tests.cli.at_terminal import without_pauses

    without_pauses()
    del fitparse, numpy, rich
    for module in pkgutil.walk_packages(syncer.__path__, "syncer."):
        if not module.name.endswith("__main__") and not module.name.startswith(COMMANDS):
            with contextlib.suppress(ImportError):  # a system's own
                importlib.import_module(module.name)
    gc.freeze()


def _import(names: Sequence[str]) -> None:
    """What a run has loaded late, so that the next one need not; its kills fall into syncer's own work then."""
    for name in names:
        if name.startswith(COMMANDS):
            continue
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()


def _run(trial: dict[str, Any]) -> dict[str, Any]:
    read_steps, write_steps = os.pipe()
    ends = [os.pipe(), os.pipe()]
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.close(read_steps)
        _child(trial, ends[0][1], ends[1][1], write_steps)
    os.close(write_steps)
    printed = [_Printed(*end) for end in ends]
    code = _wait(child, trial["kill_after_s"])
    seconds = time.perf_counter() - began
    outlived = _outlived(child)
    with os.fdopen(read_steps, encoding="utf-8") as answers:
        steps, *loaded = answers.read().split() or ["0"]
    _import(loaded)
    return {
        "code": code,
        "seconds": seconds,
        "steps": int(steps),
        "outlived": outlived,
        "out": printed[0].text(),
        "err": printed[1].text(),
    }


class _Printed:
    """What comes through a pipe, read as it comes; a limit on files does not hold for it."""

    def __init__(self, reading: int, writing: int) -> None:
        os.close(writing)
        self._reading, self._parts = reading, list[bytes]()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        with os.fdopen(self._reading, "rb") as stream:
            self._parts.append(stream.read())

    def text(self) -> str:
        """All of it."""
        self._thread.join()
        return b"".join(self._parts).decode("utf-8", "replace")


def _outlived(group: int) -> bool:
    """Wait for what the run has started, as a system would go on with it; whether it had to be killed."""
    deadline = time.perf_counter() + GRACE_S
    while time.perf_counter() < deadline:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-group, os.WNOHANG)[0]:
                pass
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.002)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    return True


def _wait(child: int, kill_after_s: float | None) -> int:
    """The exit code; after the time is up the child is killed, and that one process only."""
    in_time = _ends_within(child, TIMEOUT_S if kill_after_s is None else kill_after_s)
    if not in_time:
        os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if in_time or kill_after_s is not None else HUNG


def _ends_within(child: int, seconds: float) -> bool:
    if hasattr(os, "pidfd_open"):
        descriptor = os.pidfd_open(child)
        try:
            return bool(select.select([descriptor], [], [], seconds)[0])
        finally:
            os.close(descriptor)
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return True
        time.sleep(0.001)
    return False


def _child(trial: dict[str, Any], out: int, err: int, steps: int) -> None:
    code = 70
    try:
        os.setpgid(0, 0)
        _type(trial["typed"])
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.environ.clear()
        os.environ.update(trial["environment"])
        if trial["file_limit"] is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            # the soft one: what stands for a system's own services may lift it
            resource.setrlimit(resource.RLIMIT_FSIZE, (trial["file_limit"], resource.RLIM_INFINITY))
        if trial["powerless"]:
            _drop_capabilities()
        count = _count_steps(trial["kill_at"])
        loaded = set(sys.modules)
        from syncer.cli.app import main as syncer

        sys.argv = ["syncer", *trial["words"]]
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        try:
            code = int(syncer(trial["words"]))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.write(steps, " ".join([str(count[0]), *(set(sys.modules) - loaded)]).encode())
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:
        import traceback

        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _type(text: str) -> None:
    """Put ``text`` on standard input: a terminal with somebody at it, or nobody."""
    if not text:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        return
    runner, terminal = os.openpty()
    os.write(runner, text.encode())
    os.dup2(terminal, 0)


def _drop_capabilities() -> None:
    """Root keeps its files, and loses the right to pass over their modes, in what it starts too: capset(2)."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECUREBITS, NO_POWER_FOR_ROOT, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    header = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    if libc.capset(header, bytes(24)):
        raise OSError(ctypes.get_errno(), "capset")


def _count_steps(kill_at: int | None) -> list[int]:
    """Count what changes the world, and end before the step ``kill_at``."""
    count = [0]

    def step(*_: object) -> None:
        count[0] += 1
        if count[0] == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in WRITING or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
            step()

    connect = sqlite3.connect

    def traced(*words: Any, **more: Any) -> sqlite3.Connection:
        connection = connect(*words, **more)
        connection.set_trace_callback(step)
        return connection

    sys.addaudithook(hook)
    sqlite3.connect = traced  # type: ignore[assignment]
    return count


if __name__ == "__main__":
    main()
