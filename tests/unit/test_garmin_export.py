"""Garmin's account export becomes recordings: rows, FIT files, and which of them belong together."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.domain.activity import Note, Provider, Recording, Sport
from syncer.sources.detect import detect
from syncer.sources.json_rows import json_rows
from syncer.sources.scan import read, scan
from syncer.sync.ports import ImportItem, Intake, Skipped
from tests.export_builder import garmin_export, garmin_row, milliseconds, write_folder, write_zip, zipped
from tests.fit_builder import (
    RUNNING,
    STRENGTH_TRAINING,
    TRAINING,
    Leg,
    SetDone,
    Stream,
    activity,
    band_walk,
    file_id,
    record,
    run,
    with_wrong_crc,
)

SIX = datetime(2026, 1, 6, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MONITORING = Stream().add(file_id(32, created=SIX)).add(record(SIX)).file()


def items(path: Path) -> list[ImportItem | Skipped]:
    return list(scan(detect(path)))


def intakes(path: Path) -> dict[str, Intake]:
    return {item.key: read(item) for item in items(path) if isinstance(item, ImportItem)}


def recordings(path: Path) -> dict[str, Recording]:
    return {one.key.short_id: one for intake in intakes(path).values() for one in intake.recordings}


def garmin(path: Path) -> dict[str, Recording]:
    return {key[1:]: one for key, one in recordings(path).items() if one.key.provider is Provider.GARMIN}


def files(path: Path) -> list[Recording]:
    return [one for one in recordings(path).values() if one.key.provider is Provider.FILE]


def reasons(path: Path) -> list[tuple[str, bool]]:
    skipped = [one for one in items(path) if isinstance(one, Skipped)]
    skipped += [one for intake in intakes(path).values() for one in intake.skipped]
    return [(one.reason, one.broken) for one in skipped]


def export(tmp_path: Path, rows: list[dict[str, object]], fits: Mapping[str, bytes] | None = None) -> Path:
    return write_zip(tmp_path / "garmin.zip", garmin_export(rows, [fits] if fits is not None else []))


def one_row(tmp_path: Path, **changes: object) -> Recording:
    row = garmin_row(1, SIX, **changes)  # type: ignore[arg-type]
    return garmin(export(tmp_path, [row]))["1"]


def test_units_are_milliseconds_and_centimetres(tmp_path: Path) -> None:
    found = one_row(tmp_path, seconds=1800.5, distance_m=5012.34, elapsedDuration=1900_000)
    assert (found.elapsed_s, found.timer_s) == (1900.0, 1800.5)
    assert found.distance_m == pytest.approx(5012.34)


def test_the_runners_clock_is_the_difference(tmp_path: Path) -> None:
    found = one_row(tmp_path, offset_h=5.75)
    assert (found.start, found.start.utcoffset(), found.offset_known) == (SIX, timedelta(hours=5.75), True)
    assert found.start.hour == 11
    unknown = one_row(tmp_path, offset_h=None)
    assert (unknown.start, unknown.offset_known) == (SIX, False)
    absurd = one_row(tmp_path, offset_h=30)
    assert (absurd.start, absurd.offset_known) == (SIX, False)


def test_either_word_for_the_instant_will_do(tmp_path: Path) -> None:
    assert one_row(tmp_path, beginTimestamp=...).start == SIX
    assert one_row(tmp_path, startTimeGmt=...).start == SIX
    assert one_row(tmp_path, beginTimestamp=None, startTimeGmt="2026-01-06 06:00:00").start == SIX
    mixed = one_row(tmp_path, startTimeLocal="2026-01-06 07:00:00.0")
    assert (mixed.start, mixed.start.utcoffset()) == (SIX, timedelta(hours=1))


def test_a_row_with_the_wall_clock_only_is_on_the_right_day(tmp_path: Path) -> None:
    found = one_row(tmp_path, beginTimestamp=..., startTimeGmt=..., offset_h=-8)
    assert (found.start.replace(tzinfo=None), found.offset_known) == (datetime(2026, 1, 5, 22, 0), True)


def test_what_the_runner_said(tmp_path: Path) -> None:
    found = one_row(tmp_path, name="Park", description="#kneepain 3/10\r\nleft", workoutRpe=70, workoutFeel=25)
    assert found.notes == (Note("name", "Park"), Note("description", "#kneepain 3/10\nleft"))
    assert (found.rpe, found.feel) == (7.0, 25)
    silent = one_row(tmp_path, name=None, workoutRpe=None, workoutFeel=None)
    assert (silent.name, silent.rpe, silent.feel) == (None, None, None)


def test_zero_stands_for_no_workout_and_no_device(tmp_path: Path) -> None:
    told = one_row(tmp_path, workoutId=786412842, deviceId=3460891529)
    assert (told.workout_id, told.device) == ("786412842", "3460891529")
    silent = one_row(tmp_path, workoutId=0, deviceId=0)
    assert (silent.workout_id, silent.device) == (None, None)


@pytest.mark.parametrize(
    ("type_key", "sport"),
    [
        ("running", Sport.RUN),
        ("treadmill_running", Sport.RUN),
        ("track_running", Sport.RUN),
        ("trail_running", Sport.RUN),
        ("virtual_run", Sport.RUN),
        ("ultra_run", Sport.RUN),
        ("strength_training", Sport.STRENGTH),
        ("indoor_cardio", Sport.WORKOUT),
        ("hiit", Sport.WORKOUT),
        ("pilates", Sport.WORKOUT),
        ("walking", Sport.WALK),
        ("hiking", Sport.HIKE),
        ("road_biking", Sport.RIDE),
        ("lap_swimming", Sport.SWIM),
        ("transition_v2", Sport.TRANSITION),
        ("multi_sport", Sport.OTHER),
        ("yoga", Sport.OTHER),
        ("motorcycling", Sport.OTHER),
        ("something_new", Sport.OTHER),
    ],
)
def test_types(tmp_path: Path, type_key: str, sport: Sport) -> None:
    found = one_row(tmp_path, type_key=type_key)
    assert (found.sport, found.sport_label) == (sport, type_key)


def test_the_type_may_be_an_object_or_missing(tmp_path: Path) -> None:
    assert one_row(tmp_path, activityType={"typeKey": "trail_running"}).sport is Sport.RUN
    assert one_row(tmp_path, activityType=None, sportType="RUNNING").sport is Sport.RUN
    assert one_row(tmp_path, type_key="moon_walk", sportType="RUNNING").sport is Sport.RUN
    assert one_row(tmp_path, type_key="elliptical", sportType="FITNESS_EQUIPMENT").sport is Sport.OTHER


def test_sums_of_sets_where_there_is_no_file(tmp_path: Path) -> None:
    exercise = {"category": "HIP_STABILITY", "subCategory": "SIDE_STEP", "sets": 3, "reps": 31, "duration": 90_000}
    found = one_row(tmp_path, type_key="strength_training", summarizedExerciseSets=[exercise, {"category": "PLANK"}])
    assert found.sets is not None
    assert [(one.name, one.reps, one.duration_s) for one in found.sets] == [
        ("SIDE_STEP", 11, 30.0),
        ("SIDE_STEP", 10, 30.0),
        ("SIDE_STEP", 10, 30.0),
    ]
    assert one_row(tmp_path, type_key="strength_training").sets is None


def test_absurd_numbers_are_none(tmp_path: Path) -> None:
    found = one_row(tmp_path, duration=-1, elapsedDuration=1e15, distance=True, workoutRpe=1000, workoutFeel=-25)
    assert (found.timer_s, found.elapsed_s, found.distance_m) == (None, None, None)
    assert (found.rpe, found.feel) == (None, None)


def test_a_row_and_its_file_are_one_recording(tmp_path: Path) -> None:
    start = SIX + timedelta(seconds=1)
    row = garmin_row(222, SIX, "strength_training", seconds=315, description="easy", deviceId=4242)
    path = export(tmp_path, [row], {"u@e.org_9.fit": band_walk(start, followed=(77, SIX))})
    assert set(recordings(path)) == {"g222"}
    found = recordings(path)["g222"]
    assert found.start == SIX
    assert found.sets is not None
    assert sum(one.active for one in found.sets) == 6
    assert found.training_file is not None
    assert found.training_file.serial == 77
    assert found.file_identity is not None
    assert Note("description", "easy") in found.notes
    (told,) = [intake for intake in intakes(path).values() if intake.recordings]
    assert [payload.part for payload in told.payloads] == ["row", "fit"]
    assert reasons(path) == []


@pytest.mark.parametrize("seconds", [-3, 3, 3600])
def test_another_start_is_another_activity(tmp_path: Path, seconds: int) -> None:
    path = export(tmp_path, [garmin_row(1, SIX)], {"u.fit": run(SIX + timedelta(seconds=seconds))})
    assert garmin(path)["1"].file_identity is None
    assert len(files(path)) == 1


def test_a_run_never_takes_a_strength_file(tmp_path: Path) -> None:
    path = export(tmp_path, [garmin_row(1, SIX, "running")], {"u.fit": band_walk(SIX)})
    assert garmin(path)["1"].sets is None
    assert [one.sport for one in files(path)] == [Sport.STRENGTH]


def test_of_two_watches_each_row_takes_its_own_file(tmp_path: Path) -> None:
    rows = [
        garmin_row(1, SIX, seconds=1800, deviceId=11),
        garmin_row(2, SIX + timedelta(seconds=1), seconds=1790, deviceId=22),
    ]
    fits = {"b.fit": run(SIX + timedelta(seconds=1), 1790, serial=22), "a.fit": run(SIX, 1800, serial=11)}
    for order in (fits, dict(reversed(fits.items()))):
        found = garmin(export(tmp_path, rows, order))
        assert [found[key].file_identity.serial for key in ("1", "2")] == [11, 22]  # type: ignore[union-attr]
    assert files(export(tmp_path, rows, fits)) == []


def test_without_devices_the_length_decides(tmp_path: Path) -> None:
    rows = [garmin_row(1, SIX, seconds=900), garmin_row(2, SIX, seconds=1800)]
    fits = {"a.fit": run(SIX, 1800, 5000, serial=5), "b.fit": run(SIX, 900, 2500, serial=6)}
    found = garmin(export(tmp_path, rows, fits))
    assert [found[key].file_identity.serial for key in ("1", "2")] == [6, 5]  # type: ignore[union-attr]


def test_a_row_with_the_wall_clock_only_takes_the_file_of_its_length(tmp_path: Path) -> None:
    row = garmin_row(1, SIX, seconds=1800, offset_h=2, beginTimestamp=..., startTimeGmt=...)
    path = export(tmp_path, [row], {"u.fit": run(SIX, 1800, offset_h=None)})
    found = garmin(path)["1"]
    assert (found.start, found.start.utcoffset()) == (SIX, timedelta(hours=2))
    assert files(path) == []
    other = export(tmp_path, [row], {"u.fit": run(SIX, 1700, offset_h=None)})
    assert garmin(other)["1"].file_identity is None


def test_the_creation_time_of_a_file_decides_nothing(tmp_path: Path) -> None:
    late = activity([Leg(SIX, distance_m=5000)], created=SIX + 3 * DAY)
    path = export(tmp_path, [garmin_row(1, SIX), garmin_row(2, SIX + 3 * DAY)], {"u.fit": late})
    found = garmin(path)
    assert found["1"].file_identity is not None
    assert found["2"].file_identity is None


def test_files_without_a_row_are_recordings_of_their_own(tmp_path: Path) -> None:
    alone = run(SIX + DAY, feel=75)
    path = export(tmp_path, [garmin_row(1, SIX)], {"u_1.fit": run(SIX), "u_2.fit": alone})
    (found,) = files(path)
    assert (found.start, found.feel) == (SIX + DAY, 75)
    loose = tmp_path / "loose.fit"
    loose.write_bytes(alone)
    assert found.key in [one.key for one in recordings(loose).values()]


def test_monitoring_files_are_counted_and_texts_too(tmp_path: Path) -> None:
    fits = {"u_1.fit": MONITORING, "u_2.fit": run(SIX), "note.txt": b"hello", "u_3.gpx": b"<gpx/>", "z.zip": zipped({})}
    path = export(tmp_path, [garmin_row(1, SIX)], fits)
    assert sorted(reasons(path)) == [
        ("gpx", False),
        ("nested-zip", False),
        ("not-an-activity", False),
        ("other-file", False),
    ]


@pytest.mark.parametrize("content", [with_wrong_crc(run(SIX)), run(SIX)[:90], b"", b"<html>"])
def test_broken_files_are_named_and_the_rest_goes_on(tmp_path: Path, content: bytes) -> None:
    path = export(tmp_path, [garmin_row(1, SIX)], {"u@e.org_1.fit": content, "u_2.fit": run(SIX)})
    assert garmin(path)["1"].file_identity is not None
    ((_, broken),) = reasons(path)
    assert broken
    (named,) = [one for intake in intakes(path).values() for one in intake.skipped]
    assert "u@e.org_1.fit" in named.example


def test_a_broken_part_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    members = garmin_export([garmin_row(1, SIX)], [{"u.fit": run(SIX)}, {"v.fit": run(SIX + DAY)}], deflate=False)
    first = next(name for name in members if "UploadedFiles" in name)
    members[first] = members[first][:100]
    path = write_zip(tmp_path / "garmin.zip", members)
    assert len(files(path)) == 1
    assert reasons(path) == [("archive-broken", True)]


def test_a_summary_that_ends_early_gives_what_it_has(tmp_path: Path) -> None:
    members = garmin_export([garmin_row(1, SIX), garmin_row(2, SIX + DAY)])
    name = next(name for name in members if "summarized" in name)
    members[name] = members[name][:-300]
    path = write_zip(tmp_path / "garmin.zip", members)
    assert set(garmin(path)) == {"1"}
    assert reasons(path) == [("bad-json", True)]


def test_rows_that_are_none(tmp_path: Path) -> None:
    rows = [
        garmin_row(1, SIX),
        garmin_row(2, SIX, deleted=True),
        garmin_row(0, SIX),
        garmin_row(1, SIX + DAY),
        garmin_row(3, SIX, beginTimestamp=None, startTimeGmt=None, offset_h=None),
    ]
    path = export(tmp_path, rows)
    assert set(garmin(path)) == {"1"}
    assert reasons(path) == [("deleted", False), ("bad-row", True), ("repeated-row", False), ("bad-row", True)]


def test_chunks_parts_and_folders(tmp_path: Path) -> None:
    rows = [garmin_row(number, SIX + number * DAY) for number in range(1, 8)]
    fits = [{f"u_{number}.fit": run(SIX + number * DAY)} for number in range(1, 8)]
    whole = garmin(write_zip(tmp_path / "a.zip", garmin_export(rows, fits)))
    assert len(whole) == 7
    assert all(one.file_identity for one in whole.values())
    for number, deflate in enumerate((True, False)):
        members = garmin_export(rows, fits, chunk=3, deflate=deflate, root="Garmin Export/")
        assert garmin(write_zip(tmp_path / f"{number}.zip", members, deflate=not deflate)) == whole
        folder = write_folder(tmp_path / f"folder {number}", members)
        assert garmin(folder) == whole
        assert garmin(folder / "Garmin Export" / "DI_CONNECT") == whole
    unpacked = {f"DI_CONNECT/UploadedFiles_0-_Part1/u_{n}.fit": run(SIX + n * DAY) for n in range(1, 8)}
    assert garmin(write_folder(tmp_path / "by hand", garmin_export(rows) | unpacked)) == whole


def test_the_summary_alone(tmp_path: Path) -> None:
    path = tmp_path / "u_0_summarizedActivities.json"
    path.write_text(json.dumps([{"summarizedActivitiesExport": [garmin_row(1, SIX)]}]))
    assert set(intakes(path)) == {"garmin-export:1:row"}
    assert garmin(path)["1"].distance_m == 5000


WHOLE = garmin_row(900, SIX, "multi_sport", seconds=2400, parent=True, description="#kneepain 4/10", name="Both")
GYM = garmin_row(901, SIX, "strength_training", seconds=600, distance_m=0, parent=False, parentId=900)
PARK = garmin_row(902, SIX + timedelta(seconds=600), "running", seconds=1800, parent=False, parentId=900)
BOTH = activity(
    [
        Leg(SIX, 600, TRAINING, STRENGTH_TRAINING, sets=(SetDone(10), SetDone(12))),
        Leg(SIX + timedelta(seconds=600), 1800, RUNNING, 0, 5000),
    ]
)


def test_the_parts_of_a_multisport_take_their_sessions(tmp_path: Path) -> None:
    path = export(tmp_path, [WHOLE, GYM, PARK], {"u.fit": BOTH})
    found = recordings(path)
    assert set(found) == {"g901", "g902"}
    assert found["g901"].sets is not None
    assert len(found["g901"].sets) == 2
    assert found["g902"].sets is None
    # what was written on the whole is said of each part
    assert all(Note("description", "#kneepain 4/10") in one.notes for one in found.values())
    assert reasons(path) == [("multisport-whole", False)]


def test_a_multisport_without_rows_for_its_parts_has_one_recording_a_session(tmp_path: Path) -> None:
    path = export(tmp_path, [{**WHOLE, "deviceId": 4242}], {"u.fit": BOTH})
    found = recordings(path)
    assert {key: one.sport for key, one in found.items()} == {"g900": Sport.STRENGTH, "g900-2": Sport.RUN}
    assert found["g900-2"].start == SIX + timedelta(seconds=600)
    assert Note("description", "#kneepain 4/10") in found["g900-2"].notes
    assert set(recordings(export(tmp_path, [WHOLE]))) == {"g900"}


def test_an_unclaimed_transition_is_nothing_of_its_own(tmp_path: Path) -> None:
    triple = activity(
        [Leg(SIX, 600), Leg(SIX + timedelta(seconds=600), 60, 3), Leg(SIX + timedelta(seconds=660), 600, 2)]
    )
    path = export(tmp_path, [garmin_row(1, SIX, seconds=600)], {"u.fit": triple})
    assert garmin(path)["1"].file_identity is not None
    assert [one.sport for one in files(path)] == [Sport.RIDE]


def test_the_joins_do_not_depend_on_any_order(tmp_path: Path) -> None:
    rows = [garmin_row(number, SIX, seconds=1800 + number) for number in range(1, 5)]
    fits = {f"u_{number}.fit": run(SIX, 1800 + number, 5000 + number) for number in range(1, 5)}
    expected = recordings(export(tmp_path, rows, fits))
    assert {key: one.elapsed_s for key, one in expected.items()} == {f"g{n}": 1800.0 + n for n in range(1, 5)}
    backwards = export(tmp_path, rows[::-1], dict(reversed(fits.items())))
    assert recordings(backwards) == expected


def test_fingerprints(tmp_path: Path) -> None:
    def fingerprints(rows: list[dict[str, object]], fits: Mapping[str, bytes]) -> dict[str, str]:
        found = items(export(tmp_path, rows, fits))
        return {item.key: item.fingerprint for item in found if isinstance(item, ImportItem)}

    rows, fits = [garmin_row(1, SIX), garmin_row(2, SIX + DAY)], {"u.fit": run(SIX)}
    before = fingerprints(rows, fits)
    assert fingerprints(rows, fits) == before
    noted = fingerprints([rows[0] | {"description": "sore"}, rows[1]], fits)
    assert {key for key in before if noted[key] != before[key]} == {"garmin-export:1"}
    # a file that comes may belong to any row
    assert not fingerprints(rows, fits | {"v.fit": run(SIX + DAY)}).items() & before.items()


def test_the_same_file_in_two_parts_is_read_once(tmp_path: Path) -> None:
    part = {"u.fit": run(SIX)}
    path = write_zip(tmp_path / "garmin.zip", garmin_export([], [part, part]))
    assert len(files(path)) == 1
    assert reasons(path) == [("same-file", False)]


ROWS = st.lists(st.dictionaries(st.text(max_size=4), st.none() | st.integers() | st.text(max_size=6), max_size=4))


@given(st.lists(ROWS, max_size=3), st.sampled_from([None, 1, "\t"]))
def test_rows_come_out_of_any_layout_of_the_json(
    chunks: list[list[dict[str, object]]], indent: int | str | None
) -> None:
    text = json.dumps([{"other": [], "summarizedActivitiesExport": rows, "more": 1} for rows in chunks], indent=indent)
    found = list(json_rows(io.BytesIO(text.encode()), "summarizedActivitiesExport"))
    assert found == [row for rows in chunks for row in rows] or not chunks


def test_large_summaries_are_read_in_pieces() -> None:
    rows = [{"activityId": number, "text": "ü" * 50_000} for number in range(60)]
    stream = io.BytesIO(json.dumps({"summarizedActivitiesExport": rows}, ensure_ascii=False).encode())
    assert [row["activityId"] for row in json_rows(stream, "summarizedActivitiesExport")] == list(range(60))
    plain = io.BytesIO(json.dumps(rows[:3]).encode())
    assert len(list(json_rows(plain, "summarizedActivitiesExport"))) == 3
    with pytest.raises(ValueError, match="no list of activities"):
        list(json_rows(io.BytesIO(b'{"a": 1}'), "summarizedActivitiesExport"))


def test_rows_that_are_no_objects_are_counted_and_shift_nothing(tmp_path: Path) -> None:
    rows = [None, 7, "x", {"name": "nameless"}]
    path = tmp_path / "demo_0_summarizedActivities.json"
    path.write_text(json.dumps([{"summarizedActivitiesExport": rows}]), encoding="utf-8")
    assert reasons(path) == [("bad-row", True)] * 4
    assert [one.message.rpartition(": ")[2] for one in items(path) if isinstance(one, Skipped)] == [
        *(f"{path.name} activity {number} is no object" for number in (1, 2, 3)),
        f"{path.name} activity 4 has no activityId",
    ]


def test_how_old_an_exports_word_is(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "export", garmin_export([garmin_row(1, SIX), garmin_row(2, SIX - DAY)]))
    assert {intake.told_at for intake in intakes(folder).values()} == {SIX}
    assert milliseconds(SIX) == 1767679200000
