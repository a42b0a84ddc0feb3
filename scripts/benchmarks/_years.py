"""A runner's years in the store, made without any file: two platforms, a plan of four sessions a week."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from syncer.domain.activity import ExerciseSet, Note, Provider, Recording, RecordingKey, Sport
from syncer.domain.plan import PlanRule
from syncer.store.database import open_database, transaction
from syncer.store.plans import Plans
from syncer.store.recordings import Recordings
from syncer.store.versions import Origin

NOW = datetime(2026, 3, 30, 8, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
ACTIVITIES_A_YEAR = 500  # 10,000 in twenty years
WORKOUT = "lateral-band-walk"
DAYS = (0, 2, 4, 6)
NOTES = ("", "#kneepain0", "easy, knee fine", "knee 3/10 left after the hill", "", "with Anna")


def recordings(years: int) -> Iterator[Recording]:
    """What both platforms tell of the years until `NOW`: every activity twice, seconds and metres apart."""
    chance = random.Random(years)
    count = ACTIVITIES_A_YEAR * years
    step = timedelta(days=365.25 * years) / max(count, 1)
    for number in range(count):
        start = (NOW - step * (count - number)).replace(microsecond=0)
        strength = number % 5 in (1, 3)
        sport = Sport.STRENGTH if strength else Sport.RUN
        name = "Lateral band walk" if strength else "Morning Run"
        minutes = 9 if strength else chance.randint(20, 90)
        told = Note("description", chance.choice(NOTES))
        sets = tuple(ExerciseSet(True, 30.0, 10, 11, 11) for _ in range(6)) if strength else ()
        for provider, late in ((Provider.GARMIN, 0), (Provider.STRAVA, 4)):
            yield Recording(
                RecordingKey(provider, str(10**9 + number)),
                sport,
                sport.value,
                (start + timedelta(seconds=late)).astimezone(ZONE),
                elapsed_s=60.0 * minutes + late,
                distance_m=None if strength else 170.0 * minutes + late,
                offset_known=True,
                notes=(Note("name", name), *((told,) if told.text and provider is Provider.STRAVA else ())),
                sets=sets if provider is Provider.GARMIN else (),
            )


def first_day(years: int) -> date:
    """The plan's first day."""
    return (NOW - timedelta(days=365.25 * years)).date()


def make_home(home: Path, years: int) -> None:
    """A home that holds these years; the activities are still to be derived."""
    home.mkdir(parents=True)
    (home / "config.toml").write_text('timezone = "Europe/Berlin"\n')
    with closing(open_database(home / "syncer.db", backups=home / "backups")) as connection, transaction(connection):
        Recordings(connection).upsert(recordings(years), origin=Origin.EXPORT, at=NOW)
        Plans(connection).set_rule(PlanRule(first_day(years), DAYS, WORKOUT), NOW)
