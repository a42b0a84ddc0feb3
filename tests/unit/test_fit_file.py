"""A FIT file becomes recordings: one a session, in SI units, on the runner's own day."""

from __future__ import annotations

import gzip
import pickle
import struct
import warnings
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.domain.activity import FileIdentity, Provider, Recording, RecordingKey, Sport
from syncer.errors import BadFileError
from syncer.sources import fit_file
from syncer.sources.fit_file import content_keys, open_fit_bytes, read_fit
from syncer.workouts.fit_encoding import BaseType, Message
from tests.fit_builder import (
    REST,
    RUNNING,
    STRENGTH_TRAINING,
    TRAINING,
    Leg,
    SetDone,
    Stream,
    activity,
    activity_message,
    band_walk,
    exercise_title,
    file_id,
    lap,
    message,
    record,
    run,
    session,
    set_messages,
    training_file,
    with_right_crc,
    workout,
    workout_step,
)
from tests.work import steps

START = datetime(2026, 1, 6, 6, 0, tzinfo=UTC)


def only(data: bytes) -> Recording:
    (recording,) = read_fit(data, "a.fit").recordings
    return recording


def written(*messages: Message) -> bytes:
    stream = Stream()
    for item in messages:
        stream.add(item)
    return stream.file()


def test_a_run() -> None:
    found = read_fit(run(START, 1800.5, 5000.25, feel=25, rpe=60), "a.fit")
    recording = found.recordings[0]
    assert (found.file_type, found.skipped) == ("activity", ())
    assert (recording.sport, recording.sport_label) == (Sport.RUN, "running")
    assert (recording.elapsed_s, recording.timer_s, recording.distance_m) == (1800.5, 1800.5, 5000.25)
    assert (recording.feel, recording.rpe) == (25, 6.0)
    assert recording.start == START
    assert (recording.start.isoformat(), recording.offset_known) == ("2026-01-06T07:00:00+01:00", True)
    assert recording.file_identity == found.identity == FileIdentity(4242, START)
    assert recording.device == "garmin 3990 4242"
    assert (recording.sets, recording.training_file, recording.notes, recording.manual) == (None, None, (), False)


def test_the_extremes_of_feel_and_effort_are_values_too() -> None:
    recording = only(run(START, feel=0, rpe=0))
    assert (recording.feel, recording.rpe) == (0, 0.0)
    recording = only(run(START, feel=100, rpe=100))
    assert (recording.feel, recording.rpe) == (100, 10.0)
    recording = only(run(START, feel=101, rpe=200))
    assert (recording.feel, recording.rpe) == (None, None)
    recording = only(run(START))
    assert (recording.feel, recording.rpe) == (None, None)


def test_a_band_walk_that_followed_a_workout() -> None:
    created = datetime(2026, 1, 2, 20, 0, tzinfo=UTC)
    recording = only(band_walk(START, rounds=2, followed=(987, created)))
    assert (recording.sport, recording.sport_label) == (Sport.STRENGTH, "training/strength_training")
    assert recording.name == "Lateral band walk"
    assert recording.training_file == FileIdentity(987, created)
    assert recording.sets is not None
    assert [(one.active, one.reps, one.duration_s, one.name) for one in recording.sets] == 2 * [
        (True, 10, 30.0, "Band walk RIGHT"),
        (True, 10, 30.0, "Band walk LEFT"),
        (False, None, 45.0, None),
    ]
    # 65534 is FIT's "unknown" category, the home of a workout's own titles.
    assert [(one.category, one.exercise, one.step_index) for one in recording.sets[:2]] == [(None, 1, 0), (None, 2, 1)]


@pytest.mark.parametrize("summary_first", [False, True])
def test_of_several_guesses_the_first_counts(summary_first: bool) -> None:
    sets = (
        SetDone(12, category=(11, 28, 65534), exercise=(11, 63, None)),
        SetDone(8, category=(65534, 28, 11), exercise=(None, 63, 11)),
        SetDone(7, category=(None, 28, None), exercise=(None, 63, None)),
        SetDone(None, category=None, active=None),
        SetDone(5, category=28, exercise=None, active=None),
        REST,
    )
    leg = Leg(START, 600, TRAINING, STRENGTH_TRAINING, sets=sets)
    recording = only(activity([leg], summary_first=summary_first))
    assert recording.sets is not None
    assert [(one.active, one.reps, one.category, one.exercise) for one in recording.sets] == [
        (True, 12, 11, 11),
        (True, 8, None, None),
        (True, 7, None, None),
        (False, None, None, None),
        (True, 5, 28, None),
        (False, None, None, None),
    ]


