"""Worker processes: how many, and what each does first, so that it ends when its parent ends."""

from __future__ import annotations

import os
import signal
import threading

MOST_WORKERS = 61
"""What Windows can wait for."""


def count_workers() -> int:
    """As many as there are cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


def prepare_worker() -> None:
    """The initializer of a process pool: ^C is the parent's to judge, and without a parent there is no work.

    A pool's queues stay open in its workers, so one whose parent was killed (`SIGKILL`, no memory left) would wait for
    its next item for ever, with the archive open.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
