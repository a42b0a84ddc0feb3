"""How runners call the lateral band walk in their titles and notes, in English, German, French and Spanish."""

from __future__ import annotations

import re
import unicodedata

_BAND = (
    r"\b(?:(?:mini|thera|gummi|widerstands|fitness|resistance|loop)[ -]?)?band(?:s|er|es|ed|a|as)?\b"
    r"|\belasti(?:c|co|cos|ca|cas|que|ques)\b|\bgomas?\b|\bbandes?\b"
)
# Each is a band walk by itself. The iliotibial band ("IT band") is none that anyone walks with.
_BY_ITSELF = re.compile(
    r"(?<!\bit )(?<!\bitb )(?<!tibial )\bband(?:ed)? ?(?:side ?|lateral ?|monster ?)?walk(?:s|ing)?\b"
    r"|\bbanded (?:lateral|side) ?(?:step|shuffle)s?\b"
    r"|\blateral (?:(?:mini|resistance|loop) ?)?band(?:s|ed)?\b(?! syndrome)"
    r"|\blateral walks?\b"
    r"|\bmonster ?(?:walks?|gang|gange|gaenge)\b"
    r"|\b(?:mini|thera|gummi|widerstands|fitness)? ?bandg(?:ang|ange|aenge)s?\b"
)
# These need a band in the same clause: without one they are something else.
_SIDEWAYS = re.compile(
    r"\b(?:side|sideways|crab) ?(?:walk|step|shuffle)(?:s|ing)?\b"
    r"|\bseit(?:w(?:a|ae)rts|lich\w*) ?(?:ge(?:hen|gangen|he)|lauf\w*|schritt\w*)"
    r"|\bseit(?:gang|gange|gaenge|schritt\w*)\b"
    r"|\b(?:geh\w*|lauf\w*|schritt\w*) seit(?:w(?:a|ae)rts|lich)\b"
    r"|\bmarche\w* laterale?s?\b|\bpas (?:chasses|lateraux)\b"
    r"|\b(?:caminata|marcha|paso|desplazamiento)s? lateral(?:es)?\b"
)
_NOT_DONE_BEFORE = re.compile(
    r"\b(?:no|not|without|skip(?:ped|ping)?|instead of|forgot|missed|(?:did|do|could|can)(?:n'?t| not)(?: do)?"
    r"|kein\w*|ohne|statt|nicht|sans|pas de|sin)"
    r"(?: (?:the|my|any|more|of|lateral|side|usual|today'?s|die|der|den|das|meine|les|mes|las|los|mis))* ?$"
)
_NOT_DONE_AFTER = re.compile(
    r"^ ?(?:was |were |wurden? |today |heute )*(?:skipped|missed|forgotten|ausgelassen|vergessen|weggelassen)\b"
)
_HINT = re.compile(r"band|lateral|monster|elasti|goma")
"""Whatever tells of a band walk holds one of these; most texts do not, and are read no further."""
_CLAUSE = re.compile(r"[.,;:!?\n()/|]+|\b(?:but|aber|mais|pero)\b")


def names_band_walk(text: str) -> bool:
    """Whether a title, a note or an exercise's name tells of lateral band walks that were done.

    "No band walks today" and "skipped the band walks" do not. Case, accents, hyphens and underscores do not matter.
    """
    plain = _plain(text)
    if not _HINT.search(plain):
        return False
    for clause in _CLAUSE.split(plain):
        for found in _mentions(clause):
            before, after = clause[: found.start()], clause[found.end() :]
            if not (_NOT_DONE_BEFORE.search(before) or _NOT_DONE_AFTER.match(after)):
                return True
    return False


def _mentions(clause: str) -> list[re.Match[str]]:
    sideways = list(_SIDEWAYS.finditer(clause)) if re.search(_BAND, clause) else []
    return [*_BY_ITSELF.finditer(clause), *sideways]


def _plain(text: str) -> str:
    """Lower case without accents; hyphens, underscores and runs of spaces are one space."""
    bare = text.casefold()
    if not bare.isascii():
        folded = unicodedata.normalize("NFKD", bare.replace("’", "'"))
        bare = "".join(character for character in folded if not unicodedata.combining(character))
    return re.sub(r"[^\S\n]+", " ", re.sub(r"[-_‐‑–]", " ", bare))
