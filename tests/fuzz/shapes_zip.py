"""Zips and gzips of odd shapes, written record by record: no library makes most of them.

After PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.4, and RFC 1952. What is packed is packed by hand as one stored
block, so that no version of zlib changes a byte.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from tests.fit_builder import run
from tests.fuzz.target import START

RUN = run(START, seconds=60, distance_m=200)
STORED, DEFLATED, BZIP2, LZMA = 0, 8, 12, 14
ENCRYPTED, DESCRIPTOR, UTF8 = 0x1, 0x8, 0x800
SYMLINK, FOLDER, PIPE = 0o120777, 0o40755, 0o10644


@dataclass(frozen=True)
class Entry:
    """One member, true or not.

    Attributes:
        packed: its bytes in the file, when they are not ``content`` as it is.
        claims: its size, when it is not true.
        mode: as Unix writes it.
    """

    name: bytes
    content: bytes = RUN
    flags: int = 0
    method: int = STORED
    extra: bytes = b""
    packed: bytes | None = None
    claims: int | None = None
    crc: int | None = None
    mode: int = 0o100644


def deflated(content: bytes) -> bytes:
    """One stored block of deflate (RFC 1951 §3.2.4), of at most 65,535 bytes."""
    return b"\x01" + struct.pack("<HH", len(content), len(content) ^ 0xFFFF) + content


def gzipped(content: bytes, *, flags: int = 0, more: bytes = b"", crc: int | None = None) -> bytes:
    """A gzip member; ``more`` are the header's fields that ``flags`` tell of."""
    sums = struct.pack("<II", zlib.crc32(content) if crc is None else crc, len(content) & 0xFFFFFFFF)
    return b"\x1f\x8b\x08" + bytes([flags]) + b"\0\0\0\0\0\xff" + more + deflated(content) + sums


def zip_of(entries: Sequence[Entry], *, before: bytes = b"", comment: bytes = b"", zip64: bool = False) -> bytes:
    """Members, directory and end."""
    out = bytearray(before)
    directory = bytearray()
    for one in entries:
        packed = one.content if one.packed is None else one.packed
        crc = zlib.crc32(one.content) if one.crc is None else one.crc
        size = len(one.content) if one.claims is None else one.claims
        late = bool(one.flags & DESCRIPTOR)
        told = (0, 0, 0) if late else (crc, len(packed), size)
        common = struct.pack("<HHHHH", 20, one.flags, one.method, 0, 0x5C61)
        directory += b"PK\x01\x02" + struct.pack("<H", 0x031E) + common + struct.pack("<III", crc, len(packed), size)
        directory += struct.pack("<HHHHHII", len(one.name), len(one.extra), 0, 0, 0, one.mode << 16, len(out))
        directory += one.name + one.extra
        out += b"PK\x03\x04" + common + struct.pack("<III", *told)
        out += struct.pack("<HH", len(one.name), len(one.extra)) + one.name + one.extra + packed
        if late:
            out += b"PK\x07\x08" + struct.pack("<III", crc, len(packed), size)
    at = len(out)
    out += directory
    if zip64:
        end64 = len(out)
        counts = (len(entries), len(entries), len(directory), at)
        out += b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, *counts)
        out += b"PK\x06\x07" + struct.pack("<IQI", 0, end64, 1)
        out += b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, len(comment))
    else:
        count = len(entries)
        out += b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), at, len(comment))
    return bytes(out + comment)


