"""What the reports have to remember: each week's verdict, and what the runner was asked already."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from syncer.domain.week import Week
from syncer.store.codec import finite, to_us
from syncer.store.database import one, rows, transaction


@dataclass(frozen=True, slots=True)
class KeptVerdict:
    """A week's verdict, its p-value where one could be computed, and the last day of data that it knew."""

    week: Week
    verdict: str
    p_value: float | None
    as_of: date


class Verdicts:
    """One verdict a week."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def keep(self, verdict: KeptVerdict, at: datetime) -> bool:
        """Keep a week's verdict; one that knew more days replaces it, one that knew fewer does not.

        Returns:
            False when nothing had to be written.
        """
        with transaction(self._connection):
            written = self._connection.execute(
                "INSERT INTO verdicts (week, verdict, p_value, as_of, kept_us) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET verdict = excluded.verdict, p_value = excluded.p_value,"
                " as_of = excluded.as_of, kept_us = excluded.kept_us WHERE excluded.as_of >= as_of"
                " AND (verdict, p_value, as_of) IS NOT (excluded.verdict, excluded.p_value, excluded.as_of)",
                (
                    str(verdict.week),
                    verdict.verdict,
                    finite(verdict.p_value),
                    verdict.as_of.isoformat(),
                    to_us(at),
                ),
            )
        return bool(written.rowcount)

    def shown_by(self, day: date) -> KeptVerdict | None:
        """The newest verdict that knew nothing later than ``day``; that day's own, once there is one."""
        found = one(
            self._connection,
            "SELECT week, verdict, p_value, as_of FROM verdicts WHERE week <= ? AND as_of <= ?"
            " ORDER BY week DESC LIMIT 1",
            (str(Week.of(day)), day.isoformat()),
        )
        return _verdict(*found) if found else None


def _verdict(week: str, verdict: str, p_value: float | None, as_of: str) -> KeptVerdict:
    return KeptVerdict(Week.parse(week), verdict, p_value, date.fromisoformat(as_of))


class Questions:
    """What was asked: a kind (``excuse``, ``pain``) and the session or activity that it was about."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def new(self, kind: str, subjects: Iterable[str]) -> list[str]:
        """Those that were never asked about, in the order given."""
        asked = {row[0] for row in rows(self._connection, "SELECT subject FROM questions WHERE kind = ?", (kind,))}
        return [subject for subject in dict.fromkeys(subjects) if subject not in asked]

    def asked(self, kind: str, subjects: Iterable[str], at: datetime) -> int:
        """They have been shown to the runner now; how many for the first time."""
        written = 0
        with transaction(self._connection):
            for subject in subjects:
                written += self._connection.execute(
                    "INSERT INTO questions (kind, subject, asked_us) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (kind, subject, to_us(at)),
                ).rowcount
        return written
