"""Text from outside, made safe to show: names, notes and file names hold whatever somebody typed."""

from __future__ import annotations

import json
import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# C0 but for tabs and line feeds, DEL and C1; marks and overrides of writing direction, and separators of lines; what no
# UTF-8 text can hold: surrogates and the noncharacters of every plane (Unicode 16, "Noncharacters")
_NONCHARACTERS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    f"{_NONCHARACTERS}]"
)


# a number and what it counts belong on one line: 10 %, 8.4 km, 3 × 15
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=%|×|(?:km|mi)\b)|(?<=×) (?=\d)")


def clean(text: str) -> str:
    """Without what steers a terminal or turns text around; tabs and line ends stay, as line feeds.

    Control characters (C0, DEL, C1), marks and overrides of writing direction, and code points that no UTF-8 text can
    hold become U+FFFD.
    """
    if text.isprintable():  # nearly every text is, and then there is nothing to look for
        return text
    return _HARMFUL.sub(REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Cleaned, with line ends and runs of blanks as one blank."""
    return " ".join(clean(text).split())


def unbroken(text: str) -> str:
    """With no-break spaces where a line must not end: between a number and its unit."""
    return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text)


def harmless_json(text: str) -> str:
    """JSON of the same value in which `clean` would find nothing; such signs stand in it as their escapes."""
    if text.isascii() and "\x7f" not in text:
        return text
    return _HARMFUL.sub(lambda found: json.dumps(found[0])[1:-1] if found[0] != "\x7f" else "\\u007f", text)
