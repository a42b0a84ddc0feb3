"""The weekly report that comes by itself: once, when the week has turned, and caught up after days off.

A report is early while a source could not be read whole; then it is written again on the next good night.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from syncer.correlate.view import WeeklyReport
from syncer.domain.week import Week
from syncer.errors import SyncerError
from syncer.store.database import one, transaction
from syncer.store.items import Meta
from syncer.store.weeks import Questions
from syncer.usecases.reporting import keep_verdict
from syncer.whole_file import LEFTOVER, write_whole

_KEY = "weekly_report"
_EARLY = " early"
_NAME = re.compile(r"(\d{4}-W\d{2})\.(html|md)")
# a younger one may be somebody's who is still writing
_HALF = re.compile(rf"\.\d{{4}}-W\d{{2}}\.(html|md){LEFTOVER}")
STALE_S = 3600.0
_KINDS = {"plan": "excuse", "pain": "pain"}


@dataclass(frozen=True, slots=True)
class Written:
    """A report that was written.

    Attributes:
        path: the one to open.
        questions: commands ready to copy, none of which was asked in an earlier report.
        again: it was there before, made while a source could not be read.
    """

    week: Week
    path: Path
    questions: tuple[str, ...]
    again: bool


@dataclass(frozen=True, slots=True)
class ReportRules:
    """How reports are kept: where, how many, in which units."""

    folder: Path
    keep: int
    units: str


def due_weeks(connection: sqlite3.Connection, today: date, keep: int) -> tuple[Week, ...]:
    """The finished weeks whose report is still to be written, oldest first, ``keep`` at most.

    At first that is last week's alone; nothing as long as nothing is known.
    """
    last = Week.of(today).plus(-1)
    known = Meta(connection).get(_KEY) or ""
    newest = Week.parse(known.removesuffix(_EARLY)) if known else None
    # beyond the next week: a clock was wrong once, which must not mean no report for ever
    if newest is None or newest > last.plus(1):
        return (last,) if _anything(connection) else ()
    week = max(newest.plus(0 if known.endswith(_EARLY) else 1), last.plus(1 - keep))
    found = []
    while week <= last:
        found.append(week)
        week = week.plus(1)
    return tuple(found)


def write_reports(
    connection: sqlite3.Connection,
    weeks: Sequence[Week],
    make: Callable[[Week], WeeklyReport],
    rules: ReportRules,
    now: datetime,
    *,
    final: bool,
) -> Iterator[Written]:
    """Write the reports of ``weeks``, one at a time; what is written stays written if a later one fails.

    Args:
        make: the report of a week as of today.
        final: every source was read whole; otherwise the newest is written again on the next good night.

    Raises:
        SyncerError: ``cannot-write``.
    """
    for week in weeks:
        newest = week == weeks[-1]
        known = Meta(connection).get(_KEY)
        made = make(week)
        # sessions at the end of the week before could still be done when its report was written
        open_then = make(week.plus(-1)).questions if known else ()
        fresh = _unasked(connection, (*open_then, *made.questions))
        path = _write(replace(made, questions=fresh), rules)
        # all of it or nothing: killed in between, the report is written again and asks what it asked
        with transaction(connection):
            if final:
                _asked(connection, fresh, now)
            keep_verdict(connection, made, now)
            Meta(connection).set(_KEY, f"{week}{'' if final or not newest else _EARLY}")
        yield Written(week, path, fresh, known == f"{week}{_EARLY}")


def prune_reports(folder: Path, keep: int) -> int:
    """Remove the reports of all but the newest ``keep`` weeks, and what a killed night has left half-written.

    No other file is touched.

    Returns:
        How many files went.

    Raises:
        SyncerError: ``cannot-write``.
    """
    try:
        files = list(folder.iterdir())
        weeks = {file: match[1] for file in files if (match := _NAME.fullmatch(file.name))}
        kept = set(sorted(set(weeks.values()), reverse=True)[:keep])
        gone = [file for file, week in weeks.items() if week not in kept]
        gone += [file for file in files if _HALF.fullmatch(file.name) and time.time() - file.stat().st_mtime > STALE_S]
        for file in gone:
            file.unlink(missing_ok=True)
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        raise _cannot(folder, error) from None
    return len(gone)


def _write(made: WeeklyReport, rules: ReportRules) -> Path:
    from syncer.report.html import render_html
    from syncer.report.markdown import render_markdown

    try:
        rules.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot(rules.folder, error) from None
    write_whole(rules.folder / f"{made.week}.md", render_markdown(made, rules.units).encode())
    page = rules.folder / f"{made.week}.html"
    write_whole(page, render_html(made, rules.units).encode())
    return page


def _anything(connection: sqlite3.Connection) -> bool:
    return bool(one(connection, "SELECT EXISTS (SELECT 1 FROM activities) OR EXISTS (SELECT 1 FROM plan_rules)")[0])


def _unasked(connection: sqlite3.Connection, commands: Sequence[str]) -> tuple[str, ...]:
    """Those that no earlier report has asked; a command says what it asks about, which is what is remembered."""
    questions = Questions(connection)
    return tuple(command for command in dict.fromkeys(commands) if questions.new(*_about(command)))


def _asked(connection: sqlite3.Connection, commands: Sequence[str], now: datetime) -> None:
    for command in commands:
        kind, subjects = _about(command)
        Questions(connection).asked(kind, subjects, now)


def _about(command: str) -> tuple[str, tuple[str]]:
    """``syncer plan excuse SESSION …`` and ``syncer pain set RUN …`` as kind and subject."""
    words = command.split()
    return _KINDS[words[1]], (words[3],)


def _cannot(folder: Path, error: OSError) -> SyncerError:
    return SyncerError(
        "cannot-write",
        f"the reports in {folder} cannot be written",
        why=error.strerror or str(error),
        hint="syncer doctor",
        item=str(folder),
    )
