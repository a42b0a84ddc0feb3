"""The week and the evidence, from everything that is known."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo

from syncer.correlate.diary import RunDay, Slot
from syncer.correlate.findings import Evidence
from syncer.correlate.flags import PainReading
from syncer.correlate.view import DataAsOf, LastTry, LeftOut, LevelView, WeeklyReport, WorkoutView
from syncer.correlate.weekly import weekly_report
from syncer.domain.activity import Activity, Kind
from syncer.domain.pain import PainState
from syncer.domain.week import Week
from syncer.store.items import Items
from syncer.store.runs import Runs
from syncer.store.weeks import KeptVerdict, Verdicts
from syncer.usecases.planning import Judged, PlanRules, judge
from syncer.workouts.template_build import Template

SOURCES = ("garmin", "strava", "files")
EXAMPLES = 3
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[A-Za-z]{2,})+")
"""Garmin puts the runner's address into the names of uploaded files; a report may be handed on."""


def report_week(
    connection: sqlite3.Connection,
    templates: Mapping[str, Template],
    rules: PlanRules,
    week: Week,
    as_of: date,
    now: datetime,
) -> WeeklyReport:
    """The report of ``week`` as it could be known on ``as_of``."""
    judged = judge(connection, templates, rules, as_of, until=week.sunday)
    evidence = evidence_of(judged, rules.reading, as_of, previous_verdict(connection, as_of))
    made = weekly_report(
        week,
        as_of,
        now,
        activities=judged.activities,
        outcomes=judged.outcomes,
        reading=rules.reading,
        data_as_of=data_as_of(connection, now.tzinfo),
        level=_level(judged, as_of),
        evidence=evidence,
        window=rules.window,
        workouts=workouts_of(judged, templates),
    )
    return replace(made, left_out=_left_out(connection), last_tries=_last_tries(connection, now.tzinfo))


def workouts_of(judged: Judged, templates: Mapping[str, Template]) -> tuple[WorkoutView, ...]:
    """Names and levels of the plan's workouts; one whose template is gone goes by its slug."""
    slugs = dict.fromkeys(outcome.session.workout for outcome in judged.outcomes)
    return tuple(
        WorkoutView(slug, templates[slug].name, templates[slug].levels)
        if slug in templates
        else WorkoutView(slug, slug)
        for slug in slugs
    )


def evidence_of(judged: Judged, reading: PainReading, as_of: date, previous: str | None) -> Evidence:
    """The statistics of one runner's own log.

    Args:
        previous: the verdict that was shown last, for a ``pattern`` that stays until p > 0.05.
    """
    from syncer.correlate.evidence import evaluate

    slots = [
        Slot(outcome.session.date.toordinal(), outcome.status.missed)
        for outcome in judged.outcomes
        if outcome.status.missed or outcome.status.kept
    ]
    return evaluate(slots, _run_days(judged.activities, reading), as_of.toordinal(), previous=previous)


def keep_verdict(connection: sqlite3.Connection, report: WeeklyReport, now: datetime) -> None:
    """Remember what this week said, so that next week's can stay with it."""
    if report.evidence is not None:
        kept = KeptVerdict(Week.of(report.as_of), report.evidence.verdict, report.evidence.p_value, report.as_of)
        Verdicts(connection).keep(kept, now)


def previous_verdict(connection: sqlite3.Connection, as_of: date) -> str | None:
    """The verdict that was shown last, in the same week or an earlier one, as known on ``as_of``."""
    kept = Verdicts(connection).shown_by(as_of)
    return kept.verdict if kept else None


def data_as_of(connection: sqlite3.Connection, zone: tzinfo | None) -> DataAsOf:
    """When each source was last read whole, on the clock of ``zone``."""
    read = [Runs(connection).as_of(source) for source in SOURCES]
    return DataAsOf(*(at and at.astimezone(zone) for at in read))


def _last_tries(connection: sqlite3.Connection, zone: tzinfo | None) -> tuple[LastTry, ...]:
    latest = (Runs(connection).latest(source) for source in SOURCES)
    return tuple(
        LastTry(one.source, one.state, one.finished_at.astimezone(zone), one.code)
        for one in latest
        if one is not None and one.state != "ok"
    )


def _left_out(connection: sqlite3.Connection) -> tuple[LeftOut, ...]:
    """What imports left out, most frequent first."""
    found = []
    for source, skipped in Items(connection).left_out().items():
        for reason, count in Counter(one.reason for one in skipped).most_common():
            # nobody needs an example of what was never meant to be read
            told = () if reason == "not-an-activity" else (one.example for one in skipped if one.reason == reason)
            examples = dict.fromkeys(_EMAIL.sub("…", example) for example in told)
            found.append(LeftOut(source, reason, count, tuple(examples)[:EXAMPLES]))
    return tuple(found)


def _run_days(activities: tuple[Activity, ...], reading: PainReading) -> list[RunDay]:
    """Every run with its answer: tagged pain above zero, an explicit none, or nothing said."""
    days, answered = [], False
    for run in sorted((one for one in activities if one.kind is Kind.RUN), key=lambda one: (one.local_date, one.start)):
        hurt: bool | None = None
        if run.pain is not None and run.pain.state is not PainState.SUSPECTED:
            hurt = run.pain.state is PainState.TAGGED and (run.pain.score is None or run.pain.score > 0)
            answered = True
        elif reading.untagged_means_no_pain and answered:
            hurt = False
        days.append(RunDay(run.local_date.toordinal(), run.distance_m or 0.0, hurt))
    return days


def _level(judged: Judged, as_of: date) -> LevelView | None:
    """The level that is due: that of the next session whose workout has several."""
    due = next(
        (
            one.session
            for one in judged.outcomes
            if one.session.date >= as_of and judged.choices.get(one.session.workout)
        ),
        None,
    )
    choice = judged.choice(due) if due else None
    if due is None or choice is None:
        return None
    return LevelView(due.level, choice.reason, choice.told_needs)
