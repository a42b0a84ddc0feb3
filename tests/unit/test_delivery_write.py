"""A workout file is in its target whole, or nothing of it is: one set of tests over drives, folders and MTP."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncer.delivery import mtp
from syncer.delivery.target import Act, Target
from syncer.delivery.usb import MountRoots, deliver, plan_delivery, target_at
from syncer.errors import ExitCode, NoWatchError, SyncerError, UsageError

FAKE_GIO = Path(__file__).parents[1] / "fakes" / "gio"
NAME = "lateral-band-walk.fit"
CONTENT = bytes(range(256)) * 12
OTHER = b"somebody else's workout"


def tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def gio_programs() -> list[object]:
    found = shutil.which("gio")
    real = pytest.param(found, id="mtp-real-gio", marks=[] if found else pytest.mark.skip(reason="no gio program here"))
    return [pytest.param(str(FAKE_GIO), id="mtp"), real]


@pytest.fixture(params=["drive", "folder", *gio_programs(), pytest.param("no-such-gio", id="mtp-without-gio")])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    """A watch on a drive, a plain folder, and MTP mounts, written by a fake, the real and a missing gio."""
    if request.param == "folder":
        (tmp_path / "plain").mkdir()
        return target_at(tmp_path / "plain")
    root = tmp_path / "volume" if request.param == "drive" else tmp_path / "gvfs" / "mtp:host=091e_4f42"
    (root / "GARMIN" / "NewFiles").mkdir(parents=True)
    return target_at(root, MountRoots(gio=request.param))


@pytest.fixture
def drive(tmp_path: Path) -> Target:
    (tmp_path / "volume" / "GARMIN" / "NewFiles").mkdir(parents=True)
    return target_at(tmp_path / "volume")


@pytest.fixture
def mtp_watch(tmp_path: Path) -> Target:
    (tmp_path / "gvfs" / "mtp:host=x" / "Internal Storage" / "GARMIN" / "NewFiles").mkdir(parents=True)
    return target_at(tmp_path / "gvfs" / "mtp:host=x", MountRoots(gio=str(FAKE_GIO)))


# --- what every target does -------------------------------------------------------------------------------------------


def test_the_file_is_there_and_verified(target: Target) -> None:
    done = deliver(target, NAME, CONTENT, title="Lateral band walk")
    assert tree(target.folder) == {NAME: CONTENT}
    assert (done.act, done.path, done.verified) == (Act.WRITE, target.folder / NAME, True)
    assert done.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert NAME in done.detail


def test_a_plan_touches_nothing_and_says_what_will_happen(target: Target) -> None:
    plan = plan_delivery(target, NAME, CONTENT)
    assert (plan.act, plan.path) == (Act.WRITE, target.folder / NAME)
    assert tree(target.folder) == {}
    done = deliver(target, NAME, CONTENT)
    assert (done.act, done.path) == (plan.act, plan.path)


def test_a_second_delivery_does_nothing(target: Target) -> None:
    deliver(target, NAME, CONTENT)
    before = (target.folder / NAME).stat()
    again = deliver(target, NAME, CONTENT)
    assert (again.act, again.verified) == (Act.SKIP, True)
    assert tree(target.folder) == {NAME: CONTENT}
    after = (target.folder / NAME).stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_the_same_content_under_another_name_is_there_already(target: Target) -> None:
    (target.folder / "OTHER.FIT").write_bytes(CONTENT)
    done = deliver(target, NAME, CONTENT)
    assert (done.act, done.path.name) == (Act.SKIP, "OTHER.FIT")
    assert tree(target.folder) == {"OTHER.FIT": CONTENT}


@pytest.mark.parametrize("name", [NAME, NAME.upper()])
def test_a_file_of_other_content_stays_as_it_is(target: Target, name: str) -> None:
    (target.folder / name).write_bytes(OTHER)
    (target.folder / "A1B2C3.FIT").write_bytes(b"x" * len(CONTENT))
    done = deliver(target, NAME, CONTENT)
    ours = f"lateral-band-walk-{hashlib.sha256(CONTENT).hexdigest()[:8]}.fit"
    assert done.path.name == ours
    assert NAME in done.detail
    assert tree(target.folder) == {name: OTHER, "A1B2C3.FIT": b"x" * len(CONTENT), ours: CONTENT}
    assert deliver(target, NAME, CONTENT).act is Act.SKIP


def test_when_both_names_are_taken_nothing_is_replaced(target: Target) -> None:
    ours = f"lateral-band-walk-{hashlib.sha256(CONTENT).hexdigest()[:8]}.fit"
    (target.folder / NAME).write_bytes(OTHER)
    (target.folder / ours).write_bytes(OTHER)
    with pytest.raises(SyncerError) as caught:
        deliver(target, NAME, CONTENT)
    assert caught.value.code == "name-taken"
    assert tree(target.folder) == {NAME: OTHER, ours: OTHER}


def test_what_killed_runs_left_is_taken_away_and_nothing_else(target: Target) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    foreign = {".syncer-notes.part": b"1", "workout.part": b"2", ".hidden": b"3", "OLD.FIT": b"4"}
    alive = f".syncer-{os.getppid()}-0123abcd.part"
    for name, content in {**foreign, f".syncer-{dead.pid}-0123abcd.part": b"torso", alive: b"being written"}.items():
        (target.folder / name).write_bytes(content)
    (target.folder / f".syncer-{dead.pid}-89abcdef.part").mkdir()
    deliver(target, NAME, CONTENT)
    (target.folder / f".syncer-{dead.pid}-89abcdef.part").rmdir()
    assert tree(target.folder) == {**foreign, alive: b"being written", NAME: CONTENT}


def test_what_a_run_that_was_killed_while_it_copied_has_left_goes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    monkeypatch.setattr("tempfile.tempdir", str(own))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    alive = own / f"syncer-mtp-{os.getppid()}-abcd1234"
    for folder in (alive, own / f"syncer-mtp-{dead.pid}-abcd1234", own / "syncer-mtp-notes"):
        folder.mkdir(parents=True)
        (folder / "workout").write_bytes(CONTENT)
    watch = tmp_path / "gvfs" / "mtp:host=x"
    (watch / "Internal Storage" / "GARMIN" / "NewFiles").mkdir(parents=True)
    deliver(target_at(watch, MountRoots(gio=str(FAKE_GIO))), NAME, CONTENT)
    assert {folder.name for folder in own.iterdir()} == {alive.name, "syncer-mtp-notes"}


@pytest.mark.parametrize("name", [NAME, NAME.upper()])
def test_a_linked_file_is_refused(target: Target, tmp_path: Path, name: str) -> None:
    (tmp_path / "precious").write_bytes(OTHER)
    (target.folder / name).symlink_to(tmp_path / "precious")
    with pytest.raises(SyncerError) as caught:
        deliver(target, NAME, CONTENT)
    assert caught.value.code == "symlinked-target"
    assert (tmp_path / "precious").read_bytes() == OTHER
    assert [path.name for path in target.folder.iterdir()] == [name]


def test_a_folder_that_became_a_link_is_refused(target: Target, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target.folder.rmdir()
    target.folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SyncerError) as caught:
        deliver(target, NAME, CONTENT)
    assert caught.value.code == "symlinked-target"
    assert tree(tmp_path / "elsewhere") == {}


def test_a_folder_that_went_away_is_not_made_again(target: Target) -> None:
    target.folder.rmdir()
    with pytest.raises(NoWatchError) as caught:
        deliver(target, NAME, CONTENT)
    assert caught.value.code == "watch-gone"
    assert caught.value.exit_code is (ExitCode.NO_WATCH if target.is_watch else ExitCode.FAILED)
    assert not target.folder.exists()


UNFIT_NAMES = [
    *(
        "",
        ".",
        "..",
        "../out.fit",
        "a/b.fit",
        "a\\b.fit",
        "/etc/x.fit",
        "C:x.fit",
        "nul",
        "CON.fit",
        "a\0.fit",
        "a\n.fit",
    ),
    *("a?.fit", "a*.fit", "a|b.fit", "a<b>.fit", 'a"b.fit', "a.fit.", "a.fit ", " a.fit", ".hidden.fit"),
    *("x" * 200 + ".fit", ".syncer-1-0123abcd.part"),
]


@pytest.mark.parametrize("name", UNFIT_NAMES)
def test_names_that_a_watch_cannot_store_or_that_lead_elsewhere(drive: Target, tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError) as caught:
        deliver(drive, name, CONTENT)
    assert caught.value.code == "bad-file-name"
    assert sorted(tmp_path.rglob("*")) == before


@given(st.text(min_size=1, max_size=40))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_name_is_refused_or_stays_inside(drive: Target, tmp_path: Path, name: str) -> None:
    try:
        done = deliver(drive, name, CONTENT)
    except UsageError:
        assert list(drive.folder.iterdir()) == []
        return
    assert done.path.parent == drive.folder
    assert [path.read_bytes() for path in drive.folder.iterdir()] == [CONTENT]
    done.path.unlink()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_watch_has_taken_in_is_not_sent_again(target: Target) -> None:
    first = deliver(target, NAME, CONTENT)
    first.path.unlink()
    again = deliver(target, NAME, CONTENT, {first.sha256})
    if target.is_watch:
        assert (again.act, again.verified) == (Act.SKIP, False)
        assert tree(target.folder) == {}
        assert "Eject" not in again.next_step
        (target.folder / NAME).write_bytes(OTHER)
        third = deliver(target, NAME, CONTENT, {first.sha256})
        assert (third.act, third.verified) == (Act.SKIP, False)
        assert deliver(target, "other.fit", CONTENT + b"!", {first.sha256}).act is Act.WRITE
    else:
        # A plain folder takes nothing in: what is gone from it is gone.
        assert again.act is Act.WRITE
        assert tree(target.folder) == {NAME: CONTENT}


def test_the_next_step_is_told(target: Target) -> None:
    done = deliver(target, NAME, CONTENT, title="Lateral band walk")
    if target.is_watch:
        assert all(word in done.next_step for word in ("Eject", "Training > Workouts", "Lateral band walk"))
    else:
        assert "GARMIN/NewFiles" in done.next_step


def test_an_empty_and_a_large_file_arrive_whole(target: Target) -> None:
    for name, content in (("empty.fit", b""), ("large.fit", os.urandom(3_000_000))):
        deliver(target, name, content)
        assert (target.folder / name).read_bytes() == content


# --- what goes wrong on a drive ---------------------------------------------------------------------------------------


def failing_call(monkeypatch: pytest.MonkeyPatch, call: str, number: int, fail: Callable[[], None]) -> None:
    """Make the ``number``-th use of an operating system call run ``fail`` instead."""
    module, name = (Path, "rename") if call == "rename" else (os, call)
    real = getattr(module, name)
    count = 0

    def counted(*arguments: object, **named: object) -> object:
        nonlocal count
        count += 1
        if count == number:
            fail()
        if call == "write":
            return real(arguments[0], bytes(arguments[1])[:1000])  # type: ignore[call-overload]
        return real(*arguments, **named)

    monkeypatch.setattr(module, name, counted)


# The second write comes when a part is on the disk; the first fsync is the file's, the second the folder's.
STEPS = [("write", 1), ("write", 2), ("fsync", 1), ("fsync", 2), ("rename", 1)]
MEANINGS = [
    (errno.ENOSPC, "watch-full", ExitCode.FAILED),
    (errno.EDQUOT, "watch-full", ExitCode.FAILED),
    (errno.EFBIG, "watch-full", ExitCode.FAILED),
    (errno.EROFS, "watch-read-only", ExitCode.FAILED),
    (errno.EPERM, "watch-read-only", ExitCode.FAILED),
    (errno.ENODEV, "watch-gone", ExitCode.NO_WATCH),
    (errno.ENXIO, "watch-gone", ExitCode.NO_WATCH),
    (errno.ENOTCONN, "watch-gone", ExitCode.NO_WATCH),
    (errno.EIO, "watch-write-failed", ExitCode.FAILED),
    (errno.ENOENT, "watch-write-failed", ExitCode.FAILED),
]


@pytest.mark.parametrize(("code", "slug", "exit_code"), MEANINGS, ids=[errno.errorcode[row[0]] for row in MEANINGS])
@pytest.mark.parametrize(("call", "number"), STEPS)
def test_a_refusal_leaves_nothing_and_says_so(
    drive: Target, monkeypatch: pytest.MonkeyPatch, call: str, number: int, code: int, slug: str, exit_code: ExitCode
) -> None:
    (drive.folder / "OLD.FIT").write_bytes(OTHER)

    def fail() -> None:
        raise OSError(code, os.strerror(code))

    failing_call(monkeypatch, call, number, fail)
    with pytest.raises(SyncerError) as caught:
        deliver(drive, NAME, CONTENT)
    monkeypatch.undo()
    assert (caught.value.code, caught.value.exit_code) == (slug, exit_code)
    assert tree(drive.folder) == {"OLD.FIT": OTHER}
    assert "nothing was left on it" in caught.value.why
    assert caught.value.hint
    assert drive.name in caught.value.message
    assert deliver(drive, NAME, CONTENT).act is Act.WRITE


@pytest.mark.parametrize("code", [errno.EIO, errno.ENODEV, errno.ENOENT])
@pytest.mark.parametrize(("call", "number"), STEPS)
def test_unplugged_half_way(drive: Target, monkeypatch: pytest.MonkeyPatch, call: str, number: int, code: int) -> None:
    def unplug() -> None:
        shutil.rmtree(drive.root)
        raise OSError(code, os.strerror(code))

    failing_call(monkeypatch, call, number, unplug)
    with pytest.raises(NoWatchError) as caught:
        deliver(drive, NAME, CONTENT)
    monkeypatch.undo()
    assert caught.value.code == "watch-gone"
    assert caught.value.exit_code is ExitCode.NO_WATCH
    assert "unfinished" in caught.value.why
    assert not drive.root.exists()


@pytest.mark.parametrize(("call", "number"), STEPS)
def test_an_interrupt_leaves_nothing(drive: Target, monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    failing_call(monkeypatch, call, number, interrupt)
    with pytest.raises(KeyboardInterrupt):
        deliver(drive, NAME, CONTENT)
    monkeypatch.undo()
    assert tree(drive.folder) == {}


def test_a_folder_without_a_flush_is_good_enough(drive: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    failing_call(monkeypatch, "fsync", 2, refuse)
    assert deliver(drive, NAME, CONTENT).verified


def test_bytes_that_read_back_differently_are_taken_away(drive: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, content: real(handle, bytes(len(content))))
    with pytest.raises(SyncerError) as caught:
        deliver(drive, NAME, CONTENT)
    assert caught.value.code == "watch-verify-failed"
    assert tree(drive.folder) == {}


def test_the_name_that_somebody_else_takes_meanwhile_stays_theirs(
    drive: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_call(monkeypatch, "fsync", 1, lambda: (drive.folder / NAME).write_bytes(OTHER) and None)
    with pytest.raises(SyncerError) as caught:
        deliver(drive, NAME, CONTENT)
    assert caught.value.code == "watch-write-failed"
    assert tree(drive.folder) == {NAME: OTHER}


PUSH = """
import os, pathlib, signal, resource, sys, time
from syncer.delivery.usb import deliver, target_at
from syncer.errors import SyncerError
target = target_at(pathlib.Path(sys.argv[1]))
{before}
try:
    deliver(target, "lateral-band-walk.fit", bytes(range(256)) * 400)
