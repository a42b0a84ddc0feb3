"""Scores in notes: ``3/10``, ``3 out of 10``, ``2-4/10``; and what only looks like one: dates, shares, distances."""

from __future__ import annotations

import re
from typing import Final

from syncer.correlate.notes_text import Token
from syncer.correlate.notes_words import SIDES, words

TOP: Final = 10.0
_TO: Final = words("to bis a or oder ou o und and et y maybe")
_BETWEEN: Final = frozenset({"between", "zwischen", "entre"})
_NEEDS_BETWEEN: Final = frozenset({"und", "and", "et", "y"})
_OUT_OF: Final = (("out", "of"), ("of",), ("von",), ("sur",), ("sobre",), ("de",), ("over",))
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_LINE_WORDS: Final = frozenset(phrase[0] for phrase in _OUT_OF)
# "3/10 km", "3 of 10 reps": a share of a distance or a count, and no score.
UNITS: Final = words(
    """k km kms m mi mile miles min mins minute minutes s sec secs second seconds h hr hrs hour hours x rep reps set
    sets lap laps interval intervals runs races week weeks day days month months year years time times step
    steps hill hills th ths rd st nd kg lb lbs w watts bpm wochen tage stunden jours semaines dias semanas veces fois
    mal"""
)
# "since 3/10" is the third of October, or the tenth of March.
_BEFORE_A_DATE: Final = words("on since until till before dated seit depuis desde le el del vom")
_COUNTING: Final = (
    "zero one two three four five six seven eight nine ten",
    "null eins zwei drei vier funf sechs sieben acht neun zehn",
    "zero un deux trois quatre cinq six sept huit neuf dix",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez",
)
_NUMERALS: Final = {word: float(value) for row in _COUNTING for value, word in enumerate(row.split())}


def with_scores(tokens: list[Token]) -> list[Token]:
    """The tokens, each score as one token of kind ``score`` and each date or other fraction as one ``ratio``."""
    merged: list[Token] = []
    at = 0
    while at < len(tokens):
        found, length = _ratio(tokens, at) if _may_count(tokens[at]) and _may_be_ratio(tokens, at) else (None, 1)
        merged.append(found or tokens[at])
        at += length
    return _with_ranges(merged)


def amount(token: Token) -> float | None:
    """What a number token counts, in the unit that its text says; None where it is too long to count here."""
    if token.kind == "word":
        return _NUMERALS.get(token.text)
    return as_amount(token.text)


def as_amount(digits: str) -> float | None:
    """The value of a folded number, comma or point decimal; None where it is too long to be one that counts here."""
    return float(digits.replace(",", ".")) if len(digits) <= 8 else None


def score_of(*amounts: float | None) -> float | None:
    """The highest of them, None where one is missing or over 10."""
    known = [value for value in amounts if value is not None and value <= TOP]
    return max(known) if len(known) == len(amounts) else None


def _may_count(token: Token) -> bool:
    return token.kind == "number" or (token.kind == "word" and token.text in _NUMERALS)


def _may_be_ratio(tokens: list[Token], at: int) -> bool:
    """A fraction's line, or words for it, is near enough; spares most numbers the closer look."""
    return any(token.text == "/" or token.text in _LINE_WORDS for token in tokens[at + 1 : at + 6])


def _ratio(tokens: list[Token], at: int) -> tuple[Token | None, int]:
    """The fraction that begins at ``at``, with its length in tokens; (None, 1) where there is none."""
    amounts, end = _amounts(tokens, at)
    bottom = _after_slash(tokens, end)
    if bottom is None and len(amounts) > 1:
        amounts, end = amounts[:1], at + 1
        bottom = _after_slash(tokens, end)
    if bottom is None:
        return None, 1
    after = bottom + 1
    is_score = tokens[bottom].text in ("10", "ten", "zehn", "dix", "diez")
    while _goes_on_as_date(tokens, after):
        is_score, after = False, after + 2
    if after < len(tokens) and _YEAR.fullmatch(tokens[after].text):
        is_score = False
    is_score = is_score and not _counts_things(tokens, after) and not _is_date(tokens, at)
    value = score_of(*amounts) if is_score else None
    first, last = tokens[at], tokens[after - 1]
    kind = "score" if is_score else "ratio"
    return Token(kind, "", first.start, last.end, first.glued, value), after - at


