"""Puts settings into the configuration file: a new one from the sample, an old one with all its comments."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from syncer.errors import SyncerError
from syncer.settings.edit import edited
from syncer.settings.load import sample
from syncer.whole_file import write_whole


def write_settings(file: Path, answers: Mapping[str, Any]) -> bool:
    """Set ``answers`` (by dotted key) in the configuration, whole or not at all, readable by its owner only.

    A link to a file elsewhere stays a link. Whether anything was written: a setting that is there already is not.

    Raises:
        ConfigError: ``config-by-hand``.
        SyncerError: it cannot be written; the older file is untouched.
    """
    true_file = file.resolve()
    if not true_file.is_file():
        _make_folder(true_file.parent)
        write_whole(true_file, sample(answers).encode(), private=True)
        return True
    before = true_file.read_bytes()
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    after = mark + edited(before.decode("utf-8-sig"), answers, file).encode()
    if after != before:
        write_whole(true_file, after, private=True)
    return after != before


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SyncerError(
            "cannot-write",
            f"cannot make {folder}",
            why=error.strerror or "",
            hint=f"see that you may write in {folder.parent}; or name another file with --config FILE",
        ) from None
