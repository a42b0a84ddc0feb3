"""What the last days say: a warning to ease off, or what is still missing before going up."""

from __future__ import annotations

from datetime import date, timedelta

from syncer.domain.workout import Level
from syncer.workouts.history import Past, Session, is_pain

MAX_EFFORT, MAX_PAIN = 7.0, 2.0
"""Effort (0-10) and knee pain (0-10) up to which a session counts towards going up."""

WARNING_PAIN, REPEATED_PAIN = 5.0, 3.0
"""Ease off above the first, or at the second in two answered runs in a row."""

DAYS_AT_LEVEL = 7
ADHERENCE = (3, 4)
"""At least three of four planned sessions in 14 days."""

_WEEK = timedelta(days=7)


def effort_from_sets(planned: int, done: tuple[int, ...]) -> float | None:
    """Effort for a session without a rating: two spare repetitions in every set mean at most 7 of 10.

    Anything less says nothing about effort, so it stays "not answered".

    Args:
        planned: repetitions planned for a set.
        done: repetitions done in each set.
    """
    return MAX_EFFORT if done and all(reps >= planned + 2 for reps in done) else None


def warning(past: Past, day: date) -> str | None:
    """Why to ease off, from what happened the day before ``day``; None when all was quiet."""
    yesterday = day - timedelta(days=1)
    for what, things in (("session", past.sessions_in(yesterday, day)), ("run", past.runs_in(yesterday, day))):
        for one in things:
            if one.pain is not None and one.pain > WARNING_PAIN:
                return f"pain {one.pain:g}/10 in the {what} of {one.day}"
            if one.worse_next_morning:
                return f"more pain on the morning after the {what} of {one.day}"
    for run, before in past.runs_with_last_answer(yesterday, day):
        if before is not None and is_pain(run.pain, REPEATED_PAIN) and is_pain(before.pain, REPEATED_PAIN):
            return f"pain in two runs in a row, {before.pain:g}/10 on {before.day} and {run.pain:g}/10 on {run.day}"
    return None


def needs_to_advance(past: Past, day: date, level: Level, since: date | None) -> list[str]:
    """What is missing on ``day`` before the next level, in words; empty when nothing is.

    Args:
        past: the history; only what is dated before ``day`` is read.
        day: the morning of the decision.
        level: the present one.
        since: the first session at it since the last change of level; None before that.
    """
    return [
        *_session_needs(past, day, level, since),
        *_time_needs(day, since),
        *_run_needs(past, day),
        *_adherence_needs(past, day),
    ]


def _session_needs(past: Past, day: date, level: Level, since: date | None) -> list[str]:
    """Two session days in a row at this level, each complete, not too hard, and answered for."""
    recent = [one for one in past.last_two_days(day) if since is not None and one.day >= since]
    if len({one.day for one in recent}) < 2:
        return ["two sessions in a row at this level"]
    return [need for one in recent for need in _one_session(one, level)]


def _one_session(one: Session, level: Level) -> list[str]:
    if one.level not in (None, level.name):
        return [f"the session of {one.day} was at level {one.level}"]
    needs = []
    share = one.share_of(level.sets)
    if share < 1 - 1e-9:
        needs.append(f"the session of {one.day} was {share:.0%} complete")
    if one.effort is None:
        needs.append(f"no effort known for {one.day}")
    elif one.effort > MAX_EFFORT:
        needs.append(f"effort {one.effort:g} of 10 on {one.day}, wanted at most {MAX_EFFORT:g}")
    if one.pain is None:
        needs.append(f"no pain answer for the session of {one.day}")
    elif one.pain > MAX_PAIN:
        needs.append(f"pain {one.pain:g}/10 in the session of {one.day}")
    return needs


def _time_needs(day: date, since: date | None) -> list[str]:
    at_level = (day - since).days if since else 0
    return [] if at_level >= DAYS_AT_LEVEL else [f"{at_level} of {DAYS_AT_LEVEL} days at this level"]


def _run_needs(past: Past, day: date) -> list[str]:
    """No new, no amber and no unknown knee pain, and no load spike, in the seven days before."""
    week = past.runs_in(day - _WEEK, day)
    needs = [f"new knee pain on {run.day}" for run in past.new_pain_runs(day - _WEEK, day)[:1]]
    amber = [run for run in week if run.pain is not None and run.pain > MAX_PAIN]
    if amber and not needs:
        needs.append(f"pain {amber[-1].pain:g}/10 in the run of {amber[-1].day}")
    unknown = sum(run.pain is None for run in week)
    if unknown:
        needs.append(f"{unknown} {'run' if unknown == 1 else 'runs'} in the last 7 days without a pain answer")
    spike = next((run for run in reversed(week) if run.spike), None)
    if spike:
        needs.append(f"a load spike on {spike.day} ({spike.distance_m / 1000:.1f} km)")
    return needs


def _adherence_needs(past: Past, day: date) -> list[str]:
    done, planned = past.adherence(day)
    if not planned:
        return ["no planned session in the last 14 days"]
    if done * ADHERENCE[1] < planned * ADHERENCE[0]:
        return [f"{done} of {planned} planned sessions done in 14 days, wanted at least 75 %"]
    return []


def advance_words(past: Past, day: date, since: date) -> str:
    """The numbers that allowed going up."""
    recent = past.last_two_days(day)
    days = " and ".join(str(one) for one in sorted({one.day for one in recent}))
    effort = max(one.effort or 0.0 for one in recent)
    pain = max(one.pain or 0.0 for one in recent)
    done, planned = past.adherence(day)
    return (
        f"{days} complete, effort at most {effort:g}, pain at most {pain:g}; {(day - since).days} days at the level; "
        f"{done} of {planned} sessions done in 14 days; no new knee pain in 7 days"
    )


def is_pain_free(past: Past, day: date, weeks: int) -> bool:
    """No pain in so many weeks before ``day``, with at least as many answers as weeks: silence proves nothing."""
    first = day - timedelta(weeks=weeks)
    scores = [run.pain for run in past.runs_in(first, day)] + [one.pain for one in past.sessions_in(first, day)]
    answers = [score for score in scores if score is not None]
    return len(answers) >= weeks and not any(is_pain(score, 1.0) for score in answers)
