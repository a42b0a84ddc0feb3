"""The sessions of one FIT file: from its summary, or put together from laps or records where it has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.sources.fit_fields import Message
from syncer.sources.fit_layout import LAP, RECORD, TIMESTAMP
from syncer.sources.payload import FARTHEST_M, LONGEST_S

SESSION_FIELDS = frozenset({2, 5, 6, 7, 8, 9, 110, 192, 193, TIMESTAMP})
LAP_FIELDS: Mapping[int, frozenset[int]] = {LAP: frozenset({2, 7, 8, 9, 25, 39, TIMESTAMP})}
RECORD_FIELDS: Mapping[int, frozenset[int]] = {RECORD: frozenset({5, TIMESTAMP})}


@dataclass(frozen=True, slots=True)
class Session:
    """One session as the file tells it.

    Attributes:
        start: a FIT time, see `fit_clock`.
        sport: FIT's number.
        profile_name: what the runner calls this sport on the watch.
        feel: 0-100.
        rpe: 0-10.
    """

    start: int | None
    elapsed_s: float | None = None
    timer_s: float | None = None
    distance_m: float | None = None
    sport: int | None = None
    sub_sport: int | None = None
    profile_name: str | None = None
    feel: int | None = None
    rpe: float | None = None

    def distance_to(self, moment: int) -> float:
        """Seconds between a FIT time and this session; 0 inside it."""
        if self.start is None:
            return float("inf")
        return max(self.start - moment, moment - self.start - (self.elapsed_s or 0), 0)


def session(message: Message) -> Session:
    """A session message."""
    feel = message.scaled(192, 1, 100)
    return replace(
        _told(message, 5, 6),
        profile_name=message.text(110),
        feel=None if feel is None else round(feel),
        rpe=message.scaled(193, 10, 10),
    )


def lap(message: Message) -> Session:
    """A lap message, as if it were a session."""
    return _told(message, 25, 39)


def _told(message: Message, sport: int, sub_sport: int) -> Session:
    """What laps and sessions tell alike; only the numbers of their sports' fields differ."""
    start, elapsed_s = _span(message)
    return Session(
        start,
        elapsed_s,
        timer_s=message.scaled(8, 1000, LONGEST_S),
        distance_m=message.scaled(9, 100, FARTHEST_M),
        sport=message.integer(sport),
        sub_sport=message.integer(sub_sport),
    )


def _span(message: Message) -> tuple[int | None, float | None]:
    """Start and elapsed seconds; one of them from the timestamp, the end, where it is missing."""
    start, end = message.seconds(2), message.seconds(TIMESTAMP)
    elapsed_s = message.scaled(7, 1000, LONGEST_S)
    if start is None and end is not None:
        return max(end - round(elapsed_s or 0), 0), elapsed_s
    if elapsed_s is None and start is not None and end is not None and 0 < end - start <= LONGEST_S:
        return start, float(end - start)
    return start, elapsed_s


def session_of_laps(laps: Sequence[Session]) -> Session:
    """The session that a watch would have written after these laps, at least one."""
    starts = [lap.start for lap in laps if lap.start is not None]
    sport = next((lap for lap in laps if lap.sport is not None), laps[0])
    return Session(
        min(starts, default=None),
        elapsed_s=_total([lap.elapsed_s for lap in laps]),
        timer_s=_total([lap.timer_s for lap in laps]),
        distance_m=_total([lap.distance_m for lap in laps]),
        sport=sport.sport,
        sub_sport=sport.sub_sport,
    )


def session_of_records(first: Message, last: Message) -> Session:
    """What can be told of a recording that broke off before its first lap was written."""
    start, end = first.seconds(TIMESTAMP), last.seconds(TIMESTAMP)
    elapsed_s = None if start is None or end is None or not 0 <= end - start <= LONGEST_S else float(end - start)
    return Session(start, elapsed_s, distance_m=last.scaled(5, 100, FARTHEST_M))


def with_sport(session: Session, message: Message) -> Session:
    """The session with the sport message's sport and name where it has none of its own."""
    name = session.profile_name or message.text(3)
    if session.sport is not None:
        return replace(session, profile_name=name)
    return replace(session, sport=message.integer(0), sub_sport=message.integer(1), profile_name=name)


def _total(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None
