"""Workouts that went out. The intent is written and committed before the act, the outcome after it.

So a crash or a lost answer in between is settled by looking at the watch or at Connect, never by sending twice.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from syncer.domain.activity import FileIdentity
from syncer.store.codec import from_us, maybe_instant, to_us
from syncer.store.database import rows, transaction


class Phase(StrEnum):
    """How far an act is known to have come.

    ``INTENDED`` it may or may not have happened; ``CONFIRMED`` it was read back; ``FAILED`` it is known not to be
    there; ``REMOVED`` it was taken away again.
    """

    INTENDED = "intended"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Push:
    """One workout for one target.

    Attributes:
        target: ``usb``, ``connect`` or ``path``.
        device: which watch, folder or account; empty when there is only one.
        why: the rule and numbers that chose the level.
        sha256: of the file, or of Connect's JSON without its ids, hexadecimal.
        file: serial and creation time of the workout file, by which its activity names it later.
        id: given by the store; 0 before.
    """

    target: str
    device: str
    workout: str
    level: str
    why: str
    sha256: str
    intended_at: datetime
    session: date | None = None
    file: FileIdentity | None = None
    connect_id: str | None = None
    phase: Phase = Phase.INTENDED
    settled_at: datetime | None = None
    error: str = ""
    id: int = 0


_PUSH = (
    "target, device, workout, level, why, sha256, intended_us, session_date, serial, file_created_us, connect_id, "
    "phase, settled_us, error"
)


class Pushes:
    """Pushed workouts, newest last."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def intend(self, push: Push) -> int:
        """Write down what is about to be done; the id to settle it with. Commit before acting."""
        values = (
            push.target,
            push.device,
            push.workout,
            push.level,
            push.why,
            push.sha256,
            to_us(push.intended_at),
            push.session.isoformat() if push.session else None,
            push.file.serial if push.file else None,
            to_us(push.file.time_created) if push.file else None,
            push.connect_id,
            push.phase.value,
            to_us(push.settled_at) if push.settled_at else None,
            push.error,
        )
        with transaction(self._connection):
            made = self._connection.execute(
                f"INSERT INTO pushes ({_PUSH}) VALUES ({', '.join('?' * len(values))})", values
            )
        return int(made.lastrowid or 0)

    def settle(
        self, push_id: int, phase: Phase, at: datetime, *, connect_id: str | None = None, error: str = ""
    ) -> None:
        """Write down what became of it; a Connect id that is known already is kept."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE pushes SET phase = ?, settled_us = ?, connect_id = coalesce(?, connect_id), error = ?"
                " WHERE id = ?",
                (phase.value, to_us(at), connect_id, error, push_id),
            )

    def all(self, *, target: str | None = None, device: str | None = None, workout: str | None = None) -> list[Push]:
        """Every push, oldest first; of one target, device or workout where given."""
        given = {"target": target, "device": device, "workout": workout}
        wanted = {name: value for name, value in given.items() if value is not None}
        return self._read(" AND ".join(f"{name} = ?" for name in wanted) or "1", *wanted.values())

    def _read(self, where: str, *values: object) -> list[Push]:
        found = rows(self._connection, f"SELECT {_PUSH}, id FROM pushes WHERE {where} ORDER BY id", values)
        return [_push(*row) for row in found]


def _push(
    target: str, device: str, workout: str, level: str, why: str, sha256: str, intended_us: int, session: str | None,
    serial: int | None, file_created_us: int | None, connect_id: str | None, phase: str, settled_us: int | None,
    error: str, id_: int,
) -> Push:  # fmt: skip
    known = serial is not None and file_created_us is not None
    return Push(
        target=target,
        device=device,
        workout=workout,
        level=level,
        why=why,
        sha256=sha256,
        intended_at=from_us(intended_us),
        session=date.fromisoformat(session) if session else None,
        file=FileIdentity(serial or 0, from_us(file_created_us or 0)) if known else None,
        connect_id=connect_id,
        phase=Phase(phase),
        settled_at=maybe_instant(settled_us),
        error=error,
        id=id_,
    )


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """One day on Garmin Connect's calendar that this program asked for; ``id`` is given by the store.

    Attributes:
        by_hand: the runner named the day and the plan did not, so the plan does not take it away.
        activity_id: the Garmin activity that Connect associates with the entry, once it is known.
    """

    connect_id: str
    day: date
    intended_at: datetime
    schedule_id: str | None = None
    phase: Phase = Phase.INTENDED
    settled_at: datetime | None = None
    error: str = ""
    id: int = 0
    by_hand: bool = False
    activity_id: str | None = None


class ScheduleEntries:
    """What stands on Connect's calendar because of this program."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def intend(self, connect_id: str, day: date, at: datetime, *, by_hand: bool = False) -> int:
        """Write down what is about to be asked for; the id to settle it with. Commit before asking."""
        with transaction(self._connection):
            made = self._connection.execute(
                "INSERT INTO schedule_entries (connect_id, day, phase, intended_us, error, by_hand)"
                " VALUES (?, ?, ?, ?, '', ?)",
                (connect_id, day.isoformat(), Phase.INTENDED.value, to_us(at), int(by_hand)),
            )
        return int(made.lastrowid or 0)

    def settle(
        self, entry_id: int, phase: Phase, at: datetime, *, schedule_id: str | None = None, error: str = ""
    ) -> None:
        """Write down what became of it; a schedule id that is known already is kept."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE schedule_entries SET phase = ?, settled_us = ?, schedule_id = coalesce(?, schedule_id),"
                " error = ? WHERE id = ?",
                (phase.value, to_us(at), schedule_id, error, entry_id),
            )

    def associate(self, entry_id: int, activity_id: str) -> None:
        """Write down which Garmin activity was done for it."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE schedule_entries SET activity_id = ? WHERE id = ?", (activity_id, entry_id)
            )

    def all(self, since: date | None = None) -> list[ScheduleEntry]:
        """Every entry from the day ``since`` on, oldest day first."""
        found = rows(
            self._connection,
            "SELECT connect_id, day, intended_us, schedule_id, phase, settled_us, error, id, by_hand, activity_id"
            " FROM schedule_entries"
            " WHERE day >= ? ORDER BY day, id",
            ((since or date.min).isoformat(),),
        )
        return [
            ScheduleEntry(
                connect_id,
                date.fromisoformat(day),
                from_us(intended_us),
                schedule_id,
                Phase(phase),
                maybe_instant(settled_us),
                error,
                id_,
                bool(by_hand),
                activity_id,
            )
            for connect_id, day, intended_us, schedule_id, phase, settled_us, error, id_, by_hand, activity_id in found
        ]
