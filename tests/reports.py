"""Weekly reports to render: a simulated runner's, of any length, and the awkward ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from syncer.correlate.diary import RunDay, Slot
from syncer.correlate.evidence import evaluate
from syncer.correlate.flags import PainReading
from syncer.correlate.view import DataAsOf, LastTry, LeftOut, LevelView, WeeklyReport, WorkoutView
from syncer.correlate.weekly import weekly_report
from syncer.domain.activity import Activity, Kind, Provider, RecordingKey, RecordingLink
from syncer.domain.pain import PainEvidence, PainState, PainTag, Side
from syncer.domain.plan import PlannedSession, Reason, SessionOutcome, SessionStatus
from syncer.domain.week import Week
from syncer.domain.workout import Level
from tests.training import activity

SUNDAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
WALK = "lateral-band-walk"
LADDER = tuple(
    Level(str(3 * stage + step + 1), band, placement, sets, reps)
    for stage, (band, placement) in enumerate(
        (
            ("light", "above the knees"),
            ("light", "ankles"),
            ("medium", "ankles"),
            ("heavy", "ankles"),
            ("heavy", "forefoot"),
        )
    )
    for step, (sets, reps) in enumerate(((2, 10), (3, 10), (3, 15)))
)
NEEDS = (
    "the last two sessions complete (Wed 18 Nov: 1 of 3 sets)",
    "an answer about the knee after the last two sessions (none for Tue 17 Nov and Wed 18 Nov)",
    "7 days without a run much longer than usual (Sat 21 Nov)",
)
WALKS = WorkoutView(WALK, "Lateral band walk", LADDER)

HOSTILE = (
    "<script>alert(1)</script>",
    "\x1b[31mred\x1b[0m \x07 \x9b2J",
    "\u202eesrever\u202c \u200f\u05e9\u05dc\u05d5\u05dd \u2066x\u2069",
    "\"><img src=x onerror=alert(1)> &amp; 'quoted'",
    "[link](javascript:alert(1)) ![i](https://evil.example/x.png) `code` | pipe <b>bold</b> https://evil.example",
    "{{ 7*7 }} {% raw %} ]]> --> </style></title></svg>",
    "Long" + "Wortungetuemohneleerzeichen" * 12,
    "emoji 🏃\u200d♀️ und Zeilen\numbruch\r\tTab \ud800 \ufffe",
    "",
)


def simulated(
    weeks: int = 52,
    seed: int = 1,
    *,
    last: date = SUNDAY,
    as_of: date | None = None,
    names: tuple[str, ...] = ("Easy run", "Park loop", "Long run", "Intervals"),
    link: float = 3.0,
    untagged: float = 0.15,
) -> WeeklyReport:
    """A runner's report of the week that ends with ``last``, after so many weeks of plan.

    Args:
        link: how many times likelier pain is after skipped sessions.
        untagged: share of runs without an answer.
    """
    outcomes, activities = logged(weeks, seed, last=last, names=names, link=link, untagged=untagged)
    return report_of(outcomes, activities, last, as_of)


def logged(
    weeks: int,
    seed: int,
    *,
    last: date = SUNDAY,
    names: tuple[str, ...] = ("Easy run",),
    link: float = 3.0,
    untagged: float = 0.15,
) -> tuple[list[SessionOutcome], list[Activity]]:
    """What a runner planned and did in so many weeks; the arguments as in `simulated`."""
    luck = Random(f"{weeks}/{seed}")
    first = last - timedelta(days=7 * weeks - 1)
    outcomes, done = _sessions(luck, first, last)
    return outcomes, [*done, *_runs(luck, first, last, outcomes, names, link, untagged)]


def report_of(
    outcomes: list[SessionOutcome], activities: list[Activity], last: date = SUNDAY, as_of: date | None = None
) -> WeeklyReport:
    """The report of the week of ``last`` with its statistics."""
    today = as_of or last
    week = Week.of(last)
    slots = [
        Slot(one.session.date.toordinal(), one.status.missed)
        for one in outcomes
        if one.status.missed or one.status.kept
    ]
    diary = [
        RunDay(one.local_date.toordinal(), one.distance_m or 0, _hurt(one.pain))
        for one in activities
        if one.kind is Kind.RUN
    ]
    level = LevelView("6", "This level stays for now.", NEEDS)
    made = weekly_report(
        week,
        today,
        NOW,
        activities=activities,
        outcomes=outcomes,
        reading=PainReading(),
        data_as_of=DataAsOf(NOW, NOW - timedelta(hours=9), None),
        level=level if outcomes else None,
        evidence=evaluate(slots, diary, today.toordinal()),
        workouts=[WALKS] if outcomes else [],
    )
    return replace(
        made,
        left_out=(LeftOut("strava-export", "missing-file", 2, ("activities.csv line 12 (12.gpx)",)),),
        last_tries=(LastTry("strava", "failed", NOW, "rate-limited"),),
    )


def empty(last: date = SUNDAY) -> WeeklyReport:
    """Nothing planned, nothing done, nothing read."""
    return weekly_report(
        Week.of(last),
        last,
        NOW,
        activities=[],
        outcomes=[],
        reading=PainReading(),
        data_as_of=DataAsOf(None, None, None),
        evidence=evaluate([], [], last.toordinal()),
    )


def hostile(weeks: int = 30) -> WeeklyReport:
    """Every text that came from outside is an attack or a nuisance."""
    made = simulated(weeks, 5, names=HOSTILE[:-1])
    runs = replace(
        made.runs,
        items=tuple(
            replace(
                item,
                name=HOSTILE[place % len(HOSTILE)],
                pain=item.pain and replace(item.pain, evidence=(PainEvidence("strava", "name", HOSTILE[0]),)),
            )
            for place, item in enumerate(made.runs.items)
        ),
    )
    return replace(
        made,
        runs=runs,
        workouts=(replace(WALKS, name=HOSTILE[0] + HOSTILE[6]),),
        notes=tuple(f"Mon 16 Nov, {text} [g1]: the clock is off." for text in HOSTILE),
        left_out=tuple(LeftOut("fit", "bad-crc", 1, (text,)) for text in HOSTILE),
    )


def _hurt(tag: PainTag | None) -> bool | None:
    if tag is None or tag.state is PainState.SUSPECTED:
        return None
    return tag.state is PainState.TAGGED


def _sessions(luck: Random, first: date, last: date) -> tuple[list[SessionOutcome], list[Activity]]:
    outcomes, done = [], []
    mood, rung, away_until = 0.0, 1, first
    for number in range((last - first).days + 4):
        day = first + timedelta(days=number)
        if day.weekday() not in (0, 2, 4):
            continue
        if day.weekday() == 0:
            mood = 0.8 * mood + luck.gauss(0, 0.5)
            rung = min(14, rung + (luck.random() < 0.22)) if luck.random() > 0.06 else max(0, rung - 2)
            if luck.random() < 0.04:
                away_until = day + timedelta(days=luck.choice((7, 14)))
        name = LADDER[rung].name + ("-deload" if luck.random() < 0.03 else "")
        session = PlannedSession(f"{day.isoformat()}-{WALK}", day, WALK, name, LADDER[rung].sets, 480.0, 2, 10)
        status, reason = _fate(luck, mood, day < away_until) if day <= last else (SessionStatus.UPCOMING, None)
        found = None
        if status.kept or status is SessionStatus.PARTIAL:
            moved = timedelta(days=1 if status is SessionStatus.MOVED else 0)
            found = _linked(activity(day + moved, name="Band walk", id_=f"g{10**9 + day.toordinal()}"))
            done.append(found)
        sets = None if found is None else 1.0 if status is SessionStatus.PARTIAL else float(session.sets)
        outcomes.append(SessionOutcome(session, status, found.id if found else None, None, sets, reason))
    return outcomes, done


def _fate(luck: Random, mood: float, away: bool) -> tuple[SessionStatus, Reason | None]:
    if away:
        return SessionStatus.EXCUSED, luck.choice((Reason.TRAVEL, Reason.ILL))
    if luck.random() < 0.28 + 0.25 * mood:
        status = SessionStatus.PARTIAL if luck.random() < 0.2 else SessionStatus.SKIPPED
        return status, luck.choice((None, None, Reason.NO_TIME, Reason.FORGOT))
    return luck.choice((SessionStatus.DONE,) * 4 + (SessionStatus.MOVED,)), None


def _linked(one: Activity) -> Activity:
    twin = RecordingLink(RecordingKey(Provider.STRAVA, f"9{one.id[1:]}"), "external-id", 1.0)
    return replace(one, recordings=(*one.recordings, twin))


def _runs(
    luck: Random,
    first: date,
    last: date,
    outcomes: list[SessionOutcome],
    names: tuple[str, ...],
    link: float,
    untagged: float,
) -> list[Activity]:
    missed = {one.session.date: one.status.missed for one in outcomes if one.status.missed or one.status.kept}
    runs, ailing = [], 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() not in (1, 3, 5, 6) or luck.random() < 0.12:
            continue
        window = [missed[then] for back in range(5, 19) if (then := day - timedelta(days=back)) in missed]
        skipped = bool(window) and 2 * sum(window) >= len(window)
        hurts = luck.random() < (0.45 if ailing > 0 else 0.035 * (link if skipped else 1))
        ailing = 6 if hurts and ailing <= 0 else ailing - 1
        tag = PainTag(PainState.ZERO, 0)
        if hurts:
            score = luck.choice((None, 2.0, 3.0, 4.0, 5.0, 7.0))
            tag = PainTag(PainState.TAGGED, score, luck.choice((Side.LEFT, Side.RIGHT, Side.BOTH, None)))
        elif luck.random() < 0.03:
            tag = PainTag(PainState.SUSPECTED)
        km = luck.uniform(6, 10) * (1.7 if day.weekday() == 6 else 1) * (1.4 if luck.random() < 0.03 else 1)
        answer = None if not hurts and luck.random() < untagged else tag
        runs.append(
            _linked(
                activity(
                    day,
                    at="18:00",
                    kind=Kind.RUN,
                    id_=f"g{2 * 10**9 + day.toordinal()}",
                    name=luck.choice(names),
                    distance_m=km * 1000,
                    pain=answer,
                )
            )
        )
    return runs
