"""The demo's year and its exports: the same for the same moment, in the providers' formats, with nothing from later."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import fitdecode
import pytest

from syncer.demo import garmin_export, script, story, strava_export
from syncer.demo.practice import pain_score, practise
from syncer.demo.story import Kept, What
from syncer.domain.plan import Reason
from syncer.usecases.templates import load_templates, shipped_folder

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
TEMPLATE = load_templates([shipped_folder()])[story.WORKOUT]
MOMENTS = [
    datetime(2026, 11, 16, 0, 5, tzinfo=BERLIN),  # a Monday, just begun
    datetime(2026, 3, 29, 2, 30, tzinfo=UTC),  # the clocks have just gone forward
    datetime(2027, 1, 1, 12, 0, tzinfo=BERLIN),
    datetime(2028, 2, 29, 23, 59, tzinfo=BERLIN),
]


def build() -> tuple[bytes, bytes]:
    year, practices = practise(story.tell(NOW, BERLIN), TEMPLATE, "sides")
    return strava_export.build(year.deeds, NOW), garmin_export.build(year, practices, NOW)


@pytest.fixture(scope="module")
def packed() -> tuple[bytes, bytes]:
    return build()


@pytest.fixture(scope="module")
def exports(packed: tuple[bytes, bytes]) -> tuple[zipfile.ZipFile, zipfile.ZipFile]:
    strava, garmin = (zipfile.ZipFile(io.BytesIO(content)) for content in packed)
    return strava, garmin


def frames(data: bytes) -> dict[str, list[dict[str, object]]]:
    """The messages of a FIT file as an independent decoder reads them, by name."""
    found: dict[str, list[dict[str, object]]] = {}
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                found.setdefault(frame.name, []).append({field.name: field.value for field in frame.fields})
    return found


def originals(archive: zipfile.ZipFile) -> list[bytes]:
    inner = zipfile.ZipFile(io.BytesIO(archive.read("DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip")))
    return [inner.read(name) for name in inner.namelist()]


def summary(archive: zipfile.ZipFile) -> list[dict[str, object]]:
    chunks = [name for name in archive.namelist() if name.endswith("_summarizedActivities.json")]
    assert len(chunks) > 1, "Garmin writes several chunks"
    return [row for name in chunks for row in json.loads(archive.read(name))[0]["summarizedActivitiesExport"]]


def table(archive: zipfile.ZipFile) -> list[list[str]]:
    return list(csv.reader(io.StringIO(archive.read("activities.csv").decode(), newline="")))


def test_the_same_moment_gives_the_same_bytes(packed: tuple[bytes, bytes]) -> None:
    assert build() == packed


@pytest.mark.parametrize("now", MOMENTS)
def test_the_year_is_over_at_the_moment_of_asking_and_the_same_whenever_it_is_asked_for(now: datetime) -> None:
    year, practices = practise(story.tell(now, BERLIN), TEMPLATE, "sides")
    today = now.astimezone(BERLIN).date()
    assert max(deed.end for deed in year.deeds) <= now
    assert year.first.weekday() == 0
    assert year.last_week + timedelta(days=7) <= today < year.last_week + timedelta(days=14)
    assert year.last_week - year.first == timedelta(weeks=script.WHOLE_WEEKS - 1)
    assert all(deed.timer_s > 0 for deed in year.deeds)
    starts = [deed.start for deed in year.deeds]
    assert starts == sorted(starts)
    usual, _ = practise(story.tell(NOW, BERLIN), TEMPLATE, "sides")
    moved = {deed.number: deed for deed in usual.deeds}
    for deed in year.deeds:
        before = moved[deed.number]
        assert (before.what, before.timer_s, before.distance_m, before.words) == (
            deed.what,
            deed.timer_s,
            deed.distance_m,
            deed.words,
        )
        assert deed.start.date() - year.first == before.start.date() - usual.first
        assert deed.start.time() == before.start.time()
    assert set(practices) == {deed.number for deed in year.deeds if deed.what is What.BAND_WALK}


def test_the_year_has_what_the_report_shall_have_to_deal_with() -> None:
    year = story.tell(NOW, BERLIN)
    runs = [deed for deed in year.deeds if deed.what is What.RUN]
    letters = "".join(script.SESSIONS[: script.WHOLE_WEEKS])
    missed = sum(letter in "PSfn" for letter in letters)
    counted = sum(letter not in "ix" for letter in letters)
    assert 0.2 <= missed / counted <= 0.3
    assert 3 <= len(runs) / (script.WHOLE_WEEKS - 2) <= 4
    scores = [pain_score(run) for run in runs]
    assert 6 <= sum(score is not None and score > 0 for score in scores) <= 10
    assert sum(score == 0 for score in scores) > 20
    assert sum(score is None for score in scores) > 20
    assert {deed.kept for deed in year.deeds} == set(Kept)
    assert set(year.excuses.values()) == {Reason.ILL, Reason.NO_TIME, Reason.FORGOT}
    resting = [deed for deed in runs if year.pause[0] <= deed.start.date() <= year.pause[1]]
    assert not resting


def test_stravas_table_has_todays_columns_two_of_some_names_and_utc(
    exports: tuple[zipfile.ZipFile, zipfile.ZipFile],
) -> None:
    strava, _ = exports
    header, *rows = table(strava)
    assert len(header) == 103
    assert all(len(row) == 103 for row in rows)
    places = {"Elapsed Time": [5, 15], "Distance": [6, 17], "Commute": [9, 50], "Perceived Exertion": [43]}
    for name, expected in places.items():
        assert [at for at, column in enumerate(header) if column == name] == expected
    year = {strava_export.activity_id(deed): deed for deed in story.tell(NOW, BERLIN).deeds}
    members = set(strava.namelist())
    for row in rows:
        assert abs(float(row[6]) * 1000 - float(row[17])) <= 5.01
        assert int(row[5]) == float(row[15])
        assert row[12] in members or (row[12] == "" and row[52] == "0.0")
        deed = year.get(int(row[0]))
        if deed is not None:
            told = datetime.strptime(row[1], "%b %d, %Y, %I:%M:%S %p").replace(tzinfo=UTC)
            assert told == deed.start
    assert sum(name.endswith(".gpx.gz") for name in members) == 1
    assert not any(f"{row[0]}." in row[12] for row in rows), "files are named by the upload, not by the activity"


def test_stravas_copies_are_small_and_keep_the_identity_but_no_sets(
    exports: tuple[zipfile.ZipFile, zipfile.ZipFile],
) -> None:
    strava, garmin = exports
    copies = [gzip.decompress(strava.read(name)) for name in strava.namelist() if name.endswith(".fit.gz")]
    whole = {}
    for data in originals(garmin):
        messages = frames(data)
        if messages["file_id"][0]["type"] == "activity":
            whole[messages["file_id"][0]["time_created"]] = (len(data), messages)
    assert len(copies) > 250
    for data in copies[::11]:
        messages = frames(data)
        identity = messages["file_id"][0]
        size, original = whole[identity["time_created"]]
        assert identity["serial_number"] == original["file_id"][0]["serial_number"]
        assert len(data) < size
        assert messages["session"][0]["total_elapsed_time"] == original["session"][0]["total_elapsed_time"]
        assert not {"set", "workout", "workout_step", "training_file"} & messages.keys()


def test_garmins_summary_is_in_milliseconds_and_centimetres_and_its_files_hold_the_rest(
    exports: tuple[zipfile.ZipFile, zipfile.ZipFile],
) -> None:
    _, garmin = exports
    rows = {row["activityId"]: row for row in summary(garmin)}
    deeds = {garmin_export.activity_id(deed): deed for deed in story.tell(NOW, BERLIN).deeds}
    assert set(rows) == {key for key, deed in deeds.items() if deed.kept is not Kept.TYPED}
    for key, row in rows.items():
        deed = deeds[key]
        assert row["beginTimestamp"] == deed.start.timestamp() * 1000
        offset = deed.start.utcoffset()
        assert offset is not None
        assert (row["startTimeLocal"] - row["startTimeGmt"]) / 1000 == offset.total_seconds()
        assert row["distance"] == pytest.approx((deed.distance_m or 0) * 100)
        if deed.what is What.RUN:
            assert row["duration"] == deed.timer_s * 1000
    files = [frames(data) for data in originals(garmin)]
    kinds = {messages["file_id"][0]["type"] for messages in files}
    assert {"activity", "settings"} < kinds
    walks = [messages for messages in files if "set" in messages]
    _, practices = practise(story.tell(NOW, BERLIN), TEMPLATE, "sides")
    given_out = {practice.file.serial: practice.file.time_created for practice in practices.values()}
    assert len(walks) > 90
    for messages in walks:
        followed = messages["training_file"][0]
        assert given_out[followed["serial_number"]] == followed["time_created"]
        assert len(messages["workout_step"]) == messages["workout"][0]["num_valid_steps"]
        assert sum(item["duration"] for item in messages["set"]) == pytest.approx(
            messages["session"][0]["total_timer_time"], abs=1
        )
    assert all(messages["activity"][0]["local_timestamp"] is not None for messages in walks)


def test_nothing_but_the_present_week_depends_on_the_day() -> None:
    monday = story.tell(datetime(2026, 11, 16, 0, 5, tzinfo=BERLIN), BERLIN)
    sunday = story.tell(datetime(2026, 11, 22, 23, 55, tzinfo=BERLIN), BERLIN)
    assert monday.first == sunday.first == date(2025, 11, 17)
    assert sunday.deeds[: len(monday.deeds)] == monday.deeds
    assert len(sunday.deeds) > len(monday.deeds)
    assert all(deed.start.date() >= date(2026, 11, 16) for deed in sunday.deeds[len(monday.deeds) :])
