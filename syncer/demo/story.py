"""The demo runner's year with dates, distances and times: the script told to the second.

The same day of asking gives the same year. Days count from the Monday of that day's week, so the story is the same
whenever it is asked for, only its dates move.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from syncer.demo import script
from syncer.demo.script import SILENT, Words
from syncer.domain.plan import Reason

SEED: Final = 20_260_101
PLAN_DAYS: Final = (0, 2, 4)
WORKOUT: Final = "lateral-band-walk"

_EXCUSES: Final = {"i": Reason.ILL, "n": Reason.NO_TIME, "f": Reason.FORGOT}
_SHIFT: Final = {"E": -1, "L": 1}


class Kept(StrEnum):
    """Where an activity is kept.

    ``EVERYWHERE``: recorded by the watch, which gives it to Garmin, which gives it to Strava. ``GARMIN``: there only.
    ``TYPED``: typed into Strava by hand, without a file. ``PHONE_TOO``: everywhere, and the phone recorded it as well.
    """

    EVERYWHERE = "everywhere"
    GARMIN = "garmin"
    TYPED = "typed"
    PHONE_TOO = "phone-too"


class What(StrEnum):
    """The kinds of things that the runner does."""

    RUN = "run"
    BAND_WALK = "band walk"
    HIKE = "hike"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done.

    Attributes:
        number: its place in the year, from which ids are made.
        start: aware, in the runner's own zone.
        timer_s: seconds with the timer running.
        paused_s: seconds of pauses.
        distance_m: None for band walks.
        heart_rate: the average.
        rpe: perceived exertion 1-10, or None where the watch was not answered.
        feel: 0-100 in steps of 25, or None likewise.
        broken_off: a band walk of which less than half was done.
        serves: the planned day of a band walk.
    """

    number: int
    what: What
    start: datetime
    timer_s: int
    paused_s: int = 0
    distance_m: float | None = None
    heart_rate: int = 100
    rpe: int | None = None
    feel: int | None = None
    words: Words = SILENT
    kept: Kept = Kept.EVERYWHERE
    broken_off: bool = False
    serves: date | None = None

    @property
    def end(self) -> datetime:
        """When it was over."""
        return self.start + timedelta(seconds=self.timer_s + self.paused_s)

    @property
    def elapsed_s(self) -> int:
        """Seconds from start to end."""
        return self.timer_s + self.paused_s


@dataclass(frozen=True, slots=True)
class Year:
    """All that happened, and what the runner says of the plan.

    Attributes:
        first: the Monday on which the plan begins.
        last_week: the Monday of the last whole week.
        worth_a_look: the Monday of an earlier week with new pain after skipped sessions.
        planned: every planned day up to the present week's end.
        deeds: in order of time, up to the moment of asking.
        pause: its first and last day.
        excuses: why single sessions were missed, by planned day.
    """

    first: date
    last_week: date
    worth_a_look: date
    planned: tuple[date, ...]
    deeds: tuple[Deed, ...]
    pause: tuple[date, date]
    excuses: Mapping[date, Reason]


