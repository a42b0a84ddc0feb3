"""Archives that are traps: each is named in a line, nothing leaves its place, and it takes less than 256 MB."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests import export_builder, fit_builder
from tests.export_builder import StravaActivity
from tests.fuzz.targets import REPO, TARGETS

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
RUN = fit_builder.run(START)
MB = 2**20
IMPORT = """
import sys
from pathlib import Path
from syncer.cli.app import main
code = main()
sys.stdout.flush()
status = Path("/proc/self/status").read_text()
Path("peak").write_text(status.partition("VmHWM:")[2].split()[0])
sys.exit(code)
"""
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="how much memory a process took stands in Linux's /proc"),
    pytest.mark.timeout(120),
]


@dataclass(frozen=True)
class Took:
    """How an import of a trap ended; ``peak_mb`` is all that the process ever held."""

    code: int
    out: str
    err: str
    peak_mb: float
    aloud: str = ""

    @property
    def left_out(self) -> list[dict[str, Any]]:
        """What was left out, by reason, with how often and a few examples."""
        found: list[dict[str, Any]] = json.loads(self.out)["data"]["providers"][0]["skipped"]
        return found

    @property
    def added(self) -> int:
        return int(json.loads(self.out)["data"]["providers"][0]["added"])

    @property
    def told(self) -> dict[str, str]:
        """What was left out, by name, and why."""
        return {error["item"]: error["message"] for error in json.loads(self.out)["errors"]}


@pytest.fixture
def took(tmp_path: Path) -> Callable[..., Took]:
    """``syncer import``: nothing but the home is written; what it says, said ``aloud``, is one line a thing."""

    def run(path: Path, *, aloud: bool = False) -> Took:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "PYTHONPATH": str(REPO),
            "SYNCER_HOME": str(home),
            "SYNCER_TIMEZONE": "Europe/Berlin",
        }
        before = {way for way in tmp_path.rglob("*") if home not in (way, *way.parents)}

        def once(*words: str) -> Any:
            command = [sys.executable, "-c", IMPORT, *words]
            return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)

        done = once("--json", "import", str(path))
        assert "Traceback" not in done.stderr, done.stderr
        peak = int((tmp_path / "peak").read_text()) / 1024
        (tmp_path / "peak").unlink()
        assert {way for way in tmp_path.rglob("*") if home not in (way, *way.parents)} == before
        said = ""
        if aloud:
            told = once("import", str(path))
            (tmp_path / "peak").unlink()
            said = told.stdout + told.stderr
            assert all(sign.isprintable() for line in (told.stdout + told.stderr).split("\n") for sign in line)
            assert len(told.stderr.splitlines()) <= 3 * len(json.loads(done.stdout)["errors"])
        return Took(done.returncode, done.stdout, done.stderr, peak, said)

    return run


def zipped(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.slow
def test_members_that_unpack_to_gigabytes(tmp_path: Path, took: Callable[..., Took]) -> None:
    bomb = zipped(tmp_path / "bomb.zip", {"bomb.fit": bytes(400 * MB), "run.fit": RUN})
    found = took(bomb)
    assert (found.code, found.added) == (3, 1)
    assert found.told == {"bomb.zip: bomb.fit": "bomb.zip: bomb.fit is too big: it holds more than 64 MB"}
    assert found.peak_mb < 256


def test_files_that_unpack_to_gigabytes(tmp_path: Path, took: Callable[..., Took]) -> None:
    folder = tmp_path / "fits"
    folder.mkdir()
    once = gzip.compress(bytes(400 * MB), 1)
    (folder / "bomb.fit.gz").write_bytes(once)
    (folder / "twice.fit.gz").write_bytes(gzip.compress(once))
    (folder / "run.fit").write_bytes(RUN)
    found = took(folder)
    assert (found.code, found.added) == (3, 1)
    assert set(found.told) == {"fits: bomb.fit.gz", "fits: twice.fit.gz"}
    assert found.peak_mb < 256


@pytest.mark.slow
def test_zips_in_zips(tmp_path: Path, took: Callable[..., Took]) -> None:
    content = bytes(100 * MB)
    for depth in range(6):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(8):
                archive.writestr(f"{number}.{'zip' if depth else 'fit'}", content)
        content = packed.getvalue()
    (tmp_path / "zips.zip").write_bytes(content)
    found = took(tmp_path / "zips.zip")
    assert found.code in (0, 3)
    assert found.peak_mb < 256


@pytest.mark.slow
def test_an_endless_summary(tmp_path: Path, took: Callable[..., Took]) -> None:
    name = "DI_CONNECT/DI-Connect-Fitness/{}_summarizedActivities.json"
    members = {
        name.format("blank"): b"[" + b" " * 200 * MB + b"]",
        name.format("deep"): b"[" * 20 * MB,
        name.format("long"): b'[{"activityName": "' + b"x" * 100 * MB + b'"}]',
    }
    found = took(zipped(tmp_path / "garmin.zip", members))
    assert found.code == 3
    assert [message.rpartition(": ")[2] for message in found.told.values()] == [
        "one of its rows is nested absurdly deep",
        "one of its rows is absurdly long",
    ]
    assert found.peak_mb < 256


@pytest.mark.parametrize("fill", [b"\0" * 1000, b"," * 1000, b"\n" * 1000, b"1,\n" * 333, b'"' + b"a" * 999])
def test_a_table_that_is_a_bomb(fill: bytes, tmp_path: Path, took: Callable[..., Took]) -> None:
    head = TARGETS["table"].seeds()[0].split(b"\n")[0] + b"\n"
    found = took(zipped(tmp_path / "bomb.zip", {"activities.csv": head + fill * 30_000}))
    assert found.code in (1, 3)
    assert found.peak_mb < 256


def test_a_member_that_claims_two_gigabytes(tmp_path: Path, took: Callable[..., Took]) -> None:
    """Nothing is set aside for what is only claimed."""
    table = TARGETS["table"].seeds()[0]
    whole = export_builder.zipped({"activities.csv": table}, deflate=False)
    claimed = whole.replace(len(table).to_bytes(4, "little"), (2**31 - 1).to_bytes(4, "little"))
    assert claimed != whole
    (tmp_path / "claims.zip").write_bytes(claimed)
    found = took(tmp_path / "claims.zip")
    assert found.code in (1, 3)
    [message] = found.told.values()
    assert message.startswith("claims.zip would unpack to an absurd size: it claims 1 files with 2047 MB")
    assert found.peak_mb < 128


def _directory(count: int) -> bytes:
    """A zip without content whose directory names ``count`` empty files."""
    entry = b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 0, 0, 33, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0)
    directory = b"".join(entry + f"{number:07}".encode() for number in range(count))
    place = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 20, 20, 0, 0, count, count, len(directory), 0)
    locator = struct.pack("<IIQI", 0x07064B50, 0, len(directory), 1)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0, 0)
    return directory + place + locator + end


@pytest.mark.parametrize("count", [230_000, pytest.param(3_000_000, marks=pytest.mark.slow)])
def test_a_directory_of_millions(count: int, tmp_path: Path, took: Callable[..., Took]) -> None:
    """Python makes ten times a directory's size of it, so it is refused before."""
    (tmp_path / "many.zip").write_bytes(_directory(count))
    found = took(tmp_path / "many.zip")
    assert found.code == 1
    [message] = found.told.values()
    assert message.startswith("many.zip ")
    assert found.peak_mb < 256


