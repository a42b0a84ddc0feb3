"""The sync: each provider by itself, so that the failure of one never stops the other, the match or the report."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from syncer.domain.activity import Provider
from syncer.errors import ExitCode, SignInError, SyncerError, TryLaterError
from syncer.store.payloads import Payloads
from syncer.store.provider_store import ProviderStore
from syncer.store.runs import RunSource
from syncer.store.soundness import damage_behind
from syncer.store.sync_state import SyncState, SyncStates
from syncer.sync.engine import run
from syncer.sync.ports import Changes
from syncer.sync.remote import Errand, Outcome, RemoteSource, Tell, Waiting, Window
from syncer.usecases.refreshing import STALE
from syncer.usecases.workout_links import LinkRules, LinkSource, link_workouts

SINCE_EVER = date(1970, 1, 1)
# no service's pause is longer (`syncer.clients.http.LONGEST_PAUSE`), so one that seems to be comes from a wrong clock
LONGEST_WAIT = timedelta(hours=25)

type Watch = Callable[[str], AbstractContextManager[Tell]]


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What this run is asked for.

    Attributes:
        today: the runner's own day.
        lookback_days: how far back notes, sets and details are read again.
        give_up_after: nights after which a detail that always fails is left alone.
        since: list and read again from this day on; None follows what is known.
        full: list and read everything again.
        raw_retention_days: Strava's raw payloads are dropped after so many days; 0 keeps them.
    """

    today: date
    lookback_days: int
    give_up_after: int
    since: date | None = None
    full: bool = False
    raw_retention_days: int = 0


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


def sync_all(
    connection: sqlite3.Connection,
    names: Iterable[str],
    open_source: Callable[[str], RemoteSource],
    plan: SyncPlan,
    now: datetime,
    watch: Watch | None = None,
) -> list[Synced]:
    """Read the providers one after the other; what goes wrong with one is its result, not the run's end.

    Args:
        names: ``garmin``, ``strava``.
        open_source: makes the service of a name, or says why it cannot.
        now: when the run began, aware.
        watch: gives something to tell progress to, for as long as a provider is read.
    """
    # before anything comes in, so that what is read again tonight is as young as tonight
    drop_raw(connection, plan.raw_retention_days, now)
    results = []
    for name in names:
        try:
            with (watch or _unwatched)(name) as tell:
                results.append(sync_provider(connection, Provider(name), open_source, plan, now, tell))
        except SyncerError as error:
            results.append(failed(name, error))
        except Exception as error:  # noqa: BLE001  # a mistake of ours with one must not keep the other from being read
            results.append(failed(name, damage_behind(error, connection) or _unexpected(name, error)))
    return results


def sync_provider(
    connection: sqlite3.Connection,
    provider: Provider,
    open_source: Callable[[str], RemoteSource],
    plan: SyncPlan,
    now: datetime,
    tell: Tell,
) -> Synced:
    """Read one provider. Never raises for what the service does; the result says it.

    Raises:
        SyncerError: it is not set up, or the database cannot be written.
    """
    states = SyncStates(connection)
    state = states.get(provider)
    store = ProviderStore(connection, provider, now, STALE)
    early = too_early(connection, provider, now)
    if early is not None:
        return replace(failed(provider.value, early), pending_details=_pending(store))
    source = open_source(provider.value)
    errand = errand_of(state, store.waiting(), plan, now)
    outcome = run(source, store, errand, tell)
    if outcome.stopped is None and isinstance(source, LinkSource):
        link_workouts(connection, source, outcome, LinkRules(plan.today, plan.lookback_days, plan.give_up_after, now))
    states.save(provider, _state_after(state, errand, outcome, plan.today))
    return _result(source, outcome)


def errand_of(state: SyncState, waiting: Sequence[Waiting], plan: SyncPlan, now: datetime) -> Errand:
    """What to list and to read: everything at first, then the last days again and whatever was not listed whole yet."""
    recent = plan.today - timedelta(days=plan.lookback_days)
    if plan.full:
        return Errand(now, Window(), None, SINCE_EVER, True, plan.give_up_after)
    if plan.since is not None:
        first = min(plan.since, recent)
        return Errand(now, Window(first), None, first, True, plan.give_up_after)
    details_from = None if _goes_on(state, waiting, plan.today) else recent
    if state.first_day is None and state.cursor is None:
        return Errand(now, Window(), None, details_from, False, plan.give_up_after)
    window = Window(min(recent, (state.last_day or recent) - timedelta(days=plan.lookback_days)))
    rest = Window(None, date.fromisoformat(state.cursor)) if state.cursor else None
    return Errand(now, window, rest, details_from, False, plan.give_up_after)


def _goes_on(state: SyncState, waiting: Sequence[Waiting], today: date) -> bool:
    """A limit stopped a run of today among its details: what it had read is read, the rest is queued."""
    left_over = any(not one.given_up and not one.asked for one in waiting)
    return state.code == "rate-limited" and state.last_day == today and left_over


def planned(connection: sqlite3.Connection, name: str, plan: SyncPlan, now: datetime) -> dict[str, Any]:
    """What `sync_provider` would ask for now: ``from`` None lists everything, ``rest_to`` goes on where one stopped."""
    state = SyncStates(connection).get(Provider(name))
    store = ProviderStore(connection, Provider(name), now, STALE)
    errand = errand_of(state, store.waiting(), plan, now)
    return {
        "provider": name,
        "from": errand.window.first,
        "rest_to": errand.rest.last if errand.rest else None,
        "details_from": None if errand.details_from == SINCE_EVER else errand.details_from,
        "pending_details": _pending(store),
        "retry_at": _wait_until(state, now),
    }


