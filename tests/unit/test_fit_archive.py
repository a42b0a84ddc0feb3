"""FIT files by themselves, in folders and in zips; and archives that mean no good."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import subprocess
import sys
import zipfile
import zlib
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from syncer.domain.activity import Provider, Recording
from syncer.errors import SyncerError
from syncer.sources import containers
from syncer.sources.detect import detect
from syncer.sources.scan import read, scan
from syncer.sources.shelf import container_at, fetch
from syncer.sync.ports import ImportItem, Skipped
from tests.export_builder import (
    StravaActivity,
    garmin_export,
    garmin_row,
    strava_export,
    write_folder,
    write_zip,
    zipped,
)
from tests.fit_builder import Stream, band_walk, file_id, run, with_wrong_crc

SIX = datetime(2026, 1, 6, 6, 0, tzinfo=UTC)
RUN, WALK = run(SIX, feel=25), band_walk(SIX + timedelta(days=1))


def items(path: Path) -> list[ImportItem | Skipped]:
    return list(scan(detect(path)))


def recordings(path: Path) -> list[Recording]:
    return [one for item in items(path) if isinstance(item, ImportItem) for one in read(item).recordings]


def skipped(path: Path) -> list[Skipped]:
    found = items(path)
    left = [one for one in found if isinstance(one, Skipped)]
    return left + [one for item in found if isinstance(item, ImportItem) for one in read(item).skipped]


def reasons(path: Path) -> list[tuple[str, bool]]:
    return sorted((one.reason, one.broken) for one in skipped(path))


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def test_one_file_packed_or_not_under_any_name(tmp_path: Path) -> None:
    ways = [
        write(tmp_path / "a.fit", RUN),
        write(tmp_path / "B.FIT", RUN),
        write(tmp_path / "c.fit.gz", packed(RUN)),
        write(tmp_path / "d.fit", packed(RUN)),
        write(tmp_path / "e.gz", packed(RUN)),
        write(tmp_path / "no ending", RUN),
        write_zip(tmp_path / "f.zip", {"f.fit": RUN}),
        write_zip(tmp_path / "g.zip", {"g.fit.gz": packed(RUN)}),
    ]
    found = [recordings(path) for path in ways]
    assert all(one == found[0] for one in found)
    assert found[0][0].key.provider is Provider.FILE
    assert found[0][0].feel == 25


def test_garmins_original_tells_its_activity(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "12949443775.zip", {"12949443775_ACTIVITY.fit": RUN})
    assert recordings(path)[0].upload_id == "12949443775_ACTIVITY.fit"
    assert recordings(write(tmp_path / "morning.fit", RUN))[0].upload_id is None


def test_a_folder_with_everything(tmp_path: Path) -> None:
    members = {
        "one.fit": RUN,
        "deeper/two.FIT.GZ": packed(WALK),
        "deeper/originals/3.zip": zipped({"3_ACTIVITY.fit": run(SIX + timedelta(days=2))}),
        "deeper/originals/4.zip": zipped({"activity_4.tcx": b"<TrainingCenterDatabase/>"}),
        "track.gpx": b"<gpx/>",
        "packed.gz": packed(b"<?xml version='1.0'?><gpx/>"),
        "photo.jpg": b"\xff\xd8",
        "workout.fit": Stream().add(file_id(5, created=SIX)).file(),
        "broken.fit": with_wrong_crc(run(SIX)),
        "empty.fit": b"",
        "broken.zip": zipped({"x.fit": RUN})[:60],
        "copy of one.fit": RUN,
        ".DS_Store": b"x",
        "__MACOSX/._one.fit": b"x",
        "._one.fit": b"x",
    }
    folder = write_folder(tmp_path / "training", members)
    found = recordings(folder)
    assert sorted(one.start for one in found) == [SIX, SIX + timedelta(days=1), SIX + timedelta(days=2)]
    assert reasons(folder) == [
        ("archive-broken", True),
        ("fit-bad-crc", True),
        ("fit-empty", True),
        ("gpx", False),
        ("gpx", False),
        ("not-an-activity", False),
        ("other-file", False),
        ("same-file", False),
        ("tcx", False),
    ]
    zip_of_all = write_zip(tmp_path / "training.zip", members)
    assert {one.key for one in recordings(zip_of_all)} == {one.key for one in found}
    assert reasons(zip_of_all) == reasons(folder)


def test_the_same_content_has_the_same_key_wherever_it_lies(tmp_path: Path) -> None:
    places = [
        write(tmp_path / "a.fit", RUN),
        write_folder(tmp_path / "folder", {"x/b.fit": RUN}),
        write_zip(tmp_path / "z.zip", {"c.fit": RUN}),
    ]
    keys = {(item.key, item.fingerprint) for path in places for item in items(path) if isinstance(item, ImportItem)}
    assert len(keys) == 1


def test_a_changed_file_of_the_same_size_and_date_is_another(tmp_path: Path) -> None:
    path = write(tmp_path / "a.fit", RUN)
    times = path.stat()
    before = items(path)
    write(path, run(SIX, feel=75))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert items(path) != before
    assert recordings(path)[0].feel == 75


def with_crc(prefix: bytes, target: int) -> bytes:
    """``prefix`` and four bytes that give it the CRC-32 ``target``, found by running the checksum backwards."""
    table = [zlib.crc32(bytes([byte]), 0xFFFFFFFF) ^ 0xFFFFFFFF for byte in range(256)]
    by_top = {value >> 24: index for index, value in enumerate(table)}
    wanted, steps = target ^ 0xFFFFFFFF, []
    for _ in range(4):
        steps.append(by_top[wanted >> 24])
        wanted = (wanted ^ table[steps[-1]]) << 8 & 0xFFFFFFFF | steps[-1]
    state, tail = zlib.crc32(prefix) ^ 0xFFFFFFFF, bytearray()
    for index in reversed(steps):
        tail.append((state ^ index) & 0xFF)
        state = state >> 8 ^ table[index]
    return prefix + bytes(tail)


def test_files_with_one_checksum_are_still_two(tmp_path: Path) -> None:
    other = with_crc(b"another file", zlib.crc32(b"sixteen bytes..."))
    assert zlib.crc32(other) == zlib.crc32(b"sixteen bytes...")
    folder = write_folder(tmp_path / "f", {"1.fit": b"sixteen bytes...", "2.fit": other})
    assert [one.reason for one in skipped(folder)] == ["fit-not-fit", "fit-not-fit"]


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    outside = write_folder(tmp_path / "outside", {"secret.fit": WALK})
    folder = write_folder(tmp_path / "folder", {"one.fit": RUN})
    (folder / "loop").symlink_to(folder)
    (folder / "out").symlink_to(outside)
    (folder / "two.fit").symlink_to(outside / "secret.fit")
    os.mkfifo(folder / "pipe.fit")
    assert [one.start for one in recordings(folder)] == [SIX]
    link = tmp_path / "link"
    link.symlink_to(folder)  # the path that was asked for may be one
    assert [one.start for one in recordings(link)] == [SIX]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "folder", {"one.fit": RUN, "shut/two.fit": WALK})
    (folder / "shut").chmod(0)
    try:
        assert reasons(folder) == [("folder-unreadable", True)]
        assert len(recordings(folder)) == 1
    finally:
        (folder / "shut").chmod(0o700)


def test_names_are_labels_and_never_paths(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.fit", WALK)
    names = ["../secret.fit", "/etc/passwd.fit", "..\\..\\x.fit", "a\nb\x1b[31m.fit", "C:\\x.fit", "ü.fit"]
    members = {name: run(SIX + timedelta(hours=3 * number)) for number, name in enumerate(names)}
    path = write_zip(tmp_path / "z.zip", members)
    before = sorted(tmp_path.rglob("*"))
    assert len(recordings(path)) == len(names)
    assert sorted(tmp_path.rglob("*")) == before
    labels = [item.label for item in items(path) if isinstance(item, ImportItem)]
    assert all(text.isprintable() for text in labels)
    outside = strava_export([StravaActivity("1", SIX, filename="../secret.fit")])
    export = write_folder(tmp_path / "export", outside)
    assert recordings(export)[0].sets is None
    assert reasons(export) == [("missing-file", False)]
    assert secret.read_bytes() == WALK


def test_odd_names_of_loose_files(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    try:
        name = os.fsdecode(b"caf\xe9\n.fit")
        write(folder / name, RUN)
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    (item,) = items(folder)
    assert isinstance(item, ImportItem)
    assert item.label.isprintable()
    assert len(read(pickle.loads(pickle.dumps(item))).recordings) == 1


def encrypted(tmp_path: Path) -> Path:
    content = bytearray(zipped({"a.fit": RUN}, deflate=False))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return write(tmp_path / "locked.zip", bytes(content))


def test_an_encrypted_zip_is_named(tmp_path: Path) -> None:
    (one,) = skipped(encrypted(tmp_path))
    assert (one.reason, one.broken) == ("archive-encrypted", True)
    assert "password" in one.message


def test_a_damaged_member_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.fit": RUN, "b.fit": WALK}, deflate=False))
    content[content.index(RUN) + 100] ^= 1
    path = write(tmp_path / "z.zip", bytes(content))
    assert reasons(path) == [("archive-broken", True)]
    assert len(recordings(path)) == 1


@pytest.mark.parametrize("cut", [10, 60, 200])
def test_half_a_zip_is_refused_by_name(tmp_path: Path, cut: int) -> None:
    path = write(tmp_path / "half.zip", zipped({"a.fit": RUN})[:cut])
    with pytest.raises(SyncerError, match=r"half\.zip") as caught:
        items(path)
    assert caught.value.code == "archive-broken"


def test_bombs_are_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = bytes(300 * 2**20)
    gz = write(tmp_path / "bomb.fit.gz", gzip.compress(zeros, 1))
    assert [(one.reason, one.broken) for one in skipped(gz)] == [("fit-too-large", True)]
    monkeypatch.setattr(containers, "RATIO_FLOOR", 2**20)
    path = write_zip(tmp_path / "bomb.zip", {"a.fit": zeros})
    with pytest.raises(SyncerError) as caught:
        detect(path)
    assert caught.value.code == "archive-too-big"


def test_a_member_over_the_limit_is_named(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "big.zip", {"a.fit": bytes(70 * 2**20)})
    assert [(one.reason, one.broken) for one in skipped(path)] == [("member-too-big", True)]


def test_zips_in_zips_in_zips_are_left_out(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"b.zip": zipped({"c.zip": zipped({"d.fit": RUN}), "e.fit": WALK})})
    assert [one.start for one in recordings(path)] == [SIX + timedelta(days=1)]
    assert reasons(path) == [("nested-zip", False)]


def test_an_export_among_files_is_to_be_imported_by_itself(tmp_path: Path) -> None:
    members = {
        "a.fit": RUN,
        "export_1.zip": zipped(strava_export([StravaActivity("1", SIX)])),
        "garmin.zip": zipped(garmin_export([garmin_row(1, SIX)])),
    }
    folder = write_folder(tmp_path / "downloads", members)
    assert reasons(folder) == [("an-export", True), ("an-export", True)]
    assert len(recordings(folder)) == 1


def test_one_part_of_garmins_export(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "UploadedFiles_0-_Part1.zip", {"u@e.org_1.fit": RUN})
    assert detect(path).kind == "fit"
    assert len(recordings(path)) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("notes.txt", b"hello", "activities.csv"),
        ("list.csv", b"Activity Type,Date,Favorite,Title\nRunning,2026-01-06 06:00:00,false,Park\n", "Strava"),
        ("Activities.csv", b"Activity Type,Date,Favorite,Title\n", "account export"),
        ("a.gpx", b"<?xml version='1.0'?><gpx></gpx>", "GPX"),
        ("a.tcx.gz", gzip.compress(b"  <TrainingCenterDatabase/>", mtime=0), "TCX"),
        ("empty", b"", "activities.csv"),
        ("a.gz", gzip.compress(b"x", mtime=0), "activities.csv"),
        ("x.json", b"[]", "activities.csv"),
    ],
)
def test_what_cannot_be_imported_says_what_was_looked_for(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(SyncerError) as caught:
        detect(path)
    assert caught.value.code == "not-importable"
    assert says in f"{caught.value.message} {caught.value.why} {caught.value.hint}"


def test_nothing_there_and_nothing_in_it(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for path in (tmp_path / "missing", bare, write_zip(tmp_path / "empty.zip", {})):
        with pytest.raises(SyncerError) as caught:
            detect(path)
        assert caught.value.code == "not-importable"
    folder = write_folder(tmp_path / "photos", {"a.jpg": b"x", "activities.csv": b"a,b\n1,2\n"})
    with pytest.raises(SyncerError, match="not Strava's"):
        detect(folder)


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.fit"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/null")):
        with pytest.raises(SyncerError, match="is not a file") as caught:
            detect(path)
        assert caught.value.code == "member-missing"


def test_folders_deeper_than_anyone_makes_them(tmp_path: Path) -> None:
    here = tmp_path
    for _ in range(1500):
        here = here / "d"
        try:
            here.mkdir()
        except OSError:
            break
    try:
        write(tmp_path / "d" / "a.fit", RUN)
        assert len(recordings(tmp_path / "d")) == 1
    finally:
        # too deep for shutil.rmtree, with which pytest would tidy up
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


def test_two_exports_in_one_folder_are_ambiguous(tmp_path: Path) -> None:
    strava, garmin = strava_export([StravaActivity("1", SIX)], root="strava/"), garmin_export([garmin_row(1, SIX)])
    with pytest.raises(SyncerError) as caught:
        detect(write_folder(tmp_path / "both", strava | garmin))
    assert caught.value.code == "several-exports"
    with pytest.raises(SyncerError) as caught:
        detect(write_folder(tmp_path / "two", strava | strava_export([], root="older/")))
    assert caught.value.code == "several-exports"


def test_items_are_read_the_same_in_other_processes(tmp_path: Path) -> None:
    rows = [garmin_row(number, SIX + timedelta(days=number)) for number in range(6)]
    fits = [
        {f"u_{number}.fit": run(SIX + timedelta(days=number)) for number in range(3 * part, 3 * part + 5)}
        for part in (0, 1)
    ]
    path = write_zip(tmp_path / "garmin.zip", garmin_export(rows, fits))
    listed = [item for item in items(path) if isinstance(item, ImportItem)]
    here = [read(item) for item in listed]
    for method in ("spawn", "fork"):
        with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
            assert list(pool.map(read, listed)) == here


def test_a_changed_archive_is_opened_again(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "z.zip", {"a.fit": RUN})
    place = (str(path), "a.fit")
    assert fetch(place) == RUN
    first = container_at(place[:1])
    assert container_at(place[:1]) is first
    write_zip(path, {"a.fit": WALK, "b.fit": RUN})
    assert fetch(place) == WALK
    path.unlink()
    with pytest.raises(SyncerError, match="not there any more"):
        fetch(place)


def test_many_archives_do_not_stay_open(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "originals",
        {
            f"{number}.zip": zipped({f"{number}_ACTIVITY.fit": run(SIX + timedelta(days=number))})
            for number in range(40)
        },
    )
    assert len(recordings(folder)) == 40
    open_files = len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0
    assert len(recordings(folder)) == 40
    if sys.platform == "linux":
        assert len(list(Path("/proc/self/fd").iterdir())) <= open_files + 2


def test_a_nested_zip_is_not_held_in_memory(tmp_path: Path) -> None:
    noise = os.urandom(2**20)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as part:
        for number in range(60):
            part.writestr(f"m_{number}.fit", Stream().add(file_id(32, created=SIX)).file() + noise)
        part.writestr("u.fit", RUN)
    members = garmin_export([garmin_row(1, SIX)])
    members["DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip"] = inner.getvalue()
    path = write_zip(tmp_path / "garmin.zip", members)
    program = (
        "import resource, sys; from pathlib import Path; from syncer.sources.detect import detect;"
        "from syncer.sources.scan import read, scan;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "found = [read(item) for item in scan(detect(Path(sys.argv[1]))) if hasattr(item, 'key')];"
        "assert any(one.recordings for one in found);"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 45  # megabytes, for a part of 60
