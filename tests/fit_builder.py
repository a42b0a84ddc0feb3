"""Makes activity FIT files for tests: as watches write them, and as they should not be.

From the bottom up: `Stream` writes records (several local types, both byte orders, developer fields, compressed
timestamps), `fit_file` puts header and checksums around them, and `activity`, `run` and `band_walk` make whole
recordings. Values are packed by `syncer.workouts.fit_encoding`; everything else here stands on its own feet.

>>> data = run(datetime(2026, 1, 6, 6, 0, tzinfo=UTC), distance_m=5000, feel=25, rpe=60)
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncer.workouts.fit_encoding import BaseType, Field, Message, Value, crc16, fit_timestamp

B = BaseType
UNKNOWN_CATEGORY = 65534
RUNNING, TRAINING, STRENGTH_TRAINING = 1, 10, 20


class Stream:
    """The records of one FIT file, written one after the other."""

    def __init__(self, *, big_endian: bool = False) -> None:
        self.big_endian = big_endian
        self.records = bytearray()
        self._layouts: dict[int, bytes] = {}

    def add(
        self,
        message: Message,
        local: int = 0,
        *,
        developer: Sequence[tuple[int, int, bytes]] = (),
        time_offset: int | None = None,
    ) -> Stream:
        """Write a message, and its definition when that changed.

        Args:
            message: raw values, as in the file.
            local: local type; 0-3 under a compressed timestamp header.
            developer: (developer data index, field number, bytes) of each developer field.
            time_offset: 0-31, writes a compressed timestamp header.
        """
        packed = [(field, self._ordered(field, field.pack())) for field in message.fields]
        self.define(
            message.global_number,
            [(field.number, len(content), field.base_type.code) for field, content in packed],
            local,
            developer=[(number, len(content), index) for index, number, content in developer],
        )
        header = local if time_offset is None else 0x80 | local << 5 | time_offset
        self.records += bytes([header]) + b"".join(content for _, content in packed)
        self.records += b"".join(content for _, _, content in developer)
        return self

    def define(
        self,
        number: int,
        fields: Sequence[tuple[int, int, int]],
        local: int = 0,
        *,
        developer: Sequence[tuple[int, int, int]] = (),
        again: bool = False,
    ) -> Stream:
        """Write a definition unless it is in force: fields as (number, size, base type), whatever they are."""
        order = ">" if self.big_endian else "<"
        start = 0x40 | local | (0x20 if developer else 0)
        layout = struct.pack(f"{order}BBBHB", start, 0, self.big_endian, number, len(fields))
        layout += b"".join(bytes(field) for field in fields)
        if developer:
            layout += bytes([len(developer)]) + b"".join(bytes(field) for field in developer)
        if again or self._layouts.get(local) != layout:
            self._layouts[local] = layout
            self.records += layout
        return self

    def raw(self, content: bytes) -> Stream:
        """Write bytes as they are."""
        self.records += content
        return self

    def _ordered(self, field: Field, content: bytes) -> bytes:
        if not self.big_endian or field.base_type in (B.STRING, B.BYTE):
            return content
        size = field.base_type.size
        return b"".join(content[at : at + size][::-1] for at in range(0, len(content), size))

    def file(self, *, header_size: int = 14, header_crc: bool = True) -> bytes:
        return fit_file(bytes(self.records), header_size=header_size, header_crc=header_crc)


def fit_file(records: bytes, *, header_size: int = 14, header_crc: bool = True, data_size: int | None = None) -> bytes:
    """A FIT file around records, its checksums right.

    Args:
        records: definitions and messages.
        header_size: 12 (no checksum), 14, or more with zeros.
        header_crc: False leaves the header's checksum at zero, as older watches do.
        data_size: what the header claims; the truth by default.
    """
    size = len(records) if data_size is None else data_size
    header = struct.pack("<BBHI4s", header_size, 0x20, 2158, size, b".FIT")
    if header_size > 12:
        header += struct.pack("<H", crc16(header) if header_crc else 0)
        header = header.ljust(header_size, b"\0")
    whole = header + records
    return whole + struct.pack("<H", crc16(whole))


def with_right_crc(data: bytes) -> bytes:
    """The file with its last two bytes made its checksum again, after it was changed."""
    return data[:-2] + struct.pack("<H", crc16(data[:-2]))


def with_wrong_crc(data: bytes) -> bytes:
    return data[:-2] + struct.pack("<H", crc16(data[:-2]) ^ 0x5555)


def message(number: int, *fields: tuple[int, BaseType, Value]) -> Message:
    """A message of (field number, base type, value); fields without a value are left out."""
    return Message(number, tuple(Field(*field) for field in fields if field[2] is not None))


def _time(when: datetime | int | None) -> int | None:
    """A FIT time; numbers are taken as they are (seconds since switching on, or nonsense)."""
    return fit_timestamp(when) if isinstance(when, datetime) else when


@dataclass(frozen=True)
class SetDone:
    """One set; ``category`` and ``exercise`` may be tuples of guesses."""

    reps: int | None = 10
    seconds: float = 30
    category: int | tuple[int | None, ...] | None = UNKNOWN_CATEGORY
    exercise: int | tuple[int | None, ...] | None = None
    step: int | None = None
    active: bool | None = True
    start: datetime | None = None


REST = SetDone(reps=None, seconds=45, category=None, active=False)


@dataclass(frozen=True)
class Leg:
    """One session."""

    start: datetime | int
    seconds: float = 1800
    sport: int | None = RUNNING
    sub_sport: int | None = 0
    distance_m: float | None = None
    feel: int | None = None
    rpe: int | None = None
    profile_name: str | None = None
    sets: tuple[SetDone, ...] = ()
    laps: int = 1

    @property
    def end(self) -> datetime | int:
        if isinstance(self.start, int):
            return self.start + round(self.seconds)
        return self.start + timedelta(seconds=round(self.seconds))

    def at(self, seconds: float) -> datetime | int:
        return self.start + round(seconds) if isinstance(self.start, int) else self.start + timedelta(seconds=seconds)


def file_id(
    kind: int | None = 4,
    serial: int | None = 4242,
    created: datetime | int | None = None,
    maker: int = 1,
    product: int = 3990,
) -> Message:
    return message(
        0,
        (0, B.ENUM, kind),
        (1, B.UINT16, maker),
        (2, B.UINT16, product),
        (3, B.UINT32Z, serial),
        (4, B.UINT32, _time(created)),
    )


def session(leg: Leg, index: int = 0) -> Message:
    return message(
        18,
        (254, B.UINT16, index),
        (253, B.UINT32, _time(leg.end)),
        (2, B.UINT32, _time(leg.start)),
        (7, B.UINT32, round(leg.seconds * 1000)),
        (8, B.UINT32, round(leg.seconds * 1000)),
        (9, B.UINT32, None if leg.distance_m is None else round(leg.distance_m * 100)),
        (5, B.ENUM, leg.sport),
        (6, B.ENUM, leg.sub_sport),
        (14, B.UINT16, 2800),
        (110, B.STRING, leg.profile_name),
        (192, B.UINT8, leg.feel),
        (193, B.UINT8, leg.rpe),
    )


def lap(leg: Leg, index: int = 0) -> Message:
    part = leg.seconds / leg.laps
    return message(
        19,
        (254, B.UINT16, index),
        (253, B.UINT32, _time(leg.at(part * (index + 1)))),
        (2, B.UINT32, _time(leg.at(part * index))),
        (7, B.UINT32, round(part * 1000)),
        (8, B.UINT32, round(part * 1000)),
        (9, B.UINT32, None if leg.distance_m is None else round(leg.distance_m * 100 / leg.laps)),
        (25, B.ENUM, leg.sport),
        (39, B.ENUM, leg.sub_sport),
    )


def record(when: datetime | int | None, distance_m: float | None = None, heart_rate: int = 150) -> Message:
    return message(
        20,
        (253, B.UINT32, _time(when)),
        (5, B.UINT32, None if distance_m is None else round(distance_m * 100)),
        (3, B.UINT8, heart_rate),
    )


def set_message(done: SetDone, start: datetime | int, timestamp: datetime | int, index: int = 0) -> Message:
    return message(
        225,
        (254, B.UINT32, _time(timestamp)),
        (0, B.UINT32, round(done.seconds * 1000)),
        (3, B.UINT16, done.reps),
        (5, B.UINT8, None if done.active is None else int(done.active)),
        (6, B.UINT32, _time(start)),
        (7, B.UINT16, done.category),
        (8, B.UINT16, done.exercise),
        (10, B.UINT16, index),
        (11, B.UINT16, done.step),
    )


def activity_message(end: datetime | int, local: datetime | int | None, sessions: int = 1) -> Message:
    return message(
        34, (253, B.UINT32, _time(end)), (5, B.UINT32, _time(local)), (1, B.UINT16, sessions), (2, B.ENUM, 0)
    )


def training_file(serial: int, created: datetime, when: datetime | None = None, kind: int = 5) -> Message:
    return message(
        72,
        (253, B.UINT32, _time(when)),
        (0, B.ENUM, kind),
        (1, B.UINT16, 255),
        (3, B.UINT32Z, serial),
        (4, B.UINT32, _time(created)),
    )


def workout(name: str, sport: int | None = TRAINING, sub_sport: int | None = STRENGTH_TRAINING) -> Message:
    return message(26, (4, B.ENUM, sport), (11, B.ENUM, sub_sport), (8, B.STRING, name))


def workout_step(index: int, name: str | None, category: int | None = None, exercise: int | None = None) -> Message:
    return message(27, (254, B.UINT16, index), (0, B.STRING, name), (10, B.UINT16, category), (11, B.UINT16, exercise))


def exercise_title(category: int, exercise: int, title: str) -> Message:
    return message(264, (254, B.UINT16, 0), (0, B.UINT16, category), (1, B.UINT16, exercise), (2, B.STRING, title))


def set_messages(leg: Leg, *, timestamp_is_start: bool = False) -> list[Message]:
    """The sets of a session, one after the other; newer watches write the session's start as each one's timestamp."""
    messages = []
    passed = 0.0
    for index, done in enumerate(leg.sets):
        start = done.start or leg.at(passed)
        passed += done.seconds
        messages.append(set_message(done, start, leg.start if timestamp_is_start else leg.at(passed), index))
    return messages


def activity(
    legs: Sequence[Leg],
    *,
    serial: int | None = 4242,
    created: datetime | int | None = None,
    offset_h: float | None = 1,
    extra: Iterable[Message] = (),
    record_every_s: int = 60,
    summary_first: bool = False,
    big_endian: bool = False,
    header_size: int = 14,
) -> bytes:
    """An activity file with one session a leg.

    Args:
        legs: in order of time.
        serial: of the watch.
        created: the first leg's start by default.
        offset_h: the runner's clock minus UTC, in hours; None leaves the local time out.
        extra: more messages, such as workout, steps, titles and training file.
        record_every_s: seconds between two records.
        summary_first: as newer watches write: session, laps and sets before the records.
        big_endian: most significant byte first.
        header_size: 12 or 14.
    """
    created = legs[0].start if created is None else created
    end = legs[-1].end
    local = None if offset_h is None or isinstance(end, int) else end + timedelta(hours=offset_h)
    summary: list[Message] = []
    records: list[Message] = []
    for index, leg in enumerate(legs):
        summary += set_messages(leg, timestamp_is_start=summary_first)
        summary += [lap(leg, number) for number in range(leg.laps)]
        summary.append(session(leg, index))
        for second in range(0, round(leg.seconds) + 1, record_every_s):
            share = second / leg.seconds
            records.append(record(leg.at(second), None if leg.distance_m is None else leg.distance_m * share))
    summary.append(activity_message(end, local, len(legs)))
    stream = Stream(big_endian=big_endian)
    for item in [file_id(serial=serial, created=created), *extra]:
        stream.add(item)
    for item in summary + records if summary_first else records + summary:
        stream.add(item, local=1 if item.global_number == 20 else 0)
    return stream.file(header_size=header_size)


def run(
    start: datetime,
    seconds: float = 1800,
    distance_m: float | None = 5000,
    *,
    feel: int | None = None,
    rpe: int | None = None,
    sub_sport: int = 0,
    serial: int = 4242,
    offset_h: float | None = 1,
) -> bytes:
    """A run; ``feel`` 0-100 and ``rpe`` 0-100 as in the file."""
    leg = Leg(start, seconds, RUNNING, sub_sport, distance_m, feel, rpe)
    return activity([leg], serial=serial, offset_h=offset_h)


def band_walk(
    start: datetime,
    rounds: int = 3,
    reps: int = 10,
    *,
    serial: int = 4242,
    offset_h: float | None = 1,
    workout_name: str | None = "Lateral band walk",
    followed: tuple[int, datetime] | None = None,
) -> bytes:
    """A strength session of ``rounds`` times right, left and rest, following a workout with its own titles.

    Args:
        start: of the session.
        rounds: completed.
        reps: a side.
        serial: of the watch.
        offset_h: the runner's clock minus UTC.
        workout_name: None for a session without a workout: sets unknown and unnamed.
        followed: serial and creation time of the workout file, for the ``training_file`` message.
    """
    if workout_name is None:
        one_round = (SetDone(reps), SetDone(reps), REST)
        extra: list[Message] = []
    else:
        one_round = (SetDone(reps, exercise=1, step=0), SetDone(reps, exercise=2, step=1), REST)
        extra = [
            workout(workout_name),
            workout_step(0, None, UNKNOWN_CATEGORY, 1),
            workout_step(1, None, UNKNOWN_CATEGORY, 2),
            exercise_title(UNKNOWN_CATEGORY, 1, "Band walk RIGHT"),
            exercise_title(UNKNOWN_CATEGORY, 2, "Band walk LEFT"),
        ]
    if followed:
        extra.append(training_file(*followed, when=start))
    leg = Leg(start, 105 * rounds, TRAINING, STRENGTH_TRAINING, sets=one_round * rounds)
    return activity([leg], serial=serial, offset_h=offset_h, extra=extra)
