"""Changes settings in a configuration file that its owner may have written: only the lines that have to change.

Comments, order, spelling and everything else stay as they are. What comes out is read back and compared with what
was meant; a file that is written in a way that this editor does not follow is refused, never guessed at.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syncer.errors import ConfigError
from syncer.settings.load import toml_value
from syncer.settings.options import OPTIONS
from syncer.settings.secret import Secret
from syncer.workouts.toml_lines import key_lines

_HEADER = re.compile(r"\s*\[\s*[^\[\]]+?\s*\]\s*(#.*)?")


def edited(text: str, answers: Mapping[str, Any], file: Path) -> str:
    """``text``, a valid configuration, with the settings of ``answers`` (by dotted key) changed or added.

    Args:
        file: for the error message.

    Raises:
        ConfigError: ``config-by-hand``: it has to be changed by hand; the hint says how.
    """
    try:
        wanted = tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # lines that end in a bare carriage return, which reading forgives
        raise _by_hand(file, answers) from None
    for dotted, value in answers.items():
        *sections, key = dotted.split(".")
        place = wanted
        for section in sections:
            place = place.setdefault(section, {})
        place[key] = _plain(value)
    changed = text
    for dotted, value in answers.items():
        try:
            changed = _Document(changed).set(dotted, toml_value(value))
        except (ValueError, LookupError):
            raise _by_hand(file, answers) from None
    try:
        if tomllib.loads(changed) == wanted:
            return changed
    except tomllib.TOMLDecodeError:
        pass
    raise _by_hand(file, answers)


@dataclass(frozen=True, slots=True)
class _Span:
    """Lines from ``first`` to before ``end``, counted from 0."""

    first: int
    end: int


class _Document:
    """A valid TOML text as lines, each with its line end."""

    def __init__(self, text: str) -> None:
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._lines = text.splitlines(keepends=True)
        if self._lines and not self._lines[-1].endswith("\n"):
            self._lines[-1] += self._newline
        plain = text.replace("\r\n", "\n")
        self._places = {path: line - 1 for path, line in key_lines(plain).items()}

    def set(self, dotted: str, value: str) -> str:
        """The text with one setting changed or added; ``value`` as TOML.

        Raises:
            ValueError, LookupError: it is not written line by line.
        """
        path = tuple(dotted.split("."))
        section, key = path[:-1], path[-1]
        if path in self._places:
            self._replace(self._places[path], path, value)
        elif section and section in self._places and self._header_of(section) is None:
            self._beside_dotted(section, key, value)
        else:
            self._add(section, key, value)
        return "".join(self._lines)

    def _replace(self, line: int, path: tuple[str, ...], value: str) -> None:
        span = self._value_span(line)
        if not _is_one_setting(self._text(span), path):
            raise ValueError("several settings share these lines")
        text = self._text(span).rstrip("\r\n")
        comment = _comment_after(text)
        name = text[: text.index("=")].rstrip()
        self._lines[span.first : span.end] = [f"{name} = {value}{comment}{self._newline}"]

    def _beside_dotted(self, section: tuple[str, ...], key: str, value: str) -> None:
        """``strava.client_id = …`` at the top has made the section; a header for it would be an error."""
        span = self._value_span(self._places[section])
        name = ".".join((*section, key))
        if not _is_one_setting(self._text(span), None):
            raise ValueError("an inline table")
        self._lines.insert(span.end, f"{name} = {value}{self._newline}")

    def _add(self, section: tuple[str, ...], key: str, value: str) -> None:
        span = self._section_span(section)
        line = f"{key} = {value}{self._newline}"
        if span is None:
            gap = [self._newline] if self._lines and self._lines[-1].strip() else []
            self._lines += [*gap, f"[{'.'.join(section)}]{self._newline}", line]
            return
        for number in range(span.first, span.end):
            if re.match(rf"\s*#\s*{re.escape(key)}\s*=", self._lines[number]):
                # a line that only shows the default goes; one that its owner put out of use stays above
                shown = self._lines[number].rstrip() == f"# {key} = {_default((*section, key))}"
                self._lines[number + (not shown) : number + 1] = [line]
                return
        end = span.end
        while end > span.first and not self._lines[end - 1].strip():
            end -= 1
        self._lines.insert(end, line)

    def _section_span(self, section: tuple[str, ...]) -> _Span | None:
        headers = sorted(line for line in set(self._places.values()) if _HEADER.fullmatch(self._lines[line].rstrip()))
        if not section:
            return _Span(0, headers[0] if headers else len(self._lines))
        start = self._header_of(section)
        if start is None:
            return None
        return _Span(start + 1, next((line for line in headers if line > start), len(self._lines)))

    def _header_of(self, section: tuple[str, ...]) -> int | None:
        line = self._places.get(section)
        return line if line is not None and _HEADER.fullmatch(self._lines[line].rstrip()) else None

    def _value_span(self, first: int) -> _Span:
        """The lines of the setting that begins on ``first``: as many as it takes to be valid by itself."""
        for end in range(first + 1, len(self._lines) + 1):
            try:
                tomllib.loads(self._text(_Span(first, end)))
            except tomllib.TOMLDecodeError:
                continue
            return _Span(first, end)
        raise ValueError("no end")

    def _text(self, span: _Span) -> str:
        return "".join(self._lines[span.first : span.end])


def _is_one_setting(text: str, path: tuple[str, ...] | None) -> bool:
    """Whether ``text`` sets one thing; that at the end of ``path``, where it is given."""
    found: Any = tomllib.loads(text)
    name: tuple[str, ...] = ()
    depth = text[: text.index("=")].count(".") + 1
    for _ in range(depth):
        if not isinstance(found, dict) or len(found) != 1:
            return False
        ((key, found),) = found.items()
        name = (*name, key)
    return path is None or path[-depth:] == name


def _comment_after(text: str) -> str:
    """The comment behind a value on its last line, with the blanks before it; empty without one."""
    meant = tomllib.loads(text)
    last = text.rfind("\n") + 1
    for found in re.finditer(r"\s*#", text[last:]):
        try:
            if tomllib.loads(text[: last + found.start()]) == meant:
                return text[last + found.start() :]
        except tomllib.TOMLDecodeError:
            continue
    return ""


def _default(path: tuple[str, ...]) -> str:
    return next(toml_value(option.default) for option in OPTIONS if option.dotted == ".".join(path))


def _plain(value: Any) -> Any:
    """What reading ``value`` back gives."""
    if not isinstance(value, Secret):
        return value
    if value.command:
        return {"command": list(value.command)}
    if value.env or value.file:
        return {"env": value.env} if value.env else {"file": value.file}
    return value.value


def _by_hand(file: Path, answers: Mapping[str, Any]) -> ConfigError:
    shown = "; ".join(
        f"{dotted} = {'…' if isinstance(value, Secret) else toml_value(value)}" for dotted, value in answers.items()
    )
    return ConfigError(
        "config-by-hand",
        f"{file} is written in a way that syncer does not dare to change",
        why="nothing was changed",
        hint=f"set it yourself: {shown}",
        item=str(file),
    )
