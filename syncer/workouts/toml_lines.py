"""On which line each key of a TOML document stands; `tomllib` reads the values but does not tell.

The text must be valid TOML 1.0 (read it with `tomllib` first), which keeps this scanner small: it follows keys,
tables and nesting, and steps over values.
"""

from __future__ import annotations

import re

type Path = tuple[str | int, ...]
"""Keys and array positions from the root: ``("steps", 0, "reps")``."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'",
    re.DOTALL,
)
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PLAIN_VALUE = re.compile(r"[^,\]}\n#]+")


def key_lines(text: str) -> dict[Path, int]:
    """The line (from 1) of every key, table header and array element of a valid TOML text."""
    scan = _Scan(text)
    scan.document()
    return scan.lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of ``path``, or of the nearest thing that contains it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scan:
    """One walk over the text; ``at`` is the position reached."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._arrays: dict[Path, int] = {}
        self._line = 1
        self._counted = 0

    def document(self) -> None:
        table: Path = ()
        while self._skip_blank():
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _here(self) -> int:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def _mark(self, path: Path) -> None:
        self.lines.setdefault(path, self._here())

    def _skip_blank(self) -> bool:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at < len(self.text)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"no valid TOML on line {self._here()}")
        self.at = found.end()
        return found[0]

    def _header(self) -> Path:
        """``[a.b]`` or ``[[a.b]]``; a name of an array of tables on the way means its latest element."""
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        path: Path = ()
        keys = self._key()
        for position, key in enumerate(keys):
            path = (*path, key)
            self._mark(path)
            last = position == len(keys) - 1
            if last and is_array:
                self._arrays[path] = self._arrays.get(path, -1) + 1
            if path in self._arrays:
                path = (*path, self._arrays[path])
                self._mark(path)
        self._skip_blank()
        self.at += 2 if is_array else 1
        return path

    def _key(self) -> list[str]:
        """A dotted key; quoted parts are read by the same rules as values."""
        import tomllib

        keys = []
        while True:
            self._skip_blank()
            if self.text[self.at] in "\"'":
                keys.append(str(tomllib.loads(f"x = {self._take(_STRING)}")["x"]))
            else:
                keys.append(self._take(_BARE_KEY))
            self._skip_blank()
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _pair(self, table: Path) -> None:
        path = table
        self._skip_blank()
        start_line = self._here()
        for key in self._key():
            path = (*path, key)
            self.lines.setdefault(path, start_line)
        self.at += 1  # the equals sign
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip_blank()
        first = self.text[self.at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        elif first in "\"'":
            self._take(_STRING)
        else:
            self._take(_PLAIN_VALUE)

    def _array(self, path: Path) -> None:
        self.at += 1
        position = 0
        while self._skip_blank() and self.text[self.at] != "]":
            self._mark((*path, position))
            self._value((*path, position))
            position += 1
            self._skip_blank()
            self.at += self.text[self.at] == ","
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self._skip_blank() and self.text[self.at] != "}":
            self._pair(path)
            self._skip_blank()
            self.at += self.text[self.at] == ","
        self.at += 1
