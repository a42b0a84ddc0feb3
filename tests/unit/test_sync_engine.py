"""The sync over many nights: whatever happens to a service, the database ends up saying what the service says."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.domain.activity import Provider, Recording, RecordingKey, Sport
from syncer.errors import ExitCode, SignInError, SyncerError, TryLaterError
from syncer.store.database import rows
from syncer.store.recordings import Recordings
from syncer.store.sync_state import PendingDetails, SyncState, SyncStates
from syncer.sync.ports import Intake
from syncer.usecases.syncing import Synced, SyncPlan, errand_of, exit_code, failed, sync_all
from tests.fakes.remote import FakeRemote, Thing
from tests.unit.stored import opened

MORNING = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with opened(tmp_path) as made:
        yield made


def run(connection: sqlite3.Connection, remote: Any, now: datetime = MORNING, **plan: Any) -> Synced:
    """One sync of Strava."""
    asked = SyncPlan(now.date(), 14, plan.pop("give_up_after", 100), **plan)
    (result,) = sync_all(connection, ["strava"], lambda _name: remote, asked, now)
    return result


def stored(connection: sqlite3.Connection) -> dict[int, tuple[datetime, str, str]]:
    """What the database says: start, name and note by number."""
    found = {}
    for one in Recordings(connection).all():
        texts = {note.field: note.text for note in one.notes}
        found[int(one.key.external_id)] = (one.start, texts["name"], texts.get("description", ""))
    return found


def told(remote: FakeRemote) -> dict[int, tuple[datetime, str, str]]:
    """What the service says."""
    return {number: (one.start, one.name, one.note) for number, one in remote.things.items()}


def daily(count: int, first_age: int = 1) -> dict[int, Thing]:
    return {number: Thing(number, MORNING - timedelta(days=first_age + number)) for number in range(1, count + 1)}


# Many histories ---------------------------------------------------------------------------------------------------

ages = st.integers(1, 9)
edits = st.one_of(
    st.tuples(st.just("add"), ages),
    st.tuples(st.just("add old"), st.integers(20, 60)),
    st.tuples(st.just("note"), ages),
    st.tuples(st.just("rename"), ages),
    st.tuples(st.just("retime"), ages),
    st.tuples(st.just("move away"), ages),
    st.tuples(st.just("delete"), ages),
)
nights = st.fixed_dictionaries(
    {
        "edits": st.lists(edits, max_size=4),
        "left": st.none() | st.integers(0, 25),
        "broken": st.sets(st.integers(1, 30), max_size=4),
        "down": st.booleans(),
        "hours": st.sampled_from([0, 1, 25]),
        "change_while_listing": st.booleans(),
    }
)


LEAVING = ("delete", "move away")


class Story:
    """A service and what happens to it."""

    def __init__(self, count: int) -> None:
        self.remote = FakeRemote(daily(count))
        # never deleted, so that the account is never suddenly empty
        self.remote.things[999] = Thing(999, MORNING - timedelta(days=3, hours=1), name="anchor")
        self.numbers = iter(range(1000, 10_000))
        self.old: set[int] = set()

    def edit(self, kind: str, age: int) -> None:
        things = self.remote.things
        if kind.startswith("add"):
            number = next(self.numbers)
            things[number] = Thing(number, MORNING - timedelta(days=age, minutes=number % 60))
            self.old |= {number} if kind == "add old" else set()
            return
        wanted = (MORNING - timedelta(days=age)).date()
        found = next((one for one in things.values() if one.start.date() == wanted and one.number != 999), None)
        if found is None:
            return
        if kind == "note":
            found.note += "x"
        elif kind == "rename":
            found.name += "y"
        elif kind == "retime":
            found.start += timedelta(minutes=7)
        elif kind == "move away":
            found.start -= timedelta(days=40)
            self.old.add(found.number)
        else:
            del things[found.number]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 30), st.lists(nights, max_size=5))
def test_after_any_troubled_nights_a_quiet_one_makes_it_true(count: int, troubled: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as connection:
        story, now = Story(count), MORNING
        remote = story.remote
        for night in troubled:
            now += timedelta(hours=night["hours"])
            # what leaves a list while its pages are turned over takes its neighbour's place on another page: nothing
            # that counts pages can see that, and an old neighbour then comes with --full; so those edits come before
            late = [one for one in night["edits"] if night["change_while_listing"] and one[0] not in LEAVING]
            for edit in night["edits"]:
                if edit not in late:
                    story.edit(*edit)
            remote.left, remote.broken, remote.down = night["left"], night["broken"], night["down"]
            run(connection, Changing(story, late), now)
            # nothing was taken for deleted that is there
            marked = rows(connection, "SELECT external_id FROM recordings WHERE deleted_us IS NOT NULL")
            gone = {int(external_id) for (external_id,) in marked}
            assert not gone & remote.things.keys()
        remote.left, remote.broken, remote.down = None, set(), False
        for _ in range(2):
            now += timedelta(days=1)
            result = run(connection, remote, now)
        assert (result.state, result.pending_details, result.errors) == ("ok", 0, ())
        # what is older than the look-back comes only if it was there when everything was listed
        here, there = stored(connection), told(story.remote)
        recent = {number: one for number, one in there.items() if number not in story.old}
        assert {number: here[number] for number in recent} == recent
        assert here.keys() <= there.keys()
        assert here.keys() >= there.keys() - story.old
        before = list(connection.iterdump())
        quiet = run(connection, remote, now)
        assert (quiet.changes.added, quiet.changes.updated, quiet.changes.removed) == (0, 0, 0)
        assert _without_log(connection) == _without_log_lines(before)


def _without_log(connection: sqlite3.Connection) -> list[str]:
    return _without_log_lines(list(connection.iterdump()))


def _without_log_lines(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith('INSERT INTO "run')]


class Changing:
    """The story's service, on which edits happen between two requests of the list."""

    provider = Provider.STRAVA

    def __init__(self, story: Story, edits: list[tuple[str, int]]) -> None:
        self._story = story
        self._edits = edits

    @property
    def requests(self) -> int:
        return self._story.remote.requests

    def pages(self, first: date | None, last: date | None) -> Iterator[Intake]:
        for page in self._story.remote.pages(first, last):
            yield page
            if self._edits:
                self._story.edit(*self._edits.pop())

    def detail(self, known: Recording) -> Intake:
        return self._story.remote.detail(known)


