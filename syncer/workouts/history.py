"""What the progression reads of the past, and the questions that it asks of it. Every answer looks back only."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from syncer.domain.pain import CLEAN_DAYS

UNSCORED_PAIN = 3.0
"""What a pain tag without a number counts as: amber, so it holds and, twice in a row, eases off."""


@dataclass(frozen=True, slots=True)
class Session:
    """A band-walk session that was done, planned or not.

    Attributes:
        level: the level it was done at, where the recording or the runner says so; None for the one due that day.
        complete: share of the planned sets that was done, 0-1; 1 for all. Read only where ``sets`` is None.
        effort: perceived exertion 0-10, or None for "not answered".
        pain: knee pain in or after it 0-10, or None for "not answered".
        worse_next_morning: pain was higher the next morning.
        sets: completed sets, where the recording tells: how complete that is depends on the level of the day.
    """

    day: date
    complete: float
    effort: float | None = None
    pain: float | None = None
    level: str | None = None
    worse_next_morning: bool = False
    sets: float | None = None

    def share_of(self, planned_sets: int) -> float:
        """How complete it was if so many sets were planned, 0-1."""
        return self.complete if self.sets is None else min(1.0, self.sets / planned_sets)


@dataclass(frozen=True, slots=True)
class Run:
    """A run.

    Attributes:
        pain: knee pain 0-10, `UNSCORED_PAIN` for a tag without a number, None for "not answered".
        spike: much longer than the longest of the 30 days before it.
        worse_next_morning: pain was higher the next morning.
    """

    day: date
    distance_m: float = 0.0
    pain: float | None = None
    spike: bool = False
    worse_next_morning: bool = False


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A planned session that counts (excused ones are left out).

    Attributes:
        day: its date.
        window_end: the last day on which it can still be done.
        done_on: when it was done, or None.
    """

    day: date
    window_end: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """The runner's own choice, the only thing that is stored.

    Attributes:
        day: from when on.
        level: a level's name; None gives the choice back to the rules.
        pinned: the level stays whatever happens; otherwise the rules go on from it.
    """

    day: date
    level: str | None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """Everything known, in any order (overrides of one day: the last one holds).

    What is dated on or after the day asked about is not read, but for an override of that very day.
    """

    sessions: tuple[Session, ...] = ()
    runs: tuple[Run, ...] = ()
    planned: tuple[PlannedDay, ...] = ()
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """A history sorted by day, for quick windows. Days are included on the left and excluded on the right."""

    sessions: tuple[Session, ...]
    runs: tuple[Run, ...]
    planned: tuple[PlannedDay, ...]
    first_day: date | None
    _overrides: Mapping[date, tuple[Override, ...]]
    _answered_before: tuple[Run | None, ...]
    _session_days: tuple[date, ...]
    _run_days: tuple[date, ...]
    _planned_days: tuple[date, ...]

    @classmethod
    def of(cls, history: History) -> Past:
        """Sort it; things of one day in an order of their own, so that the input's order changes nothing."""
        sessions, runs = _in_order(history.sessions), _in_order(history.runs)
        planned = tuple(sorted(history.planned, key=lambda one: one.day))
        overrides: dict[date, tuple[Override, ...]] = {}
        for asked in history.overrides:
            overrides[asked.day] = (*overrides.get(asked.day, ()), asked)
        answered: list[Run | None] = []
        last: Run | None = None
        for run in runs:
            answered.append(last)
            last = run if run.pain is not None else last
        days = (_days(sessions), _days(runs), _days(planned))
        first_day = min([*overrides, *(some[0] for some in days if some)], default=None)
        return cls(sessions, runs, planned, first_day, overrides, tuple(answered), *days)

    def sessions_in(self, first: date, end: date) -> tuple[Session, ...]:
        """Sessions from ``first`` to the day before ``end``."""
        return self.sessions[bisect_left(self._session_days, first) : bisect_left(self._session_days, end)]

    def runs_in(self, first: date, end: date) -> tuple[Run, ...]:
        """Runs from ``first`` to the day before ``end``."""
        return self.runs[bisect_left(self._run_days, first) : bisect_left(self._run_days, end)]

    def runs_with_last_answer(self, first: date, end: date) -> list[tuple[Run, Run | None]]:
        """Runs as `runs_in`, each with the last answered run before it."""
        places = range(bisect_left(self._run_days, first), bisect_left(self._run_days, end))
        return [(self.runs[place], self._answered_before[place]) for place in places]

    def overrides_on(self, day: date) -> tuple[Override, ...]:
        """The runner's choices of that very day, in order."""
        return self._overrides.get(day, ())

    def last_two_days(self, end: date) -> tuple[Session, ...]:
        """The sessions of the last two days with any, before ``end``; fewer than two days give nothing."""
        upto = self.sessions[: bisect_left(self._session_days, end)]
        if not upto:
            return ()
        before = bisect_left(self._session_days, upto[-1].day)
        if before == 0:
            return ()
        return upto[bisect_left(self._session_days, self.sessions[before - 1].day) :]

    def adherence(self, end: date, days: int = 14) -> tuple[int, int]:
        """(done, planned) of the sessions planned in so many days before ``end``, as known on that day.

        A session whose window was still open and that was not done yet counts nowhere.
        """
        first = bisect_left(self._planned_days, end - timedelta(days=days))
        done = missed = 0
        for one in self.planned[first : bisect_left(self._planned_days, end)]:
            if one.done_on is not None and one.done_on < end:
                done += 1
            elif one.window_end < end:
                missed += 1
        return done, done + missed

    def new_pain_runs(self, first: date, end: date, threshold: float = 1.0, free_days: int = CLEAN_DAYS) -> list[Run]:
        """Runs with pain from ``first`` to the day before ``end``, and none in the ``free_days`` days before them."""
        painful = [run for run in self.runs_in(first - timedelta(days=free_days), end) if is_pain(run.pain, threshold)]
        return [
            run
            for run in painful
            if run.day >= first
            and not any(run.day - timedelta(days=free_days) <= other.day < run.day for other in painful)
        ]


def _in_order[T: (Session, Run)](things: Sequence[T]) -> tuple[T, ...]:
    """By day; how a thing reads is looked at only where a day has several."""
    on_day = Counter(one.day for one in things)
    return tuple(sorted(things, key=lambda one: (one.day, repr(one) if on_day[one.day] > 1 else "")))


def _days(things: Iterable[Session | Run | PlannedDay]) -> tuple[date, ...]:
    return tuple(one.day for one in things)


def is_pain(score: float | None, threshold: float) -> bool:
    """An answer at or above ``threshold``, both 0-10; no answer is none."""
    return score is not None and score >= threshold