def test_a_set_is_named_by_its_step_before_its_numbers() -> None:
    sets = (SetDone(category=11, exercise=11, step=0x8001), SetDone(category=11, exercise=11), SetDone(category=28))
    leg = Leg(START, 600, TRAINING, STRENGTH_TRAINING, sets=sets)
    extra = [workout_step(1, "Left side", 11, 11), exercise_title(11, 11, "Band walk")]
    recording = only(activity([leg], extra=extra))
    assert [one.name for one in recording.sets or ()] == ["Left side", "Band walk", None]
    assert [one.step_index for one in recording.sets or ()] == [1, None, None]


def test_a_strength_session_without_a_word_on_sets() -> None:
    """Strava drops the sets of the files in its archive: not told is not zero."""
    assert only(activity([Leg(START, 600, TRAINING, STRENGTH_TRAINING)])).sets is None


@pytest.mark.parametrize("summary_first", [False, True])
def test_multisport_gives_one_recording_a_session_with_its_own_sets(summary_first: bool) -> None:
    morning = Leg(START, 300, TRAINING, STRENGTH_TRAINING, sets=(SetDone(10), REST, SetDone(11), REST))
    jog = Leg(START + timedelta(minutes=5), 1200, RUNNING, distance_m=3000, rpe=50)
    change = Leg(START + timedelta(minutes=25), 60, 3)
    evening = Leg(START + timedelta(minutes=26), 300, TRAINING, STRENGTH_TRAINING, sets=(SetDone(12), SetDone(13)))
    created = START - timedelta(days=1)
    data = activity(
        [morning, jog, change, evening],
        summary_first=summary_first,
        extra=[training_file(55, created, evening.start), workout("Hip circuit")],
    )
    found = read_fit(data, "multi.fit").recordings
    assert [one.sport for one in found] == [Sport.STRENGTH, Sport.RUN, Sport.TRANSITION, Sport.STRENGTH]
    assert [one.start for one in found] == [leg.start for leg in (morning, jog, change, evening)]
    assert [None if one.sets is None else [each.reps for each in one.sets] for one in found] == [
        [10, None, 11, None],
        None,
        None,
        [12, 13],
    ]
    assert [one.training_file for one in found] == [None, None, None, FileIdentity(55, created)]
    assert [one.name for one in found] == [None, None, None, "Hip circuit"]
    assert [one.rpe for one in found] == [None, 5.0, None, None]
    first = found[0].key.external_id
    assert [one.key.external_id for one in found] == [first, f"{first}-2", f"{first}-3", f"{first}-4"]


def test_a_set_on_the_border_of_two_sessions_is_the_strength_sessions() -> None:
    strength = Leg(START, 300, TRAINING, STRENGTH_TRAINING)
    late = SetDone(9, start=START + timedelta(seconds=300))
    strength = Leg(START, 300, TRAINING, STRENGTH_TRAINING, sets=(SetDone(10), late))
    found = read_fit(activity([strength, Leg(strength.end, 600)]), "multi.fit").recordings
    assert [None if one.sets is None else len(one.sets) for one in found] == [2, None]


def test_chained_files_are_read_one_after_the_other() -> None:
    settings_file = written(file_id(2, created=START))
    later = START + timedelta(days=1)
    found = read_fit(settings_file + run(START) + band_walk(later), "chain.fit")
    assert [one.sport for one in found.recordings] == [Sport.RUN, Sport.STRENGTH]
    assert [one.start for one in found.recordings] == [START, later]
    assert found.skipped == ()
    assert len({one.key for one in found.recordings}) == 2


def test_keys_come_from_the_content_or_from_the_caller() -> None:
    data = run(START)
    key = only(data).key
    assert (key.provider, len(key.external_id)) == (Provider.FILE, 16)
    assert key == only(data).key != only(run(START + timedelta(seconds=1))).key
    named = read_fit(data, "a.fit", lambda index: RecordingKey(Provider.GARMIN, f"77{index}")).recordings
    assert [one.key.short_id for one in named] == ["g770"]


