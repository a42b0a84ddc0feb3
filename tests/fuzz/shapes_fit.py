"""FIT files of odd shapes, which changing bytes seldom reaches."""

from __future__ import annotations

import struct
from datetime import timedelta

from syncer.workouts.fit_encoding import BaseType, Message
from tests.fit_builder import Leg, Stream, activity, band_walk, file_id, fit_file, lap, message, record, run, session
from tests.fuzz.target import START

B = BaseType
SHORT = Leg(START, 120, distance_m=400)
BASE_TYPES = (0, 1, 2, 0x83, 0x84, 0x85, 0x86, 7, 0x88, 0x89, 0x0A, 0x8B, 0x8C, 0x0D, 0x8E, 0x8F, 0x90)


def fit_shapes() -> dict[str, bytes]:
    """By name."""
    whole, begun = run(START, seconds=120, distance_m=400), file_id(created=START)
    return {
        "big-endian": activity([SHORT], big_endian=True),
        "chained": whole + band_walk(START + timedelta(days=1), rounds=1) + run(START + timedelta(days=2), seconds=60),
        "chained-and-zeros": whole + whole + b"\0" * 512,
        "chained-hollow": fit_file(b"") + whole,
        "compressed-timestamps": _compressed(),
        "compressed-timestamps-without-one-before": _compressed(first=False),
        "developer-fields": _developer(),
        "developer-fields-undescribed": _developer(described=False),
        "developer-fields-that-lie": _developer(size=3),
        "no-session": _of(file_id(created=START), record(START), lap(SHORT)),
        "no-lap": _of(file_id(created=START), record(START), session(SHORT)),
        "no-record": _of(file_id(created=START), lap(SHORT), session(SHORT)),
        "no-message": fit_file(b""),
        "only-file-id": _of(file_id(created=START)),
        "no-file-id": _of(record(START), lap(SHORT), session(SHORT)),
        "no-start": _of(file_id(created=None), message(18, (5, B.ENUM, 1), (7, B.UINT32, 1000))),
        "system-time": activity([Leg(1000, 60)], created=1000),
        "two-records-a-day": _of(begun, *(record(START + timedelta(hours=12 * n)) for n in range(40))),
        "unknown-messages": _unknown(),
        "base-types-that-are-none": _base_types((0x20, 0x40, 0x6F, 0x91, 0xFF)),
        "every-base-type": _base_types(BASE_TYPES),
        "sizes-that-do-not-fit": _base_types(BASE_TYPES, size=3),
        "fields-of-no-size": _base_types(BASE_TYPES, size=0),
        "strings-without-end": _strings(b"\xff" * 200),
        "strings-of-halves": _strings(b"\xed\xa0\x80\xf0\x9f" * 20),
        "strings-that-steer": _strings(b"\x1b[2J\x1b]0;x\x07\xe2\x80\xae<script>\r\n"),
        "arrays": _arrays(),
        "invalid-everywhere": _filled(0xFF),
        "zero-everywhere": _filled(0x00),
        "highest-everywhere": _filled(0x7F),
        "defined-again-and-again": _redefined(),
        "most-fields": _most_fields(),
        "header-of-12": activity([SHORT], header_size=12),
        "header-of-40": fit_file(_records(file_id(created=START), session(SHORT)), header_size=40),
        "claims-4-gb": fit_file(_records(session(SHORT)), data_size=2**32 - 1),
        "half": whole[: len(whole) // 2],
        "many-sessions": _of(file_id(created=START), *(session(SHORT, number) for number in range(60))),
        "many-laps": _of(file_id(created=START), *(lap(SHORT, number) for number in range(80)), session(SHORT)),
        "backwards": _of(begun, *(record(START - timedelta(seconds=n)) for n in range(60)), session(SHORT)),
        "web-page": b"<!doctype html><title>Sign in</title>",
    }  # fmt: skip


def _records(*messages: Message) -> bytes:
    stream = Stream()
    for one in messages:
        stream.add(one)
    return bytes(stream.records)


def _of(*messages: Message) -> bytes:
    return fit_file(_records(*messages))


def _compressed(*, first: bool = True) -> bytes:
    stream = Stream().add(file_id(created=START))
    if first:
        stream.add(record(START, 0), local=1)
    heart = message(20, (3, B.UINT8, 150), (5, B.UINT32, 1000))
    for number in range(70):  # the five bits wrap twice
        stream.add(heart, local=2, time_offset=number % 32)
    stream.add(message(19, (7, B.UINT32, 60000), (5, B.UINT32, 7)), local=3, time_offset=5)
    return stream.add(session(SHORT)).file()


def _developer(*, described: bool = True, size: int = 1) -> bytes:
    stream = Stream().add(file_id(created=START))
    if described:
        stream.add(message(207, (1, B.BYTE, b"\x11" * 16), (3, B.UINT8, 0), (4, B.UINT32, 110)), local=1)
        described_as = (
            (0, B.UINT8, 0),
            (1, B.UINT8, 0),
            (2, B.UINT8, 2),
            (3, B.STRING, "Doughnuts"),
            (8, B.STRING, "x"),
        )
        stream.add(message(206, *described_as), local=2)
        stream.add(message(206, (0, B.UINT8, 9), (1, B.UINT8, 1), (2, B.UINT8, 0xFE)), local=2)
    for number in range(5):
        more = [(0, 0, bytes(size)), (0, 1, b"\xff\xff"), (9, 200, b"ab\0")]
        stream.add(record(START + timedelta(seconds=number)), local=3, developer=more)
    return stream.add(session(SHORT), developer=[(0, 0, b"\x05")]).file()


def _unknown() -> bytes:
    stream = Stream().add(file_id(created=START))
    for place, number in enumerate((1000, 65534, 65535, 0xFF00, 22, 141, 79, 104)):
        stream.define(number, [(0, 4, 0x86), (250, 1, 2), (255, 2, 0x84)], local=place % 16, again=True)
        stream.raw(bytes([place % 16]) + b"\x01" * 7)
    return stream.add(session(SHORT)).file()


def _base_types(codes: tuple[int, ...], size: int = 8) -> bytes:
    """Session, lap and set, with a field of each type under numbers that are read."""
    stream = Stream().add(file_id(created=START))
    for number in (18, 19, 225, 34, 72, 26):
        numbers = (254, 253, 2, 7, 8, 9, 5, 6, 110, 192, 193, 0, 3, 1, 4, 10, 11)
        fields = [(field, size, code) for field, code in zip(numbers, codes, strict=False)]
        stream.define(number, fields, again=True).raw(b"\0" + bytes(range(1, size * len(fields) + 1)))
    return stream.add(session(SHORT)).file()


def _strings(content: bytes) -> bytes:
    """Names that fill their fields, without the zero at the end."""
    stream = Stream().add(file_id(created=START))
    for number, field in ((26, 8), (27, 0), (264, 2), (18, 110), (206, 3)):
        stream.define(number, [(field, len(content), 7)], again=True).raw(b"\0" + content)
    return stream.add(session(SHORT)).file()


def _arrays() -> bytes:
    stream = Stream().add(file_id(created=START))
    for number, field, code in (
        (225, 7, 0x84),
        (225, 8, 0x84),
        (18, 7, 0x86),
        (18, 2, 0x86),
        (19, 9, 0x86),
        (34, 5, 0x86),
    ):
        stream.define(number, [(field, 252, code)], again=True).raw(b"\0" + struct.pack("<63I", *range(63)))
    return stream.add(session(SHORT)).file()  # fmt: skip


def _filled(value: int) -> bytes:
    """Everything that is read, defined as it should be and without a true value."""
    stream = Stream()
    for one in (file_id(created=START), record(START, 1.0), lap(SHORT), session(SHORT)):
        stream.add(one)
        size = sum(len(field.pack()) for field in one.fields)
        stream.raw((b"\0" + bytes([value]) * size) * 3)
    return stream.file()


def _redefined() -> bytes:
    """One local type that is another message each time, and messages between."""
    stream = Stream()
    for number in range(20):
        stream.add(file_id(created=START) if number % 3 else session(SHORT, number))
        stream.add(record(START + timedelta(seconds=number), 10.0 * number))
    return stream.file()


def _most_fields() -> bytes:
    stream = Stream().add(file_id(created=START))
    stream.define(18, [(number, 1, 2) for number in range(255)], again=True).raw(b"\0" + bytes(range(255)))
    return stream.add(session(SHORT)).file()
