"""The commands that stand in a page, and what the page says they print."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
PAGES = sorted([REPO / "README.md", *(REPO / "docs").rglob("*.md")])
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
CUT = "…"
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}(\.[a-z]+)?$|…|<")


@dataclass(frozen=True, slots=True)
class Example:
    """One command of a page.

    Attributes:
        line: its number in the page, from 1.
        command: as a reader types it, without the comment behind it.
        shown: the lines below it in a ``console`` block; None in an ``sh`` block, which shows none.
    """

    line: int
    command: str
    shown: tuple[str, ...] | None

    @property
    def words(self) -> list[str]:
        """The command's words, the program's name left out."""
        return shlex.split(self.command)[1:]

    @property
    def is_ours(self) -> bool:
        """True for a command of syncer itself."""
        return self.command.split()[:1] == ["syncer"]

    @property
    def has_placeholder(self) -> bool:
        """True where a word stands for something that the reader puts there: ``ID``, ``FILE``, ``…``."""
        return any(PLACEHOLDER.search(word) for word in self.words)


def blocks(text: str) -> list[tuple[int, str, list[str]]]:
    """Line number, language and lines of each fenced block; an indented block is taken out of its indent."""
    found = []
    for fence in FENCE.finditer(text):
        indent = len(fence[1])
        lines = [line[indent:] for line in fence[3].splitlines()]
        found.append((text.count("\n", 0, fence.start()) + 2, fence[2], lines))
    return found


def examples(page: Path) -> list[Example]:
    """The commands of a page, in order."""
    found: list[Example] = []
    for first, language, lines in blocks(page.read_text(encoding="utf-8")):
        if language == "sh":
            typed = [(number, _bare(line)) for number, line in enumerate(lines, first)]
            found += [Example(number, command, None) for number, command in typed if command]
        elif language == "console":
            starts = [at for at, line in enumerate(lines) if line.startswith("$ ")]
            for at, end in zip(starts, [*starts[1:], len(lines)], strict=True):
                found.append(Example(first + at, lines[at][2:], tuple(lines[at + 1 : end])))
    return found


def agrees(shown: tuple[str, ...], printed: list[str]) -> bool:
    """Whether a page shows what was printed: line by line, with anything where it says ``…``."""
    pattern = "".join(r"(?:[^\n]*\n)*?" if line.strip() == CUT else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


def _bare(line: str) -> str:
    """A line of an ``sh`` block without the comment at its end."""
    return re.sub(r"(^|\s+)#\s.*$", "", line).rstrip()
