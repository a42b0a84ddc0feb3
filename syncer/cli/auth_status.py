"""`syncer auth status` and `syncer auth logout`: where you are signed in, and the end of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncer.cli.auth import auth
from syncer.cli.options import ProviderChoice
from syncer.cli.output import Result
from syncer.cli.table import table
from syncer.errors import ExitCode, SyncerError, TryLaterError
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    from syncer.settings import Paths, Settings
    from syncer.usecases.signing_in import SignedOut, Standing


@auth.command()
def status(
    ctx: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Ask the services whether the sign-ins still work.")] = False,
) -> Result:
    """Show who is signed in. Since when, and when each service was last read; asks nobody."""
    from syncer.bootstrap.home import clock, configured

    paths, settings = configured(ctx.obj.config)
    now = clock().astimezone(settings.zone)
    found = [standing_of(paths, settings, name.value, now) for name in ProviderChoice]
    problems: dict[str, SyncerError | None] = {}
    if check:
        problems = {one.provider: try_tokens(ctx.obj.config, one.provider) for one in found if one.facts.present}
    errors = [problem for problem in problems.values() if problem]
    data = {"providers": [_standing_data(one, problems) for one in found]}
    rows = [_standing_row(one, problems, now) for one in found]
    notes = [
        one_line(f"{one.token_file}: others may read it; mend it with: chmod 600") for one in found if one.facts.loose
    ]
    return Result(
        data,
        [table(["", "signed in", "as", "since", "last read"], rows), *notes],
        errors=errors,
        exit_code=errors[0].exit_code if errors else ExitCode.OK,
    )


@auth.command()
def logout(
    ctx: typer.Context,
    provider: Annotated[
        ProviderChoice | None, typer.Argument(metavar="PROVIDER", help="Only this one; without, both.")
    ] = None,
) -> Result:
    """Sign out: delete the tokens. Ends the sign-in at Strava too; what was read stays (see `syncer db forget`)."""
    from syncer.bootstrap.home import configured

    paths, settings = configured(ctx.obj.config)
    done = [_sign_out(paths, settings, name) for name in ([provider] if provider else ProviderChoice)]
    data = {
        "providers": [{"provider": one.provider, "deleted": one.deleted, "revoked": one.revoked} for one in done],
    }
    warnings = [
        f"{one.problem.message}: {one.problem.why or one.problem.hint}; the app is listed on "
        "strava.com/settings/apps until you remove it there"
        for one in done
        if one.problem
    ]
    return Result(data, [_signed_out_line(one) for one in done], warnings=warnings, account=True)


def standing_of(paths: Paths, settings: Settings, provider: str, now: datetime) -> Standing:
    """How it stands with a provider; asks nobody, and makes no database."""
    from syncer.bootstrap.providers import token_file
    from syncer.store.examination import last_read
    from syncer.usecases.signing_in import standing

    read_at = last_read(paths.database, provider)
    enabled = settings.enabled(provider)
    return standing(provider, token_file(paths, provider), now, enabled=enabled, last_read=read_at)


def try_tokens(config: Path | None, provider: str) -> SyncerError | None:
    """Ask a service who is signed in; None when it answers, else why not."""
    from syncer.bootstrap.home import open_home
    from syncer.bootstrap.providers import garmin_client, strava_client

    try:
        with open_home(config) as home:
            if provider == "garmin":
                garmin_client(home).profile()
            else:
                strava_client(home).athlete()
    except SyncerError as error:
        return error
    return None


def _standing_data(one: Standing, problems: Mapping[str, SyncerError | None]) -> dict[str, Any]:
    problem = problems.get(one.provider)
    return {
        "provider": one.provider,
        "enabled": one.enabled,
        "signed_in": one.facts.usable,
        "problem": one.facts.problem or None,
        "account": one.facts.account or None,
        "since": one.facts.since,
        "access_until": one.facts.access_until,
        "last_read": one.last_read,
        "token_file": one.token_file if one.facts.present else None,
        "private": not one.facts.loose,
        "cool_down_until": one.cool_down_until,
        "check": None if one.provider not in problems else problem.code if problem else "ok",
    }


def _standing_row(one: Standing, problems: Mapping[str, SyncerError | None], now: datetime) -> tuple[object, ...]:
    facts = one.facts
    state = "yes" if facts.usable else facts.problem or "no"
    if facts.usable and one.provider in problems:
        problem = problems[one.provider]
        state = "yes, and it works" if problem is None else "yes, but not checked" if _unknown(problem) else "ended"
    if one.cool_down_until:
        state += f" (Garmin refused sign-ins; wait until {one.cool_down_until.astimezone(now.tzinfo):%Y-%m-%d %H:%M})"
    if not one.enabled:
        state += " (switched off)"
    return one.provider, state, facts.account, _day(facts.since, now), _day(one.last_read, now) or "never"


def _unknown(problem: SyncerError) -> bool:
    return isinstance(problem, TryLaterError)


def _day(instant: datetime | None, now: datetime) -> str:
    return f"{instant.astimezone(now.tzinfo):%Y-%m-%d %H:%M}" if instant else ""


def _sign_out(paths: Paths, settings: Settings, provider: ProviderChoice) -> SignedOut:
    from syncer.bootstrap.home import clock
    from syncer.bootstrap.providers import strava_sign_in, token_file
    from syncer.usecases.signing_in import sign_out

    def revoke(tokens: Mapping[str, Any]) -> None:
        strava_sign_in(settings, os.environ, clock()).revoke(tokens)

    at = token_file(paths, provider.value)
    return sign_out(at, provider.value, revoke if provider is ProviderChoice.STRAVA else None)


def _signed_out_line(one: SignedOut) -> str:
    name = one.provider.capitalize()
    if not one.deleted:
        return f"{name}: you were not signed in."
    return f"{name}: signed out, here and at {name}." if one.revoked else f"{name}: signed out; the tokens are deleted."
