"""What is written and sent at night: logs, redaction, notifications, the ping, and which bad news is news."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.clients.patience import Patience
from syncer.clients.ping import ping
from syncer.errors import ConfigError, ExitCode, SignInError, SyncerError, TryLaterError
from syncer.nightly.logs import RunLog, open_log, prune
from syncer.nightly.notify import Message, send
from syncer.nightly.redaction import redact
from syncer.usecases.bad_news import Past, Told, in_words, is_news, names_of, worth_telling
from syncer.usecases.nightly import Night, Outcome
from syncer.usecases.syncing import Synced
from tests.fakes.loopback import HANG, Answer, Fault, Loopback, running, status

NOW = datetime(2026, 11, 16, 3, 30, tzinfo=UTC)
# apprise 2.2.0 imports it where it is still there
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def door() -> Iterator[Loopback]:
    with running(lambda _request: Answer(200, b"OK")) as server:
        yield server


# Redaction --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abc.def-ghi_123", "abc.def-ghi_123"),
        ("got eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3fQ.c2ln back", "eyJhbGciOiJSUzI1NiJ9"),
        ("GET /oauth?client_id=5&client_secret=hunter2x&a=1", "hunter2x"),
        ('{"refresh_token": "r3fr3sh"}', "r3fr3sh"),
        ("refresh_token='r3fr3sh'", "r3fr3sh"),
        ("proxy http://me:pa55@proxy:3128 refused", "pa55"),
        ("token 0123456789abcdef0123456789abcdef01234567", "0123456789abcdef"),
        ("ntfy://t0pic-name was refused", "t0pic-name"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str, secret: str) -> None:
    assert secret not in redact(text, ["ntfy://t0pic-name"])
    assert "•••" in redact(text, ["ntfy://t0pic-name"])


@pytest.mark.parametrize(
    "text",
    [
        "sync garmin: ok, 1.25 s. 6 listed, 2 added, 0 updated, 0 removed, 0 details to come, 10 requests",
        "rate-limited: Strava asked to wait: until 2026-11-16 03:45 UTC",
        "cannot write /home/me/.local/share/syncer/reports/2026-W46.md: No space left on device",
        "not-signed-in: not signed in to Garmin any more: it was read before, and its tokens are gone",
        "https://connect.garmin.com/modern/activity/21000000001",
    ],
)
def test_our_own_sentences_stay_whole(text: str) -> None:
    assert redact(text, ["a", ""]) == text


@given(st.text(min_size=6, max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_a_known_secret_never_stays(secret: str, before: str, after: str) -> None:
    left = redact(before + secret + after, [secret])
    # what is left may spell it anew only out of the dots and the text around
    assert secret not in left or secret in before + "•••" + after or "•" in secret


# Logs -------------------------------------------------------------------------------------------------------------


def test_a_log_is_private_and_made_with_its_first_line(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    with open_log(folder, "nightly", ["s3cret-topic"]) as log:
        assert log.path is None
        assert not folder.exists()
        log.line("one\ntwo s3cret-topic")
        assert log.path is not None
    assert log.path.read_text().endswith("Z one; two •••\n") or log.path.read_text().endswith("+00:00 one; two •••\n")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


def test_only_our_logs_are_pruned_and_the_newest_stay(tmp_path: Path) -> None:
    names = [f"nightly-202611{day:02d}-033000-000000.log" for day in range(1, 16)]
    for age, name in enumerate(names):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (age, age))
    others = ["notes.txt", "nightly.log", "nightly-20261101-033000.log"]
    for name in others:
        (tmp_path / name).write_text("")
    assert prune(tmp_path, 10) == 5
    assert {file.name for file in tmp_path.iterdir()} == {*names[5:], *others}
    assert prune(tmp_path / "nowhere", 10) == 0


def test_a_full_disk_is_no_reason_to_fail() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")
    log = RunLog(full, "nightly")
    log.line("one")
    log.line("two")
    assert log.problem
    assert log.path is None


def test_a_mistake_is_logged_by_its_place_and_not_by_its_words(tmp_path: Path) -> None:
    with pytest.raises(KeyError), open_log(tmp_path, "nightly"):
        raise KeyError("pa55word")
    [file] = tmp_path.iterdir()
    text = file.read_text()
    assert "builtins.KeyError" in text
    assert f"at {__file__}:" in text
    assert "pa55word" not in text


# Sending ----------------------------------------------------------------------------------------------------------


def test_a_message_arrives_as_it_is(door: Loopback) -> None:
    message = Message("syncer: *a* <title>", "line one\n# line _two_ & three\nüñ")
    assert send([f"json://127.0.0.1:{door.port}/a", f"json://127.0.0.1:{door.port}/b"], message) == []
    sent = [(request.path, request.json["title"], request.json["message"]) for request in door.log]
    assert sorted(sent) == [("/a", message.title, message.body), ("/b", message.title, message.body)]


def test_each_door_that_fails_is_named_without_its_address(door: Loopback) -> None:
    door.faults.add("/bad", status(500))
    addresses = ["5ecret", f"json://127.0.0.1:{door.port}/bad-5ecret", f"json://127.0.0.1:{door.port}/good", "x://y"]
    problems = send(addresses, Message("t", "b"))
    assert [problem.split(" was not sent")[0] for problem in problems] == [
        "notification 1 (unknown)",
        "notification 2 (json)",
        "notification 4 (unknown)",
    ]
    assert not any("5ecret" in problem for problem in problems)


def test_a_door_that_never_answers_costs_no_more_than_the_time_it_is_given(door: Loopback) -> None:
    address = f"json://127.0.0.1:{door.port}"
    assert send([f"{address}/first"], Message("t", "b")) == []  # apprise is loaded by now
    door.faults.add("/hang", HANG)  # until the test has ended, and apprise itself would wait for ten minutes
    problems = send([f"{address}/hang?rto=600", f"{address}/fast"], Message("t", "b"), 2.0)
    assert problems == ["notification 1 (json) was not sent: it gave no answer in time"]


def test_a_ping_is_one_request_and_says_why_it_failed(door: Loopback) -> None:
    patience = Patience(30.0, 0.01)
    assert ping(f"{door.url}/ping/uuid?x=1", patience) is None
    assert [str(request) for request in door.log] == ["GET /ping/uuid"]
    assert "authorization" not in door.log[0].headers
    door.faults.add("/refused", status(404))
    door.faults.add("/away", Fault(Answer(302, b"", {"Location": "http://127.0.0.1:1/"})))
    door.faults.add("/hang", HANG)
    assert ping(f"{door.url}/refused", patience) == "it answered with status 404"
    for address in (f"{door.url}/away", f"{door.url}/hang", "http://127.0.0.1:9/x"):
        reason = ping(address, Patience(0.5, 0.01) if "hang" in address else patience)
        assert reason
        assert "127.0.0.1" not in reason
    for address in ("uuid", "ftp://x/y", "http://", "http://[::1", "https://exa mple/x\n"):
        assert ping(address, patience)


def test_a_long_answer_to_a_ping_is_not_read(door: Loopback) -> None:
    door.faults.add("/slow", Fault(drip_s=600, answer=Answer(200, b"x" * 100)))  # whoever reads it waits for ever
    assert ping(f"{door.url}/slow", Patience(30.0, 0.01)) is None


# Bad news ---------------------------------------------------------------------------------------------------------

SIGN_IN = SignInError("signed-out", "Garmin wants you to sign in", provider="garmin")
AWAY = TryLaterError("unreachable", "Strava cannot be read", provider="strava")
LIMIT = TryLaterError("rate-limited", "Strava asked to wait", provider="strava")
FULL = SyncerError("disk-full", "the disk is full")
ONE_ITEM = SyncerError("bad-payload", "one activity cannot be read", provider="garmin", item="7")


class Quiet:
    def line(self, text: str) -> None: ...
    def mistake(self, error: Exception) -> None: ...


def a_night(*synced: Synced, **others: Outcome) -> Night:
    night = Night(Quiet())
    for one in synced:
        night.sync(one.provider, lambda one=one: one)
    for name, outcome in others.items():
        night.take(name, lambda outcome=outcome: outcome)
    return night


def failing(error: SyncerError, state: str = "failed", **more: object) -> Synced:
    return Synced(error.provider or "garmin", state, error.code, errors=(error,), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("night", "hours", "told"),
    [
        (a_night(Synced("garmin", "ok")), None, []),
        (a_night(failing(AWAY)), None, [AWAY]),
        (a_night(failing(ONE_ITEM, "partial")), None, [ONE_ITEM]),
        (a_night(failing(LIMIT, "partial", listed=40)), None, []),
        (a_night(failing(SIGN_IN)), 1, [SIGN_IN]),
        (a_night(failing(AWAY)), 35, []),
        (a_night(failing(AWAY)), 37, [AWAY]),
        (a_night(failing(AWAY), report=Outcome("", "failed", (FULL,))), 1, [FULL]),
        (a_night(failing(ONE_ITEM, "partial")), 1, []),
        (a_night(failing(ONE_ITEM, "partial")), 37, [ONE_ITEM]),
        (a_night(failing(LIMIT, "partial", listed=40)), 100, []),
        (a_night(failing(LIMIT, "partial", listed=40)), 15 * 24, [LIMIT]),
        (a_night(failing(LIMIT)), 100, [LIMIT]),
        (a_night(failing(SIGN_IN, "skipped")), 100, []),
        (a_night(failing(SIGN_IN), failing(AWAY)), 1, [SIGN_IN]),
    ],
)
def test_what_is_worth_telling(night: Night, hours: int | None, told: list[SyncerError]) -> None:
    good = None if hours is None else NOW - timedelta(hours=hours)
    assert worth_telling(night, Past(NOW - timedelta(days=1 if good is None else 99), good), NOW) == told


def test_before_the_first_good_night_a_limit_is_given_two_weeks() -> None:
    night = a_night(failing(LIMIT, "partial", listed=40))
    assert worth_telling(night, Past(NOW - timedelta(days=14), None), NOW) == []
    assert worth_telling(night, Past(NOW - timedelta(days=15), None), NOW) == [LIMIT]


def test_the_same_news_is_told_again_after_a_week_and_other_news_at_once() -> None:
    told = Told(names_of([SIGN_IN]), NOW - timedelta(days=6))
    assert not is_news([SIGN_IN], told, NOW)
    assert is_news([SIGN_IN, FULL], told, NOW)
    assert is_news([SIGN_IN], told, NOW + timedelta(days=1))
    assert is_news([SIGN_IN], None, NOW)
    assert not is_news([], None, NOW)
    assert Told.read(told.text()) == told
    for text in (None, "", "{}", "[1]", '{"what": 5, "at": "x"}'):
        assert Told.read(text) is None


def test_a_message_says_what_to_do_and_stays_short() -> None:
    title, body = in_words([SyncerError("x", f"thing {number}", hint="do it") for number in range(9)])
    assert title == "syncer: the nightly run needs you"
    assert body.count("try: do it") == 5
    assert body.endswith("and 4 more")
    assert in_words([SIGN_IN])[0] == "syncer: please sign in again"
    assert in_words([AWAY])[0] == "syncer: the nightly run does not get through"


def test_a_message_keeps_to_a_line_for_each_thing_whatever_is_in_a_path() -> None:
    _, body = in_words([SyncerError("x", "cannot write /ho\nme", why="full\x1b[2J", hint="rm /ho\nme")])
    assert body.splitlines() == ["cannot write /ho me", "full\N{REPLACEMENT CHARACTER}[2J", "try: rm /ho me"]


# How a night ends -------------------------------------------------------------------------------------------------

OK = Synced("garmin", "ok")
NO_STRAVA = Synced("strava", "skipped", errors=(SyncerError("strava-inactive", "x"),))
CONFIG = ConfigError("strava-app", "not configured", provider="strava")


@pytest.mark.parametrize(
    ("night", "code"),
    [
        (a_night(OK), ExitCode.OK),
        (a_night(OK, NO_STRAVA), ExitCode.OK),
        (a_night(NO_STRAVA), ExitCode.OK),
        (a_night(), ExitCode.OK),
        (a_night(OK, failing(AWAY)), ExitCode.PARTIAL),
        (a_night(OK, report=Outcome("", "failed", (FULL,))), ExitCode.PARTIAL),
        (a_night(failing(AWAY)), ExitCode.TRY_LATER),
        (a_night(failing(AWAY), failing(SIGN_IN)), ExitCode.SIGN_IN_NEEDED),
        (a_night(failing(AWAY), report=Outcome("", "failed", (FULL,))), ExitCode.FAILED),
        (a_night(failing(CONFIG)), ExitCode.BAD_CONFIG),
        (a_night(report=Outcome("", "failed", (FULL,))), ExitCode.FAILED),
        (a_night(NO_STRAVA, report=Outcome("", "failed", (FULL,))), ExitCode.FAILED),
        (a_night(report=Outcome("", "skipped")), ExitCode.OK),
    ],
)
def test_how_a_night_ends(night: Night, code: ExitCode) -> None:
    assert night.exit_code is code


def test_a_mistake_of_ours_in_one_step_leaves_the_others_alone() -> None:
    night = Night(Quiet())

    def stumble() -> Synced:
        raise ZeroDivisionError("pa55word")

    night.sync("garmin", stumble)
    night.sync("strava", lambda: Synced("strava", "ok"))
    night.take("report", lambda: Outcome("week 2026-W46"))
    assert night.exit_code is ExitCode.PARTIAL
    assert [step.outcome.state for step in night.steps] == ["failed", "ok", "ok"]
    [error] = night.errors
    assert error.code == "unexpected"
    assert error.why == "builtins.ZeroDivisionError"
    assert "pa55word" not in error.message + error.why
    assert not night.whole


def test_control_c_is_heard() -> None:
    def interrupt() -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Night(Quiet()).take("report", interrupt)
