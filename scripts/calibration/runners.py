"""One simulated runner: a training year that looks like one, sessions kept and missed, pain that comes and lingers."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np

from syncer.correlate.diary import RunDay, Slot

from .scenarios import Scenario

FIRST = 738_900  # a Monday; any would do
WEEKDAYS = ((0, 3), (1, 4), (0, 2, 4), (1, 3, 5))
SKIP_LOG_ODDS, BETWEEN_RUNNERS = -1.6, 0.4
UNANSWERED = 0.03


@dataclass
class Diary:
    """What happened so far. Days count from 0."""

    km: np.ndarray
    missed: dict[int, bool] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)
    runs: list[RunDay] = field(default_factory=list)
    onsets: list[int] = field(default_factory=list)
    last_pain: int = -999
    last_run: int = 0
    back_since: int = -999
    rest_until: int = -1


@dataclass(frozen=True)
class Nature:
    """What this runner is like, and what the weeks bring."""

    usual_km: float
    run_weekdays: frozenset[int]
    long_weekday: int
    session_weekdays: tuple[int, ...]
    skipping: np.ndarray  # log odds, a day
    susceptibility: np.ndarray  # log factor, a day
    volume: np.ndarray  # of the usual, a week
    disrupted: np.ndarray  # holiday, illness, work, a day


def simulate(scenario: Scenario, weeks: int, seed: int, number: int) -> tuple[list[Slot], list[RunDay]]:
    """The sessions and runs of runner ``number``; the same four arguments give the same runner."""
    luck = np.random.default_rng([seed, zlib.crc32(scenario.name.encode()), weeks, number])
    days = weeks * 7
    nature = _draw_nature(scenario, days, luck)
    diary = Diary(km=np.zeros(days))
    ahead = scenario.prodrome_days  # runs are made so far ahead that a session can feel the niggle
    for day in range(days + ahead):
        if day < days:
            _maybe_run(scenario, nature, diary, day, luck)
        if day - ahead >= 0 and (day - ahead) % 7 in nature.session_weekdays:
            _maybe_skip(scenario, nature, diary, day - ahead, luck)
    return diary.slots, diary.runs


def _draw_nature(scenario: Scenario, days: int, luck: np.random.Generator) -> Nature:
    weeks = days // 7
    run_weekdays = luck.choice(7, size=luck.integers(3, 6), replace=False)
    volume = np.exp(_wander(weeks, 0.5, 0.15, luck)) * np.where(np.arange(weeks) % 4 == 3, 0.75, 1.05)
    volume[luck.random(weeks) < 0.06] *= 1.5
    day = np.arange(days)
    swing = scenario.season * np.cos(2 * np.pi * (day + luck.integers(365)) / 365)
    drift = scenario.trend * (0.5 - day / days)
    stress = scenario.stress * np.repeat(_wander(weeks, 0.75, 1.0, luck), 7)
    disrupted = np.zeros(days, bool) if scenario.steady else _disruptions(days, luck)
    motivation = 0.0 if scenario.steady else np.repeat(_wander(weeks, 0.8, 0.8, luck), 7)
    return Nature(
        usual_km=luck.uniform(6, 10),
        run_weekdays=frozenset(run_weekdays.tolist()),
        long_weekday=int(max(run_weekdays)),
        session_weekdays=WEEKDAYS[luck.integers(len(WEEKDAYS))],
        skipping=luck.normal(SKIP_LOG_ODDS, BETWEEN_RUNNERS) + 2.5 * disrupted + motivation + swing + drift + stress,
        susceptibility=(0.0 if scenario.steady else _wander(days, 0.97, 0.6, luck)) + swing + drift + stress,
        volume=volume,
        disrupted=disrupted,
    )


def _wander(length: int, memory: float, spread: float, luck: np.random.Generator) -> np.ndarray:
    """A first-order autoregression with this standard deviation."""
    shocks = luck.normal(0, spread * np.sqrt(1 - memory**2), length)
    path, now = np.empty(length), luck.normal(0, spread)
    for step in range(length):
        now = path[step] = memory * now + shocks[step]
    return path


def _disruptions(days: int, luck: np.random.Generator) -> np.ndarray:
    """Stretches of 8 days on average, on about 14 days of 100."""
    disrupted = np.zeros(days, bool)
    day = luck.geometric(1 / 49)
    while day < days:
        length = luck.geometric(1 / 8)
        disrupted[day : day + length] = True
        day += length + luck.geometric(1 / 49)
    return disrupted


def _maybe_run(scenario: Scenario, nature: Nature, diary: Diary, day: int, luck: np.random.Generator) -> None:
    if day % 7 not in nature.run_weekdays or day <= diary.rest_until:
        return
    willing = 0.35 if nature.disrupted[day] else 0.75 if day - diary.last_pain <= 6 else 0.92
    if luck.random() > willing:
        return
    length = nature.usual_km * nature.volume[day // 7] * (1.7 if day % 7 == nature.long_weekday else 1.0)
    diary.km[day] = max(length * luck.normal(1, 0.1), 1.0)
    if day - diary.last_run > 6:
        diary.back_since = day
    diary.last_run = day
    starts = luck.random() < min(_onset_chance(scenario, nature, diary, day), 0.9)
    lingers = not scenario.steady and luck.random() < 0.5 * 0.5 ** ((day - diary.last_pain) / 5)
    hurts = starts or lingers
    if hurts:
        if day - diary.last_pain > 7:
            _new_pain(scenario, diary, day, luck)
        diary.last_pain = day
    answer = None if luck.random() < UNANSWERED else bool(hurts and luck.random() < scenario.tagged)
    diary.runs.append(RunDay(FIRST + day, 1000 * diary.km[day], answer))


def _onset_chance(scenario: Scenario, nature: Nature, diary: Diary, day: int) -> float:
    chance = scenario.pain_rate * np.exp(nature.susceptibility[day] + scenario.load[1] * _overload(nature, diary, day))
    if day - diary.back_since < 10:
        chance *= scenario.return_factor
    if scenario.ratio != 1:
        nearest, farthest = scenario.window
        missed = [diary.missed[at] for at in range(day - farthest, day - nearest + 1) if at in diary.missed]
        if len(missed) >= 2 and sum(missed) >= len(missed) / 2:
            chance *= scenario.ratio
    return float(chance)


def _overload(nature: Nature, diary: Diary, day: int) -> float:
    """The last week's kilometres against the usual, minus 1."""
    usual = nature.usual_km * (len(nature.run_weekdays) + 0.7)
    return float(np.clip(diary.km[max(day - 7, 0) : day].sum() / usual - 1, -1, 1.5))


def _new_pain(scenario: Scenario, diary: Diary, day: int, luck: np.random.Generator) -> None:
    diary.onsets.append(day)
    if luck.random() < scenario.layoff:
        diary.rest_until = day + int(luck.integers(14, 22))


def _maybe_skip(scenario: Scenario, nature: Nature, diary: Diary, day: int, luck: np.random.Generator) -> None:
    before = [run.day - FIRST for run in diary.runs[-12:] if run.pain and run.day - FIRST < day]
    recent = np.exp(-(day - before[-1]) / scenario.reverse[1]) if before else 0.0
    niggle = any(day < onset <= day + scenario.prodrome_days for onset in diary.onsets[-2:])
    log_odds = nature.skipping[day] + scenario.load[0] * _overload(nature, diary, day)
    log_odds += scenario.reverse[0] * recent + 2.5 * niggle
    missed = day <= diary.rest_until or luck.random() < 1 / (1 + np.exp(-log_odds))
    diary.missed[day] = missed
    explained = missed and (niggle or recent > 0.2) and luck.random() < scenario.reasons
    if not explained:
        diary.slots.append(Slot(FIRST + day, missed))
