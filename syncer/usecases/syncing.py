"""The sync: each provider by itself, so that the failure of one never stops the other, the match or the report."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from syncer.domain.activity import Provider
from syncer.errors import ExitCode, SignInError, SyncerError, TryLaterError
from syncer.store.payloads import Payloads
from syncer.store.runs import RunSource
from syncer.store.sync_state import SyncState, SyncStates
from syncer.store.syncing import ProviderStore
from syncer.sync.engine import Outcome, RemoteSource, Tell, Window, run
from syncer.sync.ports import Changes
from syncer.usecases.refreshing import STALE

SINCE_EVER = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What this run is asked for.

    Attributes:
        since: list from this day on; None follows what is known.
        full: list everything.
        lookback_days: how far back notes, sets and details are read again.
    """

    today: date
    lookback_days: int
    give_up_after: int
    since: date | None = None
    full: bool = False


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of one provider; the contract's words. ``state``: ok, partial, skipped or failed."""

    provider: str
    state: str
    code: str | None = None
    listed: int = 0
    changes: Changes = field(default_factory=Changes)
    pending_details: int = 0
    requests: int = 0
    retry_at: datetime | None = None
    message: str = ""
    errors: tuple[SyncerError, ...] = ()

    def run_source(self, at: datetime) -> RunSource:
        """For the run log."""
        counts = {
            "listed": self.listed,
            "added": self.changes.added,
            "updated": self.changes.updated,
            "removed": self.changes.removed,
            "requests": self.requests,
        }
        return RunSource(self.provider, self.state, at, self.code, counts)


def window_of(state: SyncState, plan: SyncPlan) -> Window:
    """The days to list: everything at first, then the last days again and whatever was not listed whole yet."""
    recent = plan.today - timedelta(days=plan.lookback_days)
    # a watch in a zone ahead of ours may already write tomorrow
    last = plan.today + timedelta(days=1)
    if plan.full or (state.first_day is None and plan.since is None):
        return Window(None, last, recent)
    if plan.since is not None:
        return Window(min(plan.since, recent), last, min(plan.since, recent))
    newest = state.last_day or recent
    return Window(min(recent, newest - timedelta(days=plan.lookback_days)), last, recent)


def sync_provider(
    connection: sqlite3.Connection, source: RemoteSource, plan: SyncPlan, now: datetime, tell: Tell
) -> Synced:
    """Read one provider. Never raises for what the provider does; the result says it.

    Raises:
        SyncerError: the database cannot be written.
    """
    states, name = SyncStates(connection), source.provider.value
    state = states.get(source.provider)
    if state.retry_at is not None and state.retry_at > now:
        error = TryLaterError(
            "rate-limited",
            f"{name} asked to wait",
            why=f"until {state.retry_at:%Y-%m-%d %H:%M} UTC",
            hint="the nightly run goes on by itself",
            provider=name,
            retry_at=state.retry_at,
        )
        pending = len(ProviderStore(connection, source.provider, now, STALE).due())
        return Synced(
            name,
            "failed",
            error.code,
            pending_details=pending,
            retry_at=state.retry_at,
            message=error.message,
            errors=(error,),
        )
    window = window_of(state, plan)
    store = ProviderStore(connection, source.provider, now, STALE)
    outcome = run(source, store, window, now, plan.give_up_after, tell)
    states.save(source.provider, _state_after(state, window, outcome, plan))
    return _result(source, outcome)


def drop_raw(connection: sqlite3.Connection, days: int, now: datetime) -> int:
    """Drop Strava's raw payloads that are older than ``days``; 0 keeps them all. What was derived stays."""
    return Payloads(connection).drop_older_than(Provider.STRAVA, days, now) if days else 0


def exit_code(results: Sequence[Synced]) -> ExitCode:
    """0 when every provider is ok or skipped; 3 when something came in; else what stands in the way."""
    states = {result.state for result in results}
    if states <= {"ok", "skipped"}:
        return ExitCode.OK
    if states & {"ok", "partial"}:
        return ExitCode.PARTIAL
    codes = [error.exit_code for result in results for error in result.errors]
    for code in (ExitCode.SIGN_IN_NEEDED, ExitCode.TRY_LATER):
        if code in codes:
            return code
    return ExitCode.FAILED


def failed(name: str, error: SyncerError) -> Synced:
    """A provider that could not even be asked."""
    state = "skipped" if error.code == "strava-inactive" else "failed"
    return Synced(name, state, error.code, message=error.message, retry_at=error.retry_at, errors=(error,))


def _state_after(before: SyncState, window: Window, outcome: Outcome, plan: SyncPlan) -> SyncState:
    stopped = outcome.stopped
    after = replace(before, code=stopped.code if stopped else None, retry_at=None, refusals=0)
    if stopped is not None and stopped.code == "rate-limited":
        after = replace(after, retry_at=stopped.retry_at, refusals=before.refusals + 1)
    if not outcome.whole:
        return after
    first = window.first or SINCE_EVER
    known = before.first_day
    # days between an old listing and this window would be a gap: then only this window counts
    joined = known is not None and (before.last_day is None or first <= before.last_day + timedelta(days=1))
    whole_history = window.first is None or (joined and known is not None)
    if not whole_history:
        # `--since` on a first run reads a part; the history before it is still to be listed
        return after
    return replace(after, first_day=min(first, known) if known else first, last_day=plan.today)


def _result(source: RemoteSource, outcome: Outcome) -> Synced:
    stopped = outcome.stopped
    errors = [*([stopped] if stopped else []), *outcome.errors]
    errors += [
        SyncerError(
            one.reason, one.message or f"{one.example} cannot be read", provider=source.provider.value, item=one.example
        )
        for one in outcome.skipped
        if one.broken
    ]
    state = "ok"
    if stopped is not None:
        gained = outcome.listed or outcome.changes
        state = "skipped" if stopped.code == "strava-inactive" else "partial" if gained else "failed"
    elif errors or outcome.pending:
        state = "partial" if errors else "ok"
    if isinstance(stopped, SignInError):
        state = "failed"
    return Synced(
        source.provider.value,
        state,
        (stopped or errors[0]).code if errors else None,
        outcome.listed,
        outcome.changes,
        outcome.pending,
        source.requests,
        stopped.retry_at if stopped else None,
        stopped.message if stopped else "",
        tuple(errors),
    )
