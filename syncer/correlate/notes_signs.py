"""From tokens to clauses: each word becomes a sign (see `notes_words`), each clause a row of signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from syncer.correlate import notes_words as w
from syncer.correlate.notes_scores import amount, as_amount, score_of
from syncer.correlate.notes_tags import KneeTag, read_tag
from syncer.correlate.notes_text import Token
from syncer.domain.pain import Side

# A clause that runs on is cut, so that reading it stays linear whatever is typed.
_LONGEST_CLAUSE: Final = 40
_ABBREVIATED: Final = w.words("l r lt rt li re izq dcha ca approx appx vs")
_CLAUSE_MARKS: Final = frozenset(",;()[]{}|")
_SENTENCE_MARKS: Final = frozenset("\n.!?")
_SIGN_OF_MARK: Final = {":": w.COLON, "=": w.COLON, "/": w.OR, "&": w.AND, "+": w.AND, "->": w.CLAUSE_END}
# After "#kneepain: 3" these may follow without making the 3 a count of them.
_AFTER_A_SCORE: Final = w.words("on at in during after when while today now and but still again the")
# What an 's after these stands for is "is", or a thing of the day: nobody else's knee.
_OWN_TIMES: Final = w.words(
    """it that there here what who how let today yesterday tonight tomorrow morning evening week month year season
    run race marathon session workout training day night summer winter monday tuesday wednesday thursday friday
    saturday sunday everything one"""
)
_KEEPS_PAST_OUT: Final = w.words("since like unlike than as seit depuis desde que als wie comme como to with")
_KNEES: Final = w.KNEE + w.KNEE_PAIN + w.TAG
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NO_OWNER: Final = _KNEES + w.PART + w.PAIN + w.PAST
_KNEE_NEXT = re.compile(rf"[fLW]*[{_KNEES}]")
_KNEE_OR_PAIN_NEXT = re.compile(rf"[fLW]*[{_KNEES}{w.PAIN}]")
_PART_NEXT = re.compile(rf"[fLW]*[{_KNEES}{w.PART}]")


class Sign(NamedTuple):
    """One word, phrase, score or hashtag of a clause.

    Attributes:
        letter: its part, one of the letters of `notes_words`.
        text: its folded text; of a phrase, the first word.
        start: where it begins in the readable text.
        end: where it ends there.
        value: of a score or of a hashtag with its number glued on.
        side: of a side word, or of a hashtag with its side glued on.
        scored: a number was given, even if it was over 10 and is dropped.
    """

    letter: str
    text: str
    start: int
    end: int
    value: float | None = None
    side: Side | None = None
    scored: bool = False


@dataclass(slots=True)
class Clause:
    """Signs without a break between them; ``shape`` is their letters.

    Attributes:
        sentence: the number of the sentence it is in.
        mark: the sign that closes it, such as ``?``; empty for a conjunction.
    """

    signs: list[Sign]
    sentence: int
    mark: str
    shape: str


def clauses(tokens: list[Token]) -> list[Clause]:
    """Tokens (scores already merged) cut into clauses at punctuation and conjunctions."""
    signs = _settled(list(_signs(tokens)))
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
            signs, at = _tag_signs(tokens, at)
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


# --- hashtags -------------------------------------------------------------------------------------------------------


def _tag_signs(tokens: list[Token], at: int) -> tuple[list[Sign], int]:
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
    return [Sign(letter, token.text, token.start, token.end, side=w.SIDES.get(token.text))], at + 1


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
        elif token.kind == "word" and token.glued and token.text in w.SIDES:
            sides.append(w.SIDES[token.text])
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
        return following.text in w.SIDES
    if token.glued:
        return True
    if tokens[at - 1].text not in (":", "="):
        return False
    return following is None or following.kind != "word" or following.text in _AFTER_A_SCORE | w.SIDES.keys()


# --- words whose part their neighbours tell -------------------------------------------------------------------------


def _settled(signs: list[Sign]) -> list[Sign]:
    letters = [sign.letter for sign in signs]
    for at, sign in enumerate(signs):
        if sign.letter not in _UNSETTLED:
            continue
        if sign.letter == w.NUMBER and _is_told_score(signs, at):
            signs[at] = sign._replace(letter=w.SCORE, value=score_of(as_amount(sign.text)), scored=True)
            letters[at] = w.SCORE
            continue
        letters[at] = _settled_letter(signs, letters, at)
        if letters[at] != sign.letter:
            signs[at] = sign._replace(letter=letters[at])
    return signs


def _settled_letter(signs: list[Sign], letters: list[str], at: int) -> str:
    sign = signs[at]
    before = signs[at - 1].text if at else ""
    following = "".join(letters[at + 1 : at + 6])
    if sign.letter == w.SIDE:
        return w.SIDE if _is_side(signs, letters, at) else w.FILLER
    if sign.text == "'s" and sign.letter == w.UNKNOWN:
        own = before in _OWN_TIMES or (at > 0 and letters[at - 1] in _NO_OWNER)
        return w.FILLER if own or not _PART_NEXT.match(following) else w.OTHERS
    if (
        sign.text == "0"
        and sign.letter == w.NUMBER
        and _KNEE_OR_PAIN_NEXT.match(following)
        and before not in (":", "km")
    ):
        return w.NO
    if sign.letter == w.NUMBER and _YEAR.fullmatch(sign.text) and before in ("in", "en", "im"):
        return w.PAST
    if sign.letter == w.PAST:
        of_something_else = at + 1 < len(signs) and signs[at + 1].text == "'s"
        if before in _KEEPS_PAST_OUT or (of_something_else and not _KNEE_NEXT.match(following[1:])):
            return w.FILLER
    return sign.letter


def _is_told_score(signs: list[Sign], at: int) -> bool:
    """A number without "/10" in free text: "knee pain: 3", "kneepain3"; and a bare 0, which counts nothing else."""
    if not at:
        return False
    if signs[at - 1].letter == w.KNEE_PAIN and signs[at - 1].end == signs[at].start:
        return at + 1 == len(signs) or signs[at + 1].start > signs[at].end or signs[at + 1].letter in _BREAKS
    following = signs[at + 1] if at + 1 < len(signs) else None
    ends = following is None or following.letter in _BREAKS + w.SIDE or following.text in _AFTER_A_SCORE
    if not ends:
        return False
    if signs[at].text == "0" and signs[at - 1].letter in _KNEES + w.PAIN:
        return True
    told = at - 2
    while told > 0 and signs[told].letter == w.FILLER:
        told -= 1
    return at > 1 and signs[at - 1].letter == w.COLON and signs[told].letter in w.KNEE_PAIN + w.PAIN


def _is_side(signs: list[Sign], letters: list[str], at: int) -> bool:
    """Left and right are sides next to a knee, a tag or another side; l and r nowhere else."""
    before = letters[at - 1] if at else w.SENTENCE_END
    after = letters[at + 1] if at + 1 < len(letters) else w.SENTENCE_END
    next_word = signs[at + 1].text if at + 1 < len(signs) else ""
    if before in w.AND + w.OR and at > 1:
        before = letters[at - 2]
    if after in w.AND + w.OR and at + 2 < len(letters):
        after = letters[at + 2]
    if len(signs[at].text) <= 2:
        beside = before in _KNEES + w.SCORE + w.SIDE + w.COLON or after in _KNEES + w.PART
        alone = before in _BREAKS and after in _BREAKS + w.COLON
        return beside or alone
    if signs[at].text in ("left", "right", "droit") and next_word in w.NOT_A_SIDE_BEFORE:
        return False
    return before not in (w.NUMBER,) or after in _KNEES


_UNSETTLED: Final = w.SIDE + w.PAST + w.NUMBER + w.UNKNOWN
_BREAKS: Final = w.CLAUSE_END + w.SENTENCE_END
