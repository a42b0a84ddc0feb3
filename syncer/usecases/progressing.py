"""The level of each day, from what was planned and done: the progression's view of it, and the replay of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from syncer.correlate.load import SPIKE, RunLog, spike
from syncer.correlate.notes import of_texts
from syncer.domain.activity import Activity, Kind, RecordingKey
from syncer.domain.pain import PainState, PainTag
from syncer.domain.plan import PlanRule, SessionOutcome, SessionStatus
from syncer.workouts import history as past
from syncer.workouts.progression import Choice, levels_over_time
from syncer.workouts.readiness import effort_from_sets
from syncer.workouts.template_build import Template


@dataclass(frozen=True, slots=True)
class Done:
    """What was done and said up to a day, whatever was planned.

    Attributes:
        activities: by id.
        runs: as the progression reads them.
        by_hand: the runner's own word on the knee, by recording.
        today: the last day.
    """

    activities: Mapping[str, Activity]
    runs: tuple[past.Run, ...]
    by_hand: Mapping[RecordingKey, PainTag]
    today: date

    @classmethod
    def of(cls, activities: Sequence[Activity], today: date, by_hand: Mapping[RecordingKey, PainTag]) -> Done:
        """Read the runs once; how long each is beside those before it takes time."""
        log = RunLog.of(activities, today)
        runs = []
        for run in log.runs:
            ratio = spike(log, run)
            far = ratio is not None and ratio > SPIKE
            runs.append(past.Run(run.local_date, run.distance_m or 0.0, _score(run.pain), far))
        return cls({activity.id: activity for activity in activities}, tuple(runs), by_hand, today)


def levels_of(
    template: Template, outcomes: Iterable[SessionOutcome], said: Iterable[PlanRule], done: Done, late: timedelta
) -> dict[date, Choice]:
    """The level of every day from the plan's first to tomorrow; empty for a workout that was never planned.

    Args:
        template: with several levels.
        outcomes: of the plan; those of other workouts are left out.
        said: the plan's rules for this workout, in the order in which they were said.
        late: how long after its day a session can still be done.
    """
    mine = [outcome for outcome in outcomes if outcome.session.workout == template.slug]
    if not mine:
        return {}
    known = past.History(
        sessions=tuple(
            _session(outcome, activity, done.by_hand)
            for outcome in mine
            if (activity := done.activities.get(outcome.activity_id or "")) is not None
        ),
        runs=done.runs,
        planned=tuple(_planned_day(outcome, done.activities, late) for outcome in mine if _counts(outcome)),
        overrides=_overrides(said),
    )
    first = min(outcome.session.date for outcome in mine)
    tomorrow = max(done.today + timedelta(days=1), first)
    return dict(levels_over_time(first, tomorrow, known, template.levels, start=template.default_level))


def _session(outcome: SessionOutcome, activity: Activity, by_hand: Mapping[RecordingKey, PainTag]) -> past.Session:
    """What was done. Its level is the one due that day: a watch does not tell which band it was."""
    done = outcome.sets_done
    complete = 1.0 if done is None else min(1.0, done / outcome.session.sets)
    return past.Session(
        activity.local_date,
        complete,
        effort=_effort(outcome, activity),
        pain=_score(_said(activity, by_hand)),
        sets=done,
    )


def _effort(outcome: SessionOutcome, activity: Activity) -> float | None:
    """Perceived exertion where a platform has it, else what spare repetitions say."""
    reps = [one.reps for one in activity.sets if one.active]
    if activity.rpe is not None or outcome.session.reps is None or None in reps:
        return activity.rpe
    return effort_from_sets(outcome.session.reps, tuple(count for count in reps if count is not None))


def _said(activity: Activity, by_hand: Mapping[RecordingKey, PainTag]) -> PainTag | None:
    """What was said of the knee on a strength session: no tag of a run, but an answer for the progression."""
    answers = (by_hand[link.key] for link in activity.recordings if link.key in by_hand)
    return next(answers, None) or of_texts(activity.texts, Kind.RUN)


def _score(pain: PainTag | None) -> float | None:
    if pain is None or pain.state is PainState.SUSPECTED:
        return None
    return past.UNSCORED_PAIN if pain.score is None else pain.score


def _counts(outcome: SessionOutcome) -> bool:
    return outcome.status.kept or outcome.status.missed or outcome.status is SessionStatus.PENDING


def _planned_day(outcome: SessionOutcome, activities: Mapping[str, Activity], late: timedelta) -> past.PlannedDay:
    done = activities.get(outcome.activity_id or "") if outcome.status.kept else None
    day = outcome.session.date
    return past.PlannedDay(day, day + late, done.local_date if done else None)


def _overrides(said: Iterable[PlanRule]) -> tuple[past.Override, ...]:
    """Levels that the plan itself fixes; a later rule without one gives the choice back."""
    fixed: list[past.Override] = []
    for rule in said:
        if rule.level is not None or fixed:
            fixed.append(past.Override(rule.effective_from, rule.level, pinned=rule.level is not None))
    return tuple(fixed)
