"""The signs of a clause, and what their neighbours make of them (see `notes_words` for the letters)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from syncer.correlate import notes_words as w
from syncer.correlate.notes_scores import as_amount, score_of
from syncer.domain.pain import Side

# After "#kneepain: 3" these may follow without making the 3 a count of them.
AFTER_A_SCORE: Final = w.words("on at in during after when while today now and but still again the")
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


def settled(signs: list[Sign]) -> list[Sign]:
    """The signs of a text, with those whose part depends on their neighbours decided: sides, years, bare numbers."""
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
    ends = following is None or following.letter in _BREAKS + w.SIDE or following.text in AFTER_A_SCORE
    if not ends:
        return False
    if signs[at].text == "0" and signs[at - 1].letter in _KNEES + w.PAIN:
        return True
    told = at - 2
    while told > 0 and signs[told].letter == w.FILLER:
        told -= 1
    leads_in = signs[at - 1].letter == w.COLON or signs[at - 1].text == "-"
    return at > 1 and leads_in and signs[told].letter in w.KNEE + w.KNEE_PAIN + w.PAIN


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
    return before != w.NUMBER or after in _KNEES


_UNSETTLED: Final = w.SIDE + w.PAST + w.NUMBER + w.UNKNOWN
_BREAKS: Final = w.CLAUSE_END + w.SENTENCE_END
