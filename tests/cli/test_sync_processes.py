"""`syncer sync` as a process among others: killed, interrupted, twice at once, behind a proxy, beside a ``.netrc``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from syncer.clients.tokens import read_tokens
from tests.cli.live import Live, live
from tests.cli.runner import Ran
from tests.fakes import garmin as garmin_fake
from tests.fakes import garmin_activities, proxy, strava
from tests.fakes import strava as strava_fake
from tests.fakes.loopback import HANG, HELD, Fault, by_host, running, status, wait_until
from tests.unwritable import unwritable
from tests.work import steps

__all__ = ["live"]

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and modes are POSIX's here")


def both(live: Live, count: int = 30) -> None:
    live.garmin.activities.stored = garmin_activities.many(count, live.day(1))
    live.strava.stored = strava.many(count, live.day(1, hour=18))


def fresh(live: Live) -> dict[str, list[Any]]:
    """What an undisturbed run in a new home ends with."""
    for server in (live.garmin_server, live.strava_server):
        server.faults.clear()
    home, live.home = live.home, live.home.with_name("fresh")
    live.sign_in("garmin", "strava")
    assert live.run("sync").code == 0
    found, live.home = live.content(), home
    return found


def ended(started: subprocess.Popen[str], timeout: float = 120) -> Ran:
    out, err = started.communicate(timeout=timeout)
    return Ran(started.returncode, out, err)


# Killed and interrupted -------------------------------------------------------------------------------------------


@posix_only
@pytest.mark.slow
def test_a_kill_at_any_moment_loses_and_doubles_nothing(live: Live) -> None:
    both(live)
    # every answer takes a while, so that each moment of a run can be met
    for server in (live.garmin_server, live.strava_server):
        server.faults.add("GET", Fault(wait_s=0.005))
    for moment in range(8):
        requests = 11 * moment
        seen = len(live.garmin_server.log) + len(live.strava_server.log)
        run = live.start("sync")
        wait_until(
            lambda seen=seen, requests=requests, run=run: (
                len(live.garmin_server.log) + len(live.strava_server.log) >= seen + requests or run.poll() is not None
            ),
            60,
        )
        run.kill()
        ran = ended(run)
        assert ran.code in (-signal.SIGKILL, 0)
        live.look_for_secrets(ran)
        if (live.home / "syncer.db").exists():
            live.dump()
    final = live.run("sync")
    assert final.code == 0
    assert live.content() == fresh(live)


@posix_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_keeps_what_came(live: Live, number: signal.Signals) -> None:
    both(live)
    live.garmin_server.faults.add(r"/activity-service/activity/\d+$", HANG, skip=10)
    live.settings["SYNCER_SYNC_TIMEOUT_S"] = "600"
    run = live.start("--json", "sync")
    wait_until(lambda: len(live.garmin_server.asked(r"/activity-service/activity/\d+$")) > 10)
    run.send_signal(number)
    ran = ended(run)  # while Garmin is still silent
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (130, "interrupted")
    assert "Traceback" not in ran.err
    assert live.rows("SELECT count(*) FROM recordings") == [(30,)]
    assert live.rows("SELECT count(*) FROM recording_versions WHERE origin = 'detail'") == [(10,)]
    assert live.rows("SELECT status, exit_code FROM runs ORDER BY id DESC LIMIT 1") == [("error", 130)]
    live.garmin_server.faults.clear()
    live.garmin_server.log.clear()
    assert live.run("sync").code == 0
    assert live.content() == fresh(live)


@posix_only
@pytest.mark.parametrize("name", ["garmin", "strava"])
def test_an_interruption_never_loses_a_refreshed_token(live: Live, name: str) -> None:
    both(live, 1)
    live.sign_in(name, lifetime_s=1)
    server = live.garmin_server if name == "garmin" else live.strava_server
    # the service has already taken the old token when the interruption comes
    server.faults.add("POST", HELD)
    live.settings["SYNCER_SYNC_TIMEOUT_S"] = "600"
    run = live.start("sync", name)
    wait_until(lambda: bool(server.asked("POST")))
    run.send_signal(signal.SIGINT)
    server.let_go()
    assert ended(run).code == 130
    server.faults.clear()
    assert live.run("sync", name).code == 0
    given = (live.garmin.tokens if name == "garmin" else live.strava.oauth).given
    assert given[-1] in (live.home / "tokens" / f"{name}.json").read_text()


# Two at once ------------------------------------------------------------------------------------------------------


def test_the_second_run_says_who_holds_the_lock(live: Live) -> None:
    both(live, 3)
    live.garmin_server.faults.add("/activitylist-service", HELD, 1)
    live.settings["SYNCER_SYNC_TIMEOUT_S"] = "600"
    first = live.start("sync")
    wait_until(lambda: bool(live.garmin_server.log))
    second = live.spawn("sync")
    assert second.code == 75
    assert f"'syncer sync' (process {first.pid})" in second.err
    assert second.out == ""
    # reading does not wait for it
    assert live.spawn("activities", "list").code == 0
    assert live.spawn("sync", "--dry-run").code == 0
    live.garmin_server.let_go()
    assert ended(first).code == 0


@pytest.mark.parametrize("name", ["garmin", "strava"])
def test_two_homes_with_one_token_file_would_still_refresh_once_each(live: Live, name: str) -> None:
    """Two programs share the token folder but not the lock of the database: the file's own lock keeps them apart."""
    both(live, 2)
    live.sign_in(name, lifetime_s=1)
    other = live.home.with_name("other")
    other.mkdir()
    program = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from syncer.clients.patience import Patience\n"
        "from syncer.clients.garmin import GarminAddresses, GarminClient\n"
        "from syncer.clients.strava import StravaApp, StravaClient\n"
        "name, url, path, now = sys.argv[1:]\n"
        "clock = lambda: datetime.fromisoformat(now)\n"
        "if name == 'garmin':\n"
        "    client = GarminClient(GarminAddresses(url, url, url + '/di-oauth2-service/oauth/token'), Path(path),"
        " Patience(), clock)\n"
        "    print(len(client.activities(0)))\n"
        "else:\n"
        "    client = StravaClient(StravaApp('4242', 'secret-of-the-app', url + '/api/v3', url + '/oauth'), Path(path),"
        " Patience(), clock)\n"
        "    print(len(client.activities(1)))\n"
    )
    server = live.garmin_server if name == "garmin" else live.strava_server
    server.faults.add("POST", Fault(wait_s=0.3))
    words = [sys.executable, "-c", program, name, server.url, str(live.home / "tokens" / f"{name}.json")]
    runs = [
        subprocess.Popen([*words, live.now.isoformat()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for run in runs:
        ran = ended(run)
        assert (ran.code, ran.out, ran.err) == (0, "2\n", "")
    assert (live.garmin.tokens if name == "garmin" else live.strava.oauth).refreshes == 1


# Tokens -----------------------------------------------------------------------------------------------------------


def test_two_runs_refresh_once_each_and_keep_the_newest_token(live: Live) -> None:
    both(live, 3)
    live.garmin.tokens.lifetime_s, live.strava.oauth.lifetime_s = 600.0, 60.0
    live.sign_in("garmin", lifetime_s=1)
    live.sign_in("strava", lifetime_s=1)
    for count in (1, 2):
        assert live.spawn("sync").code == 0
        assert (live.garmin.tokens.refreshes, live.strava.oauth.refreshes) == (count, count)
        assert (
            read_tokens(live.home / "tokens" / "garmin.json", "garmin")["di_refresh_token"]
            == (live.garmin.tokens.given[-1])
        )
        assert (
            read_tokens(live.home / "tokens" / "strava.json", "strava")["refresh_token"]
            == (live.strava.oauth.given[-1])
        )
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in (live.home / "tokens").glob("*.json")} == {0o600}
        assert (live.home / "tokens").stat().st_mode & 0o777 == 0o700


@posix_only
def test_an_unwritable_token_folder_is_noticed_before_a_token_is_spent(live: Live) -> None:
    both(live, 3)
    live.sign_in("strava", lifetime_s=1)
    assert live.run("sync", "garmin").code == 0
    (live.home / "tokens" / "garmin.json").chmod(0o600)
    with unwritable(live.home / "tokens"):
        ran = _as_this_user(live)
    assert ran == "tokens-unwritable"
    assert live.strava_server.log == []
    assert live.run("sync", "strava").code == 0


def _as_this_user(live: Live) -> str:
    """What reading Strava ends with, in this process: only it has given up its rights."""
    from syncer.bootstrap.providers import strava_app
    from syncer.clients.patience import Patience
    from syncer.clients.strava import StravaClient
    from syncer.errors import SyncerError
    from syncer.settings import load_settings

    settings = load_settings(live.home / "config.toml", live.environment)
    app = strava_app(settings, live.environment)
    try:
        StravaClient(app, live.home / "tokens" / "strava.json", Patience(30, 0.01), lambda: live.now).activities(1)
    except SyncerError as error:
        return error.code
    return "nothing"


# The machine around it --------------------------------------------------------------------------------------------


@posix_only
def test_a_netrc_never_replaces_our_token(live: Live, tmp_path: Path) -> None:
    both(live, 3)
    live.sign_in("garmin", "strava", lifetime_s=1)
    netrc = tmp_path / "user" / ".netrc"
    netrc.parent.mkdir(exist_ok=True)
    netrc.write_text("machine 127.0.0.1 login a password b\ndefault login a password b\n")
    netrc.chmod(0o600)
    assert live.spawn("sync", env={"HOME": str(netrc.parent), "NETRC": str(netrc)}).code == 0
    sent = [one.headers.get("authorization", "") for one in (*live.garmin_server.log, *live.strava_server.log)]
    assert not [one for one in sent if one.startswith("Basic YTpi")]


@pytest.mark.parametrize("flags", [[], ["-v"], ["-vv"], ["--json"]])
def test_the_libraries_do_not_speak(live: Live, flags: list[str]) -> None:
    both(live, 4)
    for server in (live.garmin_server, live.strava_server):
        server.faults.add(r"(activity-service/activity|activities)/\d+$", status(500), 8)
        server.faults.add("GET", Fault(drop=True), 2, skip=2)
    ran = live.spawn(*flags, "sync", env={"STRAVA_CLIENT_ID": "none", "PYTHONWARNINGS": "default"})
    assert ran.code == 3
    lines = [line for line in ran.err.splitlines() if not line.startswith(("error: ", "  "))]
    assert lines == []
    for word in ("garminconnect", "stravalib", "urllib3", "Traceback", "STRAVA_CLIENT"):
        assert word not in ran.err + ran.out
    live.look_for_secrets(ran)


def test_no_command_but_those_that_need_them_loads_the_libraries(live: Live) -> None:
    program = (
        "import sys; sys.argv = ['syncer', 'sync', '--dry-run']\n"
        "from syncer.cli.app import main\n"
        "code = main()\n"
        "print(code, sorted({'stravalib', 'garminconnect', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **live.environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "0 []"


@pytest.mark.parametrize("old", [False, True], ids=["living tokens", "old tokens"])
def test_behind_a_proxy_on_the_real_addresses(live: Live, tmp_path: Path, old: bool) -> None:
    """HTTPS_PROXY and REQUESTS_CA_BUNDLE, and nothing else is changed."""
    both(live, 3)
    hosts = (*garmin_fake.HOSTS, *strava_fake.HOSTS)
    context, ca = proxy.throw_away_tls(tmp_path, hosts)
    everyone: dict[str, Callable[..., Any]] = dict.fromkeys(garmin_fake.HOSTS, live.garmin)
    everyone |= dict.fromkeys(strava_fake.HOSTS, live.strava)
    live.sign_in("garmin", "strava", lifetime_s=1 if old else 20_000)
    with running(by_host(everyone), context) as server:
        outside = {name: "" for name in live.environment if name.endswith("_URL")} | proxy.environment(server.url, ca)
        ran = live.spawn("--json", "sync", env=outside)
        assert ran.code == 0, ran.err
        contacted = {one.host for one in server.log}
        refreshing = {one.host for one in server.log if one.method == "POST"}
        without = live.spawn("--json", "sync", env={**outside, "REQUESTS_CA_BUNDLE": ""})
        gone = live.spawn("--json", "sync", env={**outside, "REQUESTS_CA_BUNDLE": str(tmp_path / "gone.pem")})
    assert live.providers(ran)["garmin"]["added"] == live.providers(ran)["strava"]["added"] == 3
    if old:
        assert contacted == {"connectapi.garmin.com", "diauth.garmin.com", "www.strava.com"}
        assert refreshing == {"diauth.garmin.com", "www.strava.com"}
    else:
        assert contacted == {"connectapi.garmin.com", "www.strava.com"}
        assert refreshing == set()
    # without the CA nobody is talked to
    assert without.code == 75
    assert "its certificate is not trusted" in json.dumps(without.envelope["errors"])
    assert gone.code == 78
    assert {error["code"] for error in gone.envelope["errors"]} == {"no-certificates"}
    assert "gone.pem" in gone.envelope["errors"][0]["message"]
    live.look_for_secrets(ran, without)


def test_a_proxy_that_is_not_there(live: Live) -> None:
    with running(live.garmin) as gone:
        url = gone.url
    outside = {name: "" for name in live.environment if name.endswith("_URL")} | {"HTTPS_PROXY": url}
    ran = live.spawn("--json", "sync", env=outside)
    assert ran.code == 75
    assert {one["code"] for one in ran.envelope["errors"]} == {"garmin-unavailable", "strava-unavailable"}


def test_a_plain_address_that_is_not_this_machine_is_refused(live: Live) -> None:
    ran = live.spawn("sync", env={"SYNCER_STRAVA_API_URL": "http://strava.example/api"})
    assert ran.code == 78
    assert "https" in ran.err


@pytest.mark.slow
def test_work_grows_with_what_is_new_and_hardly_with_what_is_stored(live: Live) -> None:
    assert live.run("sync").code == 0  # everything is loaded by now

    def work(count: int) -> tuple[int, int]:
        """Of a first run that reads so many activities from each service, and of the one after it."""
        live.home = live.home.with_name(f"home of {count}")
        live.sign_in("garmin", "strava")
        both(live, count)
        first, second = (steps(lambda: live.run("sync")) for _ in range(2))
        assert live.rows("SELECT count(*) FROM recordings") == [(2 * count,)]
        return first, second

    few, four_times = work(50), work(200)
    assert four_times[0] < 5 * few[0]  # a quadratic one takes 16 times
    assert four_times[1] < 1.5 * few[1]
    assert four_times[1] < four_times[0] / 5
