"""The activities: derived from the recordings, rewritten only where something is different."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, MutableSequence, Sequence
from datetime import date
from typing import Any

from syncer.domain.activity import Activity, Kind, Note, Provider, RecordingKey, RecordingLink, Sport
from syncer.domain.pain import PainEvidence, PainState, PainTag, Side
from syncer.store.codec import dump, finite, from_us, load, offset_of, to_us
from syncer.store.database import one, rows, snapshot, transaction
from syncer.store.recording_codec import identity_of, identity_value, sets_of, sets_value
from syncer.store.recordings import parse_short_id
from syncer.sync.ports import Changes

_COLUMNS = (
    "id, kind, sport, start_us, offset_s, local_date, elapsed_s, distance_m, name, texts_json, sets_json, "
    "workout_ids_json, training_files_json, rpe, feel, band_walk, pain_json, flagged"
)
_NAMES = _COLUMNS.split(", ")
_INSERT = f"INSERT INTO activities ({_COLUMNS}) VALUES ({', '.join('?' * len(_NAMES))})"
_UPDATE = f"UPDATE activities SET {', '.join(f'{name} = ?' for name in _NAMES[1:])} WHERE id = ?"
_INSERT_LINK = (
    "INSERT INTO activity_recordings (activity_id, position, provider, external_id, rule, score, counted)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_SELECT_LINKS = "SELECT activity_id, provider, external_id, rule, score, counted FROM activity_recordings"
_KINDS = {kind.value: kind for kind in Kind}
_SPORTS = {sport.value: sport for sport in Sport}
_PROVIDERS = {provider.value: provider for provider in Provider}

type _Links = tuple[tuple[Any, ...], ...]


class Activities:
    """Activities by id, day and kind."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def replace(self, activities: Iterable[Activity]) -> Changes:
        """Make ``activities`` the whole truth; rows that already say so are not written.

        The recordings that they name have to be stored.
        """
        wanted = {activity.id: (_row(activity), _link_rows(activity)) for activity in activities}
        with transaction(self._connection):
            known = self._stored()
            gone = [id_ for id_ in known if id_ not in wanted]
            new = [id_ for id_ in wanted if id_ not in known]
            other = [id_ for id_, stored in wanted.items() if id_ in known and known[id_] != stored]
            moved = [id_ for id_ in other if known[id_][1] != wanted[id_][1]]
            execute = self._connection.executemany
            # All old links go before new ones come: a recording may change its activity.
            execute("DELETE FROM activity_recordings WHERE activity_id = ?", [(id_,) for id_ in (*gone, *moved)])
            execute("DELETE FROM activities WHERE id = ?", [(id_,) for id_ in gone])
            execute(_INSERT, [wanted[id_][0] for id_ in new])
            execute(_UPDATE, [(*wanted[id_][0][1:], id_) for id_ in other])
            execute(_INSERT_LINK, [link for id_ in (*new, *moved) for link in wanted[id_][1]])
        return Changes(len(new), len(other), len(wanted) - len(new) - len(other), len(gone))

    def _stored(self) -> dict[str, tuple[tuple[Any, ...], _Links]]:
        links = defaultdict(list)
        for row in rows(
            self._connection,
            "SELECT activity_id, position, provider, external_id, rule, score, counted FROM activity_recordings"
            " ORDER BY activity_id, position",
        ):
            links[row[0]].append(row)
        found = rows(self._connection, f"SELECT {_COLUMNS} FROM activities")
        return {row[0]: (row, tuple(links[row[0]])) for row in found}

    def list(self, since: date | None = None, until: date | None = None, kind: Kind | None = None) -> list[Activity]:
        """Activities on the runner's days ``since`` to ``until``, both included, by start; None leaves an end open."""
        days = [(since or date.min).isoformat(), (until or date.max).isoformat()]
        where, values = "local_date >= ? AND local_date <= ?", days
        if kind is not None:
            where, values = f"kind = ? AND {where}", [kind.value, *days]
        with snapshot(self._connection):
            found = rows(
                self._connection,
                f"SELECT {_COLUMNS} FROM activities WHERE {where} ORDER BY local_date, start_us, id",
                values,
            )
            links = self._links(f"WHERE activity_id IN (SELECT id FROM activities WHERE {where})", values)
        return [_activity(row, links[row[0]]) for row in found]

    def find(self, name: str) -> Activity | None:
        """The activity of the recording that ``name`` names: any recording's short id, or its bare external id.

        None when there is none, or when a bare id fits several activities.
        """
        text = name.strip()
        key = parse_short_id(text)
        found: Sequence[str] = ()
        if key:
            found = self._activity_ids("provider = ? AND external_id = ?", key.provider.value, key.external_id)
        found = found or self._activity_ids("external_id = ?", text)
        if len(found) != 1:
            return None
        row = one(self._connection, f"SELECT {_COLUMNS} FROM activities WHERE id = ?", found)
        return _activity(row, self._links("WHERE activity_id = ?", found)[found[0]])

    def newest(self, count: int, beginning: str = "") -> Sequence[tuple[str, date, Kind, str | None]]:
        """Short id, day, kind and name of the newest ``count`` activities, the newest first.

        Args:
            beginning: only recordings whose short id begins so, also those that an activity is not called by.
        """
        found = rows(
            self._connection,
            "SELECT substr(provider, 1, 1) || external_id AS short_id, local_date, kind, name"
            " FROM activities CROSS JOIN activity_recordings ON activity_id = id"
            " WHERE local_date >= '' AND (position = 0 OR ? <> '') AND substr(short_id, 1, ?) = ?"
            " ORDER BY local_date DESC, start_us DESC, id DESC, position LIMIT ?",
            (beginning, len(beginning), beginning, count),
        )
        return [(short_id, date.fromisoformat(day), _KINDS[kind], name) for short_id, day, kind, name in found]

    def _activity_ids(self, where: str, *values: str) -> Sequence[str]:
        found = rows(self._connection, f"SELECT DISTINCT activity_id FROM activity_recordings WHERE {where}", values)
        return [row[0] for row in found]

    def _links(self, where: str, values: Sequence[str]) -> defaultdict[str, MutableSequence[RecordingLink]]:
        links = defaultdict[str, MutableSequence[RecordingLink]](list)
        for activity_id, provider, external_id, rule, score, counted in rows(
            self._connection, f"{_SELECT_LINKS} {where} ORDER BY activity_id, position", values
        ):
            key = RecordingKey(_PROVIDERS[provider], external_id)
            links[activity_id].append(RecordingLink(key, rule, score, bool(counted)))
        return links


