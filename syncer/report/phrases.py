"""The words that every format shares: units, session marks, and one sentence per fact.

Counts stand before percentages; nothing here says more than an association (docs/explanation/evidence.md).
"""

from __future__ import annotations

from datetime import date, datetime

from syncer.correlate.load import SPIKE
from syncer.correlate.view import Flag, KeptOf, NextSession, PlanView, RunItem, RunsView, WeeklyReport, WorkoutView
from syncer.correlate.wording import per_hundred
from syncer.domain.pain import PainState, PainTag
from syncer.domain.plan import Reason, SessionOutcome, SessionStatus
from syncer.domain.week import day_in_words
from syncer.domain.workout import Level
from syncer.report.safe_text import one_line

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
REASONS = {
    Reason.ILL: "ill",
    Reason.TRAVEL: "travelling",
    Reason.SORE: "sore",
    Reason.REST: "planned rest",
    Reason.NO_TIME: "no time",
    Reason.FORGOT: "forgot",
}
REASON_WORDS = "A reason is one of: ill, travel, sore, rest (these count nowhere), no-time, forgot."

DISCLAIMER = (
    "syncer is a training diary: it is not medical advice, does not diagnose and does not replace a physiotherapist "
    "or doctor."
)
RED_FLAGS = (
    "See someone, and stop running, if: pain reaches 6/10 or more or keeps coming back the next morning; the knee "
    "swells, locks or gives way; it hurts at night or at rest, or after a fall or twist; you cannot put weight on it; "
    "the knee is hot and red, or you have a fever; or it does not get better within 3 weeks of running less."
)
TO_GO_UP = "To go up it takes:"
VERDICT_LINES = {
    "not_enough_data": "Too early to tell whether skipped sessions and knee pain go together in your log.",
    "no_pattern": "Skipped sessions and knee pain: nothing in your log beyond what chance gives with your habits.",
    "watch": "Knee pain has followed skipped fortnights somewhat more often; keep logging.",
    "pattern": "Knee pain has followed skipped fortnights more often than your habits, load and breaks explain.",
}


def distance(metres: float | None, units: str = "metric") -> str:
    """``8.4 km`` or ``5.2 mi``; a dash when unknown."""
    return "–" if metres is None else f"{in_units(metres, units):.1f} {unit(units)}"


def in_units(metres: float, units: str) -> float:
    """Kilometres or miles."""
    return metres / (METRES_PER_MILE if units == "imperial" else 1000)


def unit(units: str) -> str:
    """``km`` or ``mi``."""
    return "mi" if units == "imperial" else "km"


def share(value: float | None) -> str:
    """``83 %``; a dash when there is nothing to divide by."""
    return "–" if value is None else f"{value * 100:.0f} %"


def day(value: date) -> str:
    """``Mon 16 Nov``: short, and the same everywhere whatever the machine's language."""
    return day_in_words(value)


def number(value: float) -> str:
    """``3`` or ``3.5``."""
    return f"{value:g}"


def plural(count: int, word: str, many: str = "") -> str:
    """``1 run``, ``2 runs``."""
    return f"{count} {word}" if count == 1 else f"{count} {many or word + 's'}"


def title(report: WeeklyReport) -> str:
    """``Week 2026-W47 · Mon 16 Nov – Sun 22 Nov 2026``."""
    until = "" if report.as_of >= report.last else f" (as of {day(report.as_of)})"
    return f"Week {report.week} · {days(report.first, report.last)}{until}"


def days(first: date, last: date) -> str:
    """``Mon 16 Nov – Sun 22 Nov 2026``; both years where they differ."""
    year = f" {first.year}" if first.year != last.year else ""
    return f"{day(first)}{year} – {day(last)} {last.year}"


def looking_back(report: WeeklyReport) -> str:
    """Which parts of an old week's report are of a later day; empty for a week that has only just ended."""
    if (report.as_of - report.last).days <= 7:
        return ""
    return (
        f"The week as it is known on {day(report.as_of)} {report.as_of.year}. The level, what is next and what your "
        f"history says are of that day; as they were at the end of this week: --as-of {report.last}"
    )


def verdict_line(report: WeeklyReport) -> str:
    """One line for the top of the report."""
    if report.evidence is None:
        return "This report was made without the statistics."
    return VERDICT_LINES.get(report.evidence.verdict, report.evidence.verdict)


def instant(value: datetime | None) -> str:
    """``2026-11-22 03:31``, or ``never``."""
    return "never" if value is None else value.strftime("%Y-%m-%d %H:%M")


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


def sets(outcome: SessionOutcome) -> str:
    """``2 of 3 sets``; empty where the recording does not tell."""
    if outcome.sets_done is None or not outcome.activity_id:
        return ""
    return f"{number(outcome.sets_done)} of {plural(outcome.session.sets, 'set')}"


def session(outcome: SessionOutcome) -> str:
    """``Mon 16 Nov  lateral-band-walk  done (3 of 3 sets)``, without the mark."""
    words = outcome.status.value
    if sets(outcome):
        words += f" ({sets(outcome)})"
    if outcome.reason:
        words += f", {outcome.reason.value}"
    return f"{day(outcome.session.date)}  {outcome.session.workout}  {words}"


