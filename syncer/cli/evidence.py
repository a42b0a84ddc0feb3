"""`syncer evidence`: the statistics alone, for the runner's own log or for other people's histories."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from syncer.cli.app import app
from syncer.cli.options import day_option
from syncer.cli.output import Manner, Result, json_text, plain, progress
from syncer.errors import ExitCode, SyncerError, UsageError


@app.command(
    epilog="""syncer evidence
syncer evidence --history runners.jsonl"""
)
def evidence(
    ctx: typer.Context,
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="FILE.jsonl", help="Other people's histories, one a line; - for stdin."),
    ] = None,
    as_of: Annotated[date | None, day_option("--as-of", "Use nothing dated later.")] = None,
) -> Result:
    """Say what the data supports about skipped sessions and knee pain, and no more."""
    if history is not None:
        return _histories(history, as_of, ctx.obj.manner)
    from syncer.bootstrap.home import judged, open_home, plan_rules
    from syncer.report.json import evidence_as_json
    from syncer.report.outline import evidence_lines
    from syncer.usecases.reporting import evidence_of, previous_verdict

    with open_home(ctx.obj.config) as home:
        day = as_of or home.today
        everything = judged(home, as_of=day)
        found = evidence_of(everything, plan_rules(home.settings).reading, day, previous_verdict(home.connection, day))
    return Result(evidence_as_json(found), list(evidence_lines(found)))


def _histories(file: Path, as_of: date | None, manner: Manner) -> Result:
    """Stream one evidence object a line, or gather them for ``--json``."""
    from syncer.report.json import evidence_as_json
    from syncer.sources.history_lines import lines_as_they_come
    from syncer.usecases.histories import analyse_histories

    errors: list[SyncerError] = []
    found: list[dict[str, Any]] = []
    # on one terminal the bar and the lines would write over each other
    with _opened(file) as stream, progress("Judging histories", manner, wanted=not sys.stdout.isatty()) as tell:
        total = _count(stream)
        for done, one in enumerate(analyse_histories(lines_as_they_come(stream), as_of), start=1):
            tell(done, total)
            if isinstance(one, SyncerError):
                errors.append(one)
                continue
            shown = {"id": one.id, **evidence_as_json(one.evidence)}
            if manner.json:
                found.append(shown)
            else:
                sys.stdout.write(json_text(plain(shown)))
                sys.stdout.flush()  # whoever reads them through a pipe has each as soon as it is known
    code = ExitCode.PARTIAL if errors else ExitCode.OK
    return Result({"histories": found}, raw="", errors=errors, exit_code=code)


def _count(stream: BinaryIO) -> int | None:
    """How many histories there are, for the bar; None where they come through a pipe, or nobody looks."""
    from syncer.sources.history_lines import lines_as_they_come

    if not sys.stderr.isatty() or not stream.seekable():
        return None
    start = os.lseek(stream.fileno(), 0, os.SEEK_CUR)
    count = sum(1 for line in lines_as_they_come(stream) if line and line.strip())
    os.lseek(stream.fileno(), start, os.SEEK_SET)
    return count


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        if sys.stdin is None:
            raise UsageError(
                "cannot-read",
                "cannot read standard input",
                why="it is closed",
                hint="name a file instead of -",
                item="-",
            )
        yield sys.stdin.buffer
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        raise UsageError(
            "cannot-read",
            f"cannot read {file}",
            why=error.strerror or "",
            hint="name a file that is there and that you may read, or - for standard input",
            item=str(file),
        ) from None
    with stream:
        yield stream