def _row(activity: Activity) -> tuple[Any, ...]:
    return (
        activity.id,
        activity.kind.value,
        activity.sport.value,
        to_us(activity.start),
        offset_of(activity.start),
        activity.local_date.isoformat(),
        finite(activity.elapsed_s),
        finite(activity.distance_m),
        activity.name,
        dump([[provider.value, note.field, note.text] for provider, note in activity.texts]),
        dump(sets_value(activity.sets)),
        dump(activity.workout_ids),
        dump([identity_value(identity) for identity in activity.training_files]),
        finite(activity.rpe),
        activity.feel,
        int(activity.band_walk),
        None if activity.pain is None else dump(pain_value(activity.pain)),
        activity.flagged,
    )


def _link_rows(activity: Activity) -> _Links:
    return tuple(
        (
            activity.id,
            position,
            link.key.provider.value,
            link.key.external_id,
            link.rule,
            float(link.score),
            int(link.counted),
        )
        for position, link in enumerate(activity.recordings)
    )


def _activity(row: Sequence[Any], links: Sequence[RecordingLink]) -> Activity:
    (
        id_, kind, sport, start_us, offset_s, local_date, elapsed_s, distance_m, name, texts, sets, workout_ids,
        training_files, rpe, feel, band_walk, pain, flagged,
    ) = row  # fmt: skip
    return Activity(
        id_,
        _KINDS[kind],
        _SPORTS[sport],
        from_us(start_us, offset_s),
        date.fromisoformat(local_date),
        elapsed_s,
        distance_m,
        name,
        tuple(links),
        tuple([(_PROVIDERS[provider], Note(field, text)) for provider, field, text in load(texts)]),
        () if sets == "[]" else sets_of(load(sets)),
        () if workout_ids == "[]" else tuple(load(workout_ids)),
        () if training_files == "[]" else tuple([identity_of(value) for value in load(training_files)]),
        rpe,
        feel,
        bool(band_walk),
        None if pain is None else pain_of(load(pain)),
        flagged,
    )


def pain_value(pain: PainTag) -> dict[str, Any]:
    """A pain tag for JSON."""
    return {
        "state": pain.state.value,
        "score": finite(pain.score),
        "side": pain.side.value if pain.side else None,
        "evidence": [[evidence.provider, evidence.field, evidence.text] for evidence in pain.evidence],
        "manual": pain.manual,
    }


def pain_of(value: dict[str, Any]) -> PainTag:
    """The inverse of `pain_value`."""
    return PainTag(
        PainState(value["state"]),
        value["score"],
        Side(value["side"]) if value["side"] else None,
        tuple([PainEvidence(provider, field, text) for provider, field, text in value["evidence"]]),
        value["manual"],
    )
