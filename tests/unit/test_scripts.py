"""`scripts/test` fails when any of its checks does; `scripts/bench` and the page of its figures name the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import benchmarks

REPO = Path(__file__).resolve().parents[2]
CHECKS = ("ruff check", "ruff format", "mypy", "lint-imports", "pytest")


def program(path: Path, failing: str) -> None:
    """A program that fails when the words that called it begin with ``failing``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\ncase "{path.name} $*" in "{failing}"*) exit 9 ;; esac\n')
    path.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="a POSIX script")
@pytest.mark.parametrize("failing", ["", *CHECKS])
def test_every_check_counts(failing: str, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(REPO / "scripts/test", tmp_path / "scripts/test")
    program(tmp_path / "scripts/environment", "nothing")
    for name in {check.split()[0] for check in CHECKS}:
        program(tmp_path / ".venv/bin" / name, failing or "nothing")
    ran = subprocess.run([tmp_path / "scripts/test"], capture_output=True, check=False)
    assert ran.returncode == (9 if failing else 0)


@pytest.mark.skipif(os.name == "nt", reason="a POSIX script")
def test_what_was_not_run_is_said_with_its_reason(tmp_path: Path) -> None:
    """As the script calls pytest, on a test that is skipped and one that fails: neither is only a letter."""
    asked = next(line for line in (REPO / "scripts/test").read_text().splitlines() if line.startswith("exec pytest "))
    options = [word for word in asked.split() if word.startswith("-r")]
    (tmp_path / "test_two.py").write_text(
        "import pytest\n"
        "def test_one(): pytest.skip('there is no watch')\n"
        "def test_other(): raise AssertionError('broken')\n"
    )
    words = [sys.executable, "-m", "pytest", "-q", *options, "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path]
    said = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False).stdout
    assert "there is no watch" in said
    assert "FAILED test_two.py::test_other" in said


def test_each_benchmark_has_its_row_and_each_row_its_benchmark() -> None:
    page = (REPO / "docs/explanation/performance.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "`scripts/bench " in line]
    assert sorted(re.findall(r"`scripts/bench (\w+)", "\n".join(rows))) == benchmarks.names()
    assert set(re.findall(r"scripts/bench ([a-z_]+)", page)) <= {*benchmarks.names(), "all"}


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Starts ``scripts/bench`` in a copy in which every benchmark says its name, and ``help`` breaks its promise."""
    folder = tmp_path / "scripts/benchmarks"
    folder.mkdir(parents=True)
    for name in ("__init__.py", "__main__.py"):
        shutil.copy(REPO / "scripts/benchmarks" / name, folder / name)
    for name in benchmarks.names():
        (folder / f"{name}.py").write_text(
            f'"""What it measures."""\ndef main(options):\n    print("ran {name}", *options)\n'
            f"    return {int(name == 'help')}\n"
        )
    shutil.copy(REPO / "scripts/bench", tmp_path / "scripts/bench")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return lambda *words: subprocess.run(
        [tmp_path / "scripts/bench", *words], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(os.name == "nt", reason="a POSIX script")
@pytest.mark.parametrize("words", [[], ["all"]])
def test_without_a_name_everything_is_measured(
    words: list[str], bench: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    ran = bench(*words)
    assert ran.stdout.splitlines() == [f"ran {name}" for name in benchmarks.names()]
    assert ran.returncode == 1  # one broken promise of many


@pytest.mark.skipif(os.name == "nt", reason="a POSIX script")
def test_one_benchmark_takes_its_own_options(bench: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    ran = bench("scale", "--years", "1", "2")
    assert (ran.stdout, ran.returncode) == ("ran scale --years 1 2\n", 0)


@pytest.mark.skipif(os.name == "nt", reason="a POSIX script")
def test_help_measures_nothing(bench: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    for word in ("--help", "-h"):
        ran = bench(word)
        assert ran.returncode == 0
        assert ran.stdout.startswith("usage: scripts/bench ")
        assert all(f"  {name} " in ran.stdout for name in benchmarks.names())
        assert "ran" not in ran.stdout.split()
    ran = bench("nothing")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "nothing" in ran.stderr


def test_growth_is_told_from_the_shortest_and_beyond_an_empty_home() -> None:
    from scripts.benchmarks._program import Cost
    from scripts.benchmarks.scale import _bars

    def measured(power: int) -> dict[int, dict[str, Cost]]:
        return {
            count: {"report": Cost(0.0075 * (1 + count**power), 0.0, 1.0 + count**power)} for count in (0, 1, 5, 10, 20)
        }

    linear, square = (_bars("report", measured(power), [1, 5, 10, 20]) for power in (1, 2))
    assert [bar.name.partition(": ")[2] for bar in linear] == [
        "20 years",
        "time, 20 years ÷ 1 year",
        "memory, 20 years ÷ 1 year",
        "time a year, 20 years ÷ 5 years",
        "memory a year, 20 years ÷ 5 years",
    ]
    assert [round(bar.value, 3) for bar in linear] == [0.158, 10.5, 10.5, 1, 1]
    assert [round(bar.value, 3) for bar in square] == [3.007, 200.5, 200.5, 4, 4]
    assert all(bar.kept for bar in linear)
    assert not any(bar.kept for bar in square)
