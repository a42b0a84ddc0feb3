"""What the runner said by hand about activities. It outlives every sync and import, and is never derived.

Everything is keyed by a recording, not by an activity, because activities are made anew and may change their id.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from syncer.domain.activity import Override, Provider, RecordingKey
from syncer.domain.pain import PainState, PainTag, Side
from syncer.store.codec import finite, to_us
from syncer.store.database import rows, transaction


class HandLinks:
    """`activities link` and `unlink`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def say(self, one: RecordingKey, other: RecordingKey, *, together: bool, at: datetime) -> bool:
        """The last word on this pair from now on; False when it was said already.

        Unlinking one recording from its activity is saying so of each pair that it makes there.

        Raises:
            ValueError: both are the same recording.
        """
        if one == other:
            raise ValueError("a recording cannot be linked with itself")
        first, second = sorted((one, other))
        pair = (first.provider.value, first.external_id, second.provider.value, second.external_id)
        with transaction(self._connection):
            written = self._connection.execute(
                "INSERT INTO hand_links (first_provider, first_id, second_provider, second_id, together, said_us)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET together = excluded.together,"
                " said_us = excluded.said_us WHERE together <> excluded.together",
                (*pair, int(together), to_us(at)),
            )
        return bool(written.rowcount)

    def all(self) -> tuple[Override, ...]:
        """Every pair (the smaller key first) with the last word on it, in the order of saying."""
        found = rows(
            self._connection,
            "SELECT first_provider, first_id, second_provider, second_id, together FROM hand_links"
            " ORDER BY said_us, first_provider, first_id, second_provider, second_id",
        )
        return tuple(
            Override(RecordingKey(Provider(p1), id1), RecordingKey(Provider(p2), id2), bool(together))
            for p1, id1, p2, id2, together in found
        )


class HandPain:
    """`pain set` and `pain clear`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def set(self, key: RecordingKey, tag: PainTag, at: datetime) -> bool:
        """Say how the knee was on this recording's activity; False when that was said already.

        Only state, score and side are kept; the tag's words are its own.
        """
        side = tag.side.value if tag.side else None
        with transaction(self._connection):
            written = self._connection.execute(
                "INSERT INTO hand_pain (provider, external_id, state, score, side, said_us) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET state = excluded.state, score = excluded.score, side = excluded.side,"
                " said_us = excluded.said_us"
                " WHERE (state, score, side) IS NOT (excluded.state, excluded.score, excluded.side)",
                (key.provider.value, key.external_id, tag.state.value, finite(tag.score), side, to_us(at)),
            )
        return bool(written.rowcount)

    def clear(self, keys: Iterable[RecordingKey]) -> int:
        """Take back what was said on any of these recordings, so that the notes speak again; how many there were."""
        cleared = 0
        with transaction(self._connection):
            for key in keys:
                cleared += self._connection.execute(
                    "DELETE FROM hand_pain WHERE provider = ? AND external_id = ?",
                    (key.provider.value, key.external_id),
                ).rowcount
        return cleared

    def all(self) -> dict[RecordingKey, PainTag]:
        """Everything said by hand, as tags with ``manual`` set, the last said last."""
        found = rows(
            self._connection,
            "SELECT provider, external_id, state, score, side FROM hand_pain ORDER BY said_us, provider, external_id",
        )
        return {
            RecordingKey(Provider(provider), external_id): PainTag(
                PainState(state), score, Side(side) if side else None, manual=True
            )
            for provider, external_id, state, score, side in found
        }


class HandSessions:
    """By hand: this activity was that planned session."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def set(self, session_id: str, key: RecordingKey, at: datetime) -> bool:
        """The session was done in this recording's activity; False when that was said already."""
        with transaction(self._connection):
            written = self._connection.execute(
                "INSERT INTO hand_sessions (session_id, provider, external_id, said_us) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET provider = excluded.provider, external_id = excluded.external_id,"
                " said_us = excluded.said_us"
                " WHERE (provider, external_id) <> (excluded.provider, excluded.external_id)",
                (session_id, key.provider.value, key.external_id, to_us(at)),
            )
        return bool(written.rowcount)

    def clear(self, session_id: str) -> bool:
        """Take it back; False when nothing was said."""
        with transaction(self._connection):
            found = self._connection.execute("DELETE FROM hand_sessions WHERE session_id = ?", (session_id,))
        return bool(found.rowcount)

    def all(self) -> dict[str, RecordingKey]:
        """Session id → a recording of the activity that it was."""
        found = rows(
            self._connection, "SELECT session_id, provider, external_id FROM hand_sessions ORDER BY session_id"
        )
        return {
            session_id: RecordingKey(Provider(provider), external_id) for session_id, provider, external_id in found
        }
