"""`syncer --help` against the help of a bare Typer program with two commands."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from scripts.benchmarks._measure import Bar, show
from scripts.benchmarks._program import cost, syncer

BARE = '''
import typer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def one() -> None:
    """The first."""


@app.command()
def two() -> None:
    """The second."""


app()
'''


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench help", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE)
        pairs = [_pair(bare) for _ in range(options.rounds + 1)][1:]
    ours, theirs = (statistics.median(costs) for costs in zip(*pairs, strict=True))
    figures = {"syncer --help": f"{ours * 1000:.0f} ms CPU", "a bare Typer program": f"{theirs * 1000:.0f} ms CPU"}
    ratio = statistics.median(one / other for one, other in pairs)
    bars = [Bar("syncer --help ÷ bare Typer", ratio, 1.3, at_least=False, unit="times")]
    return show(f"--help, the median of {options.rounds} runs in turn", figures, bars, as_json=options.json)


def _pair(bare: Path) -> tuple[float, float]:
    """Both once, one after the other, in CPU seconds."""
    return cost(syncer("--help")).cpu_s, cost([sys.executable, bare, "--help"]).cpu_s
