"""`scripts/test` fails when any of its checks does; `scripts/bench` and the page of its figures name the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
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
