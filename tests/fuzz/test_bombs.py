"""Archives that unpack to far more than they are: refused at once, and within 256 MB."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests import export_builder
from tests.fuzz.targets import TARGETS

REPO = Path(__file__).resolve().parents[2]
READ = """
import resource, sys
from pathlib import Path
from tests.fuzz.targets import TARGETS
target = TARGETS["archive"]
for seed in target.seeds():
    target.read(seed)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
target.read(Path(sys.argv[1]).read_bytes())
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="sizes are told in kilobytes on Linux")
@pytest.mark.parametrize("fill", [b"\0" * 1000, b"," * 1000, b"\n" * 1000, b"1,\n" * 333, b'"' + b"a" * 999])
def test_a_table_that_is_a_bomb(fill: bytes, tmp_path: Path) -> None:
    head = TARGETS["table"].seeds()[0].split(b"\n")[0] + b"\n"
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("activities.csv", head + fill * 30_000)
    command = [sys.executable, "-c", READ, str(tmp_path / "bomb.zip")]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, timeout=60, check=True)
    assert int(done.stdout) < 256


def test_a_member_that_claims_two_gigabytes(tmp_path: Path) -> None:
    """Nothing is set aside for what is only claimed."""
    whole = export_builder.zipped({"activities.csv": TARGETS["table"].seeds()[0]}, deflate=False)
    size = len(TARGETS["table"].seeds()[0])
    claimed = whole.replace(size.to_bytes(4, "little"), (2**31 - 1).to_bytes(4, "little"))
    assert claimed != whole
    TARGETS["archive"].read(claimed)
