"""What every worker process does first, so that it hears what its parent hears and ends when its parent ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading


def prepare_worker() -> None:
    """The initializer of a process pool: ^C is the parent's to judge, and without a parent there is no work.

    A pool's queues stay open in its workers, so one whose parent was killed (`SIGKILL`, no memory left) would wait for
    its next item for ever, with the archive open.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