def test_many_files_of_one_checksum_take_no_more_than_others(tmp_path: Path, took: Callable[..., Took]) -> None:
    from tests.unit.test_fit_archive import with_crc

    same = {f"{number}.fit": with_crc(f"{number:08}".encode(), 0x12345678) for number in range(2000)}
    found = took(zipped(tmp_path / "same.zip", same, zipfile.ZIP_STORED))
    assert len(found.told) == len(same)
    assert found.peak_mb < 128


HEADER = "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance\n"


def test_a_summary_of_one_row_again_and_again(tmp_path: Path, took: Callable[..., Took]) -> None:
    """Those after 100,000 are never looked at, and what is said of the others does not pile up."""
    rows = b'[{"summarizedActivitiesExport":[' + b'{"activityId":1},' * 150_000 + b'{"activityId":1}]}]'
    found = took(zipped(tmp_path / "same.zip", {"DI_CONNECT/me_summarizedActivities.json": rows}))
    assert found.code == 3
    assert [message for message in found.told.values() if "more than 100,000 rows" in message]
    assert len(found.told) == 2  # and the one row has no start
    [repeated] = [one for one in found.left_out if one["reason"] == "repeated-row"]
    assert repeated["count"] == 99_999
    assert len(repeated["examples"]) == 3
    assert found.peak_mb < 128


