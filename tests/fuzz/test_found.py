"""What fuzzing has found once, each by its name: what is said of it now, and that the rest goes on."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import sqlite3
import struct
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from syncer.clients import garmin, strava
from syncer.clients.garmin_errors import call
from syncer.clients.garmin_sign_in_errors import exhausted
from syncer.clients.http import MOST_ITEMS, asked_to_wait, make_session, network_reason
from syncer.clients.patience import Meter, Patience
from syncer.clients.patient import LARGEST_ANSWER, LARGEST_DOWNLOAD, MOST_PARTS
from syncer.clients.strava_errors import text_of
from syncer.clients.strava_redirect import read_pasted
from syncer.clients.strava_sign_in import _error_fields
from syncer.clients.token_facts import token_facts
from syncer.clients.tokens import read_tokens
from syncer.correlate.notes import read as read_note
from syncer.delivery.usb import target_at
from syncer.domain.activity import Provider, Recording, RecordingKey, Sport
from syncer.errors import BadFileError, ConfigError, SignInError, SyncerError, TryLaterError, UsageError
from syncer.settings import load_settings
from syncer.settings.paths import find_paths
from syncer.settings.secret import Secret
from syncer.settings.writing import write_settings
from syncer.sources.detect import detect
from syncer.sources.fit_file import read_fit
from syncer.sources.garmin import detailed
from syncer.sources.garmin_original import read_original
from syncer.sources.history_lines import LONGEST_LINE, lines_as_they_come, read_history
from syncer.sources.kept import read_list_item
from syncer.sources.live import GarminSource
from syncer.sources.scan import read, scan
from syncer.sources.tracks import track_start
from syncer.store.copies import restore
from syncer.store.database import check, open_database
from syncer.store.locking import last_holder
from syncer.sync.ports import ImportItem, Skipped
from syncer.typed_path import expanded
from syncer.usecases.demo_place import MARK, settle
from syncer.usecases.garmin_cool_down import cool_down_file, heed_cool_down, read_cool_down
from syncer.usecases.syncing import SyncPlan, sync_all
from syncer.usecases.templates import load_templates
from syncer.workouts.connect import differences
from tests import fit_builder
from tests.fakes.loopback import Answer, Loopback, Request, running
from tests.fuzz.target import START

DEEP = "[" * 100_000
RUN = fit_builder.run(START)


def lzma_zip(path: Path) -> bytes:
    """A run packed with LZMA, whose dictionary is said to have 4 GB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.fit", RUN)
        archive.writestr(zipfile.ZipInfo("b.fit"), fit_builder.run(START, serial=7), zipfile.ZIP_DEFLATED)
    data = out.getvalue()
    at = data.index(b"\x09\x04\x05\x00\x5d")
    path.write_bytes(data[: at + 5] + b"\xff\xff\xff\xff" + data[at + 9 :])
    return path.read_bytes()


def test_a_member_whose_reader_would_take_4_gb_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    lzma_zip(tmp_path / "x.zip")
    refused, fine = scan(detect(tmp_path / "x.zip"))
    assert isinstance(refused, Skipped)
    assert (refused.reason, refused.example) == ("archive-broken", "x.zip: a.fit")
    assert "LZMA" in refused.message
    assert isinstance(fine, ImportItem)
    assert read(fine).recordings


def test_so_is_the_original_of_an_activity(tmp_path: Path) -> None:
    known = Recording(RecordingKey(Provider.GARMIN, "1"), Sport.RUN, "running", START)
    with pytest.raises(BadFileError, match="cannot read the original"):
        read_original(lzma_zip(tmp_path / "x.zip"), known)
    [recording] = read_original(zip_of_run(), known).recordings
    assert recording.key == known.key


def zip_of_run() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("1.fit.gz", gzip.compress(RUN))
    return out.getvalue()


def test_a_track_that_begins_before_the_first_day_has_no_start() -> None:
    assert track_start(b"<trkpt><time>0001-01-01T00:00:00+23:59</time>") is None
    assert track_start(b"<trkpt><time>2026-03-01T07:00:00+01:00</time>") == START


