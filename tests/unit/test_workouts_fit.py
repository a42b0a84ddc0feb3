"""Workout files: Garmin Connect's layout, read the same by three decoders that did not write them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import fitdecode
import pytest
from garmin_fit_sdk import Decoder, Stream
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.domain.workout import (
    BAND_WALKS,
    BodySide,
    Exercise,
    Intensity,
    LapButton,
    Level,
    RepeatGroup,
    Reps,
    Seconds,
    Step,
    Workout,
)
from syncer.errors import SyncerError
from syncer.workouts.catalog import EXERCISES
from syncer.workouts.fit import WorkoutFile, encode
from syncer.workouts.fit_encoding import BaseType, Field, Message
from syncer.workouts.fit_encoding import encode as encode_messages
from syncer.workouts.template import parse
from syncer.workouts.template_build import Template
from syncer.workouts.verify import decode, verify

REPO = Path(__file__).resolve().parents[2]
REAL = REPO.parent / "shared" / "data" / "fit" / "workouts"


def template(slug: str) -> Template:
    return parse((REPO / f"templates/{slug}.toml").read_text(encoding="utf-8"), f"{slug}.toml")


BAND_WALK = template("lateral-band-walk").build()


def workout(*steps: Step | RepeatGroup, **changes: object) -> Workout:
    return replace(Workout("W", "w", "", Level("base", "none", "", 1, 1), steps or (clam(),)), **changes)


def clam(**changes: object) -> Step:
    return replace(Step("Clam", Reps(10), exercise=EXERCISES["clam"]), **changes)


def messages(data: bytes) -> list[fitdecode.FitDataMessage]:
    with fitdecode.FitReader(
        io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE, error_handling=fitdecode.ErrorHandling.RAISE
    ) as reader:
        return [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]


def raw(message: fitdecode.FitDataMessage) -> dict[int, object]:
    return {field.def_num: field.raw_value for field in message.fields if field.def_num is not None}


def rows(data: bytes, name: str) -> list[dict[int, object]]:
    return [raw(message) for message in messages(data) if message.name == name]


def sdk(data: bytes) -> dict[str, list[dict[str, object]]]:
    assert Decoder(Stream.from_byte_array(bytearray(data))).check_integrity()
    found, errors = Decoder(Stream.from_byte_array(bytearray(data))).read()
    assert errors == []
    return found


def test_the_band_walk_as_fitdecode_reads_it() -> None:
    file = encode(BAND_WALK)
    names = [message.name for message in messages(file.data)]
    assert names == ["file_id", "file_creator", "workout", *["workout_step"] * 6, *["exercise_title"] * 4]
    file_id = rows(file.data, "file_id")[0]
    assert (file_id[0], file_id[1], file_id[2], file_id[3]) == (5, 1, 65534, file.serial)
    assert rows(file.data, "workout")[0] | {17: ""} == {
        5: 32, 8: "Band walk L5 light 3x10", 17: "", 6: 6, 4: 10, 11: 20
    }  # fmt: skip
    right, left, rest, repeat, stretch, roll = rows(file.data, "workout_step")
    assert [step[254] for step in (right, left, rest, repeat, stretch, roll)] == list(range(6))
    assert [(step[1], step[2], step[3], step[4], step[7]) for step in (right, left, rest, repeat, stretch, roll)] == [
        (29, 10, 2, 0, 0),
        (29, 10, 2, 0, 0),
        (0, 60_000, 2, 0, 1),
        (6, 0, None, 3, None),
        (0, 60_000, 2, 0, 3),
        (0, 120_000, 2, 0, 3),
    ]
    assert [(step[10], step[11]) for step in (right, left, rest, repeat)] == [
        (65534, 1), (65534, 2), (None, None), (None, None)
    ]  # fmt: skip
    assert (stretch[10], stretch[11]) == (31, 32)
    titles = {(title[0], title[1]): title[2] for title in rows(file.data, "exercise_title")}
    assert [titles[step[10], step[11]] for step in (right, left, stretch, roll)] == [
        "Band walk RIGHT", "Band walk LEFT", "Glute stretch", "IT-band foam roll"
    ]  # fmt: skip
    assert (right[0], left[0]) == ("Band walk RIGHT", "Band walk LEFT")
    assert "lead with the heel" in str(right[8])


def test_the_band_walk_as_the_official_decoder_reads_it() -> None:
    file = encode(BAND_WALK)
    found = sdk(file.data)
    assert found["file_id_mesgs"][0]["type"] == "workout"
    assert found["file_id_mesgs"][0]["serial_number"] == file.serial
    assert found["file_id_mesgs"][0]["time_created"] == file.time_created
    assert found["workout_mesgs"][0]["wkt_description"] == BAND_WALK.description
    assert found["workout_mesgs"][0]["sub_sport"] == "strength_training"
    steps = found["workout_step_mesgs"]
    assert [step.get("duration_type") for step in steps] == [
        "reps", "reps", "time", "repeat_until_steps_cmplt", "time", "time"
    ]  # fmt: skip
    assert (steps[0]["duration_reps"], steps[2]["duration_time"], steps[3]["repeat_steps"]) == (10, 60.0, 3)
    assert steps[3]["duration_step"] == 0
    assert [step.get("intensity") for step in steps] == ["active", "active", "rest", None, "cooldown", "cooldown"]


def test_catalogue_labels_keep_the_band_walk_recognisable_and_say_the_side_in_the_notes() -> None:
    file = encode(BAND_WALK, labels="catalog")
    right, left, *_ = rows(file.data, "workout_step")
    assert (right[10], right[11]) in BAND_WALKS
    assert (left[10], left[11]) == (right[10], right[11])
    assert str(right[8]).startswith("Band walk RIGHT. ")
    assert str(left[8]).startswith("Band walk LEFT. ")
    titles = [(title[0], title[1], title[2]) for title in rows(file.data, "exercise_title")]
    assert titles == [(11, 11, "Lateral band walk"), (31, 32, "Glute stretch"), (65534, 1, "IT-band foam roll")]
    assert file.serial != encode(BAND_WALK).serial


def test_the_layout_is_that_of_connects_own_export() -> None:
    export = REAL / "Daniel-Vitanza__FullBody_-_Beginner_-_A_workout.fit"
    if not export.exists():
        pytest.skip("the real workout files are not on this machine")

    def layout(data: bytes, name: str) -> list[tuple[int, int, int]]:
        with fitdecode.FitReader(io.BytesIO(data)) as reader:
            for frame in reader:
                if isinstance(frame, fitdecode.FitDefinitionMessage) and frame.name == name:
                    return [(field.def_num, field.size, field.base_type.identifier) for field in frame.field_defs]
        return []

    ours, theirs = encode(BAND_WALK).data, export.read_bytes()
    assert ours[1] == 0x10
    for name in ("workout_step", "exercise_title"):
        assert layout(ours, name) == layout(theirs, name)
    assert sum(size for _, size, _ in layout(ours, "workout_step")) <= 254
    connect = REAL / "Daniel-Vitanza__D55A5738.fit"
    assert decode(connect.read_bytes()).order == decode(ours).order
    assert {field: size for field, size, _ in layout(ours, "workout")}.items() <= {
        field: size for field, size, _ in layout(connect.read_bytes(), "workout")
    }.items()
    assert ours[:4] == connect.read_bytes()[:4]


def test_real_workouts_are_read_back() -> None:
    files = sorted(REAL.glob("*.fit"))
    if not files:
        pytest.skip("the real workout files are not on this machine")
    read = [decode(file.read_bytes()) for file in files]
    assert all(found.num_valid_steps == len(found.steps) > 40 for found in read)
    assert all([step.index for step in found.steps] == list(range(len(found.steps))) for found in read)
    assert any(step.rounds == 3 for found in read for step in found.steps)


def test_equal_plans_are_equal_bytes_and_different_ones_have_other_serials() -> None:
    band_walk = template("lateral-band-walk")
    assert encode(band_walk.build("light", why="one")) == encode(band_walk.build("5", why="another"))
    files = [encode(band_walk.build(level.name)) for level in band_walk.levels]
    assert len({file.serial for file in files}) == len({file.file_name for file in files}) == 15
    group, *after = BAND_WALK.steps
    assert isinstance(group, RepeatGroup)
    other = replace(group, steps=(replace(group.steps[0], notes="Other notes."), *group.steps[1:]))
    assert encode(replace(BAND_WALK, steps=(other, *after))).serial != encode(BAND_WALK).serial


def test_identity_is_made_from_the_content() -> None:
    file = encode(BAND_WALK)
    assert 0 < file.serial < 0xFFFFFFFF
    assert datetime(2024, 1, 1, tzinfo=UTC) <= file.time_created < datetime(2025, 1, 1, tzinfo=UTC)
    assert file.file_name == f"lateral-band-walk-{file.serial:08x}.fit"
    assert encode(replace(BAND_WALK, slug="../Ä b")).file_name.startswith("-b-")


def test_one_set_is_plain_steps() -> None:
    group = BAND_WALK.steps[0]
    assert isinstance(group, RepeatGroup)
    steps = decode(encode(workout(replace(group, rounds=1))).data).steps
    assert [step.name for step in steps] == ["Band walk RIGHT", "Band walk LEFT"]
    assert all(step.rounds is None for step in steps)


def test_several_repeats_point_to_their_own_first_steps() -> None:
    rest = Step("Rest", LapButton(), Intensity.REST)
    plan = workout(clam(), RepeatGroup(2, (clam(), rest)), rest, RepeatGroup(4, (clam(),)))
    steps = decode(encode(plan).data).steps
    assert [(step.index, step.first, step.rounds) for step in steps if step.rounds] == [(3, 1, 2), (6, 5, 4)]
    assert steps[2].end == LapButton()
    verify(plan, encode(plan).data)


@pytest.mark.parametrize(
    "step",
    [
        clam(end=Reps(0)),
        clam(end=Reps(-1)),
        clam(end=Reps(70_000)),
        clam(end=Reps(True)),
        clam(end=Reps(10.5)),  # type: ignore[arg-type]
        clam(end=Seconds(0)),
        clam(end=Seconds(86_401)),
        clam(end=Seconds(1.5)),  # type: ignore[arg-type]
        clam(title="a\0b"),
        clam(notes="\ud800"),
        clam(exercise=Exercise("x", "X", 70_000, 1, None, None)),
        RepeatGroup(0, (clam(),)),
        RepeatGroup(3, ()),
        RepeatGroup(3, (RepeatGroup(2, (clam(),)),)),  # type: ignore[arg-type]
        RepeatGroup(2, (clam(side=BodySide.RIGHT), clam(side=BodySide.LEFT))),
    ],
)
def test_what_cannot_be_written_is_refused(step: Step | RepeatGroup) -> None:
    with pytest.raises(SyncerError) as caught:
        encode(workout(step))
    assert caught.value.code == "workout-limit"


def test_an_empty_and_an_endless_workout_are_refused() -> None:
    for steps in ((), (clam(),) * 501):
        with pytest.raises(SyncerError, match="steps"):
            encode(replace(BAND_WALK, steps=steps))


def test_long_sided_titles_keep_their_side_in_fifteen_bytes() -> None:
    def named(title: str, side: BodySide) -> str:
        return decode(encode(workout(clam(title=title, side=side))).data).steps[0].name

    assert named("Side-lying leg raise RIGHT", BodySide.RIGHT) == "Side-lying R"
    assert named("Side-lying leg raise LEFT", BodySide.LEFT) == "Side-lying L"
    assert named("Übungsbeschreibungswort", BodySide.LEFT) == "Übungsbeschr L"


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=260)
ends = st.builds(Reps, st.integers(1, 65_535)) | st.builds(Seconds, st.integers(1, 86_400)) | st.just(LapButton())


@st.composite
def steps(draw: st.DrawFn) -> Step:
    if draw(st.integers(0, 3)) == 0:
        return Step("Rest", draw(ends), Intensity.REST, notes=draw(texts))
    side = draw(st.none() | st.sampled_from(BodySide))
    title = draw(st.text("ab é🦵", min_size=1, max_size=220)) + f" {side.value.upper() if side else 'x'}"
    kind = draw(st.sampled_from([Intensity.ACTIVE, Intensity.WARMUP, Intensity.COOLDOWN]))
    return Step(title, draw(ends), kind, draw(st.sampled_from(list(EXERCISES.values()))), side, draw(texts))


items = steps() | st.builds(RepeatGroup, st.integers(1, 99), st.lists(steps(), min_size=1, max_size=4).map(tuple))
plans = st.builds(workout, name=texts, description=texts).flatmap(
    lambda plan: st.lists(items, min_size=1, max_size=5).map(lambda some: replace(plan, steps=tuple(some)))
)


@settings(max_examples=60, deadline=None)
@given(plans, st.sampled_from(["sides", "catalog"]))
def test_any_plan_survives_the_way_to_the_file_and_back(plan: Workout, labels: str) -> None:
    file = encode(plan, labels=labels)
    verify(plan, file.data, labels)
    found = sdk(file.data)
    assert found["workout_mesgs"][0]["num_valid_steps"] == len(found["workout_step_mesgs"])
    for message in messages(file.data):
        for field in message.fields:
            assert not isinstance(field.raw_value, str) or "\ufffd" not in field.raw_value or "\ufffd" in str(plan)


def swapped(changes: dict[int, object], name: str = "workout_step", index: int = 0) -> bytes:
    """The band walk's file with some fields of one message changed, its checksums right."""
    base = {kind.code: kind for kind in BaseType}
    written, seen = [], 0
    with fitdecode.FitReader(io.BytesIO(encode(BAND_WALK).data)) as reader:
        for frame in reader:
            if not isinstance(frame, fitdecode.FitDataMessage):
                continue
            values = raw(frame)
            if frame.name == name:
                values |= changes if seen == index else {}
                seen += 1
            fields = []
            for definition in frame.def_mesg.field_defs:
                kind = base[definition.base_type.identifier]
                size = definition.size if kind is BaseType.STRING else None
                fields.append(Field(definition.def_num, kind, values[definition.def_num], size))  # type: ignore[arg-type]
            written.append(Message(frame.global_mesg_num, tuple(fields)))
    return encode_messages(written)


