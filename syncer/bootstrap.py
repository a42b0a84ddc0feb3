"""The only place that builds the real things: settings, the database, templates, clients.

Commands ask for a `Home` (what is read and written on this machine); nothing below knows where it lives.
"""

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
    from syncer.clients.garmin import GarminAddresses, GarminClient
    from syncer.clients.garmin_sign_in import GarminSignIn
    from syncer.clients.patience import Patience
    from syncer.clients.strava import StravaApp, StravaClient
    from syncer.clients.strava_sign_in import StravaSignIn
    from syncer.correlate.physio import PhysioView
    from syncer.correlate.view import WeeklyReport
    from syncer.domain.week import Week
    from syncer.sync.remote import RemoteSource
    from syncer.usecases.demo_place import DemoPlace
    from syncer.usecases.planning import Judged, PlanRules
    from syncer.usecases.pushing import Wanted
    from syncer.usecases.pushing_connect import Pushed
    from syncer.usecases.syncing import SyncPlan
    from syncer.usecases.templates import Templates

PROVIDERS = ("garmin", "strava")


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
    from syncer.store.database import open_database
    from syncer.store.locking import lock
    from syncer.store.soundness import damage_behind
    from syncer.usecases.refreshing import refresh

    paths, settings = configured(config, environment)
    now = clock()
    with lock(paths.lock, command=f"syncer {command}", now=now) if command else nullcontext():
        connection = open_database(paths.database, backups=paths.backups)
        try:
            refresh(connection, settings.zone)
            yield Home(paths, settings, connection, now, environment)
        except Exception as error:
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


def sync_plan(home: Home, since: date | None = None, *, full: bool = False) -> SyncPlan:
    """What a sync of today is asked for."""
    from syncer.usecases.syncing import SyncPlan

    wanted, retention = home.settings.sync, home.settings.strava.raw_retention_days
    return SyncPlan(home.today, wanted.lookback_days, wanted.give_up_after, since, full, retention)


def token_file(paths: Paths, provider: str) -> Path:
    """Where a provider's tokens live."""
    return paths.tokens / f"{provider}.json"


def wanted_providers(home: Home, only: str | None = None) -> list[str]:
    """The providers to read: ``only`` one, else those that are enabled and signed in to.

    Raises:
        SignInError: nobody is signed in to any.
    """
    from syncer.errors import SignInError

    if only:
        return [only]
    found = [name for name in PROVIDERS if home.settings.enabled(name) and token_file(home.paths, name).exists()]
    if not found:
        raise SignInError("not-set-up", "not signed in to Garmin or Strava yet", hint="syncer init")
    return found


def live_source(home: Home, provider: str) -> RemoteSource:
    """The service itself.

    Raises:
        SyncerError: it is not set up.
    """
    from syncer.sources.live import GarminSource, StravaSource

    return GarminSource(garmin_client(home)) if provider == "garmin" else StravaSource(strava_client(home))


def patience(settings: Settings) -> Patience:
    """How long to wait for the services."""
    from syncer.clients.patience import Patience

    return Patience(settings.sync.timeout_s, settings.sync.backoff_s)


def garmin_addresses(settings: Settings) -> GarminAddresses:
    """Where Garmin is."""
    from syncer.clients.garmin import GarminAddresses

    return GarminAddresses(settings.garmin.api_url, settings.garmin.sso_url, settings.garmin.token_url)


def garmin_client(home: Home) -> GarminClient:
    """Garmin Connect, with the saved tokens."""
    from syncer.clients.garmin import GarminClient

    at = token_file(home.paths, "garmin")
    return GarminClient(garmin_addresses(home.settings), at, patience(home.settings), clock)


def push_due(home: Home, wanted: Wanted | None = None, *, dry_run: bool = False, again: bool = False) -> Pushed:
    """Put what is due on Garmin Connect and its calendar.

    Args:
        wanted: what the runner asked for; without it, the plan of the next two weeks.

    Raises:
        SyncerError: nobody is signed in to Garmin, or there is no such day or workout.
    """
    from syncer.usecases.pushing import Wanted as Anything
    from syncer.usecases.pushing_connect import Due, horizon
    from syncer.usecases.pushing_connect import push_due as push
    from syncer.usecases.pushing_connect_workout import Manner

    asked = wanted or Anything()
    plan = judged(home, until=horizon(home.connection, home.today, asked))
    due = Due(plan, templates(home.paths), home.today, asked)
    manner = Manner(send=home.settings.push.send_to_device, again=again, dry_run=dry_run)
    return push(home.connection, garmin_client(home), due, home.now, manner)


def garmin_sign_in(settings: Settings) -> GarminSignIn:
    """A sign-in to Garmin by a person."""
    from syncer.clients.garmin_sign_in import GarminSignIn

    return GarminSignIn(garmin_addresses(settings), patience(settings))


def strava_app(settings: Settings, environment: Mapping[str, str]) -> StravaApp:
    """The runner's own Strava app.

    Raises:
        ConfigError: its id or secret is not configured.
    """
    from syncer.clients.strava import StravaApp
    from syncer.errors import ConfigError

    at = settings.strava
    if not at.client_id.isdigit() or not at.client_secret:
        raise ConfigError(
            "strava-app",
            "the Strava app's client id and secret are not configured",
            hint="syncer init, or set strava.client_id and strava.client_secret",
            provider="strava",
        )
    return StravaApp(at.client_id, at.client_secret.reveal(environment), at.api_url, at.oauth_url)


def strava_client(home: Home) -> StravaClient:
    """Strava's API, with the saved tokens.

    Raises:
        ConfigError: as for `strava_app`.
    """
    from syncer.clients.strava import StravaClient

    app = strava_app(home.settings, home.environment)
    return StravaClient(app, token_file(home.paths, "strava"), patience(home.settings), clock)


def strava_sign_in(settings: Settings, environment: Mapping[str, str], now: datetime) -> StravaSignIn:
    """A sign-in to Strava by a person, with the runner's own app.

    Raises:
        ConfigError: the app is not configured.
    """
    from syncer.clients.strava_sign_in import StravaSignIn

    return StravaSignIn(strava_app(settings, environment), patience(settings), now)