def made(folder: Path) -> Path:
    with contextlib.closing(open_database(folder / "own.db", backups=folder / "backups")) as connection:
        connection.execute("INSERT INTO meta (key, value) VALUES ('mine', '1')")
    return folder / "own.db"


@pytest.mark.parametrize(
    ("sql", "new"), [("offset_s", "offzet_s"), ("activity_recordings", "activity_recordingz"), ("pushes", "p\x85shes")]
)
def test_a_copy_with_other_tables_is_refused_and_ours_stays(sql: str, new: str, tmp_path: Path) -> None:
    own, copy = made(tmp_path), tmp_path / "copy.db"
    copy.write_bytes(own.read_bytes().replace(sql.encode(), new.encode("latin-1")))
    before = own.read_bytes()
    with pytest.raises(SyncerError, match=r"copy\.db cannot be restored") as refused:
        restore(own, copy, newest=1)
    assert refused.value.code == "backup-unusable"
    assert own.read_bytes() == before


def test_a_whole_copy_is_still_one(tmp_path: Path) -> None:
    own, copy = made(tmp_path), tmp_path / "copy.db"
    copy.write_bytes(own.read_bytes())
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        connection.execute("ANALYZE")  # which makes tables of SQLite's own
        connection.commit()
    restore(own, copy, newest=1)
    with contextlib.closing(sqlite3.connect(own)) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'mine'").fetchall() == [("1",)]


