"""Garmin and Strava as this runner has set them up: addresses, tokens, clients, and what they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.bootstrap.home import clock, judged, templates

if TYPE_CHECKING:
    from datetime import date

    from syncer.bootstrap.home import Home
    from syncer.clients.garmin import GarminAddresses, GarminClient
    from syncer.clients.garmin_sign_in import GarminSignIn
    from syncer.clients.patience import Patience
    from syncer.clients.strava import StravaApp, StravaClient
    from syncer.clients.strava_sign_in import StravaSignIn
    from syncer.settings import Paths, Settings
    from syncer.sync.remote import RemoteSource
    from syncer.usecases.pushing import Wanted
    from syncer.usecases.pushing_connect import Pushed
    from syncer.usecases.syncing import SyncPlan

PROVIDERS = ("garmin", "strava")


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
