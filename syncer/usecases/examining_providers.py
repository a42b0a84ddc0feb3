"""How it stands with Garmin and Strava: the sign-ins, the limits that they have set, and the libraries for them."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable
from datetime import datetime, timedelta

from syncer.clients.token_facts import TokenFacts
from syncer.store.runs import RunSource
from syncer.usecases.examining import Check, State

# Garmin's refresh tokens live about 30 days (`refresh_token_expires_in` of its token endpoint)
GARMIN_UNUSED = timedelta(days=25)
LIBRARIES = (("garminconnect", (0, 3, 20)), ("stravalib", (2, 6)), ("curl_cffi", (0, 15)), ("requests", (2, 33)))
SIGN_IN_CODES = frozenset({"garmin-sign-in", "strava-sign-in", "strava-scope", "tokens-damaged"})


def check_sign_in(
    provider: str, facts: TokenFacts, last: RunSource | None, now: datetime, *, enabled: bool, set_up: bool
) -> Check:
    """A provider's tokens, and what the last run that used them met.

    Args:
        last: what the newest run did with this provider.
        set_up: the runner means to use it; without, having no tokens is no news.
    """
    name, who, auth = f"{provider} sign-in", provider.capitalize(), f"syncer auth {provider}"
    if not enabled:
        return Check(name, State.OK, f"{who} is switched off")
    if not facts.present and not set_up:
        return Check(name, State.OK, f"{who} is not used")
    if not facts.present:
        return Check(name, State.WARN, f"not signed in to {who}", auth)
    if facts.problem:
        return Check(name, State.FAIL, facts.problem, auth)
    renewed_since = facts.since is not None and last is not None and facts.since > last.finished_at
    if last is not None and last.code in SIGN_IN_CODES and not renewed_since:
        return Check(name, State.FAIL, f"the last run was told that the sign-in to {who} has ended", auth)
    if facts.loose:
        return Check(name, State.WARN, f"others may read the tokens of {who}", "syncer sync mends that by itself")
    if provider == "garmin" and facts.access_until and now - facts.access_until > GARMIN_UNUSED:
        days = (now - facts.access_until).days
        return Check(
            name,
            State.WARN,
            f"not used for {days} days; Garmin ends sign-ins after about 30",
            "syncer auth status --check",
        )
    account = f" as {facts.account}" if facts.account else ""
    since = f" since {facts.since.astimezone(now.tzinfo):%Y-%m-%d}" if facts.since else ""
    return Check(name, State.OK, f"signed in{account}{since}; {_access(facts.access_until, now)}")


def _access(until: datetime | None, now: datetime) -> str:
    if until is None:
        return "the tokens are renewed by themselves"
    when = f"{until.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
    return f"the access token {'ends' if until > now else 'ended'} {when} and is renewed by itself"


def check_any_sign_in(usable: Iterable[bool]) -> Check:
    """Whether there is anything to read at all."""
    if any(usable):
        return Check("sources", State.OK, "there is something to read")
    return Check(
        "sources",
        State.FAIL,
        "not signed in to Garmin or Strava, so there is nothing to read tonight",
        "syncer init; without an account: syncer import EXPORT.zip",
    )


def check_waits(provider: str, retry_at: datetime | None, last: RunSource | None, now: datetime) -> list[Check]:
    """Limits that a provider has set."""
    name, who = f"{provider} limits", provider.capitalize()
    if retry_at is not None and retry_at > now:
        until = f"{retry_at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
        return [Check(name, State.WARN, f"{who} asked to wait until {until}", "nothing; the next night goes on")]
    if last is not None and last.code == "strava-inactive":
        return [
            Check(
                name, State.WARN, "Strava does not answer this app without a subscription", "syncer import EXPORT.zip"
            )
        ]
    return []


def check_libraries() -> list[Check]:
    """The libraries that speak to the services, at least as new as the ones this program was made for."""
    found = []
    shown = []
    for name, least in LIBRARIES:
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found.append(Check("libraries", State.FAIL, f"{name} is not installed", "reinstall syncer"))
            continue
        if _numbers(version) < least:
            wanted = ".".join(map(str, least))
            why = f"{name} {version} is older than {wanted}, and signing in may fail"
            found.append(Check("libraries", State.FAIL, why, "upgrade syncer"))
        shown.append(f"{name} {version}")
    return found or [Check("libraries", State.OK, ", ".join(shown[:2]))]


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version."""
    numbers = []
    for part in version.split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)
