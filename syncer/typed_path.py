"""Paths as people type them."""

from __future__ import annotations

from pathlib import Path


def expanded(typed: Path | str) -> Path:
    """``~`` and ``~anna`` as the home folders that they stand for; a name that nobody has stays, as in every shell."""
    path = Path(typed)
    try:
        return path.expanduser()
    except RuntimeError:
        return path