def test_the_swapping_of_this_test_changes_nothing_by_itself() -> None:
    assert swapped({}) == encode(BAND_WALK).data


@pytest.mark.parametrize(
    ("changes", "name", "index", "says"),
    [
        ({2: 11}, "workout_step", 0, "Reps(count=11)"),
        ({1: 0, 2: 10_000}, "workout_step", 0, "Seconds(seconds=10)"),
        ({2: 60}, "workout_step", 2, "ends by None"),
        ({4: 2}, "workout_step", 3, "2 rounds of 3 steps"),
        ({2: 1}, "workout_step", 3, "4 steps and repeats instead of 3"),
        ({2: 3}, "workout_step", 3, "does not point back"),
        ({7: 1}, "workout_step", 0, "rest"),
        ({8: "other"}, "workout_step", 1, "has the notes 'other'"),
        ({254: 7}, "workout_step", 1, "not numbered"),
        ({0: None}, "workout_step", 1, "has no name"),
        ({11: 1}, "workout_step", 1, "look the same"),
        ({10: None, 11: None}, "workout_step", 0, "has exercise None"),
        ({2: "Band walk RIGHT"}, "exercise_title", 1, "is shown as 'Band walk RIGHT'"),
        ({1: 9}, "exercise_title", 0, "not exactly one title"),
        ({6: 5}, "workout", 0, "num_valid_steps is 5"),
        ({8: "Other"}, "workout", 0, "the name is 'Other'"),
        ({17: "Other"}, "workout", 0, "the description is 'Other'"),
        ({4: 4}, "workout", 0, "not strength training"),
        ({3: None}, "file_id", 0, "no serial number"),
    ],
)
def test_verification_sees_a_changed_file(changes: dict[int, object], name: str, index: int, says: str) -> None:
    with pytest.raises(SyncerError) as caught:
        verify(BAND_WALK, swapped(changes, name, index))
    assert caught.value.code == "workout-verify"
    assert says in caught.value.why


def test_verification_sees_a_damaged_or_foreign_file() -> None:
    data = encode(BAND_WALK).data
    activity = encode_messages([Message(0, (Field(0, BaseType.ENUM, 4),))])
    for broken in (b"", data[:-1], data[:100], data[:60] + b"\xff" + data[61:], b"x" * 300, activity, data + data):
        with pytest.raises(SyncerError) as caught:
            verify(BAND_WALK, broken)
        assert caught.value.code == "workout-verify"


def test_every_shipped_workout_passes() -> None:
    for slug in ("lateral-band-walk", "hip-circuit", "no-band"):
        shipped = template(slug)
        for level in [*(level.name for level in shipped.levels), f"{shipped.levels[-1].name}-deload"]:
            for labels in ("sides", "catalog"):
                file: WorkoutFile = encode(shipped.build(level), labels=labels)
                verify(shipped.build(level), file.data, labels)
