"""The verdict as one plain sentence or two: counts first, both denominators, no blame, and never more than a link.

The words cause, prevent, prove, significant and risk factor never appear, not even inside another word; a test holds
that. The claims about "runners without any link" are measured by `scripts/calibrate`
(`docs/explanation/evidence.md`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from syncer.correlate.findings import Counts, Evidence, Missing, RiskRatio
from syncer.correlate.verdict import PATTERN, WATCH, Verdict, skips_after_pain

SHORT_OF = {
    "weeks": "{have} weeks of plan (need {need})",
    "new_pain_runs": "{have} new knee-pain runs (need {need})",
    "pain_runs": "{have} knee-pain runs in all (need {need})",
    "exposed_runs": "{have} runs after mostly skipped fortnights (need {need})",
    "other_runs": "{have} runs after mostly kept fortnights (need {need})",
    "missed": "{have} missed sessions (need {need})",
    "done": "{have} kept sessions (need {need})",
    "pain_free_runs": "{have} runs with an answer of no pain (need {need})",
}
NO_SESSION = "No planned session has closed yet."
NO_RUN = "No run is recorded since the plan began."
TOO_MUCH_ALIKE = "Pain was as frequent after one fortnight as after another, so there is nothing to compare."
ALL_KEPT = "With nearly every session kept there is little to compare, and that is fine: no need to miss any."
SMALL_NUMBERS = "Numbers this small swing a lot."
WITHIN_CHANCE = "That is within what chance gives with your habits."
NO_USE_NOT_SHOWN = (
    "It does not show that strength work has no use: with this much data only a very strong link could show."
)
WATCH_READ_WEEKLY = "read weekly, about 1 in 10 runners without any link see this line within a year. Keep logging."
PATTERN_READ_WEEKLY = "About 2 in 100 runners without a link would see this line within a year."
ONLY_A_LINK = "It is a link in your log and no more: stress, shoes, hills or work are not in the data."
CHEAP_TEST = "A cheap test: keep 2 sessions a week for 6 weeks and watch this line."
ALSO_AFTER_PAIN = "You also skip after pain. We account for pain you tagged, not for soreness you did not."


def say(evidence: Evidence) -> str:
    """The sentences for this evidence; its own ``sentence`` is not read."""
    sentences = {
        Verdict.NOT_ENOUGH_DATA: _not_enough_data,
        Verdict.NO_PATTERN: _no_pattern,
        Verdict.WATCH: _watch,
        Verdict.PATTERN: _pattern,
    }[Verdict(evidence.verdict)](evidence)
    if skips_after_pain(evidence.lag_curve):
        sentences.append(ALSO_AFTER_PAIN)
    return " ".join(sentences)


def _not_enough_data(evidence: Evidence) -> list[str]:
    sentences = ["Too early to tell."]
    if not evidence.missed + evidence.done:
        sentences.append(NO_SESSION)
    elif evidence.answered_share is None:
        sentences.append(NO_RUN)
    elif evidence.missing:
        sentences.append(f"You have {listed([_short(item) for item in evidence.missing])}.")
    else:
        sentences.append(TOO_MUCH_ALIKE)
    if {item.what for item in evidence.missing} & {"missed", "exposed_runs"} and evidence.done > 3 * evidence.missed:
        sentences.append(ALL_KEPT)
    if evidence.answered_share is not None and evidence.answered_share < 0.5:
        sentences.append(f"Of 100 runs, {100 * evidence.answered_share:.0f} have an answer about pain.")
    return sentences + _so_far(evidence.counts_new)


def _so_far(new: Counts) -> list[str]:
    exposed, other = _of(new.exposed_pain, new.exposed_runs), _of(new.other_pain, new.other_runs)
    if new.exposed_runs and new.other_runs:
        text = f"{exposed} after mostly skipped fortnights, {new.other_pain} of {new.other_runs} otherwise"
    elif new.exposed_runs:
        text = f"{exposed}, all after mostly skipped fortnights"
    elif new.other_runs:
        text = f"{other}, none after a mostly skipped fortnight"
    else:
        return []
    return [f"So far: new pain on {text}.", SMALL_NUMBERS]


def _no_pattern(evidence: Evidence) -> list[str]:
    new = evidence.counts_new
    counts = (
        f"Knee pain started on {_of(new.exposed_pain, new.exposed_runs)}"
        f"{_in_brackets(new.exposed_pain, new.exposed_runs)} after mostly skipped fortnights"
        f" and on {new.other_pain} of {new.other_runs}{_in_brackets(new.other_pain, new.other_runs)} otherwise."
    )
    return [counts, WITHIN_CHANCE, NO_USE_NOT_SHOWN]


def _watch(evidence: Evidence) -> list[str]:
    return [
        f"Pain has followed skipped fortnights somewhat more often ({_compared(evidence)}).",
        f"With your habits, chance alone gives this in {_replays(evidence)}; {WATCH_READ_WEEKLY}",
    ]


def _pattern(evidence: Evidence) -> list[str]:
    first = (
        "Pain has followed skipped fortnights more often than your own habits, load, breaks and season explain"
        f" ({_compared(evidence)}; {_replays(evidence)})."
    )
    if evidence.p_value is not None and evidence.p_value > PATTERN:
        shown = "The line was clearer before; it stays until chance gives it in more than 5 of 100 replays."
        return [first, shown, ONLY_A_LINK, CHEAP_TEST]
    return [first, PATTERN_READ_WEEKLY, ONLY_A_LINK, CHEAP_TEST]


def _compared(evidence: Evidence) -> str:
    """The counts that show what the test saw: new pain where it leans that way, else all pain, else in words."""
    new, all_runs = evidence.counts_new, evidence.counts_all
    if _leans(new):
        return f"new pain: {_rates(new)}{_ratio(evidence.risk_ratio)}"
    if _leans(all_runs):
        return f"all pain: {_rates(all_runs)}; new pain alone does not lean that way: {_rates(new)}"
    return f"seen in the share of sessions skipped, not in the plain rates: {_rates(new)}"


def _leans(counts: Counts) -> bool:
    """Whether the rate after mostly skipped windows is the higher one."""
    return counts.exposed_pain * counts.other_runs > counts.other_pain * counts.exposed_runs


def _rates(counts: Counts) -> str:
    exposed = f"{_of(counts.exposed_pain, counts.exposed_runs)}{_after_comma(counts.exposed_pain, counts.exposed_runs)}"
    other = f"{counts.other_pain} of {counts.other_runs}{_after_comma(counts.other_pain, counts.other_runs)}"
    return f"{exposed}, vs {other}"


def _ratio(ratio: RiskRatio | None) -> str:
    if ratio is None:
        return ""
    estimate, low, high = (_short_number(value) for value in (ratio.estimate, ratio.low, ratio.high))
    return f"; ratio {estimate}, plausible range {low} to {high}"


def _replays(evidence: Evidence) -> str:
    """How often chance alone gave this, such as "4 of 100 replays"."""
    return f"{chance(evidence.p_value or 0.0)} replays"


def chance(p_value: float) -> str:
    """A p value as a natural frequency: ``4 of 100``.

    Finer just above a level of alarm, and rounded up there: "5 of 100" is never said of what is above it.
    """
    if p_value < 0.001:
        return "fewer than 1 of 1,000"
    if p_value < 0.0195 or WATCH < p_value < WATCH + 0.005:
        return f"{ceil(p_value * 1000 - 1e-9)} of 1,000"
    return f"{p_value * 100:.0f} of 100"


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole} {'run' if whole == 1 else 'runs'}"


def per_hundred(part: int, whole: int) -> str:
    """A rate as a natural frequency, ``13 of 100``; empty without a denominator."""
    if not whole:
        return ""
    rate = 100 * part / whole
    return f"{rate:.0f} of 100" if rate >= 0.5 or not part else "under 1 of 100"


def _in_brackets(part: int, whole: int) -> str:
    return f" ({per_hundred(part, whole)})" if whole else ""


def _after_comma(part: int, whole: int) -> str:
    return f", {per_hundred(part, whole)}" if whole else ""


def _short(item: Missing) -> str:
    text = SHORT_OF[item.what].format(have=item.have, need=item.need)
    if item.have == 1:
        for many in ("weeks", "runs", "sessions"):
            text = text.replace(many, many[:-1], 1)
    return text


def listed(items: Sequence[str]) -> str:
    """``a, b and c``, of at least one."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _short_number(value: float) -> str:
    """Two digits: 0.83, 2.6, 12."""
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"
