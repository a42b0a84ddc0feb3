"""What came before each run: the share of planned sessions missed 5 to 18 days earlier.

Why this window: strength does not fade in four days, but a niggle that is not tagged yet makes people skip in the
last days before pain; leaving those days out removes most of that bias. Why half: "mostly skipped" is a state that a
runner recognises. Both were fixed before any runner's data was seen, and no other window is tried
(`docs/explanation/evidence.md`).

numpy is imported with this module; `syncer.correlate.evidence` imports it only when there is something to compute.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from syncer.domain.pain import CLEAN_DAYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from syncer.correlate.diary import RunDay, Slot

    Days = NDArray[np.int64]
    Numbers = NDArray[np.float64]
    Mask = NDArray[np.bool_]

FIRST_DAY, LAST_DAY = 5, 18
"""The exposure window, in days before the run, both included."""
MOSTLY = 0.5
"""A window is "mostly skipped" when at least this share of its planned sessions was missed."""
FEWEST_SESSIONS = 2
"""Planned sessions that a window needs before it says anything."""
ROUNDING = 1e-9
LONG_AGO = 999


@dataclass(frozen=True, slots=True)
class Record:
    """One runner's sessions and runs up to the day of judgement, as arrays in order of time.

    Attributes:
        session_days: planned days, shape (sessions,).
        missed: 1.0 missed, 0.0 kept, shape (sessions,).
        run_days: shape (runs,); runs before the first session are here too, they count as load.
        km: kilometres of each run.
        pain: 1.0, 0.0, or NaN where the runner did not say.
    """

    session_days: Days
    missed: Numbers
    run_days: Days
    km: Numbers
    pain: Numbers

    @property
    def start(self) -> int:
        """The day of the first planned session, 0 without any."""
        return int(self.session_days[0]) if self.session_days.size else 0

    @property
    def length(self) -> int:
        """Days from the first planned session to the last session or run, at least a week; 0 without a session."""
        if not self.session_days.size:
            return 0
        last = max([*self.session_days[-1:], *self.run_days[-1:]])
        return max(int(last) - self.start + 1, 7)

    @property
    def pain_days(self) -> Days:
        """The days of the runs that hurt, in order."""
        return self.run_days[self.pain > 0]


@dataclass(frozen=True, slots=True)
class Exposure:
    """The runs that can be judged, and what was planned and missed in the window before each.

    Attributes:
        days: the runs' days, shape (runs,).
        first, stop: the window's sessions are ``session_days[first:stop]``.
        share: missed ÷ planned in the window.
        mostly: whether that is at least half.
        hurt: 1.0 pain, 0.0 an answer of no pain.
        clean: whether the week before was free of tagged pain, so that pain now would be new.
    """

    days: Days
    first: Days
    stop: Days
    share: Numbers
    mostly: Mask
    hurt: Numbers
    clean: Mask

    @property
    def planned(self) -> Days:
        """Sessions planned in each window."""
        return self.stop - self.first


def read_record(slots: Iterable[Slot], runs: Iterable[RunDay], today: int) -> Record:
    """Sort sessions and runs into arrays; what is dated after ``today`` is left out."""
    sessions = sorted((day, bool(missed)) for day, missed in slots if day <= today)
    # sorted by all they hold, so that the runs of one day stand the same way whatever order they came in
    ran = sorted((day, float(metres), -1 if pain is None else bool(pain)) for day, metres, pain in runs if day <= today)
    return Record(
        session_days=np.array([day for day, _ in sessions], dtype=np.int64),
        missed=np.array([missed for _, missed in sessions], dtype=float),
        run_days=np.array([day for day, _, _ in ran], dtype=np.int64),
        km=np.array([metres / 1000 for _, metres, _ in ran], dtype=float),
        pain=np.array([np.nan if pain < 0 else pain for _, _, pain in ran], dtype=float),
    )


def look_back(record: Record) -> Exposure:
    """The window before each run whose pain is known, from the plan's first full window on."""
    days = record.run_days
    first = np.searchsorted(record.session_days, days - LAST_DAY, "left")
    stop = np.searchsorted(record.session_days, days - FIRST_DAY, "right")
    judged = (days >= record.start + LAST_DAY) & (stop - first >= FEWEST_SESSIONS) & ~np.isnan(record.pain)
    clean = days_since(days, record.pain_days) > CLEAN_DAYS
    days, first, stop = days[judged], first[judged], stop[judged]
    missed = np.concatenate([[0.0], np.cumsum(record.missed)])
    share = (missed[stop] - missed[first]) / (stop - first)
    return Exposure(days, first, stop, share, share >= MOSTLY - ROUNDING, record.pain[judged], clean[judged])


def days_since(days: Days, events: Days) -> Days:
    """Days from the last event strictly before each day; `LONG_AGO` where there was none. ``events`` are sorted."""
    if not events.size:
        return np.full(days.shape, LONG_AGO, dtype=np.int64)
    before = np.searchsorted(events, days, "left") - 1
    return np.where(before >= 0, days - events[np.maximum(before, 0)], LONG_AGO)
