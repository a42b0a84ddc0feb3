"""Hashtags about a painful knee: ``#kneepain``, ``#left-knee-pain``, ``#knieschmerzen``, ``#nokneepain``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from syncer.correlate.notes_words import SIDES
from syncer.domain.pain import Side

_KNEE = "kneecaps?|knees?|knies?|genoux?|rodillas?"
_PAIN = (
    "painful|pains?|aching|aches?|achy|soreness|sore|hurting|hurts?|discomfort|niggles?|twinges?"
    "|schmerz(?:en|t|haft)?|beschwerden|(?:tut)?weh"
    "|douleurs?|(?:fait|font)?mal|dolor(?:es)?|duelen?|molestias?"
)
_LINK = "in|my|the|of|is|are|im|am|meine?m?|au|aux|de|du|la|le|les|dans|mon|mes|el|en|las|los|me|mi|mis"
_SIDE = "left|right|both|links|linkes|rechts|rechtes|beide|gauche|droite?|izquierd[ao]|derech[ao]|ambas"
_CORE = (
    rf"(?:(?:{_KNEE})(?P<s2>{_SIDE})?(?:{_LINK}){{0,2}}(?:{_PAIN})"
    rf"|(?:me)?(?:{_PAIN})(?:{_LINK}){{0,3}}(?P<s3>{_SIDE})?(?:{_KNEE}))"
)
_PAIN_TAG = re.compile(
    rf"(?:my|still)?(?P<s1>{_SIDE}|l|r|lr)?{_CORE}(?P<s4>{_SIDE}|l|r|lr|rl)?(?:again|today|now|heute|wieder)?"
)
_ZERO_TAG = re.compile(
    rf"(?:no|non|zero|without|nomore|kein|keine|keinen|ohne|sans|pasde|pas|plusde|aucune?|sin|ningun)(?:{_SIDE})?{_CORE}"
    rf"|(?:{_SIDE})?{_CORE.replace('<s', '<t')}(?:free|gone|frei|weg|nomore|none)"
    rf"|(?:pain|schmerz)fre(?:e|i|ies)(?:{_KNEE})"
)
_CONDITIONS: Final = frozenset({"runnersknee", "runnerknee", "jumpersknee", "lauferknie", "pfps"})
# Longer than any tag that says it; keeps the look at one hashtag short whatever is typed.
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class KneeTag:
    """What a hashtag says.

    Attributes:
        kind: ``pain``, ``zero``, ``condition`` (a diagnosis such as #runnersknee: no word on today), or ``other``.
        length: how many of the body's characters it covers; after a hyphen the rest may be words of the sentence.
    """

    kind: str
    side: Side | None
    length: int


def read_tag(body: str) -> KneeTag:
    """Read a folded hashtag without its sign.

    A tag ends where its word ends: letters run together belong to it (``#kneepainter`` is another tag), what
    follows a hyphen need not (``#kneepain-again``).
    """
    cut = min(len(body), _LONGEST + 1)
    while cut > 0:
        found = _read_whole(body[:cut])
        if found:
            return found
        cut = body.rfind("-", 0, cut)
    return KneeTag("other", None, len(body))


def _read_whole(body: str) -> KneeTag | None:
    if len(body) > _LONGEST:
        return None
    compact = body.replace("-", "").replace("_", "")
    if compact in _CONDITIONS:
        return KneeTag("condition", None, len(body))
    if _ZERO_TAG.fullmatch(compact):
        return KneeTag("zero", None, len(body))
    found = _PAIN_TAG.fullmatch(compact)
    if not found:
        return None
    sides = {SIDES[name] for name in found.group("s1", "s2", "s3", "s4") if name}
    side = None if not sides else sides.pop() if len(sides) == 1 else Side.BOTH
    return KneeTag("pain", side, len(body))