def _amounts(tokens: list[Token], at: int) -> tuple[list[float | None], int]:
    """One number, or two with a dash or "to" between them; and where they end."""
    end = _past_vagueness(tokens, at + 1)
    second = end + 1
    if end < len(tokens) and second < len(tokens) and _may_count(tokens[second]) and _is_to(tokens, end, at):
        return [amount(tokens[at]), amount(tokens[second])], _past_vagueness(tokens, second + 1)
    return [amount(tokens[at])], end


def _past_vagueness(tokens: list[Token], at: int) -> int:
    vague = at < len(tokens) and tokens[at].glued and tokens[at].text in ("+", "ish", "-ish", "~")
    return at + 1 if vague else at


def _is_to(tokens: list[Token], at: int, first: int) -> bool:
    text = tokens[at].text
    if text in _NEEDS_BETWEEN:
        return first > 0 and tokens[first - 1].text in _BETWEEN
    return text in ("-", "->") or text in _TO


def _after_slash(tokens: list[Token], at: int) -> int | None:
    """The index of the number under the fraction's line, if a line is at ``at``."""
    if _joined(tokens, at, ("/",), glued=False):
        number = at + 1
    else:
        phrase = next((p for p in _OUT_OF if tuple(t.text for t in tokens[at : at + len(p)]) == p), None)
        if phrase is None:
            return None
        number = at + len(phrase)
    if number >= len(tokens) or not _may_count(tokens[number]):
        return None
    in_words = tokens[at].kind == "word"
    if in_words and tokens[number].text not in ("10", "ten", "zehn", "dix", "diez"):
        return None
    return number


def _joined(tokens: list[Token], at: int, marks: tuple[str, ...], *, glued: bool = True) -> bool:
    return at < len(tokens) and tokens[at].text in marks and (tokens[at].glued or not glued)


def _goes_on_as_date(tokens: list[Token], at: int) -> bool:
    """A third number follows: "3/10/2026", "3 / 10 / 26", "3/10-2026"."""
    if _joined(tokens, at, ("/", "-", ".")) and _glued_number(tokens, at + 1):
        return True
    return _joined(tokens, at, ("/",), glued=False) and at + 1 < len(tokens) and tokens[at + 1].kind == "number"


def _glued_number(tokens: list[Token], at: int) -> bool:
    """A number follows without a gap: part of a date, unless it begins a score of its own ("3/10-5/10")."""
    if not (at < len(tokens) and tokens[at].kind == "number" and tokens[at].glued):
        return False
    own_line = _joined(tokens, at + 1, ("/",)) and _glued_ten(tokens, at + 2)
    return not (own_line and tokens[at - 1].text == "-")


def _glued_ten(tokens: list[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].text == "10" and tokens[at].glued


def _counts_things(tokens: list[Token], at: int) -> bool:
    if at >= len(tokens) or tokens[at].kind != "word":
        return False
    if tokens[at].glued:
        return tokens[at].text not in SIDES
    return tokens[at].text in UNITS


def _is_date(tokens: list[Token], at: int) -> bool:
    """A zero in front ("03/10"), a date's preposition, or the tail of a longer row of numbers ("2026/3/10")."""
    first = tokens[at].text
    if len(first) > 1 and first[0] == "0" and first[1].isdigit():
        return True
    if at == 0:
        return False
    before = tokens[at - 1]
    if before.kind == "word" and before.text in _BEFORE_A_DATE:
        return tokens[at].kind == "number"
    return before.text in ("/", ".") and tokens[at].glued and at > 1 and tokens[at - 2].kind == "number"


def _with_ranges(tokens: list[Token]) -> list[Token]:
    """``3/10 to 5/10`` as one score, the higher."""
    merged: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        following = tokens[at + 1 : at + 3]
        is_range = len(following) == 2 and following[1].kind == "score" and _is_to(tokens, at + 1, at)
        if token.kind == "score" and is_range:
            value = score_of(token.value, following[1].value)
            merged.append(Token("score", "", token.start, following[1].end, token.glued, value))
            at += 3
        else:
            merged.append(token)
            at += 1
    return merged
