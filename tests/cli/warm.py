"""Starts the program as a process of its own, without paying for Python's start and the imports each time.

One process a test worker imports everything once and forks a child for each run: own memory, own descriptors, own
exit. What is about starting itself (imports, encodings, the interpreter's options) is tested with cold processes.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from tests.conftest import REPO

POSSIBLE = sys.platform == "linux"
_COLD = ("PYTHON", "LC_", "LANG", "LD_", "_SYNCER_COMPLETE")  # read while Python or the libraries start
_PATIENCE_S = 60.0


def fits(environment: Mapping[str, str]) -> bool:
    """Whether a run with this environment differs from a cold one only in its time."""
    asked = {name for name, value in environment.items() if os.environ.get(name) != value}
    return POSSIBLE and not any(name.startswith(_COLD) for name in asked)


class Warm:
    """A run; as much of `subprocess.Popen` as is needed here. ``returncode`` is None until it has ended."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        files: tuple[int, int, int],
        *,
        cwd: str | os.PathLike[str] | None = None,
        module: str = "syncer.__main__",
    ) -> None:
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.connect(_address())
        request = [list(arguments), dict(environment), os.fspath(cwd or Path.cwd()), module]
        body = json.dumps(request).encode("utf-8", "surrogateescape")
        read, write = os.pipe()
        with os.fdopen(write, "wb") as pipe:
            socket.send_fds(self._line, [b"run"], [*files, read])
            os.close(read)
            pipe.write(body)
        self.pid = int(self._line.recv(64))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code.

        Raises:
            subprocess.TimeoutExpired: it goes on.
        """
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("syncer", timeout or 0.0)
            self.returncode = int(self._line.recv(64))
            self._line.close()
        return self.returncode

    def kill(self) -> None:
        """`kill -9`."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


_server: list[tuple[subprocess.Popen[bytes], str]] = []


def _address() -> str:
    """Where the process that forks listens: started by the first run, ended with this process."""
    if not _server:
        name = f"\0syncer-tests-{os.getpid()}-{time.monotonic_ns()}"  # abstract: no file is left behind
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("SYNCER_", "PYTEST_"))
        } | {"OPENBLAS_NUM_THREADS": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.warm", name[1:]],
            cwd=REPO,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        atexit.register(_end, process)
        _server.append((process, name))
    return _server[0][1]


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()
    process.wait(_PATIENCE_S)


def main() -> None:
    """Answer until standard input ends; returns in a child, whose work begins then."""
    from tests.faults.forks import import_everything

    import_everything()
    import curl_cffi
    import garminconnect.client
    import jinja2
    import stravalib

    del curl_cffi, garminconnect, jinja2, stravalib
    assert threading.active_count() == 1
    gc.freeze()  # what is shared stays untouched, and so is not copied
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind("\0" + sys.argv[1])
    listener.listen(16)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    waited: dict[int, socket.socket] = {}
    while True:
        ready = select.select([0, listener], [], [], 0.003 if waited else None)[0]
        for pid in list(waited):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                line = waited.pop(pid)
                with contextlib.suppress(OSError):
                    line.send(str(os.waitstatus_to_exitcode(status)).encode())
                line.close()
        if 0 in ready:
            return
        if listener in ready:
            line, _ = listener.accept()
            _, files, _, _ = socket.recv_fds(line, 64, 4)
            child = os.fork()
            if child == 0:
                listener.close()
                for other in [line, *waited.values()]:
                    other.close()
                _become(files)
                return
            for file in files:
                os.close(file)
            waited[child] = line
            line.send(str(child).encode())


def _become(files: Sequence[int]) -> None:
    """What a freshly started ``python -m MODULE`` would be; ends with it."""
    with os.fdopen(files[3], "rb") as pipe:
        arguments, environment, folder, module = json.loads(pipe.read().decode("utf-8", "surrogateescape"))
    os.setsid()
    for number, file in enumerate(files[:3]):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.stdin, sys.stdout, sys.stderr = _text(0, "r"), _text(1, "w"), _text(2, "w")
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    program: Any = __import__(module, fromlist=["main"])
    sys.argv = [str(program.__file__), *arguments]
    sys.modules["__main__"] = program
    _end_quickly(program.main)


def _end_quickly(main: Callable[[], object]) -> None:
    """What Python does at its end, but for taking everything apart that was imported, which takes most of the time."""
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def _text(file: int, mode: str) -> IO[str]:
    errors = "backslashreplace" if file == 2 else "strict"
    return open(file, mode, encoding="utf-8", errors=errors, closefd=False)


if __name__ == "__main__":
    main()
