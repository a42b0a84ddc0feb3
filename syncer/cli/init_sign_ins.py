"""The sign-ins of `syncer init`: each is offered, made and tried by itself; one that fails stops no other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from syncer.cli.asking import ask_hidden, ask_until, confirm, say, say_refused
from syncer.cli.auth import ask_garmin, ask_strava, has_browser, signed_in_line
from syncer.cli.auth_status import standing_of, try_tokens
from syncer.errors import SignInError, SyncerError, UsageError

if TYPE_CHECKING:
    from syncer.settings import Paths, Settings


def sign_in_everywhere(config: Path | None) -> list[SyncerError]:
    """Offer a sign-in to each service that is switched on; what went wrong."""
    from syncer.bootstrap.home import configured

    settings = configured(config)[1]
    errors = []
    for name, step in (("garmin", _garmin), ("strava", _strava)):
        if not settings.enabled(name):
            say(f"{name.capitalize()} is switched off in the settings.")
            continue
        try:
            step(config)
        except SyncerError as error:
            say_refused(error)
            errors.append(error)
    return errors


def _garmin(config: Path | None) -> None:
    from syncer.bootstrap.home import clock, configured

    paths, settings = configured(config)
    if _is_good(config, paths, settings, "garmin"):
        return
    if confirm("Sign in to Garmin Connect now?", default=True):
        say(f"  {signed_in_line(ask_garmin(paths, settings, clock()))}")


def _strava(config: Path | None) -> None:
    from syncer.bootstrap.home import clock, configured

    paths, settings = configured(config)
    if _is_good(config, paths, settings, "strava"):
        return
    say("Strava asks the owner of an app for a paid subscription; without one, import your own export instead.")
    if not confirm("Read Strava too, with an app of your own?", default=bool(settings.strava.client_id)):
        return
    _app(paths, settings)
    settings = configured(config)[1]
    here = confirm("Open Strava's page in a browser on this machine?", default=has_browser())
    say(f"  {signed_in_line(ask_strava(paths, settings, clock(), no_browser=not here))}")


def _is_good(config: Path | None, paths: Paths, settings: Settings, provider: str) -> bool:
    """Whether the sign-in that is there still works, or cannot be tried just now."""
    from syncer.bootstrap.home import clock

    facts = standing_of(paths, settings, provider, clock()).facts
    name = provider.capitalize()
    if not facts.present:
        return False
    problem = try_tokens(config, provider)
    who = f" as {facts.account}" if facts.account else ""
    if problem is None:
        say(f"Signed in to {name}{who}; it works.")
    elif not isinstance(problem, SignInError):
        say(f"Signed in to {name}{who}; whether it works could not be asked just now ({problem.message}).")
    else:
        say(f"The sign-in to {name} has ended.")
    return not isinstance(problem, SignInError)


def _app(paths: Paths, settings: Settings) -> None:
    """Ask for the app's id and secret, unless they are there and stay."""
    from syncer.settings import Secret
    from syncer.settings.writing import write_settings

    known = settings.strava.client_id
    if known and settings.strava.client_secret and confirm(f"Keep the Strava app {known}?", default=True):
        return
    say("Make an app on https://www.strava.com/settings/api; its «Authorization Callback Domain» is: localhost")
    client_id = ask_until("Client ID", known, _read_client_id)
    secret = ask_hidden("Client Secret (not shown; kept in the settings file, which only you can read)").strip()
    write_settings(paths.config, {"strava.client_id": client_id, "strava.client_secret": Secret(value=secret)})


def _read_client_id(text: str) -> str:
    if text.isascii() and text.isdigit():
        return text
    raise UsageError("bad-client-id", "a client id is a number", hint="it stands above «Client Secret» on that page")
