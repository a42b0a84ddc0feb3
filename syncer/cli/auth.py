"""`syncer auth`: the only place that asks for a password or a code. Neither is ever stored."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from syncer.cli.app import app
from syncer.cli.asking import ask, ask_hidden, require_terminal, say, say_refused
from syncer.cli.help_page import Commands
from syncer.cli.output import Result
from syncer.errors import SyncerError

if TYPE_CHECKING:
    from syncer.clients.strava_redirect import Granted
    from syncer.clients.strava_sign_in import StravaSignIn
    from syncer.settings import Paths, Settings
    from syncer.usecases.signing_in import SignedIn

auth = Commands(help="Sign in to Garmin and Strava, and out again.")
app.add_typer(auth, name="auth")

PASTE_PORT = 8721
DEADLINE_S = 300


@auth.command()
def garmin(
    ctx: typer.Context,
    force: Annotated[
        bool, typer.Option("--force", help="Try although Garmin refused sign-ins lately; it may extend the block.")
    ] = False,
) -> Result:
    """Sign in to Garmin. Asks for e-mail, password, and a code where Garmin wants one; none is stored."""
    from syncer.bootstrap.home import clock, configured

    paths, settings = configured(ctx.obj.config)
    return _signed_in_result(ask_garmin(paths, settings, clock(), force=force))


@auth.command()
def strava(
    ctx: typer.Context,
    port: Annotated[
        int | None, typer.Option("--port", min=1024, max=65535, help="Wait for the browser on this port.")
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="The browser is on another machine: paste where it was sent.")
    ] = False,
    wait: Annotated[
        int, typer.Option("--wait", min=1, max=3600, metavar="SECONDS", help="How long to wait for the browser.")
    ] = DEADLINE_S,
) -> Result:
    """Sign in to Strava. Opens a page in the browser; needs your own app's client id and secret."""
    from syncer.bootstrap.home import clock, configured

    paths, settings = configured(ctx.obj.config)
    return _signed_in_result(ask_strava(paths, settings, clock(), port=port, no_browser=no_browser, wait_s=wait))


def ask_garmin(paths: Paths, settings: Settings, now: datetime, *, force: bool = False) -> SignedIn:
    """Lead through a sign-in to Garmin.

    Raises:
        SyncerError: it did not work; older tokens are untouched.
    """
    from syncer.bootstrap.providers import garmin_sign_in, token_file
    from syncer.usecases.garmin_cool_down import heed_cool_down
    from syncer.usecases.signing_in import sign_in_to_garmin

    at = token_file(paths, "garmin")
    here = now.astimezone(settings.zone)
    if not force:
        heed_cool_down(at.parent, here)
    require_terminal("signing in to Garmin", "syncer auth garmin in a terminal; passwords are only ever typed")
    return sign_in_to_garmin(garmin_sign_in(settings), _Keyboard(), at, here, force=force)


def ask_strava(
    paths: Paths,
    settings: Settings,
    now: datetime,
    *,
    port: int | None = None,
    no_browser: bool = False,
    wait_s: int = DEADLINE_S,
) -> SignedIn:
    """Lead through a sign-in to Strava.

    Raises:
        SyncerError: it did not work; older tokens are untouched.
    """
    from syncer.bootstrap.providers import strava_sign_in, token_file
    from syncer.usecases.signing_in import sign_in_to_strava

    sign_in = strava_sign_in(settings, os.environ, now)
    answer = _by_paste(sign_in, port) if no_browser else _by_browser(sign_in, port, wait_s)
    return sign_in_to_strava(sign_in, answer, token_file(paths, "strava"), now.astimezone(settings.zone))


def signed_in_line(done: SignedIn) -> str:
    """What a sign-in ended with, for people."""
    name = done.provider.capitalize()
    line = f"Signed in to {name} as {done.account}." if done.account else f"Signed in to {name}."
    if done.doubt:
        line += f" Whether the tokens work could not be asked just now: {done.doubt.why or done.doubt.message}."
    return line


class _Keyboard:
    """Asks the runner at the terminal."""

    def email(self) -> str:
        return ask("Garmin e-mail")

    def password(self) -> str:
        return ask_hidden("Garmin password (not shown, not stored)")

    def waiting(self) -> None:
        say("Signing in; Garmin wants pauses, so this takes up to a minute…")

    def code(self, by: str, refused: SyncerError | None) -> str:
        if refused:
            say_refused(refused)
        where = {"email": " from the e-mail that Garmin sent", "sms": " from Garmin's text message"}.get(by, "")
        return ask_hidden(f"Code{where} (not shown)").strip()


def _by_browser(sign_in: StravaSignIn, port: int | None, wait_s: int) -> Callable[[str], Granted]:
    from syncer.clients.strava_redirect import listening
    from syncer.usecases.signing_in import answer_by_browser

    def show(address: str) -> None:
        say("Allow syncer to read your activities, with every box ticked, on this page:")
        say(f"  {address}")
        if has_browser():
            _open_browser(address)
            say(f"It should open by itself. Waiting up to {wait_s} seconds; ^C stops.")
        else:
            say(f"Open it in a browser on this machine. Waiting up to {wait_s} seconds; ^C stops.")

    return answer_by_browser(sign_in, lambda state: listening(state, port or 0), show, wait_s)


def _by_paste(sign_in: StravaSignIn, port: int | None) -> Callable[[str], Granted]:
    from syncer.usecases.signing_in import answer_by_paste

    def show(address: str) -> None:
        say("Open this page in any browser and allow syncer to read your activities, with every box ticked:")
        say(f"  {address}")
        say("Strava then sends the browser to an address that begins with http://127.0.0.1, which may not open.")

    def paste(refused: SyncerError | None) -> str:
        if refused:
            say_refused(refused)
        return ask_hidden("Paste that whole address (not shown)")

    return answer_by_paste(sign_in, port or PASTE_PORT, show, paste)


def has_browser() -> bool:
    """Whether a window can open; a browser inside the terminal would cover our questions."""
    if os.name == "nt" or sys.platform == "darwin":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def _open_browser(address: str) -> None:
    """Open a page beside us: what a browser prints is no result of ours, and some do not return until they close."""
    with contextlib.suppress(OSError):
        subprocess.Popen(
            [sys.executable, "-m", "webbrowser", address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def _signed_in_result(done: SignedIn) -> Result:
    data = {"provider": done.provider, "account": done.account or None, "verified": done.doubt is None}
    notes = [done.note] if done.note else []
    return Result(data, [signed_in_line(done), "Next: syncer sync"], warnings=notes, account=True)
