"""The sieve keeps the wanted messages as they are, checks the whole file, and refuses what is broken by name."""

from __future__ import annotations

from datetime import UTC, datetime

import fitdecode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import BadFileError
from syncer.sources.fit_layout import FILE_ID, LAP, RECORD, SESSION, SET
from syncer.sources.fit_sieve import KEPT, sieve
from syncer.workouts.fit_encoding import BaseType
from tests.fit_builder import (
    RUNNING,
    Leg,
    Stream,
    activity,
    band_walk,
    file_id,
    fit_file,
    message,
    record,
    run,
    session,
    with_right_crc,
    with_wrong_crc,
)
from tests.work import steps

START = datetime(2026, 1, 6, 6, 0, tzinfo=UTC)

type Decoded = list[tuple[int, dict[int | str, object]]]


def decoded(data: bytes, numbers: frozenset[int] = frozenset(range(65536))) -> Decoded:
    """The messages of these numbers as fitdecode reads them: raw values by field number, developer fields by name."""
    raising, ignoring = fitdecode.CrcCheck.RAISE, fitdecode.ErrorHandling.IGNORE
    found: Decoded = []
    with fitdecode.FitReader(data, check_crc=raising, error_handling=ignoring, processor=None) as reader:
        for frame in reader:
            if frame.frame_type != fitdecode.FIT_FRAME_DATA or frame.global_mesg_num not in numbers:
                continue
            values: dict[int | str, object] = {}
            for field in frame.fields:
                developed = field.field_def is not None and field.field_def.is_dev
                values.setdefault(str(field.name) if developed else field.def_num, field.raw_value)
            found.append((frame.global_mesg_num, values))
    return found


def test_a_run_is_sieved_to_its_summary() -> None:
    whole = run(START, feel=25, rpe=60)
    sieved = sieve(whole)
    assert len(sieved) < len(whole) / 1.5
    assert decoded(sieved) == decoded(whole, KEPT)
    assert sieve(sieved) == sieved


def test_only_what_is_asked_for_is_kept() -> None:
    sieved = sieve(band_walk(START), frozenset({SET}))
    assert {number for number, _ in decoded(sieved)} == {SET}
    assert len(decoded(sieved, frozenset({SET}))) == 9


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("summary_first", [False, True])
@pytest.mark.parametrize("header_size", [12, 14, 20])
def test_every_layout_of_a_file_is_read(big_endian: bool, summary_first: bool, header_size: int) -> None:
    leg = Leg(START, distance_m=5000, laps=5)
    whole = activity([leg], big_endian=big_endian, summary_first=summary_first, header_size=header_size)
    kept = decoded(sieve(whole))
    # fitdecode itself stumbles over headers longer than 14 bytes, which the protocol allows for.
    assert kept == decoded(activity([leg], big_endian=big_endian, summary_first=summary_first), KEPT)
    assert [number for number, _ in kept].count(LAP) == 5


def test_a_header_without_a_checksum_is_taken() -> None:
    whole = Stream().add(file_id(created=START)).add(session(Leg(START))).file(header_crc=False)
    assert len(decoded(sieve(whole))) == 2


def test_a_chain_stays_a_chain() -> None:
    whole = run(START) + band_walk(START)
    assert decoded(sieve(whole)) == decoded(whole, KEPT)
    assert sieve(whole) == sieve(run(START)) + sieve(band_walk(START))


def test_a_definition_may_change_its_meaning_on_the_way() -> None:
    """One local type is a record, then a session with another layout, then a record again."""
    stream = Stream().add(file_id(created=START), local=3)
    for _ in range(3):
        stream.add(record(START, 10.0), local=0).add(record(START, 11.0), local=0)
        stream.add(session(Leg(START)), local=0)
    whole = stream.file()
    kept = decoded(sieve(whole))
    assert kept == decoded(whole, KEPT)
    assert [number for number, _ in kept] == [FILE_ID, SESSION, SESSION, SESSION]


def test_developer_fields_are_stepped_over_and_kept() -> None:
    stream = Stream().add(file_id(created=START))
    stream.add(message(207, (3, BaseType.UINT8, 0)))
    stream.add(
        message(
            206, (0, BaseType.UINT8, 0), (1, BaseType.UINT8, 9), (2, BaseType.UINT8, 2), (3, BaseType.STRING, "Power")
        )
    )
    stream.add(record(START), local=1, developer=[(0, 9, b"\x41")])
    stream.add(session(Leg(START)), local=2, developer=[(0, 9, b"\x42")])
    whole = stream.file()
    kept = decoded(sieve(whole))
    assert kept == decoded(whole, KEPT)
    assert kept[-1][1]["Power"] == 0x42


