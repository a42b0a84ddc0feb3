"""A TOML text that knows its lines, and one of its tables, read key by key with errors that say what was meant."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from syncer.errors import ConfigError
from syncer.workouts.toml_lines import Path, key_lines, line_of

_AT_LINE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Source:
    """The document: its values, and the line of each."""

    file: str
    values: dict[str, Any]
    lines: dict[Path, int]

    @classmethod
    def of(cls, text: str, file: str) -> Source:
        """Read TOML.

        Raises:
            ConfigError: ``template-syntax``.
        """
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as problem:
            found = _AT_LINE.search(str(problem))
            line = int(found[1]) if found and found[1] else max(1, text.rstrip().count("\n") + 1)
            reason = _AT_LINE.sub("", str(problem))
            raise _error("template-syntax", file, line, "this is no TOML", reason) from None
        except ValueError:  # Python reads no number of more than 4300 digits
            long = re.search(r"\d{1000}", text.replace("_", ""))
            line = text.replace("_", "").count("\n", 0, long.start() if long else 0) + 1
            raise _error("template-syntax", file, line, "this is no template", "this number is far too long") from None
        except RecursionError:
            raise _error(
                "template-syntax", file, 1, "this is no template", "its values are nested too deeply"
            ) from None
        return cls(file, values, key_lines(text))

    def error(self, path: Path, what: str, why: str, code: str = "template-value") -> ConfigError:
        """An error at the line of ``path``."""
        return _error(code, self.file, line_of(self.lines, path), what, why)


def _error(code: str, file: str, line: int, what: str, why: str) -> ConfigError:
    return ConfigError(
        code, f"{file}:{line}: {what}", why=why, hint=f"syncer workout check {file}", item=f"{file}:{line}"
    )


class Table:
    """One table of the document.

    Args:
        source: the document.
        path: where the table stands in it.
        values: its keys and values.
        kind: what it is, for messages: ``a level``.
        known: the keys it may have; the first unknown one is an error.
    """

    def __init__(
        self, source: Source, path: Path, values: dict[str, Any], kind: str, known: Sequence[str] | None = None
    ) -> None:
        self.source = source
        self.path = path
        self.kind = kind
        self._values = values
        for key in values if known is not None else ():
            if key not in (known or ()):
                raise self.error(
                    key, f"unknown key '{key}' in {kind}", self.meant(key, known or ()), "template-unknown-key"
                )

    def as_kind(self, kind: str, known: Sequence[str]) -> Table:
        """The same table, now that it is known what it has to be."""
        return Table(self.source, self.path, self._values, kind, known)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._values

    def given(self, keys: Sequence[str]) -> list[str]:
        """Those of ``keys`` that are there, in the order of the file."""
        return [key for key in self._values if key in keys]

    def get(self, key: str) -> object:
        """The bare value, None without one."""
        return self._values.get(key)

    def error(self, key: str, what: str, why: str, code: str = "template-value") -> ConfigError:
        """An error at the key's line."""
        return self.source.error((*self.path, key), what, why, code)

    def missing(self, key: str, why: str = "") -> ConfigError:
        """An error for a key that should be there, at the table's line."""
        return self.error(key, f"{self.kind} without '{key}'", why or f"'{key}' is needed", "template-missing-key")

    def meant(self, word: str, known: Sequence[str]) -> str:
        """``did you mean …?`` where something is close, and what there is."""
        close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
        meant = f"did you mean '{close[0]}'? " if close else ""
        return f"{meant}Known are {', '.join(known)}"

    def text(self, key: str, default: str | None = None, *, lines: bool = False) -> str:
        """A text, trimmed; line breaks only where ``lines``.

        Raises:
            ConfigError: ``template-missing-key`` or ``template-value``.
        """
        value = self._value(key, default)
        if not isinstance(value, str):
            raise self._wrong(key, value, "a text in quotes")
        value = value.strip()
        if not value and (default is None or (default and self.has(key))):
            raise self.error(key, f"'{key}' is empty", "it needs a text")
        if _CONTROL.search(value) or (not lines and "\n" in value):
            raise self.error(
                key, f"'{key}' holds a control character", "one line of plain text" if not lines else "plain text"
            )
        return value

    def whole(self, key: str, high: int, word: str = "") -> int:
        """A whole number from 1 to ``high``; errors also name the ``word`` that may stand instead.

        Raises:
            ConfigError: ``template-missing-key`` or ``template-value``.
        """
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int):
            instead = f', or "{word}"' if word else ""
            raise self._wrong(key, value, f"a whole number from 1 to {high}{instead}")
        if not 1 <= value <= high:
            raise self.error(key, f"'{key}' is {value}", f"allowed are 1 to {high}")
        return value

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """One of the given words.

        Raises:
            ConfigError: ``template-missing-key`` or ``template-value``.
        """
        value = self._value(key, default)
        if value == default and not self.has(key):
            return str(value)
        if not isinstance(value, str):
            raise self._wrong(key, value, "a text in quotes")
        if value not in allowed:
            raise self.error(key, f"'{key}' is '{value}'", self.meant(value, allowed))
        return value

    def tables(self, key: str, *, optional: bool = False) -> list[Table]:
        """The tables under ``[[key]]``; at least one unless ``optional``.

        Raises:
            ConfigError: ``template-missing-key`` or ``template-value``.
        """
        if optional and not self.has(key):
            return []
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._wrong(key, value, f"tables, each under [[{key}]]")
        if not value:
            raise self.error(key, f"'{key}' is empty", "at least one is needed")
        return [Table(self.source, (*self.path, key, position), item, key) for position, item in enumerate(value)]

    def _value(self, key: str, default: object = None) -> Any:
        if default is None and key not in self._values:
            raise self.missing(key)
        return self._values.get(key, default)

    def _wrong(self, key: str, value: object, wanted: str) -> ConfigError:
        meant = ""
        if isinstance(value, str) and value.strip().isdigit():
            meant = f"; did you mean {key} = {value.strip()}, without quotes?"
        elif isinstance(value, float) and value.is_integer():
            meant = f"; did you mean {key} = {int(value)}?"
        elif isinstance(value, int) and not isinstance(value, bool) and "text" in wanted:
            meant = f'; did you mean {key} = "{value}"?'
        return self.error(key, f"'{key}' is {_kind_of(value)}", f"it has to be {wanted}{meant}")


_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number with a point"),
    (str, "a text"),
    (list, "a list"),
    (dict, "a table"),
)


def _kind_of(value: object) -> str:
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "a date or time")
