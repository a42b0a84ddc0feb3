"""One workout on Garmin Connect: looked for, created or updated, read back.

What is about to be sent is written down first. If the answer is lost, or the program is killed, the next run finds
the note and looks whether the workout has arrived; nothing is sent twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from syncer.clients.garmin_errors import unavailable
from syncer.delivery.connect import Connect, number_of
from syncer.delivery.connect_library import Deed, Listed, Ownership, deed_for, find_own
from syncer.domain.workout import Workout
from syncer.errors import SignInError, SyncerError, TryLaterError
from syncer.store.pushes import Phase, Push, Pushes
from syncer.usecases.pushing import Action, Chosen
from syncer.workouts.connect import Json, content_sha256, differences, marker, read_marker, to_json

TARGET = "connect"


@dataclass(frozen=True, slots=True)
class Manner:
    """How to push: ``send`` it to the watch at once, ``again`` although it is there, ``dry_run`` only to tell."""

    send: bool = False
    again: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a workout; ``connect_id`` is empty where a dry run would create it."""

    actions: tuple[Action, ...]
    connect_id: str
    errors: tuple[SyncerError, ...] = ()


@dataclass(frozen=True, slots=True)
class Sending:
    """A workout on its way: where it is recorded, and what is sent."""

    chosen: Chosen
    body: Json
    sha256: str

    @property
    def workout(self) -> Workout:
        """What is sent."""
        return self.chosen.workout

    @property
    def title(self) -> str:
        """What the watch lists."""
        return self.workout.name


def put_workout(
    connection: sqlite3.Connection,
    connect: Connect,
    listed: Sequence[Listed],
    chosen: Chosen,
    now: datetime,
    manner: Manner,
) -> Put:
    """Make Connect's copy of our workout what it should be.

    Args:
        listed: the runner's library.

    Raises:
        SyncerError: ``connect-changed``: it was stored otherwise than sent; or as the client says.
    """
    pushes = Pushes(connection)
    sending = Sending(chosen, to_json(chosen.workout, marker=marker(chosen.workout)), content_sha256(chosen.workout))
    mine = pushes.all(target=TARGET, workout=chosen.workout.slug)
    there = find_own(connect, listed, _ownership(sending, mine))
    begun, arrived = (0, []) if manner.dry_run else _settle_by_looking(pushes, connect, sending, mine, there, now)
    deed = deed_for(sending.body, there)
    if deed is Deed.SKIP and manner.again:
        deed = Deed.UPDATE
    if manner.dry_run:
        return Put((Action(deed.value, TARGET, sending.title),), _id(there))
    if deed is Deed.SKIP:
        connect_id, done = _id(there), Action("skip", TARGET, f"{sending.title}: already there", verified=True)
        if not arrived and connect_id not in known_ids(mine):
            # made by another computer of the runner, or before the database was lost
            pushes.intend(_push(sending, now, connect_id=connect_id, phase=Phase.CONFIRMED))
    else:
        push_id = begun or pushes.intend(_push(sending, now, connect_id=_id(there) or None))
        connect_id = _write(pushes, connect, sending, there, (push_id, now))
        arrived.append(push_id)
        done = Action(deed.value, TARGET, sending.title, verified=True)
    sent, errors = _send(connect, sending, connect_id) if manner.send and arrived else ((), ())
    for push_id in arrived:
        pushes.settle(push_id, Phase.CONFIRMED, now, connect_id=connect_id)
    return Put((done, *sent), connect_id, errors)


def known_ids(mine: Sequence[Push]) -> list[str]:
    """The Connect ids that we know to be ours, the newest first."""
    known = [one.connect_id for one in mine if one.connect_id and one.phase in (Phase.CONFIRMED, Phase.INTENDED)]
    return list(dict.fromkeys(reversed(known)))


def _ownership(sending: Sending, mine: Sequence[Push]) -> Ownership:
    awaited = frozenset(_hash(one) for one in mine if one.phase is Phase.INTENDED and one.connect_id is None)
    return Ownership(marker(sending.workout), known_ids(mine), awaited)


def _hash(push: Push) -> str:
    """The content hash that its description ends with."""
    return push.sha256[:12]


