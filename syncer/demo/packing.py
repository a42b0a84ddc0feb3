"""Zips whose bytes depend on nothing but what is put in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime


def pack(members: Mapping[str, bytes], dated: datetime) -> bytes:
    """A zip of ``members`` by name, each dated ``dated`` (aware); the same members give the same bytes."""
    day = dated.astimezone(UTC)
    stamp = (day.year, day.month, day.day, day.hour, day.minute, day.second)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, stamp)
            info.external_attr = 0o644 << 16
            packed = name.endswith((".gz", ".zip"))
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return content.getvalue()
