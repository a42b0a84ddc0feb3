"""Finds in the clauses of a text each word on the runner's knee: what it says, its score, its side, its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from syncer.correlate import notes_words as w
from syncer.correlate.notes_found import Found, Mention, joined_sides, side_beside, sides_beside
from syncer.correlate.notes_knees import fine_knee, knee_of
from syncer.correlate.notes_owners import attach_scores
from syncer.correlate.notes_polarity import fine_verdict, is_only_no, tag_verdict, verdict, zero_tag_verdict
from syncer.correlate.notes_signs import Clause, Sign
from syncer.domain.pain import PainState, Side

_PRONOUNS: Final = w.words("it it's its that they both sie es ca elle ella")
_ONLY_KNEE: Final = re.compile(r"[fFL]*K[fFL:A]*")
_KNEE_TAIL: Final = re.compile(r"[fFL]*K[fFLSA:]*")
_NOT_FINE: Final = re.compile(r"[fF]*N[fFVW]*O")
_LIST_OF_PAINS: Final = re.compile(r"[fFL]*[PBKQ]")


def mentions(clauses: list[Clause]) -> list[Mention]:
    """Every mention of the knee's pain, its absence or its score, in order."""
    found: list[list[Found]] = []
    carried = _Carried()
    for at, clause in enumerate(clauses):
        following = clauses[at + 1] if at + 1 < len(clauses) else None
        previous = clauses[at - 1] if at and clauses[at - 1].sentence == clause.sentence else None
        here = [*_tagged(clause), *_told(clause, previous), *carried.told(clause, following)]
        _hear_answers(here, clause, following)
        here.sort(key=lambda item: (item.first, item.last))
        found.append(here)
        carried.follow(clause)
    bare = attach_scores(clauses, found)
    told = [item.mention for here in [*found, bare] for item in here]
    return [mention for mention in told if mention.state]


def _place(clause: Clause, first: int, last: int) -> tuple[int, int]:
    return clause.signs[first].start, clause.signs[last].end


def _of_clause(state: PainState | None, clause: Clause, first: int, last: int) -> Found:
    """A mention in free text; its evidence is the whole clause."""
    start, end = _place(clause, 0, len(clause.signs) - 1)
    return Found(Mention(state, start, end, side=side_beside(clause, first, last)), first, last)


def _tagged(clause: Clause) -> Iterator[Found]:
    for at, sign in enumerate(clause.signs):
        if sign.letter == w.TAG:
            state = tag_verdict(clause, at)
            if state is None:
                continue
            beside = sides_beside(clause, at, at)
            start, end = _place(clause, min([at, *beside]), max([at, *beside]))
            side = joined_sides(sign.side, *(clause.signs[i].side for i in beside))
            mention = Mention(state, start, end, side=side)
            found = Found(mention, at, at, tagged=True)
            if sign.scored:
                found.scores.append((sign.value, None))
            yield found
        elif sign.letter == w.ZERO_TAG:
            state = zero_tag_verdict(clause, at)
            yield Found(Mention(state, sign.start, sign.end), at, at)


def _told(clause: Clause, previous: Clause | None) -> Iterator[Found]:
    shape = clause.shape
    for at, letter in enumerate(shape):
        if letter == w.KNEE_PAIN:
            yield _of_clause(_listed(verdict(clause, at, at), clause, previous, at), clause, at, at)
        elif letter in w.PAIN + w.PAINFREE:
            owner = knee_of(clause, at)
            if owner is None:
                continue
            first, last = min(owner, at), max(owner, at)
            if owner > at and re.search(r"[DN]", shape[first + 1 : last]):
                continue
            state = verdict(clause, first, last)
            if owner > at and w.UNTIL in shape[first:last]:
                state = PainState.SUSPECTED
            yield _of_clause(_listed(state, clause, previous, first), clause, first, last)
        elif letter == w.FINE:
            knee = fine_knee(clause, at)
            if knee is not None:
                first, last = min(knee, at), max(knee, at)
                found = _of_clause(fine_verdict(clause, first, last), clause, first, last)
                found.fine = True
                yield found
        elif letter == w.KNEE and re.search(r"O.*U[fFL]*$", shape[:at]):
            # "all good except my knee"
            yield _of_clause(PainState.SUSPECTED, clause, at, at)


