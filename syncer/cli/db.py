"""`syncer db`: the data is the user's."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from syncer.cli.app import app
from syncer.cli.help_page import Commands
from syncer.cli.output import Result
from syncer.cli.refreshing import match_anew
from syncer.errors import UsageError
from syncer.report.safe_text import one_line

db = Commands(help="Your data: back up, restore, take along, delete.")
app.add_typer(db, name="db")


class What(StrEnum):
    """Whose data to delete."""

    GARMIN = "garmin"
    STRAVA = "strava"
    ALL = "all"


@db.command()
def path(ctx: typer.Context) -> Result:
    """Print where the database is."""
    from syncer.bootstrap.home import configured

    found = configured(ctx.obj.config)[0].database
    # blanks stay as they are, because what is printed is copied
    return Result({"path": found, "exists": found.exists()}, [str(found).replace("\n", " ")])


@db.command(
    epilog="""syncer db backup
syncer db backup /media/usb/syncer.db"""
)
def backup(
    ctx: typer.Context,
    target: Annotated[Path | None, typer.Argument(metavar="FILE", help="Where to; the backup folder without.")] = None,
) -> Result:
    """Copy the whole database, also while it is in use."""
    from syncer.bootstrap.home import open_home
    from syncer.store.copies import backup as copy
    from syncer.store.copies import rotate
    from syncer.store.soundness import require_sound

    with open_home(ctx.obj.config) as home:
        require_sound(home.connection)
        made = copy(home.connection, target) if target else rotate(home.connection, home.paths.backups)
    return Result({"path": made}, [f"Wrote {one_line(str(made))}."], account=True)


@db.command()
def restore(
    ctx: typer.Context,
    source: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Which copy; the newest backup without.")
    ] = None,
) -> Result:
    """Put the newest whole backup in the database's place; what was there is kept aside."""
    from syncer.bootstrap.home import clock, configured
    from syncer.store.backups import list_backups
    from syncer.store.copies import restore_first
    from syncer.store.locking import lock
    from syncer.store.schema import shipped_migrations

    paths = configured(ctx.obj.config)[0]
    copies = [source] if source else list(list_backups(paths.backups))
    if not copies:
        raise UsageError("no-backup", f"there is no backup in {paths.backups}", hint="syncer db restore FILE")
    with lock(paths.lock, command="syncer db restore", now=clock()):
        restored, aside, unusable = restore_first(paths.database, copies, newest=len(shipped_migrations()))
    kept = [f"What was there is kept as {one_line(str(aside))}."] if aside else []
    return Result(
        {"restored": restored, "aside": aside},
        [f"Restored {one_line(str(restored))}.", *kept],
        warnings=[f"{one.message}: {one.why}; the one before it was taken" for one in unusable],
        account=True,
    )


@db.command(epilog="syncer db export -o everything.jsonl")
def export(
    ctx: typer.Context,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; stdout without.")
    ] = None,
    payloads: Annotated[bool, typer.Option("--payloads", help="Also what the providers sent, verbatim.")] = False,
) -> Result:
    """Write everything that is known as JSON lines; there are no passwords or tokens in it."""
    import sys
    from contextlib import closing

    from syncer.bootstrap.home import open_home
    from syncer.report.safe_text import harmless_json
    from syncer.store.ownership import export as lines_of
    from syncer.whole_file import write_whole

    # where nobody takes the lines, the reading of them ends before the database is closed
    with open_home(ctx.obj.config) as home, closing(lines_of(home.connection, payloads=payloads)) as rows:
        found = (harmless_json(line) + "\n" for line in rows)
        if output is None and not ctx.obj.manner.json:
            for line in found:
                sys.stdout.write(line)
            return Result({}, raw="")
        lines = list(found)
    if output is None:
        import json

        return Result({"rows": [json.loads(line) for line in lines]})
    write_whole(output, "".join(lines).encode())
    return Result({"path": output, "rows": len(lines)}, [f"Wrote {one_line(str(output))}."], account=True)


@db.command(epilog="syncer db forget strava")
def forget(
    ctx: typer.Context,
    what: Annotated[What, typer.Argument(metavar="WHAT", help="One provider's data, or all of it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> Result:
    """Delete what came from a provider, or everything: from the database, its backups and the reports.

    Sign-ins, settings and your own templates stay, and so do files that you had written elsewhere.
    """
    import sys

    from syncer.bootstrap.home import open_home
    from syncer.domain.activity import Provider
    from syncer.store.ownership import forget as delete
    from syncer.usecases.forgetting import forget_files
    from syncer.usecases.refreshing import mark_stale

    if not yes:
        if ctx.obj.manner.json or not sys.stdin.isatty():
            raise UsageError("confirm", "this deletes data for ever", hint=f"syncer db forget {what.value} --yes")
        of = "everything" if what is What.ALL else f"everything that came from {what.value}, and all reports"
        typer.confirm(f"Delete {of}, for ever?", abort=True, err=True)
    with open_home(ctx.obj.config, command="db forget") as home:
        paths = home.paths
        rows = delete(home.connection, None if what is What.ALL else Provider(what.value))
        mark_stale(home.connection)
        match_anew(home, ctx.obj.manner)
        logs = paths.logs if what is What.ALL else None
        gone = forget_files(paths.database, paths.backups, paths.reports, logs)
    told = [f"Deleted {sum(rows.values())} rows, and {gone.copies} backups and {gone.reports} reports that held them."]
    if what is What.ALL:
        told.append("Sign-ins and settings stay: syncer auth logout ends the sign-ins.")
    data = {"deleted": rows, "backups": gone.copies, "reports": gone.reports, "logs": gone.logs}
    return Result(data, told, account=True)
