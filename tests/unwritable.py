"""A folder that cannot be written, also for root, who may write everywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """``folder``, its files readable and nothing in it writable; root goes on as a user who owns only the files."""
    if os.geteuid() != 0:
        mode = folder.stat().st_mode
        folder.chmod(0o500)
        try:
            yield
        finally:
            folder.chmod(mode)
        return
    ways = [folder, *folder.parents]
    modes = {way: way.stat().st_mode for way in ways}
    for way in ways:
        way.chmod(modes[way] | 0o055)
    for file in folder.iterdir():
        os.chown(file, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        for way, mode in modes.items():
            way.chmod(mode)
        for file in folder.iterdir():
            os.chown(file, 0, 0)