def test_a_summary_in_thousands_of_parts(tmp_path: Path, took: Callable[..., Took]) -> None:
    """Every part is read once, and the rows before it are left alone."""
    one = '[{{"summarizedActivitiesExport":[{{"activityId":{}}}]}}]'
    parts = {f"DI_CONNECT/{number}_summarizedActivities.json": one.format(number).encode() for number in range(1, 500)}
    found = took(zipped(tmp_path / "parts.zip", parts))
    assert found.code == 3
    assert len(found.told) == len(parts)
    assert found.peak_mb < 128


def test_a_table_of_many_short_rows(tmp_path: Path, took: Callable[..., Took]) -> None:
    table = HEADER + "".join(f"{number},,,,,,\n" for number in range(150_000))
    found = took(zipped(tmp_path / "short.zip", {"activities.csv": table.encode()}))
    assert found.code == 3
    [message] = found.told.values()
    assert "more than 100,000 activities" in message
    assert found.peak_mb < 128


def test_a_table_of_rows_that_are_none(tmp_path: Path, took: Callable[..., Took]) -> None:
    """Ten thousand are named one by one; the others are counted."""
    table = HEADER + '1,"Mar 1, 2026, 6:00:00 AM",,Run,,1,1\n' + "x,,,,,,\n" * 30_000
    found = took(zipped(tmp_path / "none.zip", {"activities.csv": table.encode()}))
    assert (found.code, found.added) == (3, 1)
    assert "20,000 more were left out for the same reason (bad-row)" in found.out
    [bad] = found.left_out
    assert (bad["reason"], bad["count"]) == ("bad-row", 30_000)
    assert found.peak_mb < 128


def test_a_table_of_empty_cells(tmp_path: Path, took: Callable[..., Took]) -> None:
    header = HEADER.strip() + "," * 1000
    table = header + ("\n1" + "," * 1006) * 20_000
    found = took(zipped(tmp_path / "cells.zip", {"activities.csv": table.encode()}))
    assert found.code == 3
    assert len(found.told) == 1
    assert found.peak_mb < 128


def test_members_that_are_empty(tmp_path: Path, took: Callable[..., Took]) -> None:
    found = took(zipped(tmp_path / "empty.zip", {f"{number}.fit": b"" for number in range(8_000)}, zipfile.ZIP_STORED))
    assert found.code == 3
    assert found.told == {"empty.zip: 0.fit": "empty.zip: 0.fit is empty: it has no bytes at all"}
    assert [(one["reason"], one["count"]) for one in found.left_out] == [("fit-empty", 1), ("same-file", 7_999)]
    assert found.peak_mb < 128


def test_more_members_than_an_archive_has(tmp_path: Path, took: Callable[..., Took]) -> None:
    """They are counted in the zip's directory before Python makes a thing of each."""
    (tmp_path / "many.zip").write_bytes(_directory(190_000))
    found = took(tmp_path / "many.zip")
    assert found.code in (1, 3)
    assert len(found.told) == 1
    assert found.peak_mb < 128


