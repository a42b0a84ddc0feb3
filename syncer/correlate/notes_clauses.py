"""From tokens to clauses: each word becomes a sign, each clause a row of signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from syncer.correlate import notes_words as w
from syncer.correlate.notes_signs import Clause, Sign, settled
from syncer.correlate.notes_tags import tag_signs
from syncer.correlate.notes_text import Token

# A clause that runs on is cut, so that reading it stays linear whatever is typed.
_LONGEST_CLAUSE: Final = 40
_ABBREVIATED: Final = w.words("l r lt rt li re izq dcha ca approx appx vs")
_CLAUSE_MARKS: Final = frozenset(",;()[]{}|")
_SENTENCE_MARKS: Final = frozenset("\n.!?")
_SIGN_OF_MARK: Final = {":": w.COLON, "=": w.COLON, "/": w.OR, "&": w.AND, "+": w.AND, "->": w.CLAUSE_END}


def clauses(tokens: list[Token]) -> list[Clause]:
    """Tokens (scores already merged) cut into clauses at punctuation and conjunctions."""
    signs = settled(list(_signs(tokens)))
    found: list[Clause] = []
    row: list[Sign] = []
    sentence = 0
    for sign in signs:
        ends = sign.letter in (w.CLAUSE_END, w.SENTENCE_END)
        if not ends:
            row.append(sign)
        if row and (ends or len(row) >= _LONGEST_CLAUSE):
            found.append(_clause(row, sentence, sign.text if ends else ""))
            row = []
        if sign.letter == w.SENTENCE_END and found and found[-1].sentence == sentence:
            sentence += 1
    if row:
        found.append(_clause(row, sentence, ""))
    return found


def _clause(row: list[Sign], sentence: int, mark: str) -> Clause:
    return Clause(row, sentence, mark, "".join(sign.letter for sign in row))


def _signs(tokens: list[Token]) -> Iterator[Sign]:
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "tag":
            signs, at = tag_signs(tokens, at)
            yield from signs
            continue
        length = 1
        if token.kind == "word":
            sign, length = _word_sign(tokens, at)
            yield sign
        elif token.kind == "score":
            yield Sign(w.SCORE, "", token.start, token.end, token.value, scored=True)
        elif token.kind == "mark":
            letter = _letter_of_mark(tokens, at)
            if letter:
                yield Sign(letter, token.text, token.start, token.end)
        else:
            letter = w.NUMBER if token.kind == "number" else w.UNKNOWN
            yield Sign(letter, token.text, token.start, token.end)
        at += length


def _word_sign(tokens: list[Token], at: int) -> tuple[Sign, int]:
    """The sign of the longest phrase that begins here, or of the word; and its length in tokens."""
    token = tokens[at]
    second = _next_word(tokens, at + 1)
    for words, letter in w.PHRASES.get((token.text, second), ()):
        last = _end_of_phrase(tokens, at, words)
        if last is not None:
            return Sign(letter, token.text, token.start, tokens[last - 1].end), last - at
    letter = w.SIGNS.get(token.text, w.UNKNOWN)
    return Sign(letter, token.text, token.start, token.end, side=w.SIDES.get(token.text)), 1


def _next_word(tokens: list[Token], at: int) -> str:
    if at < len(tokens) and _is_joint(tokens, at):
        at += 1
    return tokens[at].text if at < len(tokens) and tokens[at].kind == "word" else ""


def _end_of_phrase(tokens: list[Token], at: int, words: tuple[str, ...]) -> int | None:
    for word in words:
        if at < len(tokens) and _is_joint(tokens, at):
            at += 1
        if at >= len(tokens) or tokens[at].kind != "word" or tokens[at].text != word:
            return None
        at += 1
    return at


def _is_joint(tokens: list[Token], at: int) -> bool:
    """A hyphen or underscore inside a word: "pain-free"."""
    token = tokens[at]
    inside = token.text in ("-", "_") and token.glued
    return inside and at + 1 < len(tokens) and tokens[at + 1].glued


def _letter_of_mark(tokens: list[Token], at: int) -> str | None:
    """The sign's letter; None for a mark that parts nothing."""
    token = tokens[at]
    if token.text == "." and _is_ellipsis(tokens, at):
        return w.CLAUSE_END
    if token.text in _SENTENCE_MARKS:
        return w.SENTENCE_END if not _is_inner_dot(tokens, at) else None
    if token.text in _CLAUSE_MARKS or not token.text.isascii():
        return w.CLAUSE_END
    if token.text == "-":
        return None if _is_joint(tokens, at) else w.CLAUSE_END
    return _SIGN_OF_MARK.get(token.text)


def _is_ellipsis(tokens: list[Token], at: int) -> bool:
    before = at > 0 and tokens[at].glued and tokens[at - 1].text == "."
    return before or (at + 1 < len(tokens) and tokens[at + 1].glued and tokens[at + 1].text == ".")


def _is_inner_dot(tokens: list[Token], at: int) -> bool:
    if tokens[at].text != "." or at == 0 or not tokens[at].glued:
        return False
    if tokens[at - 1].text in _ABBREVIATED:
        return True
    return at + 1 < len(tokens) and tokens[at + 1].glued and tokens[at + 1].kind in ("number", "ratio")
