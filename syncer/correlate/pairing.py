"""Which activity was which planned session.

A session may be done in a window around its day, never past the neighbouring session of its workout, and one
activity serves one session. Among all ways to pair them the best one is taken, exactly: as many pairs as possible by
the surest signal, then by the next, and of those ways the one with the least total shift in days
(docs/explanation/adherence.md). What is then still equal is decided by content, never by the order of the input.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import log

from syncer.correlate.completion import Completion, completion
from syncer.correlate.matching import cheapest_matching
from syncer.correlate.recognition import Clues, recognise, trace
from syncer.domain.activity import Activity
from syncer.domain.plan import MatchRule, PlannedSession

EARLY, LATE = 1, 2
"""Days before and after its own on which a session may be done."""

_SURE = (MatchRule.WORKOUT_ID, MatchRule.TRAINING_FILE, MatchRule.SCHEDULE, MatchRule.SETS, MatchRule.NAME)
# Best pair first. A session done by a weaker signal beats a broken-off one by a surer; a mere guess beats neither.
_RANKS: dict[tuple[MatchRule, bool], int] = {
    pair: rank
    for rank, pair in enumerate(
        (
            *((rule, True) for rule in _SURE),
            *((rule, False) for rule in _SURE),
            (MatchRule.TIME, True),
            (MatchRule.TIME, False),
        )
    )
}
_WORST_FIT = 99

type Windows = Mapping[str, tuple[date, date]]
"""First and last day on which each session, by id, may be done."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An activity taken for a session: by which rule, and how much of it was done."""

    activity: Activity
    rule: MatchRule
    done: Completion


def windows(plan: Sequence[PlannedSession], window: tuple[int, int] = (EARLY, LATE)) -> dict[str, tuple[date, date]]:
    """First and last day for each session, by id: so many days early and late.

    The neighbouring sessions of the same workout bound it: their days belong to the window, days beyond do not.
    """
    early, late = timedelta(days=window[0]), timedelta(days=window[1])
    by_workout: dict[str, list[PlannedSession]] = {}
    for session in plan:
        by_workout.setdefault(session.workout, []).append(session)
    found = {session.id: (session.date - early, session.date + late) for session in plan}
    for row in by_workout.values():
        for before, after in pairwise(sorted(row, key=lambda session: session.date)):
            found[before.id] = (found[before.id][0], min(found[before.id][1], after.date))
            found[after.id] = (max(found[after.id][0], before.date), found[after.id][1])
    return found


def pair_by_hand(plan: Sequence[PlannedSession], pool: Sequence[Activity], manual: Mapping[str, str]) -> dict[str, Hit]:
    """The runner's own word: by session id, whatever the day; an activity named twice serves the first session."""
    if not manual:
        return {}
    by_short_id = {link.key.short_id: activity for activity in pool for link in activity.recordings}
    by_short_id |= {activity.id: activity for activity in pool}
    hits: dict[str, Hit] = {}
    taken: set[str] = set()
    for session in plan:
        activity = by_short_id.get(manual.get(session.id, ""))
        if activity is not None and activity.id not in taken:
            taken.add(activity.id)
            hits[session.id] = Hit(activity, MatchRule.MANUAL, completion(activity, session, MatchRule.MANUAL))
    return hits


def pair_by_signals(
    plan: Sequence[PlannedSession],
    pool: Sequence[Activity],
    bounds: Windows,
    clues: Clues,
    excused: frozenset[str],
) -> dict[str, Hit]:
    """The best pairing, by session id.

    Args:
        plan: in order of date and id.
        pool: in order of time.
        bounds: of at least these sessions.
        clues: workouts that were handed out, and Connect's calendar.
        excused: ids of sessions that count nowhere if missed; between equals they come last.
    """
    if not plan:
        return {}
    dates = [session.date for session in plan]
    early = max(session.date - bounds[session.id][0] for session in plan)
    late = max(bounds[session.id][1] - session.date for session in plan)
    reach = max(early, late).days
    rows: list[dict[int, Hit]] = []
    for activity in pool:
        near = range(bisect_left(dates, activity.local_date - late), bisect_right(dates, activity.local_date + early))
        inside = [i for i in near if bounds[plan[i].id][0] <= activity.local_date <= bounds[plan[i].id][1]]
        rows.append(_hits(activity, plan, inside, clues) if inside else {})
    edges = [
        [(i, _price(hit, plan[i], plan[i].id in excused, reach, len(plan))) for i, hit in row.items()] for row in rows
    ]
    chosen = cheapest_matching(edges, len(plan))
    return {plan[i].id: row[i] for row, i in zip(rows, chosen, strict=True) if i is not None}


def _hits(activity: Activity, plan: Sequence[PlannedSession], inside: Sequence[int], clues: Clues) -> dict[int, Hit]:
    """By index, the sessions inside whose window the activity lies and that it may have been."""
    seen = trace(activity, clues)
    # What Connect's calendar names is that very session, when it is near enough.
    pinned = [i for i in inside if plan[i].id == seen.scheduled]
    hits = {}
    for i in pinned or inside:
        rule = recognise(activity, plan[i], seen)
        if rule is None:
            continue
        done = completion(activity, plan[i], rule)
        if done.share > 0:
            hits[i] = Hit(activity, rule, done)
    return hits


def _price(hit: Hit, session: PlannedSession, excused: bool, reach: int, sessions: int) -> int:
    """What a pair costs: one whole number whose leading digits matter before the others, however many pairs add up."""
    shift = (hit.activity.local_date - session.date).days
    digits = (
        (abs(shift), reach),
        (int(excused), 1),
        (round((1 - hit.done.share) * 10), 10),
        (int(shift < 0), 1),
        (_misfit(hit.activity, session), _WORST_FIT),
    )
    cost, unit = 0, 1
    for value, most in digits:
        base = sessions * most + 1
        cost, unit = cost * base + value, unit * base
    place = len(_RANKS) - 1 - _RANKS[hit.rule, hit.done.kept]
    return cost - unit * int((sessions + 1) ** place)


def _misfit(activity: Activity, session: PlannedSession) -> int:
    """How far the length is from the expected one, either way: tells two sessions of one day apart."""
    if not activity.elapsed_s or activity.elapsed_s < 0 or session.duration_s <= 0:
        return _WORST_FIT
    return min(round(10 * abs(log(activity.elapsed_s / session.duration_s))), _WORST_FIT)
