"""What the sync's engine needs of a service and of the store, and the values that pass between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from syncer.domain.activity import Provider, Recording, RecordingKey
from syncer.errors import SyncerError, TryLaterError
from syncer.sync.ports import Intake, Skipped, Touched

type Tell = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Window:
    """Days to list, both included; None is open: since ever, or to whatever is newest."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether ``day`` is inside."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Errand:
    """What one run is to do with one provider.

    Attributes:
        now: when the run began, aware.
        window: is listed first; what is missing in it may have been deleted.
        rest: what an earlier run left of its listing, or None.
        details_from: details of activities from this day on are read again; None: only what is queued.
        again: details from that day on are queued, so that they come even if this run cannot finish.
        give_up_after: nights after which a detail that always fails is left alone.
    """

    now: datetime
    window: Window
    rest: Window | None
    details_from: date | None
    again: bool
    give_up_after: int

    def reads_again(self, day: date) -> bool:
        """Whether details of an activity of ``day`` are read again."""
        return self.details_from is not None and self.details_from <= day


@dataclass(frozen=True, slots=True)
class Waiting:
    """A detail that is still to be fetched.

    Attributes:
        failures: nights on which it failed.
        asked: it was asked for before and did not come.
        next_at: not before this instant (aware).
        given_up: it is left alone.
    """

    key: RecordingKey
    failures: int = 0
    asked: bool = False
    next_at: datetime | None = None
    given_up: bool = False


@dataclass(slots=True)
class Outcome:
    """What one provider's run came to.

    Attributes:
        whole: the window was listed to its end.
        reached: how far back an open listing came before it stopped; None when it ended or cannot go on there.
        stopped: what stood in the way of going on.
        errors: what was left out while the rest went on.
    """

    listed: set[RecordingKey] = field(default_factory=set)
    added: set[RecordingKey] = field(default_factory=set)
    updated: set[RecordingKey] = field(default_factory=set)
    removed: int = 0
    pending: int = 0
    whole: bool = False
    rest_whole: bool = False
    reached: date | None = None
    stopped: SyncerError | None = None
    errors: list[SyncerError] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def note(self, touched: Touched) -> None:
        """Count what was stored; a recording counts once, and what is new is not also changed."""
        self.added |= touched.added
        self.updated -= touched.added
        self.updated |= touched.updated - self.added


class RemoteSource(Protocol):
    """A service that lists activities and tells one in detail."""

    provider: Provider

    @property
    def requests(self) -> int:
        """Requests made so far."""

    def pages(self, first: date | None, last: date | None) -> Iterator[Intake]:
        """The pages of the days ``first`` to ``last`` (None: open), until an empty one; newest first without ``first``.

        Raises:
            SyncerError: nothing more can be read now.
        """

    def detail(self, known: Recording) -> Intake:
        """Everything about one activity: notes, effort, sets.

        Raises:
            BadFileError: this one cannot be read; the others can.
            SyncerError: nothing more can be read now.
        """


class SyncStore(Protocol):
    """What the engine keeps, of one provider; every call that writes is one transaction."""

    def save_page(self, page: Intake, wanted: Sequence[RecordingKey]) -> Touched:
        """Store a page's list items, and queue the details that are wanted."""

    def save_detail(self, key: RecordingKey, detail: Intake) -> Touched:
        """Store a detail and take it off the queue."""

    def queue(self, keys: Sequence[RecordingKey]) -> None:
        """Details that this run did not come to."""

    def defer(self, keys: Sequence[RecordingKey], error: str) -> None:
        """Details that were asked for while the service was down: that does not count as a failure of theirs."""

    def failed(self, key: RecordingKey, error: str, next_at: datetime | None) -> None:
        """A detail failed; it is asked for again from ``next_at`` on, or never (None)."""

    def gone(self, keys: Sequence[RecordingKey]) -> int:
        """Mark as deleted at the provider; how many were not yet."""

    def recordings(self) -> Mapping[RecordingKey, Recording]:
        """Every living recording of this provider that the service itself has told of."""

    def waiting(self) -> Sequence[Waiting]:
        """Details that are queued, and those that were given up."""

    def detailed(self) -> frozenset[RecordingKey]:
        """Recordings of which the detail would tell no more than is known."""


def is_outage(error: SyncerError) -> bool:
    """The service answers with errors of its own or with nonsense, or not at all; no limit, no refused sign-in."""
    return isinstance(error, TryLaterError) and error.code.endswith("-unavailable")
