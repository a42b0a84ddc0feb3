"""What is read and written on this machine: settings, the database, templates. Nothing below knows where it lives."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.settings import Paths, Settings, find_paths, load_settings

if TYPE_CHECKING:
    from syncer.correlate.physio import PhysioView
    from syncer.correlate.view import WeeklyReport
    from syncer.domain.week import Week
    from syncer.usecases.demo_place import DemoPlace
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
    """Now, aware; ``SYNCER_NOW`` stands in for it where a run has to be repeatable.

    Raises:
        ConfigError: ``bad-now``, when `SYNCER_NOW` is no instant.
    """
    fixed = os.environ.get("SYNCER_NOW")
    if fixed:
        from syncer.errors import ConfigError

        try:
            given = datetime.fromisoformat(fixed)
        except ValueError:
            raise ConfigError(
                "bad-now",
                f"SYNCER_NOW is {fixed!r}, which is no ISO 8601 instant",
                hint="unset SYNCER_NOW, or write it like 2026-01-31T12:00:00Z",
            ) from None
        return given if given.tzinfo else given.replace(tzinfo=UTC)
    return datetime.now(UTC)


def configured(config: Path | None, environment: Mapping[str, str] = os.environ) -> tuple[Paths, Settings]:
    """Where things live, and the settings."""
    paths = find_paths(environment, config)
    return paths, load_settings(paths.config, environment)


@contextmanager
def open_home(config: Path | None, *, command: str = "", environment: Mapping[str, str] = os.environ) -> Iterator[Home]:
    """Open the database, with the lock for a ``command`` that writes; without one, for reading.

    Args:
        environment: what decides where things live and overrides settings; a demo has its own.

    Raises:
        SyncerError: the configuration or the database cannot be used.
        TryLaterError: another run holds the lock.
    """
    from syncer.store.database import open_database, require_whole
    from syncer.store.locking import lock
    from syncer.usecases.refreshing import refresh

    paths, settings = configured(config, environment)
    now = clock()
    with lock(paths.lock, command=f"syncer {command}", now=now) if command else nullcontext():
        connection = open_database(paths.database, backups=paths.backups)
        try:
            if command:
                require_whole(connection)
            refresh(connection, settings.zone)
            yield Home(paths, settings, connection, now, environment)
        except Exception as error:
            from syncer.store.soundness import damage_behind

            if damaged := damage_behind(error, connection):
                raise damaged from error
            raise
        finally:
            connection.close()


@contextmanager
def open_demo(place: DemoPlace) -> Iterator[Home]:
    """A demo's own home. No setting of the runner's environment or configuration reaches it; its clock stands still.

    Raises:
        SyncerError: as for `open_home`, or its configuration cannot be written.
    """
    from syncer.settings.load import sample
    from syncer.usecases.demo_place import zone_name
    from syncer.whole_file import write_whole

    kept = {name: value for name, value in os.environ.items() if not name.startswith("SYNCER_")}
    environment = {**kept, "SYNCER_HOME": str(place.folder)}
    config = find_paths(environment).config
    if not config.exists():
        write_whole(config, sample({"timezone": zone_name(), "push.to": str(place.watch)}).encode())
    with open_home(None, command="demo", environment=environment) as home:
        yield replace(home, now=place.made_at)


def judged(home: Home, *, as_of: date | None = None, until: date | None = None) -> Judged:
    """What became of the plan, as of a day (today without one), laid out to ``until`` at least.

    Raises:
        SyncerError: ``templates-missing``, or the database cannot be read.
    """
    from syncer.usecases.planning import judge

    return judge(home.connection, templates(home.paths), plan_rules(home.settings), as_of or home.today, until)


def weekly(home: Home, week: Week | None = None, as_of: date | None = None) -> WeeklyReport:
    """The report of a week (of ``as_of`` without one), as it could be known on ``as_of`` (today without one).

    Raises:
        SyncerError: as for `judged`.
    """
    from syncer.domain.week import Week
    from syncer.usecases.reporting import report_week

    day, now = as_of or home.today, home.now.astimezone(home.settings.zone)
    return report_week(
        home.connection, templates(home.paths), plan_rules(home.settings), week or Week.of(day), day, now
    )


def physio(home: Home, span: tuple[Week, Week], as_of: date | None) -> PhysioView:
    """The physiotherapist's page for some weeks, as it could be known on ``as_of`` (today without one).

    Raises:
        SyncerError: as for `judged`.
    """
    from syncer.usecases.physio import physio_weeks

    day, now = as_of or home.today, home.now.astimezone(home.settings.zone)
    return physio_weeks(home.connection, templates(home.paths), plan_rules(home.settings), span, day, now)


def plan_rules(settings: Settings) -> PlanRules:
    """How this runner wants the plan and the pain answers read."""
    from syncer.correlate.flags import PainReading
    from syncer.usecases.planning import PlanRules

    window = (settings.plan.days_early, settings.plan.days_late)
    return PlanRules(window, PainReading(settings.pain.threshold, settings.pain.untagged_means_no_pain))


def templates(paths: Paths) -> Templates:
    """The workouts that ship, and the runner's own, which win over a shipped one of the same name.

    Raises:
        ConfigError: ``templates-missing``, when the installation has lost them.
    """
    from syncer.usecases.templates import load_templates, shipped_folder

    return load_templates([shipped_folder(), paths.templates])
