"""Knee pain on every run of some weeks: height for the score, shape for the side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from syncer.correlate.physio import PainRow
from syncer.domain.pain import PainState, PainTag, Side
from syncer.report import phrases
from syncer.report.charts.axes import LEFT, LONG_DAYS, day_label, level_line
from syncer.report.charts.marks import icon
from syncer.report.svg import Element, draw, percent, picture

TOP, HEIGHT, FOOT = 14.0, 150.0, 40.0
MOST_DAYS = 7 * 53
"""A longer trace would be a smear; the tables hold it."""
UNSCORED = 3.0
"""Height of a tag without a number, drawn empty."""
SHAPES = {
    Side.LEFT: "M-5 0L4 -5.5V5.5Z",
    Side.RIGHT: "M5 0L-4 -5.5V5.5Z",
    Side.BOTH: "M0 -6L6 0L0 6L-6 0Z",
    None: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0Z",
}


def trace(rows: Sequence[PainRow], first: date, last: date) -> Element | None:
    """The trace from ``first`` to ``last``; None without a run, or where the range is too long to draw."""
    if not rows or (last - first).days >= MOST_DAYS:
        return None
    children = [item for score in (0, 5, 10) for item in level_line(_y(score), str(score))]
    for row in rows:
        x = percent(_x(row.day, first, last))
        words = draw("title", f"{phrases.day(row.day)}: {phrases.pain(row.pain)}")
        children.append(draw("g", words, *_mark(row.pain, x)))
    bottom = TOP + HEIGHT
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        day = first + timedelta(days=round((last - first).days * share))
        label = day_label(day, long=(last - first).days > LONG_DAYS)
        x = percent(_x(day, first, last))
        children.append(draw("text", label, x=x, y=bottom + 34, text_anchor=anchor, class_="tick"))
    return picture("trace", "Knee pain on each run, 0 to 10", _words(rows), bottom + FOOT, children)


def shape_icon(side: Side | None) -> Element:
    """The sign of a side, for the legend."""
    return icon([draw("path", d=SHAPES[side], transform="translate(9 9)", class_="knee pain")])


def _mark(tag: PainTag | None, x: str) -> list[Element]:
    base = TOP + HEIGHT
    if tag is None:
        return [_placed("M-3 0h6", x, base + 13, "knee silent")]
    if tag.state is PainState.ZERO:
        return [draw("circle", cx=x, cy=base, r=2.5, class_="knee none")]
    if tag.state is PainState.SUSPECTED:
        return [
            draw("circle", cx=x, cy=base + 13, r=3.5, class_="knee none"),
            draw("circle", cx=x, cy=base + 13, r=1.2, class_="knee maybe"),
        ]
    y = _y(UNSCORED if tag.score is None else tag.score)
    stem = draw("line", x1=x, x2=x, y1=base, y2=y, class_="stem")
    return [stem, _placed(SHAPES[tag.side], x, y, "knee unscored" if tag.score is None else "knee pain")]


def _placed(path: str, x: str, y: float, class_: str) -> Element:
    """A path around a place that is given in per cent, which a path itself cannot be."""
    return draw("svg", draw("path", d=path, class_=class_), x=x, y=y, width=1, height=1)


def _x(day: date, first: date, last: date) -> float:
    return LEFT + 2 + (96 - LEFT) * (day - first).days / max(1, (last - first).days)


def _y(score: float) -> float:
    return TOP + HEIGHT * (1 - min(10.0, max(0.0, score)) / 10)


def _words(rows: Sequence[PainRow]) -> str:
    hurt = [row for row in rows if row.pain and row.pain.state is PainState.TAGGED]
    days = [f"{phrases.day(row.day)} {phrases.pain(row.pain)}" for row in hurt]
    return f"Knee pain on {len(hurt)} of {len(rows)} entries. {'; '.join(days)}"
