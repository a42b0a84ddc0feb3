"""The only place that builds the real things: settings, the database, templates, clients.

Commands ask for a `Home` (what is read and written on this machine); nothing below knows where it lives.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.settings import Paths, Settings, find_paths, load_settings

if TYPE_CHECKING:
    from syncer.correlate.view import WeeklyReport
    from syncer.usecases.planning import Judged, PlanRules
    from syncer.usecases.templates import Templates


@dataclass(frozen=True, slots=True)
class Home:
    """One runner's syncer on this machine.

    Attributes:
        connection: the open database; activities are true to the recordings when it is handed out.
        now: the instant this command began, aware.
    """

    paths: Paths
    settings: Settings
    connection: sqlite3.Connection
    now: datetime
    environment: Mapping[str, str]

    @property
    def today(self) -> date:
        """The runner's own day."""
        return self.now.astimezone(self.settings.zone).date()


def clock() -> datetime:
    """Now, aware; ``SYNCER_NOW`` stands in for it where a run has to be repeatable."""
    fixed = os.environ.get("SYNCER_NOW")
    if fixed:
        from syncer.errors import ConfigError

        try:
            given = datetime.fromisoformat(fixed)
        except ValueError:
            raise ConfigError("bad-now", f"SYNCER_NOW is {fixed!r}, which is no ISO 8601 instant") from None
        return given if given.tzinfo else given.replace(tzinfo=UTC)
    return datetime.now(UTC)


def configured(config: Path | None) -> tuple[Paths, Settings]:
    """Where things live, and the settings."""
    paths = find_paths(os.environ, config)
    return paths, load_settings(paths.config, os.environ)


@contextmanager
def open_home(config: Path | None, *, command: str = "") -> Iterator[Home]:
    """Open the database, with the lock for a ``command`` that writes; without one, for reading.

    Raises:
        SyncerError: the configuration or the database cannot be used.
        TryLaterError: another run holds the lock.
    """
    from syncer.store.database import open_database
    from syncer.store.locking import lock
    from syncer.usecases.refreshing import refresh

    paths, settings = configured(config)
    now = clock()
    with _maybe(lock(paths.lock, command=f"syncer {command}", now=now) if command else None):
        connection = open_database(paths.database, backups=paths.backups)
        try:
            refresh(connection, settings.zone)
            yield Home(paths, settings, connection, now, os.environ)
        finally:
            connection.close()


def judged(home: Home, *, as_of: date | None = None, until: date | None = None) -> Judged:
    """What became of the plan, as of a day (today without one), laid out to ``until`` at least."""
    from syncer.usecases.planning import judge

    return judge(home.connection, templates(home.paths), plan_rules(home.settings), as_of or home.today, until)


def weekly(home: Home, week: str | None, as_of: date | None) -> WeeklyReport:
    """The report of a week (of ``as_of`` without one), as it could be known on ``as_of`` (today without one)."""
    from syncer.domain.week import Week
    from syncer.usecases.reporting import report_week

    day = as_of or home.today
    chosen = Week.parse(week) if week else Week.of(day)
    rules = plan_rules(home.settings)
    return report_week(
        home.connection, templates(home.paths), rules, chosen, day, home.now.astimezone(home.settings.zone)
    )


def plan_rules(settings: Settings) -> PlanRules:
    """How this runner wants the plan and the pain answers read."""
    from syncer.correlate.flags import PainReading
    from syncer.usecases.planning import PlanRules

    window = (settings.plan.days_early, settings.plan.days_late)
    return PlanRules(window, PainReading(settings.pain.threshold, settings.pain.untagged_means_no_pain))


def templates(paths: Paths) -> Templates:
    """The workouts that ship, and the runner's own, which win over a shipped one of the same name."""
    from syncer.usecases.templates import load_templates, shipped_folder

    return load_templates([shipped_folder(), paths.templates])


@contextmanager
def _maybe(guard: object) -> Iterator[None]:
    if guard is None:
        yield
    else:
        with guard:  # type: ignore[attr-defined]
            yield
