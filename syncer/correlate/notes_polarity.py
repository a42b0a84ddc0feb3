"""Whether a clause that speaks of knee pain says that there was some, that there was none, or nothing of this run.

The scope of a negation is its clause. Between the negation and the pain only words that are known to belong
together may stand: what cannot be understood is left as a suspicion for the runner to settle, because a wrong
"no pain" would be counted without anyone asking. The letters are those of `notes_words`.
"""

from __future__ import annotations

import re
from typing import Final

from syncer.correlate import notes_words as w
from syncer.correlate.notes_signs import Clause
from syncer.domain.pain import PainState

# "no", then only small words, knees and pains: "no hint of", "didn't feel any", "no hip or" … knee pain. One "and"
# may stand before the first pain ("no hip and knee pain"), not after it ("no hip pain and my knee hurt").
_NEGATED_BEFORE: Final = (
    re.compile(r"[DN][fFVLWwBK]*C?[fFVLWwBK]*$"),
    re.compile(r"[DN][fFVLWwcABPKR]*$"),
)
_NEGATED_BY_UNKNOWN_ADJECTIVE: Final = re.compile(r"D[fV]*xL*$")
_ADJECTIVE: Final = re.compile(r"\w+(?:able|ible|ous|ful|al|ive|ic|ent|ant|ish|ed|ory|ar)")
_NEGATED_BETWEEN: Final = re.compile(r"[DN][fFVWwARLx:]*$")
_NEGATED_AFTER: Final = (
    re.compile(r"[fFV:A]*D[fFA]*$"),
    re.compile(r"[fFVA]*[DN][fFVW]*[RA]"),
)
# German denies behind its verb: "schmerzt heute gar nicht mehr".
_NICHT_AFTER: Final = re.compile(r"[fFAW]*N[fFA]*$")
_GONE_AFTER: Final = re.compile(r"[fFVAKLPRTW]{0,5}G")
_GONE_BEFORE: Final = re.compile(r"G[fF]*$")
# "hardly any", "almost no": some pain is left. A degree is as good: "not much", "didn't hurt badly".
_HEDGED: Final = re.compile(r"w[fF]*[DNZG]")
_DEGREE_AFTER: Final = re.compile(r"[fF]*W")
_HEDGED_AFTER: Final = re.compile(r"[fF]*w[fF]*$")
_PREVENTED_BEFORE: Final = re.compile(r"[YE][fFxC]{0,3}F[fFL]*$")
_TOPIC_AFTER: Final = re.compile(r"[fF]?E")
_OTHERS_BEFORE: Final = re.compile(r"I[fFLx]?[fFL]*$")
_PERSON_BEFORE: Final = re.compile(r"M[fFAVP]*[VP][fFVALP]*$")
_PERSON_RIGHT_BEFORE: Final = re.compile(r"M[fFAW]*$")
_PERSON_AFTER: Final = re.compile(r"f[fF]?M")
_SUPPOSED_BEFORE_TAG: Final = re.compile(r"H[fF]{0,2}$")
_NEGATED_BEFORE_TAG: Final = re.compile(r"[DN][fFVA]*$")
_NOT_BEFORE_TAG: Final = re.compile(r"N[fFVA]*$")

_WITHOUT: Final = w.words("without w/o w/out ohne sans sin")
_NEVER: Final = w.words("never nie niemals jamais nunca jamas")
_LIKE_THIS: Final = w.words("like so such worse bad")
# "gone after two km" tells that it was there on the way.
_GONE_ON_THE_WAY: Final = w.words("after by at within during halfway once around nach apres despues tras")
_PREVENTION: Final = w.words("prevention prevencion vorbeugung")
_OF_A_PERSON: Final = w.words("of for de von bei meiner meines")


def verdict(clause: Clause, first: int, last: int) -> PainState | None:
    """What is said of the knee pain that the signs ``first`` to ``last`` name.

    Returns:
        SUSPECTED for pain, ZERO for an explicit none, None where it is not about the runner's knee on this run.
    """
    before, between, after = clause.shape[:first], clause.shape[first + 1 : last], clause.shape[last + 1 :]
    if _is_supposed(clause, first, last):
        return None
    if _is_anothers(clause, first, last):
        return None
    if w.PAST in clause.shape and w.AGAIN not in clause.shape and not _is_gone(clause, last):
        return None
    if w.WISHED in before or not _is_denied(clause, first, last):
        return PainState.SUSPECTED
    if w.UNTIL in before + between + after:
        return PainState.SUSPECTED
    return PainState.ZERO


def tag_verdict(clause: Clause, at: int) -> PainState | None:
    """The same for a hashtag, which only words right beside it can deny or take back: "no #kneepain"."""
    before, after = clause.shape[:at], clause.shape[at + 1 :]
    if _SUPPOSED_BEFORE_TAG.search(before) or _PREVENTED_BEFORE.search(before) or _is_topic(clause, at):
        return None
    if _OTHERS_BEFORE.search(before):
        return None
    negated = _NEGATED_BEFORE_TAG.search(before)
    said_no = negated and _denies(clause, negated.start()) and not _is_hedged(before, "")
    if said_no and _GONE_AFTER.match(after):
        return PainState.TAGGED  # "not #kneepain free"
    denied = said_no or _GONE_BEFORE.search(before) or _is_denied_after(clause, at)
    if denied and w.UNTIL not in after:
        return PainState.ZERO
    return PainState.TAGGED


def zero_tag_verdict(clause: Clause, at: int) -> PainState:
    """What a hashtag that denies pain says: none, unless it is denied itself ("not yet #kneepainfree")."""
    return PainState.SUSPECTED if _NOT_BEFORE_TAG.search(clause.shape[:at]) else PainState.ZERO


