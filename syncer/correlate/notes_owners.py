"""Whose score a score is: the knee's, the hip's, or that of the effort ("RPE 7/10")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from syncer.correlate import notes_words as w
from syncer.correlate.notes_found import Found, Mention, joined_sides, side_beside
from syncer.correlate.notes_signs import Clause, Sign
from syncer.domain.pain import PainState, Side

_FEELS: Final = w.words("feel feels felt feeling")
_EFFORTS: Final = w.words("rpe effort exertion intensity anstrengung")
_NEAR: Final = re.compile(r"[fFLV:]{0,4}")
_DIRECT: Final = re.compile(r"[fFV:dOW]*")
_STARTS_WITH_SCORE: Final = re.compile(r"[fFVLARWTcC:]*S")
_OF_ANOTHER_DAY: Final = re.compile(r"T[fFV:]*$")
_ONLY_SCORE: Final = re.compile(r"[fFVA:L]*S[fFLAK]*")
_ONLY_SIDE: Final = re.compile(r"[fF]*L[fFLCcK]*")


class _Owner(NamedTuple):
    """Something that can have a score; ``found`` is None when it is not the knee."""

    first: int
    last: int
    found: Found | None


@dataclass(slots=True)
class _Sofar:
    """What the clauses read so far leave for the next one: the last owner, and a score that had none yet."""

    owner: _Owner | None = None
    waiting: Sign | None = None


def attach_scores(clauses: list[Clause], found: list[list[Found]]) -> list[Found]:
    """Give each score in the clauses to the mention it belongs to and settle what that makes of it.

    Returns:
        The knees that a score alone makes a mention: "left knee 2/10".
    """
    bare: list[Found] = []
    sofar = _Sofar()
    previous: Clause | None = None
    for clause, here in zip(clauses, found, strict=True):
        if previous and previous.sentence != clause.sentence and not _ONLY_SCORE.fullmatch(clause.shape):
            sofar = _Sofar()
        own_bare = list(_bare_knees(clause, here))
        bare.extend(own_bare)
        _read_clause(clause, _owners(clause, here + own_bare), sofar)
        previous = clause
    for item in [*bare, *(item for here in found for item in here)]:
        _settle(item)
    return bare


def _bare_knees(clause: Clause, here: list[Found]) -> Iterator[Found]:
    if w.SCORE not in clause.shape:
        return
    covered = {at for item in here for at in range(item.first, item.last + 1)}
    for at, sign in enumerate(clause.signs):
        if sign.letter == w.KNEE and at not in covered and not re.search(r"[PQ#ITHM]", clause.shape):
            start, end = sign.start, sign.end
            yield Found(Mention(None, start, end, side=side_beside(clause, at, at)), at, at, bare=True)


def _owners(clause: Clause, here: list[Found]) -> list[_Owner]:
    owners = [_Owner(item.first, item.last, None if item.fine else item) for item in here]
    covered = {at for item in here for at in range(item.first, item.last + 1)}
    knee_so_far = False
    for at, sign in enumerate(clause.signs):
        knee_so_far = knee_so_far or at in covered
        effort = sign.letter in w.RATED + w.OTHER_TAG or (sign.text in _FEELS and not knee_so_far)
        direct = effort and (_scored_after(clause, at) or _scored_before(clause, at))
        if at not in covered and (direct or (sign.letter == w.PART and not _in_list_with_knee(clause, at))):
            owners.append(_Owner(at, at, None))
    return sorted(owners, key=lambda owner: (owner.first, owner.last))


def _scored_after(clause: Clause, at: int) -> bool:
    found = _DIRECT.match(clause.shape, at + 1)
    return bool(found) and clause.shape[found.end() : found.end() + 1] == w.SCORE if found else False


def _scored_before(clause: Clause, at: int) -> bool:
    return clause.shape[:at].endswith((w.SCORE, w.SCORE + w.FILLER))


def _in_list_with_knee(clause: Clause, at: int) -> bool:
    return bool(
        re.match(r"B[fFL]*[Cc][fFL]*[KQ]", clause.shape[at:])
        or re.search(r"K[fFL]*[Cc][fFL]*B$", clause.shape[: at + 1])
    )


def _read_clause(clause: Clause, owners: list[_Owner], sofar: _Sofar) -> None:
    if sofar.waiting and owners and owners[0].first <= 1:
        _give(owners[0], sofar.waiting, None)
    sofar.waiting = None
    for at, sign in enumerate(clause.signs):
        if sign.letter != w.SCORE or _OF_ANOTHER_DAY.search(clause.shape[:at]):
            continue
        owner = _owner_of(clause, owners, at)
        if owner:
            _give(owner, sign, _own_side(clause, at))
        elif owners:
            continue
        elif sofar.owner and _STARTS_WITH_SCORE.match(clause.shape):
            _give(sofar.owner, sign, side_beside(clause, at, at))
        elif _ONLY_SCORE.fullmatch(clause.shape):
            sofar.waiting = sign
    only_side = _ONLY_SIDE.fullmatch(clause.shape)
    if only_side and not owners and sofar.owner and sofar.owner.found:
        mention = sofar.owner.found.mention
        mention.side = joined_sides(mention.side, *(sign.side for sign in clause.signs))
        mention.end = clause.signs[-1].end
    if owners:
        sofar.owner = owners[-1]


def _owner_of(clause: Clause, owners: list[_Owner], at: int) -> _Owner | None:
    """The owner before the score, or the one right behind it when the one before has a score of its own."""
    around = next((owner for owner in owners if owner.first < at < owner.last), None)
    if around:
        return around
    before = next((owner for owner in reversed(owners) if owner.last < at), None)
    behind = next((owner for owner in owners if owner.first > at), None)
    if behind and not _NEAR.fullmatch(clause.shape, at + 1, behind.first):
        behind = None
    if before is None:
        return behind
    if behind and w.SCORE in clause.shape[before.last + 1 : at]:
        return behind
    if behind and behind.first == at + 1 and _is_rated_before(clause, at + 1):
        return behind
    scored_glued = before.found is not None and before.found.tagged and bool(before.found.scores)
    return behind if behind and scored_glued else before


def _is_rated_before(clause: Clause, at: int) -> bool:
    """An effort that closes what is said of it: "7/10 RPE", but neither "RPE 7" nor "effort was fine"."""
    return clause.signs[at].text in _EFFORTS and clause.shape[at + 1 : at + 2] in ("", w.AGAIN)


def _own_side(clause: Clause, at: int) -> Side | None:
    """The side right before a score, else right behind it, where a clause gives several: "left 2/10 right 4/10"."""
    if clause.shape.count(w.SCORE) < 2:
        return None
    beside = [sign for sign in clause.signs[max(0, at - 1) : at + 2] if sign.letter == w.SIDE]
    return beside[0].side if beside else None


def _give(owner: _Owner, score: Sign, side: Side | None) -> None:
    if owner.found is None:
        return
    owner.found.scores.append((score.value, side))
    owner.found.mention.start = min(owner.found.mention.start, score.start)
    owner.found.mention.end = max(owner.found.mention.end, score.end)


def _settle(found: Found) -> None:
    """What the scores make of a mention: any number above zero is pain, zero alone is an explicit none."""
    mention = found.mention
    if not found.scores or (mention.state is None and not found.bare):
        return
    values = [value for value, _ in found.scores if value is not None]
    mention.value = max(values) if len(values) == len(found.scores) else None
    if mention.value == 0:
        mention.state = PainState.ZERO
    else:
        mention.state = PainState.TAGGED if found.tagged else PainState.SUSPECTED
    hurting = [side or mention.side for value, side in found.scores if value != 0]
    if any(side for _, side in found.scores) and hurting:
        mention.side = joined_sides(*hurting)
