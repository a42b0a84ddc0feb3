"""A Strava export becomes recordings."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncer.domain.activity import Note, Provider, Recording, Sport
from syncer.errors import SyncerError
from syncer.sources.detect import detect
from syncer.sources.scan import read, scan
from syncer.sync.ports import ImportItem, Intake, Skipped
from tests.export_builder import (
    ENGLISH,
    OF_2019,
    OLD,
    StravaActivity,
    strava_cells,
    strava_export,
    strava_table,
    table,
    us_date,
    write_folder,
    write_zip,
)
from tests.fit_builder import band_walk, run, with_wrong_crc

SIX = datetime(2026, 1, 6, 6, 0, tzinfo=UTC)
RUN = StravaActivity("9001", SIX, file=run(SIX, feel=25, rpe=60))


def items(path: Path) -> list[ImportItem | Skipped]:
    return list(scan(detect(path)))


def intakes(path: Path) -> list[Intake]:
    return [read(item) for item in items(path) if isinstance(item, ImportItem)]


def recordings(path: Path) -> dict[str, Recording]:
    return {one.key.external_id: one for intake in intakes(path) for one in intake.recordings}


def reasons(path: Path) -> list[tuple[str, bool]]:
    found = items(path)
    skipped = [one for one in found if isinstance(one, Skipped)]
    for item in found:
        if isinstance(item, ImportItem):
            skipped += read(item).skipped
    return [(one.reason, one.broken) for one in skipped]


def one_row(tmp_path: Path, activity: StravaActivity, language: str = "en") -> Recording:
    path = write_zip(tmp_path / "export.zip", strava_export([activity], language=language))
    return recordings(path)[activity.id]


def bare(tmp_path: Path, header: list[str], *rows: list[str]) -> Path:
    path = tmp_path / "activities.csv"
    path.write_text(table(header, rows), encoding="utf-8")
    return path


def test_a_row_with_its_file(tmp_path: Path) -> None:
    activity = replace(RUN, description="easy", private_note="#kneepain 3/10\r\nleft", rpe="4", distance_m=5012.3)
    found = one_row(tmp_path, activity)
    assert found.key.provider is Provider.STRAVA
    assert (found.sport, found.sport_label) == (Sport.RUN, "Run")
    assert (found.elapsed_s, found.timer_s, found.distance_m) == (1800.0, 1740.0, 5012.3)
    assert found.notes == (
        Note("name", "Morning Run"),
        Note("description", "easy"),
        Note("private_note", "#kneepain 3/10\nleft"),
    )
    assert found.rpe == 4  # the row's, not the file's 6
    assert found.feel == 25
    assert found.file_identity is not None
    assert found.file_identity.serial == 4242
    assert not found.manual
    # the file's own clock: one hour ahead of UTC
    assert (found.start, found.start.utcoffset(), found.offset_known) == (SIX, timedelta(hours=1), True)


def test_a_german_account_tells_the_same(tmp_path: Path) -> None:
    activity = replace(RUN, type="Lauf", private_note="Knie 2/10", rpe="4")
    german, english = one_row(tmp_path, activity, "de"), one_row(tmp_path, replace(activity, type="Run"), "en")
    assert german == replace(english, sport_label="Lauf")


def test_strength_has_sets_from_its_file(tmp_path: Path) -> None:
    activity = StravaActivity("9002", SIX, "Band walks", "Weight Training", distance_m=0, file=band_walk(SIX))
    found = one_row(tmp_path, activity)
    assert found.sport is Sport.STRENGTH
    assert found.sets is not None
    assert sum(one.active for one in found.sets) == 6


def test_rows_without_gps_and_without_a_file_are_kept(tmp_path: Path) -> None:
    found = one_row(tmp_path, StravaActivity("9003", SIX, "Gym", "Weight Training", distance_m=0))
    assert found.sport is Sport.STRENGTH
    assert found.manual
    assert (found.start, found.offset_known) == (SIX, False)
    assert found.sets is None


def test_what_was_uploaded_is_not_manual_though_its_file_is_gone(tmp_path: Path) -> None:
    assert not one_row(tmp_path, StravaActivity("9004", SIX, from_upload="1.0")).manual


def test_only_what_strava_calls_typed_in_is_manual(tmp_path: Path) -> None:
    assert not one_row(tmp_path, StravaActivity("9005", SIX, from_upload="")).manual
    header, cells = ENGLISH[:5], strava_cells(StravaActivity("9006", SIX), ENGLISH, us_date(SIX))[:5]
    assert not recordings(bare(tmp_path, header, cells))["9006"].manual


def test_the_id_in_the_file_name_is_not_the_activitys(tmp_path: Path) -> None:
    assert set(recordings(write_zip(tmp_path / "e.zip", strava_export([RUN])))) == {"9001"}


@pytest.mark.parametrize("hours", [-5, -1, 2, 5.75])
def test_a_table_in_local_time_is_found_out_by_the_file(tmp_path: Path, hours: float) -> None:
    shifted = replace(RUN, start=SIX + timedelta(hours=hours))
    path = write_zip(tmp_path / "export.zip", strava_export([shifted]))
    assert recordings(path)["9001"].start == SIX
    assert reasons(path) == [("clock-shifted", False)]


@pytest.mark.parametrize("seconds", [3, 40, 500, 1000])
def test_another_difference_is_an_edit_that_holds(tmp_path: Path, seconds: int) -> None:
    edited = replace(RUN, start=SIX + timedelta(seconds=seconds))
    path = write_zip(tmp_path / "export.zip", strava_export([edited]))
    assert recordings(path)["9001"].start == edited.start
    assert reasons(path) == []


def test_a_quarter_hour_cropped_from_the_start_is_no_shifted_clock(tmp_path: Path) -> None:
    cropped = replace(RUN, start=SIX + timedelta(minutes=15), elapsed_s=900)
    path = write_zip(tmp_path / "export.zip", strava_export([cropped]))
    assert recordings(path)["9001"].start == cropped.start
    assert reasons(path) == []


def test_a_hidden_start_is_told_by_the_file(tmp_path: Path) -> None:
    midnight = SIX.replace(hour=0, second=1)
    assert one_row(tmp_path, StravaActivity("1", midnight)).start_hidden
    shown = one_row(tmp_path, replace(RUN, start=midnight))
    assert (shown.start, shown.start_hidden) == (SIX, False)


GPX = b"""<?xml version="1.0"?><gpx><metadata><time>2026-01-09T00:00:00Z</time></metadata><trk><trkseg>
<trkpt lat="1" lon="2"><ele>3</ele><time>2026-01-06T06:00:00Z</time></trkpt></trkseg></trk></gpx>"""
TCX = b"""      <?xml version="1.0"?><TrainingCenterDatabase><Activities><Activity Sport="Running">
<Lap StartTime="2026-01-06T06:00:00.000Z"></Lap></Activity></Activities></TrainingCenterDatabase>"""


@pytest.mark.parametrize(("name", "content"), [("7.gpx.gz", GPX), ("7.gpx", GPX), ("7.tcx.gz", TCX), ("7.gz", TCX)])
def test_tracks_are_only_asked_when_they_begin(tmp_path: Path, name: str, content: bytes) -> None:
    activity = StravaActivity("7", SIX, filename=f"activities/{name}", file=content)
    path = write_zip(tmp_path / "export.zip", strava_export([activity]))
    assert recordings(path)["7"].start == SIX
    assert reasons(path) == []
    late = write_zip(tmp_path / "late.zip", strava_export([replace(activity, start=SIX - timedelta(hours=1))]))
    assert recordings(late)["7"].start == SIX
    assert reasons(late) == [("clock-shifted", False)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(with_wrong_crc(run(SIX)), "fit-bad-crc"), (run(SIX)[:200], "fit-truncated"), (b"", "fit-empty")],
)
def test_a_broken_file_is_named_and_its_row_is_kept(tmp_path: Path, content: bytes, reason: str) -> None:
    path = write_zip(tmp_path / "export.zip", strava_export([replace(RUN, file=content), replace(RUN, id="9009")]))
    assert set(recordings(path)) == {"9001", "9009"}
    assert reasons(path) == [(reason, True)]
    broken = next(one for intake in intakes(path) for one in intake.skipped)
    assert "activities/9101.fit.gz" in broken.example


def test_a_missing_file_is_counted_and_its_row_is_kept(tmp_path: Path) -> None:
    members = strava_export([RUN])
    del members[RUN.path]
    path = write_zip(tmp_path / "export.zip", members)
    assert recordings(path)["9001"].distance_m == 5000
    assert reasons(path) == [("missing-file", False)]


def test_names_do_not_say_whether_a_file_is_packed(tmp_path: Path) -> None:
    members = strava_export([replace(RUN, filename="activities/5.fit")])
    assert recordings(write_zip(tmp_path / "a.zip", members))["9001"].feel == 25
    packed = strava_export([RUN])
    packed[RUN.path.removesuffix(".gz")] = run(SIX, feel=75)
    del packed[RUN.path]  # a browser has unpacked it
    assert recordings(write_zip(tmp_path / "b.zip", packed))["9001"].feel == 75


def test_the_table_alone_is_enough(tmp_path: Path) -> None:
    path = bare(tmp_path, ENGLISH, strava_cells(RUN, ENGLISH, us_date(SIX)))
    found = recordings(path)["9001"]
    assert (found.distance_m, found.offset_known, found.manual) == (5000.0, False, False)
    assert reasons(path) == []


def test_a_table_alone_never_stands_for_a_row_that_was_read_with_its_file(tmp_path: Path) -> None:
    path = bare(tmp_path, ENGLISH, strava_cells(RUN, ENGLISH, us_date(SIX)))
    archive = write_zip(tmp_path / "export.zip", strava_export([RUN]))
    keys = [item.key for source in (path, archive) for item in items(source) if isinstance(item, ImportItem)]
    assert keys == ["strava-export:9001:row", "strava-export:9001"]


def test_an_unpacked_export_may_be_named_by_its_table(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "export_1", strava_export([RUN]))
    assert recordings(folder / "activities.csv") == recordings(folder)
    assert recordings(folder)["9001"].feel == 25


@pytest.mark.parametrize("root", ["", "export_123/", "./", "./export 123/"])
def test_zips_and_folders_tell_the_same(tmp_path: Path, root: str) -> None:
    members = strava_export([RUN], root=root)
    zipped = recordings(write_zip(tmp_path / "export.zip", members))
    assert zipped == recordings(write_folder(tmp_path / "folder", members))
    assert zipped["9001"].feel == 25


def test_backslashes_as_windows_writes_zips(tmp_path: Path) -> None:
    members = {name.replace("/", "\\"): content for name, content in strava_export([RUN], root="export/").items()}
    assert recordings(write_zip(tmp_path / "export.zip", members))["9001"].feel == 25


def test_letters_may_be_of_another_case(tmp_path: Path) -> None:
    members = {name.upper(): content for name, content in strava_export([RUN]).items()}
    assert recordings(write_zip(tmp_path / "export.zip", members))["9001"].feel == 25


def test_error_rows_are_counted(tmp_path: Path) -> None:
    header = list(ENGLISH)
    good = strava_cells(RUN, header, us_date(SIX))
    path = bare(tmp_path, header, ["#error#"] * len(header), good, ["9002", "#error#", *good[2:]])
    assert set(recordings(path)) == {"9001"}
    assert reasons(path) == [("error-row", False), ("error-row", False)]


def test_a_type_in_no_list_is_told_unless_the_file_tells_the_sport(tmp_path: Path) -> None:
    alone = StravaActivity("1", SIX, type="Juoksu")
    path = write_zip(tmp_path / "export.zip", strava_export([alone]))
    assert recordings(path)["1"].sport is Sport.OTHER
    assert reasons(path) == [("unknown-type", False)]
    path = write_zip(tmp_path / "with-file.zip", strava_export([replace(RUN, type="Juoksu")]))
    assert recordings(path)["9001"].sport is Sport.RUN
    assert reasons(path) == []
    path = write_zip(tmp_path / "known.zip", strava_export([replace(alone, type="Yoga")]))
    assert reasons(path) == []


def test_an_error_for_a_file_name_is_a_missing_file(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "export.zip", strava_export([StravaActivity("1", SIX, filename="#error#")]))
    assert set(recordings(path)) == {"1"}
    assert reasons(path) == [("missing-file", False)]


def test_bad_rows_are_named_by_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    header = list(ENGLISH)
    good = strava_cells(replace(RUN, name='two\nlines and "quotes"'), header, us_date(SIX))
    path = bare(
        tmp_path, header, ["", "x"], good, strava_cells(replace(RUN, id="9002"), header, "29 Maji 2022, 1:00:00")
    )
    assert set(recordings(path)) == {"9001"}
    found = items(path)
    assert isinstance(found[0], Skipped)
    assert (found[0].reason, found[0].broken) == ("bad-row", True)
    assert "line 2" in found[0].message
    assert isinstance(found[2], ImportItem)
    assert found[2].label == "activities.csv line 5"
    (bad,) = read(found[2]).skipped
    assert (bad.reason, bad.broken) == ("bad-date", True)
    assert "'maji' is no month" in bad.message


def test_both_ways_of_quoting(tmp_path: Path) -> None:
    noted = replace(RUN, file=None, private_note='said "ouch", then 4/10\nat home', description="so, ¯\\_(ツ)_/¯")
    for number, backslashes in enumerate((False, True)):
        text = table(ENGLISH, [strava_cells(noted, ENGLISH, us_date(SIX))], backslashes=backslashes)
        path = write_zip(tmp_path / f"{number}.zip", strava_export([noted], text=text))
        assert recordings(path)["9001"].notes[1:] == (
            Note("description", "so, ¯\\_(ツ)_/¯"),
            Note("private_note", 'said "ouch", then 4/10\nat home'),
        )


def test_marks_and_encodings_of_spreadsheets(tmp_path: Path) -> None:
    text = strava_table([replace(RUN, name="Läufe", file=None)], "de")
    for number, encoding in enumerate(("utf-8-sig", "utf-16", "utf-8")):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(text.encode(encoding))
        assert recordings(path)["9001"].name == "Läufe"


def test_tables_in_windows_letters(tmp_path: Path) -> None:
    path = tmp_path / "activities.csv"
    path.write_bytes(strava_table([replace(RUN, name="Läufe", file=None)], "de").encode("cp1252"))
    found = recordings(path)["9001"]
    assert (found.name, found.distance_m) == ("Läufe", 5000.0)


def test_short_rows_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    cells = strava_cells(RUN, ENGLISH, us_date(SIX))
    longer = [*strava_cells(replace(RUN, id="9002"), ENGLISH, us_date(SIX)), "more", ""]
    found = recordings(bare(tmp_path, ENGLISH, cells[:13], longer))
    assert (found["9001"].elapsed_s, found["9001"].distance_m) == (1800.0, 5000.0)
    assert found["9002"].distance_m == 5000.0


def test_stored_values_that_are_missing_are_taken_from_the_shown_ones(tmp_path: Path) -> None:
    cells = strava_cells(RUN, ENGLISH, us_date(SIX))
    cells[15] = cells[17] = ""
    found = recordings(bare(tmp_path, ENGLISH, cells))["9001"]
    assert (found.elapsed_s, found.distance_m) == (1800.0, 5000.0)


def test_files_that_no_row_names_are_counted(tmp_path: Path) -> None:
    members = strava_export([RUN], root="strava/")
    members |= {"strava/activities/77.fit": run(SIX), "garmin/1.fit": run(SIX), "notes.txt": b"x", "a.jpg": b"x"}
    folder = write_folder(tmp_path / "all", members)
    assert sorted(reasons(folder)) == [("beside-the-export", False), ("no-row", False)]
    assert set(recordings(folder)) == {"9001"}


def test_files_may_lie_beside_the_table_and_the_table_deep_in_folders(tmp_path: Path) -> None:
    members = strava_export([RUN], root="a/b/c/")
    members["a/b/c/9101.fit.gz"] = members.pop("a/b/c/activities/9101.fit.gz")
    assert recordings(write_zip(tmp_path / "e.zip", members))["9001"].feel == 25


def test_activities_of_2018_and_2019(tmp_path: Path) -> None:
    old = ["1836776031", "2018-09-12 15:02:23", "Evening", "Ride", "", "783", "3681.0", "true", "Merida", ""]
    newer = ["1836776031", "Sep 12, 2018, 3:02:23 PM", "Evening", "Ride", "", "783", "3.681", "true", "Merida", ""]
    first = recordings(bare(tmp_path, OLD, old))["1836776031"]
    second = recordings(bare(tmp_path, OF_2019, newer))["1836776031"]
    assert first == second
    assert (first.start, first.distance_m) == (datetime(2018, 9, 12, 15, 2, 23, tzinfo=UTC), 3681.0)


def test_a_swims_shown_distance_is_in_metres(tmp_path: Path) -> None:
    row = ["1", "Sep 12, 2018, 3:02:23 PM", "Pool", "Swim", "", "1800", "2,000", "false", "", ""]
    assert recordings(bare(tmp_path, OF_2019, row))["1"].distance_m == 2000


def test_absurd_numbers_are_none(tmp_path: Path) -> None:
    cells = strava_cells(StravaActivity("1", SIX, rpe="99"), ENGLISH, us_date(SIX))
    cells[15], cells[16], cells[17] = "-5", "1e99", "NaN"
    cells[6] = "-1"
    found = recordings(bare(tmp_path, ENGLISH, cells))["1"]
    assert (found.elapsed_s, found.timer_s, found.distance_m, found.rpe) == (None, None, None, None)


def test_an_unknown_type_keeps_its_label_and_believes_its_file(tmp_path: Path) -> None:
    assert one_row(tmp_path, StravaActivity("1", SIX, type="Juoksu")).sport is Sport.OTHER
    found = one_row(tmp_path, replace(RUN, type="Juoksu"))
    assert (found.sport, found.sport_label) == (Sport.RUN, "Juoksu")
    assert one_row(tmp_path, replace(RUN, type="Yoga")).sport is Sport.OTHER


def test_true_duplicates_are_both_kept_and_repeated_rows_once(tmp_path: Path) -> None:
    cells = strava_cells(RUN, ENGLISH, us_date(SIX))
    path = bare(tmp_path, ENGLISH, cells, ["9002", *cells[1:]], cells, ["9002", cells[1], "Other", *cells[3:]])
    assert set(recordings(path)) == {"9001", "9002"}
    assert reasons(path) == [("repeated-row", False), ("repeated-row", True)]


def test_the_same_export_has_the_same_fingerprints_and_a_change_is_noticed(tmp_path: Path) -> None:
    def fingerprints(name: str, *activities: StravaActivity) -> dict[str, str]:
        found = items(write_zip(tmp_path / name, strava_export(activities)))
        return {item.key: item.fingerprint for item in found if isinstance(item, ImportItem)}

    other = replace(RUN, id="9002", file=run(SIX, feel=50, rpe=60))
    before = fingerprints("a.zip", RUN, other)
    assert fingerprints("b.zip", RUN, other) == before
    # a file of the same size, and a note
    after = fingerprints(
        "c.zip", replace(RUN, file=run(SIX, feel=75, rpe=60)), replace(other, private_note="#kneepain")
    )
    assert after.keys() == before.keys()
    assert all(after[key] != before[key] for key in after)
    # a further activity changes nothing in the others
    assert before.items() <= fingerprints("d.zip", RUN, other, replace(RUN, id="9003")).items()


def test_a_changed_file_of_the_same_size_in_a_folder_is_noticed(tmp_path: Path) -> None:
    import os

    folder = write_folder(tmp_path / "export", strava_export([replace(RUN, filename="activities/1.fit")]))
    before = items(folder)
    path = folder / "activities/1.fit"
    times = path.stat()
    path.write_bytes(run(SIX, feel=75, rpe=60))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    (item,) = items(folder)
    assert isinstance(item, ImportItem)
    assert isinstance(before[0], ImportItem)
    assert item.fingerprint != before[0].fingerprint


def test_the_row_is_kept_as_it_was(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "export.zip", strava_export([replace(RUN, private_note="a\nb")]))
    (intake,) = intakes(path)
    row, fit = intake.payloads
    assert (row.part, fit.part) == ("row", "fit")
    cells = dict(json.loads(row.content)["cells"])
    assert cells["Activity Private Note"] == "a\nb"
    assert cells["Distance"] == "5000.0"
    assert fit.content[8:12] == b".FIT"


def test_how_old_an_exports_word_is(tmp_path: Path) -> None:
    newest = SIX + timedelta(days=30)
    path = bare(
        tmp_path,
        ENGLISH,
        strava_cells(RUN, ENGLISH, us_date(SIX)),
        strava_cells(replace(RUN, id="2"), ENGLISH, us_date(newest)),
        strava_cells(replace(RUN, id="3"), ENGLISH, us_date(datetime(2098, 1, 1, tzinfo=UTC))),
    )
    assert {intake.told_at for intake in intakes(path)} == {newest}


def test_the_real_table(shared: Path) -> None:
    found = recordings(shared / "data" / "strava" / "activities.csv")
    assert len(found) == 8
    assert {one.sport for one in found.values()} == {Sport.RIDE}
    assert found["9233077380"].start == found["9233439372"].start  # a true duplicate
    assert found["9125662739"].start == datetime(2023, 5, 23, 12, 40, 57, tzinfo=UTC)
    assert found["9125662739"].distance_m == 33912.48046875
    assert found["9125662739"].rpe == 6
    assert [one.key.external_id for one in found.values() if one.manual] == ["9251030970", "9251043755"]


@pytest.mark.parametrize("first", ["Elapsed Time", "Distance", "Filename"])
def test_a_table_whose_first_column_is_known_as_another_is_no_table_of_strava(tmp_path: Path, first: str) -> None:
    header = [first, "Moving Time", *(f"column {number}" for number in range(3, 15))]
    table = tmp_path / "laps.csv"
    table.write_text(f"{','.join(header)}\n{','.join(['1800'] * len(header))}\n")
    with pytest.raises(SyncerError) as caught:
        detect(table)
    assert caught.value.code == "not-importable"