def drop_raw(connection: sqlite3.Connection, days: int, now: datetime) -> int:
    """Drop what Strava's API sent more than ``days`` days ago; 0 keeps it. What was derived stays."""
    return Payloads(connection).drop_older_than(Provider.STRAVA, days, now) if days else 0


def exit_code(results: Sequence[Synced]) -> ExitCode:
    """0 when every provider is ok or skipped; 3 when something came in; else what stands in the way."""
    states = {result.state for result in results}
    if states <= {"ok", "skipped"}:
        return ExitCode.OK
    if states & {"ok", "partial"}:
        return ExitCode.PARTIAL
    codes = [error.exit_code for result in results if result.state == "failed" for error in result.errors]
    for code in (ExitCode.SIGN_IN_NEEDED, ExitCode.BAD_CONFIG, ExitCode.TRY_LATER):
        if code in codes:
            return code
    return ExitCode.FAILED


def failed(name: str, error: SyncerError) -> Synced:
    """A provider that could not even be asked."""
    return Synced(name, "failed", error.code, message=_sentence(error), retry_at=error.retry_at, errors=(error,))


def _wait_until(state: SyncState, now: datetime) -> datetime | None:
    """When the service may be asked again; None: now."""
    return state.retry_at if state.retry_at is not None and now < state.retry_at < now + LONGEST_WAIT else None


def _pending(store: ProviderStore) -> int:
    return sum(not one.given_up for one in store.waiting())


@contextmanager
def _unwatched(_name: str) -> Iterator[Tell]:
    yield lambda _done, _total: None


def _unexpected(name: str, error: Exception) -> SyncerError:
    mistake = SyncerError(
        "unexpected",
        f"something went wrong with {name} that should not have",
        # the type alone: the text of a foreign error may hold a secret
        why=f"{type(error).__module__}.{type(error).__name__}",
        hint="run it again with --debug and report what it shows",
        provider=name,
    )
    mistake.__cause__ = error
    return mistake


def too_early(connection: sqlite3.Connection, provider: Provider, now: datetime) -> TryLaterError | None:
    """The error for asking a service that wants to be left alone still; None when it may be asked."""
    retry_at, name = _wait_until(SyncStates(connection).get(provider), now), provider.value
    if retry_at is None:
        return None
    return TryLaterError(
        "rate-limited",
        f"{name} asked to wait",
        why=f"until {retry_at:%Y-%m-%d %H:%M} UTC",
        hint="the next run after that goes on by itself",
        provider=name,
        retry_at=retry_at,
    )


def _state_after(before: SyncState, errand: Errand, outcome: Outcome, today: date) -> SyncState:
    stopped = outcome.stopped
    after = replace(before, code=stopped.code if stopped else None, retry_at=stopped.retry_at if stopped else None)
    opened = errand.window.first is None
    if outcome.reached is not None:
        # an open listing stopped half-way; the days down to there are known, the rest is for the next run
        after = replace(after, cursor=outcome.reached.isoformat())
    elif outcome.rest_whole or (opened and outcome.whole and outcome.listed):
        # an open list without anything may be a service that shows nothing for a while; asking again costs no more
        after = replace(after, cursor=None, first_day=SINCE_EVER)
    listed_recent = outcome.whole or (opened and outcome.reached is not None)
    known = after.first_day is not None or after.cursor is not None
    # `--since` on a first run reads a part; the history before it is still to be listed
    return replace(after, last_day=today) if listed_recent and known else after


def _result(source: RemoteSource, outcome: Outcome) -> Synced:
    stopped, name = outcome.stopped, source.provider.value
    unreadable = [
        SyncerError(
            one.reason,
            one.message or f"{one.example} cannot be read",
            hint=one.hint or "the rest is kept; report this with the output of: syncer doctor",
            provider=name,
            item=one.example,
        )
        for one in outcome.skipped
        if one.broken
    ]
    errors = [*([stopped] if stopped else []), *outcome.errors, *unreadable]
    return Synced(
        provider=name,
        state=_state(outcome, errors),
        code=errors[0].code if errors else None,
        listed=len(outcome.listed),
        changes=Changes(
            len(outcome.added),
            len(outcome.updated),
            len(outcome.listed - outcome.added - outcome.updated),
            outcome.removed,
        ),
        pending_details=outcome.pending,
        requests=source.requests,
        retry_at=stopped.retry_at if stopped else None,
        message=_sentence(stopped) if stopped else "",
        errors=tuple(errors),
    )


def _state(outcome: Outcome, errors: Sequence[SyncerError]) -> str:
    stopped = outcome.stopped
    if stopped is None:
        return "partial" if errors else "ok"
    if stopped.code == "strava-inactive":
        return "skipped"
    gained = outcome.listed or outcome.added or outcome.updated or outcome.removed
    return "partial" if gained and not isinstance(stopped, SignInError) else "failed"


def _sentence(error: SyncerError) -> str:
    """What happened, why, and the way round it."""
    return ": ".join(part for part in (error.message, error.why) if part) + (f" ({error.hint})" if error.hint else "")
