"""`syncer sync`: completed activities, details and notes from Garmin Connect and Strava."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncer.cli.app import app, manner
from syncer.cli.output import Result, progress
from syncer.errors import ExitCode, SyncerError

if TYPE_CHECKING:
    from syncer.bootstrap import Home
    from syncer.usecases.syncing import Synced, SyncPlan


class ProviderChoice(StrEnum):
    """Which service to read."""

    GARMIN = "garmin"
    STRAVA = "strava"


@app.command()
def sync(
    ctx: typer.Context,
    provider: Annotated[ProviderChoice | None, typer.Argument(help="Only this one.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], metavar="DATE", help="Read again from this day on."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="List everything again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be asked for; ask nothing.")] = False,
) -> Result:
    """Read what is new or has changed; goes on where the last run stopped."""
    from syncer.bootstrap import open_home, sync_plan, wanted_providers
    from syncer.usecases.logging_runs import logged_run
    from syncer.usecases.refreshing import refresh
    from syncer.usecases.syncing import exit_code

    with open_home(ctx.obj, command="sync") as home:
        plan = sync_plan(home, since.date() if since else None, full=full)
        names = wanted_providers(home, provider.value if provider else None)
        if dry_run:
            return _plan_result(home, names, plan)
        with logged_run(home.connection, "sync", home.now) as run:
            results = _ask_each(home, names, plan)
            refresh(home.connection, home.settings.zone)
            run.exit_code = exit_code(results)
            run.sources += [result.run_source(home.now) for result in results]
            run.message = "; ".join(result.message for result in results if result.message)
    return sync_result(results)


def _ask_each(home: Home, names: list[str], plan: SyncPlan) -> list[Synced]:
    """Each provider by itself; what goes wrong with one is its result, not the run's end."""
    from syncer.bootstrap import live_source
    from syncer.usecases.syncing import failed, sync_provider

    results = []
    for name in names:
        try:
            with progress(f"Reading {name}", manner()) as tell:
                results.append(sync_provider(home.connection, live_source(home, name), plan, home.now, tell))
        except SyncerError as error:
            results.append(failed(name, error))
    return results


def sync_result(results: list[Synced]) -> Result:
    """The contract's answer, and lines for people."""
    from syncer.usecases.syncing import exit_code

    skipped = [error for result in results if result.state == "skipped" for error in result.errors]
    errors: list[SyncerError] = [error for result in results if result.state != "skipped" for error in result.errors]
    return Result(
        {"providers": [as_json(result) for result in results]},
        [line(result) for result in results],
        errors,
        exit_code(results),
        warnings=[f"{one.message}: {one.why}; {one.hint}" for one in skipped],
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
        f"{counts.removed} removed; {result.requests} requests"
    )
    if result.pending_details:
        text += f"; {result.pending_details} details still to come"
    if result.retry_at:
        text += f"; not before {result.retry_at:%Y-%m-%d %H:%M} UTC"
    return text + "."


def _plan_result(home: Home, names: list[str], plan: SyncPlan) -> Result:
    from syncer.domain.activity import Provider
    from syncer.store.sync_state import SyncStates
    from syncer.usecases.syncing import window_of

    planned = []
    for name in names:
        window = window_of(SyncStates(home.connection).get(Provider(name)), plan)
        planned.append({"provider": name, "from": window.first, "to": window.last, "details_from": window.details_from})
    lines = [f"{one['provider']}: would list {one['from'] or 'everything'} to {one['to']}." for one in planned]
    return Result({"providers": [], "planned": planned, "dry_run": True}, lines, exit_code=ExitCode.OK)
