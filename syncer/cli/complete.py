"""What the shell completes: names of workouts, recent activities, weeks. Never fails, never prints, never writes."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from syncer.domain.activity import Activity

SHOWN = 50
RECENT = timedelta(days=60)


def workout_names(ctx: typer.Context) -> Iterable[str]:
    """The templates that there are."""
    with contextlib.suppress(Exception):
        from syncer.bootstrap import configured, templates

        return sorted(templates(configured(_config(ctx))[0]))
    return []


def activity_ids(ctx: typer.Context) -> Iterable[tuple[str, str]]:
    """The newest fifty activities, with their day and name."""
    with contextlib.suppress(Exception):
        from syncer.bootstrap import configured
        from syncer.store.examination import glance

        today = _today(ctx)
        newest = glance(configured(_config(ctx))[0].database, lambda connection: _newest(connection, today)) or ()
        return [(item.id, f"{item.local_date} {item.kind.value} {item.name or ''}") for item in reversed(newest)]
    return []


def weeks(ctx: typer.Context) -> Iterable[str]:
    """This week and the twelve before it."""
    with contextlib.suppress(Exception):
        from syncer.domain.week import Week

        today = _today(ctx)
        return [str(Week.of(today - timedelta(weeks=back))) for back in range(13)]
    return []


def _newest(connection: sqlite3.Connection, today: date) -> Sequence[Activity]:
    from syncer.store.activities import Activities

    stored = Activities(connection)
    # twenty years are not read for fifty of them
    recent = stored.list(today - RECENT)
    return (recent if len(recent) >= SHOWN else stored.list())[-SHOWN:]


def _today(ctx: typer.Context) -> date:
    from syncer.bootstrap import clock, configured

    return clock().astimezone(configured(_config(ctx))[1].zone).date()


def _config(ctx: typer.Context) -> Path | None:
    """The ``--config`` of the line so far; the root's options are read, but the root is not run."""
    found = ctx.find_root().params.get("config")
    return Path(found) if found else None
