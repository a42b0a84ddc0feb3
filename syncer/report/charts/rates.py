"""How often new pain came after mostly skipped fortnights and after the others, and the ratio of the two."""

from __future__ import annotations

from math import log

from syncer.correlate.findings import Evidence, RiskRatio
from syncer.correlate.plausible import plausible_rate
from syncer.report import evidence_words
from syncer.report.charts.axes import round_top
from syncer.report.svg import Element, draw, percent, picture

ROW, TRACK = 62.0, 36.0
TRACK_HALF = 14.0
RIGHT = 98.0
LEAST_TOP = 0.1
"""An axis never ends below 10 of 100 runs: finer than that a few runs say nothing."""
RATIO_RANGE = (0.02, 50.0)
RATIO_TICKS = (0.1, 1.0, 10.0)


def rates(evidence: Evidence) -> Element | None:
    """Two rates on one scale, with ranges once there is enough data for a ratio; None without a run to count."""
    new = evidence.counts_new
    rows = [
        (f"After {evidence_words.AFTER_SKIPPED}", new.exposed_pain, new.exposed_runs, "pain"),
        (f"After {evidence_words.OTHERWISE}", new.other_pain, new.other_runs, "other"),
    ]
    if not new.exposed_runs + new.other_runs:
        return None
    with_ranges = evidence.risk_ratio is not None
    ranges = [plausible_rate(part, whole) if with_ranges and whole else None for _, part, whole, _ in rows]
    reach = [part / whole for _, part, whole, _ in rows if whole] + [high for _, high in filter(None, ranges)]
    most = min(1.0, max(LEAST_TOP, round_top(100 * max(reach)) / 100))
    base = ROW + TRACK + TRACK_HALF
    children = _axis(most, base)
    for place, (row, plausible) in enumerate(zip(rows, ranges, strict=True)):
        children += _row(row, plausible, most, ROW * place)
    height = base + 20
    words = [_words(*row[:3], plausible) for row, plausible in zip(rows, ranges, strict=True)]
    if evidence.risk_ratio is not None:
        children += _ratio(evidence.risk_ratio, height + 26)
        height += 90
        words.append(evidence_words.ratio(evidence))
    return picture("rates", "How often new knee pain came", " ".join(words), height, children)


def _axis(most: float, base: float) -> list[Element]:
    drawn = []
    for step in range(5):
        share = most * step / 4
        x = _x(share, most)
        label = f"{100 * share:.3g}" + (" of 100 runs" if step == 4 else "")
        anchor = "start" if not step else "end" if step == 4 else "middle"
        drawn += [
            draw("line", x1=percent(x), x2=percent(x), y1=y - TRACK_HALF, y2=y + TRACK_HALF, class_="grid")
            for y in (TRACK, ROW + TRACK)
        ]
        if step in (0, 2, 4):
            place = 100.0 if step == 4 else x
            drawn.append(draw("text", label, x=percent(place), y=base + 14, text_anchor=anchor, class_="tick"))
    return drawn


def _x(share: float, most: float) -> float:
    return 1 + (RIGHT - 1) * share / most


def _row(
    row: tuple[str, int, int, str], plausible: tuple[float, float] | None, most: float, top: float
) -> list[Element]:
    label, part, whole, class_ = row
    counts = f"{part} of {whole}" if whole else "no runs"
    drawn = [
        draw("text", label, x=0, y=top + 14, class_="label"),
        draw("text", counts, x="100%", y=top + 14, text_anchor="end", class_="count"),
    ]
    y = top + TRACK
    if plausible:
        low, high = (percent(_x(share, most)) for share in plausible)
        drawn.append(draw("line", x1=low, x2=high, y1=y, y2=y, class_=f"range {class_}"))
    if whole:
        x = percent(_x(part / whole, most))
        shape = draw("circle", cx=x, cy=y, r=6, class_=f"rate {class_}")
        drawn.append(shape)
    return drawn


def _ratio(value: RiskRatio, top: float) -> list[Element]:
    words = evidence_words.short(value.estimate)
    drawn = [
        draw("text", "Ratio of the two", x=0, y=top, class_="label"),
        draw(
            "text",
            f"{words} ({evidence_words.short(value.low)} to {evidence_words.short(value.high)})",
            x="100%",
            y=top,
            text_anchor="end",
            class_="count",
        ),
    ]
    y = top + 22
    for tick in RATIO_TICKS:
        x = percent(_log_x(tick))
        label = "1: the same" if tick == 1 else f"{tick:g}"
        drawn.append(draw("line", x1=x, x2=x, y1=y - 10, y2=y + 12, class_="same" if tick == 1 else "grid"))
        drawn.append(draw("text", label, x=x, y=y + 26, text_anchor="middle", class_="tick"))
    low, middle, high = (percent(_log_x(one)) for one in (value.low, value.estimate, value.high))
    drawn.append(draw("line", x1=low, x2=high, y1=y, y2=y, class_="range ratio"))
    drawn.append(draw("circle", cx=middle, cy=y, r=6, class_="rate ratio"))
    return drawn


def _log_x(value: float) -> float:
    low, high = RATIO_RANGE
    inside = min(max(value, low), high)
    return 1 + (RIGHT - 1) * (log(inside) - log(low)) / (log(high) - log(low))


def _words(label: str, part: int, whole: int, plausible: tuple[float, float] | None) -> str:
    if not whole:
        return f"{label}: no runs."
    around = f", plausible range {100 * plausible[0]:.0f} to {100 * plausible[1]:.0f} of 100" if plausible else ""
    return f"{label}: new pain on {part} of {whole} runs{around}."