def _listed(state: PainState | None, clause: Clause, previous: Clause | None, first: int) -> PainState | None:
    """A list goes on over commas: "no hip, knee or ankle pain", "no pain, swelling or stiffness in the knee"."""
    if state is not PainState.SUSPECTED or previous is None or previous.mark != ",":
        return state
    goes_on = (
        _LIST_OF_PAINS.match(clause.shape) and "c" in clause.shape and not re.search(r"[Vx]", clause.shape[:first])
    )
    denied = re.search(r"[DN][fFVL]*[PBKQ][fFLPBKQ]*$", previous.shape)
    return PainState.ZERO if goes_on and denied else state


class _Carried:
    """The knee that the last clause spoke of, for "my knee was fine, then it hurt"."""

    def __init__(self) -> None:
        self._knee: Sign | None = None
        self._only = False
        self._sentence = -1
        self._side: Side | None = None

    def told(self, clause: Clause, following: Clause | None) -> Iterator[Found]:
        """What a clause without a body part of its own says of the knee carried, or of the one that follows."""
        shape = clause.shape
        if re.search(r"[KBQ#]", shape):
            return
        pain = re.search(r"[PZ]", shape)
        if self._knee is None or not self._reaches(clause):
            if pain and following and following.sentence == clause.sentence and _KNEE_TAIL.fullmatch(following.shape):
                yield self._with_tail(clause, pain.start(), following)
            return
        if pain and not re.search(r"[xoh]", shape[: pain.start()]):
            yield self._carried(verdict(clause, pain.start(), pain.start()), clause, pain.start())
        elif self._only and re.match(r"[fFVWND]*O", shape):
            fine = shape.index(w.FINE)
            state = PainState.SUSPECTED if re.search(r"[DN]", shape[:fine]) else fine_verdict(clause, fine, fine)
            yield self._carried(state, clause, fine)

    def follow(self, clause: Clause) -> None:
        """Remember the clause's last body part, if it is the runner's knee."""
        parts = re.findall(r"[KB]", clause.shape)
        if not parts:
            return
        self._knee, self._only, self._sentence = None, False, clause.sentence
        at = clause.shape.rindex(parts[-1])
        others = re.search(r"I[fFLx]?[fFL]*$|M[fFA]*V[fFVAL]*$", clause.shape[:at])
        if parts[-1] == w.KNEE and not others:
            self._knee = clause.signs[at]
            self._only = bool(_ONLY_KNEE.fullmatch(clause.shape))
            self._side = side_beside(clause, at, at)

    def _reaches(self, clause: Clause) -> bool:
        if clause.sentence == self._sentence or (self._only and clause.sentence == self._sentence + 1):
            return True
        says_it = clause.signs[0].text in _PRONOUNS or w.SCORE in clause.shape
        return clause.sentence == self._sentence + 1 and says_it

    def _carried(self, state: PainState | None, clause: Clause, at: int) -> Found:
        found = _of_clause(state, clause, at, at)
        if self._knee:
            found.mention.start = min(found.mention.start, self._knee.start)
            found.mention.side = found.mention.side or self._side
        return found

    @staticmethod
    def _with_tail(clause: Clause, at: int, following: Clause) -> Found:
        """Pain first and the knee behind a comma: "Pain again, left knee"."""
        found = _of_clause(verdict(clause, at, at), clause, at, at)
        knee = following.shape.index(w.KNEE)
        found.mention.end = following.signs[-1].end
        found.mention.side = side_beside(following, knee, knee)
        return found


def _hear_answers(here: list[Found], clause: Clause, following: Clause | None) -> None:
    """An answer of its own: "Knee pain? None." and "#kneepain, no" are explicit zeros, "good, not great" is none."""
    if following is None or (following.sentence != clause.sentence and clause.mark != "?"):
        return
    if _NOT_FINE.fullmatch(following.shape):
        for found in here:
            if found.fine and found.mention.state is PainState.ZERO:
                found.mention.state = PainState.SUSPECTED
    if not is_only_no(following):
        return
    for found in here:
        at_end = not clause.shape[found.last + 1 :].strip(w.FILLER + w.FOR + w.SIDE + w.AGAIN + w.COLON)
        if at_end and not found.scores and (found.fine or found.mention.state is not PainState.ZERO):
            found.mention.state = PainState.SUSPECTED if found.fine else PainState.ZERO
            found.mention.end = following.signs[-1].end
