"""Takes secrets out of text before it is written or sent. A net under the rule that none is put in."""

from __future__ import annotations

import re
from collections.abc import Iterable

DOTS = "•••"
SHORTEST = 6
"""Shorter values would tear holes into ordinary words."""

_PATTERNS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {DOTS}"),
    # a JSON Web Token: three parts, the first begins with {"
    (re.compile(r"\beyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)?"), DOTS),
    (
        re.compile(
            r"(?i)\b(access_token|refresh_token|client_secret|password|authorization|api_key|token|secret)"
            r"([\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;}]+"
        ),
        rf"\1\2{DOTS}",
    ),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@]+@"), rf"\1{DOTS}@"),
    # Strava's tokens are 40 hexadecimal digits
    (re.compile(r"(?i)\b[0-9a-f]{32,}\b"), DOTS),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """``text`` without any of ``secrets`` and without what looks like one."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, DOTS)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text
