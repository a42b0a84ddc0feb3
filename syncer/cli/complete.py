"""What the shell completes: workouts, levels, activities, sessions, weeks. Never fails, never prints, never writes."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from syncer.usecases.templates import Templates

type Offer = tuple[str, str]
"""A word that may stand here, and what it is, for shells that show it."""

SHOWN = 50
AHEAD = timedelta(days=21)

# some shells evaluate what they are given, and Typer reads [x] as markup; names are typed by anybody
_WORD = re.compile(r"[\w.+-]+")
_PLAIN = str.maketrans({"\\": "/", "$": None, "`": "’", '"': "’", "'": "’", "[": "(", "]": ")"})


def workout_names(ctx: typer.Context) -> Iterable[str]:
    """The templates that there are."""
    with contextlib.suppress(Exception):
        return _words(sorted(_templates(ctx)))
    return []


def levels(ctx: typer.Context) -> Iterable[str]:
    """The levels of the workout that the line names, else of all."""
    with contextlib.suppress(Exception):
        found = _templates(ctx)
        # an argument before an option that still waits for its value has no name yet
        said = (*ctx.args, str(ctx.params.get("name")), str(ctx.params.get("workout")))
        asked = [found[word] for word in said if word in found] or found.values()
        return _words(name for one in asked for name in (*one.aliases, *(level.name for level in one.levels)))
    return []


def activity_ids(ctx: typer.Context, incomplete: str) -> Iterable[Offer]:
    """The newest fifty activities that begin as typed, with their day and name."""
    return _read(ctx, lambda connection: _activities(connection, incomplete))


def session_ids(ctx: typer.Context, incomplete: str) -> Iterable[Offer]:
    """The newest fifty planned sessions that begin as typed, from three weeks ahead back to the plan's first day."""
    return _read(ctx, lambda connection: _sessions(connection, incomplete, _today(ctx)))


def activity_or_session_ids(ctx: typer.Context, incomplete: str) -> Iterable[Offer]:
    """What can be linked: an activity, or a planned session."""
    return [*activity_ids(ctx, incomplete), *session_ids(ctx, incomplete)]


def linked_ids(ctx: typer.Context, incomplete: str) -> Iterable[Offer]:
    """What can be unlinked: an activity, or a session that was linked by hand."""
    return [*activity_ids(ctx, incomplete), *_read(ctx, _sessions_by_hand)]


def weeks(ctx: typer.Context) -> Iterable[str]:
    """This week and the twelve before it."""
    with contextlib.suppress(Exception):
        from syncer.domain.week import Week

        today = _today(ctx)
        return [str(Week.of(today - timedelta(weeks=back))) for back in range(13)]
    return []


def _activities(connection: sqlite3.Connection, beginning: str) -> Iterator[Offer]:
    from syncer.report.safe_text import one_line
    from syncer.store.activities import Activities

    for short_id, day, kind, name in Activities(connection).newest(SHOWN, beginning):
        yield short_id, one_line(f"{day} {kind.value} {name or ''}").translate(_PLAIN)


def _sessions(connection: sqlite3.Connection, beginning: str, today: date) -> Iterator[Offer]:
    from syncer.correlate.schedule import planned_sessions
    from syncer.domain.plan import Prescription
    from syncer.domain.week import day_in_words
    from syncer.store.plans import Plans

    rules = Plans(connection).rules()
    first = min((rule.effective_from for rule in rules), default=today)
    # the levels would need the whole history, and an id does not tell them
    planned = planned_sessions(rules, first, today + AHEAD, lambda *_: Prescription("", 1, 0.0))
    newest = [one for one in reversed(planned) if one.id.startswith(beginning)][:SHOWN]
    return ((one.id, day_in_words(one.date)) for one in newest)


def _sessions_by_hand(connection: sqlite3.Connection) -> Iterator[Offer]:
    from syncer.store.by_hand import HandSessions

    return ((session, key.short_id) for session, key in HandSessions(connection).all().items())


def _read(ctx: typer.Context, find: Callable[[sqlite3.Connection], Iterable[Offer]]) -> Iterable[Offer]:
    """What ``find`` finds in the database; nothing where there is none."""
    with contextlib.suppress(Exception):
        from syncer.bootstrap.home import configured
        from syncer.store.examination import glance

        file = configured(_config(ctx))[0].database
        found = glance(file, lambda connection: list(find(connection))) or ()
        return [(word, told) for word, told in found if _WORD.fullmatch(word)]
    return []


def _words(names: Iterable[str]) -> list[str]:
    """Each once, without those that a shell would take for something else."""
    return [name for name in dict.fromkeys(names) if _WORD.fullmatch(name)]


def _templates(ctx: typer.Context) -> Templates:
    from syncer.bootstrap.home import configured, templates

    return templates(configured(_config(ctx))[0])


def _today(ctx: typer.Context) -> date:
    from syncer.bootstrap.home import clock, configured

    return clock().astimezone(configured(_config(ctx))[1].zone).date()


def _config(ctx: typer.Context) -> Path | None:
    """The ``--config`` of the line so far; the root's options are read, but the root is not run."""
    found = ctx.find_root().params.get("config")
    return Path(found) if found else None
