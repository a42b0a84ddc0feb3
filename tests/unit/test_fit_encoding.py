"""The FIT container: what we write is read back by two other implementations, and what does not fit is refused."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime, timedelta, timezone

import fitdecode
import pytest
from garmin_fit_sdk import Decoder, Stream
from hypothesis import given
from hypothesis import strategies as st

from syncer.workouts.fit_encoding import (
    BaseType,
    Field,
    Message,
    clip_utf8,
    crc16,
    encode,
    fit_local_timestamp,
    fit_timestamp,
)

MONDAY = datetime(2026, 11, 16, 7, 30, 5, tzinfo=UTC)
FILE_ID = Message(
    0,
    (
        Field(0, BaseType.ENUM, 4),
        Field(1, BaseType.UINT16, 1),
        Field(3, BaseType.UINT32Z, 1234),
        Field(4, BaseType.UINT32, fit_timestamp(MONDAY)),
    ),
)


def _fitdecode(content: bytes) -> list[fitdecode.FitDataMessage]:
    with fitdecode.FitReader(
        io.BytesIO(content), check_crc=fitdecode.CrcCheck.RAISE, error_handling=fitdecode.ErrorHandling.RAISE
    ) as reader:
        return [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]


def _sdk(content: bytes) -> dict[str, list[dict[str, object]]]:
    decoder = Decoder(Stream.from_byte_array(bytearray(content)))
    assert decoder.check_integrity()
    messages, errors = Decoder(Stream.from_byte_array(bytearray(content))).read()
    assert errors == []
    return messages


def test_crc_has_the_published_check_value() -> None:
    assert crc16(b"123456789") == 0xBB3D
    assert crc16(b"6789", crc16(b"12345")) == 0xBB3D


def test_header_has_fourteen_bytes_and_both_crcs_are_right() -> None:
    content = encode([FILE_ID])
    size, protocol, profile, data_size, mark, header_crc = struct.unpack("<BBHI4sH", content[:14])
    assert (size, protocol, profile, mark) == (14, 0x10, 2201, b".FIT")
    assert data_size == len(content) - 16
    assert header_crc == crc16(content[:12])
    assert crc16(content) == 0


def test_two_other_decoders_read_an_activity() -> None:
    records = [
        Message(
            20,
            (
                Field(253, BaseType.UINT32, fit_timestamp(MONDAY + timedelta(seconds=second))),
                Field(3, BaseType.UINT8, 120 + second),
                Field(5, BaseType.UINT32, 250 * second),
            ),
        )
        for second in range(3)
    ]
    activity = Message(
        34,
        (
            Field(253, BaseType.UINT32, fit_timestamp(MONDAY)),
            Field(5, BaseType.UINT32, fit_local_timestamp(MONDAY.astimezone(timezone(timedelta(hours=2))))),
        ),
    )
    sets = Message(225, (Field(7, BaseType.UINT16, (11, 65534), size=3), Field(3, BaseType.UINT16, 10)))
    content = encode([FILE_ID, *records, sets, activity])

    read = _sdk(content)
    assert read["file_id_mesgs"][0]["time_created"] == MONDAY
    assert [record["heart_rate"] for record in read["record_mesgs"]] == [120, 121, 122]
    assert [record["distance"] for record in read["record_mesgs"]] == [0, 2.5, 5]

    frames = _fitdecode(content)
    assert [frame.name for frame in frames] == ["file_id", "record", "record", "record", "set", "activity"]
    assert frames[4].get_raw_value("category") == (11, 65534, None)
    assert frames[5].get_raw_value("local_timestamp") - frames[5].get_raw_value("timestamp") == 7200


def test_equal_layouts_share_one_definition() -> None:
    record = Message(20, (Field(3, BaseType.UINT8, 120),))
    one, two = encode([record]), encode([record, record])
    assert len(two) - len(one) == 2
    other = Message(20, (Field(4, BaseType.UINT8, 120),))
    assert len(encode([record, other, record])) == len(one) + 2 * (9 + 2)


@pytest.mark.parametrize("base_type", [kind for kind in BaseType if kind is not BaseType.STRING])
def test_none_is_read_back_as_nothing(base_type: BaseType) -> None:
    frames = _fitdecode(encode([FILE_ID, Message(0xFF00, (Field(1, base_type, None), Field(2, BaseType.UINT8, 7)))]))
    nothing, seven = (field.raw_value for field in frames[1].fields)
    assert nothing in (None, (None,), b"\xff")
    assert seven == 7


@given(st.data())
def test_any_number_in_range_comes_back_and_none_outside_is_written(draw: st.DataObject) -> None:
    whole = [kind for kind in BaseType if kind.low < kind.high and kind is not BaseType.BYTE]
    base_type = draw.draw(st.sampled_from(whole))
    number = draw.draw(st.integers(-(2**65), 2**65) | st.integers(base_type.low - 3, base_type.low + 300))
    message = Message(0xFF00, (Field(1, base_type, number),))
    if base_type.low <= number <= base_type.high:
        assert _fitdecode(encode([message]))[0].fields[0].raw_value == number
    else:
        with pytest.raises(ValueError, match="outside"):
            encode([message])


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        (Field(0, BaseType.UINT16, 655.35), "whole number"),
        (Field(0, BaseType.UINT16, 10.0), "whole number"),
        (Field(0, BaseType.UINT16, True), "not a number"),
        (Field(0, BaseType.UINT16, "10"), "not a number"),
        (Field(0, BaseType.UINT16, (1, 2, 3), size=2), "do not fit"),
        (Field(0, BaseType.UINT32Z, 0), "outside"),
        (Field(0, BaseType.FLOAT32, float("nan")), "finite"),
        (Field(0, BaseType.FLOAT32, 1e39), "too large"),
        (Field(0, BaseType.STRING, 5), "not text"),
        (Field(0, BaseType.STRING, "a\0b"), "NUL"),
        (Field(0, BaseType.STRING, "é" * 130), "255"),
        (Field(0, BaseType.STRING, "a", size=256), "255"),
        (Field(0, BaseType.STRING, "\ud800"), "surrogates"),
        (Field(255, BaseType.UINT8, 1), "field number"),
    ],
)
def test_what_does_not_fit_is_refused(field: Field, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        encode([Message(20, (field,))])


def test_a_refusal_names_message_and_field() -> None:
    with pytest.raises(ValueError, match=r"message 27, field 2: 4294967306 is outside"):
        encode([Message(27, (Field(2, BaseType.UINT32, 2**32 + 10),))])
    with pytest.raises(ValueError, match="different numbers"):
        encode([Message(27, (Field(2, BaseType.UINT8, 1), Field(2, BaseType.UINT8, 1)))])


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.integers(1, 60))
def test_a_fixed_size_string_is_cut_between_characters(text: str, size: int) -> None:
    packed = Field(0, BaseType.STRING, text, size=size).pack()
    assert len(packed) == size
    assert packed[-1] == 0
    kept = packed.rstrip(b"\0").decode()
    assert text.startswith(kept)
    assert kept == text or len((kept + text[len(kept)]).encode()) > size - 1
    assert clip_utf8(text, size - 1) == kept


def test_timestamps() -> None:
    assert fit_timestamp(datetime(2026, 1, 1, tzinfo=UTC)) == 1136160000
    assert fit_timestamp(MONDAY.astimezone(timezone(timedelta(hours=-8)))) == fit_timestamp(MONDAY)
    assert fit_timestamp(MONDAY.replace(microsecond=999_999)) == fit_timestamp(MONDAY)
    for wrong in (datetime(2026, 1, 1), datetime(1980, 1, 1, tzinfo=UTC), datetime(2127, 1, 1, tzinfo=UTC)):
        with pytest.raises(ValueError, match=r"offset|1998"):
            fit_timestamp(wrong)
        with pytest.raises(ValueError, match=r"offset|1998"):
            fit_local_timestamp(wrong)
