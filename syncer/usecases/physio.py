"""The physiotherapist's page, gathered from everything that is known."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from syncer.correlate.physio import LevelRow, PhysioView, physio_view
from syncer.domain.week import Week
from syncer.usecases.planning import Judged, PlanRules, judge
from syncer.usecases.reporting import data_as_of, evidence_of, previous_verdict, workouts_of
from syncer.workouts.progression import Choice
from syncer.workouts.template_build import Template

QUIET_RULES = frozenset({"hold", "top", "start"})
"""Rules that change nothing."""


def physio_weeks(
    connection: sqlite3.Connection,
    templates: Mapping[str, Template],
    rules: PlanRules,
    span: tuple[Week, Week],
    as_of: date,
    now: datetime,
) -> PhysioView:
    """The weeks of ``span``, both included, as they could be known on ``as_of``.

    Args:
        now: for the reader, in the runner's own zone.
    """
    judged = judge(connection, templates, rules, as_of, until=span[1].sunday)
    return physio_view(
        span,
        as_of,
        now,
        activities=judged.activities,
        outcomes=judged.outcomes,
        reading=rules.reading,
        data_as_of=data_as_of(connection, now.tzinfo),
        levels=sorted(level_rows(judged, as_of), key=lambda row: (row.day, row.workout)),
        workouts=workouts_of(judged, templates),
        evidence=evidence_of(judged, rules.reading, as_of, previous_verdict(connection, as_of)),
    )


def level_rows(judged: Judged, as_of: date) -> Iterator[LevelRow]:
    """Every day up to ``as_of`` on which a workout's level changed, or a rule was applied anew."""
    for workout, choices in judged.choices.items():
        before: Choice | None = None
        for day in sorted(day for day in choices if day <= as_of):
            choice = choices[day]
            if before is None or _is_news(before, choice):
                why = choice.words if choice.rule == "hold" else choice.reason
                yield LevelRow(day, workout, choice.level.name, choice.rule, why.rstrip("."))
            before = choice


def _is_news(before: Choice, choice: Choice) -> bool:
    if choice.level.name != before.level.name:
        return True
    return choice.rule not in QUIET_RULES and (choice.rule, choice.why) != (before.rule, before.why)
