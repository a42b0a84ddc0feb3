"""`syncer sync`: completed activities, details and notes from Garmin Connect and Strava."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncer.cli.app import app
from syncer.cli.options import ProviderChoice, day_option
from syncer.cli.output import Result, progress
from syncer.cli.refreshing import match_anew

if TYPE_CHECKING:
    from syncer.bootstrap.home import Home
    from syncer.usecases.syncing import Synced, SyncPlan


@app.command(
    epilog="""syncer sync
syncer sync garmin --since 2026-01-01"""
)
def sync(
    ctx: typer.Context,
    provider: Annotated[
        ProviderChoice | None,
        typer.Argument(metavar="PROVIDER", help="Only garmin or strava."),
    ] = None,
    since: Annotated[date | None, day_option("--since", "List and read again from this day on.")] = None,
    full: Annotated[bool, typer.Option("--full", help="List and read everything again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be asked for; ask nothing.")] = False,
) -> Result:
    """Read what is new or has changed; goes on where the last run stopped."""
    from syncer.bootstrap.home import open_home
    from syncer.bootstrap.providers import live_source, sync_plan, wanted_providers
    from syncer.usecases.logging_runs import logged_run
    from syncer.usecases.syncing import exit_code, sync_all

    with open_home(ctx.obj.config, command="" if dry_run else "sync") as home:
        plan = sync_plan(home, since, full=full)
        names = wanted_providers(home, provider.value if provider else None)
        if dry_run:
            return _plan_result(home, names, plan)
        with logged_run(home.connection, "sync", home.now) as run:
            results = sync_all(
                home.connection,
                names,
                lambda name: live_source(home, name),
                plan,
                home.now,
                lambda name: progress(f"Reading {name}", ctx.obj.manner),
            )
            match_anew(home, ctx.obj.manner)
            run.exit_code = exit_code(results)
            run.sources += [result.run_source(home.now) for result in results]
            run.message = "; ".join(result.message for result in results if result.message)
    if ctx.obj.manner.debug:
        _show_mistakes(results)
    return sync_result(results)


def _show_mistakes(results: list[Synced]) -> None:
    """With ``--debug``, a mistake of this program ends in its traceback."""
    for error in (error for result in results for error in result.errors if error.code == "unexpected"):
        raise error.__cause__ or error


def sync_result(results: list[Synced]) -> Result:
    """The contract's answer, and lines for people."""
    from syncer.usecases.syncing import exit_code

    return Result(
        {"providers": [as_json(result) for result in results]},
        [line(result) for result in results],
        [error for result in results if result.state != "skipped" for error in result.errors],
        exit_code(results),
        warnings=[result.message for result in results if result.state == "skipped"],
        account=True,
    )


def as_json(result: Synced) -> dict[str, Any]:
    """One provider of the contract's ``sync``."""
    return {
        "provider": result.provider,
        "state": result.state,
        "code": result.code,
        "listed": result.listed,
        "added": result.changes.added,
        "updated": result.changes.updated,
        "unchanged": result.changes.unchanged,
        "removed": result.changes.removed,
        "pending_details": result.pending_details,
        "requests": result.requests,
        "retry_at": result.retry_at,
        "message": result.message,
    }


def line(result: Synced) -> str:
    """One provider for people."""
    counts = result.changes
    text = (
        f"{result.provider}: {result.state}; {result.listed} listed, {counts.added} added, {counts.updated} updated, "
        f"{counts.removed} removed; {result.requests} request{'' if result.requests == 1 else 's'}"
    )
    if result.pending_details:
        text += f"; {result.pending_details} details still to come"
    if result.retry_at:
        text += f"; not before {result.retry_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return text + "."


def _plan_result(home: Home, names: list[str], plan: SyncPlan) -> Result:
    """What a run would ask for, from what is stored; nothing is asked."""
    from syncer.usecases.syncing import planned

    plans = [planned(home.connection, name, plan, home.now) for name in names]
    lines = []
    for one in plans:
        text = f"{one['provider']}: would list {one['from'] or 'everything'}"
        text += " and later" if one["from"] else ""
        text += f", and what was left before {one['rest_to']}" if one["rest_to"] else ""
        text += f"; details from {one['details_from']} on" if one["details_from"] else "; details"
        text += f", and {one['pending_details']} that are still to come"
        text += f"; but not before {one['retry_at'].astimezone(UTC):%Y-%m-%d %H:%M} UTC" if one["retry_at"] else ""
        lines.append(text + ".")
    return Result({"providers": [], "planned": plans, "dry_run": True}, lines)
