"""From rules to planned sessions: which workout on which days, with the past left as it was planned.

The plan of a day is made of the rules with the newest ``effective_from`` that is not after it. So a later rule
begins a new plan from its day on and never touches an earlier one. Rules of one date stand together, for a plan of
several workouts; of two for the same workout the last holds, so that a slip can be put right on the same day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from syncer.domain.plan import PlannedSession, PlanRule, Prescription
from syncer.domain.workout import Intensity, RepeatGroup, Reps, Step, Workout

_UNLISTED = 65534  # FIT exercise_category "unknown": a label of our own, equal for quite different exercises

type Describe = Callable[[str, date, str | None], Prescription]


def planned_sessions(
    rules: Iterable[PlanRule],
    first: date,
    last: date,
    describe: Describe,
) -> list[PlannedSession]:
    """Every session planned from ``first`` to ``last``, both included, in order of date and id.

    A pause does not unplan a session; it excuses it (`syncer.correlate.adherence`).

    Args:
        rules: in the order in which they were said.
        first: the first day asked for.
        last: the last day asked for.
        describe: what a workout asks for on a day; its third argument is the level that the rule wants, or None.
    """
    plans = _plans(rules)
    starts = sorted(plans)
    sessions = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        current = bisect_right(starts, day)
        if not current:
            continue
        due = (rule for rule in plans[starts[current - 1]].values() if day.weekday() in rule.weekdays)
        sessions += [_session(rule, day, describe) for rule in sorted(due, key=lambda rule: rule.workout)]
    return sessions


def _plans(rules: Iterable[PlanRule]) -> dict[date, dict[str, PlanRule]]:
    """For each date on which a plan begins: its workouts with their rules."""
    plans: dict[date, dict[str, PlanRule]] = {}
    for rule in rules:
        plans.setdefault(rule.effective_from, {})[rule.workout] = rule
    return plans


def _session(rule: PlanRule, day: date, describe: Describe) -> PlannedSession:
    asked = describe(rule.workout, day, rule.level)
    return PlannedSession(
        id=f"{day.isoformat()}-{rule.workout}",
        date=day,
        workout=rule.workout,
        level=asked.level,
        sets=max(asked.sets, 1),
        duration_s=asked.duration_s,
        parts=max(asked.parts, 1),
        reps=asked.reps,
        exercises=asked.exercises,
    )


def prescribe(workout: Workout, estimate: Callable[[Workout], float]) -> Prescription:
    """What a workout asks for, read from its largest repeat group, or from all of it where there is none.

    Args:
        workout: the workout at the level that is planned.
        estimate: the seconds that a workout takes; asked for the sets alone, so that leaving out the stretches
            afterwards makes nobody's session partial.
    """
    group = max(
        (item for item in workout.steps if isinstance(item, RepeatGroup)), key=lambda item: item.rounds, default=None
    )
    steps = group.steps if group else tuple(item for item in workout.steps if isinstance(item, Step))
    parts = [step for step in steps if step.exercise is not None and step.intensity is Intensity.ACTIVE]
    counts = [step.end.count for step in parts if isinstance(step.end, Reps)]
    pairs = {(step.exercise.category, step.exercise.name) for step in parts if step.exercise is not None}
    return Prescription(
        level=workout.level.name,
        sets=workout.sets,
        duration_s=estimate(replace(workout, steps=(group,) if group else tuple(parts) or workout.steps)),
        parts=max(len(parts), 1),
        reps=min(counts) if counts and len(counts) == len(parts) else None,
        exercises=frozenset(pair for pair in pairs if pair[0] != _UNLISTED),
    )
