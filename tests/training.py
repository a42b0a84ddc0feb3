"""Short ways to say sessions and activities, for tests of the plan, the flags and the week."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from syncer.domain.activity import (
    Activity,
    ExerciseSet,
    FileIdentity,
    Kind,
    Provider,
    RecordingKey,
    RecordingLink,
    Sport,
)
from syncer.domain.pain import PainState, PainTag, Side
from syncer.domain.plan import PlannedSession, SessionOutcome, SessionStatus

BAND_WALK = frozenset({(11, 11)})


def planned(day: date, workout: str = "lateral-band-walk", sets: int = 3, **more) -> PlannedSession:
    values = {"level": "base", "duration_s": 480.0, "parts": 2, "reps": 10, "exercises": BAND_WALK} | more
    return PlannedSession(f"{day.isoformat()}-{workout}", day, workout, sets=sets, **values)


def activity(
    day: date,
    *,
    at: str = "07:00",
    kind: Kind = Kind.STRENGTH,
    id_: str | None = None,
    elapsed_s: float | None = 480.0,
    name: str | None = None,
    sets: tuple[ExerciseSet, ...] = (),
    serials: tuple[int, ...] = (),
    **more,
) -> Activity:
    hour, minute = map(int, at.split(":"))
    start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    number = id_ or f"g{day.toordinal()}{hour:02d}{minute:02d}{kind.value[0] == 'r':d}"
    provider = {"g": Provider.GARMIN, "s": Provider.STRAVA, "f": Provider.FILE}[number[0]]
    values = {
        "sport": {Kind.RUN: Sport.RUN, Kind.STRENGTH: Sport.STRENGTH, Kind.OTHER: Sport.OTHER}[kind],
        "distance_m": 8000.0 if kind is Kind.RUN else None,
        "recordings": (RecordingLink(RecordingKey(provider, number[1:]), "self", 1.0),),
        "training_files": tuple(FileIdentity(serial, datetime(2026, 1, 1, tzinfo=UTC)) for serial in serials),
    } | more
    return Activity(
        id=number, kind=kind, start=start, local_date=day, elapsed_s=elapsed_s, name=name, sets=sets, **values
    )


def run(day: date, pain: float | None = None, km: float | None = 8.0, **more) -> Activity:
    """A run; ``pain`` 0 is an explicit zero, None no answer."""
    return activity(day, kind=Kind.RUN, pain=answer(pain), distance_m=km and km * 1000, **({"at": "18:00"} | more))


def answer(score: float | None) -> PainTag | None:
    if score is None:
        return None
    return PainTag(PainState.TAGGED, score, Side.LEFT) if score else PainTag(PainState.ZERO, 0)


def suspected() -> PainTag:
    return PainTag(PainState.SUSPECTED)


def walks(right: int, left: int, *, step: bool = True, reps: int | None = 10, named: bool = True):
    """A watch's sets: so many right and left, each followed by a rest."""
    numbers = {"category": 11, "exercise": 11} if named else {"category": 65534}
    rest = ExerciseSet(active=False, duration_s=30.0)
    sides = [(0, right), (1, left)]
    return tuple(
        item
        for index, count in sides
        for _ in range(count)
        for item in (
            ExerciseSet(active=True, duration_s=30.0, reps=reps, step_index=index if step else None, **numbers),
            rest,
        )
    )


def outcome(day: date, status: str, reason=None, activity_id: str | None = None, **more) -> SessionOutcome:
    return SessionOutcome(planned(day, **more), SessionStatus(status), activity_id, reason=reason)


def days(first: date, count: int, step: int = 1) -> list[date]:
    return [first + timedelta(days=number * step) for number in range(count)]