def _settle_by_looking(
    pushes: Pushes, connect: Connect, sending: Sending, mine: Sequence[Push], there: Json | None, now: datetime
) -> tuple[int, list[int]]:
    """Find out what became of acts whose answer was lost.

    Returns:
        The record of one that did not arrive and is now to be done again (0: none); the records of those by which
        what is to be sent has arrived.
    """
    mark = read_marker(there.get("description")) if there else None
    begun, arrived = 0, []
    again = _push(sending, now, connect_id=_id(there) or None)
    for push in mine:
        if push.phase is not Phase.INTENDED:
            continue
        created = not any(one.connect_id == (push.connect_id or _id(there)) for one in mine if one.id < push.id)
        answered = created and push.connect_id is not None and push.connect_id == _id(there)
        if not answered and (mark is None or mark[1] != _hash(push)):
            if not begun and replace(push, id=0, intended_at=now, settled_at=None) == again:
                begun = push.id
            else:
                pushes.settle(push.id, Phase.FAILED, now, error="it did not arrive")
        elif push.sha256 != sending.sha256:
            pushes.settle(push.id, Phase.CONFIRMED, now, connect_id=_id(there))
        else:
            _check(pushes, connect, sending, (push.id, there or {}), now, created=created)
            arrived.append(push.id)
    return begun, arrived


def _write(pushes: Pushes, connect: Connect, sending: Sending, there: Json | None, push: tuple[int, datetime]) -> str:
    """Create or update, and read back; the workout's id.

    Args:
        push: where the act is recorded, and the time of it.
    """
    push_id, now = push
    try:
        connect_id = _id(there)
        if there is not None:
            connect.update_workout(connect_id, sending.body)
        else:
            connect_id = _id(connect.create_workout(sending.body))
    except SyncerError as error:
        if did_nothing(error):
            pushes.settle(push_id, Phase.FAILED, now, error=error.message)
        raise
    if not connect_id:
        raise unavailable("its answer was not what it used to be")
    if there is None:
        pushes.settle(push_id, Phase.INTENDED, now, connect_id=connect_id)
    stored = {**connect.workout(connect_id), "workoutId": connect_id}
    _check(pushes, connect, sending, (push_id, stored), now, created=there is None)
    return connect_id


def _check(
    pushes: Pushes, connect: Connect, sending: Sending, push: tuple[int, Json], now: datetime, *, created: bool
) -> None:
    """Compare what Connect has with what was sent; what we have just created and is wrong is taken away again.

    Args:
        push: where the act is recorded, and the workout as it was read back.
    """
    push_id, stored = push
    wrong = differences(sending.body, stored)
    if not wrong:
        return
    connect_id = _id(stored)
    if created:
        connect.delete_workout(connect_id)
    told = "; ".join(wrong[:3]) + (f"; and {len(wrong) - 3} more" if len(wrong) > 3 else "")
    pushes.settle(push_id, Phase.FAILED, now, connect_id=connect_id, error=told)
    end = "it was taken away again; " if created else ""
    raise SyncerError(
        "connect-changed",
        f"Garmin Connect stored {sending.workout.slug} otherwise than it was sent",
        why=told,
        hint=f"{end}syncer push --to usb puts it on the watch meanwhile",
        provider="garmin",
        item=sending.workout.slug,
    )


def _send(connect: Connect, sending: Sending, connect_id: str) -> tuple[tuple[Action, ...], tuple[SyncerError, ...]]:
    try:
        connect.send_to_watch(connect_id)
    except (TryLaterError, SignInError):
        # not settled yet, so the next run sends it
        raise
    except SyncerError as error:
        return (), (error,)
    return (Action("write", "watch", f"{sending.title}: sent to the watch, which takes it at its next sync"),), ()


def did_nothing(error: SyncerError) -> bool:
    """Whether the service refused: nothing can have been stored."""
    return not isinstance(error, TryLaterError) or error.code == "rate-limited"


def _id(workout: Json | None) -> str:
    return number_of((workout or {}).get("workoutId"))


def _push(sending: Sending, now: datetime, *, connect_id: str | None = None, phase: Phase = Phase.INTENDED) -> Push:
    session: date | None = sending.chosen.session.date if sending.chosen.session else None
    return Push(
        target=TARGET,
        device="",
        workout=sending.workout.slug,
        level=sending.workout.level.name,
        why=sending.workout.why,
        sha256=sending.sha256,
        intended_at=now,
        session=session,
        connect_id=connect_id,
        phase=phase,
        settled_at=now if phase is Phase.CONFIRMED else None,
    )