def test_a_file_whose_name_is_no_line(tmp_path: Path, took: Callable[..., Took]) -> None:
    odd = tmp_path / "e\x1b[31m\nx.zip"
    assert took(zipped(odd, {"run.fit": RUN}), aloud=True).code == 0
    with_names = [line for line in took(odd, aloud=True).aloud.splitlines() if "x.zip" in line]
    assert len(with_names) == 1


NAMES = (
    "../../../escaped.fit",
    "/escaped.fit",
    "..\\..\\escaped.fit",
    "C:\\Windows\\escaped.fit",
    "C:escaped.fit",
    "\\\\server\\share\\escaped.fit",
    "a/../../escaped.fit",
    "a\nb\r\nerror: no.fit",
    "\x1b[2J\x1b]0;owned\x07.fit",
    "\u202efit.exe.fit",
    "con.fit",
    "x" * 60_000 + ".fit",
    "<script>alert(1)</script>.fit",
)


def test_names_lead_nowhere(tmp_path: Path, took: Callable[..., Took]) -> None:
    inside = tmp_path / "far" / "inside"
    inside.mkdir(parents=True)
    members = {name: RUN[:-3] + bytes([number]) for number, name in enumerate(NAMES)}
    members["run.fit"] = RUN
    found = took(zipped(inside / "names\n\x1b[31m.zip", members), aloud=True)
    assert (found.code, found.added) == (3, 1)
    assert len(found.told) == len(NAMES)
    assert all(item.isprintable() and len(item) <= 200 for item in found.told)
    assert not list(tmp_path.rglob("*escaped*"))


def test_links_in_a_zip_lead_nowhere(tmp_path: Path, took: Callable[..., Took]) -> None:
    secret = tmp_path / "secret.fit"
    secret.write_bytes(fit_builder.run(START, serial=77))
    with zipfile.ZipFile(tmp_path / "links.zip", "w") as archive:
        link = zipfile.ZipInfo("link.fit")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, str(secret))
        archive.writestr("run.fit", RUN)
    found = took(tmp_path / "links.zip", aloud=True)
    assert (found.code, found.added) == (3, 1)
    assert list(found.told) == ["links.zip: link.fit"]


def test_what_is_no_file_in_a_folder_is_not_opened(tmp_path: Path, took: Callable[..., Took]) -> None:
    folder, outside = tmp_path / "fits", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.fit").write_bytes(fit_builder.run(START, serial=77))
    (folder / "run.fit").write_bytes(RUN)
    (folder / "link.fit").symlink_to(outside / "secret.fit")
    (folder / "there").symlink_to(outside)
    (folder / "round").symlink_to(folder)
    (folder / "nowhere.fit").symlink_to("/nowhere")
    (folder / "zero.fit").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.fit")
    odd = [folder / "new\nline.fit", folder / os.fsdecode(b"\xff\xfe.fit")]
    for number, file in enumerate(odd):
        file.write_bytes(b"nonsense %d" % number)
    found = took(folder, aloud=True)
    assert (found.code, found.added) == (3, 1)
    assert len(found.told) == len(odd)


def test_what_is_no_file_is_named(tmp_path: Path, took: Callable[..., Took]) -> None:
    for path in (Path("/dev/zero"), tmp_path / "no\nsuch.zip"):
        found = took(path, aloud=True)
        assert found.code in (1, 2, 3)
        assert len(found.told) == 1


def test_a_run_with_a_name_of_any_kind(tmp_path: Path, took: Callable[..., Took]) -> None:
    runs = [StravaActivity(str(number), START, name=name) for number, name in enumerate(NAMES)]
    export_builder.write_zip(tmp_path / "export.zip", export_builder.strava_export(runs))
    assert took(tmp_path / "export.zip").code in (0, 3)
