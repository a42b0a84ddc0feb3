"""The physiotherapist's page: tables for a range of weeks, as one HTML file, as CSV and as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from syncer.correlate.load import SPIKE
from syncer.correlate.physio import PainRow, PhysioView, SessionRow
from syncer.correlate.view import WeekPoint
from syncer.domain.activity import Kind
from syncer.domain.pain import PainState, PainTag, Side
from syncer.domain.plan import SessionStatus
from syncer.report import evidence_words, phrases
from syncer.report.charts.marks import knee_icon
from syncer.report.charts.trace import shape_icon, trace
from syncer.report.data_quality import read_sources
from syncer.report.json import evidence_as_json, links_as_json, pain_as_json, session_as_json
from syncer.report.outline import Grid, judgement_lines
from syncer.report.pages import render_page
from syncer.report.safe_text import one_line

ANSWERS = {
    PainState.TAGGED: "pain",
    PainState.ZERO: "no pain",
    PainState.SUSPECTED: "to confirm",
    None: "not answered",
}
RULES = {
    "start": "start",
    "advance": "one level up",
    "hold": "hold",
    "top": "highest level",
    "deload": "lighter week after a warning",
    "retry": "back after the lighter week",
    "return": "lower after a gap",
    "maintenance": "maintenance",
    "override": "the runner's choice",
}
NOT_RECORDED = (
    "when in the run it hurt, and how long after",
    "swelling, locking or giving way",
    "pain at night or at rest, and on the morning after",
    "a fall or a twist",
    "shoes, ground and hills",
)
NOTHING = "–"
LONG_WORD = 18


def render_physio(view: PhysioView, units: str) -> str:
    """The page as one HTML file; ``units`` is ``metric`` or ``imperial``."""
    return render_page(
        "physio.html.j2",
        {
            "view": view,
            "phrases": phrases,
            "has_long_word": has_long_word,
            "title": title(view),
            "summary": summary(view, units),
            "trace": trace(view.pain, view.first.monday, view.last.sunday),
            "legend": _legend(),
            "tables": (
                ("Knee pain, run by run", pain_grid(view, units)),
                ("Week by week", week_grid(view, units)),
                ("Strength sessions", session_grid(view)),
                ("Reasons for sessions not done", reason_grid(view)),
                ("Levels, and the rule behind each change", level_grid(view)),
            ),
            "not_recorded": NOT_RECORDED,
            "counts": evidence_words.counts_rows(view.evidence) if view.evidence else (),
            "judgement": judgement_lines(view.evidence) if view.evidence else (),
            "words": evidence_words,
            "sources": read_sources(view.data_as_of),
        },
    )


def has_long_word(text: str) -> bool:
    """Whether a cell may be broken anywhere, so that the table keeps its place."""
    return any(len(word) > LONG_WORD for word in text.split())


def title(view: PhysioView) -> str:
    """``Weeks 2026-W36 to 2026-W47 · Mon 31 Aug – Sun 22 Nov 2026``."""
    first, last = view.first.monday, view.last.sunday
    until = "" if view.as_of >= last else f" (as of {phrases.day(view.as_of)})"
    return f"Weeks {view.first} to {view.last} · {phrases.days(first, last)}{until}"


def summary(view: PhysioView, units: str) -> Grid:
    """The range in a few counts."""
    runs = [row for row in view.pain if row.kind is Kind.RUN]
    states = Counter(row.pain.state if row.pain else None for row in runs)
    scores = [row.pain.score for row in runs if _is_tagged(row.pain) and row.pain and row.pain.score is not None]
    sides = Counter(row.pain.side for row in runs if _is_tagged(row.pain) and row.pain)
    statuses = Counter(row.outcome.status for row in view.sessions)
    of = f"{view.kept.kept} of {view.kept.counted}"
    share = f" ({phrases.share(view.kept.kept / view.kept.counted)})" if view.kept.counted else ""
    whole_weeks = [week for week in view.weeks if week.week.sunday <= view.as_of]
    distances = [week.distance_m for week in whole_weeks or view.weeks]
    longest = max((week.longest_m for week in view.weeks if week.longest_m), default=None)
    answers = f"without {states[PainState.ZERO]}; to confirm {states[PainState.SUSPECTED]}; not answered {states[None]}"
    not_done = (statuses[status] for status in (SessionStatus.PARTIAL, SessionStatus.SKIPPED, SessionStatus.EXCUSED))
    told = ", ".join(f"{side.value if side else 'not said'} {count}" for side, count in sides.items())
    rows = (
        ("Runs", f"{len(runs)} in {phrases.plural(_week_count(view), 'week')}"),
        ("Distance a week", _range(distances, units)),
        ("Longest run", phrases.distance(longest, units)),
        ("Load spikes", f"{sum(week.spikes for week in view.weeks)} (a run over 10 % longer than any in 30 days)"),
        ("Runs with knee pain", f"{states[PainState.TAGGED]}; {answers}"),
        ("Highest score", f"{phrases.number(max(scores))} of 10" if scores else NOTHING),
        ("Side", told or NOTHING),
        ("Strength sessions kept", f"{of}{share}"),
        ("Partly done, skipped, excused", ", ".join(map(str, not_done))),
    )
    return Grid(("What", "In these weeks"), rows)


def pain_grid(view: PhysioView, units: str) -> Grid:
    """Every run, and whatever else says something of the knee."""
    heads = ("Day", "Distance", "Spike", "Pain 0–10", "Side", "Answer", "In the runner's words")
    return Grid(heads, tuple(_pain_cells(row, units) for row in view.pain))


def _pain_cells(row: PainRow, units: str) -> tuple[str, ...]:
    tag = row.pain
    what = phrases.distance(row.distance_m, units) if row.kind is Kind.RUN else row.kind.value
    return (
        f"{phrases.day(row.day)} {row.day.year}",
        what,
        f"+{(row.spike - 1) * 100:.0f} %" if row.spike and row.spike > SPIKE else "",
        phrases.number(tag.score) if tag and tag.score is not None else "",
        tag.side.value if tag and tag.side else "",
        ANSWERS[tag.state if tag else None] + (" (by hand)" if tag and tag.manual else ""),
        one_line("; ".join(row.words)),
    )


def week_grid(view: PhysioView, units: str) -> Grid:
    """Load, pain and sessions of each week."""
    heads = ("Week", "Runs", "Distance", "Longest", "Spikes", "Pain on", "Worst", "Answered", "Kept", "Excused")
    return Grid(heads, tuple(_week_cells(week, units) for week in view.weeks))


def _week_cells(week: WeekPoint, units: str) -> tuple[str, ...]:
    counted = week.kept + week.missed
    return (
        str(week.week),
        str(week.runs),
        phrases.distance(week.distance_m, units),
        phrases.distance(week.longest_m, units),
        str(week.spikes),
        str(week.pain_runs),
        phrases.number(week.worst_score) if week.worst_score is not None else NOTHING,
        f"{week.answered} of {week.runs}" if week.runs else NOTHING,
        f"{week.kept} of {counted}" if counted else NOTHING,
        str(week.excused),
    )


def session_grid(view: PhysioView) -> Grid:
    """Every planned session: what it asked for and what became of it."""
    heads = (
        "Day",
        "Workout",
        "Level",
        "Band",
        "Placement",
        "Sets × steps",
        "Outcome",
        "Sets done",
        "Effort",
        "Knee",
        "Reason",
    )
    return Grid(heads, tuple(_session_cells(view, row) for row in view.sessions))


def _session_cells(view: PhysioView, row: SessionRow) -> tuple[str, ...]:
    session = row.outcome.session
    level = phrases.find_level(view.workouts, session.workout, session.level)
    reps = level.reps if level else session.reps
    moved = f" to {phrases.day(row.done_on)}" if row.outcome.status is SessionStatus.MOVED and row.done_on else ""
    done = row.outcome.sets_done
    return (
        f"{phrases.day(session.date)} {session.date.year}",
        _name(view, session.workout),
        one_line(session.level),
        level.band if level else "",
        level.placement if level else "",
        f"{session.sets} × {reps}" if reps else str(session.sets),
        f"{row.outcome.status.value}{moved}",
        phrases.number(done) if done is not None else "",
        f"{phrases.number(row.effort)} of 10" if row.effort is not None else "",
        phrases.pain(row.pain) if row.pain else "",
        phrases.REASONS[row.outcome.reason] if row.outcome.reason else "",
    )


def reason_grid(view: PhysioView) -> Grid:
    """How often for which reason."""
    rows = tuple((phrases.REASONS[reason] if reason else "not said", str(count)) for reason, count in view.reasons)
    return Grid(("Reason", "Sessions"), rows)


def level_grid(view: PhysioView) -> Grid:
    """Levels with the rule that chose them; the first row may lie before the range."""
    rows = tuple(
        (
            f"{phrases.day(row.day)} {row.day.year}",
            _name(view, row.workout),
            phrases.level(view.workouts, row.workout, row.level),
            RULES.get(row.rule, row.rule),
            one_line(row.why),
        )
        for row in view.levels
    )
    return Grid(("From", "Workout", "Level", "Rule", "Why"), rows)


def physio_as_json(view: PhysioView) -> dict[str, Any]:
    """The page's content for programs."""
    return {
        "for": "physio",
        "from": view.first,
        "to": view.last,
        "first_day": view.first.monday,
        "last_day": view.last.sunday,
        "as_of": view.as_of,
        "generated_at": view.generated_at,
        "data_as_of": view.data_as_of,
        "weeks": list(view.weeks),
        "pain": [
            {
                "activity_id": row.activity_id,
                "local_date": row.day,
                "kind": row.kind,
                "distance_m": row.distance_m,
                "longest_30d_m": row.longest_before_m,
                "spike": row.spike,
                "pain": pain_as_json(row.pain),
                "links": links_as_json(row.links),
            }
            for row in view.pain
        ],
        "sessions": [
            {
                **session_as_json(row.outcome),
                "done_on": row.done_on,
                "effort": row.effort,
                "pain": pain_as_json(row.pain),
                "links": links_as_json(row.links),
            }
            for row in view.sessions
        ],
        "kept": view.kept,
        "reasons": [{"reason": reason, "count": count} for reason, count in view.reasons],
        "levels": list(view.levels),
        "see_someone": [{"week": week, "text": text} for week, text in view.see_someone],
        "workouts": list(view.workouts),
        **({"evidence": evidence_as_json(view.evidence)} if view.evidence else {}),
    }


def _is_tagged(tag: PainTag | None) -> bool:
    return tag is not None and tag.state is PainState.TAGGED


def _week_count(view: PhysioView) -> int:
    return (view.last.monday - view.first.monday).days // 7 + 1


def _range(distances: list[float], units: str) -> str:
    if not distances:
        return NOTHING
    return f"{phrases.distance(min(distances), units)} to {phrases.distance(max(distances), units)}"


def _name(view: PhysioView, slug: str) -> str:
    return one_line(next((workout.name for workout in view.workouts if workout.slug == slug), slug))


def _legend() -> tuple[tuple[Any, str], ...]:
    return (
        (shape_icon(Side.LEFT), "left knee"),
        (shape_icon(Side.RIGHT), "right knee"),
        (shape_icon(Side.BOTH), "both"),
        (shape_icon(None), "side not said"),
        (knee_icon(PainTag(PainState.ZERO)), "no pain"),
        (knee_icon(PainTag(PainState.SUSPECTED)), "to confirm"),
        (knee_icon(None), "not answered"),
    )
