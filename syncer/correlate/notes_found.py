"""What finding and scoring share: a mention of the knee, its place in a clause, and the side beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from syncer.correlate import notes_words as w
from syncer.correlate.notes_signs import Clause
from syncer.domain.pain import PainState, Side

_SIDE_BEFORE: Final = re.compile(r"L[fLCcSK:]*$")
_SIDE_AFTER: Final = re.compile(r"c?[fF:S]*(?:K[fF:S]*)?L[LCcfK]*")


@dataclass(slots=True)
class Mention:
    """One place that speaks of the knee.

    Attributes:
        state: TAGGED for a hashtag, ZERO or SUSPECTED; None where it is not about the runner's knee on this run.
        start: where it begins in the readable text.
        end: where it ends there.
        value: 0-10, None without a number or with one over 10.
    """

    state: PainState | None
    start: int
    end: int
    value: float | None = None
    side: Side | None = None


@dataclass(slots=True)
class Found:
    """A mention in its clause.

    Attributes:
        first: its first sign in the clause.
        last: its last sign there.
        tagged: by a hashtag.
        fine: it says that the knee is fine; a score beside it is then none of pain.
        bare: a knee of which nothing is said unless a score is.
        scores: the numbers that were given for it, each with its own side where one stands beside it.
    """

    mention: Mention
    first: int
    last: int
    tagged: bool = False
    fine: bool = False
    bare: bool = False
    scores: list[tuple[float | None, Side | None]] = field(default_factory=list)


def side_beside(clause: Clause, first: int, last: int) -> Side | None:
    """The side that stands before, in or right behind the signs ``first`` to ``last``."""
    return joined_sides(*(clause.signs[at].side for at in sides_beside(clause, first, last)))


def sides_beside(clause: Clause, first: int, last: int) -> list[int]:
    """Where those side words are in the clause."""
    before = _SIDE_BEFORE.search(clause.shape[:first])
    after = _SIDE_AFTER.match(clause.shape[last + 1 :])
    start = before.start() if before else first
    end = last + 1 + (after.end() if after else 0)
    return [at for at in range(start, end) if clause.shape[at] == w.SIDE]


def joined_sides(*sides: Side | None) -> Side | None:
    """Left and right together are both."""
    named = {side for side in sides if side}
    if len(named) > 1:
        return Side.BOTH
    return named.pop() if named else None