def tell(now: datetime, zone: tzinfo) -> Year:
    """The year up to ``now`` (aware), as lived in ``zone``."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=script.WHOLE_WEEKS)
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    deeds: list[Deed] = []
    for week, word in enumerate(script.SESSIONS):
        start = first + timedelta(weeks=week)
        deeds += [*_band_walks(start, word, chance), *_runs(week, start, chance), *_hikes(week, start, chance)]
    lived = (_typed(replace(deed, start=deed.start.replace(tzinfo=zone))) for deed in deeds)
    in_order = enumerate(sorted(lived, key=lambda deed: deed.start))
    numbered = (replace(deed, number=number) for number, deed in in_order)
    return Year(
        first=first,
        last_week=monday - timedelta(weeks=1),
        worth_a_look=first + timedelta(weeks=script.WORTH_A_LOOK),
        planned=tuple(first + timedelta(weeks=week, days=day) for week, _ in _weeks() for day in PLAN_DAYS),
        deeds=tuple(deed for deed in numbered if deed.end <= now),
        pause=(first + timedelta(weeks=script.PAUSE[0]), first + timedelta(weeks=script.PAUSE[1], days=6)),
        excuses={
            first + timedelta(weeks=week, days=day): _EXCUSES[letter]
            for week, word in _weeks()
            for day, letter in zip(PLAN_DAYS, word, strict=True)
            if letter in _EXCUSES
        },
    )


def _weeks() -> Iterator[tuple[int, str]]:
    return enumerate(script.SESSIONS)


def _band_walks(monday: date, word: str, chance: random.Random) -> Iterator[Deed]:
    for day, letter in zip(PLAN_DAYS, word, strict=True):
        minutes, pause, rpe = chance.randint(0, 45), chance.randint(0, 40), chance.choice((4, 5, 5, 6, 6, 7, None))
        answers = chance.random() < 0.8
        if letter not in "DHELP":
            continue
        planned = monday + timedelta(days=day)
        evening = letter in _SHIFT
        begun = time(20, 10) if evening else time(6, 50)
        yield Deed(
            number=0,
            what=What.BAND_WALK,
            start=_at(planned + timedelta(days=_SHIFT.get(letter, 0)), begun, minutes, chance.randint(0, 59)),
            timer_s=1500,  # at most; it follows from the workout and how much of it was done
            paused_s=pause,
            heart_rate=chance.randint(88, 104),
            rpe=rpe,
            feel=chance.choice((50, 50, 75, 75, None)),
            words=Words(garmin_note="#kneepain 0") if answers and letter != "P" else SILENT,
            kept=Kept.TYPED if letter == "H" else Kept.EVERYWHERE,
            broken_off=letter == "P",
            serves=planned,
        )


def _runs(week: int, monday: date, chance: random.Random) -> Iterator[Deed]:
    diligent = chance.random() < 0.6  # in such a week every run is answered
    long_km = script.LONG_RUNS_KM[week]
    wanted = {
        script.TUESDAY: chance.uniform(6.2, 8.3),
        script.THURSDAY: chance.uniform(7.4, 9.6),
        script.SATURDAY: long_km + chance.uniform(-0.2, 0.2),
        script.SUNDAY: chance.uniform(4.2, 6.2),
    }
    begun = {
        script.TUESDAY: time(6, 35),
        script.THURSDAY: time(18, 5),
        script.SATURDAY: time(9, 0),
        script.SUNDAY: time(10, 20),
    }
    paces = {script.TUESDAY: 352, script.THURSDAY: 322, script.SATURDAY: 362, script.SUNDAY: 378}
    for day, km in wanted.items():
        numbers = [chance.random() for _ in range(8)]
        if (week, day) in script.NO_RUNS or (day == script.SUNDAY and week not in script.SUNDAY_RUNS):
            continue
        hard = day in (script.THURSDAY, script.SATURDAY)
        yield Deed(
            number=0,
            what=What.RUN,
            start=_at(monday + timedelta(days=day), begun[day], int(numbers[0] * 40), int(numbers[1] * 60)),
            timer_s=round(km * paces[day] * (0.97 + 0.06 * numbers[2])),
            paused_s=int(numbers[3] * 90),
            distance_m=round(km * 1000 + numbers[4] * 9, 2),
            heart_rate=int((151 if hard else 139) + numbers[5] * 9),
            rpe=(6 if hard else 3) + int(numbers[6] * 3) if numbers[6] < 0.75 else None,
            feel=(50, 75, 50, 75, 100)[int(numbers[6] * 5)] if numbers[6] < 0.75 else None,
            words=_words(week, day, diligent, numbers[7]),
            kept=_kept(week, day),
        )


def _words(week: int, day: int, diligent: bool, chance: float) -> Words:
    if (week, day) in script.SAID:
        return script.SAID[week, day]
    if week < script.ANSWERS_BEGIN or (not diligent and chance < 0.5):
        return SILENT
    on_garmin = _kept(week, day) is Kept.GARMIN or (chance > 0.85 and _kept(week, day) is not Kept.TYPED)
    return Words(garmin_note="#kneepain 0") if on_garmin else Words(private_note="#kneepain 0")


def _kept(week: int, day: int) -> Kept:
    chosen = {
        **dict.fromkeys(script.TYPED_RUNS, Kept.TYPED),
        **dict.fromkeys(script.ONLY_GARMIN, Kept.GARMIN),
        **dict.fromkeys(script.PHONE_TOO, Kept.PHONE_TOO),
    }
    return chosen.get((week, day), Kept.EVERYWHERE)


def _hikes(week: int, monday: date, chance: random.Random) -> Iterator[Deed]:
    for when, day in script.HIKES:
        if when == week:
            km = chance.uniform(11, 15)
            yield Deed(
                number=0,
                what=What.HIKE,
                start=_at(monday + timedelta(days=day), time(9, 40), chance.randint(0, 30), 0),
                timer_s=round(km * 930),
                paused_s=chance.randint(1200, 2700),
                distance_m=round(km * 1000, 2),
                heart_rate=108,
            )


def _at(day: date, begun: time, minutes: int, seconds: int) -> datetime:
    """A wall clock, its zone still to come."""
    return datetime.combine(day, begun) + timedelta(minutes=minutes, seconds=seconds)


def _typed(deed: Deed) -> Deed:
    """What is typed in by hand is round: to five minutes and to a hundred metres."""
    if deed.kept is not Kept.TYPED:
        return deed
    start = deed.start.replace(minute=deed.start.minute // 5 * 5, second=0)
    length = round(deed.timer_s / 300) * 300
    metres = None if deed.distance_m is None else round(deed.distance_m / 100) * 100.0
    return replace(deed, start=start, timer_s=length, paused_s=0, distance_m=metres)
