"""The method's promise, on simulated runners in whom skipping does nothing (our own generator, fixed seeds)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.calibration.measure import measure, measure_interval, measure_weekly
from scripts.calibration.runners import simulate
from scripts.calibration.scenarios import EFFECTS, EVERY, HIDDEN, NULLS

SEED = 404
REPO = Path(__file__).resolve().parents[2]


def test_a_runner_is_the_same_every_time_and_another_one_is_not():
    world = EVERY["load and reverse"]
    assert simulate(world, 26, SEED, 3) == simulate(world, 26, SEED, 3)
    assert simulate(world, 26, SEED, 3) != simulate(world, 26, SEED, 4)


def test_simulated_years_look_like_years():
    for world in (*NULLS, *HIDDEN, *EFFECTS):
        slots, runs = zip(*(simulate(world, 52, SEED, number) for number in range(10)), strict=True)
        per_week = sum(map(len, runs)) / 520
        skipped = sum(slot.missed for one in slots for slot in one) / sum(map(len, slots))
        hurt = sum(bool(run.pain) for one in runs for run in one) / sum(map(len, runs))
        assert 1.5 < per_week < 5, world.name
        assert 0.08 < skipped < 0.7, world.name
        assert 0.02 < hurt < 0.4, world.name


@pytest.mark.slow
def test_nothing_is_found_where_there_is_nothing():
    """p ≤ 0.05 in at most 6 % is the promise; 200 runners allow for 3 points of chance."""
    worlds = ("autocorrelated", "load and reverse", "season", "lay-off")
    rates = [measure(world, 52, 50, SEED, replays=1999, rivals=False) for world in worlds]
    assert sum(rate.watch for rate in rates) / len(rates) <= 0.09
    assert sum(rate.pattern for rate in rates) / len(rates) <= 0.03


@pytest.mark.slow
def test_fisher_cries_wolf_where_the_replay_test_does_not():
    """Pain that makes people skip: the reason for all this."""
    rate = measure("reverse causation, strong", 52, 60, SEED, replays=1999)
    assert rate.fisher >= 0.25
    assert rate.watch <= 0.09
    assert rate.fisher >= 4 * rate.watch


@pytest.mark.slow
def test_a_strong_link_is_found_more_often_than_none():
    link = measure("ratio 4", 104, 40, SEED, replays=999, rivals=False)
    assert link.watch >= 0.25


def test_the_tables_are_printed():
    def printed(*arguments: str) -> str:
        command = [sys.executable, "-m", "scripts.calibration", *arguments]
        return subprocess.run(command, cwd=REPO, check=True, capture_output=True, text=True).stdout

    assert "load and reverse, 60 % tagged" in " ".join(printed("--help").split())
    small = (
        "--runners",
        "2",
        "--intervals",
        "2",
        "--weekly",
        "1",
        "--weeks",
        "12",
        "--replays",
        "19",
        "--processes",
        "1",
    )
    out = printed(*small, "--only", "independent", "hidden stress")
    assert "| independent | 0.0 | 0.0 |" in out
    assert "| hidden stress |" in out
    assert "**95 % interval of the ratio**" in out
    assert "**Weekly reading**" in out


@pytest.mark.slow
def test_the_interval_holds_the_ratio_of_its_world():
    rate = measure_interval("ratio 3", 52, 120, SEED)
    assert rate.own == rate.effect
    assert 1.6 < rate.own < 3
    assert rate.covers_own
    assert rate.covers_own >= 0.88


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("world", [world.name for world in NULLS])
def test_false_alarms_of_every_null(world):
    for weeks in (26, 52):
        assert measure(world, weeks, 150, SEED, replays=1999, rivals=False).watch <= 0.11, (
            weeks
        )  # 6 % and 2.5 standard errors


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_year_of_weekly_looks():
    rates = [measure_weekly(world, 52, 25, SEED, replays=999) for world in ("autocorrelated", "lay-off")]
    assert sum(rate.pattern for rate in rates) / len(rates) <= 0.1
