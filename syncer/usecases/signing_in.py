"""Signing in and out, and where it stands. Passwords and codes pass through; only tokens are written.

Tokens are tried with the service before they take the place of older ones. Where the service cannot be asked just
then, they are kept all the same, because a sign-in is too scarce to throw away, and the result says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from syncer.clients.garmin_sign_in import GarminSignIn
from syncer.clients.strava_redirect import Granted, Loopback, read_pasted, redirect_address
from syncer.clients.strava_sign_in import StravaSignIn
from syncer.clients.token_facts import TokenFacts, require_writable, token_facts
from syncer.clients.tokens import forget_tokens, read_tokens, refresh_lock, write_tokens
from syncer.errors import SignInError, SyncerError, TryLaterError
from syncer.usecases.garmin_cool_down import cool_down_file, heed_cool_down, note_refusal, read_cool_down

CODE_TRIES = 3
PASTE_TRIES = 3


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that worked. ``doubt``: why the tokens could not be tried yet, if they could not be."""

    provider: str
    account: str
    doubt: SyncerError | None = None
    note: str = ""


class GarminDialogue(Protocol):
    """Whoever is asked for Garmin's secrets."""

    def email(self) -> str:
        """The account's e-mail address."""

    def password(self) -> str:
        """Its password, not shown while it is typed."""

    def waiting(self) -> None:
        """Tell that the sign-in takes a while."""

    def code(self, by: str, refused: SyncerError | None) -> str:
        """The code that came ``by`` e-mail, sms, …; ``refused`` says what was wrong with the last one."""


def sign_in_to_garmin(
    sign_in: GarminSignIn, dialogue: GarminDialogue, token_file: Path, now: datetime, *, force: bool = False
) -> SignedIn:
    """Sign in to Garmin and keep the tokens in ``token_file``.

    Args:
        force: try although a cool-down is in force.

    Raises:
        TryLaterError: ``garmin-cool-down``, before anything is asked; ``garmin-sign-in-blocked``, which starts one.
        SyncerError: as `GarminSignIn` says, or the tokens cannot be kept; older tokens are then still there.
    """
    tokens = token_file.parent
    if not force:
        heed_cool_down(tokens, now)
    require_writable(tokens)
    pause = read_cool_down(tokens, now)
    email, password = dialogue.email(), dialogue.password()
    dialogue.waiting()
    try:
        if sign_in.begin(email, password):
            _confirm(sign_in, dialogue)
    except TryLaterError as error:
        if error.code == "garmin-sign-in-blocked":
            note_refusal(error, tokens, pause, now)
        raise
    note = _other_account(token_file, "garmin", sign_in.account)
    _keep(token_file, "garmin", sign_in.tokens, sign_in.account, now)
    cool_down_file(tokens).unlink(missing_ok=True)
    return SignedIn("garmin", sign_in.account, sign_in.doubt, note)


def sign_in_to_strava(
    sign_in: StravaSignIn, answer: Callable[[str], Granted], token_file: Path, now: datetime
) -> SignedIn:
    """Sign in to Strava and keep the tokens in ``token_file``.

    Args:
        answer: given the ``state`` that protects this sign-in, brings back Strava's leave.

    Raises:
        SyncerError: denied, without the needed permission, an app that Strava does not answer, or the tokens
            cannot be kept; older tokens are then still there.
    """
    require_writable(token_file.parent)
    granted = answer(secrets.token_urlsafe(24))
    tokens = sign_in.redeem(granted.code)
    doubt: SyncerError | None = None
    account = ""
    try:
        account = sign_in.athlete(tokens)
        if granted.scopes is None:
            sign_in.require_activities(tokens)
    except TryLaterError as error:
        doubt = error
    note = _other_account(token_file, "strava", account)
    if granted.scopes is None:
        note = (
            "only the code was pasted, which does not say what you allowed; "
            "if private runs stay away, sign in again and paste the whole address"
        )
    else:
        tokens["scope"] = ",".join(sorted(granted.scopes))
    _keep(token_file, "strava", tokens, account, now)
    return SignedIn("strava", account, doubt, note)


