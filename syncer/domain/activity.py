"""What was done: recordings as the providers tell them, and the activity that they are recordings of.

A *recording* is one provider's account of something the runner did. An *activity* is the thing itself: one or
several recordings that `syncer.sync.match` takes for the same. Units are SI: seconds, metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from syncer.domain.pain import PainTag


class Provider(StrEnum):
    """Who told us. ``FILE`` is a FIT file without a platform's id."""

    GARMIN = "garmin"
    STRAVA = "strava"
    FILE = "file"


class Kind(StrEnum):
    """The three kinds that the questions of this program need."""

    RUN = "run"
    STRENGTH = "strength"
    OTHER = "other"


class Sport(StrEnum):
    """A provider's sport, reduced to the families that matching has to tell apart.

    ``WORKOUT`` is the unspecific indoor session (Strava's Workout, PhysicalTherapy, HIIT and their like): a band
    walk is often saved as one, so it is of the strength kind.
    """

    RUN = "run"
    WALK = "walk"
    HIKE = "hike"
    STRENGTH = "strength"
    WORKOUT = "workout"
    RIDE = "ride"
    SWIM = "swim"
    TRANSITION = "transition"
    OTHER = "other"

    @property
    def kind(self) -> Kind:
        """The kind that lists, plans and statistics use."""
        if self is Sport.RUN:
            return Kind.RUN
        if self in (Sport.STRENGTH, Sport.WORKOUT):
            return Kind.STRENGTH
        return Kind.OTHER


@dataclass(frozen=True, slots=True, order=True)
class RecordingKey:
    """Names one recording for ever: the provider and its own id, as text."""

    provider: Provider
    external_id: str

    @property
    def short_id(self) -> str:
        """What the runner types: ``g12949443775``, ``s9125662739``, ``f3a91c0d4e5b6a7c8``."""
        return f"{self.provider.value[0]}{self.external_id}"


@dataclass(frozen=True, slots=True, order=True)
class FileIdentity:
    """FIT ``file_id.serial_number`` and ``time_created`` (UTC): equal in every copy of one recording."""

    serial: int
    time_created: datetime


@dataclass(frozen=True, slots=True)
class ExerciseSet:
    """One set of a strength activity. Rest sets are kept, with ``active`` false.

    Attributes:
        active: a set of work, not a rest.
        duration_s: seconds, or None.
        reps: repetitions, or None.
        category: FIT ``exercise_category`` number, or None when unknown.
        exercise: FIT ``exercise_name`` number inside the category, or None.
        step_index: ``wkt_step_index`` of the planned workout's step, or None.
        name: the label as the provider wrote it (``HIP_STABILITY``), or None.
    """

    active: bool
    duration_s: float | None = None
    reps: int | None = None
    category: int | None = None
    exercise: int | None = None
    step_index: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A text that the runner wrote: ``field`` is ``name``, ``description`` or ``private_note``."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Recording:
    """One provider's account of one activity.

    Attributes:
        start: the instant it began, aware. Its offset is the runner's own where ``offset_known``, else UTC.
        offset_known: the local wall clock is known, not only the instant (Strava's export tells UTC only).
        elapsed_s: seconds from start to end, pauses included.
        timer_s: seconds with the timer running, or moving time.
        sport_label: the sport in the provider's own word.
        notes: every text on it, the name included.
        upload_id: Strava's ``external_id``, such as ``garmin_push_123`` or ``123_ACTIVITY.fit``.
        file_identity: from the FIT file of this recording, where one was read.
        device: what recorded it, comparable between recordings of one provider; None when unknown.
        manual: typed in by hand, so its times are round and its clock is not to be trusted.
        workout_id: the Garmin Connect workout that was followed.
        training_file: the identity of the workout file that was followed (FIT ``training_file``).
        sets: None when the provider does not tell sets, empty when it tells that there were none.
        rpe: perceived exertion 0-10.
        feel: Garmin's 0 (very weak) to 100 (very strong), in steps of 25.
        start_hidden: Strava hides the start time and shows 00:00:01.
    """

    key: RecordingKey
    sport: Sport
    sport_label: str
    start: datetime
    offset_known: bool = True
    elapsed_s: float | None = None
    timer_s: float | None = None
    distance_m: float | None = None
    notes: tuple[Note, ...] = ()
    upload_id: str | None = None
    file_identity: FileIdentity | None = None
    device: str | None = None
    manual: bool = False
    workout_id: str | None = None
    training_file: FileIdentity | None = None
    sets: tuple[ExerciseSet, ...] | None = None
    rpe: float | None = None
    feel: int | None = None
    start_hidden: bool = False

    @property
    def kind(self) -> Kind:
        """Run, strength or other."""
        return self.sport.kind

    @property
    def name(self) -> str | None:
        """The title, where there is one."""
        return next((note.text for note in self.notes if note.field == "name" and note.text), None)

    @property
    def end(self) -> datetime:
        """Start plus elapsed time; the start itself where the length is unknown."""
        return self.start + timedelta(seconds=self.elapsed_s or self.timer_s or 0)


@dataclass(frozen=True, slots=True)
class Override:
    """The runner's own word on two recordings: one activity (``linked``), or never one.

    Sequences of overrides run from the oldest to the newest.
    """

    a: RecordingKey
    b: RecordingKey
    linked: bool


@dataclass(frozen=True, slots=True)
class RecordingLink:
    """Why a recording belongs to its activity.

    Attributes:
        rule: the rule's name, such as ``external-id``, ``file-identity``, ``start``, ``overlap``, ``manual``;
            ``self`` for the recording that the activity is named after.
        score: 0-1, how sure the rule is.
        counted: False for a double recording or split that counts only once with the others.
    """

    key: RecordingKey
    rule: str
    score: float
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that the runner did, merged field by field from its recordings.

    Attributes:
        id: the short id of its first recording (Garmin before Strava before files); any recording's short id finds it.
        start: aware, in the runner's own wall clock.
        local_date: the runner's day of the start.
        texts: every text of every recording, with its provider.
        workout_ids: Garmin Connect workouts that its recordings followed.
        training_files: workout files that its recordings followed.
        band_walk: it holds lateral band walks, by its sets, its workout or its name.
        pain: what the texts, or the runner by hand, say of the knee; None when nothing was said.
        flagged: a doubt about the match that the runner should see (a shifted clock), or None.
    """

    id: str
    kind: Kind
    sport: Sport
    start: datetime
    local_date: date
    elapsed_s: float | None
    distance_m: float | None
    name: str | None
    recordings: tuple[RecordingLink, ...]
    texts: tuple[tuple[Provider, Note], ...] = ()
    sets: tuple[ExerciseSet, ...] = ()
    workout_ids: tuple[str, ...] = ()
    training_files: tuple[FileIdentity, ...] = ()
    rpe: float | None = None
    feel: int | None = None
    band_walk: bool = False
    pain: PainTag | None = None
    flagged: str | None = None

    @property
    def order(self) -> tuple[date, datetime, str]:
        """What activities are sorted by: the runner's day, the instant, the id."""
        return self.local_date, self.start, self.id
