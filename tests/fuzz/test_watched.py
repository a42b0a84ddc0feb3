"""A target that never ends, takes too much memory or takes Python down is found, however it goes about it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from syncer.errors import SyncerError
from tests.fuzz import corpus_shapes
from tests.fuzz.target import Target
from tests.fuzz.watched import CORPUS, Bounds, Budget, Outcome, Watched

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are split, and ended by signals")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="how much is mapped stands in Linux's /proc")
MB = 2**20


def outcome_of(read: object, folder: Path, **bounds: float) -> Outcome:
    """Of a target with one seed that is harmless, and one saved input that is not."""
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "saved").write_bytes(b"bad")
    target = Target(lambda: [b"good"], lambda data: data == b"good" or read(data), lambda: [b"good"])  # type: ignore[operator]
    return Watched("made", target, Budget(0), Bounds(**bounds), corpus).wait()  # type: ignore[arg-type]


def test_nothing_found_is_one_line(tmp_path: Path) -> None:
    found = outcome_of(lambda _data: None, tmp_path)
    assert str(found) == "made: 2 seeds (1 real), 1 saved, 1 inputs, nothing found"
    assert not found.found


def test_an_error_of_ours_that_is_let_through_is_found_and_kept(tmp_path: Path) -> None:
    def read(_data: bytes) -> None:
        raise SyncerError("odd", "odd")

    found = outcome_of(read, tmp_path)
    assert "SyncerError" in found.found
    assert found.kept.read_bytes() == b"bad"
    assert found.kept.parent == tmp_path / "corpus"


@on_linux
def test_300_mb_are_found(tmp_path: Path) -> None:
    found = outcome_of(lambda _data: bytearray(300 * MB), tmp_path)
    assert "TooMuchMemoryError: 300 MB" in found.found


@on_linux
def test_memory_is_counted_when_nobody_is_told(tmp_path: Path) -> None:
    """A reader may call what it was refused a broken file; what it got stays mapped, or was."""

    def read(_data: bytes) -> None:
        with suppress(MemoryError):
            kept = [bytearray(100 * MB) for _ in range(20)]
            del kept

    assert "TooMuchMemoryError" in outcome_of(read, tmp_path).found


@on_linux
def test_200_mb_are_fine(tmp_path: Path) -> None:
    assert not outcome_of(lambda _data: bytearray(200 * MB), tmp_path).found


@on_linux
def test_the_machine_is_spared(tmp_path: Path) -> None:
    assert "MemoryError" in outcome_of(lambda _data: bytearray(40_000 * MB), tmp_path).found


@pytest.mark.parametrize("pause", [0.0, 0.01], ids=["at work", "waiting"])
def test_a_hang_is_found_with_its_place(pause: float, tmp_path: Path) -> None:
    def turning_round() -> None:
        while True:
            time.sleep(pause) if pause else None

    found = outcome_of(lambda _data: turning_round(), tmp_path, hang_s=0.3)
    assert "no answer within 0.3 s" in found.found
    assert "turning_round" in found.found


def test_a_hang_that_hears_nothing_is_found(tmp_path: Path) -> None:
    def deaf() -> None:
        signal.signal(signal.SIGABRT, signal.SIG_IGN)
        while True:
            with suppress(BaseException):
                time.sleep(1)

    assert "no answer within 0.3 s" in outcome_of(lambda _data: deaf(), tmp_path, hang_s=0.3).found


def test_a_crash_of_python_itself_is_found(tmp_path: Path) -> None:
    found = outcome_of(lambda _data: ctypes.string_at(0), tmp_path)
    assert "SIGSEGV" in found.found
    assert "string_at" in found.found
    assert found.kept.read_bytes() == b"bad"


def test_what_a_seed_does_is_found_too(tmp_path: Path) -> None:
    target = Target(lambda: [b"x"], lambda data: 1 // (len(data) - 1))
    found = Watched("made", target, Budget(0), Bounds(), tmp_path).wait()
    assert "ZeroDivisionError" in found.found
    assert (found.inputs, found.kept.read_bytes()) == (0, b"x")


def test_a_seed_that_hangs_is_found_too(tmp_path: Path) -> None:
    target = Target(lambda: [b"x"], lambda _data: time.sleep(600))
    assert "it hung" in Watched("made", target, Budget(0), Bounds(hang_s=0.1), tmp_path).wait().found


def test_the_saved_shapes_are_those_that_are_made() -> None:
    made = {
        f"{target}/{name}": one for target, shapes in corpus_shapes.shapes().items() for name, one in shapes.items()
    }
    begin = corpus_shapes.BEGIN
    saved = {f"{file.parent.name}/{file.name[len(begin) :]}": file for file in CORPUS.glob(f"*/{begin}*")}
    assert sorted(saved) == sorted(made), "python -m tests.fuzz.corpus_shapes"
    assert [name for name in made if saved[name].read_bytes() != made[name]] == []


def test_the_corpus_stays_small() -> None:
    sizes = [file.stat().st_size for file in CORPUS.rglob("*") if file.is_file()]
    assert max(sizes) <= 8 * 1024
    assert sum(sizes) < 300_000
