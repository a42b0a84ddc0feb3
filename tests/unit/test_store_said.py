"""What the runner said, what was pushed, where the sync stands, what was run: kept with its time, never doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from syncer.domain.activity import FileIdentity, Override, Provider
from syncer.domain.pain import PainState, PainTag, Side
from syncer.domain.plan import Pause, PlanRule, Reason
from syncer.domain.week import Week
from syncer.store.by_hand import HandLinks, HandPain, HandSessions
from syncer.store.database import rows
from syncer.store.items import Items, Meta, ReadItem
from syncer.store.plans import Plans
from syncer.store.pushes import Phase, Push, Pushes, ScheduleEntries
from syncer.store.runs import Runs, RunSource
from syncer.store.sync_state import PendingDetail, PendingDetails, SyncState, SyncStates
from syncer.store.weeks import KeptVerdict, Questions, Verdicts
from syncer.sync.ports import ImportItem, Skipped
from tests.recordings import key
from tests.unit.stored import NOW, opened

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 16)
LATER = NOW + DAY


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with opened(tmp_path) as connection:
        yield connection


def silent(connection: sqlite3.Connection, act: Callable[[], object]) -> object:
    """What ``act`` returns, after making sure that it writes no row."""
    before = connection.total_changes
    result = act()
    assert connection.total_changes == before
    return result


# By hand ----------------------------------------------------------------------------------------------------------


def test_the_last_word_on_a_pair_holds(connection: sqlite3.Connection) -> None:
    links = HandLinks(connection)
    assert links.say(key("s2"), key("g1"), together=True, at=NOW)
    assert not silent(connection, lambda: links.say(key("g1"), key("s2"), together=True, at=LATER))
    assert links.say(key("g1"), key("g3"), together=False, at=LATER)
    assert links.all() == (
        Override(key("g1"), key("s2"), True),
        Override(key("g1"), key("g3"), False),
    )
    assert links.say(key("g1"), key("s2"), together=False, at=LATER + DAY)
    assert links.all()[-1] == Override(key("g1"), key("s2"), False)
    assert len(links.all()) == 2
    with pytest.raises(ValueError, match="itself"):
        links.say(key("g1"), key("g1"), together=True, at=NOW)


def test_pain_by_hand(connection: sqlite3.Connection) -> None:
    pain = HandPain(connection)
    three = PainTag(PainState.TAGGED, 3.0, Side.LEFT, manual=True)
    zero = PainTag(PainState.ZERO, 0.0, manual=True)
    unknown = PainTag(PainState.TAGGED, None, manual=True)
    assert pain.set(key("g1"), three, NOW)
    assert pain.set(key("s2"), zero, NOW)
    assert pain.set(key("s3"), unknown, NOW)
    assert pain.all() == {key("g1"): three, key("s2"): zero, key("s3"): unknown}
    assert not silent(connection, lambda: pain.set(key("s3"), unknown, LATER))
    assert pain.set(key("g1"), zero, LATER)
    assert pain.all()[key("g1")] == zero
    assert pain.clear([key("g1"), key("f9")]) == 1
    assert pain.clear([key("g1")]) == 0
    assert set(pain.all()) == {key("s2"), key("s3")}


def test_sessions_by_hand(connection: sqlite3.Connection) -> None:
    sessions = HandSessions(connection)
    assert sessions.set("2026-11-16-band", key("g1"), NOW)
    assert not silent(connection, lambda: sessions.set("2026-11-16-band", key("g1"), LATER))
    assert sessions.set("2026-11-16-band", key("s1"), LATER)
    assert sessions.all() == {"2026-11-16-band": key("s1")}
    assert sessions.clear("2026-11-16-band")
    assert not sessions.clear("2026-11-16-band")


# The plan ---------------------------------------------------------------------------------------------------------


def test_rules_hold_from_their_day_and_history_is_kept(connection: sqlite3.Connection) -> None:
    plans = Plans(connection)
    first = PlanRule(MONDAY, (0, 2, 4), "lateral-band-walk")
    corrected = PlanRule(MONDAY, (0, 3), "lateral-band-walk", "5")
    end = PlanRule(MONDAY + 30 * DAY, (), "lateral-band-walk")
    assert plans.set_rule(end, NOW)
    assert plans.set_rule(first, NOW)
    assert not silent(connection, lambda: plans.set_rule(first, LATER))
    assert plans.rules() == (first, end)
    assert plans.set_rule(corrected, LATER)
    assert plans.rules() == (corrected, end)
    assert plans.set_rule(first, LATER + DAY)  # and back again
    assert plans.rules() == (first, end)
    assert rows(connection, "SELECT count(*) FROM plan_rules") == [(4,)]


def test_weekdays_are_kept_sorted_and_once(connection: sqlite3.Connection) -> None:
    Plans(connection).set_rule(PlanRule(MONDAY, (4, 0, 0), "x"), NOW)
    assert Plans(connection).rules()[0].weekdays == (0, 4)


def test_resuming_ends_pauses_and_withdraws_later_ones(connection: sqlite3.Connection) -> None:
    plans = Plans(connection)
    past = Pause(MONDAY - 20 * DAY, MONDAY - 10 * DAY, Reason.ILL)
    running = Pause(MONDAY - 2 * DAY, MONDAY + 10 * DAY, Reason.TRAVEL)
    coming = Pause(MONDAY + 20 * DAY, MONDAY + 30 * DAY, Reason.REST)
    for pause in (coming, running, past):
        assert plans.pause(pause, NOW)
    assert not silent(connection, lambda: plans.pause(running, LATER))
    assert plans.pauses() == (past, running, coming)
    assert plans.resume(MONDAY, LATER) == 2
    assert plans.pauses() == (past, Pause(running.first, MONDAY - DAY, Reason.TRAVEL))
    assert plans.resume(MONDAY, LATER) == 0
    assert plans.pause(coming, LATER)
    with pytest.raises(ValueError, match="cannot end"):
        plans.pause(Pause(MONDAY, MONDAY - DAY, Reason.ILL), NOW)


def test_excuses(connection: sqlite3.Connection) -> None:
    plans = Plans(connection)
    assert plans.excuse("2026-11-16-band", Reason.NO_TIME, NOW)
    assert not silent(connection, lambda: plans.excuse("2026-11-16-band", Reason.NO_TIME, LATER))
    assert plans.excuse("2026-11-16-band", Reason.ILL, LATER)
    assert plans.excuses() == {"2026-11-16-band": Reason.ILL}
    assert plans.take_back_excuse("2026-11-16-band")
    assert not plans.take_back_excuse("2026-11-16-band")


# Pushes -----------------------------------------------------------------------------------------------------------

PUSH = Push("usb", "Forerunner 255", "lateral-band-walk", "5", "two complete sessions", "ab" * 32, NOW,
            session=MONDAY, file=FileIdentity(4_000_000_000, NOW))  # fmt: skip


def test_a_push_is_an_intent_until_it_is_settled(connection: sqlite3.Connection) -> None:
    pushes = Pushes(connection)
    first = pushes.intend(PUSH)
    online = pushes.intend(Push("connect", "", "hip-circuit", "1", "", "cd" * 32, NOW))
    assert [(one.id, one.phase) for one in pushes.all()] == [(first, Phase.INTENDED), (online, Phase.INTENDED)]
    pushes.settle(online, Phase.INTENDED, LATER, connect_id="786412842", error="no answer")
    pushes.settle(first, Phase.CONFIRMED, LATER)
    [left] = [one for one in pushes.all() if one.phase is Phase.INTENDED]
    assert (left.connect_id, left.error) == ("786412842", "no answer")
    pushes.settle(online, Phase.CONFIRMED, LATER)
    [done] = pushes.all(target="connect")
    assert (done.phase, done.connect_id, done.settled_at, done.error) == (Phase.CONFIRMED, "786412842", LATER, "")
    [usb] = pushes.all(target="usb")
    assert usb.file == PUSH.file
    assert (usb.session, usb.level, usb.why, usb.sha256) == (PUSH.session, PUSH.level, PUSH.why, PUSH.sha256)
    assert pushes.all(target="usb", device="Forerunner 255", workout="lateral-band-walk") == [usb]
    assert pushes.all(device="Fenix") == []
    assert len(pushes.all()) == 2


def test_entries_on_the_calendar(connection: sqlite3.Connection) -> None:
    entries = ScheduleEntries(connection)
    second = entries.intend("786", MONDAY + DAY, NOW)
    first = entries.intend("786", MONDAY, NOW)
    entries.settle(first, Phase.CONFIRMED, LATER, schedule_id="55")
    entries.settle(first, Phase.REMOVED, LATER + DAY)
    assert [(one.id, one.day, one.schedule_id, one.phase) for one in entries.all()] == [
        (first, MONDAY, "55", Phase.REMOVED),
        (second, MONDAY + DAY, None, Phase.INTENDED),
    ]
    assert [one.id for one in entries.all(MONDAY + DAY)] == [second]


# Sync state -------------------------------------------------------------------------------------------------------


def test_the_state_of_a_provider(connection: sqlite3.Connection) -> None:
    states = SyncStates(connection)
    assert states.get(Provider.GARMIN) == SyncState()
    assert not silent(connection, lambda: states.save(Provider.GARMIN, SyncState()))
    state = SyncState("page 3", MONDAY, MONDAY + DAY, LATER, "rate-limited")
    assert states.save(Provider.GARMIN, state)
    assert not silent(connection, lambda: states.save(Provider.GARMIN, state))
    assert states.get(Provider.GARMIN) == state
    assert states.get(Provider.STRAVA) == SyncState()
    assert states.save(Provider.GARMIN, SyncState())
    assert states.get(Provider.GARMIN) == SyncState()


def test_details_wait_fail_and_are_given_up(connection: sqlite3.Connection) -> None:
    pending = PendingDetails(connection)
    assert pending.add([key("s1"), key("s2"), key("g3")], "detail") == 3
    assert silent(connection, lambda: pending.add([key("s1")], "detail")) == 0
    pending.failed(key("s1"), "detail", "500", next_at=LATER)
    pending.failed(key("s2"), "detail", "500", next_at=None, gave_up_at=NOW)
    pending.failed(key("s4"), "sets", "429", next_at=NOW)
    pending.failed(key("s1"), "detail", "502", next_at=None)
    assert pending.all(Provider.STRAVA) == [
        PendingDetail(key("s2"), "detail", 1, None, "500", NOW),
        PendingDetail(key("s4"), "sets", 1, NOW, "429"),
        PendingDetail(key("s1"), "detail", 2, None, "502"),
    ]
    assert pending.done(key("s4"), "sets")
    assert not pending.done(key("s4"), "sets")
    assert pending.all(Provider.GARMIN) == [PendingDetail(key("g3"), "detail")]


# Runs, weeks, items -----------------------------------------------------------------------------------------------


def test_the_run_log_knows_the_last_good_night(connection: sqlite3.Connection) -> None:
    runs = Runs(connection)
    assert runs.last_good("nightly") is None
    assert runs.as_of("garmin") is None
    good = runs.start("nightly", NOW)
    sources = [RunSource("garmin", "ok", NOW, counts={"listed": 3}), RunSource("strava", "skipped", NOW)]
    runs.finish(good, NOW + timedelta(minutes=1), status="success", exit_code=0, sources=sources)
    bad = runs.start("nightly", LATER)
    runs.finish(bad, LATER, status="partial", exit_code=75, message="Garmin asks to wait",
                sources=[RunSource("garmin", "failed", LATER, "rate-limited")])  # fmt: skip
    killed = runs.start("nightly", LATER + DAY)
    assert runs.last_good("nightly") == NOW + timedelta(minutes=1)
    assert runs.last_good("sync") is None
    assert runs.as_of("garmin") == NOW
    assert runs.as_of("strava") is None
    newest, second, third = runs.last(10, "nightly")
    assert (newest.id, newest.finished_at, newest.status, newest.exit_code) == (killed, None, None, None)
    assert (second.status, second.exit_code, second.message) == ("partial", 75, "Garmin asks to wait")
    assert second.sources[0].code == "rate-limited"
    assert third.sources[0].counts == {"listed": 3}
    assert [one.id for one in runs.last(1)] == [killed]


def test_pruning_keeps_what_doctor_and_report_ask_for(connection: sqlite3.Connection) -> None:
    runs = Runs(connection)
    good = runs.start("nightly", NOW)
    runs.finish(good, NOW, status="success", exit_code=0, sources=[RunSource("garmin", "ok", NOW)])
    for number in range(30):
        bad = runs.start("sync", NOW + number * DAY)
        runs.finish(bad, NOW, status="error", exit_code=75, sources=[RunSource("garmin", "failed", NOW)])
    assert runs.prune(10) == 20
    assert (runs.last_good("nightly"), runs.as_of("garmin")) == (NOW, NOW)
    assert len(runs.last(100)) == 11


def test_a_weeks_verdict_is_kept_and_only_more_data_changes_it(connection: sqlite3.Connection) -> None:
    verdicts = Verdicts(connection)
    week, monday = Week(2026, 53), date(2026, 12, 28)
    kept = KeptVerdict(week, "watch", 0.04, monday)
    assert verdicts.keep(kept, NOW)
    assert not silent(connection, lambda: verdicts.keep(kept, LATER))
    assert not silent(connection, lambda: verdicts.keep(KeptVerdict(week, "no_pattern", 0.5, monday - DAY), LATER))
    fresher = KeptVerdict(week, "pattern", 0.004, monday + DAY)
    assert verdicts.keep(fresher, LATER)
    first = KeptVerdict(Week(2026, 9), "not_enough_data", None, date(2026, 2, 25))
    assert verdicts.keep(first, LATER)
    assert not silent(connection, lambda: verdicts.keep(first, LATER))
    assert verdicts.shown_by(fresher.as_of + 7 * DAY) == fresher
    assert verdicts.shown_by(fresher.as_of) == fresher
    assert verdicts.shown_by(fresher.as_of - DAY) == first
    assert verdicts.shown_by(first.as_of - DAY) is None


def test_nothing_is_asked_twice(connection: sqlite3.Connection) -> None:
    questions = Questions(connection)
    assert questions.new("pain", ["g2", "g1", "g2"]) == ["g2", "g1"]
    assert questions.asked("pain", ["g1"], NOW) == 1
    assert silent(connection, lambda: questions.asked("pain", ["g1"], LATER)) == 0
    assert questions.new("pain", ["g2", "g1"]) == ["g2"]
    assert questions.new("excuse", ["g1"]) == ["g1"]


def test_import_items_are_known_by_their_fingerprint(connection: sqlite3.Connection) -> None:
    items = Items(connection)
    item = ImportItem("fit", "a", "f1", "a.fit", ("a.fit",))
    left_out = (Skipped("not-an-activity", "a.fit", message="it is a course"),)
    assert items.record(item, NOW, left_out)
    assert not silent(connection, lambda: items.record(item, LATER, left_out))
    assert items.read("fit") == {"a": ReadItem("f1", left_out)}
    assert items.read("strava-export") == {}
    assert items.record(ImportItem("fit", "a", "f2", "b.fit", ("b.fit",)), LATER)
    assert items.read("fit") == {"a": ReadItem("f2")}


def test_small_facts(connection: sqlite3.Connection) -> None:
    meta = Meta(connection)
    assert meta.get("derivation") is None
    assert meta.set("derivation", "1")
    assert not silent(connection, lambda: meta.set("derivation", "1"))
    assert meta.set("derivation", "2")
    assert meta.get("derivation") == "2"


def test_a_file_name_that_is_no_unicode_is_kept_readable(connection: sqlite3.Connection) -> None:
    items = Items(connection)
    odd = "l\udcffauf.fit"  # as Python shows a name with a byte that is not UTF-8
    assert items.record(ImportItem("fit", odd, "f", odd, (odd,)), NOW, [Skipped("bad-crc", odd)])
    assert not items.record(ImportItem("fit", odd, "f", odd, (odd,)), NOW, [Skipped("bad-crc", odd)])
    assert items.read("fit") == {"l?auf.fit": ReadItem("f", (Skipped("bad-crc", "l?auf.fit"),))}
    assert Pushes(connection).intend(Push("path", odd, "band", "1", "", "00", NOW))
    assert [one.device for one in Pushes(connection).all(device=odd)] == ["l?auf.fit"]
