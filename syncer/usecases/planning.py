"""What was planned, at which level, and what became of it: the store's facts put through the pure rules.

Levels follow from what was done, and what counts as done follows from the planned sets of a level. So it is judged
again: first at each workout's default level, to know what was done, then at the levels that follow from that, until
they stay the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from syncer.correlate.adherence import Absences, assign
from syncer.correlate.flags import PainReading
from syncer.correlate.recognition import Clues
from syncer.correlate.schedule import planned_sessions, prescribe
from syncer.domain.activity import Activity
from syncer.domain.plan import PlannedSession, Prescription, SessionOutcome
from syncer.store.activities import Activities
from syncer.store.by_hand import HandPain, HandSessions
from syncer.store.plans import Plans
from syncer.store.pushes import Pushes, ScheduleEntries
from syncer.usecases.progressing import Done, levels_of
from syncer.workouts.progression import Choice
from syncer.workouts.summary import duration_s
from syncer.workouts.template_build import Template

# how far ahead sessions are laid out: the calendar on the watch takes two weeks, the next session may be further off
AHEAD = timedelta(days=21)
# two or three are enough; a session done early, which decides about its own level, must not go on for ever
MOST_PASSES = 5


@dataclass(frozen=True, slots=True)
class PlanRules:
    """How the runner wants the plan read: days early and late, and from which score on a run hurts."""

    window: tuple[int, int]
    reading: PainReading


@dataclass(frozen=True, slots=True)
class Judged:
    """The whole plan as of a day.

    Attributes:
        outcomes: every session from the plan's first day to three weeks after ``today``.
        choices: for each workout with several levels, the level of each day and why.
        activities: what was done up to that day.
    """

    outcomes: tuple[SessionOutcome, ...]
    choices: Mapping[str, Mapping[date, Choice]]
    activities: tuple[Activity, ...]

    def choice(self, session: PlannedSession) -> Choice | None:
        """Why a session is at its level; None for a workout that has only one, or that is gone."""
        return _choice_on(self.choices.get(session.workout, {}), session.date)


def judge(
    connection: sqlite3.Connection,
    templates: Mapping[str, Template],
    rules: PlanRules,
    today: date,
    until: date | None = None,
) -> Judged:
    """What became of every planned session, as of ``today``; nothing that was done later is used.

    Args:
        until: lay the plan out to this day at least.
    """
    plans = Plans(connection)
    said = plans.rules()
    activities = tuple(one for one in Activities(connection).list() if one.local_date <= today)
    if not said:
        return Judged((), {}, activities)
    first = min(rule.effective_from for rule in said)
    last = max(today + AHEAD, until or today)
    absences = Absences(plans.pauses(), plans.excuses())
    clues = _clues(connection)
    done, late = Done.of(activities, today, HandPain(connection).all()), timedelta(days=rules.window[1])

    def become(sessions: Iterable[PlannedSession]) -> list[SessionOutcome]:
        return assign(sessions, activities, today, absences=absences, clues=clues, window=rules.window)

    ladders = {slug: template for slug, template in templates.items() if len(template.levels) > 1}
    choices: dict[str, dict[date, Choice]] = {}

    @cache
    def prescribed(slug: str, level: str | None) -> Prescription:
        return _prescription(templates, slug, level)

    def at_level(slug: str, day: date, level: str | None) -> Prescription:
        chosen = _choice_on(choices.get(slug, {}), day)
        return prescribed(slug, level or (chosen.level.name if chosen else None))

    sessions = planned_sessions(said, first, last, at_level)
    for _ in range(MOST_PASSES):
        outcomes = become(sessions)
        choices = {
            slug: levels_of(ladders[slug], outcomes, [rule for rule in said if rule.workout == slug], done, late)
            for slug in dict.fromkeys(rule.workout for rule in said)
            if slug in ladders
        }
        before, sessions = sessions, planned_sessions(said, first, last, at_level)
        if sessions == before:
            break
    return Judged(tuple(outcomes), choices, activities)


def _prescription(templates: Mapping[str, Template], slug: str, level: str | None) -> Prescription:
    template = templates.get(slug)
    if template is None:
        # a template that was deleted leaves its sessions in the plan's history
        return Prescription(level or "", 1, 0.0)
    return prescribe(template.build(level), duration_s)


def _choice_on(choices: Mapping[date, Choice], day: date) -> Choice | None:
    """The choice of that day; for a later one, the last that can be known."""
    if not choices:
        return None
    return choices.get(day) or choices[max(choices)]


def _clues(connection: sqlite3.Connection) -> Clues:
    pushed = Pushes(connection).all()
    connect_ids = {push.connect_id: push.workout for push in pushed if push.connect_id}
    return Clues(
        pushed={push.file.serial: push.workout for push in pushed if push.file},
        connect_ids=connect_ids,
        scheduled={
            entry.activity_id: f"{entry.day}-{connect_ids[entry.connect_id]}"
            for entry in ScheduleEntries(connection).all()
            if entry.activity_id and entry.connect_id in connect_ids
        },
        manual={session: key.short_id for session, key in HandSessions(connection).all().items()},
    )