except SyncerError as error:
    print(error.code, int(error.exit_code), error.why)
except KeyboardInterrupt:
    print("interrupted")
"""


def push_in_a_process(folder: Path, before: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-c", PUSH.format(before=before), str(folder)]
    return subprocess.Popen(program, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


@pytest.mark.skipif(os.name == "nt", reason="file size limits are a thing of Unix")
def test_a_file_size_limit_is_a_full_disk(drive: Target) -> None:
    before = "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))"
    said, _ = push_in_a_process(drive.root, before).communicate(timeout=60)
    assert said.startswith("watch-full 1 ")
    assert "nothing was left on it" in said
    assert tree(drive.folder) == {}


SLOW_WRITE = """
real = os.write
def slow(handle, content):
    done = real(handle, bytes(content)[:1000])
    print("writing", flush=True)
    time.sleep(600)
    return done
os.write = slow
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are a thing of Unix")
def test_a_killed_run_leaves_a_torso_that_the_next_one_takes_away(drive: Target) -> None:
    process = push_in_a_process(drive.root, SLOW_WRITE)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    assert [len(content) for content in tree(drive.folder).values()] == [1000]
    assert not any(name.endswith(".fit") for name in tree(drive.folder))
    process.kill()
    process.communicate(timeout=60)
    deliver(drive, NAME, CONTENT)
    assert tree(drive.folder) == {NAME: CONTENT}


