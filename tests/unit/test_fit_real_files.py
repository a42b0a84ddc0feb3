"""Real files, read as two independent decoders read them: fitdecode and Garmin's own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import fitdecode
import garmin_fit_sdk
import pytest

from syncer.domain.activity import Kind, Recording
from syncer.errors import BadFileError
from syncer.sources.fit_file import read_fit
from syncer.workouts.fit_encoding import FIT_EPOCH

FIT = Path(__file__).resolve().parents[3] / "shared" / "data" / "fit"
if not FIT.is_dir():
    pytest.skip("the shared folder with real files is not beside this checkout", allow_module_level=True)


def named(folder: str) -> list[pytest.param]:
    return [pytest.param(path, id=path.stem) for path in sorted((FIT / folder).glob("*.fit"))]


def recordings(path: Path) -> tuple[Recording, ...]:
    return read_fit(path.read_bytes(), path.name).recordings


def by_fitdecode(path: Path, number: int) -> list[dict[int, object]]:
    """Native fields only, by number, each with its first value that is one."""
    with fitdecode.FitReader(path.read_bytes(), check_crc=fitdecode.CrcCheck.RAISE, processor=None) as reader:
        return [
            {
                field.def_num: field.raw_value
                for field in reversed(frame.fields)
                if field.field_def is not None and not field.field_def.is_dev and field.raw_value is not None
            }
            for frame in reader
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.global_mesg_num == number
        ]


@pytest.mark.parametrize("path", named("runs"))
def test_every_run_is_read_as_fitdecode_reads_it(path: Path) -> None:
    found = recordings(path)
    sessions = by_fitdecode(path, 18)
    assert len(found) == len(sessions) == 1
    for recording, session in zip(found, sessions, strict=True):
        assert recording.kind is Kind.RUN
        assert recording.elapsed_s == session[7] / 1000
        assert recording.timer_s == session[8] / 1000
        assert recording.distance_m == (session[9] / 100 if 9 in session else None)
        assert recording.feel == session.get(192)
        assert recording.rpe == (session[193] / 10 if 193 in session else None)
        if session[2] > 0x10000000:
            assert (recording.start - FIT_EPOCH).total_seconds() == session[2]


@pytest.mark.parametrize("path", named("strength"))
def test_every_set_is_read_as_garmins_decoder_reads_it(path: Path) -> None:
    messages, errors = garmin_fit_sdk.Decoder(garmin_fit_sdk.Stream.from_file(str(path))).read(
        convert_types_to_strings=False
    )
    assert not errors
    (recording,) = recordings(path)
    assert recording.kind is Kind.STRENGTH
    assert recording.sets is not None
    expected = messages["set_mesgs"]
    assert [(one.active, one.duration_s, one.reps, one.step_index, one.exercise) for one in recording.sets] == [
        (
            each["set_type"] == 1,
            each["duration"],
            each.get("repetitions"),
            each.get("wkt_step_index"),
            _first(each.get("category_subtype")),
        )
        for each in expected
    ]
    categories = [_first(each.get("category")) for each in expected]
    assert [one.category for one in recording.sets] == [None if number == 65534 else number for number in categories]
    (session,) = messages["session_mesgs"]
    assert recording.start == session["start_time"]
    assert recording.elapsed_s == session["total_elapsed_time"]
    assert recording.name == messages["workout_mesgs"][0]["wkt_name"]


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) else value


@pytest.mark.parametrize("path", named("workouts"))
def test_workouts_are_no_activities(path: Path) -> None:
    found = read_fit(path.read_bytes(), path.name)
    assert (found.recordings, found.file_type) == ((), "workout")
    assert [one.reason for one in found.skipped] == ["not-an-activity"]
    assert found.identity is not None
    assert found.identity.serial == by_fitdecode(path, 0)[0][3]


CODES = {
    "dtcooper__activity-filecrc": "fit-bad-crc",
    "dtcooper__activity-settings-corruptheader": "fit-trailing-bytes",
    "dtcooper__activity-settings-nodata": "fit-truncated",
    "dtcooper__activity-unexpected-eof": "fit-truncated",
    "synth_empty": "fit-empty",
    "synth_half": "fit-truncated",
    "synth_html": "fit-not-fit",
}


@pytest.mark.parametrize("path", named("broken"))
def test_every_broken_file_is_refused_by_name(path: Path) -> None:
    with pytest.raises(BadFileError) as caught:
        read_fit(path.read_bytes(), path.name)
    assert caught.value.code == CODES[path.stem]
    assert caught.value.message.startswith(path.name)


def test_the_local_clock_of_a_watch_in_california() -> None:
    (recording,) = recordings(FIT / "runs" / "dtcooper__garmin-fenix-5-run.fit")
    assert recording.start.isoformat() == "2017-06-11T07:34:09-07:00"


def test_a_watch_without_a_date() -> None:
    """The FR70's file tells the date only once, as the wall clock at the end."""
    (recording,) = recordings(FIT / "runs" / "dtcooper__antfs-dump.63.fit")
    assert recording.start == datetime(2012, 2, 13, 11, 23, 51, tzinfo=UTC)
    assert recording.offset_known
