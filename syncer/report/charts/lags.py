"""How many sessions were missed, by days from the run, on both sides of it: runs with new pain beside other runs."""

from __future__ import annotations

from collections.abc import Sequence

from syncer.correlate.findings import LagBin, LagTally
from syncer.report import evidence_words
from syncer.report.svg import Element, draw, percent, picture

TOP, ROW = 44.0, 34.0
BAR = 9.0
LEFT, RIGHT = 38.0, 82.0
"""Where the bars begin, and where one of all sessions missed ends, in per cent."""


def lags(curve: Sequence[LagBin]) -> Element | None:
    """A row for each stretch of days, time running downwards; None without a new-pain run."""
    if not any(one.pain_runs.planned for one in curve):
        return None
    rows = [one for one in curve if one.pain_runs.planned or one.other_runs.planned or _is_today(one)]
    bottom = TOP + ROW * len(rows)
    children = [
        draw("circle", cx=5, cy=9, r=5, class_="rate pain"),
        draw("text", "around runs with new pain", x=16, y=13, class_="tick"),
        draw("circle", cx=5, cy=26, r=5, class_="rate other"),
        draw("text", "around other runs", x=16, y=30, class_="tick"),
    ]
    for share, label in ((0.0, "none"), (0.5, "half"), (1.0, "all missed")):
        x = percent(LEFT + (RIGHT - LEFT) * share)
        children.append(draw("line", x1=x, x2=x, y1=TOP, y2=bottom, class_="grid"))
        children.append(draw("text", label, x=x, y=bottom + 15, text_anchor="middle", class_="tick"))
    for place, one in enumerate(rows):
        children += _row(one, TOP + ROW * place)
    title = "Share of planned sessions missed, by days from a run"
    return picture("lags", title, " ".join(_words(one) for one in rows), bottom + 22, children)


def _row(one: LagBin, top: float) -> list[Element]:
    today = _is_today(one)
    drawn = [draw("rect", x=0, y=top, width="100%", height=ROW, class_="today")] if today else []
    drawn.append(
        draw("text", evidence_words.lag_days(one), x=4, y=top + ROW / 2 + 4, class_="label" if today else "tick")
    )
    for tally, y, class_ in ((one.pain_runs, top + 6, "pain"), (one.other_runs, top + 19, "other")):
        if not tally.planned:
            continue
        width = percent((RIGHT - LEFT) * tally.missed / tally.planned)
        drawn.append(draw("rect", x=percent(LEFT), y=y, width=width, height=BAR, class_=f"bar {class_}"))
        drawn.append(draw("text", _counts(tally), x="100%", y=y + 9, text_anchor="end", class_="small"))
    return drawn


def _is_today(one: LagBin) -> bool:
    return one.first == one.last == 0


def _counts(tally: LagTally) -> str:
    return f"{tally.missed} of {tally.planned}"


def _words(one: LagBin) -> str:
    return (
        f"{evidence_words.lag_days(one)}: {_counts(one.pain_runs)} around runs with new pain, "
        f"{_counts(one.other_runs)} around other runs."
    )