def test_a_compressed_timestamp_keeps_its_time_when_the_messages_before_it_go() -> None:
    """Each record moves the clock on by 20 seconds; the lap's five bits mean nothing without them."""
    untimed = message(RECORD, (3, BaseType.UINT8, 140))
    short_lap = message(LAP, (5, BaseType.SINT32, 1), (8, BaseType.UINT32, 60_000))
    clock = 0x30000000
    stream = Stream().add(file_id(created=START)).add(record(clock), local=1)
    for _ in range(3):
        for _ in range(8):
            clock += 20
            stream.add(untimed, local=2, time_offset=clock & 31)
        clock += 20
        stream.add(short_lap, local=3, time_offset=clock & 31)
    whole = stream.file()
    kept = decoded(sieve(whole))
    assert kept == decoded(whole, KEPT)
    assert [values[253] for number, values in kept if number == LAP] == [clock - 360, clock - 180, clock]


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("fit-empty", b""),
        ("fit-not-fit", b"<!DOCTYPE html><html>sign in</html>"),
        ("fit-not-fit", b"\x0e\x10"),
        ("fit-not-fit", bytes(500)),
        ("fit-bad-header", with_right_crc(b"\x0b" + run(START)[1:])),
        ("fit-bad-header", with_right_crc(run(START)[:12] + b"\x01\x02" + run(START)[14:])),
        ("fit-truncated", run(START)[: len(run(START)) // 2]),
        ("fit-truncated", run(START)[:-1]),
        ("fit-truncated", run(START)[:-2]),
        ("fit-truncated", run(START)[:13]),
        ("fit-truncated", run(START) + band_walk(START)[:100]),
        ("fit-truncated", fit_file(bytes(Stream().add(session(Leg(START))).records), data_size=0)),
        ("fit-bad-crc", with_wrong_crc(run(START))),
        ("fit-bad-crc", run(START)[:200] + b"\xaa" + run(START)[201:]),
        ("fit-trailing-bytes", run(START) + bytes(16) + b"x"),
        ("fit-trailing-bytes", run(START) + b"something else that is no FIT file"),
        ("fit-undefined-message", fit_file(b"\x05\x00\x00")),
        ("fit-undefined-message", fit_file(b"\xa0\x00\x00")),
        # A definition or message that runs over the end although the sizes and sums are right.
        ("fit-truncated", fit_file(b"\x40\x00\x00\x12\x00\x09\xfd\x04\x86")),
        ("fit-truncated", fit_file(b"\x40\x00\x00\x12\x00\x01\xfd\x04\x86\x00\x01")),
        ("fit-truncated", fit_file(b"\x40\x00\x00\x14\x00\x01\xfd\x04\x86\x00\x01")),
        ("fit-truncated", fit_file(b"\x60\x00\x00\x14\x00\x00")),
    ],
)
def test_a_broken_file_is_refused_by_name(code: str, data: bytes) -> None:
    with pytest.raises(BadFileError) as caught:
        sieve(data, label="runs/tuesday.fit")
    assert caught.value.code == code
    assert caught.value.message.startswith("runs/tuesday.fit ")
    assert caught.value.item == "runs/tuesday.fit"
    assert caught.value.why
    assert caught.value.hint


def test_every_cut_of_a_summary_first_file_is_refused() -> None:
    """Newer watches write the session first: half a file still holds one."""
    whole = activity([Leg(START, 300, RUNNING, distance_m=900)], summary_first=True)
    for size in range(len(whole)):
        with pytest.raises(BadFileError):
            sieve(whole[:size])


TYPES = st.sampled_from([(0x00, 1), (0x02, 1), (0x84, 2), (0x86, 4), (0x07, 1), (0x88, 4), (0x8C, 4), (0x0D, 1)])
FIELD = st.builds(
    lambda number, kind, count: (number, kind[1] * count, kind[0]), st.integers(200, 250), TYPES, st.integers(1, 5)
)
LAYOUT = st.tuples(
    st.sampled_from([0, 18, 19, 20, 225, 233, 140]),
    st.lists(FIELD, max_size=6, unique_by=lambda field: field[0]),
    st.booleans(),
    st.integers(0, 3),
)


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    """Records of several local types that change their meaning, with and without timestamps of all three forms."""
    stream = Stream()
    layouts: dict[int, int] = {}
    for _ in range(draw(st.integers(1, 30))):
        if not layouts or draw(st.integers(0, 4)) == 0:
            number, fields, timed, local = draw(LAYOUT)
            stream.big_endian = draw(st.booleans())
            fields = [(253, 4, 0x86), *fields] if timed else fields
            stream.define(number, fields, local, again=True)
            layouts[local] = sum(size for _, size, _ in fields)
        local = draw(st.sampled_from(sorted(layouts)))
        header = draw(st.sampled_from([local, local, 0x80 | local << 5 | draw(st.integers(0, 31))]))
        stream.raw(bytes([header]) + draw(st.binary(min_size=layouts[local], max_size=layouts[local])))
    return stream.file(header_size=draw(st.sampled_from([12, 14])))


@given(streams(), st.frozensets(st.sampled_from([0, 18, 19, 20, 225]), min_size=1))
def test_what_is_kept_decodes_as_before(whole: bytes, keep: frozenset[int]) -> None:
    sieved = sieve(whole, keep)
    everything = decoded(sieved)
    assert everything == decoded(whole, keep)
    assert sieve(sieved, keep) == sieved


@given(st.binary(max_size=300))
def test_any_bytes_are_sieved_or_refused_with_little_work(data: bytes) -> None:
    for content in (data, fit_file(data)):
        assert steps(lambda content=content: _sieved_or_refused(content)) < 40 * (len(content) + 20)


def _sieved_or_refused(content: bytes) -> None:
    try:
        sieved = sieve(content)
    except BadFileError:
        return
    assert sieve(sieved) == sieved


def test_zeros_behind_the_end_are_padding() -> None:
    assert sieve(run(START) + bytes(17), KEPT) == sieve(run(START), KEPT)