def test_the_sieved_bytes_read_the_same_and_cross_a_process_border() -> None:
    for data in (run(START, feel=25), band_walk(START), run(START) + band_walk(START), _laps_only(), _records_only()):
        found = read_fit(data, "a.fit")
        assert read_fit(found.sieved, "a.fit", content_keys(data)) == found
        assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    ("offset_h", "start", "known"),
    [
        (1, "2026-01-06T07:00:00+01:00", True),
        (0, "2026-01-06T06:00:00+00:00", True),
        (-8, "2026-01-05T22:00:00-08:00", True),
        (5.75, "2026-01-06T11:45:00+05:45", True),
        (14, "2026-01-06T20:00:00+14:00", True),
        (-12, "2026-01-05T18:00:00-12:00", True),
        (1 + 20 / 3600, "2026-01-06T07:00:00+01:00", True),
        (None, "2026-01-06T06:00:00+00:00", False),
        (15, "2026-01-06T06:00:00+00:00", False),
        (-400, "2026-01-06T06:00:00+00:00", False),
        (1.6, "2026-01-06T06:00:00+00:00", False),
    ],
)
def test_the_runners_own_clock(offset_h: float | None, start: str, known: bool) -> None:
    recording = only(run(START, offset_h=offset_h))
    assert (recording.start.isoformat(), recording.offset_known) == (start, known)


def test_sunday_ten_to_midnight_is_sundays() -> None:
    recording = only(run(datetime(2026, 1, 5, 7, 50, tzinfo=UTC), offset_h=-8))
    assert recording.start.date() == date(2026, 1, 4)


def test_a_watch_without_a_date_tells_the_day_by_its_wall_clock() -> None:
    """An FR70 counts from switching on; only the activity message knows the date."""
    leg = Leg(16_441_241, 3427)
    wall = datetime(2012, 2, 13, 12, 21, 3, tzinfo=UTC)
    data = written(file_id(created=leg.start), session(leg), activity_message(leg.end, wall))
    recording = only(data)
    assert recording.start.isoformat() == "2012-02-13T11:23:56+00:00"
    assert recording.offset_known
    assert recording.file_identity is None


def test_without_any_date_the_session_is_left_out_and_said_so() -> None:
    found = read_fit(written(file_id(created=1000), session(Leg(1000, 60))), "old.fit")
    assert found.recordings == ()
    assert [(one.reason, one.example, one.broken) for one in found.skipped] == [("no-start-time", "old.fit", False)]


def test_developer_fields_never_override_native_ones() -> None:
    """A data field on the watch may call its own field total_distance and name the native number."""
    stream = Stream().add(file_id(created=START)).add(message(207, (3, BaseType.UINT8, 0)))
    for number, name, native in ((9, "total_distance", 9), (193, "workout_rpe", 193)):
        described = [(0, BaseType.UINT8, 0), (1, BaseType.UINT8, number), (2, BaseType.UINT8, 0x86)]
        native_field = [(14, BaseType.UINT16, 18), (15, BaseType.UINT8, native)]
        stream.add(message(206, *described, (3, BaseType.STRING, name), *native_field))
    leg = Leg(START, distance_m=5000, rpe=40)
    mine = [(0, 9, struct.pack("<I", 99)), (0, 193, struct.pack("<I", 100))]
    data = stream.add(session(leg), developer=mine).file()
    assert (only(data).distance_m, only(data).rpe) == (5000, 4.0)


def test_developer_fields_without_a_description_do_no_harm() -> None:
    from fitparse import records

    before = dict(records.DEV_TYPES)
    leg = Leg(START, distance_m=5000)
    data = Stream().add(file_id(created=START)).add(session(leg), developer=[(7, 1, b"\x01")]).file()
    assert only(data).distance_m == 5000
    # fitparse keeps developer types in a module-wide table; nothing of one file may reach the next.
    assert before == records.DEV_TYPES


def test_reading_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_fit(band_walk(START), "a.fit").recordings


