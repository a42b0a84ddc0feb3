"""Physiotherapist's pages to render, from the simulated runners of `tests.reports`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from syncer.correlate.evidence import evaluate
from syncer.correlate.flags import PainReading
from syncer.correlate.physio import LevelRow, PhysioView, physio_view
from syncer.correlate.view import DataAsOf
from syncer.domain.activity import Activity
from syncer.domain.pain import PainEvidence
from syncer.domain.plan import SessionOutcome
from syncer.domain.week import Week
from tests import reports


def page(weeks: int = 12, seed: int = 4, *, of: int | None = None, as_of: date | None = None) -> PhysioView:
    """The last ``weeks`` weeks of a runner who has logged ``of`` (as many without it)."""
    outcomes, activities = reports.logged(of or weeks, seed)
    activities = [replace(one, rpe=float(3 + one.local_date.day % 6)) for one in activities]
    return view_of(outcomes, activities, weeks, as_of)


def view_of(
    outcomes: list[SessionOutcome], activities: list[Activity], weeks: int = 12, as_of: date | None = None
) -> PhysioView:
    last = Week.of(reports.SUNDAY)
    today = as_of or reports.SUNDAY
    return physio_view(
        (last.plus(1 - weeks), last),
        today,
        reports.NOW,
        activities=activities,
        outcomes=outcomes,
        reading=PainReading(),
        data_as_of=DataAsOf(reports.NOW, None, None),
        levels=_levels(outcomes),
        workouts=[reports.WALKS],
        evidence=evaluate([], [], today.toordinal()),
    )


def nothing() -> PhysioView:
    """No plan, no run."""
    return view_of([], [])


def hostile() -> PhysioView:
    """Every text that came from outside is an attack or a nuisance."""
    made = page(8, 5)
    texts = (
        *reports.HOSTILE,
        "=1+1",
        "+SUM(A1)",
        "-2",
        "@x",
        "\t=1",
        "＝1",
        "|cmd",
        "%x",
        '=HYPERLINK("https://evil.example","a")',
    )
    pain = [
        replace(
            row,
            words=(texts[place % len(texts)],),
            pain=row.pain and replace(row.pain, evidence=_said(texts[place % len(texts)])),
        )
        for place, row in enumerate(made.pain)
    ]
    levels = [replace(row, why=reports.HOSTILE[place % len(reports.HOSTILE)]) for place, row in enumerate(made.levels)]
    name = reports.HOSTILE[0] + reports.HOSTILE[6]
    return replace(made, pain=tuple(pain), levels=tuple(levels), workouts=(replace(reports.WALKS, name=name),))


def _said(text: str) -> tuple[PainEvidence, ...]:
    return (PainEvidence("strava", "name", text),)


def _levels(outcomes: list[SessionOutcome]) -> list[LevelRow]:
    rows: list[LevelRow] = []
    for one in outcomes:
        if not rows or rows[-1].level != one.session.level:
            day = one.session.date - timedelta(days=1)
            rows.append(LevelRow(day, one.session.workout, one.session.level, "advance", "Two sessions complete"))
    return rows
