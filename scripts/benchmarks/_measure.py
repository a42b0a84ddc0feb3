"""Clocks, bars and the table, the same for every benchmark."""

from __future__ import annotations

import json
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A promise: ``value`` must be at least, or at most, ``limit``."""

    name: str
    value: float
    limit: float
    at_least: bool
    unit: str

    @property
    def kept(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        word = "at least" if self.at_least else "at most"
        verdict = "kept" if self.kept else "BROKEN"
        return f"{verdict:7}{self.name}: {self.value:.4g} {self.unit} ({word} {self.limit:g})"


def cpu_ms(job: Callable[[], object], rounds: int) -> float:
    """CPU milliseconds of this process for one call, the median of ``rounds`` after one that warms up."""
    job()
    times = []
    for _ in range(rounds):
        before = time.process_time()
        job()
        times.append((time.process_time() - before) * 1000)
    return statistics.median(times)


def peak_mb(job: Callable[[], object]) -> float:
    """The most memory, in megabytes, that one call had allocated at once beyond what was there before."""
    job()
    tracemalloc.start()
    try:
        job()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def show(title: str, figures: dict[str, str], bars: Sequence[Bar], *, as_json: bool) -> int:
    """Print the figures and the bars; 0 when all bars are kept, else 1."""
    if as_json:
        fields = ("name", "value", "limit", "at_least", "unit", "kept")
        rows = [{field: getattr(bar, field) for field in fields} for bar in bars]
        print(json.dumps({"title": title, "figures": figures, "bars": rows}))
    else:
        print(title)
        width = max(map(len, figures), default=0)
        for name, figure in figures.items():
            print(f"  {name:{width}}  {figure}")
        for bar in bars:
            print(bar)
    return 0 if all(bar.kept for bar in bars) else 1