def test_fields_that_fitparse_refuses() -> None:
    """COROS writes a uint32 of one byte; others write fields of no size, unknown types, or types without their flag."""
    values = [
        (253, 4, 0x86, struct.pack("<I", 0x43BF6000)),
        (2, 4, 0x06, struct.pack("<I", 0x43BF5900)),  # uint32 without the flag for byte order
        (7, 4, 0x86, struct.pack("<I", 1_800_000)),
        (9, 1, 0x86, b"\x07"),
        (8, 3, 0x86, b"\x01\x02\x03"),
        (5, 1, 0x00, b"\x01"),
        (6, 0, 0x00, b""),
        (110, 4, 0x42, b"abcd"),
        (192, 1, 0x0D, b"\x19"),
        (193, 1, 0x1E, b"\x32"),  # no such type
        (200, 0, 0x86, b""),
    ]
    stream = Stream().add(file_id(created=START))
    stream.define(18, [(number, size, kind) for number, size, kind, _ in values], local=5)
    data = stream.raw(b"\x05" + b"".join(content for *_, content in values)).file()
    recording = only(data)
    assert recording.start == datetime(1989, 12, 31, tzinfo=UTC) + timedelta(seconds=0x43BF5900)
    assert (recording.sport, recording.elapsed_s, recording.distance_m) == (Sport.RUN, 1800.0, 0.07)
    assert (recording.timer_s, recording.notes) == (None, ())
    assert (recording.feel, recording.rpe) == (25, None)


def test_a_field_that_stands_twice_gives_its_first_value() -> None:
    stream = Stream().add(file_id(created=START))
    fields = [(2, 4, 0x86), (9, 4, 0x86), (9, 4, 0x86), (9, 4, 0x86)]
    content = struct.pack("<IIII", 0x43BF5900, 0xFFFFFFFF, 500_000, 99)
    data = stream.define(18, fields).raw(b"\0" + content).file()
    assert only(data).distance_m == 5000


def test_what_is_no_number_is_no_value() -> None:
    stream = Stream().add(file_id(created=START))
    fields = [(2, 4, 0x86), (7, 4, 0x88), (8, 4, 0x88), (9, 8, 0x89), (192, 4, 0x88)]
    content = struct.pack("<Iffdf", 0x43BF5900, float("nan"), float("inf"), 1e300, float("nan"))
    recording = only(stream.define(18, fields).raw(b"\0" + content).file())
    assert (recording.elapsed_s, recording.timer_s, recording.distance_m, recording.feel) == (None, None, None, None)


def test_a_name_with_rubbish_behind_it() -> None:
    leg = Leg(START, 600, TRAINING, STRENGTH_TRAINING)
    stream = Stream().add(file_id(created=START)).define(26, [(8, 16, 0x07)], local=1)
    data = stream.raw(b"\x01" + "Hüfte".encode() + b"\xc3\xff\x07\0garb\xfe\0")
    assert only(data.add(session(leg)).file()).name == "Hüfte"
    assert only(activity([leg], extra=[workout("   ")])).name is None


def test_the_sports_own_name_stands_in_for_a_workouts() -> None:
    assert only(activity([Leg(START, profile_name="Band walk")])).name == "Band walk"
    sport = message(12, (0, BaseType.ENUM, 10), (1, BaseType.ENUM, 20), (3, BaseType.STRING, "Kraft"))
    recording = only(activity([Leg(START, sport=None, sub_sport=None)], extra=[sport]))
    assert (recording.sport, recording.name) == (Sport.STRENGTH, "Kraft")


@pytest.mark.parametrize(
    ("sport", "sub_sport", "family", "label"),
    [
        (1, 0, Sport.RUN, "running"),
        (1, 3, Sport.RUN, "running/trail"),
        (1, None, Sport.RUN, "running"),
        (4, 1, Sport.RUN, "fitness_equipment/treadmill"),
        (4, 15, Sport.OTHER, "fitness_equipment/elliptical"),
        (10, 20, Sport.STRENGTH, "training/strength_training"),
        (4, 20, Sport.STRENGTH, "fitness_equipment/strength_training"),
        (10, 26, Sport.WORKOUT, "training/cardio_training"),
        (10, 43, Sport.OTHER, "training/yoga"),
        (10, 0, Sport.WORKOUT, "training"),
        (62, 70, Sport.WORKOUT, "hiit/hiit"),
        (75, 0, Sport.OTHER, "volleyball"),
        (2, 0, Sport.RIDE, "cycling"),
        (5, 17, Sport.SWIM, "swimming/lap_swimming"),
        (11, 0, Sport.WALK, "walking"),
        (17, 0, Sport.HIKE, "hiking"),
        (3, 0, Sport.TRANSITION, "transition"),
        (0, 0, Sport.OTHER, "generic"),
        (199, 201, Sport.OTHER, "sport 199/sub-sport 201"),
        (None, None, Sport.OTHER, "unknown"),
    ],
)
def test_sports(sport: int | None, sub_sport: int | None, family: Sport, label: str) -> None:
    recording = only(activity([Leg(START, sport=sport, sub_sport=sub_sport)]))
    assert (recording.sport, recording.sport_label) == (family, label)


