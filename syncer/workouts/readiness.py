"""What the last days say: a warning to ease off, or what is still missing before going up.

The limits on pain follow the pain-monitoring model (Silbernagel 2007: 2 safe, 5 acceptable, more not, gone by the next
morning), which was tried on Achilles tendons; for knees they are stricter, as in Esculier 2018 (runners with
patellofemoral pain: up to 2, and no more on the next morning). What is between, 3 to 5, therefore holds a level here,
and twice in a row it eases off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from syncer.domain.week import day_in_words
from syncer.domain.workout import Level
from syncer.workouts.history import Past, Session, is_pain

MAX_EFFORT, MAX_PAIN = 7.0, 2.0
"""Effort (0-10) and knee pain (0-10) up to which a session counts towards going up. Effort 7 stands for some spare
repetitions (see `effort_from_sets`)."""

WARNING_PAIN, REPEATED_PAIN = 5.0, 3.0
"""Ease off above the first, or at the second in two answered runs in a row."""

DAYS_AT_LEVEL = 7
"""Never more than one level a week: our choice."""
ADHERENCE = (3, 4)
"""At least three of four planned sessions in 14 days: our choice."""

_WEEK = timedelta(days=7)


def effort_from_sets(planned: int, done: tuple[int, ...]) -> float | None:
    """Effort for a session without a rating: two spare repetitions in every set mean at most 7 of 10.

    ACSM's position stand (2009) has load go up once one or two repetitions above the target are possible; we ask for
    two. Anything less says nothing about effort, so it stays "not answered".

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
                return f"pain {one.pain:g}/10 in the {what} of {day_in_words(one.day)}"
            if one.worse_next_morning:
                return f"more pain on the morning after the {what} of {day_in_words(one.day)}"
    for run, before in past.runs_with_last_answer(yesterday, day):
        if before is not None and is_pain(run.pain, REPEATED_PAIN) and is_pain(before.pain, REPEATED_PAIN):
            first = f"{before.pain:g}/10 on {day_in_words(before.day)}"
            return f"pain in two runs in a row, {first} and {run.pain:g}/10 on {day_in_words(run.day)}"
    return None


def needs_to_advance(past: Past, day: date, level: Level, since: date | None) -> Iterator[str]:
    """What is missing on ``day`` before the next level: what it takes, and in brackets what there is.

    Empty when nothing is missing. Whoever only asks whether anything is need not hear the rest.

    Args:
        past: the history; only what is dated before ``day`` is read.
        day: the morning of the decision.
        level: the present one.
        since: the first session at it since the last change of level; None before that.
    """
    yield from _session_needs(past, day, level, since)
    yield from _time_needs(day, since)
    yield from _run_needs(past, day)
    yield from _adherence_needs(past, day)


def _session_needs(past: Past, day: date, level: Level, since: date | None) -> Iterator[str]:
    """Two session days in a row at this level, each complete, not too hard, and answered for."""
    recent = [one for one in past.last_two_days(day) if since is not None and one.day >= since]
    if len({one.day for one in recent}) < 2:
        yield f"two sessions in a row at this level (so far {'none' if since is None else 'one'})"
        return
    other = [one for one in recent if one.level not in (None, level.name)]
    if other:
        yield f"the last two sessions at this level ({_each(other, lambda one: f'level {one.level}')})"
    recent = [one for one in recent if one not in other]
    yield from _completeness_needs(recent, level)
    yield from _answer_needs(recent)


def _completeness_needs(recent: Sequence[Session], level: Level) -> Iterator[str]:
    partial = [one for one in recent if one.share_of(level.sets) < 1 - 1e-9]
    if partial:
        yield f"the last two sessions complete ({_each(partial, lambda one: _done(one, level))})"


def _done(one: Session, level: Level) -> str:
    return f"{one.share_of(level.sets):.0%}" if one.sets is None else f"{one.sets:g} of {level.sets} sets"


