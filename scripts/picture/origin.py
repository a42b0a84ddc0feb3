"""Says in a picture which report it shows, so that a test sees when the report has gone on and the picture has not."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from scripts.picture.png import SIGNATURE, chunk, chunks

KEYWORD = b"Source"  # https://www.w3.org/TR/png-3/#11keywords


def drawn_from(report: Path) -> str:
    """The SHA-256, hexadecimal, of what the picture shows of an HTML report: its style and its section of pictures.

    Raises:
        ValueError: the report has no such section.
    """
    page = report.read_text(encoding="utf-8")
    style = re.search(r"<style>.*?</style>", page, re.DOTALL)
    section = re.search(r"<section>\s*<h2>Pictures</h2>.*?</section>", page, re.DOTALL)
    if not style or not section:
        raise ValueError(f"{report} shows no pictures")
    return hashlib.sha256((style[0] + section[0]).encode()).hexdigest()


def signed(png: bytes, origin: str) -> bytes:
    """The PNG with ``origin`` in it as a text that no viewer shows."""
    parts = [*chunks(png)]
    parts.insert(1, (b"tEXt", KEYWORD + b"\0" + origin.encode("latin-1")))
    return SIGNATURE + b"".join(chunk(kind, content) for kind, content in parts)


def origin_of(png: bytes) -> str | None:
    """The inverse of `signed`; None where nothing is said."""
    for kind, content in chunks(png):
        keyword, _, text = content.partition(b"\0")
        if (kind, keyword) == (b"tEXt", KEYWORD):
            return text.decode("latin-1")
    return None
