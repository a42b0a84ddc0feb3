"""Which knee a word of a clause is about: the place of the knee that hurts, or that is fine."""

from __future__ import annotations

import re
from typing import Final

from syncer.correlate import notes_words as w
from syncer.correlate.notes_signs import Clause

_INTO: Final = w.words(
    """in on of at around behind under below above inside outside near with from along across
    im am an mit hinter unter uber au aux dans de en du del"""
)
_LEADING: Final = re.compile(r"[fFLSVAW:d]*")
_FINE_WITH: Final = w.words("with in from mit im avec con")
_JOINED: Final = re.compile(r"[fFL]*[Cc][fFL]*")
_FINE_BETWEEN: Final = re.compile(r"[fFVLAWwNDKCcB:R]*")


def knee_of(clause: Clause, at: int) -> int | None:
    """The knee that the pain at ``at`` belongs to; None where it is another part's, or none is named in the clause."""
    shape = clause.shape
    after = next((i for i in range(at + 1, len(shape)) if shape[i] in w.KNEE + w.PART), None)
    if after is not None and re.search(r"[PZ#Q]", shape[at + 1 : after]):
        after = None
    if after is not None and (after == at + 1 or _leads_into(clause, at, after)):
        return _knee_among(shape, after)
    before = next((i for i in range(at - 1, -1, -1) if shape[i] in w.KNEE + w.PART), None)
    if before is not None and re.search(r"[Q#]", shape[before:at]):
        before = None
    if before is not None:
        return _knee_among(shape, before)
    return _knee_among(shape, after) if after is not None else None


def _leads_into(clause: Clause, at: int, part: int) -> bool:
    """A preposition after the pain: "pain 3/10 in my left knee"."""
    words = [sign.text for sign in clause.signs[at + 1 : part]]
    return bool(_LEADING.fullmatch(clause.shape, at + 1, part)) and not _INTO.isdisjoint(words)


def _knee_among(shape: str, part: int) -> int | None:
    """The knee in "hip and knee", starting from either; None if no knee is among the parts."""
    if shape[part] == w.KNEE:
        return part
    at = part
    while found := _JOINED.match(shape, at + 1):
        at = found.end()
        if shape[at : at + 1] == w.KNEE:
            return at
        if shape[at : at + 1] != w.PART:
            break
    at = part
    while found := re.search(r"([KB])[fFL]*[Cc][fFL]*$", shape[:at]):
        at = found.start()
        if found[1] == w.KNEE:
            return at
    return None


def fine_knee(clause: Clause, at: int) -> int | None:
    """The knee that is "fine" at ``at``: before it, or behind a "with"."""
    shape = clause.shape
    before = next((i for i in range(at - 1, -1, -1) if shape[i] in w.KNEE + w.PART), None)
    if before is not None:
        knee = _knee_among(shape, before)
        return knee if knee is not None and _FINE_BETWEEN.fullmatch(shape, knee + 1, at) else None
    following = re.match(r"f[fFL]*K", shape[at + 1 :])
    if following and clause.signs[at + 1].text in _FINE_WITH:
        return at + following.end()
    return None
