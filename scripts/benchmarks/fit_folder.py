"""Importing a folder of 500 generated FIT files, and one of 1,200, on one core and on two, and again with nothing new.

Below some 600 files one process reads them all, because starting others costs more than it saves; so only the larger
folder shows what a second core is worth.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scripts.benchmarks._measure import Bar, show
from scripts.benchmarks._program import Cost, cost, syncer
from tests.fit_builder import RUNNING, Leg, activity

FILES, MANY = 500, 1200


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench fit_folder", description=__doc__)
    parser.add_argument("--files", type=int, nargs="+", default=(FILES, MANY))
    parser.add_argument("--json", action="store_true", help="one JSON object a folder")
    options = parser.parse_args(arguments)
    return max([measure(files, as_json=options.json) for files in options.files])


def measure(files: int, *, as_json: bool) -> int:
    """One folder."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "fits"
        folder.mkdir()
        size = sum(_write(folder, number) for number in range(files))
        one = _import(Path(place) / "one", folder, set(cores[:1]))
        two = _import(Path(place) / "two", folder, set(cores[:2]))
        again = _import(Path(place) / "two", folder, set(cores[:2]))
    figures = {
        "folder": f"{files} files, {size / 1e6:.0f} MB",
        "one core": _told(one),
        "two cores": _told(two),
        "again": _told(again),
    }
    bars = [
        Bar("500 files, CPU", two.cpu_s * FILES / files, 30, at_least=False, unit="s"),
        Bar("first ÷ again, CPU", one.cpu_s / again.cpu_s, 1.5, at_least=True, unit="times"),
    ]
    if len(cores) > 1:
        bars.append(Bar("two cores ÷ one, wall", two.wall_s / one.wall_s, 1.2, at_least=False, unit="times"))
    return show("importing a folder of FIT files", figures, bars, as_json=as_json)


def _told(found: Cost) -> str:
    return f"{found.wall_s:.1f} s, {found.cpu_s:.1f} s CPU, {found.memory_mb:.0f} MB"


def _import(home: Path, folder: Path, cores: set[int]) -> Cost:
    before = os.sched_getaffinity(0) if cores else set()
    if cores:
        os.sched_setaffinity(0, cores)
    try:
        return cost(syncer("-q", "import", folder), {"SYNCER_HOME": str(home)})
    finally:
        if cores:
            os.sched_setaffinity(0, before)


def _write(folder: Path, number: int) -> int:
    """An hour's run with a record a second."""
    start = datetime(2020, 1, 1, 6, 0, tzinfo=UTC) + timedelta(days=number)
    leg = Leg(start, 3600, RUNNING, 0, 10_000.0 + number, None, None)
    return (folder / f"{number}.fit").write_bytes(activity([leg], serial=1000 + number, record_every_s=1))
