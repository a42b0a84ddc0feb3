"""`scripts/test` fails when any of its checks does."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

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