# Killed anywhere --------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """As sudden as `kill -9`: nothing handles it."""


@pytest.mark.parametrize("at", range(1, 40))
def test_killed_at_any_request(connection: sqlite3.Connection, at: int) -> None:
    remote = FakeRemote(daily(14))
    ask = remote._request

    def die(what: str) -> None:
        if remote.requests + 1 == at:
            raise Killed
        ask(what)

    remote._request = die  # type: ignore[method-assign]
    with contextlib.suppress(Killed):
        run(connection, remote)
    remote._request = ask  # type: ignore[method-assign]
    assert run(connection, remote).state == "ok"
    assert stored(connection) == told(remote)
    assert PendingDetails(connection).all(Provider.STRAVA) == []


# What is asked ----------------------------------------------------------------------------------------------------


def test_one_transaction_a_page_and_a_detail(connection: sqlite3.Connection) -> None:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    run(connection, FakeRemote(daily(10)))
    connection.set_trace_callback(None)
    commits = [one for one in statements if one.startswith("COMMIT")]
    assert len(commits) <= 2 + 10 + 2  # pages, details, and the state


def test_work_grows_with_what_is_there_and_no_faster(tmp_path: Path) -> None:
    counts = []
    for size in (50, 200):
        with opened(tmp_path / str(size)) as connection:
            statements: list[str] = []
            connection.set_trace_callback(statements.append)
            run(connection, FakeRemote(daily(size, first_age=30), page_size=200))
            connection.set_trace_callback(None)
            counts.append(len(statements))
    assert counts[1] < counts[0] * 4.5


def test_a_service_that_is_down_is_asked_twice(connection: sqlite3.Connection) -> None:
    remote = FakeRemote(daily(10), down=True, page_size=50)
    result = run(connection, remote)
    assert (result.state, result.code, result.pending_details) == ("partial", "strava-unavailable", 10)
    assert remote.asked == ["list", "list", "detail 1", "detail 2"]
    assert {one.attempts for one in PendingDetails(connection).all(Provider.STRAVA)} == {0}
    # what did not answer comes last the next time
    remote.down = False
    remote.asked.clear()
    run(connection, remote, MORNING + timedelta(hours=1))
    assert remote.asked[2:] == [f"detail {number}" for number in (3, 4, 5, 6, 7, 8, 9, 10, 1, 2)]


def test_a_sign_in_that_ends_on_the_way_queues_the_rest(connection: sqlite3.Connection) -> None:
    remote = FakeRemote(daily(10), page_size=50)
    detail = remote.detail

    def end(known: Recording) -> Intake:
        if known.key.external_id == "4":
            raise SignInError("strava-sign-in", "Strava wants you to sign in again")
        return detail(known)

    remote.detail = end  # type: ignore[method-assign]
    result = run(connection, remote)
    assert (result.state, result.pending_details) == ("failed", 7)
    assert exit_code([result]) is ExitCode.SIGN_IN_NEEDED


