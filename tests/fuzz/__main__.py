"""``scripts/fuzz [TARGET ...]``: changed inputs until the time is up, one line for each target.

Never a traceback, a hang of 10 s or more than 256 MB: what is found is kept in ``tests/fuzz/corpus/TARGET``, and tried
first in every later run. Ends with 1 when anything is found.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.fuzz.targets import TARGETS
from tests.fuzz.watched import CORPUS, Bounds, Budget, Outcome, Watched


def main() -> int:
    """0 without a finding."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"all without one: {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=float, default=600.0, help="for each target (%(default)g)")
    parser.add_argument("--jobs", type=int, default=1, help="targets at a time (%(default)d)")
    parser.add_argument("--seed", type=int, default=1, help="of chance (%(default)d)")
    options = parser.parse_args()
    unknown = [name for name in options.targets if name not in TARGETS]
    if unknown:
        parser.error(f"no target is called {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    names = list(dict.fromkeys(options.targets or TARGETS))
    outcomes = _all(names, Budget(options.seconds, options.seed), options.jobs)
    findings = sum(bool(one.found) for one in outcomes)
    total = f"{len(outcomes)} targets of {options.seconds:g} s each, {sum(one.inputs for one in outcomes)} inputs"
    print(f"{total}, seed {options.seed}: {findings or 'no'} finding{'' if findings == 1 else 's'}")
    return 1 if findings else 0


def _all(names: list[str], budget: Budget, jobs: int) -> list[Outcome]:
    waiting, running, ended = list(names), [], []
    while waiting or running:
        while waiting and len(running) < max(jobs, 1):
            name = waiting.pop(0)
            running.append(Watched(name, TARGETS[name], budget, Bounds(), CORPUS / name))
        for one in list(running):
            outcome = one.poll()
            if outcome is not None:
                running.remove(one)
                ended.append(outcome)
                if outcome.found:
                    print(outcome.found, file=sys.stderr, flush=True)
                print(outcome, flush=True)
        time.sleep(0.05)
    return ended


if __name__ == "__main__":
    sys.exit(main())
