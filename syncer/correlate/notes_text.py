"""From what a runner typed to plain tokens: markup gone, letters folded, every token with its place in the text.

Linear in the length of the text: each character is looked at a fixed number of times, and no pattern here can
backtrack over more than it has just read.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_INLINE = r"a|abbr|b|big|code|del|em|font|i|ins|mark|s|small|span|strong|sub|sup|u|wbr"
_INLINE_MARKUP = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z][^<>]*>|<!--[^<>]*-->", re.IGNORECASE)
# A web address says nothing of today's knee, whatever words are in it; nor does a mailbox or an @mention.
_ADDRESS = re.compile(r"(?:(?:https?|ftp)://|www\.)\S+|@\w+(?:[.-]\w+)*", re.IGNORECASE)
_MAILBOX_NAME = re.compile(r"[\w.+%-]{1,64}\Z")

_SCAN = re.compile(
    r"#(?P<tag>[^\W\d_]+(?:[_-]+[^\W\d_]+)*)"
    r"|(?P<number>\d+(?:[.,]\d+)?|(?<![.\w])\.\d+)"
    r"|(?P<word>w/o(?:ut)?\b|[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<mark>\n|->|[^\w\s]|_)"
)
# French and a few others run a short word into the next one: j'ai, l'effort, d'une, n'ai, s'est.
_ELISION = frozenset({"c", "d", "j", "l", "m", "n", "qu", "s", "t"})

# What stands for an ASCII sign in notes, before Unicode's own compatibility forms are asked.
_LOOKALIKES = (
    dict.fromkeys("’‘‛ʼ′`´", "'")
    | dict.fromkeys("“”„«»″", '"')
    | dict.fromkeys("‐‑‒–−﹣－", "-")
    | dict.fromkeys("→⇒➡⟶", "->")
    | dict.fromkeys("⁄∕÷", "/")
    | dict.fromkeys("≈∼～", "~")
    | dict.fromkeys("¿¡", " ")
    | dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n")
    | dict.fromkeys("👍👌✅", " ok ")
    | {"—": " - ", "―": " - ", "♯": "#", "½": ".5", "¼": ".25", "¾": ".75", "ı": "i", "ø": "o", "œ": "oe", "æ": "ae"}
)


class Token(NamedTuple):
    """A piece of the text.

    Attributes:
        kind: ``word``, ``number``, ``tag`` (a hashtag, without its sign), ``mark`` (one sign) or ``score``.
        text: folded: lower case, no accents.
        start: where it begins in the readable text.
        end: where it ends there.
        glued: nothing stands between it and the token before.
        value: of a score, 0-10; None where the number is over 10 or absent.
    """

    kind: str
    text: str
    start: int
    end: int
    glued: bool
    value: float | None = None


def readable(text: str) -> str:
    """The text as a reader sees it: HTML tags and entities resolved, web addresses blanked out."""
    if "<" in text:
        text = _MARKUP.sub("\n", _INLINE_MARKUP.sub("", text))
    if "&" in text:
        text = html.unescape(text)
    if "://" in text or "www." in text.lower() or "@" in text or "＠" in text:
        text = _without_addresses(text)
    return text


def _without_addresses(text: str) -> str:
    kept: list[str] = []
    done = 0
    for found in _ADDRESS.finditer(text):
        before = text[done : found.start()]
        if found[0].startswith("@"):
            name = _MAILBOX_NAME.search(before[-64:])
            glued_to_tag = name and before[: -len(name[0])].endswith("#")
            if found[0][1].isdigit() or glued_to_tag:
                continue
            if name:
                before = before[: -len(name[0])]
        kept.append(before + " ")
        done = found.end()
    return "".join(kept) + text[done:] if kept else text


def fold(text: str) -> tuple[str, list[int] | None]:
    """Lower case without accents, compatibility forms (NFKC) resolved, invisible characters gone.

    Returns:
        The folded text, and for each of its characters the index in ``text``; None where the indices are equal.
    """
    if text.isascii():
        return text.lower().translate(_ASCII), None
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        piece = _fold_character(character)
        folded.append(piece)
        places.extend([place] * len(piece))
    return "".join(folded), places


_ASCII = {ord(a): b for a, b in _LOOKALIKES.items() if a.isascii()} | dict.fromkeys(
    (*range(9), *range(14, 28), 31, 127), " "
)


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _LOOKALIKES:
        return _LOOKALIKES[character]
    # Some letters fold only after they are taken apart, and some come apart only after folding (U+03D3, U+1E9E).
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(_fold_part(part) for part in parts)


def _fold_part(part: str) -> str:
    category = unicodedata.category(part)
    if category.startswith("M") or category in ("Cf", "Sk"):
        return ""
    if part in _LOOKALIKES:
        return _LOOKALIKES[part]
    if category == "Nd":
        return str(unicodedata.digit(part))
    if part == "\n" or category[0] in "LN":
        return part
    if category[0] in "CZ":
        return " "
    # Emoji and signs of no meaning here part what stands beside them, as a comma does.
    return part if part.isascii() else ","


def tokens(text: str) -> list[Token]:
    """Words, numbers, hashtags and signs of a readable text, in order."""
    folded, places = fold(text)
    found: list[Token] = []
    last_end = -1
    for match in _SCAN.finditer(folded):
        kind, start, end = str(match.lastgroup), match.start(), match.end()
        glued = start == last_end
        last_end = end
        first = start if places is None else places[start]
        last = end if places is None else places[end - 1] + 1
        if kind == "word" and "'" in match[0]:
            found.extend(_split_at_apostrophe(match[0], first, last, glued))
        else:
            found.append(Token(kind, match["tag"] if kind == "tag" else match[0], first, last, glued))
    return found


def _split_at_apostrophe(word: str, start: int, end: int, glued: bool) -> Iterable[Token]:
    """``wife's`` → ``wife`` + ``'s``; ``j'ai`` → ``j'`` + ``ai``; ``didn't`` stays whole."""
    head, _, tail = word.partition("'")
    if tail == "s" and len(head) > 1:
        cut = max(start, end - 2)
        return (Token("word", head, start, cut, glued), Token("word", "'s", cut, end, True))
    if head in _ELISION and tail not in ("t", "s", "m", "d", "ll", "re", "ve"):
        cut = min(end, start + len(head) + 1)
        return (Token("word", head + "'", start, cut, glued), Token("word", tail, cut, end, True))
    return (Token("word", word, start, end, glued),)
