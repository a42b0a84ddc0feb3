"""The plan as it was said: rules, pauses and excuses. History is kept; nothing said is overwritten unseen."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta

from syncer.domain.plan import Pause, PlanRule, Reason
from syncer.store.codec import to_us
from syncer.store.database import one, rows, transaction


class Plans:
    """`plan set`, `pause`, `resume` and `excuse`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def set_rule(self, rule: PlanRule, at: datetime) -> bool:
        """Say a rule; it holds from its first day until the next ones'. False when that is what holds already.

        Rules of different workouts that begin on one day are one plan.
        """
        days = ",".join(str(day) for day in sorted(set(rule.weekdays)))
        said = (rule.effective_from.isoformat(), days, rule.workout, rule.level)
        with transaction(self._connection):
            last = one(
                self._connection,
                "SELECT effective_from, weekdays, workout, level FROM plan_rules WHERE effective_from = ?"
                " AND workout = ? ORDER BY id DESC LIMIT 1",
                (said[0], said[2]),
            )
            if last == said:
                return False
            self._connection.execute(
                "INSERT INTO plan_rules (effective_from, weekdays, workout, level, said_us) VALUES (?, ?, ?, ?, ?)",
                (*said, to_us(at)),
            )
        return True

    def rules(self) -> tuple[PlanRule, ...]:
        """The rules that hold, by first day: of several for one workout from one day on, the last said."""
        found = rows(
            self._connection,
            "SELECT effective_from, weekdays, workout, level FROM plan_rules ORDER BY effective_from, id",
        )
        said = [
            PlanRule(date.fromisoformat(first), tuple(int(day) for day in days.split(",") if day), workout, level)
            for first, days, workout, level in found
        ]
        return tuple({(rule.effective_from, rule.workout): rule for rule in said}.values())

    def pause(self, pause: Pause, at: datetime) -> bool:
        """The plan rests on these days; False when just this was said already.

        Raises:
            ValueError: the last day lies before the first.
        """
        if pause.last < pause.first:
            raise ValueError(f"a pause cannot end on {pause.last} when it begins on {pause.first}")
        if pause in self.pauses():
            return False
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO pauses (first_day, last_day, reason, said_us) VALUES (?, ?, ?, ?)",
                (pause.first.isoformat(), pause.last.isoformat(), pause.reason.value, to_us(at)),
            )
        return True

    def resume(self, first: date, at: datetime) -> int:
        """The plan goes on from ``first``: pauses then end the day before, later ones are withdrawn. How many."""
        day, eve = first.isoformat(), (first - timedelta(days=1)).isoformat()
        with transaction(self._connection):
            withdrawn = self._connection.execute(
                "UPDATE pauses SET withdrawn_us = ? WHERE withdrawn_us IS NULL AND first_day >= ?", (to_us(at), day)
            )
            shortened = self._connection.execute(
                "UPDATE pauses SET last_day = ? WHERE withdrawn_us IS NULL AND first_day < ? AND last_day >= ?",
                (eve, day, day),
            )
            return withdrawn.rowcount + shortened.rowcount

    def pauses(self) -> tuple[Pause, ...]:
        """The pauses that hold, by first day."""
        found = rows(
            self._connection,
            "SELECT first_day, last_day, reason FROM pauses WHERE withdrawn_us IS NULL ORDER BY 1, 2, id",
        )
        return tuple(
            Pause(date.fromisoformat(first), date.fromisoformat(last), Reason(reason)) for first, last, reason in found
        )

    def excuse(self, session_id: str, reason: Reason, at: datetime) -> bool:
        """Why this session was missed; the last word holds. False when that was said already."""
        with transaction(self._connection):
            written = self._connection.execute(
                "INSERT INTO excuses (session_id, reason, said_us) VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
                " SET reason = excluded.reason, said_us = excluded.said_us WHERE reason <> excluded.reason",
                (session_id, reason.value, to_us(at)),
            )
        return bool(written.rowcount)

    def take_back_excuse(self, session_id: str) -> bool:
        """The session has no reason any more; False when it had none."""
        with transaction(self._connection):
            found = self._connection.execute("DELETE FROM excuses WHERE session_id = ?", (session_id,))
        return bool(found.rowcount)

    def excuses(self) -> dict[str, Reason]:
        """Session id → reason."""
        found = rows(self._connection, "SELECT session_id, reason FROM excuses ORDER BY session_id")
        return {session_id: Reason(reason) for session_id, reason in found}
