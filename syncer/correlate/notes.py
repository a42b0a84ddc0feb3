"""Knee pain in what the runner wrote: text in, `PainTag` out.

The syntax is in `docs/reference/notes.md`; its examples are run by a test. A hashtag is a deliberate word
("#kneepain 3/10") and tags the run; free text that sounds like knee pain is only suspected and waits for a yes or
no. Nothing said is None: not answered, which is not zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from syncer.correlate.notes_clauses import clauses
from syncer.correlate.notes_found import Mention, joined_sides
from syncer.correlate.notes_mentions import mentions
from syncer.correlate.notes_scores import with_scores
from syncer.correlate.notes_text import fold, readable, tokens
from syncer.domain.activity import Kind, Note, Provider
from syncer.domain.pain import PainEvidence, PainState, PainTag

_ABOUT_KNEES: Final = re.compile(r"knee|knie|genou|rodilla|rotul|patell|menis|femoropatell|gonalgi|pfps")
_SENTENCE: Final = re.compile(r"[^\n.!?]*(?:[.!?](?!\s)[^\n.!?]*)*(?:[\n.!?]\s*|\Z)")
# Pain first, and of pain a hashtag first; an explicit zero only where nothing else was said.
_ORDER: Final = (PainState.TAGGED, PainState.SUSPECTED, PainState.ZERO)
_LONGEST_EVIDENCE: Final = 160
_MOST_EVIDENCE: Final = 20
_MOST_READ: Final = 200_000
"""Characters of one text: a hundred pages, read in seconds. Nobody types more about a run."""


@dataclass(frozen=True, slots=True)
class _Said:
    mention: Mention
    evidence: PainEvidence


def read(text: str) -> PainTag | None:
    """What one text says of the knee; None when it says nothing of it.

    Time is linear in the length of the text. Case, accents, invisible characters, HTML and full-width signs do
    not matter.
    """
    return _combined(_said(text, None, None))


def of_texts(texts: Iterable[tuple[Provider | str | None, Note]], kind: Kind) -> PainTag | None:
    """What all texts of all recordings of one activity say together.

    Pain in any text beats an explicit zero in another, a hashtag beats free text, the highest score wins, and the
    evidence of every text that said so is kept. The order of the texts does not matter. Only runs have an answer:
    "band walks against knee pain" on a strength session says nothing of a run, so other kinds give None.
    """
    if kind is not Kind.RUN:
        return None
    said: list[_Said] = []
    for provider, note in texts:
        said.extend(_said(note.text, str(provider) if provider is not None else None, note.field))
    return _combined(said)


def _said(text: str, provider: str | None, field: str | None) -> list[_Said]:
    return [_Said(mention, PainEvidence(provider, field, quote)) for mention, quote in _found(text[:_MOST_READ])]


@lru_cache(maxsize=1024)  # "Morning Run" is what most texts say
def _found(text: str) -> tuple[tuple[Mention, str], ...]:
    """What is said of knees, each with its words."""
    return tuple(
        (mention, _quote(passage, mention))
        for passage in _passages(readable(text))
        for mention in mentions(clauses(with_scores(tokens(passage))))
    )


def _passages(text: str) -> Iterator[str]:
    """The sentences with a knee in them, with one before and two behind, where "it hurt" and "3/10" may stand.

    Everything else in a long text need not be looked at closely.
    """
    sentences = [found[0] for found in _SENTENCE.finditer(text)]
    kept = [False] * len(sentences)
    for at, sentence in enumerate(sentences):
        if _ABOUT_KNEES.search(fold(sentence)[0].replace("_", "").replace("-", "")):
            kept[max(0, at - 1) : at + 3] = [True] * len(kept[max(0, at - 1) : at + 3])
    for keep, passage in groupby(zip(kept, sentences, strict=True), key=lambda item: item[0]):
        if keep:
            yield "".join(sentence for _, sentence in passage)


def _quote(text: str, mention: Mention) -> str:
    quoted = " ".join(text[mention.start : min(mention.end, mention.start + 4 * _LONGEST_EVIDENCE)].split())
    if len(quoted) <= _LONGEST_EVIDENCE:
        return quoted
    return quoted[: _LONGEST_EVIDENCE - 1].rstrip() + "…"


def _combined(said: list[_Said]) -> PainTag | None:
    state = next((state for state in _ORDER if any(item.mention.state is state for item in said)), None)
    if state is None:
        return None
    if state is PainState.ZERO:
        return PainTag(state, 0.0, joined_sides(*(item.mention.side for item in said)), _evidence(said))
    hurting = [item for item in said if item.mention.state is not PainState.ZERO]
    scores = [item.mention.value for item in hurting if item.mention.value is not None]
    side = joined_sides(*(item.mention.side for item in hurting))
    return PainTag(state, max(scores, default=None), side, _evidence(hurting))


def _evidence(said: list[_Said]) -> tuple[PainEvidence, ...]:
    """Without repetitions, in an order that does not depend on that of the texts: tags first, then the higher score."""
    ranked = sorted(
        said,
        key=lambda item: (
            _ORDER.index(item.mention.state or PainState.ZERO),
            -(item.mention.value if item.mention.value is not None else -1),
            item.evidence.provider or "",
            item.evidence.field or "",
            item.mention.start,
            item.evidence.text,
        ),
    )
    return tuple(dict.fromkeys(item.evidence for item in ranked))[:_MOST_EVIDENCE]
