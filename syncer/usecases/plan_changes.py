"""What the runner says of the plan: days, pauses, reasons. History is kept; a change never rewrites the past."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from syncer.domain.plan import Pause, PlannedSession, PlanRule, Reason
from syncer.errors import UsageError
from syncer.store.database import transaction
from syncer.store.plans import Plans

FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = tuple(name[:3] for name in FULL_NAMES)


def read_weekdays(text: str) -> tuple[int, ...]:
    """``mon,wed,fri`` as (0, 2, 4); ``none`` as ().

    Raises:
        UsageError: a word that is no weekday.
    """
    words = [word.strip().lower() for word in text.replace(" ", ",").split(",") if word.strip()]
    if words == ["none"]:
        return ()
    days = []
    for word in words:
        day = next((index for index, name in enumerate(FULL_NAMES) if len(word) > 2 and name.startswith(word)), None)
        if day is None:
            raise UsageError(
                "bad-weekday", f"'{word}' is no weekday", hint=f"--days {','.join(WEEKDAYS[:5:2])}", item=word
            )
        days.append(day)
    if not days:
        raise UsageError("bad-weekday", "no weekday was given", hint="--days mon,wed,fri (or none, to end the plan)")
    return tuple(sorted(set(days)))


def set_plan(
    connection: sqlite3.Connection, wanted: PlanRule, now: datetime, *, today: date, add: bool
) -> tuple[PlanRule, ...]:
    """From ``wanted.effective_from`` on this is the plan; with ``add`` the other workouts of then stay in it.

    Plans that begin later and have not begun by ``today`` give way; those of the past stay as they were.

    Returns:
        The rules that hold from that day on.
    """
    plans = Plans(connection)
    said = plans.rules()
    before = rules_on(said, wanted.effective_from)
    to_come = {rule.effective_from for rule in said if rule.effective_from > max(wanted.effective_from, today)}
    with transaction(connection):
        for rule in before:
            if rule.workout == wanted.workout:
                continue
            if add:
                plans.set_rule(PlanRule(wanted.effective_from, rule.weekdays, rule.workout, rule.level), now)
            elif rule.effective_from == wanted.effective_from:
                plans.set_rule(PlanRule(wanted.effective_from, (), rule.workout), now)
        for day in sorted(to_come):
            for rule in rules_on(said, day):
                if rule.workout != wanted.workout and not add:
                    plans.set_rule(PlanRule(day, (), rule.workout), now)
            plans.set_rule(replace(wanted, effective_from=day), now)
        plans.set_rule(wanted, now)
    return tuple(rule for rule in rules_on(plans.rules(), wanted.effective_from) if rule.weekdays)


def rules_on(rules: Iterable[PlanRule], day: date) -> tuple[PlanRule, ...]:
    """The rules in force on ``day``: those of the newest first day that is not later."""
    begun = [rule for rule in rules if rule.effective_from <= day]
    newest = max((rule.effective_from for rule in begun), default=None)
    return tuple(rule for rule in begun if rule.effective_from == newest)


def pause_plan(connection: sqlite3.Connection, first: date, last: date, reason: Reason, now: datetime) -> Pause:
    """The plan rests from ``first`` to ``last``, both included.

    Raises:
        UsageError: the last day lies before the first.
    """
    if last < first:
        raise UsageError(
            "bad-pause",
            f"a pause cannot end on {last} when it begins on {first}",
            hint=f"syncer plan pause {last} {first}",
        )
    pause = Pause(first, last, reason)
    Plans(connection).pause(pause, now)
    return pause


def resume_plan(connection: sqlite3.Connection, first: date, now: datetime) -> int:
    """The plan goes on from ``first``; how many pauses that ends or withdraws."""
    return Plans(connection).resume(first, now)


def find_session(sessions: Sequence[PlannedSession], name: str) -> PlannedSession:
    """The planned session called ``name``: its id, or its date where that is the only one of the day.

    Raises:
        UsageError: none, or several.
    """
    wanted = name.strip().lower()
    exact = [session for session in sessions if session.id == wanted]
    found = exact or [session for session in sessions if session.date.isoformat() == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(session.id for session in found)
        hint = f"name one by its id, such as {found[0].id}"
        raise UsageError("session-ambiguous", f"there are several sessions on {wanted}", why=ids, hint=hint, item=name)
    raise UsageError(
        "session-unknown",
        f"there is no planned session '{name}'",
        hint="syncer plan show --from DATE --to DATE",
        item=name,
    )


def excuse(connection: sqlite3.Connection, session: PlannedSession, reason: Reason | None, now: datetime) -> bool:
    """Why a session was missed; None takes the reason back. Whether that is news."""
    plans = Plans(connection)
    return plans.excuse(session.id, reason, now) if reason else plans.take_back_excuse(session.id)
