"""Token files: private, whole, never through a link, and never lost between a service and the disk."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from syncer.clients import tokens
from syncer.clients.tokens import forget_tokens, make_folder, read_tokens, refresh_lock, write_tokens
from syncer.errors import ExitCode, SignInError, SyncerError, TryLaterError
from tests.unwritable import unwritable

TOKENS = {"access_token": "secret-a", "refresh_token": "secret-b"}
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes and users")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "tokens" / "garmin.json"


def test_what_is_written_is_read_back(path: Path) -> None:
    write_tokens(path, TOKENS)
    assert read_tokens(path, "garmin") == TOKENS
    write_tokens(path, {**TOKENS, "more": "ü"})
    assert read_tokens(path, "garmin")["more"] == "ü"
    assert [one.name for one in path.parent.iterdir()] == ["garmin.json"]


@posix_only
def test_only_the_owner_may_read(path: Path) -> None:
    path.parent.mkdir(parents=True, mode=0o755)
    path.parent.chmod(0o755)
    before = os.umask(0)
    try:
        write_tokens(path, TOKENS)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@posix_only
def test_a_file_that_others_may_read_is_made_private(path: Path) -> None:
    write_tokens(path, TOKENS)
    path.chmod(0o644)
    assert read_tokens(path, "garmin") == TOKENS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nobody_signed_in(path: Path) -> None:
    with pytest.raises(SignInError) as caught:
        read_tokens(path, "garmin")
    assert (caught.value.code, caught.value.hint) == ("not-signed-in", "syncer auth garmin")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'"text"', b"\xff\xfe", b"null"])
def test_a_damaged_file_says_so_and_shows_nothing_of_it(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(SignInError) as caught:
        read_tokens(path, "garmin")
    assert caught.value.code == "tokens-damaged"
    assert str(path) in caught.value.why


def test_something_that_is_no_file(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(SyncerError) as caught:
        read_tokens(path, "garmin")
    assert caught.value.code == "tokens-unreadable"


@posix_only
def test_a_pipe_is_not_waited_for(path: Path) -> None:
    path.parent.mkdir(parents=True)
    os.mkfifo(path, 0o600)
    with pytest.raises(SyncerError):
        read_tokens(path, "garmin")


@posix_only
@pytest.mark.parametrize("linked", ["file", "folder"])
def test_links_are_refused(path: Path, tmp_path: Path, linked: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "garmin.json").write_text(json.dumps(TOKENS))
    if linked == "folder":
        path.parent.parent.mkdir(parents=True)
        path.parent.symlink_to(elsewhere)
    else:
        path.parent.mkdir(parents=True)
        path.symlink_to(elsewhere / "garmin.json")
    for attempt in (lambda: read_tokens(path, "garmin"), lambda: write_tokens(path, {"a": "new"})):
        with pytest.raises(SyncerError) as caught:
            attempt()
        assert caught.value.code == "tokens-symlink"
    assert json.loads((elsewhere / "garmin.json").read_text()) == TOKENS


@posix_only
def test_a_folder_that_cannot_be_written_leaves_the_old_tokens(path: Path) -> None:
    write_tokens(path, TOKENS)
    with unwritable(path.parent), pytest.raises(SyncerError) as caught:
        write_tokens(path, {"access_token": "new"})
    assert caught.value.code == "tokens-unwritable"
    assert "secret" not in str(vars(caught.value))
    assert read_tokens(path, "garmin") == TOKENS


def test_what_a_killed_run_left_is_cleared_away(path: Path) -> None:
    write_tokens(path, TOKENS)
    for name in (".garmin.json.0011aa", ".strava.json.0011aa"):
        (path.parent / name).write_text("secret")
    write_tokens(path, TOKENS)
    assert sorted(one.name for one in path.parent.iterdir()) == [".strava.json.0011aa", "garmin.json"]


def test_forgetting(path: Path) -> None:
    write_tokens(path, TOKENS)
    (path.parent / ".garmin.json.0011aa").write_text("secret")
    assert forget_tokens(path) is True
    assert list(path.parent.iterdir()) == []
    assert forget_tokens(path) is False


def test_two_may_not_refresh_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "LOCK_TIMEOUT_S", 0.1)
    program = (
        "import sys, time; from pathlib import Path; from syncer.clients.tokens import refresh_lock\n"
        "with refresh_lock(Path(sys.argv[1]), 'garmin'):\n    print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdin
    assert other.stdout
    with other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(TryLaterError) as caught, refresh_lock(path, "garmin"):
            raise AssertionError
        assert caught.value.exit_code is ExitCode.TRY_LATER
        other.stdin.close()
        assert other.wait(60) == 0
    with refresh_lock(path, "garmin"):
        pass


@posix_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_waits_until_the_tokens_are_saved(path: Path, number: signal.Signals) -> None:
    heard: list[int] = []
    before = signal.signal(number, lambda n, _f: heard.append(n))
    try:
        with refresh_lock(path, "garmin"):
            os.kill(os.getpid(), number)
            time.sleep(0.05)
            assert heard == []
            write_tokens(path, TOKENS)
        assert heard == [number]
    finally:
        signal.signal(number, before)
    assert read_tokens(path, "garmin") == TOKENS


def test_the_lock_works_beside_the_main_thread(path: Path) -> None:
    done: list[bool] = []

    def work() -> None:
        with refresh_lock(path, "garmin"):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert done == [True]


@posix_only
def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file stands in the way")
    with pytest.raises(SyncerError) as caught:
        make_folder(tmp_path / "home" / "tokens")
    assert caught.value.code == "tokens-unwritable"
