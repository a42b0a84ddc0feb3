"""What the tests of the store share: a database, and every recording that can be."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import strategies as st

from syncer.domain.activity import ExerciseSet, FileIdentity, Note, Provider, Recording, RecordingKey, Sport
from syncer.store.database import open_database

NOW = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)


@contextlib.contextmanager
def opened(folder: Path, **options: object) -> Iterator[sqlite3.Connection]:
    """The database in ``folder``, closed at the end."""
    path = folder / "home" / "syncer.db"
    with contextlib.closing(open_database(path, backups=folder / "home" / "backups", **options)) as connection:  # type: ignore[arg-type]
        yield connection


def dumped(connection: sqlite3.Connection) -> list[str]:
    """The whole database as SQL text."""
    return list(connection.iterdump())


instants = st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC))
offsets = st.integers(-14 * 3600, 14 * 3600).map(lambda seconds: timezone(timedelta(seconds=seconds)))
starts = st.builds(lambda instant, zone: instant.astimezone(zone), instants, offsets)
# lone surrogates cannot be kept: see test_what_cannot_be_kept_is_cleaned
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
maybe_texts = st.none() | texts
seconds = st.none() | st.floats(0, 1e6, allow_nan=False)
small = st.none() | st.integers(0, 2**31)
identities = st.builds(FileIdentity, st.integers(0, 2**32 - 1), instants)
keys = st.builds(
    RecordingKey, st.sampled_from(Provider), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
)
exercise_sets = st.builds(ExerciseSet, st.booleans(), seconds, small, small, small, small, maybe_texts)
notes = st.builds(Note, st.sampled_from(["name", "description", "private_note"]), texts)
recordings = st.builds(
    Recording,
    key=keys,
    sport=st.sampled_from(Sport),
    sport_label=texts,
    start=starts,
    offset_known=st.booleans(),
    elapsed_s=seconds,
    timer_s=seconds,
    distance_m=seconds,
    notes=st.lists(notes, max_size=4).map(tuple),
    upload_id=maybe_texts,
    file_identity=st.none() | identities,
    device=maybe_texts,
    manual=st.booleans(),
    workout_id=maybe_texts,
    training_file=st.none() | identities,
    sets=st.none() | st.lists(exercise_sets, max_size=3).map(tuple),
    rpe=st.none() | st.floats(0, 10),
    feel=st.none() | st.integers(0, 100),
    start_hidden=st.booleans(),
)
