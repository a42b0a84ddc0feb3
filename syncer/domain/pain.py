"""Knee pain as the runner writes it. Nothing said is not zero: `None` stands for "not answered"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CLEAN_DAYS = 7
"""Pain is new when the runs of this many days before were free of it."""


class PainState(StrEnum):
    """What a text says of the knee.

    ``TAGGED`` a hashtag or a manual entry; ``ZERO`` an explicit "no pain"; ``SUSPECTED`` free text that sounds
    like pain and waits for a yes or no.
    """

    TAGGED = "tagged"
    ZERO = "zero"
    SUSPECTED = "suspected"


class Side(StrEnum):
    """Which knee."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class PainEvidence:
    """The words that said so. ``provider`` and ``field`` are None for a bare text."""

    provider: str | None
    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class PainTag:
    """What is known of the knee on one run.

    Attributes:
        score: 0-10 numeric rating scale, None when no number was given; 0 for ``ZERO``.
        manual: set by hand (`syncer pain set`), which beats every text.
    """

    state: PainState
    score: float | None = None
    side: Side | None = None
    evidence: tuple[PainEvidence, ...] = ()
    manual: bool = False

    def is_pain(self, threshold: float) -> bool:
        """Tagged pain at or above ``threshold`` (0-10). A tag without a number counts as pain."""
        return self.state is PainState.TAGGED and (self.score is None or self.score >= threshold)
