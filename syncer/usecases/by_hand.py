"""What the runner says by hand: what belongs together, and how a knee felt. It beats rules and survives every sync."""

from __future__ import annotations

import difflib
import re
import sqlite3
from datetime import datetime

from syncer.domain.activity import Activity, Kind, RecordingKey, Sport
from syncer.domain.pain import PainState, PainTag, Side
from syncer.domain.plan import PlannedSession
from syncer.errors import UsageError
from syncer.store.activities import Activities
from syncer.store.by_hand import HandLinks, HandPain, HandSessions
from syncer.store.database import transaction
from syncer.store.recordings import parse_short_id
from syncer.usecases.refreshing import mark_stale


def find_activity(connection: sqlite3.Connection, name: str) -> Activity:
    """The activity that ``name`` means: its id, or any of its recordings' short ids.

    Raises:
        UsageError: ``activity-unknown``, with what was probably meant.
    """
    found = Activities(connection).find(name.strip())
    if found is not None:
        return found
    known = [item.id for item in Activities(connection).list()]
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    raise UsageError(
        "activity-unknown",
        f"there is no activity '{name}'",
        why=f"did you mean {close[0]}?" if close else "",
        hint="syncer activities list",
        item=name,
    )


def link(connection: sqlite3.Connection, first: str, second: str, now: datetime) -> tuple[Activity, Activity]:
    """From now on, these two are one activity.

    Raises:
        UsageError: one of them is unknown, they are one already by name, or a run and a strength session.
    """
    one, other = find_activity(connection, first), find_activity(connection, second)
    if one.id == other.id:
        raise UsageError(
            "already-linked", f"{first} and {second} are one activity already", hint=f"syncer activities show {one.id}"
        )
    if {one.kind, other.kind} == {Kind.RUN, Kind.STRENGTH}:
        raise UsageError(
            "run-and-strength",
            f"{one.id} is a {one.kind.value} and {other.id} is {other.kind.value}",
            why="a run and a strength session are never one activity",
            hint="syncer activities list",
        )
    with transaction(connection):
        HandLinks(connection).say(_named(one, first), _named(other, second), together=True, at=now)
        mark_stale(connection)
    return one, other


def unlink(connection: sqlite3.Connection, name: str, now: datetime) -> Activity:
    """From now on, this recording is an activity of its own.

    Raises:
        UsageError: it is unknown, or alone already.
    """
    activity = find_activity(connection, name)
    key = _named(activity, name)
    others = [item.key for item in activity.recordings if item.key != key]
    if not others:
        raise UsageError(
            "not-linked", f"{name} is not linked with anything", hint=f"syncer activities show {activity.id}"
        )
    with transaction(connection):
        for other in others:
            HandLinks(connection).say(key, other, together=False, at=now)
        mark_stale(connection)
    return activity


def link_session(connection: sqlite3.Connection, session: PlannedSession, name: str, now: datetime) -> Activity:
    """From now on, this activity was that planned session, whatever its day, its name or its sets.

    Raises:
        UsageError: the activity is unknown, a run, or was said to be another session.
    """
    activity = find_activity(connection, name)
    if activity.kind is Kind.RUN:
        raise UsageError(
            "run-and-strength",
            f"{activity.id} is a run, and {session.id} a strength session",
            hint="syncer activities list --kind strength",
        )
    keys = {link.key for link in activity.recordings}
    said = HandSessions(connection)
    other = next((each for each, key in said.all().items() if key in keys and each != session.id), None)
    if other is not None:
        raise UsageError(
            "already-linked", f"{activity.id} was said to be {other}", hint=f"syncer activities unlink {other}"
        )
    said.set(session.id, activity.recordings[0].key, now)
    return activity


def unlink_session(connection: sqlite3.Connection, session: PlannedSession) -> None:
    """Take back which activity a planned session was, so that the rules decide again.

    Raises:
        UsageError: nothing was said of it.
    """
    if not HandSessions(connection).clear(session.id):
        raise UsageError(
            "not-linked", f"nothing was said by hand of {session.id}", hint=f"syncer plan show --from {session.date}"
        )


def _named(activity: Activity, name: str) -> RecordingKey:
    """The very recording that ``name`` means, else the activity's first."""
    wanted = parse_short_id(name.strip())
    keys = [item.key for item in activity.recordings]
    return wanted if wanted in keys and wanted is not None else keys[0]


def set_pain(connection: sqlite3.Connection, name: str, answer: str, side: str | None, now: datetime) -> Activity:
    """Keep how the knee felt on a run, or in a strength session (which then may go up a level).

    Args:
        answer: a score 0-10 (0: no pain), ``none`` for no pain, or ``yes`` for pain without a number.
        side: left, right, both, or None.

    Raises:
        UsageError: the activity is unknown or neither, or the answer is none of these.
    """
    activity = find_activity(connection, name)
    if activity.kind is Kind.OTHER and activity.sport is not Sport.OTHER:  # "Other" may be a session by its name
        raise UsageError(
            "not-a-run",
            f"{activity.id} is neither a run nor a strength session",
            why="pain is kept for runs, and for strength sessions, whose level it decides",
            hint="syncer activities list --kind run",
        )
    tag = read_answer(answer, side)
    with transaction(connection):
        pains = HandPain(connection)
        # one answer an activity: an older one may hang on another of its recordings
        pains.clear(item.key for item in activity.recordings[1:])
        pains.set(activity.recordings[0].key, tag, now)
        mark_stale(connection)
    return activity


def clear_pain(connection: sqlite3.Connection, name: str) -> tuple[Activity, bool]:
    """Take the answer by hand away, so that the texts speak again; whether there was one.

    Raises:
        UsageError: ``activity-unknown``.
    """
    activity = find_activity(connection, name)
    with transaction(connection):
        cleared = HandPain(connection).clear(item.key for item in activity.recordings)
        if cleared:
            mark_stale(connection)
    return activity, bool(cleared)


def read_answer(answer: str, side: str | None) -> PainTag:
    """``3``, ``3/10``, ``0``, ``none``, ``yes`` as a pain tag.

    Raises:
        UsageError: it is none of these, or not between 0 and 10.
    """
    text = answer.strip().lower()
    where = Side(side) if side else None
    if text in ("none", "no", "zero"):
        return PainTag(PainState.ZERO, 0.0, None, manual=True)
    if text in ("yes", "pain"):
        return PainTag(PainState.TAGGED, None, where, manual=True)
    found = re.fullmatch(r"(\d{1,2}(?:[.,]\d)?)(?:/10)?", text)
    score = float(found[1].replace(",", ".")) if found else -1.0
    if not 0 <= score <= 10:  # the numeric rating scale runs from 0 to 10
        raise UsageError(
            "pain-answer",
            f"'{answer}' is no pain score",
            why="it runs from 0 (no pain) to 10",
            hint="syncer pain set ID 3",
        )
    if score == 0:
        return PainTag(PainState.ZERO, 0.0, None, manual=True)
    return PainTag(PainState.TAGGED, score, where, manual=True)
