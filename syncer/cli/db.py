"""`syncer db`: the data is the user's."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from syncer.cli.app import app, manner
from syncer.cli.output import Result
from syncer.errors import UsageError

db = typer.Typer(help="Your data: back up, restore, take along, delete.", no_args_is_help=True)
app.add_typer(db, name="db")


class What(StrEnum):
    """Whose data to delete."""

    GARMIN = "garmin"
    STRAVA = "strava"
    ALL = "all"


@db.command()
def path(ctx: typer.Context) -> Result:
    """Print where the database is."""
    from syncer.bootstrap import configured

    found = configured(ctx.obj)[0].database
    return Result({"path": found, "exists": found.exists()}, [str(found)])


@db.command()
def backup(
    ctx: typer.Context,
    target: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; the backup folder without.")
    ] = None,
) -> Result:
    """Copy the whole database, also while it is in use."""
    from syncer.bootstrap import open_home
    from syncer.store.copies import backup as copy
    from syncer.store.copies import rotate

    with open_home(ctx.obj) as home:
        made = copy(home.connection, target) if target else rotate(home.connection, home.paths.backups)
    return Result({"path": made}, [f"Wrote {made}."])


@db.command()
def restore(
    ctx: typer.Context,
    source: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Which copy; the newest backup without.")
    ] = None,
) -> Result:
    """Put a backup in the database's place; what was there is kept aside."""
    from syncer.bootstrap import clock, configured
    from syncer.store.backups import list_backups
    from syncer.store.copies import restore as put_back
    from syncer.store.locking import lock
    from syncer.store.migrate import shipped_migrations

    paths = configured(ctx.obj)[0]
    copies = [source] if source else list(list_backups(paths.backups))
    if not copies:
        raise UsageError("no-backup", f"there is no backup in {paths.backups}", hint="syncer db restore FILE")
    with lock(paths.lock, command="syncer db restore", now=clock()):
        aside = put_back(paths.database, copies[0], newest=len(shipped_migrations()))
    kept = [f"What was there is kept as {aside}."] if aside else []
    return Result({"restored": copies[0], "aside": aside}, [f"Restored {copies[0]}.", *kept])


@db.command()
def export(
    ctx: typer.Context,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; stdout without.")
    ] = None,
    payloads: Annotated[bool, typer.Option("--payloads", help="Also what the providers sent, verbatim.")] = False,
) -> Result:
    """Write everything that is known as JSON lines; there are no passwords or tokens in it."""
    import sys

    from syncer.bootstrap import open_home
    from syncer.store.ownership import export as lines_of
    from syncer.usecases.files import write_whole

    with open_home(ctx.obj) as home:
        if output is None and not manner().json:
            for line in lines_of(home.connection, payloads=payloads):
                sys.stdout.write(line + "\n")
            return Result({}, raw="")
        text = "".join(line + "\n" for line in lines_of(home.connection, payloads=payloads))
    if output is None:
        import json

        return Result({"rows": [json.loads(line) for line in text.splitlines()]})
    write_whole(output, text.encode())
    return Result({"path": output, "rows": text.count("\n")}, [f"Wrote {output}."])


@db.command()
def forget(
    ctx: typer.Context,
    what: Annotated[What, typer.Argument(help="One provider's data, or all of it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> Result:
    """Delete what came from a provider, or everything, from the database and its backups."""
    import sys

    from syncer.bootstrap import open_home
    from syncer.domain.activity import Provider
    from syncer.store.backups import drop_backups
    from syncer.store.ownership import forget as delete
    from syncer.usecases.refreshing import mark_stale, refresh

    if not yes:
        if manner().json or not sys.stdin.isatty():
            raise UsageError("confirm", "this deletes data for ever", hint=f"syncer db forget {what.value} --yes")
        typer.confirm(f"Delete everything that came from {what.value}, for ever?", abort=True)
    with open_home(ctx.obj, command="db forget") as home:
        counts = delete(home.connection, None if what is What.ALL else Provider(what.value))
        mark_stale(home.connection)
        refresh(home.connection, home.settings.zone)
        copies = drop_backups(home.paths.backups)
    return Result(
        {"deleted": counts, "backups": copies},
        [f"Deleted {sum(counts.values())} rows and {copies} backups, which held them too."],
    )
