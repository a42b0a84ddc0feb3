"""The signs of sessions and knees, the same in the calendar, its legend and the lists. Shape tells them, not colour."""

from __future__ import annotations

from syncer.domain.pain import PainState, PainTag
from syncer.domain.plan import SessionStatus
from syncer.report.svg import Element, draw

HALF = 5.0
"""Half the side of a session's square."""
SMALLEST, LARGEST = 3.0, 8.0
"""Radius of the dot for pain of 0 and of 10."""
UNSCORED = 4.5
MIDDLE = 9.0
"""Of a sign that stands by itself."""


def session_mark(status: SessionStatus, x: float, y: float) -> list[Element]:
    """Filled when done, half filled when partly, empty when skipped, crossed out when excused, dotted when open.

    Args:
        x, y: its middle, in the picture's own units, as every place and size here.
    """
    box = {"x": x - HALF, "y": y - HALF, "width": 2 * HALF, "height": 2 * HALF, "rx": 1.5}
    if status.kept:
        return [draw("rect", **box, class_="mark done")]
    if status in (SessionStatus.PENDING, SessionStatus.UPCOMING):
        return [draw("rect", **box, class_="mark open")]
    outline = draw("rect", **box, class_="mark skipped" if status is not SessionStatus.EXCUSED else "mark excused")
    if status is SessionStatus.PARTIAL:
        half = f"M{x - HALF:g} {y + HALF:g}V{y - HALF:g}L{x + HALF:g} {y + HALF:g}Z"
        return [outline, draw("path", d=half, class_="mark half")]
    if status is SessionStatus.EXCUSED:
        return [outline, draw("path", d=f"M{x - 3:g} {y - 3:g}l6 6m0 -6l-6 6", class_="mark cross")]
    return [outline]


def knee_mark(tag: PainTag | None, x: float, y: float) -> list[Element]:
    """A dot that grows with the score, a small ring for no pain, a ring with a dot to confirm, a dash for no answer."""
    if tag is None:
        return [draw("path", d=f"M{x - 3.5:g} {y:g}h7", class_="knee silent")]
    if tag.state is PainState.TAGGED:
        return [draw("circle", cx=x, cy=y, r=radius(tag.score), class_="knee pain")]
    ring = draw("circle", cx=x, cy=y, r=3.5, class_="knee none")
    if tag.state is PainState.SUSPECTED:
        return [ring, draw("circle", cx=x, cy=y, r=1.2, class_="knee maybe")]
    return [ring]


def radius(score: float | None) -> float:
    """Radius, in the drawing's pixels, of the dot for a score of 0-10; a middling one for a tag without a number."""
    if score is None:
        return UNSCORED
    return SMALLEST + (LARGEST - SMALLEST) * min(10.0, max(0.0, score)) / 10


def session_icon(status: SessionStatus) -> Element:
    """A session's sign by itself."""
    return icon(session_mark(status, MIDDLE, MIDDLE))


def knee_icon(tag: PainTag | None) -> Element:
    """A knee's sign by itself."""
    return icon(knee_mark(tag, MIDDLE, MIDDLE))


def icon(marks: list[Element]) -> Element:
    """A sign beside words that say the same; drawn around (9, 9)."""
    return draw("svg", *marks, viewBox="0 0 18 18", width=18, height=18, class_="icon", aria_hidden="true")
