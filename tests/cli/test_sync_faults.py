"""`syncer sync` while the services break: each way ends in its own exit code and sentence, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from syncer.clients.tokens import read_tokens
from tests.cli.live import Live, live
from tests.fakes import garmin_activities, strava
from tests.fakes.garmin_activities import GarminActivity
from tests.fakes.garmin_tokens import TOKEN_PATH
from tests.fakes.loopback import CUT_OFF, DROPPED, HANG, HTML, TRUNCATED, Answer, Fault, Loopback, status, timeout_for

__all__ = ["live"]

NAMES = ("garmin", "strava")
LIST = {"garmin": "/activitylist-service", "strava": "/athlete/activities"}
DETAIL = {"garmin": r"/activity-service/activity/\d+$", "strava": r"/activities/\d+"}
TOKEN = {"garmin": TOKEN_PATH, "strava": "/oauth/token"}
SERVICE = {"garmin": "Garmin Connect cannot be used right now", "strava": "Strava cannot be read right now"}


def server(live: Live, name: str) -> Loopback:
    return live.garmin_server if name == "garmin" else live.strava_server


def ten_days(live: Live) -> None:
    live.garmin.activities.stored = garmin_activities.many(10, live.day(1))
    live.strava.stored = strava.many(10, live.day(1, hour=18))


@pytest.fixture
def undisturbed(live: Live) -> Callable[[Live], bool]:
    """Whether another run, with nothing in its way, ends where a first one without trouble would have."""
    ten_days(live)

    def recovers(after: Live) -> bool:
        for name in NAMES:
            server(after, name).faults.clear()
        assert after.run("sync").code == 0
        reached = after.content()
        home, after.home = after.home, after.home.with_name("fresh")
        after.sign_in(*NAMES)
        assert after.run("sync").code == 0
        fresh, after.home = after.content(), home
        for ended in (reached, fresh):
            ended.pop("pending_details")
        return reached == fresh

    return recovers


# The whole service ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("times", [1, 3])
def test_a_service_that_is_back_soon(live: Live, name: str, times: int) -> None:
    ten_days(live)
    for path in (LIST, DETAIL):
        server(live, name).faults.add(path[name], status(503), times)
    ran = live.run("sync", name)
    assert (ran.code, live.providers(ran)[name]["added"]) == (0, 10)


PASSING = [
    (status(503), "it answered 503"),
    (status(500), "it answered 500"),
    (HTML, "its answer was not JSON"),
    (TRUNCATED, "its answer was not JSON"),
    (CUT_OFF, "its answer broke off"),
    (DROPPED, "no connection"),
    (HANG, "no answer in time"),
    (Fault(drip_s=0.1), "no answer in time"),
    (status(403), "it refuses to answer (403)"),
    (Fault(Answer(302, b"", {"Location": "https://login.hotel.example/"})), "something on the way sends us elsewhere"),
]


DRIP = PASSING[7][0]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("where", "fault", "why"),
    # a token's answer is over before its drops are too slow
    [(LIST, *one) for one in PASSING] + [(TOKEN, *one) for one in PASSING if one[0] is not DRIP],
)
def test_a_service_that_is_down(
    live: Live,
    undisturbed: Callable[[Live], bool],
    name: str,
    where: dict[str, str],
    fault: Fault,
    why: str,
) -> None:
    live.settings["SYNCER_SYNC_TIMEOUT_S"] = str(timeout_for(fault))
    live.sign_in(name, lifetime_s=1)
    server(live, name).faults.add(where[name], fault)
    ran = live.run("sync", name)
    (error,) = ran.envelope["errors"]
    assert (ran.code, ran.envelope["status"]) == (75, "error")
    assert (error["code"], error["provider"]) == (f"{name}-unavailable", name)
    if name == "garmin" and where is TOKEN and fault is CUT_OFF:
        # curl, which asks for Garmin's tokens, does not tell the two apart
        why = "no connection"
    assert error["message"].startswith(f"{SERVICE[name]}: {why}")
    found = live.providers(ran)[name]
    assert (found["state"], found["listed"], found["added"]) == ("failed", 0, 0)
    assert found["message"].startswith(error["message"])
    live.look_for_secrets(ran)
    live.settings.clear()
    if fault.half and where is TOKEN:
        # the service has given a new token and taken the old one, and the answer was lost: only the runner can help
        server(live, name).faults.clear()
        assert live.run("sync", name).code == 77
        live.sign_in(name)
    assert undisturbed(live)


@pytest.mark.parametrize("name", NAMES)
def test_the_failure_of_one_never_stops_the_other(live: Live, name: str) -> None:
    ten_days(live)
    (other,) = set(NAMES) - {name}
    server(live, name).faults.add("", status(503))
    ran = live.run("sync")
    found = live.providers(ran)
    assert ran.code == 3
    assert (found[name]["state"], found[other]["state"], found[other]["added"]) == ("failed", "ok", 10)
    assert len(live.activities()) == 10
    assert live.run("report").data["data_as_of"][name] is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", ["access", "refresh"])
def test_a_sign_in_that_has_ended(live: Live, undisturbed: Callable[[Live], bool], name: str, how: str) -> None:
    """The API refuses the token (access), or it is old; and the refresh token is dead either way."""
    live.sign_in(name, lifetime_s=1 if how == "refresh" else 20_000)
    tokens = live.garmin.tokens if name == "garmin" else live.strava.oauth
    tokens.end_everything()
    before = read_tokens(live.home / "tokens" / f"{name}.json", name)
    ran = live.run("sync", name)
    (error,) = ran.envelope["errors"]
    assert (ran.code, error["code"], error["hint"]) == (77, f"{name}-sign-in", f"syncer auth {name}")
    assert live.providers(ran)[name]["state"] == "failed"
    assert read_tokens(live.home / "tokens" / f"{name}.json", name) == before
    assert len(server(live, name).asked("POST")) == 1
    live.look_for_secrets(ran)
    live.sign_in(name)
    assert undisturbed(live)


def test_strava_without_the_permission_to_read(live: Live) -> None:
    ten_days(live)
    (live.home / "tokens" / "strava.json").unlink()
    (live.home / "tokens" / "strava.json").write_text(json.dumps(live.strava.oauth.sign_in(scope="read")))
    ran = live.run("sync")
    found = live.providers(ran)
    assert (ran.code, found["strava"]["state"], found["strava"]["code"]) == (3, "failed", "strava-scope")
    assert live.run("sync", "strava").code == 77


def test_strava_without_a_subscription_is_skipped_with_the_way_round(live: Live) -> None:
    ten_days(live)
    live.strava.inactive = True
    ran = live.run("sync")
    found = live.providers(ran)
    assert (ran.code, ran.envelope["status"], ran.envelope["errors"]) == (0, "success", [])
    assert (found["strava"]["state"], found["strava"]["code"]) == ("skipped", "strava-inactive")
    assert "syncer import" in found["strava"]["message"]
    assert found["garmin"]["added"] == 10
    said = live.spawn("sync", "strava")
    assert said.code == 0
    assert "subscription" in said.err
    assert "syncer import export.zip" in said.err
    assert "error" not in said.err


def test_strava_that_becomes_inactive_on_the_way_keeps_what_it_has(live: Live) -> None:
    live.strava.stored = strava.many(10, live.day(1))
    live.strava.after_page = lambda page: setattr(live.strava, "inactive", page == 2)
    ran = live.run("sync", "strava")
    found = live.providers(ran)["strava"]
    assert (ran.code, found["state"], found["added"], found["pending_details"]) == (0, "skipped", 10, 10)


# In the middle ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("fault", "why"), [PASSING[0], PASSING[2], PASSING[3], PASSING[6]])
def test_an_outage_in_the_middle_of_the_details(
    live: Live, undisturbed: Callable[[Live], bool], name: str, fault: Fault, why: str
) -> None:
    live.settings["SYNCER_SYNC_TIMEOUT_S"] = str(timeout_for(fault))
    server(live, name).faults.add(DETAIL[name], fault, skip=4)
    ran = live.run("sync", name)
    found = live.providers(ran)[name]
    assert (ran.code, found["state"], found["code"]) == (3, "partial", f"{name}-unavailable")
    assert (found["added"], found["pending_details"]) == (10, 6)
    assert why in found["message"]
    # it was the service, so nothing counts against an activity
    assert live.rows("SELECT sum(attempts) FROM pending_details") == [(0,)]
    # two are enough to see that it is down
    asked = {one.path for one in server(live, name).asked(DETAIL[name])}
    assert len(asked) == 4 + 2
    live.settings.clear()
    assert undisturbed(live)


@pytest.mark.parametrize("name", NAMES)
def test_an_outage_between_two_pages(live: Live, undisturbed: Callable[[Live], bool], name: str) -> None:
    live.garmin.activities.most_per_page = live.strava.page_size = 4
    server(live, name).faults.add(LIST[name], status(503), skip=2)
    ran = live.run("sync", name)
    found = live.providers(ran)[name]
    assert (ran.code, found["state"], found["listed"], found["pending_details"]) == (3, "partial", 8, 8)
    server(live, name).faults.clear()
    server(live, name).log.clear()
    assert live.run("sync", name).code == 0
    # it goes on: the first pages are the recent days anyway, and nothing comes twice
    assert live.rows("SELECT count(*) FROM recordings WHERE provider = ?", name) == [(10,)]
    assert undisturbed(live)


# One activity -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", [status(500), HTML, status(404), status(422)])
def test_one_activity_that_always_fails_is_given_up_in_the_end(live: Live, name: str, fault: Fault) -> None:
    live.settings["SYNCER_SYNC_GIVE_UP_AFTER"] = "3"
    ten_days(live)
    bad = (live.garmin.activities.stored if name == "garmin" else live.strava.stored)[3].id
    short, path = f"{name[0]}{bad}", f"/{bad}$"
    server(live, name).faults.add(path, fault)
    for night in (1, 2, 3):
        ran = live.run("sync")
        (error,) = ran.envelope["errors"]
        assert (ran.code, error["item"]) == (3, short)
        assert error["code"] == "detail-unreadable"
        end = "it is left alone from now on" if night == 3 else f"try {night} of 3"
        assert error["message"].startswith(f"the details of {short} cannot be read ({end})")
        found = live.providers(ran)
        assert (found[name]["state"], found[name]["pending_details"]) == ("partial", 0 if night == 3 else 1)
        # the others came, and are read again
        details = "SELECT count(*) FROM recording_versions WHERE origin = 'detail' AND provider = ?"
        assert live.rows(details, name) == [(9,)]
        # it is not asked for twice in one night
        server(live, name).log.clear()
        assert live.run("sync").code == 0
        assert server(live, name).asked(path) == []
        live.later(days=1)
    assert live.run("sync").code == 0
    assert server(live, name).asked(path) == []
    # asked for by hand it gets another chance
    server(live, name).faults.clear()
    assert live.run("sync", name, "--since", live.day(10).date().isoformat()).code == 0
    assert len(server(live, name).asked(path)) == 1
    assert live.rows("SELECT count(*) FROM pending_details") == [(0,)]


@pytest.mark.parametrize("name", NAMES)
def test_many_broken_activities_in_a_row_do_not_hide_the_others(live: Live, name: str) -> None:
    live.settings["SYNCER_SYNC_GIVE_UP_AFTER"] = "2"
    live.garmin.activities.stored = garmin_activities.many(30, live.day(20))
    live.strava.stored = strava.many(30, live.day(20))
    for one in (live.garmin.activities.stored if name == "garmin" else live.strava.stored)[:6]:
        server(live, name).faults.add(f"/{one.id}$", status(500))
    codes = []
    for _ in range(6):
        codes.append(live.run("sync", name).code)
        live.later(days=1)
    assert codes[-1] == 0
    details = "SELECT count(*) FROM recording_versions WHERE origin = 'detail' AND provider = ?"
    assert live.rows(details, name) == [(24,)]
    assert live.rows("SELECT count(*) FROM pending_details WHERE gave_up_us IS NOT NULL") == [(6,)]


def test_a_broken_activity_alone_is_given_up_too(live: Live) -> None:
    live.settings["SYNCER_SYNC_GIVE_UP_AFTER"] = "2"
    live.garmin.activities.stored = [GarminActivity(5, live.day(1))]
    live.garmin_server.faults.add("/5$", status(500))
    assert live.run("sync", "garmin").code == 3
    live.later(days=1)
    ran = live.run("sync", "garmin")
    assert "left alone" in ran.envelope["errors"][0]["message"]
    live.later(days=1)
    assert live.run("sync", "garmin").code == 0


def test_a_strength_session_without_sets_keeps_its_note(live: Live) -> None:
    session = GarminActivity(5, live.day(1), type_key="strength_training", rpe=50, manual=True)
    live.garmin.activities.stored = [session]
    live.garmin_server.faults.add("/exerciseSets", status(404))
    assert live.run("sync", "garmin").code == 0
    assert live.rows("SELECT rpe, sets_json FROM recordings") == [(5.0, None)]


def test_a_detail_about_another_activity_is_not_taken(live: Live) -> None:
    live.strava.stored = strava.many(2, live.day(1))
    first, second = live.strava.stored
    second.private_note = "#kneepain 9/10"
    live.strava_server.faults.add(f"/{first.id}$", Fault(Answer(200, b'{"id": 1, "private_note": "#kneepain 9/10"}')))
    ran = live.run("sync", "strava")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (3, "detail-unreadable")
    assert "private_note" not in live.notes(f"s{first.id}")


# Limits of the machine --------------------------------------------------------------------------------------------


def test_a_mistake_of_ours_with_one_provider_leaves_the_other(live: Live) -> None:
    ten_days(live)

    def explode(_self: object, _known: object) -> None:
        raise RuntimeError("secret-access-1-strava")

    live.monkeypatch.setattr("syncer.sources.live.GarminSource.detail", explode)
    ran = live.run("sync")
    found = live.providers(ran)
    assert (ran.code, found["garmin"]["code"], found["strava"]["state"]) == (3, "unexpected", "ok")
    live.look_for_secrets(ran)
    with pytest.raises(RuntimeError):
        live.run("sync", "--debug")
