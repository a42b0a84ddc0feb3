"""What is said around the statistics' own sentence: counts, interval, what would change it, how to read the bars."""

from __future__ import annotations

from dataclasses import dataclass

from syncer.correlate.findings import Evidence, LagBin, Missing
from syncer.correlate.verdict import PATTERN, WATCH, Verdict
from syncer.correlate.wording import chance, per_hundred
from syncer.report.phrases import plural

AFTER_SKIPPED, OTHERWISE = "mostly skipped fortnights", "other fortnights"
FEWEST_FOR_100 = 10

MISSING_WORDS = {
    "weeks": "weeks of plan",
    "new_pain_runs": "new knee-pain runs",
    "pain_runs": "knee-pain runs in all",
    "exposed_runs": "runs after mostly skipped fortnights",
    "other_runs": "runs after mostly kept fortnights",
    "missed": "missed sessions",
    "done": "kept sessions",
    "pain_free_runs": "runs with an answer of no pain",
}
COUNTED = (
    "A fortnight here is the 14 days from 18 to 5 days before a run; it is mostly skipped when at least half of its "
    "planned sessions were. Pain is new after a week without."
)
SOONEST = "An answer about the knee after every run gets there soonest."
NOT_ADJUSTED = "not adjusted for load, earlier pain or season; the verdict is"
LAG_READING = (
    "How to read it: high after the run, pain makes you skip; high only in the last days before it, you may skip as it "
    "already hurts; high everywhere, a trend or a season; a hump on both sides, something else drives both; a hump on "
    "the left side alone is what a link would look like. With one runner's numbers these bars jump about."
)


@dataclass(frozen=True, slots=True)
class Rate:
    """Pain on ``part`` of ``whole`` runs."""

    part: int
    whole: int

    @property
    def counts(self) -> str:
        """``4 of 41 runs``."""
        return f"{self.part} of {plural(self.whole, 'run')}" if self.whole else "no runs"

    @property
    def of_100(self) -> str:
        """``10 of 100``; empty where there are too few runs to speak of a hundred."""
        return per_hundred(self.part, self.whole) if self.whole >= FEWEST_FOR_100 else ""

    def __str__(self) -> str:
        """Counts first: ``4 of 41 runs (10 of 100)``."""
        return f"{self.counts} ({self.of_100})" if self.of_100 else self.counts


@dataclass(frozen=True, slots=True)
class CountsRow:
    """One kind of fortnight: pain of any kind, and new pain, on the runs after it."""

    after: str
    every: Rate
    new: Rate


def counts_rows(evidence: Evidence) -> tuple[CountsRow, CountsRow]:
    """Runs after mostly skipped fortnights, and after the others."""
    every, new = evidence.counts_all, evidence.counts_new
    skipped = [Rate(counts.exposed_pain, counts.exposed_runs) for counts in (every, new)]
    other = [Rate(counts.other_pain, counts.other_runs) for counts in (every, new)]
    return CountsRow(AFTER_SKIPPED, *skipped), CountsRow(OTHERWISE, *other)


def ratio(evidence: Evidence) -> str:
    """The ratio of new pain with its interval; empty where there is not enough data."""
    if evidence.risk_ratio is None:
        return ""
    value = evidence.risk_ratio
    return (
        f"Ratio {short(value.estimate)}, plausible range {short(value.low)} to {short(value.high)} "
        f"(new pain; {NOT_ADJUSTED})."
    )


def short(value: float) -> str:
    """Two digits: 0.83, 2.6, 12."""
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def missing(item: Missing) -> str:
    """``new knee-pain runs: 2 of 3``."""
    return f"{MISSING_WORDS.get(item.what, item.what.replace('_', ' '))}: {item.have} of {item.need}"


def what_would_change_it(evidence: Evidence) -> str:
    """When the verdict would be another one."""
    if evidence.missing and "(need" in evidence.sentence:
        return f"What would change it: reaching each of these. {SOONEST}"
    if evidence.missing:
        return f"What would change it: a verdict needs {'; '.join(missing(item) for item in evidence.missing)}."
    if evidence.p_value is None:
        return "What would change it: runs with and without pain after both kinds of fortnights."
    watch, pattern = f"{WATCH * 100:.0f} of 100", f"{PATTERN * 100:.0f} of 100"
    then = {
        Verdict.NO_PATTERN: f"at {watch} or fewer this becomes something to watch, at {pattern} a pattern",
        Verdict.WATCH: f"at {pattern} or fewer this becomes a pattern, above {watch} it goes away",
        Verdict.PATTERN: f"this stays until it is more than {watch}",
    }.get(Verdict(evidence.verdict), "")
    now = f"chance alone, with your habits, gives as much in {chance(evidence.p_value)} replays of your plan"
    return f"What would change it: {now}; {then}."


def answered(evidence: Evidence) -> str:
    """How many runs have an answer, as a natural frequency; empty before the first run.

    Before the plan's first session has closed all runs are counted.
    """
    if evidence.answered_share is None:
        return ""
    since = "since the plan began" if evidence.missed + evidence.done else "so far"
    return f"Of 100 runs {since}, {100 * evidence.answered_share:.0f} have an answer about pain."


def has_lags(evidence: Evidence) -> bool:
    """Whether there is anything around new-pain runs to show."""
    return any(one.pain_runs.planned for one in evidence.lag_curve)


def lag_days(one: LagBin) -> str:
    """``35–29 days before``, ``day of the run``, ``1–4 days after``."""
    if one.first == one.last == 0:
        return "day of the run"
    if one.last < 0:
        return f"{-one.first}–{-one.last} days before"
    return f"{one.first}–{one.last} days after"
