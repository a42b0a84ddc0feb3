"""Changed inputs for a fixed time: never anything but an answer or a `SyncerError`, no hang, at most 256 MB.

`SYNCER_FUZZ_SECONDS=600` for a long run, or `scripts/fuzz`; each target runs in a process of its own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.target import REAL
from tests.fuzz.targets import TARGETS

SECONDS = float(os.environ.get("SYNCER_FUZZ_SECONDS", "1"))
REPO = Path(__file__).resolve().parents[2]
LINE = re.compile(
    r"(?P<name>[\w-]+): (?P<seeds>\d+) seeds \((?P<real>\d+) real\), \d+ saved, (?P<inputs>\d+) inputs, .*"
)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are split, and ended by signals")


def fuzz(*words: str) -> subprocess.CompletedProcess[str]:
    """`scripts/fuzz` with the Python at hand."""
    command = [sys.executable, "-m", "tests.fuzz", *words]
    return subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.timeout(120 + 2 * int(SECONDS))
@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_found(target: str) -> None:
    done = fuzz(target, "--seconds", str(SECONDS))
    assert done.returncode == 0, done.stderr[-4000:]
    told, total = done.stdout.splitlines()
    found = LINE.fullmatch(told)
    assert found, told
    assert told.endswith("nothing found")
    assert found["name"] == target
    real = len(TARGETS[target].real())
    assert (int(found["real"]), int(found["seeds"])) == (real, len(TARGETS[target].seeds()) + real)
    assert total.endswith("seed 1: no findings")


def test_real_files_are_used_where_they_are_at_hand() -> None:
    with_real = {name for name, target in TARGETS.items() if target.real()}
    if not REAL.is_dir():
        assert not with_real
        pytest.skip("no files of others are beside this repository")
    assert with_real >= {"fit", "sieve", "original", "archive", "table", "loose", "folder"}


def test_an_unknown_target_is_named() -> None:
    done = fuzz("fit", "nonsense")
    assert done.returncode == 2
    assert "no target is called nonsense" in done.stderr


def test_several_at_a_time() -> None:
    done = fuzz("headers", "track", "redirect", "--seconds", "0", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    *lines, total = done.stdout.splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == ["headers", "redirect", "track"]
    assert total.startswith("3 targets of 0 s each, ")


MADE = """
import sys
from pathlib import Path
from tests.fuzz import __main__ as fuzz
from tests.fuzz.target import Target

fuzz.TARGETS = {"made": Target(lambda: [b"seed"], lambda data: data == b"seed" or 1 // 0)}
fuzz.CORPUS = Path(sys.argv.pop())
sys.exit(fuzz.main())
"""


def test_what_is_found_ends_with_1_and_is_kept(tmp_path: Path) -> None:
    """As the program does it, with a target that can read nothing but its seed."""
    command = [sys.executable, "-c", MADE, "--seconds", "60", str(tmp_path)]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    [kept] = (tmp_path / "made").iterdir()
    assert f"found {kept.name}: ZeroDivisionError" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("seed 1: 1 finding")
    assert "Traceback" in done.stderr
