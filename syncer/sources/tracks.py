"""GPX and TCX files, which are asked for nothing but what they are and when they begin."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_HEAD = 2**20
_ROOT = re.compile(rb"<(?:\w+:)?(gpx|TrainingCenterDatabase)\b")
# each is looked for once: together, a file of points without a time would be searched from each of them to its end
_POINT = re.compile(rb"<trkpt\b")
_TIME = re.compile(rb"<time>\s*([^<\s]+)")
_LAP = re.compile(rb"<Lap\b[^<>]*StartTime=[\"']([^\"'<>]+)")


def track_format(data: bytes) -> str | None:
    """``gpx``, ``tcx`` or None, by the content: some TCX files begin with spaces, which XML readers refuse."""
    if not data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return None
    found = _ROOT.search(data[:4096])
    return None if found is None else "gpx" if found[1] == b"gpx" else "tcx"


def track_start(data: bytes) -> datetime | None:
    """The time of the first point of a GPX file or the first lap of a TCX file, in UTC; None when it is not told."""
    head = data[:_HEAD]
    point = _POINT.search(head)
    found = (_TIME.search(head, point.end()) if point else None) or _LAP.search(head)
    if found is None:
        return None
    try:
        instant = datetime.fromisoformat(found[1].decode("ascii", "replace"))
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None
