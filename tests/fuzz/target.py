"""What a target is: something that reads what comes from outside, and says no in no other way than `SyncerError`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
REAL = REPO.parent / "shared" / "data"
START = datetime(2026, 3, 1, 6, tzinfo=UTC)


def none() -> list[bytes]:
    """Nobody has real ones of this kind."""
    return []


@dataclass(frozen=True)
class Target:
    """``read`` takes bytes; it raises nothing but `SyncerError`.

    Attributes:
        seeds: generated inputs to begin with.
        real: files of others to begin with, where they are at hand.
        shares: another target, whose saved inputs are this one's too.
    """

    seeds: Callable[[], Sequence[bytes]]
    read: Callable[[bytes], object]
    real: Callable[[], Sequence[bytes]] = none
    shares: str = ""


def real_files(pattern: str, most: int) -> list[bytes]:
    """The smallest ``most`` of the real files; none where they are not at hand."""
    found = sorted(REAL.rglob(pattern), key=lambda file: (file.stat().st_size, file.name)) if REAL.is_dir() else []
    return [file.read_bytes() for file in found[:most]]
