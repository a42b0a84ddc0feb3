"""The weekly report as the JSON contract's `data` (docs/reference/json.md)."""

from __future__ import annotations

from typing import Any

from syncer.correlate.findings import Evidence
from syncer.correlate.view import DayMark, Flag, Links, PlanView, RunsView, WeeklyReport
from syncer.domain.pain import PainTag
from syncer.domain.plan import SessionOutcome


def report_as_json(report: WeeklyReport) -> dict[str, Any]:
    """Every key of the contract's ``report``; values are still dates and enums, made plain when they are written."""
    return {
        "week": report.week,
        "from": report.first,
        "to": report.last,
        "as_of": report.as_of,
        "generated_at": report.generated_at,
        "data_as_of": {
            "garmin": report.data_as_of.garmin,
            "strava": report.data_as_of.strava,
            "files": report.data_as_of.files,
        },
        "plan": _plan(report.plan),
        "runs": _runs(report.runs),
        "flags": [_flag(flag) for flag in report.flags],
        **({"evidence": evidence_as_json(report.evidence)} if report.evidence else {}),
        "next": report.next
        and {
            "date": report.next.date,
            "workout": report.next.workout,
            "level": report.next.level,
            "why": report.next.why,
            "needs": list(report.next.needs),
        },
        "questions": list(report.questions),
        "see_someone": list(report.see_someone),
        "notes": list(report.notes),
        "data_quality": {"last_tries": list(report.last_tries), "left_out": list(report.left_out)},
        "workouts": list(report.workouts),
        "history": list(report.history),
        "calendar": [_day(mark) for mark in report.calendar],
        "levels": list(report.levels),
    }


def session_as_json(outcome: SessionOutcome) -> dict[str, Any]:
    """One session of the contract's ``plan show``."""
    session = outcome.session
    return {
        "id": session.id,
        "date": session.date,
        "workout": session.workout,
        "level": session.level,
        "status": outcome.status,
        "activity_id": outcome.activity_id,
        "match": outcome.match,
        "sets_done": outcome.sets_done,
        "sets_planned": session.sets,
        "reason": outcome.reason,
    }


def pain_as_json(tag: PainTag | None) -> dict[str, Any] | None:
    """The contract's ``pain``: None when nothing was said."""
    if tag is None:
        return None
    return {
        "state": tag.state,
        "score": tag.score,
        "side": tag.side,
        "evidence": [{"provider": item.provider, "field": item.field, "text": item.text} for item in tag.evidence],
        "manual": tag.manual,
    }


def evidence_as_json(evidence: Evidence) -> dict[str, Any]:
    """The contract's ``evidence``."""
    return {
        "verdict": evidence.verdict,
        "sentence": evidence.sentence,
        "method": evidence.method,
        "window_days": list(evidence.window_days),
        "weeks": evidence.weeks,
        "counts": {"all": evidence.counts_all, "new": evidence.counts_new},
        "pain_runs": evidence.pain_runs,
        "new_pain_runs": evidence.new_pain_runs,
        "missed": evidence.missed,
        "done": evidence.done,
        "risk_ratio": evidence.risk_ratio,
        "p_value": evidence.p_value,
        "replays": evidence.replays,
        "seed": evidence.seed,
        "adjusted_for": list(evidence.adjusted_for),
        "missing": list(evidence.missing),
        "lag_curve": [
            {"from": item.first, "to": item.last, "pain_runs": item.pain_runs, "other_runs": item.other_runs}
            for item in evidence.lag_curve
        ],
        "answered_share": evidence.answered_share,
    }


def _plan(plan: PlanView) -> dict[str, Any]:
    return {
        "planned": plan.planned,
        "done": plan.done,
        "moved": plan.moved,
        "partial": plan.partial,
        "skipped": plan.skipped,
        "excused": plan.excused,
        "pending": plan.pending,
        "adherence_4w": plan.adherence_4w,
        "adherence_12w": plan.adherence_12w,
        "kept_4w": plan.kept_4w,
        "kept_12w": plan.kept_12w,
        "level": plan.level and {"name": plan.level.name, "why": plan.level.why, "needs": list(plan.level.needs)},
        "sessions": [
            {**session_as_json(outcome), "links": links_as_json(plan.links.get(outcome.activity_id or "", ()))}
            for outcome in plan.sessions
        ],
    }


def _runs(runs: RunsView) -> dict[str, Any]:
    return {
        "count": runs.count,
        "distance_m": runs.distance_m,
        "usual_distance_m": runs.usual_distance_m,
        "longest_30d_m": runs.longest_30d_m,
        "tagged": runs.tagged,
        "zero": runs.zero,
        "untagged": runs.untagged,
        "suspected": runs.suspected,
        "items": [
            {
                "activity_id": item.activity_id,
                "local_date": item.local_date,
                "distance_m": item.distance_m,
                "spike": item.spike,
                "pain": pain_as_json(item.pain),
                "name": item.name,
                "links": links_as_json(item.links),
            }
            for item in runs.items
        ],
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "activity_id": flag.activity_id,
        "local_date": flag.local_date,
        "score": flag.score,
        "side": flag.side,
        "window_days": flag.window_days,
        "planned": flag.planned,
        "missed": flag.missed,
        "missed_sessions": [
            {
                "id": item.id,
                "date": item.date,
                "status": item.status,
                "reason": item.reason,
                "activity_id": item.activity_id,
                "links": links_as_json(item.links),
            }
            for item in flag.missed_sessions
        ],
        "base_rate": flag.base_rate,
        "alternatives": list(flag.alternatives),
        "links": links_as_json(flag.links),
    }


def links_as_json(links: Links) -> list[dict[str, str]]:
    """Pages of an activity, as objects."""
    return [{"site": site, "url": address} for site, address in links]


def _day(mark: DayMark) -> dict[str, Any]:
    pain = mark.pain and {"state": mark.pain.state, "score": mark.pain.score, "side": mark.pain.side}
    return {"day": mark.day, "statuses": list(mark.statuses), "runs": mark.runs, "pain": pain}
