"""The band walks of the year as exercised: at which level, following which workout file, set by set.

The level of each day follows from what was done before, by the rules of `syncer.workouts.progression`: the runner did
what syncer would have handed out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from syncer.correlate.load import LOOK_BACK, SPIKE
from syncer.correlate.notes import of_texts
from syncer.correlate.pairing import LATE
from syncer.demo.story import Deed, Kept, What, Year
from syncer.domain.activity import Kind, Note, Provider
from syncer.domain.pain import PainState
from syncer.domain.workout import Intensity, RepeatGroup, Reps, Seconds, Step, Workout
from syncer.workouts import history as past
from syncer.workouts.fit import WorkoutFile, encode
from syncer.workouts.progression import levels_over_time
from syncer.workouts.template_build import Template


@dataclass(frozen=True, slots=True)
class SetDone:
    """One step of the workout as the watch records it; ``index`` is the step's in the file."""

    index: int
    step: Step
    seconds: float

    @property
    def active(self) -> bool:
        """Work, not rest."""
        return self.step.intensity is not Intensity.REST

    @property
    def reps(self) -> int | None:
        """Repetitions, None for what goes by time."""
        return self.step.end.count if isinstance(self.step.end, Reps) else None


@dataclass(frozen=True, slots=True)
class Practice:
    """One band walk: the workout that was followed, its file, and the sets."""

    workout: Workout
    file: WorkoutFile
    sets: tuple[SetDone, ...]


def practise(year: Year, template: Template, labels: str) -> tuple[Year, Mapping[int, Practice]]:
    """The year with the band walks' lengths filled in, and each band walk's sets by its deed's number.

    Args:
        year: as told.
        template: of the workout that is planned.
        labels: ``sides`` or ``catalog``, for the workout files.
    """
    levels = _levels(year, template)
    files: dict[str, tuple[Workout, WorkoutFile]] = {}
    practices: dict[int, Practice] = {}
    deeds = []
    for deed in year.deeds:
        if deed.what is What.BAND_WALK:
            level = levels[deed.start.date()]
            if level not in files:
                workout = template.build(level)
                files[level] = (workout, encode(workout, labels=labels))
            workout, file = files[level]
            practices[deed.number] = Practice(workout, file, tuple(_sets(workout, deed)))
            deeds.append(replace(deed, timer_s=_length(deed, practices[deed.number])))
        else:
            deeds.append(deed)
    return replace(year, deeds=tuple(deeds)), practices


def _length(deed: Deed, practice: Practice) -> int:
    seconds = sum(one.seconds for one in practice.sets)
    return 60 * round(seconds / 60) if deed.kept is Kept.TYPED else round(seconds)


def _sets(workout: Workout, deed: Deed) -> Iterator[SetDone]:
    """Every step in turn; when broken off, some steps of the sets and nothing after them."""
    index = 0
    for item in workout.steps:
        steps = item.steps if isinstance(item, RepeatGroup) else (item,)
        rounds = item.rounds if isinstance(item, RepeatGroup) else 1
        in_turn = [(index + place, step) for _ in range(rounds) for place, step in enumerate(steps)]
        if deed.broken_off:
            yield from _first(in_turn, deed)
            return
        yield from (SetDone(place, step, _seconds(step, deed, turn)) for turn, (place, step) in enumerate(in_turn))
        index += len(steps) + isinstance(item, RepeatGroup)


def _first(in_turn: Sequence[tuple[int, Step]], deed: Deed) -> Iterator[SetDone]:
    parts = sum(step.intensity is Intensity.ACTIVE for _, step in in_turn)
    left = max(1, parts // 2 - 1)
    for turn, (place, step) in enumerate(in_turn):
        if not left:
            return
        yield SetDone(place, step, _seconds(step, deed, turn))
        left -= step.intensity is Intensity.ACTIVE


def _seconds(step: Step, deed: Deed, turn: int) -> float:
    """A little different each time, as people are."""
    wobble = (deed.number * 37 + turn * 11) % 17 / 10
    if isinstance(step.end, Seconds):
        return float(step.end.seconds)
    return round((step.end.count if isinstance(step.end, Reps) else 10) * 2.7 + wobble, 1)


def _levels(year: Year, template: Template) -> dict[date, str]:
    """The level of each day of the year, by its name."""
    walks = [deed for deed in year.deeds if deed.what is What.BAND_WALK]
    last = year.last_week + timedelta(days=14)
    served = {deed.serves: deed.start.date() for deed in walks if not deed.broken_off}
    excused = {day for day, reason in year.excuses.items() if reason.excuses}
    excused |= {day for day in year.planned if year.pause[0] <= day <= year.pause[1]}
    history = past.History(
        sessions=tuple(
            past.Session(
                deed.start.date(), 0.4 if deed.broken_off else 1.0, effort=_effort(deed), pain=pain_score(deed)
            )
            for deed in walks
        ),
        runs=tuple(_runs(year)),
        planned=tuple(
            past.PlannedDay(day, day + timedelta(days=LATE), served.get(day))
            for day in year.planned
            if day not in excused
        ),
    )
    replay = levels_over_time(year.first, last, history, template.levels, start=template.default_level)
    return {day: choice.level.name for day, choice in replay}


def _effort(deed: Deed) -> float | None:
    return None if deed.kept is Kept.TYPED else deed.rpe


def _runs(year: Year) -> Iterator[past.Run]:
    runs = [deed for deed in year.deeds if deed.what is What.RUN]
    for run in runs:
        before = [
            other.distance_m or 0.0
            for other in runs
            if other.start < run.start and run.start.date() - other.start.date() <= timedelta(days=LOOK_BACK)
        ]
        spike = bool(before) and (run.distance_m or 0.0) > SPIKE * max(before)
        yield past.Run(run.start.date(), run.distance_m or 0.0, pain_score(run), spike)


def pain_score(deed: Deed) -> float | None:
    """What the runner's words say of the knee, 0-10; None when nothing is said or it is not sure."""
    told = of_texts([(provider, Note(*text)) for provider, text in texts(deed)], Kind.RUN)
    if told is None or told.state is PainState.SUSPECTED:
        return None
    return past.UNSCORED_PAIN if told.score is None else told.score


def texts(deed: Deed) -> Iterator[tuple[Provider, tuple[str, str]]]:
    """Every text that is not empty, by platform and field."""
    words = deed.words
    for provider, field, text in (
        (Provider.STRAVA, "description", words.description),
        (Provider.STRAVA, "private_note", words.private_note),
        (Provider.GARMIN, "description", words.garmin_note),
    ):
        if text:
            yield provider, (field, text)
