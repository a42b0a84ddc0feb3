"""One provider's sync: list a window, store each page, then ask for details, newest first, until there is a limit.

Gather → decide → apply, one transaction a page and one a detail, so that a run that is killed anywhere has lost
nothing and the next goes on from there. It never sleeps: what a limit leaves over is queued for the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from syncer.domain.activity import Kind, Provider, Recording, RecordingKey
from syncer.errors import BadFileError, SyncerError, TryLaterError
from syncer.sync.ports import Changes, Intake, Skipped

# a failed detail is not asked for again in the same night
NEXT_NIGHT = timedelta(hours=20)
# a service that gives the same page for ever
MOST_PAGES = 10_000

type Tell = Callable[[int, int | None], None]


class RemoteSource(Protocol):
    """A service that lists activities and tells one in detail."""

    provider: Provider

    @property
    def requests(self) -> int:
        """Requests made so far."""

    def pages(self, first: date | None, last: date) -> Iterator[Intake]:
        """The pages of the days ``first`` (None: since ever) to ``last``, newest first, until an empty one."""

    def detail(self, recording: Recording) -> Intake:
        """Everything about one activity: notes, effort, sets.

        Raises:
            BadFileError: this one cannot be read; the others can.
            TryLaterError, SignInError: nothing more can be read now.
        """


class SyncStore(Protocol):
    """What the engine keeps; every call that writes is one transaction."""

    def save_page(self, page: Intake, wanted: Sequence[RecordingKey]) -> Changes:
        """Store a page's list items, and queue the details that are wanted."""

    def save_detail(self, key: RecordingKey, detail: Intake) -> Changes:
        """Store a detail and take it off the queue."""

    def queue(self, keys: Sequence[RecordingKey]) -> None:
        """Details that a limit left over."""

    def failed(self, key: RecordingKey, error: str, next_at: datetime | None) -> int:
        """A detail failed once more (``next_at`` None: given up); how often by now."""

    def gone(self, keys: Sequence[RecordingKey]) -> int:
        """Mark as deleted at the provider; how many were not yet."""

    def recordings(self) -> Mapping[RecordingKey, Recording]:
        """Every living recording of this provider."""

    def due(self) -> Sequence[RecordingKey]:
        """Queued details that may be asked for now."""

    def blocked(self) -> frozenset[RecordingKey]:
        """Details that failed and may not be asked for yet, or were given up."""

    def attempts(self, key: RecordingKey) -> int:
        """How often a detail has failed so far."""

    def detailed(self) -> frozenset[RecordingKey]:
        """Recordings whose detail is stored."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days to list: ``first`` None means since ever. Details from ``details_from`` on are read again."""

    first: date | None
    last: date
    details_from: date


@dataclass(slots=True)
class Outcome:
    """What one provider's run came to. ``whole``: the window was listed to its end."""

    listed: int = 0
    changes: Changes = field(default_factory=Changes)
    pending: int = 0
    whole: bool = False
    stopped: SyncerError | None = None
    errors: list[SyncerError] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def run(
    source: RemoteSource, store: SyncStore, window: Window, now: datetime, give_up_after: int, tell: Tell
) -> Outcome:
    """List the window, then fetch details; stops at the first limit, outage or refused sign-in, and says so.

    Args:
        give_up_after: failures after which a detail is left alone.
    """
    outcome = Outcome()
    try:
        listed = _list(source, store, window, outcome)
        _remove(source, store, window, listed, outcome)
    except SyncerError as error:
        outcome.stopped = error
    if outcome.stopped is None:
        _fetch(source, store, window, outcome, now, give_up_after, tell)
    outcome.pending = len(set(store.due()))
    return outcome


def _list(source: RemoteSource, store: SyncStore, window: Window, outcome: Outcome) -> set[RecordingKey]:
    seen: set[RecordingKey] = set()
    known = store.detailed()
    for count, page in enumerate(source.pages(window.first, window.last)):
        keys = {recording.key for recording in page.recordings}
        if (keys and keys <= seen) or count >= MOST_PAGES:
            # the same page again: a service that does not page, so the end is not known
            return seen
        wanted = [
            recording.key
            for recording in page.recordings
            if recording.key not in known and recording.key not in seen and wants_detail(recording)
        ]
        outcome.changes += store.save_page(page, wanted)
        outcome.skipped += page.skipped
        outcome.listed += len(keys - seen)
        seen |= keys
    outcome.whole = True
    return seen