def test_an_activity_that_becomes_a_run_is_read(connection: sqlite3.Connection) -> None:
    remote = FakeRemote({1: Thing(1, MORNING - timedelta(days=20), sport=Sport.RIDE, note="knee")})
    run(connection, remote)
    assert remote.asked == ["list", "list"]
    remote.things[1].sport = Sport.RUN
    run(connection, remote, full=True)
    assert stored(connection)[1][2] == "knee"


def test_what_is_deleted_waits_for_nothing(connection: sqlite3.Connection) -> None:
    remote = FakeRemote(daily(4), broken={2}, page_size=50)
    assert run(connection, remote).pending_details == 1
    del remote.things[2]
    result = run(connection, remote, MORNING + timedelta(days=1))
    assert (result.state, result.changes.removed, result.pending_details) == ("ok", 1, 0)


# What a run is asked for ------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 16)


def errand(state: SyncState, **plan: Any) -> tuple[date | None, date | None, date | None, bool]:
    made = errand_of(state, (), SyncPlan(TODAY, 14, 5, **plan), NOW)
    return made.window.first, made.rest.last if made.rest else None, made.details_from, made.again


@pytest.mark.parametrize(
    ("state", "plan", "expected"),
    [
        (SyncState(), {}, (None, None, date(2026, 11, 2), False)),
        (SyncState(), {"since": date(2026, 1, 1)}, (date(2026, 1, 1), None, date(2026, 1, 1), True)),
        (SyncState(), {"since": TODAY}, (date(2026, 11, 2), None, date(2026, 11, 2), True)),
        (SyncState(), {"full": True}, (None, None, date(1970, 1, 1), True)),
        (
            SyncState(first_day=date(1970, 1, 1), last_day=date(2026, 11, 15)),
            {},
            (date(2026, 11, 1), None, date(2026, 11, 2), False),
        ),
        (
            SyncState(first_day=date(1970, 1, 1), last_day=date(2026, 9, 1)),
            {},
            (date(2026, 8, 18), None, date(2026, 11, 2), False),
        ),
        (
            SyncState(cursor="2026-05-05", last_day=TODAY),
            {},
            (date(2026, 11, 2), date(2026, 5, 5), date(2026, 11, 2), False),
        ),
        # a clock that was once wrong does not shrink the window
        (
            SyncState(first_day=date(1970, 1, 1), last_day=date(2030, 1, 1)),
            {},
            (date(2026, 11, 2), None, date(2026, 11, 2), False),
        ),
    ],
)
def test_errands(state: SyncState, plan: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert errand(state, **plan) == expected


def result_of(*states: str) -> list[Synced]:
    return [Synced("garmin", state) for state in states]


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ((), ExitCode.OK),
        (("ok",), ExitCode.OK),
        (("ok", "skipped"), ExitCode.OK),
        (("skipped",), ExitCode.OK),
        (("partial",), ExitCode.PARTIAL),
        (("ok", "failed"), ExitCode.PARTIAL),
        (("partial", "failed"), ExitCode.PARTIAL),
        (("failed",), ExitCode.FAILED),
        (("failed", "skipped"), ExitCode.FAILED),
    ],
)
def test_exit_codes(states: tuple[str, ...], code: ExitCode) -> None:
    assert exit_code(result_of(*states)) is code


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: SignInError("garmin-sign-in", "x"), ExitCode.SIGN_IN_NEEDED),
        (lambda: TryLaterError("garmin-unavailable", "x"), ExitCode.TRY_LATER),
        (lambda: SyncerError("unexpected", "x"), ExitCode.FAILED),
    ],
)
def test_a_failure_ends_in_its_own_code(make: Callable[[], SyncerError], code: ExitCode) -> None:
    assert exit_code([failed("garmin", make())]) is code
    both = [failed("garmin", make()), failed("strava", TryLaterError("strava-unavailable", "y"))]
    assert exit_code(both) is (ExitCode.TRY_LATER if code is ExitCode.FAILED else code)


def test_a_first_run_that_was_refused_at_once_leaves_no_trace(connection: sqlite3.Connection) -> None:
    run(connection, FakeRemote(daily(3), left=0))
    state = SyncStates(connection).get(Provider.STRAVA)
    assert (state.first_day, state.last_day, state.cursor) == (None, None, None)
    assert run(connection, FakeRemote(daily(3))).changes.added == 3
    assert RecordingKey(Provider.STRAVA, "1") in {one.key for one in Recordings(connection).all()}
