"""``python -m tests.fuzz TARGET --seconds 600``: changed inputs until the time is up, then how many there were.

What is found is kept in ``tests/fuzz/corpus/TARGET``, and tried first in every later run.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import random
import resource
import signal
import sys
import time
import traceback
import warnings
from pathlib import Path

from tests.fuzz.mutate import mutated
from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
MOST_MEMORY = 256 * 2**20
HANG_S = 10


class Hung(BaseException):
    """One input took too long."""


def main() -> int:
    """0 without a finding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable()
    target = TARGETS[options.target]
    saved = [file.read_bytes() for file in sorted((CORPUS / options.target).glob("*"))]
    seeds = tuple(target.seeds())
    for seed in seeds:
        target.read(seed)  # imports what it needs before memory is counted
    _limit_memory()
    chance = random.Random(options.seed)
    deadline = time.monotonic() + options.seconds
    tried = 0
    pool = (*seeds, *saved)
    while tried < len(saved) or time.monotonic() < deadline:
        data = saved[tried] if tried < len(saved) else mutated(chance.choice(pool), seeds, chance)
        tried += 1
        try:
            _within_time(lambda data=data: target.read(data))  # type: ignore[misc]
        except BaseException:
            name = hashlib.sha256(data).hexdigest()[:16]
            (CORPUS / options.target).mkdir(parents=True, exist_ok=True)
            (CORPUS / options.target / name).write_bytes(data)
            traceback.print_exc()
            print(f"found with {CORPUS.name}/{options.target}/{name} after {tried} inputs", file=sys.stderr)
            return 1
    print(f"{options.target}: {tried} inputs, nothing found")
    return 0


def _limit_memory() -> None:
    """256 MB more than what Python and the libraries have mapped by now."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _within_time(job: object) -> None:
    def hung(*_: object) -> None:
        raise Hung

    signal.signal(signal.SIGALRM, hung)
    signal.alarm(HANG_S)
    try:
        job()  # type: ignore[operator]
    finally:
        signal.alarm(0)


sys.exit(main())
