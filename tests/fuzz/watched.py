"""One target in a process of its own, that another one watches.

So an input that never ends, takes too much memory or takes Python itself down is found like any other, whatever the
code does with signals and errors: the watching process has the input, and ends the other one.
"""

from __future__ import annotations

import faulthandler
import hashlib
import logging
import mmap
import os
import random
import signal
import struct
import sys
import tempfile
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from tests.fuzz.mutate import mutated
from tests.fuzz.target import Target

CORPUS = Path(__file__).parent / "corpus"
_HEAD = struct.Struct("<ddQQ")
_LONGEST = 64 * 2**20


@dataclass(frozen=True)
class Bounds:
    """What one input may take: time, and memory beyond what Python and the libraries have mapped.

    Attributes:
        hang_s: of the processor, which a busy machine does not change; on the clock, six times as much.
    """

    hang_s: float = 10.0
    memory: int = 256 * 2**20


@dataclass(frozen=True)
class Budget:
    """How long to go on, and from which seed of chance."""

    seconds: float = 600.0
    seed: int = 1


@dataclass(frozen=True)
class Outcome:
    """What came of a target.

    Attributes:
        real: how many of the seeds are files of others.
        saved: inputs of the corpus; each is tried before any is changed.
        found: what is wrong, with its traceback; empty when nothing is.
        kept: where the input is that did it, when something is found.
    """

    target: str
    seeds: int
    real: int
    saved: int
    inputs: int
    found: str = ""
    kept: Path = Path()

    def __str__(self) -> str:
        tried = f"{self.target}: {self.seeds} seeds ({self.real} real), {self.saved} saved, {self.inputs} inputs"
        if not self.found:
            return f"{tried}, nothing found"
        what = self.found.strip().splitlines()[-1] if self.found.strip() else "?"
        return f"{tried}, found {self.kept.name}: {what[:200]}"


class TooMuchMemoryError(BaseException):
    """One input took more than its share."""


class Watched:
    """A target at work; `poll` says what came of it.

    Args:
        corpus: folder of this target's saved inputs; what is found is added to it.
    """

    def __init__(self, name: str, target: Target, budget: Budget, bounds: Bounds, corpus: Path) -> None:
        self._name, self._bounds, self._corpus = name, bounds, corpus
        self._desk = _Desk()
        self._told: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed once it is read
        self._place = tempfile.TemporaryDirectory(prefix="syncer-fuzz-")
        self._hung = False
        folders = (corpus, *([corpus.with_name(target.shares)] if target.shares else ()))
        self._saved = [file.read_bytes() for folder in folders for file in sorted(folder.glob("*"))]
        self._seeds, real = list(target.seeds()), list(target.real())
        self._real = len(real)
        self._seeds += real
        sys.stdout.flush()
        sys.stderr.flush()
        self._process = os.fork()
        if self._process == 0:
            tempfile.tempdir = self._place.name
            _work(target, (self._seeds, self._saved), budget, bounds, (self._desk, self._told))

    def poll(self) -> Outcome | None:
        """What came of it; None while it is at work. One that hangs is ended."""
        ended, status = os.waitpid(self._process, os.WNOHANG)
        if ended:
            return self._outcome(os.waitstatus_to_exitcode(status))
        if self._takes_too_long():
            # dumps where it is, even where no Python code runs
            os.kill(self._process, signal.SIGKILL if self._hung else signal.SIGABRT)
            time.sleep(0.2)
            self._hung = True
        return None

    def _takes_too_long(self) -> bool:
        if not self._desk.begun:
            return False
        # the first seeds also import what they need
        bound = self._bounds.hang_s if self._desk.tried else 3 * self._bounds.hang_s
        worked = _worked(self._process) - self._desk.worked
        return worked > bound or time.monotonic() - self._desk.begun > 6 * bound

    def wait(self) -> Outcome:
        """Until it has ended."""
        while (outcome := self.poll()) is None:
            time.sleep(0.05)
        return outcome

    def _outcome(self, code: int) -> Outcome:
        self._told.seek(0)
        told = self._told.read().decode("utf-8", "replace")
        self._told.close()
        self._place.cleanup()
        found, kept = "", Path()
        if code:
            found = f"{told}\n{self._how_it_ended(code)}" if code < 0 else told
            kept = self._keep()
        counts = (len(self._seeds), self._real, len(self._saved), self._desk.tried)
        return Outcome(self._name, *counts, found, kept)

    def _how_it_ended(self, code: int) -> str:
        if self._hung:
            return f"it hung: no answer within {self._bounds.hang_s:g} s"
        return f"the process was ended by {signal.Signals(-code).name}"

    def _keep(self) -> Path:
        data = self._desk.input
        self._corpus.mkdir(parents=True, exist_ok=True)
        kept = self._corpus / hashlib.sha256(data).hexdigest()[:16]
        kept.write_bytes(data)
        return kept


