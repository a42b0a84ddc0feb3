"""The one place that prints: for people as text, for programs as one JSON object.

Commands return a `Result`; nothing below the command line writes to the terminal. Results go to stdout; errors,
warnings and progress to stderr. Text that came from outside (notes, file names) loses its control characters here.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from syncer.cli.table import PLAIN_WIDTH, Table
from syncer.domain.week import Week
from syncer.errors import ExitCode, SyncerError
from syncer.report.safe_text import clean, harmless_json, one_line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

SCHEMA = "syncer/1"
MOST_ERRORS = 20
"""For people; programs get every one."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a command has to say.

    Attributes:
        data: the JSON contract's ``data``.
        human: what a person reads on stdout: texts, tables or rich renderables, one below the other.
        account: ``human`` tells what was done, which ``-q`` leaves out; what was asked for is always shown.
        errors: what was left out or failed; each is also one entry of the envelope's ``errors``.
        exit_code: how the program ends.
        warnings: sentences for stderr that are no errors.
        raw: text for stdout as it is, instead of ``human`` (a report in another format).
    """

    data: Mapping[str, Any]
    human: Iterable[RenderableType | Table] = ()
    errors: Sequence[SyncerError] = ()
    exit_code: ExitCode = ExitCode.OK
    warnings: Sequence[str] = ()
    raw: str | None = None
    account: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How this run speaks: from the global options."""

    json: bool = False
    verbosity: int = 0
    debug: bool = False

    @property
    def quiet(self) -> bool:
        """Only errors, and what was asked for."""
        return self.verbosity < 0


def show(command: str, result: Result, manner: Manner) -> int:
    """Print a result and return the exit code."""
    if manner.json:
        _write_json(sys.stdout, envelope(command, result.data, result.errors, result.exit_code))
        return result.exit_code
    if result.raw is not None:
        sys.stdout.write(result.raw)
        sys.stdout.flush()
    elif not (result.account and manner.quiet):
        screen = console(sys.stdout)
        for part in result.human:
            _print(screen, part)
    if not manner.quiet:
        for warning in result.warnings:
            sys.stderr.write(f"note: {one_line(warning)}\n")
    for error in result.errors[:MOST_ERRORS]:
        _write_error(error)
    if len(result.errors) > MOST_ERRORS:
        more = f"{len(result.errors) - MOST_ERRORS} more errors"
        _write_error(SyncerError("more", more, hint=f"syncer --json {command} … names every one"))
    return result.exit_code


def _print(screen: Console, part: RenderableType | Table) -> None:
    if isinstance(part, Table):
        # plain lines already: rich would take every one apart once more
        screen.file.write(clean(part.text(screen.width if screen.file.isatty() else None)) + "\n")
        screen.file.flush()
    elif isinstance(part, str):
        screen.print(clean(part), markup=False, highlight=False, soft_wrap=True)
    else:
        screen.print(part, markup=False, highlight=False)


def show_error(command: str, error: SyncerError, manner: Manner) -> int:
    """Print a failure: three lines on stderr, or the envelope."""
    if manner.json:
        _write_json(sys.stdout, envelope(command, {}, [error], error.exit_code))
    else:
        _write_error(error)
    return error.exit_code


def envelope(
    command: str, data: Mapping[str, Any], errors: Iterable[SyncerError], exit_code: ExitCode
) -> dict[str, Any]:
    """The contract's JSON object around ``data``."""
    status = {ExitCode.OK: "success", ExitCode.PARTIAL: "partial"}.get(exit_code, "error")
    return {
        "schema": SCHEMA,
        "command": command,
        "status": status,
        "exit_code": int(exit_code),
        "data": plain(data),
        "errors": [
            {
                "code": error.code,
                "message": ": ".join(part for part in (error.message, error.why) if part),
                "hint": error.hint,
                "provider": error.provider,
                "item": error.item,
            }
            for error in errors
        ],
    }


def plain(value: Any) -> Any:
    """Any value of ours as JSON: dates ISO 8601, weeks ``2026-W47``, whole floats as integers, no NaN."""
    if value is None or (isinstance(value, bool | int) and not isinstance(value, Enum)):
        return value
    if isinstance(value, str):
        if value.isascii():
            return str(value)
        # a lone surrogate (a file name that is no UTF-8) has no place in JSON text
        return str(value).encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float):
        return None if not math.isfinite(value) else int(value) if value.is_integer() else value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Week | Path):
        return plain(str(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(inner) for key, inner in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {member.name: plain(getattr(value, member.name)) for member in fields(value)}
    return [plain(inner) for inner in value]


def console(stream: IO[str]) -> Console:
    """A rich console: colours and the terminal's width on a terminal, plain text of a fixed width elsewhere."""
    from rich.console import Console

    width = None if stream.isatty() else PLAIN_WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


class Progress(Protocol):
    """Tells the runner how far a long job is."""

    def __call__(self, done: int, total: int | None) -> None:
        """``done`` of ``total`` items; ``total`` None while it is not known."""


@contextmanager
def progress(label: str, manner: Manner, *, wanted: bool = True, counted: bool = True) -> Iterator[Progress]:
    """A progress bar on stderr, on a terminal only, where it is ``wanted``; not ``counted``, it only says what runs."""
    if not wanted or manner.json or manner.quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        *((MofNCompleteColumn(), TimeRemainingColumn()) if counted else ()),
        console=console(sys.stderr),
        transient=True,
        redirect_stdout=False,  # results go where they belong while the bar is up
        redirect_stderr=False,
    ) as bar:
        task = bar.add_task(one_line(label), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _write_error(error: SyncerError) -> None:
    sys.stderr.write(f"error: {one_line(error.message)}\n")
    if error.why:
        sys.stderr.write(f"  {one_line(error.why)}\n")
    if error.hint:
        sys.stderr.write(f"  try: {one_line(error.hint)}\n")


def json_text(value: Any, indent: int | None = None) -> str:
    """As JSON, on one line without ``indent``; whatever stands in it, it can be shown on a terminal."""
    import json

    return harmless_json(json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)) + "\n"


def _write_json(stream: IO[str], value: Mapping[str, Any]) -> None:
    stream.write(json_text(value))
    stream.flush()