@pytest.mark.skipif(os.name == "nt", reason="signals are a thing of Unix")
def test_control_c_leaves_nothing(drive: Target) -> None:
    process = push_in_a_process(drive.root, SLOW_WRITE)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert said == "interrupted\n"
    assert tree(drive.folder) == {}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 64 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("mounting a small disk needs more rights than this run has")
    try:
        (disk / "GARMIN" / "NewFiles").mkdir(parents=True)
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], capture_output=True, check=False)


def test_a_really_full_disk(small_disk: Path) -> None:
    watch = target_at(small_disk)
    (watch.folder / "MUSIC.BIN").write_bytes(b"m" * 40_000)
    with pytest.raises(SyncerError) as caught:
        deliver(watch, NAME, b"w" * 40_000)
    assert caught.value.code == "watch-full"
    assert tree(watch.folder) == {"MUSIC.BIN": b"m" * 40_000}
    deliver(watch, NAME, CONTENT)


def test_a_really_read_only_disk(small_disk: Path) -> None:
    watch = target_at(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True, capture_output=True)
    with pytest.raises(SyncerError) as caught:
        deliver(watch, NAME, CONTENT)
    assert (caught.value.code, caught.value.exit_code) == ("watch-read-only", ExitCode.FAILED)
    assert tree(watch.folder) == {}


