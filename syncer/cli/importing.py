"""`syncer import`: the platforms' own export archives, and FIT files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncer.cli.app import app
from syncer.cli.output import Result, progress
from syncer.cli.refreshing import match_anew
from syncer.cli.table import Table, table
from syncer.errors import BadFileError, ExitCode, SyncerError
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    from syncer.sync.ports import Skipped
    from syncer.usecases.importing import Imported

PROVIDERS = {"strava-export": "strava", "garmin-export": "garmin"}


@app.command(
    "import",
    epilog="""syncer import export_12345.zip
syncer import garmin-export/ 2026-11-22-run.fit.gz""",
)
def import_(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Zips, folders or files; several at once.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read; change nothing.")] = False,
) -> Result:
    """Read a Strava or Garmin export (zip or folder), or FIT files; importing twice changes nothing."""
    from syncer.bootstrap.home import open_home
    from syncer.store.runs import RunSource
    from syncer.usecases.importing import import_path
    from syncer.usecases.logging_runs import logged_run

    done: list[Imported] = []
    errors: list[SyncerError] = []
    with (
        open_home(ctx.obj.config, command="import") as home,
        logged_run(home.connection, "import", home.now, dry_run) as run,
    ):
        for path in paths:
            try:
                with progress(f"Reading {path.name}", ctx.obj.manner) as tell:
                    done.append(import_path(home.connection, path, home.now, dry_run=dry_run, tell=tell))
            except SyncerError as error:
                errors.append(error)
        match_anew(home, ctx.obj.manner)
        errors += [_broken(one) for item in done for one in item.broken]
        code = _exit_code(done, errors)
        run.exit_code = code
        if done and not dry_run:
            run.sources.append(RunSource("files", "ok", home.now, None, _counts(done)))
    return Result(
        {"providers": [as_json(item) for item in done], "dry_run": dry_run},
        [line for item in done for line in _lines(item, dry_run)],
        errors,
        code,
        account=not dry_run,
    )


def _counts(done: list[Imported]) -> dict[str, int]:
    changes = [item.changes for item in done]
    return {"added": sum(one.added for one in changes), "updated": sum(one.updated for one in changes)}


def _exit_code(done: list[Imported], errors: list[SyncerError]) -> ExitCode:
    if not errors:
        return ExitCode.OK
    return ExitCode.PARTIAL if done else errors[0].exit_code


def _broken(one: Skipped) -> SyncerError:
    return BadFileError(one.reason, one.message or f"{one.example} cannot be read", hint=one.hint, item=one.example)


def as_json(item: Imported) -> dict[str, Any]:
    """What importing one path did, in the contract's words."""
    return {
        "provider": PROVIDERS.get(item.source, "file"),
        "source": item.source,
        "path": item.path,
        "state": "partial" if item.broken else "ok",
        "code": None,
        "listed": item.listed,
        "items": item.items,
        "read": item.read,
        "added": item.changes.added,
        "updated": item.changes.updated,
        "unchanged": item.changes.unchanged,
        "removed": 0,
        "pending_details": 0,
        "requests": 0,
        "retry_at": None,
        "message": "",
        "skipped": [
            {"reason": one.reason, "count": one.count, "examples": list(one.examples)} for one in item.left_out
        ],
    }


def _lines(item: Imported, dry_run: bool) -> list[str | Table]:
    counts = item.changes
    what = {"strava-export": "a Strava export", "garmin-export": "a Garmin export"}.get(item.source, "FIT files")
    lines: list[str | Table] = [f"{one_line(item.path)}: {what}, {item.items} items."]
    if dry_run:
        return [*lines, f"  Would read {item.read}; {item.items - item.read} are known already."]
    lines.append(f"  Added {counts.added}, updated {counts.updated}, unchanged {counts.unchanged}.")
    if item.left_out:
        rows = [(f"  {one.reason}", one.count, "; ".join(one.examples)) for one in item.left_out]
        lines += ["  Left out:", table(["", "", ""], rows)]
    return lines
