"""The files of a chain as decoded messages and sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.domain.activity import FileIdentity
from syncer.sources.fit_clock import instant
from syncer.sources.fit_fields import Message, read_fields
from syncer.sources.fit_layout import (
    ACTIVITY,
    ACTIVITY_FILE,
    EXERCISE_TITLE,
    FILE_ID,
    SESSION,
    SET,
    SPORT,
    TIMESTAMP,
    TRAINING_FILE,
    WORKOUT,
    WORKOUT_STEP,
)
from syncer.sources.fit_sessions import (
    LAP_FIELDS,
    RECORD_FIELDS,
    SESSION_FIELDS,
    Session,
    lap,
    session,
    session_of_laps,
    session_of_records,
    with_sport,
)
from syncer.sources.fit_sets import SET_FIELDS, STEP_FIELDS, TITLE_FIELDS
from syncer.sources.fit_sieve import segments

_SUMMARY: Mapping[int, frozenset[int]] = {
    FILE_ID: frozenset({0, 1, 2, 3, 4, 8}),
    SPORT: frozenset({0, 1, 3}),
    SESSION: SESSION_FIELDS,
    SET: SET_FIELDS,
    ACTIVITY: frozenset({5, TIMESTAMP}),
    WORKOUT: frozenset({4, 8, 11}),
    WORKOUT_STEP: STEP_FIELDS,
    EXERCISE_TITLE: TITLE_FIELDS,
    TRAINING_FILE: frozenset({0, 3, 4, TIMESTAMP}),
}

# File types (FIT profile, type file).
_FILE_TYPES = {
    1: "device",
    2: "settings",
    3: "sport settings",
    ACTIVITY_FILE: "activity",
    5: "workout",
    6: "course",
    7: "schedule",
    9: "weight",
    10: "totals",
    11: "goals",
    14: "blood pressure",
    15: "monitoring",
    20: "activity summary",
    28: "daily monitoring",
    32: "monitoring",
    34: "segment",
    35: "segment list",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the chain.

    Attributes:
        messages: the summary messages by global number, each number there, in file order.
        sessions: from the summary, or one put together from laps or records.
    """

    messages: Mapping[int, Sequence[Message]]
    sessions: tuple[Session, ...]

    @property
    def file_id(self) -> Message | None:
        """The file id message."""
        return next(iter(self.messages[FILE_ID]), None)

    @property
    def kind(self) -> int | None:
        """FIT's number of the file type, where it is told."""
        return self.file_id.integer(0) if self.file_id else None

    @property
    def says_nothing(self) -> bool:
        """It tells neither what it is nor what was done."""
        return self.kind is None and not self.sessions

    @property
    def is_activity(self) -> bool:
        """Whether it records something done."""
        return self.kind == ACTIVITY_FILE or (self.kind is None and bool(self.sessions))

    @property
    def may_be_cut_short(self) -> bool:
        """Whether its records are worth a look: it may have broken off before a session was written."""
        return self.kind in (ACTIVITY_FILE, None) and not self.sessions

    @property
    def file_type(self) -> str:
        """What the file says that it is, in a word or two."""
        kind = ACTIVITY_FILE if self.is_activity else self.kind
        return "nameless" if kind is None else _FILE_TYPES.get(kind, f"type {kind}")

    @property
    def identity(self) -> FileIdentity | None:
        """Serial number and creation time, where both are told."""
        return identity(self.file_id) if self.file_id else None


def identity(message: Message) -> FileIdentity | None:
    """What a file id message says of its own file, or a training file message of the workout's."""
    serial, created = message.integer(3), instant(message.seconds(4))
    return FileIdentity(serial, created) if serial and serial != 0xFFFFFFFF and created else None


def read_parts(sieved: bytes, label: str) -> list[Part]:
    """The files of the chain.

    Args:
        sieved: as `fit_sieve.sieve` leaves it.
        label: the file's name for error messages.

    Raises:
        BadFileError: as `fit_fields.read_fields`.
    """
    return [_part(sieved[segment.body : segment.end], label) for segment in segments(sieved, label)]


def _part(records: bytes, label: str) -> Part:
    messages: dict[int, list[Message]] = {number: [] for number in _SUMMARY}
    for message in read_fields(records, _SUMMARY, label):
        messages[message.number].append(message)
    part = Part(messages, tuple(session(message) for message in messages[SESSION]))
    if part.may_be_cut_short:
        part = replace(part, sessions=_session_put_together(records, label))
    if len(part.sessions) == 1 and messages[SPORT]:
        part = replace(part, sessions=(with_sport(part.sessions[0], messages[SPORT][0]),))
    return part


def _session_put_together(records: bytes, label: str) -> tuple[Session, ...]:
    """The session of a recording that broke off before its watch had written one."""
    laps = [lap(message) for message in read_fields(records, LAP_FIELDS, label)]
    if laps:
        return (session_of_laps(laps),)
    ends = read_fields(records, RECORD_FIELDS, label, ends_only=True)
    return (session_of_records(ends[0], ends[-1]),) if ends else ()
