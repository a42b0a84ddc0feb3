"""Which level is next, and why: a replay of the runner's history, day by day.

Nothing is stored but the runner's overrides. The level on a day is a pure function of what is dated before it, so a
late upload or a corrected note changes it, and the same history always gives the same level.

The rules: up by one rung when all is well and known; hold otherwise; after a warning one rung down with two thirds of
the sets for a week; after a gap lower. Missing answers never advance. The ladder's placements follow Berry 2015 and
Lewis 2019 (the further down the band, the more the hip works), its volumes a published ITBS programme, its small steps
ACSM's position stand on resistance training (2009); where the limits on pain come from is in
`syncer.workouts.readiness`. The weeks and the size of each step down are our own choice: nobody has tried them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from syncer.domain.week import day_in_words
from syncer.domain.workout import Level, level_in_words
from syncer.workouts.history import History, Override, Past
from syncer.workouts.levels import DELOAD_SUFFIX, band_lower, deload
from syncer.workouts.readiness import advance_words, is_pain_free, needs_to_advance, warning

DELOAD_DAYS = 7
"""A lighter week lasts so long, and a new warning begins it again."""
GAP_ONE_LEVEL, GAP_ONE_BAND = 14, 28
"""Days since the last session from which one restarts one level, or one band, lower."""

MAINTENANCE_RUNG, MAINTENANCE_WEEKS = 9, 12
"""From this rung on (the top of a shorter ladder), after so many weeks there without pain, holding is enough."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A level, and the rule and numbers that chose it.

    Attributes:
        level: in a lighter week the level with two thirds of its sets, called ``<name>-deload``.
        rule: ``start``, ``advance``, ``hold``, ``top``, ``deload``, ``retry``, ``return``, ``maintenance`` or
            ``override``.
        why: for the runner; without a full stop.
        needs: what is still missing to go up, and how far it is, each in a few words.
    """

    level: Level
    rule: str
    why: str
    needs: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """``why`` as a sentence."""
        return f"{self.why[:1].upper()}{self.why[1:]}."

    @property
    def told_needs(self) -> tuple[str, ...]:
        """The needs that are worth telling: after going up it is only that all begins anew."""
        return () if self.rule == "advance" else self.needs

    @property
    def words(self) -> str:
        """The reason and what it takes to go up: the same wherever a level is told."""
        return level_in_words(self.reason, self.told_needs)


def _with_year(day: date) -> str:
    """For what may still be told a year later."""
    return f"{day_in_words(day)} {day.year}"


def level_on(day: date, history: History, levels: Sequence[Level], *, start: Level | None = None) -> Choice:
    """The level for a session on ``day``, from what is dated before it.

    For a session still to come ask for tomorrow: of the days between nothing is known, and they would look like a gap.

    Args:
        day: the day of the session.
        history: what was done; nothing in it that is dated later is read.
        levels: the template's ladder, from easy to hard.
        start: where to begin without history; the first rung by default.
    """
    return levels_over_time(day, day, history, levels, start=start)[0][1]


def levels_over_time(
    first: date, last: date, history: History, levels: Sequence[Level], *, start: Level | None = None
) -> list[tuple[date, Choice]]:
    """`level_on` for every day from ``first`` to ``last``, both included, in one replay."""
    past = Past.of(history)
    state = _State(_rung(levels, start.name if start else "") or 0, "start", "nothing is known yet")
    day = min(first, past.first_day or first)
    chosen: list[tuple[date, Choice]] = []
    while day <= last:
        state = _morning(state, day, past, levels)
        if day >= first:
            chosen.append((day, _choice(state, day, past, levels)))
        day += timedelta(days=1)
    return chosen


@dataclass(frozen=True, slots=True)
class _State:
    """Where the runner stands on a morning.

    Attributes:
        rung: position on the ladder.
        rule, why: of the last change.
        is_news: no session was done since that change.
        since: the first session at this rung since that change.
        last_seen: the last session or choice of the runner, from which a gap is counted.
        retry_rung: in a lighter week, the rung to go back to.
        changed_on: the day of the last change.
        gap_rung: in a gap, the rung before it.
        gap_days: the gap that was acted on: 0, 14 or 28.
        high_since: at or above the maintenance rung since then.
        pinned: the runner's choice, which no rule moves.
    """

    rung: int
    rule: str
    why: str
    is_news: bool = True
    since: date | None = None
    last_seen: date | None = None
    retry_rung: int | None = None
    changed_on: date | None = None
    gap_rung: int | None = None
    gap_days: int = 0
    high_since: date | None = None
    pinned: bool = False


def _morning(state: _State, day: date, past: Past, levels: Sequence[Level]) -> _State:
    """The state on the morning of ``day``, from the one before and from what happened in between."""
    state = _take_in_sessions(state, day, past, levels)
    for asked in past.overrides_on(day):
        state = _override(state, asked, levels)
    if not state.pinned:
        moves = (_ease_off, _retry, _return_after_gap, _advance)
        state = next((moved for move in moves if (moved := move(state, day, past, levels))), state)
    is_high = state.rung + 1 >= min(MAINTENANCE_RUNG, len(levels))
    high_since = (state.high_since or day) if is_high else None
    return state if high_since == state.high_since else replace(state, high_since=high_since)


def _take_in_sessions(state: _State, day: date, past: Past, levels: Sequence[Level]) -> _State:
    yesterday = day - timedelta(days=1)
    sessions = past.sessions_in(yesterday, day)
    if not sessions:
        return state
    present = _present(state, levels).name
    at_level = any(one.level in (None, present) for one in sessions)
    return replace(
        state,
        is_news=False,
        since=state.since or (yesterday if at_level else None),
        last_seen=yesterday,
        gap_rung=None,
        gap_days=0,
    )


def _override(state: _State, asked: Override, levels: Sequence[Level]) -> _State:
    if asked.level is None:
        return replace(state, pinned=False)
    rung = _rung(levels, asked.level.removesuffix(DELOAD_SUFFIX))
    if rung is None:
        return state
    lighter = asked.level.endswith(DELOAD_SUFFIX)
    moved = _moved(state, rung, asked.day, "override", f"you chose level {asked.level} on {_with_year(asked.day)}")
    return replace(moved, last_seen=asked.day, pinned=asked.pinned, retry_rung=rung if lighter else None)


def _ease_off(state: _State, day: date, past: Past, levels: Sequence[Level]) -> _State | None:
    """One rung down for a week; a new warning in that week starts it again."""
    reason = warning(past, day)
    if reason is None:
        return None
    lighter = state.retry_rung is not None
    rung = state.rung if lighter else max(0, state.rung - 1)
    why = f"{reason}: two thirds of the sets of level {levels[rung].name} for a week"
    return replace(_moved(state, rung, day, "deload", why), retry_rung=state.retry_rung if lighter else state.rung)


def _retry(state: _State, day: date, past: Past, levels: Sequence[Level]) -> _State | None:
    """Back after the lighter week, but not in a week with a load spike."""
    if state.retry_rung is None or state.changed_on is None or (day - state.changed_on).days < DELOAD_DAYS:
        return None
    if any(run.spike for run in past.runs_in(day - timedelta(days=7), day)):
        return None
    since, again = day_in_words(state.changed_on), levels[state.retry_rung].name
    why = f"a lighter week since {since} without a new warning: level {again} again"
    return _moved(state, state.retry_rung, day, "retry", why)


def _return_after_gap(state: _State, day: date, past: Past, levels: Sequence[Level]) -> _State | None:  # noqa: ARG001
    """One level lower after 14 days, one band lower after 28, counted from where the gap began."""
    if state.last_seen is None:
        return None
    days = (day - state.last_seen).days
    reached = GAP_ONE_BAND if days >= GAP_ONE_BAND else GAP_ONE_LEVEL if days >= GAP_ONE_LEVEL else 0
    if reached <= state.gap_days:
        return None
    before = state.rung if state.gap_rung is None else state.gap_rung
    rung = band_lower(levels, before) if reached == GAP_ONE_BAND else max(0, before - 1)
    lower = "one band lower" if reached == GAP_ONE_BAND else "one level lower"
    since = _with_year(state.last_seen)
    why = f"no session since {since} ({reached} days or more): {lower}, level {levels[rung].name}"
    return replace(_moved(state, rung, day, "return", why), gap_rung=before, gap_days=reached)


def _advance(state: _State, day: date, past: Past, levels: Sequence[Level]) -> _State | None:
    if state.retry_rung is not None or state.rung + 1 >= len(levels) or state.since is None:
        return None
    if any(needs_to_advance(past, day, levels[state.rung], state.since)):
        return None
    return _moved(state, state.rung + 1, day, "advance", advance_words(past, day, state.since))


def _moved(state: _State, rung: int, day: date, rule: str, why: str) -> _State:
    """A change of level: what was counted at the old one starts anew."""
    return _State(rung, rule, why, last_seen=state.last_seen, changed_on=day, high_since=state.high_since)


def _present(state: _State, levels: Sequence[Level]) -> Level:
    level = levels[state.rung]
    return deload(level) if state.retry_rung is not None else level


def _choice(state: _State, day: date, past: Past, levels: Sequence[Level]) -> Choice:
    level = _present(state, levels)
    if state.pinned or state.retry_rung is not None:
        return Choice(level, state.rule, state.why)
    is_top = state.rung + 1 >= len(levels)
    needs = () if is_top else tuple(needs_to_advance(past, day, level, state.since))
    if state.is_news:
        return Choice(level, state.rule, state.why, needs)
    high = state.high_since is not None and (day - state.high_since).days >= MAINTENANCE_WEEKS * 7
    if high and is_pain_free(past, day, MAINTENANCE_WEEKS):
        why = f"{MAINTENANCE_WEEKS} weeks at this height without knee pain: one or two full sessions a week hold it"
        return Choice(level, "maintenance", why, needs)
    if is_top:
        return Choice(level, "top", "the highest level: keep it")
    return Choice(level, "hold", "this level stays for now", needs)


def _rung(levels: Sequence[Level], name: str) -> int | None:
    return next((place for place, level in enumerate(levels) if level.name == name), None)
