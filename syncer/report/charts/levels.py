"""The band level over time, as steps: one picture for each workout that has several levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from syncer.correlate.view import LevelPoint, WorkoutView
from syncer.domain.week import day_in_words
from syncer.domain.workout import Level
from syncer.report import phrases
from syncer.report.charts.axes import LONG_DAYS, day_label
from syncer.report.svg import Element, draw, percent, picture
from syncer.workouts.levels import DELOAD_SUFFIX

LEFT = 28.0
RUNG = 17.0
TOP, FOOT = 6.0, 24.0
LEAST_ZONE = 36.0
"""Pixels that a zone's two words need."""
GAP = timedelta(days=28)
"""After so long without a session the line breaks."""
MOST_DOTS = 80
FEWEST_DAYS = 28


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch at one level: ``joined`` when the one before it ends where this begins."""

    first: date
    last: date
    rung: int
    lighter: bool
    joined: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """Levels with the same band at the same place, and where they stand in the picture."""

    band: str
    placement: str
    rungs: range
    top: float
    bottom: float


def levels(name: str, points: Sequence[LevelPoint], workout: WorkoutView, last: date) -> Element | None:
    """The level of every session kept up to ``last``; None where there is none, or only one level to be at.

    Args:
        name: of the picture, unique on the page.
    """
    names = {level.name: rung for rung, level in enumerate(workout.levels)}
    known = [point for point in points if point.workout == workout.slug and _base(point.level) in names]
    if len(workout.levels) < 2 or not known:
        return None
    used = range(
        max(0, min(names[_base(point.level)] for point in known) - 1),
        min(len(workout.levels), max(names[_base(point.level)] for point in known) + 2),
    )
    zones = _zones(workout.levels, used)
    bottom = zones[0].bottom
    first = known[0].day
    end = max(last, first + timedelta(days=FEWEST_DAYS))
    steps = _steps(known, names, last)
    children = [item for zone in zones for item in _zone(zone)]
    children += [
        item
        for before, step in zip([None, *steps], steps, strict=False)
        for item in _step(step, before, zones, first, end)
    ]
    if len(known) <= MOST_DOTS:
        children += [_dot(point, names, zones, first, end) for point in known]
    children += _dates(first, end, bottom + 17)
    title = f"Band level of the sessions kept: {workout.name}"
    return picture(name, title, _words(known), bottom + FOOT, children)


def _base(name: str) -> str:
    return name.removesuffix(DELOAD_SUFFIX)


def _zones(ladder: Sequence[Level], used: range) -> list[Zone]:
    """From the lowest to the highest; the picture grows from the bottom up."""
    groups: list[tuple[str, str, list[int]]] = []
    for rung in used:
        level = ladder[rung]
        if not groups or groups[-1][:2] != (level.band, level.placement):
            groups.append((level.band, level.placement, []))
        groups[-1][2].append(rung)
    heights = [max(LEAST_ZONE, RUNG * len(rungs)) for _, _, rungs in groups]
    bottom = TOP + sum(heights)
    zones = []
    for (band, placement, rungs), height in zip(groups, heights, strict=True):
        zones.append(Zone(band, placement, range(rungs[0], rungs[-1] + 1), bottom - height, bottom))
        bottom -= height
    return zones


def _zone(zone: Zone) -> list[Element]:
    words = "no band" if zone.band == "none" else f"{zone.band} band"
    drawn = [
        draw("line", x1=0, x2="100%", y1=zone.bottom, y2=zone.bottom, class_="grid"),
        draw("text", words, x=0, y=zone.top + 15, class_="label"),
    ]
    if zone.placement:
        drawn.append(draw("text", zone.placement, x=0, y=zone.top + 29, class_="tick"))
    return drawn


def _y(rung: int, zones: Sequence[Zone]) -> float:
    zone = next(one for one in zones if rung in one.rungs)
    room = (zone.bottom - zone.top) / len(zone.rungs)
    return zone.bottom - room * (rung - zone.rungs.start + 0.5)


def _x(day: date, first: date, end: date) -> float:
    return LEFT + 2 + (98 - LEFT) * (day - first).days / (end - first).days


def _steps(known: Sequence[LevelPoint], names: dict[str, int], last: date) -> list[Step]:
    """Stretches at one level; each lasts until the next session, or breaks off where a gap follows."""
    steps: list[Step] = []
    for place, point in enumerate(known):
        after = known[place + 1].day if place + 1 < len(known) else last
        until = after if after - point.day < GAP else point.day
        rung, lighter = names[_base(point.level)], point.level.endswith(DELOAD_SUFFIX)
        joined = bool(steps) and steps[-1].last == point.day
        if joined and (steps[-1].rung, steps[-1].lighter) == (rung, lighter):
            steps[-1] = Step(steps[-1].first, until, rung, lighter, steps[-1].joined)
        else:
            steps.append(Step(point.day, until, rung, lighter, joined))
    return steps


def _step(step: Step, before: Step | None, zones: Sequence[Zone], first: date, end: date) -> list[Element]:
    y, x = _y(step.rung, zones), percent(_x(step.first, first, end))
    class_ = "step lighter" if step.lighter else "step"
    until = percent(_x(step.last, first, end))
    drawn = [draw("line", x1=x, x2=until, y1=y, y2=y, class_=class_)]
    if before is not None and step.joined and before.rung != step.rung:
        drawn.append(draw("line", x1=x, x2=x, y1=_y(before.rung, zones), y2=y, class_="step"))
    return drawn


def _dot(point: LevelPoint, names: dict[str, int], zones: Sequence[Zone], first: date, end: date) -> Element:
    words = draw("title", f"{day_in_words(point.day)} {point.day.year}: level {point.level}")
    y = _y(names[_base(point.level)], zones)
    return draw("circle", words, cx=percent(_x(point.day, first, end)), cy=y, r=2.4, class_="session")


def _dates(first: date, end: date, y: float) -> list[Element]:
    days = (end - first).days
    drawn = []
    for step, anchor in enumerate(("start", "middle", "end")):
        day = first + timedelta(days=days * step // 2)
        label, x = day_label(day, long=days > LONG_DAYS), percent(_x(day, first, end))
        drawn.append(draw("text", label, x=x, y=y, text_anchor=anchor, class_="tick"))
    return drawn


def _words(known: Sequence[LevelPoint]) -> str:
    first, last = known[0], known[-1]
    return (
        f"{phrases.plural(len(known), 'session')}: from level {first.level} on {day_in_words(first.day)} "
        f"{first.day.year} to level {last.level} on {day_in_words(last.day)} {last.day.year}."
    )
