"""One provider's sync: list a window, store each page, then ask for details, newest first, until there is a limit.

One transaction a page and one a detail, so that a run that is killed anywhere has lost nothing and the next goes on
from there. It never sleeps: what a limit leaves over is queued for the next run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from syncer.domain.activity import Kind, Recording, RecordingKey
from syncer.errors import SyncerError
from syncer.sync.details import fetch
from syncer.sync.ports import Intake
from syncer.sync.remote import Errand, Outcome, RemoteSource, SyncStore, Tell, Window
from syncer.sync.removals import remove

# a service that gives the same page again and again has no end
SAME_AGAIN = 3
MOST_PAGES = 10_000


@dataclass(slots=True)
class Listing:
    """One window as the service lists it, page by page.

    Attributes:
        seen: every recording on the pages so far.
        pages: how many pages held something.
        oldest: the oldest day so far, while every page was older than the one before it; else None.
    """

    seen: set[RecordingKey] = field(default_factory=set)
    pages: int = 0
    oldest: date | None = None
    repeats: int = 0
    _orderly: bool = True
    _named: set[RecordingKey] = field(default_factory=set)

    def take(self, page: Intake) -> None:
        """Note a page."""
        keys = {recording.key for recording in page.recordings}
        named = keys | {payload.key for payload in page.payloads}
        days = [recording.start.date() for recording in page.recordings]
        self.pages += 1
        # an item repeats when a new one lands meanwhile; whole pages only do so in a service that does not page, and
        # a page on which nothing can be told from anything else is no step forward either
        self.repeats = self.repeats + 1 if named <= self._named else 0
        self._named |= named
        if days and self._orderly:
            # a local day may be one ahead of its neighbour's
            self._orderly = self.oldest is None or max(days) <= self.oldest + timedelta(days=1)
            self.oldest = min(days) if self._orderly else None
        self.seen |= keys


def run(source: RemoteSource, store: SyncStore, errand: Errand, tell: Tell) -> Outcome:
    """List the window and what was left of it, then fetch details; stop at the first limit, outage or refused sign-in.

    Never raises for what the service does: the outcome says it.
    """
    outcome = Outcome()
    try:
        listing = _list(source, store, errand, errand.window, outcome)
        outcome.whole = True
        one_look = listing.pages <= 1
        believed = remove(source, store, errand.window, listing.seen, one_look=one_look, outcome=outcome)
        if errand.rest is not None:
            _list(source, store, errand, errand.rest, outcome)
            outcome.rest_whole = True
        if believed:
            # what a service does not show it does not tell either, and none of it is broken for that
            fetch(source, store, errand, outcome, tell)
    except SyncerError as error:
        outcome.stopped = error
    outcome.pending = sum(not one.given_up for one in store.waiting())
    return outcome


def _list(source: RemoteSource, store: SyncStore, errand: Errand, window: Window, outcome: Outcome) -> Listing:
    """Store every page of ``window``; an unfinished open listing leaves in the outcome how far back it came."""
    listing, known = Listing(), store.detailed()

    def is_wanted(recording: Recording) -> bool:
        anew = errand.again and errand.reads_again(recording.start.date())
        return wants_detail(recording) and (anew or recording.key not in known)

    for page in _until_the_end(source.pages(window.first, window.last), listing, source.provider.value):
        wanted = [recording.key for recording in page.recordings if is_wanted(recording)]
        outcome.note(store.save_page(page, wanted))
        outcome.skipped += page.skipped
        outcome.listed |= {recording.key for recording in page.recordings}
        if window.first is None:
            outcome.reached = listing.oldest
    outcome.reached = None
    return listing


def _until_the_end(pages: Iterator[Intake], listing: Listing, name: str) -> Iterator[Intake]:
    for page in pages:
        listing.take(page)
        if listing.repeats >= SAME_AGAIN or listing.pages > MOST_PAGES:
            raise SyncerError(
                "endless-list",
                f"{name} lists the same activities again and again",
                why="so it cannot be known whether all of them came",
                hint="run the same command again later",
                provider=name,
            )
        yield page


def wants_detail(recording: Recording) -> bool:
    """Notes and sets matter for runs and strength sessions; a ride's detail is not worth a request."""
    return recording.kind is not Kind.OTHER
