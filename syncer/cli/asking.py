"""Questions to the runner: on stderr, because stdout is for results; secrets are not shown while they are typed."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable

import typer

from syncer.errors import SyncerError, UsageError
from syncer.report.safe_text import clean, one_line

TURN_S = 0.2


def say(text: str = "") -> None:
    """A line for the runner, however quiet the manner: without it the question after it makes no sense."""
    sys.stderr.write(clean(text) + "\n")
    sys.stderr.flush()


def say_refused(error: SyncerError) -> None:
    """Why an answer was not taken, before the question comes again."""
    say(f"  {one_line(error.message)}" + (f": {one_line(error.why)}" if error.why else ""))
    if error.hint:
        say(f"  {one_line(error.hint)}")


def can_ask() -> bool:
    """Whether somebody sits at the keyboard."""
    return sys.stdin is not None and sys.stdin.isatty()


def require_terminal(what: str, hint: str) -> None:
    """Raise `UsageError` unless somebody sits at the keyboard."""
    if not can_ask():
        raise UsageError(
            "no-terminal", f"{what} needs a terminal to ask in", why="the input of this run is not one", hint=hint
        )


def ask(question: str, default: str = "") -> str:
    """One line; an empty one is the default, and without a default the question comes again."""
    while True:
        answer = _line(f"{question} [{default}]: " if default else f"{question}: ").strip() or default
        if answer:
            return answer


def ask_until[T](question: str, default: str, read: Callable[[str], T]) -> T:
    """One line that ``read`` accepts; what it raises is told, and the question comes again."""
    while True:
        try:
            return read(ask(question, default))
        except SyncerError as error:
            say_refused(error)


def ask_hidden(question: str) -> str:
    """One line that is not shown while it is typed; an empty one is asked for again."""
    while True:
        answer = _hidden_line(f"{question}: ").rstrip("\r\n")
        if answer.strip():
            return answer


def confirm(question: str, *, default: bool) -> bool:
    """Yes or no."""
    while True:
        answer = _line(f"{question} [{'Y/n' if default else 'y/N'}]: ").strip().lower()
        if not answer:
            return default
        if answer in ("y", "yes", "n", "no"):
            return answer.startswith("y")
        say("  y or n, please")


def _line(shown: str) -> str:
    sys.stderr.write(clean(shown))
    sys.stderr.flush()
    _wait_for_a_line()
    line = sys.stdin.readline()
    if not line:
        raise _no_more()
    return line


def _wait_for_a_line() -> None:
    """In short turns: a ^C that comes just before a read begins would be heard only when the read is over."""
    if os.name == "posix" and can_ask():
        while not select.select([sys.stdin], [], [], TURN_S)[0]:
            pass


def _hidden_line(shown: str) -> str:
    """From the same input as every other answer; `getpass` would take another terminal if there is one."""
    if not can_ask():
        return _line(shown)
    try:
        import termios
    except ImportError:
        import getpass

        return getpass.getpass(shown)
    before = termios.tcgetattr(sys.stdin)
    quiet = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, quiet)
    try:
        return _line(shown)
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        # the line's end was not shown either
        say()


def _no_more() -> Exception:
    if can_ask():
        return typer.Abort()
    return UsageError("no-answer", "the input ended before all questions were answered", hint="syncer --help")
