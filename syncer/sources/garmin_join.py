"""Which FIT file of Garmin's account export belongs to which row of its summary.

The files' names do not tell: they hold the number of the upload, not of the activity. A file belongs to the row that
began at the same time, if the sports can be the same. Every process that reads an export makes the same joins: they
depend on nothing but the export.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from syncer.domain.activity import Provider, Recording, RecordingKey
from syncer.errors import SyncerError
from syncer.sources import garmin_row
from syncer.sources.archive import left_out, named
from syncer.sources.fit_file import LARGEST_FILE, FitFile, open_fit_bytes, read_fit
from syncer.sources.fit_layout import ACTIVITY_FILE, HEAD, file_type
from syncer.sources.garmin_files import FitMember, SummaryRow, Survey, survey
from syncer.sources.shelf import container_at
from syncer.sync.measures import Fit, Timed, fit
from syncer.sync.ports import Skipped

# The watch and Garmin's servers may round a start differently.
_SAME_START_S = 2


@dataclass(frozen=True, slots=True, order=True)
class _Pair:
    """A row and a session that may be one, likelier pairs first.

    Attributes:
        doubt: 0 the same device, 1 a device is not told, 2 another device, 3 the instants are not told and the wall
            clock and the length agree.
        apart: seconds between the starts.
        unlike: seconds between the lengths.
    """

    doubt: int
    apart: float
    unlike: float
    row: str
    file: tuple[str, ...]
    session: int


@dataclass(slots=True)
class Joined:
    """What an export's FIT files hold, and who claims it.

    Attributes:
        files: the activities by location.
        skipped: why the other files are none.
        claimed: row id → file and the sessions in it that are the row's.
        taken: the sessions that are some row's, by file.
    """

    files: dict[tuple[str, ...], FitFile] = field(default_factory=dict)
    skipped: dict[tuple[str, ...], tuple[Skipped, ...]] = field(default_factory=dict)
    claimed: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = field(default_factory=dict)
    taken: dict[tuple[str, ...], set[int]] = field(default_factory=dict)


def joined(path: str) -> Joined:
    """The joins of the export at ``path``, made once in a process as long as the file does not change.

    Raises:
        BadFileError: the export cannot be opened.
    """
    state = Path(path).stat()
    return _joined(path, state.st_mtime_ns, os.getpid())


@lru_cache(maxsize=1)
def _joined(path: str, _changed: int, _process: int) -> Joined:
    found = survey(Path(path))
    result = Joined()
    for member in found.fits:
        _look_at(member, result)
    join(found, result)
    return result


def _look_at(member: FitMember, result: Joined) -> None:
    try:
        packed = _if_activity(member)
        if packed is None:
            result.skipped[member.location] = (Skipped("not-an-activity", member.shown),)
            return
        # A number for a key shows which session a recording is of.
        data = open_fit_bytes(packed, member.shown)
        content = read_fit(data, member.shown, lambda index: RecordingKey(Provider.FILE, str(index)))
    except SyncerError as problem:
        result.skipped[member.location] = (left_out(problem, member.shown),)
        return
    result.files[member.location] = content
    result.skipped[member.location] = content.skipped


def _if_activity(member: FitMember) -> bytes | None:
    """The file's content in one go, unless its first bytes say that it is something else, such as monitoring."""
    container = container_at(member.location[:-1])
    with container.open(member.location[-1]) as stream, named(member.shown):
        head = stream.read(HEAD)
        if file_type(head) not in (None, ACTIVITY_FILE):
            return None
        return head + stream.read(LARGEST_FILE)


def session_number(recording: Recording) -> int:
    """Which session of its file a recording in `Joined.files` is."""
    return int(recording.key.external_id)


def join(found: Survey, result: Joined) -> None:
    """Give each row at most one session and each session at most one row, the likeliest pairs first."""
    rows = {row.id: row for row in found.rows}
    taken: set[tuple[tuple[str, ...], int]] = set()
    for pair in sorted(_pairs(found.rows, result)):
        if pair.row in result.claimed or (pair.file, pair.session) in taken:
            continue
        sessions = {pair.session}
        if garmin_row.is_multisport(rows[pair.row].row):
            sessions = {session_number(recording) for recording in result.files[pair.file].recordings}
        result.claimed[pair.row] = (pair.file, tuple(sorted(sessions)))
        taken.update((pair.file, session) for session in sessions)
        result.taken.setdefault(pair.file, set()).update(sessions)


def _pairs(rows: Sequence[SummaryRow], result: Joined) -> Iterator[_Pair]:
    """Every row and session that may have begun at the same time."""
    by_second: dict[int, list[tuple[tuple[str, ...], Recording]]] = {}
    by_quarter: dict[int, list[tuple[tuple[str, ...], Recording]]] = {}
    for location, content in result.files.items():
        for session in content.recordings:
            second = round(session.start.timestamp())
            by_second.setdefault(second, []).append((location, session))
            by_quarter.setdefault(second % 900, []).append((location, session))
    for row in rows:
        instant, wall = garmin_row.instant_ms(row.row), garmin_row.wall_clock_ms(row.row)
        if instant is not None:
            for second in _around(instant / 1000):
                for location, session in by_second.get(second, []):
                    yield from _same_instant(row, instant / 1000, location, session)
        elif wall is not None:
            for second in _around(wall / 1000):
                for location, session in by_quarter.get(second % 900, []):
                    yield from _same_wall_clock(row, wall / 1000, location, session)


def _around(seconds: float) -> range:
    return range(round(seconds) - _SAME_START_S - 1, round(seconds) + _SAME_START_S + 2)


def _same_instant(row: SummaryRow, instant: float, file: tuple[str, ...], session: Recording) -> Iterator[_Pair]:
    apart = abs(session.start.timestamp() - instant)
    if apart > _SAME_START_S or not _could_be(row, session):
        return
    device, identity = garmin_row.device_id(row.row), session.file_identity
    doubt = 1 if device is None or identity is None else 0 if device == str(identity.serial) else 2
    yield _Pair(doubt, apart, _unlike(row, session), row.id, file, session_number(session))


def _same_wall_clock(row: SummaryRow, wall: float, file: tuple[str, ...], session: Recording) -> Iterator[_Pair]:
    """A row without an instant: its clock is whole quarter hours from UTC, and the lengths are the same."""
    off, unlike = wall - session.start.timestamp(), _unlike(row, session)
    own = session.start.utcoffset() if session.offset_known else None
    if own is not None and abs(off - own.total_seconds()) > _SAME_START_S:
        return
    apart = abs(off - 900 * round(off / 900))
    if max(apart, unlike) <= _SAME_START_S and -12 * 3600 <= off <= 14 * 3600 and _could_be(row, session):
        yield _Pair(3, apart, unlike, row.id, file, session_number(session))


def _could_be(row: SummaryRow, session: Recording) -> bool:
    """Whether the sports go together; a multisport whole goes with every one."""
    told = garmin_row.recording(row.row)
    return garmin_row.is_multisport(row.row) or fit(Timed.of(told), Timed.of(session)) is not Fit.NEVER


def _unlike(row: SummaryRow, session: Recording) -> float:
    """Seconds between the lengths; infinite where one is not told."""
    pairs = ((garmin_row.elapsed_s(row.row), session.elapsed_s), (garmin_row.timer_s(row.row), session.timer_s))
    return min((abs(told - own) for told, own in pairs if told is not None and own is not None), default=math.inf)
