"""What the program's errors were while tests ran: each is on the page of errors, and says what to try."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from syncer.errors import SyncerError

REPO = Path(__file__).resolve().parent.parent
PAGE = REPO / "docs" / "reference" / "errors.md"


def codes_on_page() -> set[str]:
    """The codes that a reader finds."""
    return set(re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


class Watch:
    """Notes what is wrong with an error when the program makes it; the tests' own errors do not count."""

    def __init__(self) -> None:
        self.known = codes_on_page()
        self.faults: list[str] = []

    def start(self) -> None:
        """From now on every error is looked at."""
        make = SyncerError.__init__

        def made(error: SyncerError, code: str, *words: Any, **named: Any) -> None:
            make(error, code, *words, **named)
            place = sys._getframe(1)
            if place.f_globals.get("__name__", "").startswith("syncer.") and place.f_code.co_name != "_rebuild":
                if code not in self.known:
                    self.faults.append(f"{code} is not in docs/reference/errors.md")
                if not error.hint.strip():
                    self.faults.append(f"{code} says nothing to try")

        SyncerError.__init__ = made  # type: ignore[method-assign]