def fine_verdict(clause: Clause, first: int, last: int) -> PainState | None:
    """What "my knee … fine" says: none, unless it is denied ("not great") or bounded ("fine until km 8")."""
    before, between, after = clause.shape[:first], clause.shape[first + 1 : last], clause.shape[last + 1 :]
    if w.SUPPOSED in before + between or w.WISHED in before + between:
        return None
    if w.PAST in clause.shape and w.AGAIN not in clause.shape:
        return None
    if _is_anothers(clause, first, last):
        return None
    hedged = w.HEDGE in between or _HEDGED_AFTER.match(after)
    doubted = hedged or re.search(r"[DN]", between) or re.search(r"N[fFVW]*$", before)
    return PainState.SUSPECTED if doubted or w.UNTIL in before + between + after else PainState.ZERO


def is_only_no(clause: Clause) -> bool:
    """A clause that only denies: "none", "no", "not at all", "zero today"."""
    return bool(re.fullmatch(r"[fF]*D[fFA]*", clause.shape))


def _is_supposed(clause: Clause, first: int, last: int) -> bool:
    """Feared, prevented, asked or wished for, rather than felt."""
    before, inside = clause.shape[:first], clause.shape[first : last + 1]
    if w.SUPPOSED in before + inside or _PREVENTED_BEFORE.search(before) or _is_topic(clause, last):
        return True
    if w.WISHED in before:
        # "would be nice to run without knee pain": there is some.
        return not any(sign.text in _WITHOUT for sign in clause.signs[:first])
    return clause.mark == "?" and any(sign.text == "any" for sign in clause.signs[:first])


def _is_topic(clause: Clause, last: int) -> bool:
    """What the pain is the topic of follows: "knee pain exercises"."""
    following = clause.signs[last + 1 : last + 2]
    prevention = bool(following) and following[0].text in _PREVENTION
    return prevention or bool(_TOPIC_AFTER.match(clause.shape[last + 1 :]))


def _is_anothers(clause: Clause, first: int, last: int) -> bool:
    """Somebody else's knee: "her knee", "my friend had …", "he complained of …", "le genou de ma femme"."""
    before, inside = clause.shape[:first], clause.shape[first:last]
    if _OTHERS_BEFORE.search(before) or _PERSON_BEFORE.search(before) or w.OTHERS in inside:
        return True
    if inside.startswith(w.PAIN) and _PERSON_RIGHT_BEFORE.search(before):
        return True
    following = clause.signs[last + 1 : last + 2]
    return bool(following and following[0].text in _OF_A_PERSON and _PERSON_AFTER.match(clause.shape[last + 1 :]))


def _is_denied(clause: Clause, first: int, last: int) -> bool:
    before, between, after = clause.shape[:first], clause.shape[first + 1 : last], clause.shape[last + 1 :]
    if w.PAINFREE in (clause.shape[first], clause.shape[last]):
        whole = before + between
        return not re.search(r"[DN]", whole) and not _is_hedged(whole + w.PAINFREE, after)
    if _is_denied_before(clause, first):
        return not _is_hedged(before, after)
    if _NEGATED_BETWEEN.search(between) or w.GONE in between:
        return not (w.HEDGE in between or w.DEGREE in between or _DEGREE_AFTER.match(after))
    if _GONE_BEFORE.search(before):
        return not _HEDGED.search(before) and not re.search(r"N[fFVW]*G", before)
    return _is_denied_after(clause, last)


def _is_denied_before(clause: Clause, first: int) -> bool:
    before = clause.shape[:first]
    found = next((match for match in (pattern.search(before) for pattern in _NEGATED_BEFORE) if match), None)
    if not found:
        unknown = _NEGATED_BY_UNKNOWN_ADJECTIVE.search(before)
        if not unknown:
            return False
        adjective = clause.signs[before.rindex(w.UNKNOWN)].text
        return bool(_ADJECTIVE.fullmatch(adjective))
    return _denies(clause, found.start())


def _denies(clause: Clause, at: int) -> bool:
    """Whether the negation at ``at`` is one: not in "can't run without …", nor in "never had … like this"."""
    if clause.signs[at].text in _WITHOUT and w.NOT in clause.shape[:at]:
        return False
    return not (clause.signs[at].text in _NEVER and any(sign.text in _LIKE_THIS for sign in clause.signs[at:]))


def _is_hedged(before: str, after: str) -> bool:
    """Some is left: "almost no", "not much", "no pain … really"."""
    if _HEDGED.search(before):
        return True
    return bool(re.search(r"[DN].*[Ww]", before) or _DEGREE_AFTER.match(after) or _HEDGED_AFTER.match(after))


def _is_denied_after(clause: Clause, last: int) -> bool:
    after = clause.shape[last + 1 :]
    if _GONE_AFTER.match(after):
        return _is_gone(clause, last)
    denied = any(pattern.match(after) for pattern in _NEGATED_AFTER) or _is_nicht(clause, last)
    return denied and w.DEGREE not in after


def _is_nicht(clause: Clause, last: int) -> bool:
    after = clause.shape[last + 1 :]
    return bool(_NICHT_AFTER.match(after)) and clause.signs[last + 1 + after.index(w.NOT)].text == "nicht"


def _is_gone(clause: Clause, last: int) -> bool:
    """The pain has gone, and not only on the way."""
    gone = _GONE_AFTER.match(clause.shape[last + 1 :])
    if not gone:
        return False
    following = clause.signs[last + 1 + gone.end() : last + 2 + gone.end()]
    return not (following and following[0].text in _GONE_ON_THE_WAY)
