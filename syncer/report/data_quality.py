"""How good the data behind a report is: when each source was read, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator

from syncer.correlate.view import DataAsOf, LastTry, LeftOut, WeeklyReport
from syncer.report import phrases
from syncer.report.safe_text import one_line

SOURCES = {"garmin": "Garmin", "strava": "Strava", "files": "files"}
ARCHIVES = {"strava-export": "Strava export", "garmin-export": "Garmin export", "fit": "FIT files"}
NOTHING_LEFT_OUT = "Nothing was left out of the imports."
STATES = {"partial": "was read in part", "skipped": "was passed over", "failed": "could not be read"}


def data_lines(report: WeeklyReport) -> tuple[str, ...]:
    """As-of times, sources that were not read whole, the week's doubts, and what imports left out."""
    urgent = set(report.see_someone)
    return (
        read_line(report),
        *(last_try(one) for one in report.last_tries),
        *silent_runs(report),
        *(one_line(note) for note in report.notes if note not in urgent),
        *(left_out(one) for one in report.left_out),
        *([NOTHING_LEFT_OUT] if report.data_as_of.files and not report.left_out else []),
    )


def read_line(report: WeeklyReport) -> str:
    """``Read: Garmin 2026-11-22 03:31, Strava never, files never.``."""
    return f"Read: {read_sources(report.data_as_of)}."


def read_sources(read: DataAsOf) -> str:
    """``Garmin 2026-11-22 03:31, Strava never, files never``."""
    return (
        f"Garmin {phrases.instant(read.garmin)}, Strava {phrases.instant(read.strava)}, "
        f"files {phrases.instant(read.files)}"
    )


def silent_runs(report: WeeklyReport) -> Iterator[str]:
    """How many runs have no answer, this week and in all; nothing before the first run."""
    runs, answered = sum(week.runs for week in report.history), sum(week.answered for week in report.history)
    if runs:
        silent = report.runs.untagged + report.runs.suspected
        yield f"Runs without an answer: {silent} of {report.runs.count} this week, {runs - answered} of {runs} in all."


def last_try(one: LastTry) -> str:
    """``Strava could not be read on 2026-11-22 03:31 (rate-limited).``."""
    why = f" ({one_line(one.code).replace('-', ' ')})" if one.code else ""
    return f"{SOURCES.get(one.source, one.source)}: {STATES.get(one.state, one.state)} {phrases.instant(one.at)}{why}."


def left_out(one: LeftOut) -> str:
    """``Left out of the Strava export: 3 × missing file, such as activities.csv line 12.``."""
    example = f", such as {one_line(one.examples[0])}" if one.examples else ""
    reason = one_line(one.reason).replace("-", " ")
    return f"Left out of the {ARCHIVES.get(one.source, one.source)}: {one.count} × {reason}{example}."