class _Desk:
    """What both processes see: the input at hand, since when, and how many there were."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _HEAD.size + _LONGEST)

    @property
    def begun(self) -> float:
        """When the input at hand was begun, by `time.monotonic`; 0 before the first."""
        return float(_HEAD.unpack_from(self._memory)[0])

    @property
    def worked(self) -> float:
        """How long the process had worked by then, by `time.process_time`."""
        return float(_HEAD.unpack_from(self._memory)[1])

    @property
    def tried(self) -> int:
        return int(_HEAD.unpack_from(self._memory)[2])

    @property
    def input(self) -> bytes:
        return self._memory[_HEAD.size : _HEAD.size + _HEAD.unpack_from(self._memory)[3]]

    def put(self, data: bytes, tried: int) -> None:
        """Begin an input, the ``tried``-th; 0 for a seed."""
        self._memory[_HEAD.size : _HEAD.size + len(data)] = data
        # as one copy: `pack_into` writes zeros first, and whoever looked just then would see an input without end
        self._memory[: _HEAD.size] = _HEAD.pack(time.monotonic(), time.process_time(), tried, len(data))


def _work(
    target: Target,
    inputs: tuple[list[bytes], list[bytes]],
    budget: Budget,
    bounds: Bounds,
    told: tuple[_Desk, IO[bytes]],
) -> NoReturn:
    """The process that is watched; it ends with 1 when something is found, 0 otherwise."""
    desk, words = told
    code = 1
    try:
        faulthandler.enable(words)
        warnings.simplefilter("ignore")
        logging.disable()
        _try_all(target, inputs, budget, bounds, desk)
        code = 0
    except BaseException:
        words.write(traceback.format_exc().encode("utf-8", "replace"))
        words.flush()
    finally:
        os._exit(code)


def _try_all(
    target: Target, inputs: tuple[list[bytes], list[bytes]], budget: Budget, bounds: Bounds, desk: _Desk
) -> None:
    seeds, saved = inputs
    for seed in seeds:
        desk.put(seed, 0)
        target.read(seed)  # imports what it needs before memory is counted
    most = _peak() + bounds.memory
    _limit_memory(2 * bounds.memory)
    chance = random.Random(budget.seed)
    pool, others = (*seeds, *saved), tuple(seeds)
    deadline = time.monotonic() + budget.seconds
    while desk.tried < len(saved) or time.monotonic() < deadline:
        tried = desk.tried
        data = saved[tried] if tried < len(saved) else mutated(chance.choice(pool), others, chance)[:_LONGEST]
        desk.put(data, tried + 1)
        target.read(data)
        if (peak := _peak()) > most:
            # what the code makes of a refused allocation would hide it, so it is measured instead
            raise TooMuchMemoryError(f"{(peak - most + bounds.memory) // 2**20} MB")


def _worked(process: int) -> float:
    """Seconds of the processor that a process has had; 0 where nobody counts (proc_pid_stat(5))."""
    if sys.platform != "linux":
        return 0.0
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _peak() -> int:
    """The most bytes that this process has ever had mapped; 0 where nobody counts."""
    if sys.platform != "linux":
        return 0
    status = Path("/proc/self/status").read_bytes()
    return int(status.partition(b"VmPeak:")[2].split(None, 1)[0]) * 1024


def _limit_memory(more: int) -> None:
    """Where a single step asks for so much, it is refused, before the machine suffers."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
