"""Sessions kept, knee pain and distance over the whole history, one below the other on the same weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched

from syncer.correlate.view import WeekPoint
from syncer.report import phrases
from syncer.report.charts.axes import Slots, date_ticks, level_line, round_top, weeks_per_bin
from syncer.report.svg import Element, draw, percent, picture

PANEL = 84.0
HEAD = 40.0
FOOT = 32.0
BAR = 0.72
"""Share of a column that its bar takes."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Some weeks drawn as one column; ``distance_m`` is a week's mean."""

    first: date
    weeks: int
    kept: int
    missed: int
    runs: int
    answered: int
    pain_runs: int
    worst: float | None
    distance_m: float
    spikes: int


def binned(history: Sequence[WeekPoint]) -> tuple[Bin, ...]:
    """The history in at most 52 columns; the newest column may hold fewer weeks."""
    size = weeks_per_bin(len(history))
    return tuple(_bin(weeks) for weeks in batched(history, size))


def _bin(weeks: Sequence[WeekPoint]) -> Bin:
    return Bin(
        first=weeks[0].week.monday,
        weeks=len(weeks),
        kept=sum(week.kept for week in weeks),
        missed=sum(week.missed for week in weeks),
        runs=sum(week.runs for week in weeks),
        answered=sum(week.answered for week in weeks),
        pain_runs=sum(week.pain_runs for week in weeks),
        worst=max((week.worst_score for week in weeks if week.worst_score is not None), default=None),
        distance_m=sum(week.distance_m for week in weeks) / len(weeks),
        spikes=sum(week.spikes for week in weeks),
    )


def over_time(history: Sequence[WeekPoint], units: str) -> Element | None:
    """Three panels; None without a week."""
    bins = binned(history)
    if not bins:
        return None
    slots = Slots.of(len(bins))
    children = [
        *_sessions(bins, slots, HEAD),
        *_knee(bins, slots, HEAD + (PANEL + HEAD)),
        *_distance(bins, slots, HEAD + 2 * (PANEL + HEAD), units),
        *date_ticks([one.first for one in bins], slots, 3 * (PANEL + HEAD) + 25),
    ]
    per = "week" if bins[0].weeks == 1 else f"{bins[0].weeks} weeks"
    title = f"Sessions kept, knee pain and distance, a column for each {per}"
    return picture("over-time", title, _words(history), 3 * (PANEL + HEAD) + FOOT, children)


def _heading(words: str, top: float) -> Element:
    return draw("text", words, x=0, y=top - 16, class_="panel")


def _bar(slots: Slots, place: int, y: float, height: float, class_: str) -> Element:
    left = slots.left(place) + slots.width * (1 - BAR) / 2
    return draw(
        "rect", x=percent(left), width=percent(slots.width * BAR), y=y, height=max(height, 0), class_=f"bar {class_}"
    )


def _sessions(bins: Sequence[Bin], slots: Slots, top: float) -> list[Element]:
    drawn = [_heading("Share of sessions kept", top), *level_line(top, "all"), *level_line(top + PANEL / 2, "half")]
    drawn += level_line(top + PANEL, "0")
    for place, one in enumerate(bins):
        counted = one.kept + one.missed
        if not counted:
            continue
        kept = PANEL * one.kept / counted
        words = draw("title", f"{_when(one)}: {one.kept} of {counted} kept")
        missed = _bar(slots, place, top, PANEL - kept, "missed")
        drawn.append(draw("g", words, missed, _bar(slots, place, top + PANEL - kept, kept, "kept")))
    return drawn


def _knee(bins: Sequence[Bin], slots: Slots, top: float) -> list[Element]:
    drawn = [_heading("Worst knee pain on a run, 0–10", top), *level_line(top, "10"), *level_line(top + PANEL / 2, "5")]
    drawn += level_line(top + PANEL, "0")
    for place, one in enumerate(bins):
        marks = _knee_marks(one, percent(slots.middle(place)), top + PANEL)
        if marks:
            drawn.append(draw("g", draw("title", f"{_when(one)}: {_knee_words(one)}"), *marks))
    return drawn


def _knee_marks(one: Bin, x: str, base: float) -> list[Element]:
    if one.worst is not None and one.worst > 0:
        y = base - PANEL * min(one.worst, 10) / 10
        stem = draw("line", x1=x, x2=x, y1=base, y2=y, class_="stem")
        return [stem, draw("circle", cx=x, cy=y, r=3.5, class_="knee pain")]
    if one.pain_runs:
        # tagged without a number: it has no height
        return [draw("circle", cx=x, cy=base, r=3.5, class_="knee unscored")]
    if one.answered:
        return [draw("circle", cx=x, cy=base, r=2, class_="knee none")]
    return []


def _distance(bins: Sequence[Bin], slots: Slots, top: float, units: str) -> list[Element]:
    most = round_top(max(phrases.in_units(one.distance_m, units) for one in bins))
    drawn = [_heading(f"Distance a week, {phrases.unit(units)}; dots below: load spikes", top)]
    drawn += [*level_line(top, f"{most:g}"), *level_line(top + PANEL, "0")]
    for place, one in enumerate(bins):
        if not one.runs:
            continue
        height = PANEL * phrases.in_units(one.distance_m, units) / most
        y = top + PANEL - height
        parts = [_bar(slots, place, y, height, "far")]
        if one.spikes:
            x = percent(slots.middle(place))
            parts.append(draw("circle", cx=x, cy=top + PANEL + 7, r=2.2, class_="spike"))
        longer = f", {phrases.plural(one.spikes, 'spike')}" if one.spikes else ""
        words = f"{_when(one)}: {phrases.distance(one.distance_m, units)} a week{longer}"
        drawn.append(draw("g", draw("title", words), *parts))
    return drawn


def _when(one: Bin) -> str:
    week = f"week of {phrases.day(one.first)} {one.first.year}"
    return week if one.weeks == 1 else f"{one.weeks} weeks from {phrases.day(one.first)} {one.first.year}"


def _knee_words(one: Bin) -> str:
    worst = f", worst {phrases.number(one.worst)}/10" if one.worst else ""
    return f"knee pain on {one.pain_runs} of {phrases.plural(one.runs, 'run')}{worst}, {one.answered} answered"


def _words(history: Sequence[WeekPoint]) -> str:
    kept, missed = sum(week.kept for week in history), sum(week.missed for week in history)
    runs, hurt = sum(week.runs for week in history), sum(week.pain_runs for week in history)
    scores = [week.worst_score for week in history if week.worst_score]
    worst = f", {phrases.number(max(scores))}/10 at worst" if scores else ""
    return (
        f"{phrases.plural(len(history), 'week')}: {kept} of {kept + missed} sessions kept; "
        f"knee pain on {hurt} of {phrases.plural(runs, 'run')}{worst}."
    )
