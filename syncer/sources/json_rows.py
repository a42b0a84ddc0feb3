"""The rows of a large JSON list, one at a time: a heavy user's summary of activities has more than 100 MB."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO

_CHUNK = 2**20
LARGEST_ROW = 16 * 2**20
_GAP = re.compile(r"[\s,]*")


def json_rows(stream: IO[bytes], key: str) -> Iterator[object]:
    """The values in each list that stands under ``key``, or in a list at the top where there is no such key.

    Args:
        stream: JSON in UTF-8.
        key: as in ``[{"key": [{…}, {…}]}]`` or ``{"key": [{…}]}``.

    Raises:
        ValueError: it is no such JSON from some place on; the rows before have been given.
    """
    text = _Text(stream)
    opening = re.compile(rf'"{re.escape(key)}"\s*:\s*\[')
    if not text.skip_to(opening):
        text = text.rewound()
        if not text.skip_to(re.compile(r"\s*\[")):
            raise ValueError("it holds no list of activities")
    while True:
        yield from text.values()
        if not text.skip_to(opening):
            return


class _Text:
    """A window over the stream's text."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self.text = ""
        self.at = 0
        self.whole = False

    def rewound(self) -> _Text:
        """The same from the beginning."""
        self.stream.seek(0)
        return _Text(self.stream)

    def more(self) -> bool:
        """Read on; False at the end."""
        if self.whole:
            return False
        chunk = self.stream.read(_CHUNK)
        self.whole = not chunk
        self.text = self.text[self.at :] + self.decoder.decode(chunk, final=self.whole)
        self.at = 0
        return not self.whole

    def skip_to(self, opening: re.Pattern[str]) -> bool:
        """Go behind the next match; False when there is none."""
        while not (found := opening.search(self.text, self.at)):
            self.at = max(self.at, len(self.text) - 200)  # the match may stand across the edge
            if not self.more():
                return False
        self.at = found.end()
        return True

    def values(self) -> Iterator[object]:
        """The values up to the list's end."""
        decoder = json.JSONDecoder()
        while True:
            gap = _GAP.match(self.text, self.at)
            self.at = gap.end() if gap else self.at
            if self.text[self.at : self.at + 1] == "]":
                return
            try:
                row, after = decoder.raw_decode(self.text, self.at)
            except json.JSONDecodeError as problem:
                if len(self.text) - self.at > LARGEST_ROW:
                    raise ValueError("one of its rows is absurdly long") from problem
                if self.more():
                    continue
                raise ValueError("it ends in the middle of a row") from problem
            except RecursionError as problem:
                raise ValueError("one of its rows is nested absurdly deep") from problem
            yield row
            self.at = after