def _laps_only() -> bytes:
    leg = Leg(START, 1800, distance_m=5000, laps=5)
    return written(file_id(created=START), *(lap(leg, index) for index in range(5)))


def _records_only() -> bytes:
    moments = [START + timedelta(seconds=second) for second in range(0, 1801, 10)]
    return written(file_id(created=START), *(record(moment, 3.0 * index) for index, moment in enumerate(moments)))


def test_a_recording_that_broke_off_is_put_together_from_its_laps_or_records() -> None:
    recording = only(_laps_only())
    assert (recording.start, recording.elapsed_s, recording.distance_m) == (START, 1800, 5000)
    assert recording.sport is Sport.RUN
    recording = only(_records_only())
    assert (recording.start, recording.elapsed_s, recording.distance_m) == (START, 1800, 540)
    assert recording.sport is Sport.OTHER


def test_a_session_without_a_start_or_length_takes_it_from_its_end() -> None:
    end = START + timedelta(seconds=600)
    no_start = message(18, (253, BaseType.UINT32, _fit(end)), (7, BaseType.UINT32, 600_000), (5, BaseType.ENUM, 1))
    no_length = message(18, (253, BaseType.UINT32, _fit(end)), (2, BaseType.UINT32, _fit(START)), (5, BaseType.ENUM, 1))
    for odd in (no_start, no_length):
        recording = only(written(file_id(created=START), odd))
        assert (recording.start, recording.elapsed_s) == (START, 600)


def _fit(moment: datetime) -> int:
    return int((moment - datetime(1989, 12, 31, tzinfo=UTC)).total_seconds())


@pytest.mark.parametrize(
    ("kind", "name"), [(5, "workout"), (6, "course"), (2, "settings"), (32, "monitoring"), (99, "type 99")]
)
def test_what_is_no_activity_is_left_out_by_reason(kind: int, name: str) -> None:
    found = read_fit(written(file_id(kind, created=START), lap(Leg(START))), "x.fit")
    assert (found.recordings, found.file_type, found.identity) == ((), name, FileIdentity(4242, START))
    (skipped,) = found.skipped
    assert (skipped.reason, skipped.example, skipped.broken) == ("not-an-activity", "x.fit", False)
    assert skipped.message == f"x.fit is a {name} file"


def test_an_activity_without_anything_in_it() -> None:
    found = read_fit(written(file_id(created=START)), "x.fit")
    assert [one.reason for one in found.skipped] == ["nothing-recorded"]


def test_a_file_that_does_not_say_what_it_is() -> None:
    assert only(written(session(Leg(START)))).start == START
    assert only(written(file_id(None, created=START), session(Leg(START)))).start == START
    for data in (written(message(233, (2, BaseType.UINT8, 1))), written(file_id(None, created=START))):
        found = read_fit(data, "x.fit")
        assert (found.recordings, found.file_type) == ((), "nameless")
        assert [one.reason for one in found.skipped] == ["not-an-activity"]


def test_a_file_without_a_single_message_is_refused() -> None:
    for data in (Stream().file(), Stream().file(header_size=12), Stream().file() + Stream().file()):
        with pytest.raises(BadFileError) as caught:
            read_fit(data, "x.fit")
        assert (caught.value.code, caught.value.item) == ("fit-no-messages", "x.fit")


def test_an_identity_needs_serial_and_time() -> None:
    assert read_fit(written(file_id(serial=None, created=START), session(Leg(START))), "x").identity is None
    assert read_fit(written(file_id(created=None), session(Leg(START))), "x").identity is None


def test_a_link_to_a_course_is_no_link_to_a_workout() -> None:
    assert only(activity([Leg(START)], extra=[training_file(7, START, START, kind=6)])).training_file is None


