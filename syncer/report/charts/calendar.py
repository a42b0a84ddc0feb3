"""The last 26 weeks: a row a week, a column a day; sessions at the left of a day, the knee at the right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import batched

from syncer.correlate.view import DayMark, WeekPoint
from syncer.domain.pain import PainState
from syncer.domain.week import Week, day_in_words
from syncer.report import phrases
from syncer.report.charts.marks import knee_mark, session_mark
from syncer.report.svg import Element, draw, picture

WIDTH = 372.0
LEFT, COLUMN, ROW, TOP = 48.0, 34.0, 24.0, 24.0
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_MARKS = 2
"""Sessions of one day that have room; more are told in the day's words."""


def calendar(days: Sequence[DayMark], history: Sequence[WeekPoint], units: str) -> Element | None:
    """The calendar, newest week at the bottom; None without a day."""
    if not days:
        return None
    points = {point.week: point for point in history}
    rows = [tuple(week) for week in batched(days, 7)]
    children = [
        draw("text", name, x=LEFT + COLUMN * (place + 0.5), y=13, text_anchor="middle", class_="tick")
        for place, name in enumerate(DAY_NAMES)
    ]
    right = LEFT + 7 * COLUMN
    children.append(draw("text", phrases.unit(units), x=WIDTH, y=13, text_anchor="end", class_="tick"))
    children.append(draw("text", "kept", x=right + 36, y=13, text_anchor="end", class_="tick"))
    for place, week in enumerate(rows):
        children += _week(week, TOP + ROW * place, points.get(Week.of(week[0].day)), units)
    height = TOP + ROW * len(rows)
    return picture("calendar", f"The last {phrases.plural(len(rows), 'week')}", _words(days), height, children, WIDTH)


def _week(week: Sequence[DayMark], top: float, point: WeekPoint | None, units: str) -> list[Element]:
    middle = top + ROW / 2
    drawn = [
        draw("line", x1=LEFT, x2=WIDTH, y1=top, y2=top, class_="grid"),
        draw("text", day_in_words(week[0].day)[4:], x=LEFT - 6, y=middle + 4, text_anchor="end", class_="tick"),
    ]
    for place, mark in enumerate(week):
        drawn += _day(mark, LEFT + COLUMN * place, top)
    if point:
        right = LEFT + 7 * COLUMN
        counted = point.kept + point.missed
        kept = f"{point.kept}/{counted}" if counted else ""
        far = f"{phrases.in_units(point.distance_m, units):.0f}" if point.runs else ""
        drawn += [
            draw("text", words, x=x, y=middle + 4, text_anchor="end", class_="count")
            for words, x in ((kept, right + 36), (far, WIDTH))
            if words
        ]
    return drawn


def _day(mark: DayMark, left: float, top: float) -> list[Element]:
    middle = top + ROW / 2
    drawn: list[Element] = []
    shown = mark.statuses[:MOST_MARKS]
    for place, status in enumerate(shown):
        shift = (place - (len(shown) - 1) / 2) * 11
        drawn += session_mark(status, left + 9, middle + shift)
    if mark.runs:
        drawn += knee_mark(mark.pain, left + 25, middle)
    if not drawn:
        return []
    return [draw("g", draw("title", day_words(mark)), *drawn)]


def day_words(mark: DayMark) -> str:
    """One day in words, such as "Mon 16 Nov: session done; 1 run, no pain"."""
    parts = [f"session {status.value}" for status in mark.statuses]
    if mark.runs:
        parts.append(f"{phrases.plural(mark.runs, 'run')}, {phrases.pain(mark.pain)}")
    return f"{day_in_words(mark.day)}: {'; '.join(parts) or 'nothing'}"


def _words(days: Sequence[DayMark]) -> str:
    counts = Counter(status for mark in days for status in mark.statuses)
    statuses = [f"{count} {status.value}" for status, count in counts.most_common()]
    run_days = [mark for mark in days if mark.runs]
    states = Counter(mark.pain.state if mark.pain else None for mark in run_days)
    return (
        f"From {day_in_words(days[0].day)} {days[0].day.year} to {day_in_words(days[-1].day)} {days[-1].day.year}. "
        f"Planned sessions: {', '.join(statuses) or 'none'}. "
        f"Days with a run: {len(run_days)}; knee pain on {states[PainState.TAGGED]}, none on "
        f"{states[PainState.ZERO]}, to confirm on {states[PainState.SUSPECTED]}, not answered on {states[None]}."
    )
