"""The weekly report as one HTML file that asks nothing of any other computer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncer.correlate.view import DayMark, LevelPoint, WeeklyReport, WeekPoint, WorkoutView
from syncer.domain.pain import PainState, PainTag
from syncer.domain.plan import SessionStatus
from syncer.report import evidence_words, phrases
from syncer.report.charts.axes import weeks_per_bin
from syncer.report.charts.calendar import calendar, day_words
from syncer.report.charts.lags import lags
from syncer.report.charts.levels import levels
from syncer.report.charts.marks import knee_icon, session_icon
from syncer.report.charts.over_time import over_time
from syncer.report.charts.rates import rates
from syncer.report.data_quality import data_lines
from syncer.report.outline import Grid, judgement_lines
from syncer.report.pages import render_page
from syncer.report.safe_text import one_line
from syncer.report.svg import Element


@dataclass(frozen=True, slots=True)
class Pictures:
    """What there is to draw; None where there is nothing. ``levels``: name, picture and table of each workout."""

    rates: Element | None
    lags: Element | None
    calendar: Element | None
    over_time: Element | None
    levels: tuple[tuple[str, Element, Grid], ...]


def render_html(report: WeeklyReport, units: str) -> str:
    """The report as HTML; ``units`` is ``metric`` or ``imperial``."""
    evidence = report.evidence
    judged = evidence is not None and evidence.counts_all.exposed_runs + evidence.counts_all.other_runs > 0
    return render_page(
        "report.html.j2",
        {
            "report": report,
            "units": units,
            "phrases": phrases,
            "words": evidence_words,
            "one_line": one_line,
            "session_icon": session_icon,
            "knee_icon": knee_icon,
            "several": len({outcome.session.workout for outcome in report.plan.sessions}) > 1,
            "counts": evidence_words.counts_rows(evidence) if evidence and judged else (),
            "judgement": judgement_lines(evidence) if evidence else (),
            "asks_reason": any("--reason" in command for command in report.questions),
            "data": data_lines(report),
            "pictures": _pictures(report, units),
            "tables": {"calendar": _days(report.calendar), "weeks": _weeks(report.history, units)},
            "column_weeks": weeks_per_bin(len(report.history)),
            "legend": _legend(),
        },
    )


def _pictures(report: WeeklyReport, units: str) -> Pictures:
    ladders = (
        (
            workout.name,
            levels(f"levels-{place}", report.levels, workout, report.as_of),
            _level_table(report.levels, workout),
        )
        for place, workout in enumerate(report.workouts)
    )
    return Pictures(
        rates=rates(report.evidence) if report.evidence else None,
        lags=lags(report.evidence.lag_curve) if report.evidence else None,
        calendar=calendar(report.calendar, report.history, units),
        over_time=over_time(report.history, units),
        levels=tuple((name, drawn, grid) for name, drawn, grid in ladders if drawn is not None),
    )


def _legend() -> tuple[tuple[Element, str], ...]:
    pain = PainState.TAGGED
    return (
        (session_icon(SessionStatus.DONE), "session done"),
        (session_icon(SessionStatus.PARTIAL), "partly"),
        (session_icon(SessionStatus.SKIPPED), "skipped"),
        (session_icon(SessionStatus.EXCUSED), "excused"),
        (session_icon(SessionStatus.PENDING), "open"),
        (knee_icon(PainTag(PainState.ZERO)), "run, no pain"),
        (knee_icon(PainTag(pain, 2)), "knee pain 2/10"),
        (knee_icon(PainTag(pain, 8)), "8/10"),
        (knee_icon(PainTag(PainState.SUSPECTED)), "to confirm"),
        (knee_icon(None), "run, not answered"),
    )


def _days(days: Sequence[DayMark]) -> Grid:
    told = [day_words(mark).split(": ", 1) for mark in days if mark.statuses or mark.runs]
    return Grid(("Day", "What was"), tuple((day, what) for day, what in told))


def _weeks(history: Sequence[WeekPoint], units: str) -> Grid:
    rows = []
    for week in history:
        worst = phrases.number(week.worst_score) if week.worst_score is not None else "–"
        counted = week.kept + week.missed
        rows.append(
            (
                str(week.week),
                f"{week.kept} of {counted}" if counted else "–",
                str(week.runs),
                phrases.distance(week.distance_m, units),
                str(week.pain_runs),
                worst,
            )
        )
    return Grid(("Week", "Kept", "Runs", "Distance", "Pain on", "Worst"), tuple(rows))


def _level_table(points: Sequence[LevelPoint], workout: WorkoutView) -> Grid:
    """The days on which the level changed."""
    rows: list[tuple[str, ...]] = []
    before = ""
    for point in points:
        if point.workout == workout.slug and point.level != before:
            rows.append(
                (f"{phrases.day(point.day)} {point.day.year}", phrases.level((workout,), workout.slug, point.level))
            )
            before = point.level
    return Grid(("From", "Level"), tuple(rows))