def test_a_flood_of_sets_is_refused_in_good_time() -> None:
    stream = Stream().add(file_id(created=START))
    leg = Leg(START, 600, TRAINING, STRENGTH_TRAINING, sets=(SetDone(),))
    stream.add(set_messages(leg)[0], local=1)
    before = len(stream.records)
    one = bytes(stream.add(set_messages(leg)[0], local=1).records[before:])
    with pytest.raises(BadFileError) as caught:
        read_fit(stream.raw(one * 300_000).file(), "flood.fit")
    assert caught.value.code == "fit-too-many-messages"


def test_gzip_is_told_by_content() -> None:
    data = run(START)
    assert open_fit_bytes(data, "a") == data
    assert open_fit_bytes(gzip.compress(data), "a") == data
    assert open_fit_bytes(gzip.compress(gzip.compress(data)), "a") == data
    assert open_fit_bytes(gzip.compress(data[:100]) + gzip.compress(data[100:]) + b"\0\0", "a") == data
    assert open_fit_bytes(b"", "a") == b""


@pytest.mark.parametrize("cut", [1, 2, 5, 20, 60])
def test_a_broken_gzip_is_refused_by_name(cut: int) -> None:
    packed = gzip.compress(run(START))
    for data in (packed[:-cut], packed[:15] + bytes(40) + packed[55:]):
        with pytest.raises(BadFileError) as caught:
            open_fit_bytes(data, "b.fit.gz")
        assert (caught.value.code, caught.value.item) == ("fit-bad-gzip", "b.fit.gz")


def test_a_bomb_is_refused_before_it_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_file, "LARGEST_FILE", 1_000_000)
    bomb = gzip.compress(bytes(30_000_000))
    for data in (bomb, gzip.compress(bomb), bytes(1_000_001), gzip.compress(bytes(600_000)) * 2):
        with pytest.raises(BadFileError) as caught:
            open_fit_bytes(data, "bomb.gz")
        assert caught.value.code == "fit-too-large"


def _reads_or_refuses(data: bytes) -> None:
    """And with no more work than so many bytes can ask for."""
    assert steps(lambda: _read_or_refused(data)) < 1000 * (len(data) + 100)


def _read_or_refused(data: bytes) -> None:
    try:
        found = read_fit(data, "fuzz.fit")
    except BadFileError:
        return
    for recording in found.recordings:
        assert recording.start.utcoffset() is not None
        assert recording.end >= recording.start
    if found.recordings:
        assert read_fit(found.sieved, "fuzz.fit", content_keys(data)) == found


SAMPLES = [
    band_walk(START, followed=(5, START)),
    activity([Leg(START, 600, TRAINING, STRENGTH_TRAINING, sets=(SetDone(category=(1, 2)), REST)), Leg(START, 60)]),
    activity([Leg(START, 60)], big_endian=True, summary_first=True) + run(START, 60),
    _laps_only(),
]


@settings(max_examples=200)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(14), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_give_a_result_or_a_refusal(data: bytes, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(data)
    for at, value in changes:
        changed[at % len(changed)] = value
    _reads_or_refuses(bytes(changed))
    _reads_or_refuses(with_right_crc(bytes(changed)))


FIELDS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 25, 110, 192, 193, 253, 254]),
        st.integers(0, 9),
        st.sampled_from([*range(18), 0x83, 0x84, 0x85, 0x86, 0x88, 0x89, 0x8B, 0x8C, 0x8E, 0x8F, 0x90, 0xFF]),
    ),
    max_size=8,
)


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(st.sampled_from([0, 12, 18, 19, 20, 26, 27, 34, 72, 225, 264]), FIELDS, st.booleans()), max_size=6
    ),
    st.data(),
)
def test_any_layout_of_the_messages_that_are_read(
    layouts: list[tuple[int, list[tuple[int, int, int]], bool]], data: st.DataObject
) -> None:
    stream = Stream()
    for number, fields, big_endian in layouts:
        stream.big_endian = big_endian
        size = sum(width for _, width, _ in fields)
        for header in data.draw(st.lists(st.sampled_from([1, 1, 0xA0, 0xBF]), min_size=1, max_size=3)):
            stream.define(number, fields, local=1)
            stream.raw(bytes([header]) + data.draw(st.binary(min_size=size, max_size=size)))
    _reads_or_refuses(stream.file())