def _answer_needs(recent: Sequence[Session]) -> Iterator[str]:
    unrated = [one for one in recent if one.effort is None]
    if unrated:
        yield f"how hard the last two sessions felt (not known for {_days_of(unrated)})"
    hard = [one for one in recent if one.effort is not None and one.effort > MAX_EFFORT]
    if hard:
        yield f"effort of at most {MAX_EFFORT:g}/10 ({_each(hard, lambda one: f'{one.effort:g}/10')})"
    unanswered = [one for one in recent if one.pain is None]
    if unanswered:
        yield f"an answer about the knee after the last two sessions (none for {_days_of(unanswered)})"
    painful = [one for one in recent if one.pain is not None and one.pain > MAX_PAIN]
    if painful:
        yield f"knee pain of at most {MAX_PAIN:g}/10 in a session ({_each(painful, lambda one: f'{one.pain:g}/10')})"


def _each(sessions: Iterable[Session], words: Callable[[Session], str]) -> str:
    return ", ".join(f"{day_in_words(one.day)}: {words(one)}" for one in sessions)


def _days_of(sessions: Iterable[Session]) -> str:
    return " and ".join(dict.fromkeys(day_in_words(one.day) for one in sessions))


def _time_needs(day: date, since: date | None) -> list[str]:
    at_level = (day - since).days if since else 0
    return [] if at_level >= DAYS_AT_LEVEL else [f"{DAYS_AT_LEVEL} days at this level (so far {at_level})"]


def _run_needs(past: Past, day: date) -> list[str]:
    """No new, no amber and no unknown knee pain, and no load spike, in the seven days before."""
    week = past.runs_in(day - _WEEK, day)
    needs = [
        f"7 days without new knee pain ({day_in_words(run.day)})" for run in past.new_pain_runs(day - _WEEK, day)[:1]
    ]
    amber = [run for run in week if run.pain is not None and run.pain > MAX_PAIN]
    if amber and not needs:
        last = f"{day_in_words(amber[-1].day)}: {amber[-1].pain:g}/10"
        needs.append(f"7 days with knee pain of at most {MAX_PAIN:g}/10 on runs ({last})")
    unknown = sum(run.pain is None for run in week)
    if unknown:
        needs.append(f"an answer about the knee for each run of the last 7 days (missing for {unknown})")
    spike = next((run for run in reversed(week) if run.spike), None)
    if spike:
        needs.append(f"7 days without a run much longer than usual ({day_in_words(spike.day)})")
    return needs


def _adherence_needs(past: Past, day: date) -> list[str]:
    done, planned = past.adherence(day)
    if not planned:
        return ["a planned session in the last 14 days (there was none)"]
    if done * ADHERENCE[1] < planned * ADHERENCE[0]:
        return [f"three quarters of the sessions planned in 14 days done ({done} of {planned} were)"]
    return []


def advance_words(past: Past, day: date, since: date) -> str:
    """The numbers that allowed going up."""
    recent = past.last_two_days(day)
    effort = max(one.effort or 0.0 for one in recent)
    pain = max(one.pain or 0.0 for one in recent)
    done, planned = past.adherence(day)
    return (
        f"one level up: {_days_of(recent)} complete, effort at most {effort:g}/10, knee pain at most {pain:g}/10; "
        f"{(day - since).days} days at the level; {done} of {planned} planned sessions done in 14 days; "
        "no new knee pain in 7 days"
    )


def is_pain_free(past: Past, day: date, weeks: int) -> bool:
    """No pain in so many weeks before ``day``, with at least as many answers as weeks: silence proves nothing."""
    first = day - timedelta(weeks=weeks)
    scores = [run.pain for run in past.runs_in(first, day)] + [one.pain for one in past.sessions_in(first, day)]
    answers = [score for score in scores if score is not None]
    return len(answers) >= weeks and not any(is_pain(score, 1.0) for score in answers)