def answer_by_browser(
    sign_in: StravaSignIn,
    listen: Callable[[str], AbstractContextManager[Loopback]],
    show: Callable[[str], None],
    deadline_s: float,
) -> Callable[[str], Granted]:
    """Strava's leave through a browser on this machine: ``show`` is given the address to open."""

    def answer(state: str) -> Granted:
        with listen(state) as page:
            show(sign_in.address(page.address, state))
            return page.wait(deadline_s)

    return answer


def answer_by_paste(
    sign_in: StravaSignIn, port: int, show: Callable[[str], None], paste: Callable[[SyncerError | None], str]
) -> Callable[[str], Granted]:
    """Strava's leave through any browser: the runner pastes where it was sent. ``paste`` hears what was wrong.

    Raises:
        SignInError: later, when what is made here is asked: an address that is no answer, however often it is pasted.
    """

    def answer(state: str) -> Granted:
        show(sign_in.address(redirect_address(port), state))
        refused: SyncerError | None = None
        for _ in range(PASTE_TRIES):
            try:
                return read_pasted(paste(refused), state)
            except SignInError as error:
                if error.code not in ("strava-bare-token", "strava-no-code", "strava-other-state"):
                    raise
                refused = error
        assert refused is not None  # noqa: S101  # the loop ran
        raise refused

    return answer


def sign_out(token_file: Path, provider: str, revoke: Callable[[Mapping[str, Any]], None] | None) -> SignedOut:
    """Delete the token file, and end the sign-in at the service where that is possible; the file goes in any case.

    Args:
        revoke: ends it at the service; None where there is no way.

    Raises:
        TryLaterError: ``tokens-locked``.
        SyncerError: the tokens cannot be deleted.
    """
    problem: SyncerError | None = None
    revoked = False
    if revoke is not None and token_file.exists():
        try:
            revoke(read_tokens(token_file, provider))
            revoked = True
        except SyncerError as error:
            problem = error
    with refresh_lock(token_file, provider):
        deleted = forget_tokens(token_file)
    return SignedOut(provider, deleted, revoked, problem)


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What signing out did. ``problem``: why the service could not be told."""

    provider: str
    deleted: bool
    revoked: bool
    problem: SyncerError | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one provider; no secrets.

    Attributes:
        last_read: when it was last read whole, aware.
        cool_down_until: Garmin sign-ins make sense from then on.
    """

    provider: str
    enabled: bool
    token_file: Path
    facts: TokenFacts
    last_read: datetime | None = None
    cool_down_until: datetime | None = None


def standing(provider: str, token_file: Path, now: datetime, *, enabled: bool, last_read: datetime | None) -> Standing:
    """How it stands with ``provider``; asks nobody."""
    pause = read_cool_down(token_file.parent, now) if provider == "garmin" else None
    until = pause.until if pause and pause.until > now else None
    return Standing(provider, enabled, token_file, token_facts(token_file, provider), last_read, until)


def _confirm(sign_in: GarminSignIn, dialogue: GarminDialogue) -> None:
    refused: SyncerError | None = None
    for _ in range(CODE_TRIES):
        try:
            sign_in.confirm(dialogue.code(sign_in.code_by, refused))
            return
        except SignInError as error:
            if error.code != "garmin-wrong-code":
                raise
            refused = error
    raise SignInError(
        "garmin-wrong-code",
        f"Garmin accepted none of {CODE_TRIES} codes",
        why="a code counts once and for a few minutes; nothing was saved",
        hint="syncer auth garmin asks for a new one",
        provider="garmin",
    )


def _other_account(token_file: Path, provider: str, account: str) -> str:
    """A note for whoever signs in as somebody else than before: two runners' activities do not belong together."""
    before = token_facts(token_file, provider).account
    if not before or not account or before == account:
        return ""
    return f"before, this was {before}, whose activities are still here; syncer db forget {provider} deletes them"


def _keep(token_file: Path, provider: str, tokens: Mapping[str, Any], account: str, now: datetime) -> None:
    with refresh_lock(token_file, provider):
        write_tokens(token_file, {**tokens, "account": account, "signed_in_at": now.isoformat(timespec="seconds")})
