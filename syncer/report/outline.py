"""The report as sections of lines: what the terminal and markdown have in common, in the order people read it."""

from __future__ import annotations

from dataclasses import dataclass

from syncer.correlate.view import Evidence, Flag, PlanView, RunsView, WeeklyReport
from syncer.domain.plan import SessionOutcome
from syncer.report import phrases


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, its lines, and lines that are commands ready to copy."""

    title: str
    lines: tuple[str, ...]
    commands: tuple[str, ...] = ()


def outline(report: WeeklyReport, units: str) -> tuple[Section, ...]:
    """The whole report: first what to do, then what was, then what it goes with, then how good the data is."""
    sections = [
        _next(report),
        _plan(report.plan),
        _runs(report.runs, units),
        _flags(report.flags),
        *([_evidence(report.evidence)] if report.evidence else []),
        _questions(report),
        _quality(report),
        Section("When to see someone", (phrases.DISCLAIMER, phrases.RED_FLAGS)),
    ]
    return tuple(section for section in sections if section.lines or section.commands)


def title(report: WeeklyReport) -> str:
    """``Week 2026-W47 · 16 Nov – 22 Nov``."""
    until = "" if report.as_of >= report.last else f" (as of {phrases.day(report.as_of)})"
    return f"Week {report.week} · {phrases.day(report.first)} – {phrases.day(report.last)}{until}"


def _next(report: WeeklyReport) -> Section:
    if report.next is None:
        return Section("Next", ("No session is planned. Make a plan:",), ("syncer plan set --days mon,wed,fri",))
    upcoming = report.next
    line = f"{phrases.day(upcoming.date)}: {upcoming.workout}, level {upcoming.level}."
    return Section("Next", (line, *([upcoming.why] if upcoming.why else [])))


def _plan(plan: PlanView) -> Section:
    if not plan.planned and not plan.sessions:
        return Section("Plan", ("Nothing was planned this week.",))
    kept = plan.done + plan.moved
    parts = [f"{kept} of {phrases.plural(plan.planned, 'planned session')} done"]
    parts += [
        f"{count} {word}"
        for count, word in (
            (plan.moved, "of them on another day"),
            (plan.partial, "partly"),
            (plan.skipped, "skipped"),
            (plan.excused, "excused"),
            (plan.pending, "still open"),
        )
        if count
    ]
    lines = [", ".join(parts) + "."]
    lines += [f"{phrases.MARKS[outcome.status]} {session_line(outcome)}" for outcome in plan.sessions]
    lines.append(
        f"Kept in 4 weeks: {phrases.share(plan.adherence_4w)}; in 12 weeks: {phrases.share(plan.adherence_12w)}."
    )
    if plan.level:
        lines.append(f"Level {plan.level.name}. {plan.level.why}".strip())
    return Section("Plan", tuple(lines))


def session_line(outcome: SessionOutcome) -> str:
    """One planned session; names the activity that it was matched with."""
    found = f"  [{outcome.activity_id}]" if outcome.activity_id else ""
    return phrases.session(outcome) + found


def _runs(runs: RunsView, units: str) -> Section:
    if not runs.count:
        return Section("Runs", ("No runs this week.",))
    usual = f" (a usual week: {phrases.distance(runs.usual_distance_m, units)})" if runs.usual_distance_m else ""
    lines = [f"{phrases.plural(runs.count, 'run')}, {phrases.distance(runs.distance_m, units)}{usual}."]
    lines += [f"{phrases.run(item, units)}  [{item.activity_id}]" for item in runs.items]
    lines.append(
        f"Pain: {runs.tagged} tagged, {runs.zero} explicitly none, {runs.suspected} to confirm, "
        f"{runs.untagged} not answered."
    )
    return Section("Runs", tuple(lines))


def _flags(flags: tuple[Flag, ...]) -> Section:
    lines: list[str] = []
    for flag in flags:
        lines += [phrases.flag(flag)]
        lines += [f"  Also: {other.detail}" for other in flag.alternatives]
        lines += [f"  {phrases.missed_sessions(flag)}", f"  {phrases.base_rate(flag)}"]
        lines += [f"  {name}: {url}" for name, url in flag.links]
    return Section("Flags", tuple(lines))


def _evidence(evidence: Evidence) -> Section:
    return Section("What your history says", evidence_lines(evidence))


def evidence_lines(evidence: Evidence) -> tuple[str, ...]:
    """The sentence, the ratio where there is one, what is still needed, and how many runs were answered."""
    lines = [evidence.sentence]
    if evidence.risk_ratio is not None:
        ratio = evidence.risk_ratio
        lines.append(f"Ratio {ratio.estimate:.1f}, plausible range {ratio.low:.1f} to {ratio.high:.1f}, not adjusted.")
    lines += [f"Needed: {item}" for item in phrases.missing(evidence)]
    if evidence.answered_share is not None:
        lines.append(f"Runs with a pain answer: {phrases.share(evidence.answered_share)}.")
    return tuple(lines)


def _questions(report: WeeklyReport) -> Section:
    return Section("Two minutes that make this better", (), report.questions)


def _quality(report: WeeklyReport) -> Section:
    read = report.data_as_of
    lines = [
        (
            f"Read: Garmin {phrases.instant(read.garmin)}, Strava {phrases.instant(read.strava)}, "
            f"files {phrases.instant(read.files)}."
        )
    ]
    return Section("Data", (*lines, *report.notes))
