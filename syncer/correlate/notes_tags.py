"""Hashtags about a painful knee: ``#kneepain``, ``#left-knee-pain``, ``#knieschmerzen``, ``#nokneepain``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from syncer.correlate import notes_words as w
from syncer.correlate.notes_scores import amount, score_of
from syncer.correlate.notes_signs import AFTER_A_SCORE, Sign
from syncer.correlate.notes_text import Token
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


def tag_signs(tokens: list[Token], at: int) -> tuple[list[Sign], int]:
    """A hashtag with what is glued to it, as signs; and the index after it."""
    token = tokens[at]
    tag = read_tag(token.text)
    rest = [] if tag.length >= len(token.text) else _rest_of_tag(token, tag.length)
    if tag.kind == "pain":
        if rest:
            return [Sign(w.TAG, "#", token.start, rest[0].start, side=tag.side), *rest], at + 1
        return _scored_tag(tokens, at, tag)
    if tag.kind == "zero":
        return [Sign(w.ZERO_TAG, "#", token.start, token.end), *rest], at + 1
    if tag.kind == "condition":
        return [Sign(w.KNEE_PAIN, token.text, token.start, token.end), *rest], at + 1
    # "#knee #pain": a hashtag of one plain word is that word.
    letter = w.SIGNS.get(token.text, w.OTHER_TAG)
    return [Sign(letter, token.text, token.start, token.end, side=SIDES.get(token.text))], at + 1


def _rest_of_tag(token: Token, length: int) -> list[Sign]:
    """The words behind a hyphen that are no part of the tag; their places are those in an unaccented text."""
    found: list[Sign] = []
    sign_width = max(1, token.end - token.start - len(token.text))
    for match in re.finditer(r"[^_-]+", token.text[length:]):
        word = match[0]
        start = min(token.end, token.start + sign_width + length + match.start())
        found.append(Sign(w.SIGNS.get(word, w.UNKNOWN), word, start, min(token.end, start + len(word))))
    return found


def _scored_tag(tokens: list[Token], at: int, tag: KneeTag) -> tuple[list[Sign], int]:
    """``#kneepain3``, ``#kneepain:left:3-4``, ``#kneepain=3L``: the tag with its glued numbers and sides."""
    first = last = tokens[at]
    sides = [tag.side] if tag.side else []
    amounts: list[float | None] = []
    at += 1
    while at < len(tokens):
        value_at = _value_at(tokens, at)
        token = tokens[value_at]
        if token.kind == "number" and _is_glued_score(tokens, value_at):
            amounts.append(amount(token))
        elif token.kind == "score" and (token.glued or value_at > at):
            amounts.append(token.value)
        elif token.kind == "ratio" and token.glued:
            amounts.append(None)
        elif token.kind == "word" and token.glued and token.text in SIDES:
            sides.append(SIDES[token.text])
        else:
            break
        last, at = token, value_at + 1
    side = None if not sides else sides[0] if len(set(sides)) == 1 else Side.BOTH
    value = score_of(*amounts) if amounts else None
    return [Sign(w.TAG, "#", first.start, last.end, value, side, scored=bool(amounts))], at


def _value_at(tokens: list[Token], at: int) -> int:
    """Where a number or side stands: here, or behind one of ``: = - _ (``."""
    token = tokens[at]
    joins = token.kind == "mark" and (token.text in (":", "=") or (token.glued and token.text in ("-", "_", "(", "~")))
    return at + 1 if joins and at + 1 < len(tokens) else at


def _is_glued_score(tokens: list[Token], at: int) -> bool:
    """A number without "/10" counts when nothing stands between it and the tag, and no unit follows."""
    token = tokens[at]
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following and following.glued and following.text == "%":
        return False
    if following and following.kind == "word" and following.glued:
        return following.text in SIDES
    if token.glued:
        return True
    if tokens[at - 1].text not in (":", "="):
        return False
    return following is None or following.kind != "word" or following.text in AFTER_A_SCORE | SIDES.keys()
