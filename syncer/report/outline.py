"""The report as sections of lines: what the terminal and markdown have in common, in the order people read it."""

from __future__ import annotations

from dataclasses import dataclass

from syncer.correlate.findings import Evidence, LagBin
from syncer.correlate.view import Flag, PlanView, RunItem, RunsView, WeeklyReport
from syncer.domain.pain import PainState
from syncer.domain.plan import SessionOutcome
from syncer.report import evidence_words, phrases
from syncer.report.data_quality import data_lines

KNEE = {PainState.TAGGED: "●", PainState.ZERO: "○", PainState.SUSPECTED: "?", None: "–"}

FLAG = "⚑"


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        tone: ``strong``, ``pain``, ``kept``, ``quiet`` or empty: what a renderer may stress.
        mark: a symbol before it.
        depth: how far it is indented.
        links: (site, address) after it.
        id: an activity's, for commands.
    """

    text: str
    tone: str = ""
    mark: str = ""
    depth: int = 0
    links: tuple[tuple[str, str], ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table; the first column holds words, the others counts."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the lines and tables below it in order, and commands ready to copy."""

    title: str
    parts: tuple[Line | Grid, ...] = ()
    commands: tuple[str, ...] = ()


def outline(report: WeeklyReport, units: str) -> tuple[Section, ...]:
    """The whole report: the week and what is next, then what it goes with, then how good the data is."""
    sections = [
        _plan(report),
        _runs(report.runs, units),
        _flags(report.flags),
        _next(report),
        *([_evidence(report.evidence)] if report.evidence else []),
        _questions(report),
        Section("Data", tuple(Line(text) for text in data_lines(report))),
        Section("When to see someone", (Line(phrases.DISCLAIMER), Line(phrases.RED_FLAGS))),
    ]
    return tuple(section for section in sections if section.parts or section.commands)


def _plan(report: WeeklyReport) -> Section:
    plan = report.plan
    lines = [Line(phrases.kept(plan), "strong")]
    lines += [_session(report, plan, outcome) for outcome in plan.sessions]
    if plan.kept_12w.counted:
        lines.append(Line(phrases.kept_before(plan)))
    if phrases.due_level(report):
        lines.append(Line(phrases.due_level(report)))
    return Section("Plan", tuple(lines))


def _session(report: WeeklyReport, plan: PlanView, outcome: SessionOutcome) -> Line:
    name = phrases.workout_name(report, outcome.session.workout)
    return Line(
        f"{phrases.day(outcome.session.date)}  {name}  {phrases.became(outcome)}",
        tone="kept" if outcome.status.kept else "",
        mark=phrases.MARKS[outcome.status],
        links=plan.links.get(outcome.activity_id or "", ()),
        id=outcome.activity_id or "",
    )


def _runs(runs: RunsView, units: str) -> Section:
    lines = [Line(phrases.runs(runs, units), "strong")]
    lines += [_run(item, units) for item in runs.items]
    if runs.count:
        lines.append(Line(phrases.answers(runs)))
    return Section("Runs", tuple(lines))


def _run(item: RunItem, units: str) -> Line:
    state = item.pain.state if item.pain else None
    tone = "pain" if state is PainState.TAGGED else ""
    return Line(phrases.run(item, units), tone, mark=KNEE[state], links=item.links, id=item.activity_id)


def _flags(flags: tuple[Flag, ...]) -> Section:
    lines: list[Line] = []
    for flag in flags:
        lines.append(Line(phrases.flag(flag), "pain", mark=FLAG, links=flag.links, id=flag.activity_id))
        lines += [Line(f"Also: {other.detail}", depth=1) for other in flag.alternatives]
        lines.append(Line(phrases.missed_sessions(flag), depth=1))
        lines += [
            Line(f"{phrases.day(item.date)}, partly done", depth=1, links=item.links, id=item.activity_id or "")
            for item in flag.missed_sessions
            if item.links
        ]
        lines.append(Line(phrases.base_rate(flag), depth=1))
    return Section("Flags", tuple(lines))


def _next(report: WeeklyReport) -> Section:
    if report.next is None:
        return Section(
            "Next", (Line("No session is planned. Make a plan:"),), commands=("syncer plan set --days mon,wed,fri",)
        )
    why = [Line(f"Why: {report.next.reason}")] if report.next.reason else []
    if report.next.needs:
        why += [Line(phrases.TO_GO_UP), *(Line(need, depth=1) for need in report.next.needs)]
    return Section("Next", (Line(phrases.next_session(report, report.next), "strong"), *why))


def _evidence(evidence: Evidence) -> Section:
    parts: list[Line | Grid] = []
    if evidence.counts_all.exposed_runs + evidence.counts_all.other_runs:
        parts += [_counts(evidence), Line(evidence_words.COUNTED, "quiet")]
    parts += [Line(text) for text in judgement_lines(evidence)]
    if evidence_words.has_lags(evidence):
        parts += [_lags(evidence.lag_curve), Line(evidence_words.LAG_READING, "quiet")]
    return Section("What your history says", tuple(parts))


def _questions(report: WeeklyReport) -> Section:
    reasons = [Line(phrases.REASON_WORDS)] if any("--reason" in command for command in report.questions) else []
    return Section("Two minutes that make this better", tuple(reasons), report.questions)


def _counts(evidence: Evidence) -> Grid:
    rows = ((row.after, str(row.every), str(row.new)) for row in evidence_words.counts_rows(evidence))
    return Grid(("Runs after", "all pain", "new pain"), tuple(rows))


def _lags(curve: tuple[LagBin, ...]) -> Grid:
    rows = [
        (
            evidence_words.lag_days(one),
            f"{one.pain_runs.missed} of {one.pain_runs.planned}",
            f"{one.other_runs.missed} of {one.other_runs.planned}",
        )
        for one in curve
    ]
    return Grid(("Sessions missed", "runs with new pain", "other runs"), tuple(rows))


def evidence_lines(evidence: Evidence) -> tuple[str, ...]:
    """The statistics by themselves: counts, interval, sentence, what would change it."""
    rows = evidence_words.counts_rows(evidence)
    counts = (f"After {row.after}: pain on {row.every}, new pain on {row.new}." for row in rows)
    return (*counts, *judgement_lines(evidence))


def judgement_lines(evidence: Evidence) -> tuple[str, ...]:
    """The ratio where there is one, the sentence, what would change it, and how many runs were answered."""
    lines = (
        evidence_words.ratio(evidence),
        evidence.sentence,
        evidence_words.what_would_change_it(evidence),
        evidence_words.answered(evidence),
    )
    return tuple(line for line in lines if line)
