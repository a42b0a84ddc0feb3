"""What a report asks the runner, and what it says of its own data, in plain sentences without blame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from syncer.correlate.flags import PainReading
from syncer.correlate.load import RunLog
from syncer.correlate.pairing import EARLY, LATE, windows
from syncer.correlate.wording import listed
from syncer.domain.activity import Activity
from syncer.domain.pain import PainState
from syncer.domain.plan import SessionOutcome, SessionStatus
from syncer.domain.week import Week, day_in_words

SEE_SOMEONE = 6
"""Pain from this score on is a reason to see someone: our choice, above what eases the plan off."""
LASTING_WEEKS = 3


def questions_of(
    plan: Sequence[SessionOutcome], log: RunLog, week: Week, as_of: date, window: tuple[int, int] = (EARLY, LATE)
) -> tuple[str, ...]:
    """Commands ready to copy: why a session was missed, and whether a run hurt.

    A session of the last days before ``week`` is asked about here when it was still open a week before ``as_of``: read
    on the same day every week, each miss is asked about once.
    """
    last_days = windows([outcome.session for outcome in plan], window)
    dates = Counter(outcome.session.date for outcome in plan)
    asked = []
    for outcome in plan:
        session = outcome.session
        earlier = max(week.monday - timedelta(days=1), as_of - timedelta(weeks=1)) <= last_days[session.id][1]
        asked_here = session.date <= week.sunday and (session.date >= week.monday or earlier)
        if outcome.status.missed and outcome.reason is None and asked_here:
            name = session.date.isoformat() if dates[session.date] == 1 else session.id
            asked.append(f"syncer plan excuse {name} --reason …")
    for run in log.between(week.monday, week.sunday):
        if run.pain is None:
            asked.append(f"syncer pain set {run.id} 0")
        elif run.pain.state is PainState.SUSPECTED:
            asked.append(f"syncer pain set {run.id} …")
    return tuple(asked)


def notes_of(
    plan: Sequence[SessionOutcome],
    activities: Iterable[Activity],
    log: RunLog,
    week: Week,
    reading: PainReading,
    window: tuple[int, int] = (EARLY, LATE),
) -> tuple[str, ...]:
    """What the reader should know of the knee and of the data behind this week."""
    of_week = sorted(
        (activity for activity in activities if week.monday <= activity.local_date <= week.sunday),
        key=lambda activity: activity.order,
    )
    runs = log.between(week.monday, week.sunday)
    return (
        *see_someone(log, week, reading),
        *_open_sessions(plan, week, window),
        *_answers(runs, reading),
        *_doubts(of_week),
    )


def see_someone(log: RunLog, week: Week, reading: PainReading) -> Iterator[str]:
    """Why to see a physiotherapist or doctor this week, if there is a reason."""
    runs = log.between(week.monday, week.sunday)
    strong = [run for run in runs if run.pain and run.pain.is_pain(0) and (run.pain.score or 0) >= SEE_SOMEONE]
    if strong:
        days = listed(list(dict.fromkeys(day_in_words(run.local_date) for run in strong)))
        yield f"Knee pain of {SEE_SOMEONE}/10 or more on {days}: see a physiotherapist or doctor."
    weeks = [week.plus(-back) for back in range(LASTING_WEEKS)]
    if all(any(reading.hurts(run) for run in log.between(one.monday, one.sunday)) for one in weeks):
        yield (
            f"Knee pain was tagged in each of the last {LASTING_WEEKS} weeks: if it does not get better with less "
            "running, see a physiotherapist or doctor."
        )


def _open_sessions(plan: Sequence[SessionOutcome], week: Week, window: tuple[int, int]) -> Iterator[str]:
    last_days = windows([outcome.session for outcome in plan], window)
    for outcome in plan:
        session = outcome.session
        if outcome.status is SessionStatus.PENDING and week.monday <= session.date <= week.sunday:
            until = _until(session.date, last_days[session.id][1])
            yield f"{day_in_words(session.date)}, {session.workout}: can still be done {until}."


def _until(day: date, last: date) -> str:
    return f"until {day_in_words(last)}" if last > day else "on that day"


def _answers(runs: Sequence[Activity], reading: PainReading) -> Iterator[str]:
    silent = sum(run.pain is None for run in runs)
    if silent and reading.untagged_means_no_pain:
        yield f"{_of(silent, runs)} no answer about pain; from your first answer on your settings take that as no pain."
    elif silent:
        yield f"{_of(silent, runs)} no answer about pain; no answer is not taken for no pain."
    suspected = sum(run.pain is not None and run.pain.state is PainState.SUSPECTED for run in runs)
    if suspected:
        yield f"{_of(suspected, runs)} a note that sounds like knee pain and waits for your yes or no."
    unmeasured = sum(not run.distance_m for run in runs)
    if unmeasured:
        yield f"{_of(unmeasured, runs)} no distance and {'is' if unmeasured == 1 else 'are'} left out of the load."


def _of(count: int, runs: Sequence[Activity]) -> str:
    return f"{count} of {len(runs)} {'run' if len(runs) == 1 else 'runs'} {'has' if count == 1 else 'have'}"


def _doubts(activities: Sequence[Activity]) -> Iterator[str]:
    for activity in activities:
        name = " ".join((activity.name or activity.sport.value).split())
        label = f"{day_in_words(activity.local_date)}, {name} [{activity.id}]"
        if activity.flagged:
            yield f"{label}: {activity.flagged.rstrip('.')}."
        extra = [link.key.short_id for link in activity.recordings if not link.counted]
        if extra:
            yield f"{label}: also recorded as {listed(extra)}; counted once."