def became(outcome: SessionOutcome) -> str:
    """What became of a session, for a reader: ``done, 3 of 3 sets``, ``skipped: no time``."""
    words = {
        SessionStatus.MOVED: "done on another day",
        SessionStatus.PARTIAL: "partly done",
        SessionStatus.PENDING: "still open",
        SessionStatus.UPCOMING: "to come",
    }.get(outcome.status, outcome.status.value)
    done = f", {sets(outcome)}" if sets(outcome) else ""
    return f"{words}{done}" + (f": {REASONS[outcome.reason]}" if outcome.reason else "")


def kept(plan: PlanView) -> str:
    """The week's plan against done, counts alone: ``2 of 3 planned sessions done, 1 skipped``."""
    if not plan.planned:
        return "Nothing was planned this week."
    to_come = plan.planned - plan.done - plan.moved - plan.partial - plan.skipped - plan.excused - plan.pending
    parts = [f"{plan.done + plan.moved} of {plural(plan.planned, 'planned session')} done"]
    parts += [
        f"{count} {word}"
        for count, word in (
            (plan.moved, "of them on another day"),
            (plan.partial, "partly"),
            (plan.skipped, "skipped"),
            (plan.excused, "excused"),
            (plan.pending, "still open"),
            (to_come, "to come"),
        )
        if count
    ]
    return ", ".join(parts) + "."


def kept_before(plan: PlanView) -> str:
    """How much was kept over 4 and 12 weeks, counts before percentages."""
    return f"Kept in 4 weeks: {_kept_of(plan.kept_4w)}; in 12 weeks: {_kept_of(plan.kept_12w)}."


def _kept_of(tally: KeptOf) -> str:
    if not tally.counted:
        return "nothing to count"
    return f"{tally.kept} of {tally.counted} ({share(tally.kept / tally.counted)})"


def workout_name(report: WeeklyReport, slug: str) -> str:
    """What a person calls the workout; its slug where that is not known."""
    return one_line(next((workout.name for workout in report.workouts if workout.slug == slug), slug))


def level(workouts: tuple[WorkoutView, ...], slug: str, name: str) -> str:
    """``level 5 (light band, ankles, 3 × 10 each side)``; the bare name where the level is not known."""
    found = find_level(workouts, slug, name)
    words = f"level {one_line(name)}"
    if found is None:
        return words
    band = [] if found.band == "none" else [f"{found.band} band", *([found.placement] if found.placement else [])]
    return f"{words} ({', '.join([*band, f'{found.sets} × {found.reps} each side'])})"


def find_level(workouts: tuple[WorkoutView, ...], slug: str, name: str) -> Level | None:
    """The level of that name; in a lighter week the one with fewer sets. None where the workout has none such."""
    from syncer.workouts.levels import DELOAD_SUFFIX, deload

    levels = next((workout.levels for workout in workouts if workout.slug == slug), ())
    found = next((one for one in levels if one.name == name.removesuffix(DELOAD_SUFFIX)), None)
    return deload(found) if found and name.endswith(DELOAD_SUFFIX) else found


def next_session(report: WeeklyReport, upcoming: NextSession) -> str:
    """``Wed 25 Nov: Lateral band walk, level 6 (light band, ankles, 3 × 15 each side).``."""
    name = workout_name(report, upcoming.workout)
    return f"{day(upcoming.date)}: {name}, {level(report.workouts, upcoming.workout, upcoming.level)}."


def due_level(report: WeeklyReport) -> str:
    """The band level that is due; empty without one. Its reason stands with the next session where that has it."""
    due = report.plan.level
    if due is None:
        return ""
    slug = report.next.workout if report.next else next((one.slug for one in report.workouts), "")
    words = level(report.workouts, slug, due.name)
    why = "" if report.next and report.next.why == due.why else due.why
    return f"{words[:1].upper()}{words[1:]}. {why}".strip()


def runs(value: RunsView, units: str) -> str:
    """How many runs, how far, and how far usually."""
    if not value.count:
        return "No runs this week."
    usual = f" (a usual week: {distance(value.usual_distance_m, units)})" if value.usual_distance_m else ""
    return f"{plural(value.count, 'run')}, {distance(value.distance_m, units)}{usual}."


def answers(value: RunsView) -> str:
    """How many runs hurt, did not, wait for a yes or no, and are not answered."""
    return (
        f"Knee: pain on {value.tagged}, none on {value.zero}, to confirm on {value.suspected}, "
        f"not answered on {value.untagged}."
    )


def spike(item: RunItem) -> str:
    """How much longer than any run of the 30 days before, where that is more than 10 %; else empty."""
    if item.spike is None or item.spike <= SPIKE:
        return ""
    return f"{(item.spike - 1) * 100:.0f} % longer than any run of the 30 days before"


def run(item: RunItem, units: str) -> str:
    """``Tue 17 Nov  8.4 km  no pain``, with the spike where there is one."""
    longer = f"  ({spike(item)})" if spike(item) else ""
    return f"{day(item.local_date)}  {distance(item.distance_m, units)}  {pain(item.pain)}{longer}"


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
    of_100 = f" ({per_hundred(rate.flagged, rate.pain_free_runs)})" if rate.pain_free_runs >= 10 else ""
    return f"The same was true before {rate.flagged} of {plural(rate.pain_free_runs, 'pain-free run')}{of_100}."


def missed_sessions(value: Flag) -> str:
    """The very sessions that were missed, with the reason where one was given."""
    parts = [
        f"{day(item.date)} {'partly done' if item.status is SessionStatus.PARTIAL else item.status.value}"
        + (f" ({REASONS[item.reason]})" if item.reason else "")
        for item in value.missed_sessions
    ]
    return "Missed: " + ", ".join(parts) + "."
