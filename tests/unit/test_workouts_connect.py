"""Connect's workout JSON: the same workout as the FIT file, and any silent change of it noticed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncer.domain.workout import LapButton, RepeatGroup, Reps, Seconds, Step, Workout
from syncer.workouts.catalog import EXERCISES
from syncer.workouts.connect import content_hash, differences, marker, read_marker, to_json
from syncer.workouts.fit import encode
from syncer.workouts.summary import active_sets, duration_s, remarks, show
from syncer.workouts.template import parse
from syncer.workouts.template_build import Template
from syncer.workouts.verify import DecodedStep, decode

REPO = Path(__file__).resolve().parents[2]
Json = dict[str, Any]


def template(slug: str) -> Template:
    return parse((REPO / f"templates/{slug}.toml").read_text(encoding="utf-8"), f"{slug}.toml")


BAND_WALK = template("lateral-band-walk").build()
EVERY = [
    pytest.param(template(slug).build(level.name), id=f"{slug}-{level.name}")
    for slug in ("lateral-band-walk", "hip-circuit", "no-band")
    for level in template(slug).levels
]


def body(workout: Workout = BAND_WALK) -> Json:
    return to_json(workout, marker=marker(workout))


def flat(steps: list[Json]) -> list[Json]:
    """A repeat after its steps, as FIT has it."""
    found = []
    for step in steps:
        found += [*flat(step["workoutSteps"]), step] if "workoutSteps" in step else [step]
    return found


@pytest.mark.parametrize("workout", EVERY)
def test_connect_and_fit_say_the_same_step_by_step(workout: Workout) -> None:
    connect = flat(body(workout)["workoutSegments"][0]["workoutSteps"])
    fit = decode(encode(workout).data).steps
    assert len(connect) == len(fit)
    for step, decoded in zip(connect, fit, strict=True):
        if decoded.rounds:
            assert step["numberOfIterations"] == step["endConditionValue"] == decoded.rounds
            assert len(step["workoutSteps"]) == decoded.index - (decoded.first or 0)
            continue
        assert (step["endCondition"]["conditionTypeId"], step.get("endConditionValue")) == _end(decoded)
        kinds = {"active": 3, "rest": 5, "warmup": 1, "cooldown": 2}
        assert step["stepType"]["stepTypeId"] == kinds[str(decoded.intensity)]
        if decoded.category is None:
            assert "category" not in step
        else:
            assert step["description"] == f"{decoded.shown}. {decoded.notes}".removesuffix(". ")
            _same_exercise(step, workout, decoded)


def _end(decoded: DecodedStep) -> tuple[int, float | None]:
    if isinstance(decoded.end, Reps):
        return 10, decoded.end.count
    return (2, decoded.end.seconds) if isinstance(decoded.end, Seconds) else (1, None)


def _same_exercise(step: Json, workout: Workout, decoded: DecodedStep) -> None:
    steps = [one for item in workout.steps for one in (item.steps if isinstance(item, RepeatGroup) else (item,))]
    exercise = next(one.exercise for one in steps if one.title == decoded.shown)
    assert exercise is not None
    assert step.get("category") == exercise.connect_category
    catalogue = decode(encode(workout, labels="catalog").data).steps[decoded.index]
    if exercise.connect_category:
        assert (catalogue.category, catalogue.exercise) == (exercise.category, exercise.name)


def test_the_rules_that_connect_does_not_tell() -> None:
    sent = body()
    sport = {"sportTypeId": 5, "sportTypeKey": "strength_training", "displayOrder": 5}
    assert sent["sportType"] == sent["workoutSegments"][0]["sportType"] == sport
    group, *after = sent["workoutSegments"][0]["workoutSteps"]
    assert (group["type"], group["numberOfIterations"], group["endConditionValue"]) == ("RepeatGroupDTO", 3, 3.0)
    assert group["endCondition"]["conditionTypeId"] == 7
    assert group["skipLastRestStep"] is True
    right, left, rest = group["workoutSteps"]
    assert [step["stepOrder"] for step in (group, right, left, rest, *after)] == [1, 2, 3, 4, 5, 6]
    assert (right["category"], right["exerciseName"]) == ("HIP_STABILITY", "LATERAL_WALKS_WITH_BAND_AT_ANKLES")
    assert right["endCondition"]["conditionTypeKey"] == "reps"
    assert right["description"].startswith("Band walk RIGHT. ")
    assert left["description"].startswith("Band walk LEFT. ")
    assert "category" not in rest
    assert "category" not in after[1]
    assert sent["estimatedDurationInSecs"] == 480


def test_no_object_is_shared() -> None:
    seen: list[int] = []

    def walk(value: object) -> None:
        if isinstance(value, dict | list):
            assert id(value) not in seen
            seen.append(id(value))
            for inner in value.values() if isinstance(value, dict) else value:
                walk(inner)

    sent = body(template("hip-circuit").build())
    walk(sent)
    walk(to_json(BAND_WALK, marker="syncer:x"))


def test_one_set_is_plain_steps() -> None:
    steps = body(template("no-band").build("1"))["workoutSegments"][0]["workoutSteps"]
    assert all(step["type"] == "ExecutableStepDTO" for step in steps)
    assert [step["stepOrder"] for step in steps] == list(range(1, 9))


def test_marker_and_hash_end_the_description_and_do_not_depend_on_the_reason() -> None:
    one, other = (replace(BAND_WALK, why=why) for why in ("two good weeks", ""))
    assert read_marker(body(one)["description"]) == (marker(one), content_hash(one))
    assert content_hash(one) == content_hash(other)
    assert "two good weeks" in body(one)["description"]
    medium = template("lateral-band-walk").build("medium")
    assert marker(medium) == marker(BAND_WALK) == "syncer:lateral-band-walk"
    assert content_hash(medium) != content_hash(BAND_WALK)
    assert [read_marker(text) for text in (None, "", "my own", "[syncer:x]")] == [None] * 4


def test_texts_are_ascii_and_within_the_limits() -> None:
    odd = replace(BAND_WALK, name="Hüfte – 3×10 🦵", description="é…“ß”\n" * 400, why="ありがとう ≥ 2")
    sent = body(odd)
    assert sent["workoutName"] == "Hufte - 3x10"
    assert json.dumps(sent, ensure_ascii=False).isascii()
    assert len(sent["description"]) <= 1024
    assert sent["description"].startswith('e..."ss"\n')
    assert read_marker(sent["description"]) == (marker(odd), content_hash(odd))
    assert body(replace(BAND_WALK, name="ありがとう"))["workoutName"] == "lateral-band-walk"


def test_what_connect_adds_of_its_own_is_no_difference() -> None:
    stored = copy.deepcopy(body())
    stored |= {"workoutId": 1, "ownerId": 2, "author": {}, "updatedDate": "x"}
    for step in flat(stored["workoutSegments"][0]["workoutSteps"]):
        step |= {
            "stepId": 99,
            "weightValue": None,
            "exerciseName": step.get("exerciseName"),
            "category": step.get("category"),
        }
        step["description"] = step.get("description") or None
    stored["workoutSegments"][0]["workoutSteps"].reverse()
    assert differences(body(replace(BAND_WALK, why="another")), stored) == []


def _group(stored: Json) -> Json:
    group: Json = stored["workoutSegments"][0]["workoutSteps"][0]
    return group


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (
            lambda stored: stored["sportType"].update(sportTypeId=4, sportTypeKey="swimming"),
            "sport of the workout is swimming",
        ),
        (
            lambda stored: stored["workoutSegments"][0]["sportType"].update(sportTypeKey="swimming"),
            "sport of a segment",
        ),
        (lambda stored: _group(stored).pop("numberOfIterations"), "rounds is None, not 3"),
        (
            lambda stored: _group(stored)["endCondition"].update(conditionTypeId=6, conditionTypeKey="heart.rate"),
            "heart.rate",
        ),
        (lambda stored: _group(stored)["workoutSteps"].pop(), "2 steps instead of 3 in step 1"),
        (lambda stored: _group(stored)["workoutSteps"][0].update(exerciseName=""), "exercise is"),
        (lambda stored: _group(stored)["workoutSteps"][0].update(category="SQUAT"), "step 2: exercise is ('SQUAT'"),
        (lambda stored: _group(stored)["workoutSteps"][1].update(description="x"), "step 3: note is 'x'"),
        (
            lambda stored: _group(stored)["workoutSteps"][1].update(endConditionValue=12.0),
            "end value is 12.0, not 10.0",
        ),
        (lambda stored: _group(stored)["workoutSteps"][2]["stepType"].update(stepTypeId=3), "step 4: step type"),
        (lambda stored: stored["workoutSegments"][0]["workoutSteps"].pop(), "2 steps instead of 3"),
        (lambda stored: stored.update(workoutSegments=None), "0 segments instead of 1"),
        (lambda stored: stored.update(description="mine"), "marker"),
        (lambda stored: stored.update(workoutName=None), "the name is 'None'"),
        (lambda stored: stored.pop("sportType"), "sport of the workout is None"),
    ],
)
def test_every_silent_change_is_seen(damage: Callable[[Json], object], says: str) -> None:
    stored = copy.deepcopy(body())
    damage(stored)
    assert any(says in one for one in differences(body(), stored)), differences(body(), stored)


def test_how_long_it_takes_and_what_is_shown() -> None:
    # 3 x (10 + 10 reps of 3 s), two rests of a minute between, a minute of stretching, two of rolling
    assert duration_s(BAND_WALK) == 3 * 60 + 2 * 60 + 60 + 120
    assert active_sets(BAND_WALK) == 6
    shown = show(replace(BAND_WALK, why="the rule"))
    assert json.loads(json.dumps(shown)) == shown
    assert {key: shown[key] for key in ("name", "slug", "level", "sets", "reps_per_set", "why")} == {
        "name": "Band walk L5 light 3x10",
        "slug": "lateral-band-walk",
        "level": "5",
        "sets": 3,
        "reps_per_set": 10,
        "why": "the rule",
    }
    group, stretch, roll = shown["steps"]
    assert [step["kind"] for step in (group, *group["steps"], stretch, roll)] == [
        "repeat", "exercise", "exercise", "rest", "exercise", "exercise"
    ]  # fmt: skip
    assert (group["rounds"], group["steps"][0]["side"], group["steps"][0]["reps"]) == (3, "right", 10)
    assert (group["steps"][2]["duration_s"], stretch["duration_s"]) == (60, 60)


def test_steps_without_reps_and_long_workouts() -> None:
    stretch = Step("Stretch", LapButton(), exercise=EXERCISES["glute-stretch"])
    timed = replace(BAND_WALK, steps=(stretch,))
    assert (show(timed)["reps_per_set"], show(timed)["sets"], show(timed)["steps"][0]["until"]) == (
        None,
        1,
        "lap-button",
    )
    assert remarks(timed) == ()
    assert "51 steps" in remarks(replace(BAND_WALK, steps=(stretch,) * 51))[0]