def test_damage_that_sqlite_cannot_name_is_damage(tmp_path: Path) -> None:
    own = made(tmp_path)
    own.write_bytes(own.read_bytes().replace(b"CREATE TABLE pushes", b"CREATE TABLE p\x85shes"))
    with contextlib.closing(sqlite3.connect(own, autocommit=True)) as connection:
        assert check(connection)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"[sync]\ntimeout_s = 1" + b"0" * 400, "a number of hundreds of digits"),
        (b'[garmin]\napi_url = "https://[::1"', "which is not an https address"),
        (b"\xef\xbb", "cannot read"),
        (b'timezone = "' + b"a/" * 2000 + b'"', "not a zone like Europe/Berlin"),
    ],
)
def test_settings_that_make_no_sense(text: bytes, why: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(text)
    with pytest.raises(ConfigError, match=why):
        load_settings(file, {})


def test_settings_with_old_line_ends_are_read_and_changed_by_hand_only(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b'# mine\rtimezone = "UTC"\r')
    assert load_settings(file, {}).timezone == "UTC"
    with pytest.raises(ConfigError) as refused:
        write_settings(file, {"timezone": "Europe/Berlin"})
    assert refused.value.code == "config-by-hand"
    assert file.read_bytes() == b'# mine\rtimezone = "UTC"\r'


def test_tokens_that_are_nested_absurdly_deep_are_damaged(tmp_path: Path) -> None:
    file = tmp_path / "tokens" / "garmin.json"
    file.parent.mkdir()
    file.write_text(DEEP)
    with pytest.raises(SignInError) as refused:
        read_tokens(file, "garmin")
    assert refused.value.code == "tokens-damaged"
    assert "damaged" in token_facts(file, "garmin").problem


@pytest.mark.parametrize(
    "text",
    [
        DEEP,
        '{"refusals": Infinity, "until": "2026-03-01T07:00:00+00:00"}',
        '{"refusals": 1, "until": "0001-01-01T00:00:00+23:59"}',
        '{"refusals": 1, "until": "9999-12-31T23:59:59-23:59"}',
    ],
)
def test_a_pause_that_makes_no_sense_is_none(text: str, tmp_path: Path) -> None:
    cool_down_file(tmp_path).write_text(text)
    heed_cool_down(tmp_path, START)


def test_the_longest_pause_holds(tmp_path: Path) -> None:
    cool_down_file(tmp_path).write_text('{"refusals": 9, "until": "2026-03-02T06:00:00+00:00"}')
    with pytest.raises(TryLaterError):
        heed_cool_down(tmp_path, START)
    assert read_cool_down(tmp_path, START + timedelta(days=3)) is None


@pytest.mark.parametrize("text", [DEEP, '{"pid": Infinity, "command": "x", "since": "2026-03-01"}'])
def test_a_holder_that_makes_no_sense_is_nobody(text: str, tmp_path: Path) -> None:
    (tmp_path / "lock.holder").write_text(text)
    assert last_holder(tmp_path / "lock") is None


def test_a_demos_mark_that_makes_no_sense_is_none(tmp_path: Path) -> None:
    (tmp_path / MARK).write_text(DEEP)
    with pytest.raises(SyncerError, match="holds other things"):
        settle(tmp_path, (), START)


def application(request: Request) -> Answer:
    if request.path == "/large":
        return Answer(200, b"[" + b"[]," * (LARGEST_ANSWER // 3) + b"[]]")
    if request.path == "/parts":
        return Answer(200, b"[" + b"{}," * MOST_PARTS + b"{}]")
    if request.path == "/packed":
        return Answer(200, gzip.compress(b"[" * 300 * 2**20, 6), {"Content-Encoding": "gzip"})
    if request.path == "/zip":
        return Answer(200, b"PK\3\4" + b"x" * (LARGEST_ANSWER * 2))
    if request.path == "/large-zip":
        return Answer(200, b"PK\3\4" + b"x" * LARGEST_DOWNLOAD)
    return Answer(200, b"[" + b" " * (LARGEST_ANSWER - 2) + b"]")


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with running(application) as started:
        yield started


@pytest.mark.parametrize("path", ["/large", "/parts", "/packed", "/large-zip"])
def test_an_answer_without_end_is_left(path: str, server: Loopback) -> None:
    meter = Meter()
    with make_session(Patience(30.0, 0.0), meter) as session:
        with pytest.raises(requests.RequestException) as refused:
            session.get(server.url + path)
        with pytest.raises(TryLaterError, match="cannot be used right now") as told:
            call(lambda: session.get(server.url + path), datetime.now(UTC))
    assert network_reason(refused.value) == told.value.why == "its answer is absurdly large"
    assert meter.requests == 2  # neither was sent again


@pytest.mark.parametrize("path", ["/zip", "/as-large-as-can-be"])
def test_an_answer_of_any_true_size_is_read(path: str, server: Loopback) -> None:
    with make_session(Patience(30.0, 0.0), Meter()) as session:
        assert len(session.get(server.url + path).content) >= LARGEST_ANSWER


@pytest.mark.parametrize(
    "told",
    [
        "Sun, 01 Mar 2026 07:00:00 +99999999999999999999",
        "Sun, 01 Mar 0001 00:00:00 +2359",
        "Fri, 31 Dec 9999 23:59:59 -2359",
    ],
)
def test_a_time_to_come_back_that_no_calendar_has(told: str) -> None:
    wait = asked_to_wait({"Retry-After": told}, START)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=1)


@pytest.mark.parametrize("problem", [IndexError("list index out of range"), RecursionError(), OverflowError()])
def test_what_a_library_trips_over_is_an_answer_that_makes_no_sense(problem: Exception) -> None:
    def stumble() -> None:
        raise problem

    with pytest.raises(TryLaterError) as told:
        call(stumble, START)
    assert told.value.code == "garmin-unavailable"


def test_what_a_refusal_says_is_read_whatever_its_headers_claim() -> None:
    response = requests.Response()
    response._content = '{"errors": [{"resource": "AuthorizationCode", "field": "code ä"}]}'.encode()
    response.headers["Content-Type"] = "text/html; charset=a\0b"
    response.encoding = "a\0b"
    assert _error_fields(text_of(response)) == [("AuthorizationCode", "code ä")]
    assert _error_fields(DEEP) == []


def test_a_pasted_address_that_is_none() -> None:
    for text in ("http://[::1", "http://[::1/?state=s&code=x", "http://127.0.0.1/?state=\udcff&code=x"):
        with pytest.raises(SignInError):
            read_pasted(text, "s")


def test_a_kept_answer_that_is_nested_too_deep_says_nothing() -> None:
    with pytest.raises(ValueError, match="absurdly deep"):
        read_list_item(Provider.STRAVA, DEEP.encode())


STEP = {"type": "ExecutableStepDTO", "stepOrder": 1, "endCondition": {"conditionTypeId": 2}, "endConditionValue": 30.0}
SPORT = {"sportTypeId": 5, "sportTypeKey": "strength_training"}
SENT = {"workoutName": "x", "sportType": SPORT, "workoutSegments": [{"sportType": SPORT, "workoutSteps": [STEP]}]}


@pytest.mark.parametrize("odd", ["x", 7, [[]], {"x": {}}, None, True, 10**400, float("nan"), "9" * 5000])
@pytest.mark.parametrize("key", [*SENT, *STEP])
def test_a_workout_that_comes_back_in_another_shape_is_another(key: str, odd: object) -> None:
    step = {**STEP, key: odd} if key in STEP else STEP
    back: dict[str, object] = {**SENT, "workoutSegments": [{"sportType": SPORT, "workoutSteps": [step]}]}
    if key in SENT:
        back[key] = odd
    told = differences(SENT, json.loads(json.dumps(back)))
    assert all(len(line) < 400 for line in told)
    unchanged = (key, odd) in (("workoutName", "x"),) or key == "stepOrder"
    assert bool(told) is not unchanged


def test_a_number_as_text_is_that_number() -> None:
    step = {**STEP, "stepOrder": "1", "endConditionValue": "30"}
    assert differences(SENT, {**SENT, "workoutSegments": [{"sportType": SPORT, "workoutSteps": [step]}]}) == []


@pytest.mark.parametrize("page", [[None, 7, {}], [{"activityId": 7}], [{"activityId": 7, "startTimeGMT": "soon"}]])
def test_a_list_of_nothing_that_never_ends_is_left(page: list[object], tmp_path: Path) -> None:
    class Service:
        requests = 0

        def activities(self, _start: int, *_window: object) -> list[object]:
            self.requests += 1
            return page

    service = Service()
    with contextlib.closing(open_database(tmp_path / "own.db", backups=tmp_path / "backups")) as connection:
        source = GarminSource(service)  # type: ignore[arg-type]
        [synced] = sync_all(connection, ["garmin"], lambda _name: source, SyncPlan(START.date(), 14, 100), START)
    assert synced.code == "endless-list"
    assert service.requests < 10


def test_a_home_folder_that_nobody_has() -> None:
    nobody = Path("~nobody-of-this-name/x")
    with pytest.raises(UsageError) as refused:
        target_at(nobody)
    assert refused.value.code == "no-such-folder"
    assert find_paths({"SYNCER_HOME": str(nobody)}).database.parent == Path.cwd() / nobody
    assert find_paths({}, nobody).config == Path.cwd() / nobody
    for secret in (Secret(file=str(nobody)), Secret(file="a\0b"), Secret(command=("a\0b",))):
        with pytest.raises(ConfigError):
            secret.reveal({})
    assert expanded("~") == Path.home()


def test_a_history_without_line_ends_is_left_out_and_the_next_is_read() -> None:
    reading, writing = os.pipe()
    good = b'{"id": "r1", "sessions": [], "runs": []}'

    def write() -> None:
        with os.fdopen(writing, "wb") as stream:
            for _ in range(64):
                stream.write(b"[" * 2**20)
            stream.write(b"\n" + good)

    threading.Thread(target=write).start()
    with os.fdopen(reading, "rb") as stream:
        lines = [line for line in lines_as_they_come(stream) if line is not None]
    assert len(lines[0]) < 2 * LONGEST_LINE
    with pytest.raises(BadFileError, match="line 1 is left out: it is longer than 2 MB"):
        read_history(lines[0], 1)
    assert lines[1] == good


@pytest.mark.skipif(os.name != "posix", reason="pipes with names are POSIX's")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    garmin = tmp_path / "GARMIN"
    (garmin / "NewFiles").mkdir(parents=True)
    for name in (tmp_path / "x.toml", garmin / "GarminDevice.xml"):
        os.mkfifo(name)
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    broken = load_templates([tmp_path]).broken
    assert {error.why for error in broken.values()} == {"it is no file, but a device or a pipe"}
    assert sorted(broken) == ["x", "zero"]
    assert target_at(tmp_path).folder == garmin / "NewFiles"


DEFINED = struct.pack("<BBBHB", 0x40, 0, 0, 18, 0)
SMALL = bytes(fit_builder.Stream().add(fit_builder.file_id(created=START)).records)


@pytest.mark.parametrize(
    "records",
    [
        pytest.param(DEFINED * 400_000, id="definitions"),
        pytest.param(DEFINED + b"\0" * 60_000, id="messages"),
        pytest.param(
            DEFINED + b"\x80" + struct.pack("<BBBHB", 0x41, 0, 0, 21, 0) + b"\1" * 3_100_000, id="relative times"
        ),
    ],
)
def test_a_recording_that_would_take_minutes_is_refused(records: bytes) -> None:
    with pytest.raises(BadFileError, match="is no recording") as refused:
        read_fit(fit_builder.fit_file(SMALL + records), "x.fit")
    assert refused.value.code == "fit-too-many-messages"


def test_a_chain_that_would_take_hours_is_refused_at_once() -> None:
    one = fit_builder.fit_file(SMALL)
    assert len(read_fit(one * 300, "x.fit").sieved) > 0
    with pytest.raises(BadFileError, match="is no recording") as refused:
        read_fit(one * 200_000, "x.fit")
    assert "more than 1,000 recordings, one behind the other" in refused.value.why


def test_a_long_recording_is_still_one() -> None:
    """A day, one record a second, each with its definition, as some programs write it."""
    stream = fit_builder.Stream().add(fit_builder.file_id(created=START))
    for second in range(86_400):
        stream.define(20, [(253, 4, 0x86)], again=True).raw(b"\0" + struct.pack("<I", 1_100_000_000 + second))
    [recording] = read_fit(stream.file(), "x.fit").recordings
    assert recording.elapsed_s == 86_399


@pytest.mark.parametrize("client", [garmin, strava], ids=["garmin", "strava"])
def test_a_page_of_more_items_than_anybody_asks_for(client: Any) -> None:
    assert client._expect(list, [None] * MOST_ITEMS)
    with pytest.raises(TryLaterError):
        client._expect(list, [None] * (MOST_ITEMS + 1))


def test_a_session_of_a_million_sets() -> None:
    known = Recording(RecordingKey(Provider.GARMIN, "1"), Sport.STRENGTH, "strength_training", START)
    told = detailed(known, {}, {"exerciseSets": [{}] * 10**6})
    assert told.sets is not None
    assert len(told.sets) == 2_000


def test_a_note_of_a_hundred_pages_is_read_and_no_further() -> None:
    pages = "An easy run with friends. " * 7_500
    tag = read_note(f"{pages}#kneepain3")
    assert tag is not None
    assert tag.score == 3
    assert read_note(f"{pages * 2}#kneepain3") is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize("part", [b"<trkpt>", b"<Lap ", b"<Lap StartTime=", b"<trkpt><time> "])
def test_points_without_a_time_are_searched_once(part: bytes) -> None:
    assert track_start(b"<gpx>" + part * (2**20 // len(part))) is None


@pytest.mark.timeout(20)
def test_a_page_in_a_refusal_is_not_searched_for_ever() -> None:
    assert exhausted("'50 " * 100_000).code == "garmin-unavailable"