def zip_shapes() -> dict[str, bytes]:
    """By name; each holds a run in some way, or claims to."""
    plain = Entry(b"a.fit")
    inner = zip_of([Entry(b"inner.fit")])
    table = b'Activity ID,Activity Date,Activity Type,Filename\n1,"Mar 1, 2026, 6:00:00 AM",Run,activities/1.fit.gz\n'
    return {
        "plain": zip_of([plain]),
        "deflated": zip_of([Entry(b"a.fit", method=DEFLATED, packed=deflated(RUN))]),
        "data-descriptor": zip_of([Entry(b"a.fit", flags=DESCRIPTOR, method=DEFLATED, packed=deflated(RUN))]),
        "zip64": zip_of([Entry(b"a.fit", extra=struct.pack("<HHQQ", 1, 16, len(RUN), len(RUN)))], zip64=True),
        "zip64-extra-too-short": zip_of([Entry(b"a.fit", extra=struct.pack("<HHB", 1, 16, 0), claims=0xFFFFFFFF)]),
        "encrypted": zip_of([Entry(b"a.fit", flags=ENCRYPTED), plain]),
        "unknown-method": zip_of([Entry(b"a.fit", method=99)]),
        "bzip2-that-is-none": zip_of([Entry(b"a.fit", method=BZIP2)]),
        "lzma-of-4-gb": zip_of([Entry(b"a.fit", method=LZMA, packed=b"\x09\x14\x05\0\x5d\xff\xff\xff\xff" + RUN)]),
        "same-name-twice": zip_of([plain, Entry(b"a.fit", run(START, seconds=120))]),
        "same-content-twice": zip_of([plain, Entry(b"b/a.fit")]),
        "names-that-climb": zip_of([Entry(name) for name in (b"../../a.fit", b"/etc/a.fit", rb"..\a.fit", b"C:a.fit")]),
        "names-that-steer": zip_of([Entry(name, flags=UTF8) for name in (b"a\n.fit", b"\x1b[2J.fit", b"\xe2\x80\xae")]),
        "names-of-nothing": zip_of([Entry(b""), Entry(b"/"), Entry(b"a\0b.fit"), Entry(b"\xff\xfe.fit", flags=UTF8)]),
        "long-name": zip_of([Entry(b"x" * 1000 + b".fit")]),
        "symlink": zip_of([Entry(b"link.fit", b"/etc/passwd", mode=SYMLINK), Entry(b"pipe.fit", b"", mode=PIPE)]),
        "folders": zip_of([Entry(b"a.fit/", b"", mode=FOLDER), Entry(b"b/", b"x"), Entry(b"b/a.fit")]),
        "nested": zip_of([Entry(b"1.zip", inner), Entry(b"2.zip", zip_of([Entry(b"3.zip", inner)]))]),
        "nested-in-itself": zip_of([Entry(b"1.zip", inner[:-22])]),
        "claims-2-gb": zip_of([Entry(b"a.fit", claims=2**31 - 1)]),
        "claims-nothing": zip_of([Entry(b"a.fit", claims=0, method=DEFLATED, packed=deflated(RUN))]),
        "wrong-crc": zip_of([Entry(b"a.fit", crc=1)]),
        "ends-early": zip_of([plain])[:-10],
        "something-before": zip_of([plain], before=b"#!/bin/sh\nexit\n"),
        "comment": zip_of([plain], comment=b"PK\x05\x06" + b"x" * 60),
        "empty": zip_of([]),
        "strava": zip_of([Entry(b"activities.csv", table), Entry(b"activities/1.fit.gz", gzipped(RUN))]),
        "two-tables": zip_of([Entry(b"activities.csv", table), Entry(b"b/activities.csv", table)]),
        "garmin": zip_of([Entry(b"DI_CONNECT/x_0_summarizedActivities.json", b'[{"summarizedActivitiesExport":[{}]}]'),
                          Entry(b"DI_CONNECT/UploadedFiles_0-_Part1.zip", inner)]),
        "leftovers": zip_of([Entry(b"__MACOSX/._a.fit"), Entry(b".DS_Store"), Entry(b"a.fit")]),
    }  # fmt: skip


def gzip_shapes() -> dict[str, bytes]:
    """By name."""
    return {
        "plain": gzipped(RUN),
        "twice": gzipped(gzipped(RUN)),
        "thrice": gzipped(gzipped(gzipped(RUN))),
        "two-members": gzipped(RUN[:100]) + gzipped(RUN[100:]),
        "every-header-field": gzipped(RUN, flags=0x1C, more=b"\x04\0abcd" + b"../../x.fit\0" + b"comment\0"),
        "wrong-crc": gzipped(RUN, crc=1),
        "no-end": gzipped(RUN)[:-9],
        "zeros-behind": gzipped(RUN) + b"\0" * 100,
        "empty": gzipped(b""),
        "head-only": b"\x1f\x8b\x08",
    }
