"""The one view model: what a weekly report holds. Every format renders this and nothing else.

Field names are those of the JSON contract (`docs/reference/json.md`). Distances in metres, durations in seconds,
dates are the runner's own days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from syncer.correlate.findings import Evidence
from syncer.domain.pain import PainTag, Side
from syncer.domain.plan import Reason, SessionOutcome, SessionStatus
from syncer.domain.week import Week
from syncer.domain.workout import Level, level_in_words

type Links = tuple[tuple[str, str], ...]
"""(site, address) of each page on which an activity can be looked at."""


@dataclass(frozen=True, slots=True)
class LevelView:
    """The level that is due, the reason in a sentence, and what it takes to go up."""

    name: str
    reason: str
    needs: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """Reason and needs in one."""
        return level_in_words(self.reason, self.needs)


@dataclass(frozen=True, slots=True)
class KeptOf:
    """``kept`` of ``counted`` sessions; excused and open ones are not counted."""

    kept: int = 0
    counted: int = 0


@dataclass(frozen=True, slots=True)
class PlanView:
    """Plan against done in this week; ``adherence_*`` is kept ÷ (kept + missed) over 4 and 12 weeks, or None.

    Attributes:
        kept_4w, kept_12w: the counts behind ``adherence_*``.
        links: by activity id, the pages of the activities that ``sessions`` were matched with.
    """

    planned: int
    done: int
    moved: int
    partial: int
    skipped: int
    excused: int
    pending: int
    adherence_4w: float | None
    adherence_12w: float | None
    level: LevelView | None
    sessions: tuple[SessionOutcome, ...]
    kept_4w: KeptOf = KeptOf()
    kept_12w: KeptOf = KeptOf()
    links: Mapping[str, Links] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunItem:
    """One run. ``spike`` is distance ÷ longest run of the 30 days before, None without such a run."""

    activity_id: str
    local_date: date
    distance_m: float | None
    spike: float | None
    pain: PainTag | None
    name: str | None = None
    links: Links = ()


@dataclass(frozen=True, slots=True)
class RunsView:
    """This week's runs. ``usual_distance_m`` is the median week of the 12 before, None without any."""

    count: int
    distance_m: float
    usual_distance_m: float | None
    longest_30d_m: float | None
    tagged: int
    zero: int
    untagged: int
    suspected: int
    items: tuple[RunItem, ...]


@dataclass(frozen=True, slots=True)
class MissedSession:
    """A planned session that a flag names; ``links`` lead to the activity of one that was partly done."""

    id: str
    date: date
    status: SessionStatus
    reason: Reason | None
    activity_id: str | None = None
    links: Links = ()


@dataclass(frozen=True, slots=True)
class BaseRate:
    """Before how many pain-free runs the same was true: ``flagged`` of ``pain_free_runs``."""

    flagged: int
    pain_free_runs: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another explanation in the data. ``kind``: load_spike, return_after_break or recent_pain."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A new knee-pain run after mostly skipped sessions.

    Attributes:
        score: of the pain, 0-10; None without a number.
        planned, missed: sessions in the ``window_days`` before the run.
    """

    activity_id: str
    local_date: date
    score: float | None
    side: Side | None
    window_days: int
    planned: int
    missed: int
    missed_sessions: tuple[MissedSession, ...]
    base_rate: BaseRate
    alternatives: tuple[Alternative, ...]
    links: Links = ()


@dataclass(frozen=True, slots=True)
class NextSession:
    """What to do next, and why at this level: the reason in a sentence, and what it takes to go up."""

    date: date
    workout: str
    level: str
    reason: str
    needs: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """Reason and needs in one."""
        return level_in_words(self.reason, self.needs)


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """One week of the history that the pictures draw.

    Attributes:
        answered: runs with an answer about pain, tagged or an explicit none.
        longest_m: the longest run, None where no run has a distance.
        spikes: runs more than 10 % longer than any of the 30 days before them.
    """

    week: Week
    planned: int
    kept: int
    missed: int
    excused: int
    runs: int
    distance_m: float
    pain_runs: int
    worst_score: float | None
    answered: int = 0
    longest_m: float | None = None
    spikes: int = 0


@dataclass(frozen=True, slots=True)
class DayMark:
    """One day of the calendar: what was planned and done, whether a run was made, and how it felt."""

    day: date
    statuses: tuple[SessionStatus, ...]
    runs: int
    pain: PainTag | None


@dataclass(frozen=True, slots=True)
class LevelPoint:
    """A completed session's level, for the picture of the band level over time."""

    day: date
    level: str
    workout: str = ""


@dataclass(frozen=True, slots=True)
class WorkoutView:
    """A workout of the plan: what a person calls it, and its levels from easy to hard."""

    slug: str
    name: str
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was left out of an import for one reason (a slug): how often, and a few examples."""

    source: str
    reason: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LastTry:
    """The latest attempt to read a source, where it did not read it whole: ``state`` is partial, skipped or failed."""

    source: str
    state: str
    at: datetime
    code: str | None = None


@dataclass(frozen=True, slots=True)
class DataAsOf:
    """The newest instant that each source was read, or None where it never was."""

    garmin: datetime | None
    strava: datetime | None
    files: datetime | None


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """Everything that a weekly report says.

    ``evidence`` is None until there is a statistics block to show; ``first``/``last`` render as ``from``/``to``.

    Attributes:
        see_someone: those of the ``notes`` that say to see a physiotherapist or doctor.
        workouts: those of the plan, for their names and levels.
        left_out: what the imports left out, over all time.
        last_tries: sources whose latest reading was not whole.
    """

    week: Week
    first: date
    last: date
    as_of: date
    generated_at: datetime
    data_as_of: DataAsOf
    plan: PlanView
    runs: RunsView
    flags: tuple[Flag, ...]
    evidence: Evidence | None
    next: NextSession | None
    notes: tuple[str, ...]
    questions: tuple[str, ...] = ()
    history: tuple[WeekPoint, ...] = ()
    calendar: tuple[DayMark, ...] = ()
    levels: tuple[LevelPoint, ...] = ()
    see_someone: tuple[str, ...] = ()
    workouts: tuple[WorkoutView, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    last_tries: tuple[LastTry, ...] = ()
