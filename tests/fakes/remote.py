"""A service in memory, as the sync's engine sees one: for many histories in little time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from syncer.domain.activity import Note, Provider, Recording, RecordingKey, Sport
from syncer.errors import BadFileError, TryLaterError
from syncer.sync.ports import Intake, Payload


@dataclass
class Thing:
    """One activity on the service."""

    number: int
    start: datetime
    name: str = "Run"
    note: str = ""
    sport: Sport = Sport.RUN

    @property
    def key(self) -> RecordingKey:
        """Its key."""
        return RecordingKey(Provider.STRAVA, str(self.number))

    def recording(self, *, whole: bool) -> Recording:
        """What the list, or the detail (``whole``), says of it."""
        notes = (Note("name", self.name), *((Note("description", self.note),) if whole else ()))
        return Recording(self.key, self.sport, self.sport.value, self.start, notes=notes, elapsed_s=1800.0)


@dataclass
class FakeRemote:
    """The service.

    Attributes:
        left: requests that it still answers before it refuses; None: all.
        broken: activities whose detail it cannot give.
        down: it answers no detail at all.
        page_size: activities a page.
    """

    things: dict[int, Thing] = field(default_factory=dict)
    left: int | None = None
    broken: set[int] = field(default_factory=set)
    down: bool = False
    page_size: int = 5
    requests: int = 0
    asked: list[str] = field(default_factory=list)
    provider: Provider = Provider.STRAVA

    def pages(self, first: date | None, last: date | None) -> Iterator[Intake]:
        """Newest first without ``first``, else oldest first, as Strava does."""
        start = 0
        while True:
            self._request("list")
            inside = sorted(
                (one for one in self.things.values() if _in(one, first, last)),
                key=lambda one: (one.start, one.number),
                reverse=first is None,
            )
            page = inside[start : start + self.page_size]
            if not page:
                return
            yield Intake(
                tuple(one.recording(whole=False) for one in page),
                tuple(Payload(one.key, "list", one.name.encode()) for one in page),
            )
            start += len(page)

    def detail(self, known: Recording) -> Intake:
        """One activity with its note."""
        number = int(known.key.external_id)
        self._request(f"detail {number}")
        thing = self.things.get(number)
        if self.down or (thing is not None and number in self.broken):
            raise TryLaterError("strava-unavailable", "Strava cannot be read right now", why="it answered 500")
        if thing is None:
            raise BadFileError("item-gone", "Strava no longer has this activity")
        return Intake((thing.recording(whole=True),), (Payload(known.key, "detail", thing.note.encode()),))

    def _request(self, what: str) -> None:
        self.asked.append(what)
        self.requests += 1
        if self.left is None:
            return
        if self.left <= 0:
            raise TryLaterError("rate-limited", "the limit is reached", retry_at=datetime(1990, 1, 1, tzinfo=UTC))
        self.left -= 1


def _in(thing: Thing, first: date | None, last: date | None) -> bool:
    day = thing.start.date()
    return (first is None or first - timedelta(days=1) <= day) and (last is None or day <= last + timedelta(days=1))
