"""What was planned, at which level, and what became of it: the store's facts put through the pure rules.

Levels follow from what was done, and what counts as done follows from the planned sets of a level. So it is judged
again: first at each workout's default level, to know what was done, then at the levels that follow from that, until
they stay the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from syncer.correlate.adherence import Absences, assign
from syncer.correlate.flags import PainReading
from syncer.correlate.load import SPIKE, RunLog, spike
from syncer.correlate.notes import of_texts
from syncer.correlate.recognition import Clues
from syncer.correlate.schedule import planned_sessions, prescribe
from syncer.domain.activity import Activity, Kind, RecordingKey
from syncer.domain.pain import PainState, PainTag
from syncer.domain.plan import PlannedSession, PlanRule, Prescription, SessionOutcome, SessionStatus
from syncer.store.activities import Activities
from syncer.store.by_hand import HandPain, HandSessions
from syncer.store.plans import Plans
from syncer.store.pushes import Pushes, ScheduleEntries
from syncer.workouts import history as past
from syncer.workouts.progression import Choice, levels_over_time
from syncer.workouts.readiness import effort_from_sets
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
    by_hand = HandPain(connection).all()

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
            slug: _levels(slug, ladders[slug], outcomes, activities, said, today, rules.window[1], by_hand)
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


def _levels(
    slug: str,
    template: Template,
    outcomes: Sequence[SessionOutcome],
    activities: Sequence[Activity],
    said: Sequence[PlanRule],
    today: date,
    late: int,
    by_hand: Mapping[RecordingKey, PainTag],
) -> dict[date, Choice]:
    """The level of every day from the plan's first to tomorrow."""
    by_id = {activity.id: activity for activity in activities}
    mine = [outcome for outcome in outcomes if outcome.session.workout == slug]
    if not mine:
        return {}
    known = past.History(
        sessions=tuple(
            _session(outcome, by_id[outcome.activity_id], by_hand) for outcome in mine if outcome.activity_id in by_id
        ),
        runs=_runs(activities, today),
        planned=tuple(_planned_day(outcome, by_id, late) for outcome in mine if _counts(outcome)),
        overrides=_overrides(slug, said),
    )
    first = min(outcome.session.date for outcome in mine)
    tomorrow = max(today + timedelta(days=1), first)
    return dict(levels_over_time(first, tomorrow, known, template.levels, start=template.default_level))


def _session(outcome: SessionOutcome, activity: Activity, by_hand: Mapping[RecordingKey, PainTag]) -> past.Session:
    """What was done. Its level is the one due that day: a watch does not tell which band it was."""
    done = outcome.sets_done
    complete = 1.0 if done is None else min(1.0, done / outcome.session.sets)
    return past.Session(
        activity.local_date,
        complete,
        effort=_effort(outcome, activity),
        pain=_score(_said(activity, by_hand)),
        sets=done,
    )


def _effort(outcome: SessionOutcome, activity: Activity) -> float | None:
    """Perceived exertion where a platform has it, else what spare repetitions say."""
    reps = [one.reps for one in activity.sets if one.active]
    if activity.rpe is not None or outcome.session.reps is None or None in reps:
        return activity.rpe
    return effort_from_sets(outcome.session.reps, tuple(count for count in reps if count is not None))


def _said(activity: Activity, by_hand: Mapping[RecordingKey, PainTag]) -> PainTag | None:
    """What was said of the knee on a strength session: no tag of a run, but an answer for the progression."""
    answers = (by_hand[link.key] for link in activity.recordings if link.key in by_hand)
    return next(answers, None) or of_texts(activity.texts, Kind.RUN)


def _score(pain: PainTag | None) -> float | None:
    if pain is None or pain.state is PainState.SUSPECTED:
        return None
    return past.UNSCORED_PAIN if pain.score is None else pain.score


def _runs(activities: Sequence[Activity], today: date) -> tuple[past.Run, ...]:
    log = RunLog.of(activities, today)
    found = []
    for run in log.runs:
        ratio = spike(log, run)
        far = ratio is not None and ratio > SPIKE
        found.append(past.Run(run.local_date, run.distance_m or 0.0, _score(run.pain), far))
    return tuple(found)


def _counts(outcome: SessionOutcome) -> bool:
    return outcome.status.kept or outcome.status.missed or outcome.status is SessionStatus.PENDING


def _planned_day(outcome: SessionOutcome, activities: Mapping[str, Activity], late: int) -> past.PlannedDay:
    done = activities.get(outcome.activity_id or "") if outcome.status.kept else None
    day = outcome.session.date
    return past.PlannedDay(day, day + timedelta(days=late), done.local_date if done else None)


def _overrides(slug: str, said: Sequence[PlanRule]) -> tuple[past.Override, ...]:
    """Levels that the plan itself fixes; a later rule without one gives the choice back."""
    fixed: list[past.Override] = []
    for rule in said:
        if rule.workout == slug and (rule.level is not None or fixed):
            fixed.append(past.Override(rule.effective_from, rule.level, pinned=rule.level is not None))
    return tuple(fixed)


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