def wants_detail(recording: Recording) -> bool:
    """Notes and sets matter for runs and strength sessions; a ride's detail is not worth a request."""
    return recording.kind is not Kind.OTHER


def _remove(
    source: RemoteSource, store: SyncStore, window: Window, listed: set[RecordingKey], outcome: Outcome
) -> None:
    """Mark what was deleted at the provider: only inside a window listed whole, and never everything at once."""
    if not outcome.whole:
        return
    first = window.first + timedelta(days=1) if window.first else date.min
    inside = {
        key: recording
        for key, recording in store.recordings().items()
        if first <= recording.start.date() < window.last
        and not any(one.example == key.external_id for one in outcome.skipped)
    }
    missing = [recording for key, recording in inside.items() if key not in listed]
    if not missing:
        return
    if len(missing) == len(inside) and not _really_gone(source, missing):
        outcome.errors.append(
            SyncerError(
                "suddenly-empty",
                f"{source.provider.value} lists none of {len(inside)} activities that it had; none is removed here",
                hint=f"syncer sync {source.provider.value} --full, when that is what you want",
                provider=source.provider.value,
            )
        )
        return
    gone = store.gone([recording.key for recording in missing])
    outcome.changes += Changes(removed=gone)


def _really_gone(source: RemoteSource, missing: Sequence[Recording]) -> bool:
    """A single activity that is alone in its window may be gone: its detail says so."""
    if len(missing) != 1:
        return False
    try:
        source.detail(missing[0])
    except BadFileError as error:
        return error.code == "item-gone"
    return False


def _fetch(
    source: RemoteSource,
    store: SyncStore,
    window: Window,
    outcome: Outcome,
    now: datetime,
    give_up_after: int,
    tell: Tell,
) -> None:
    known = store.recordings()
    recent = [key for key, one in known.items() if one.start.date() >= window.details_from and wants_detail(one)]
    blocked = store.blocked()
    todo = [known[key] for key in {*store.due(), *recent} if key in known and key not in blocked]
    todo.sort(key=lambda recording: (recording.start, recording.key), reverse=True)
    suspect: tuple[Recording, SyncerError] | None = None
    for done, recording in enumerate(todo):
        tell(done, len(todo))
        try:
            detail = source.detail(recording)
        except BadFileError as error:
            _note_failure(store, recording, error, outcome, now, give_up_after)
            continue
        except SyncerError as error:
            if suspect is None and is_outage(error):
                # one activity that the service itself cannot read, or the service is down: the next one tells
                suspect = recording, error
                continue
            outcome.stopped = error
            left = [one.key for one in todo[done:]]
            store.queue([suspect[0].key, *left] if suspect else left)
            return
        if suspect is not None:
            _note_failure(store, *suspect, outcome, now, give_up_after)
            suspect = None
        change = store.save_detail(recording.key, detail)
        outcome.skipped += detail.skipped
        outcome.changes += replace(change, added=0, unchanged=0)
    if suspect is not None:
        _note_failure(store, *suspect, outcome, now, give_up_after)
    tell(len(todo), len(todo))


def is_outage(error: SyncerError) -> bool:
    """The service answered with an error of its own or with nonsense, or not at all; no limit, no refused sign-in."""
    return isinstance(error, TryLaterError) and error.code != "rate-limited"


def _note_failure(
    store: SyncStore, recording: Recording, error: SyncerError, outcome: Outcome, now: datetime, give_up_after: int
) -> None:
    gives_up = store.attempts(recording.key) + 1 >= give_up_after
    attempts = store.failed(recording.key, error.message, None if gives_up else now + NEXT_NIGHT)
    end = "it is left alone from now on" if gives_up else f"try {attempts} of {give_up_after}"
    outcome.errors.append(
        BadFileError(
            error.code,
            f"the details of {recording.key.short_id} cannot be read ({end})",
            why=": ".join(part for part in (error.message, error.why) if part),
            provider=recording.key.provider.value,
            item=recording.key.short_id,
        )
    )
