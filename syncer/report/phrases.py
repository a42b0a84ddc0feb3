"""The words that every format shares: units, session marks, and one sentence per fact.

Counts stand before percentages; nothing here says more than an association (correlator research §5, wording).
"""

from __future__ import annotations

from datetime import date, datetime

from syncer.correlate.view import Evidence, Flag, RunItem, WeeklyReport
from syncer.domain.pain import PainState, PainTag
from syncer.domain.plan import SessionOutcome, SessionStatus

METRES_PER_MILE = 1609.344

MARKS = {
    SessionStatus.DONE: "■",
    SessionStatus.MOVED: "■",
    SessionStatus.PARTIAL: "▨",
    SessionStatus.SKIPPED: "□",
    SessionStatus.EXCUSED: "✕",
    SessionStatus.PENDING: "…",
    SessionStatus.UPCOMING: "·",
}

DISCLAIMER = (
    "syncer is a training diary: it is not medical advice, does not diagnose and does not replace a physiotherapist "
    "or doctor."
)
RED_FLAGS = (
    "See someone, and stop running, if: pain reaches 6/10 or more or keeps coming back the next morning; the knee "
    "swells, locks or gives way; it hurts at night or at rest, or after a fall or twist; you cannot put weight on it; "
    "or it does not get better within 3 weeks of running less."
)
VERDICT_LINES = {
    "not_enough_data": "Too early to tell whether skipped sessions and knee pain go together in your log.",
    "no_pattern": "Nothing in your log beyond what chance gives with your habits.",
    "watch": "Knee pain has followed skipped fortnights somewhat more often; keep logging.",
    "pattern": "Knee pain has followed skipped fortnights more often than your habits, load and breaks explain.",
}


def distance(metres: float | None, units: str = "metric") -> str:
    """``8.4 km`` or ``5.2 mi``; a dash when unknown."""
    if metres is None:
        return "–"
    return f"{metres / METRES_PER_MILE:.1f} mi" if units == "imperial" else f"{metres / 1000:.1f} km"


def share(value: float | None) -> str:
    """``83 %``; a dash when there is nothing to divide by."""
    return "–" if value is None else f"{value * 100:.0f} %"


def day(value: date) -> str:
    """``Mon 16 Nov``: short, and the same everywhere whatever the machine's language."""
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{names[value.weekday()]} {value.day} {months[value.month - 1]}"


def number(value: float) -> str:
    """``3`` or ``3.5``."""
    return f"{value:g}"


def plural(count: int, word: str, many: str = "") -> str:
    """``1 run``, ``2 runs``."""
    return f"{count} {word}" if count == 1 else f"{count} {many or word + 's'}"


def pain(tag: PainTag | None) -> str:
    """What is known of the knee on one run, in a few words."""
    if tag is None:
        return "not answered"
    if tag.state is PainState.ZERO:
        return "no pain"
    score = f" {number(tag.score)}/10" if tag.score is not None else ""
    side = f", {tag.side.value}" if tag.side else ""
    maybe = " (from the text; confirm it)" if tag.state is PainState.SUSPECTED else ""
    return f"knee pain{score}{side}{maybe}"


def session(outcome: SessionOutcome) -> str:
    """``Mon 16 Nov  lateral-band-walk  done (3 of 3 sets)``, without the mark."""
    words = outcome.status.value
    done = sets(outcome)
    if done:
        words += f" ({done})"
    if outcome.reason:
        words += f", {outcome.reason.value}"
    return f"{day(outcome.session.date)}  {outcome.session.workout}  {words}"


def sets(outcome: SessionOutcome) -> str:
    """``2 of 3 sets``; empty where the recording does not tell."""
    if outcome.sets_done is None or not outcome.activity_id:
        return ""
    return f"{number(outcome.sets_done)} of {plural(outcome.session.sets, 'set')}"


def run(item: RunItem, units: str) -> str:
    """``Tue 17 Nov  8.4 km  no pain``, with the spike where there is one."""
    spike = ""
    if item.spike is not None and item.spike > 1.1:  # Frandsen 2025: more than 10 % longer
        spike = f"  ({(item.spike - 1) * 100:.0f} % longer than any run of the 30 days before)"
    return f"{day(item.local_date)}  {distance(item.distance_m, units)}  {pain(item.pain)}{spike}"


def flag(value: Flag) -> str:
    """The flag's first line: what happened, and what was missed before it."""
    score = f" {number(value.score)}/10" if value.score is not None else ""
    side = f" ({value.side.value})" if value.side else ""
    return (
        f"{day(value.local_date)}: new knee pain{score}{side}. In the {value.window_days} days before it, "
        f"{value.missed} of {value.planned} planned sessions were missed."
    )


def base_rate(value: Flag) -> str:
    """How ordinary that is."""
    rate = value.base_rate
    if not rate.pain_free_runs:
        return "There are no pain-free runs to compare it with yet."
    return f"The same was true before {rate.flagged} of {plural(rate.pain_free_runs, 'pain-free run')}."


def missed_sessions(value: Flag) -> str:
    """The very sessions that were missed, with the reason where one was given."""
    parts = [
        f"{day(item.date)} {item.status.value}" + (f" ({item.reason.value})" if item.reason else "")
        for item in value.missed_sessions
    ]
    return "Missed: " + ", ".join(parts) + "."


def verdict_line(report: WeeklyReport) -> str:
    """One line for the top of the report."""
    if report.evidence is None:
        return ""
    return VERDICT_LINES.get(report.evidence.verdict, report.evidence.verdict)


def missing(evidence: Evidence) -> tuple[str, ...]:
    """What would be needed to know more, one sentence each."""
    return tuple(f"{item.what}: {item.have} of {item.need}" for item in evidence.missing)


def instant(value: datetime | None) -> str:
    """``2026-11-22 03:31``, or ``never``."""
    return "never" if value is None else value.strftime("%Y-%m-%d %H:%M")
