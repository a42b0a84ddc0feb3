"""Judge many runners' histories, one line each, on every core, in order, without holding them all.

numpy is loaded in the workers only, each with one thread, so that the cores are not asked for twice.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from itertools import chain

from syncer.correlate.evidence import evaluate
from syncer.correlate.findings import Evidence
from syncer.errors import SyncerError
from syncer.sources.history_lines import read_history
from syncer.usecases.workers import MOST_WORKERS, count_workers, prepare_worker

AT_ONCE = 4
"""Lines that travel to a worker together: a year's history takes some 15 ms, the trip under one."""
AHEAD = 4
"""Batches for each worker that may wait, or be done and wait for an earlier one."""
FEW = 8
"""So few lines are done sooner than workers start."""


@dataclass(frozen=True, slots=True)
class JudgedHistory:
    """One runner's evidence. ``line`` is the number of the line it came from, ``id`` the runner's own."""

    line: int
    id: str | int
    evidence: Evidence


type Outcome = JudgedHistory | SyncerError
type Numbered = tuple[int, bytes]


def analyse_histories(
    lines: Iterable[bytes | None], as_of: date | None = None, workers: int | None = None
) -> Iterator[Outcome]:
    """Judge one history a line; yields one result or error for each line that is not blank, in the lines' order.

    Results do not depend on ``workers``, nor on pauses.

    Args:
        lines: such as a file opened in binary mode; read only as far ahead as the workers need. None is a pause of
            the input: what was read is answered before more is waited for.
        as_of: the day of judgement; each history's own last date without it. Nothing dated later is used.
        workers: processes to use, as many as there are cores without it.

    Raises:
        SyncerError: a worker was killed (out of memory, say).
    """
    numbered = _numbered(lines)
    today = None if as_of is None else as_of.toordinal()
    count = min(workers or count_workers(), MOST_WORKERS)
    few: list[Numbered] = []
    for one in numbered:
        if one is not None:
            few.append(one)
        if len(few) > FEW and count > 1:
            yield from _in_parallel(chain(few, numbered), today, count)
            return
        if one is None or count == 1:
            yield from _judge_batch(few, today)
            few = []
    yield from _judge_batch(few, today)


def _numbered(lines: Iterable[bytes | None]) -> Iterator[Numbered | None]:
    """The lines that are not blank with their numbers, and the pauses."""
    number = 0
    for line in lines:
        number += line is not None
        if line is None:
            yield None
        elif line.strip():
            yield number, line


def _judge(number: int, line: bytes, today: int | None) -> Outcome:
    try:
        history = read_history(line, number)
    except SyncerError as error:
        return error
    evidence = evaluate(history.slots, history.runs, history.last_day if today is None else today)
    return JudgedHistory(number, history.id, evidence)


def _judge_batch(batch: Sequence[Numbered], today: int | None) -> list[Outcome]:
    return [_judge(number, line, today) for number, line in batch]


def _in_parallel(numbered: Iterator[Numbered | None], today: int | None, workers: int) -> Iterator[Outcome]:
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context(_start_method()), _prepare_worker)
    waiting: deque[Future[list[Outcome]]] = deque()
    try:
        for batch in _batches(numbered):
            if batch:
                waiting.append(pool.submit(_judge_batch, batch, today))
            while waiting and (len(waiting) >= workers * AHEAD or waiting[0].done()):
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        raise SyncerError(
            "worker-lost",
            "a worker process ended before its work was done",
            why=str(error),
            hint="if memory is short, give it fewer lines at a time",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _batches(numbered: Iterator[Numbered | None]) -> Iterator[list[Numbered]]:
    """Lines that travel together; at a pause those that are there, if any."""
    batch: list[Numbered] = []
    for one in numbered:
        if one is not None:
            batch.append(one)
        if one is None or len(batch) == AT_ONCE:
            yield batch
            batch = []
    yield batch


def _start_method() -> str:
    """Not fork: copying a process that has threads can hang."""
    return "spawn" if sys.platform in ("win32", "darwin") else "forkserver"


def _prepare_worker() -> None:
    """Runs in each worker before numpy is imported there."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    prepare_worker()