def test_a_disk_that_is_really_gone(small_disk: Path) -> None:
    watch = target_at(small_disk)
    subprocess.run(["umount", "-l", str(small_disk)], check=True, capture_output=True)
    with pytest.raises(NoWatchError) as caught:
        deliver(watch, NAME, CONTENT)
    assert caught.value.code == "watch-gone"
    assert list(small_disk.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    with pytest.raises(SyncerError) as caught:
        deliver(target_at(folder), NAME, CONTENT)
    assert caught.value.code == "watch-read-only"
    assert "--to PATH" in caught.value.hint


# --- what goes wrong through MTP --------------------------------------------------------------------------------------


def test_mtp_is_written_by_gio(mtp_watch: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIO_LOG", str(tmp_path / "log"))
    deliver(mtp_watch, NAME, CONTENT)
    calls = [line.split(" ")[0] for line in (tmp_path / "log").read_text().splitlines()]
    assert calls[0] == "copy"
    assert set(calls) <= {"copy", "cat", "rename"}


@pytest.mark.parametrize(
    ("failure", "slug", "exit_code"),
    [
        ("copy No space left on device", "watch-full", ExitCode.FAILED),
        ("copy Not enough free space on the device", "watch-full", ExitCode.FAILED),
        ("copy Read-only file system", "watch-read-only", ExitCode.FAILED),
        ("copy Permission denied", "watch-read-only", ExitCode.FAILED),
        ("copy The specified location is not mounted", "watch-gone", ExitCode.NO_WATCH),
        ("copy No such device", "watch-gone", ExitCode.NO_WATCH),
        ("copy Operation not supported", "watch-needs-gio", ExitCode.FAILED),
        ("copy libfoo: something odd", "watch-write-failed", ExitCode.FAILED),
    ],
)
def test_what_gio_complains_of(
    mtp_watch: Target, monkeypatch: pytest.MonkeyPatch, failure: str, slug: str, exit_code: ExitCode
) -> None:
    monkeypatch.setenv("GIO_FAIL", failure)
    with pytest.raises(SyncerError) as caught:
        deliver(mtp_watch, NAME, CONTENT)
    assert (caught.value.code, caught.value.exit_code) == (slug, exit_code)
    assert tree(mtp_watch.folder) == {}


@pytest.mark.parametrize("trouble", ["GIO_TORN", "GIO_ZEROS"])
def test_a_torn_or_zeroed_copy_is_taken_away(mtp_watch: Target, monkeypatch: pytest.MonkeyPatch, trouble: str) -> None:
    (mtp_watch.folder / "OLD.FIT").write_bytes(OTHER)
    monkeypatch.setenv(trouble, "1")
    with pytest.raises(SyncerError) as caught:
        deliver(mtp_watch, NAME, CONTENT)
    assert caught.value.code in ("watch-write-failed", "watch-verify-failed")
    assert tree(mtp_watch.folder) == {"OLD.FIT": OTHER}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIO_FAIL", "rename Operation not supported"),
        ("GIO_FAIL", "cat Operation not supported"),
        ("GIO_FAIL", "remove Operation not supported"),
        ("GIO_ONLY", "copy"),
    ],
)
def test_what_gio_or_the_device_cannot_do_is_done_otherwise(
    mtp_watch: Target, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    done = deliver(mtp_watch, NAME, CONTENT)
    assert (done.act, done.verified) == (Act.WRITE, True)
    assert tree(mtp_watch.folder) == {NAME: CONTENT}


def test_a_watch_that_does_not_answer_is_not_waited_for_for_ever(
    mtp_watch: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = tmp_path / "sleeping-gio"
    sleeper.write_text("#!/bin/sh\nexec sleep 600\n")  # longer than any test may take
    sleeper.chmod(0o755)
    monkeypatch.setattr(mtp, "_PATIENCE_S", 0.3)
    with pytest.raises(SyncerError) as caught:
        deliver(replace(mtp_watch, gio=str(sleeper)), NAME, CONTENT)
    assert caught.value.code == "watch-write-failed"
    assert tree(mtp_watch.folder) == {}


def test_an_mtp_watch_that_is_unplugged(mtp_watch: Target, tmp_path: Path) -> None:
    gone = tmp_path / "unplugging-gio"
    gone.write_text(f'#!/bin/sh\nrm -r "{mtp_watch.root}"\necho "gio: $2: Input/output error" >&2\nexit 1\n')
    gone.chmod(0o755)
    with pytest.raises(NoWatchError) as caught:
        deliver(replace(mtp_watch, gio=str(gone)), NAME, CONTENT)
    assert caught.value.exit_code is ExitCode.NO_WATCH


def test_a_mount_that_takes_no_plain_writes_asks_for_gio(mtp_watch: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    failing_call(monkeypatch, "write", 1, refuse)
    with pytest.raises(SyncerError) as caught:
        deliver(replace(mtp_watch, gio="no-such-gio"), NAME, CONTENT)
    assert caught.value.code == "watch-needs-gio"
    assert "gio" in caught.value.hint
    assert tree(mtp_watch.folder) == {}


def test_the_runner_s_own_temporary_folder_stays_clean(
    mtp_watch: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    deliver(mtp_watch, NAME, CONTENT)
    assert list((tmp_path / "tmp").iterdir()) == []
