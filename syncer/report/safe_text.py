"""Text from outside, made safe to show: names, notes and file names hold whatever somebody typed."""

from __future__ import annotations

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """Without what steers a terminal or turns text around; tabs and line ends stay, as line feeds.

    Control characters (C0, DEL, C1), marks and overrides of writing direction, and code points that no UTF-8 text can
    hold become U+FFFD.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(REPLACEMENT if _is_harmful(ch) else ch for ch in lines)


def one_line(text: str) -> str:
    """Cleaned, with line ends and runs of blanks as one blank."""
    return " ".join(clean(text).split())


def _is_harmful(ch: str) -> bool:
    code = ord(ch)
    if code < 0xA0:
        return (code < 0x20 and ch not in "\n\t") or code >= 0x7F
    directions = code in (0x061C, 0x200E, 0x200F) or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
    lines = code in (0x2028, 0x2029)
    no_text = 0xD800 <= code <= 0xDFFF or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return directions or lines or no_text
