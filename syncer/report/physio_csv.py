"""The physiotherapist's tables as one CSV file: a row a run, session, week or level, told apart by its first column.

The runner's words go into it, and spreadsheets run what looks like a formula. So a text that begins like one gets an
apostrophe before it (OWASP, "CSV injection"), and no cell holds a line end. The same holds behind a semicolon: where
the comma is the decimal sign, spreadsheets take that for the end of a cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from syncer.correlate.physio import LevelRow, PainRow, PhysioView, SessionRow
from syncer.correlate.view import WeekPoint
from syncer.domain.week import Week
from syncer.report import phrases
from syncer.report.safe_text import one_line

COLUMNS = (
    "kind",
    "date",
    "week",
    "id",
    "distance_m",
    "longest_m",
    "spike",
    "pain_answer",
    "pain_score",
    "pain_side",
    "words",
    "workout",
    "level",
    "band",
    "placement",
    "sets_planned",
    "steps_each_side",
    "status",
    "done_on",
    "sets_done",
    "effort",
    "reason",
    "match",
    "rule",
    "why",
    "runs",
    "pain_runs",
    "answered",
    "spikes",
    "kept",
    "missed",
    "excused",
)
"""``longest_m`` is, for a run, the longest of the 30 days before it; for a week, its longest run."""
FORMULA_STARTS = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")

_BEHIND_SEMICOLON = re.compile(f"(; ?)(?=[{re.escape(''.join(FORMULA_STARTS))}])")

type Cell = str | float | None


def physio_csv(view: PhysioView) -> str:
    """The file's text: a header and a row for each entry, in order of kind and time."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(view):
        writer.writerow({name: cell(value) for name, value in row.items()})
    return text.getvalue()


def cell(value: Cell) -> str:
    """A number as a number, a text on one line and never a formula, nothing for None."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    text = _BEHIND_SEMICOLON.sub(r"\1'", one_line(value))
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _rows(view: PhysioView) -> Iterator[dict[str, Cell]]:
    yield from (_run(row) for row in view.pain)
    yield from (_session(view, row) for row in view.sessions)
    yield from (_week(week) for week in view.weeks)
    yield from (_level(view, row) for row in view.levels)


def _run(row: PainRow) -> dict[str, Cell]:
    tag = row.pain
    return {
        "kind": row.kind.value,
        "date": row.day.isoformat(),
        "week": str(Week.of(row.day)),
        "id": row.activity_id,
        "distance_m": row.distance_m,
        "longest_m": row.longest_before_m,
        "spike": row.spike,
        "pain_answer": tag.state.value if tag else "none",
        "pain_score": tag.score if tag else None,
        "pain_side": tag.side.value if tag and tag.side else None,
        "words": "; ".join(row.words),
    }


def _session(view: PhysioView, row: SessionRow) -> dict[str, Cell]:
    outcome, session = row.outcome, row.outcome.session
    level = phrases.find_level(view.workouts, session.workout, session.level)
    tag = row.pain
    return {
        "kind": "session",
        "date": session.date.isoformat(),
        "week": str(Week.of(session.date)),
        "id": session.id,
        "pain_answer": tag.state.value if tag else None,
        "pain_score": tag.score if tag else None,
        "pain_side": tag.side.value if tag and tag.side else None,
        "workout": session.workout,
        "level": session.level,
        "band": level.band if level else None,
        "placement": level.placement if level else None,
        "sets_planned": session.sets,
        "steps_each_side": level.reps if level else session.reps,
        "status": outcome.status.value,
        "done_on": row.done_on.isoformat() if row.done_on else None,
        "sets_done": outcome.sets_done,
        "effort": row.effort,
        "reason": outcome.reason.value if outcome.reason else None,
        "match": outcome.match.value if outcome.match else None,
    }


def _week(week: WeekPoint) -> dict[str, Cell]:
    return {
        "kind": "week",
        "date": week.week.monday.isoformat(),
        "week": str(week.week),
        "distance_m": week.distance_m,
        "longest_m": week.longest_m,
        "pain_score": week.worst_score,
        "runs": week.runs,
        "pain_runs": week.pain_runs,
        "answered": week.answered,
        "spikes": week.spikes,
        "kept": week.kept,
        "missed": week.missed,
        "excused": week.excused,
    }


def _level(view: PhysioView, row: LevelRow) -> dict[str, Cell]:
    level = phrases.find_level(view.workouts, row.workout, row.level)
    return {
        "kind": "level",
        "date": row.day.isoformat(),
        "week": str(Week.of(row.day)),
        "workout": row.workout,
        "level": row.level,
        "band": level.band if level else None,
        "placement": level.placement if level else None,
        "sets_planned": level.sets if level else None,
        "steps_each_side": level.reps if level else None,
        "rule": row.rule,
        "why": row.why,
    }
