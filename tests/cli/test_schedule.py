"""`syncer schedule` against programs on PATH that stand for the systems' own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runner import Ran, syncer
from tests.fakes.loopback import wait_until
from tests.fakes.schedulers import FakeSystems

SYSTEMS = ("systemd", "launchd", "task-scheduler", "cron")


class Machine:
    """A user's home with fake system programs."""

    def __init__(self, folder: Path) -> None:
        self.systems = FakeSystems(folder / "bin")
        self.user = folder / "user"
        self.user.mkdir()
        self.home = folder / "home"
        self.home.mkdir()
        (self.home / "config.toml").write_text("")
        self.env = {"PATH": f"{self.systems.folder}:{os.environ['PATH']}", "HOME": str(self.user)}

    def schedule(self, *words: str, **env: str) -> Ran:
        return syncer("schedule", *words, home=self.home, env={**self.env, **env})

    def schedule_json(self, *words: str) -> Ran:
        return syncer("--json", "schedule", *words, home=self.home, env=self.env)

    @property
    def left(self) -> set[str]:
        """Every file under the user's home, and what the fake systems keep."""
        kept = ("active", "loaded", "task.xml", "crontab.txt")
        files = {str(file.relative_to(self.user)) for file in self.user.rglob("*") if not file.is_dir()}
        return files | {name for name in kept if (self.systems.folder / name).exists()}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "USERDOMAIN", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    return Machine(tmp_path / "machine")


@pytest.mark.parametrize("system", SYSTEMS)
def test_install_status_and_remove_leave_the_machine_as_it_was(machine: Machine, system: str) -> None:
    before = machine.left
    done = machine.schedule("install", "--system", system, "--at", "04:15")
    assert done.code == 0, done.err
    assert "Every night at 04:15" in done.out
    assert sys.executable in done.out
    there = machine.left
    assert there > before
    machine.systems.forget_calls()
    again = machine.schedule_json("install", "--system", system, "--at", "04:15")
    assert {act["kind"] for act in again.data["actions"]} == {"skip"}
    assert machine.left == there
    assert not any(word in call for call in machine.systems.calls for word in ("enable", "bootstrap", "/Create"))
    status = machine.schedule_json("status", "--system", system)
    assert status.data["installed"] is True
    assert status.data["systems"][system]["active"] in (True, None)
    assert status.data["last_good"] is None
    gone = machine.schedule("remove", "--system", system)
    assert gone.code == 0, gone.err
    wait_until(lambda: machine.left == before)
    assert machine.schedule_json("status", "--system", system).data["installed"] is False
    nothing = machine.schedule_json("remove", "--system", system)
    assert {act["kind"] for act in nothing.data["actions"]} == {"skip"}


@pytest.mark.parametrize("system", SYSTEMS)
def test_another_hour_replaces_the_first_one(machine: Machine, system: str) -> None:
    assert machine.schedule("install", "--system", system, "--at", "04:15").code == 0
    assert machine.schedule("install", "--system", system, "--at", "05:45").code == 0
    files = [file for file in (*machine.user.rglob("*"), *machine.systems.folder.glob("[!s]*")) if file.is_file()]
    text = "".join(file.read_bytes().replace(b"\0", b"").decode("utf-8", "replace") for file in files)
    assert "04:15" not in text
    assert "15 4 " not in text
    hour = {"systemd": "05:45:00", "launchd": "<integer>45</integer>", "task-scheduler": "T05:45:00", "cron": "45 5 *"}
    assert hour[system] in text
    if system == "launchd":
        assert text.count(hour[system]) == 2, "launchd itself must have read the new one"


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_dry_run_and_a_print_write_nothing(machine: Machine, system: str) -> None:
    before = machine.left
    planned = machine.schedule_json("install", "--system", system, "--dry-run")
    assert planned.data["dry_run"] is True
    assert {act["kind"] for act in planned.data["actions"]} & {"write", "run"}
    printed = machine.schedule("--print", "--system", system)
    assert printed.code == 0
    assert printed.out == machine.schedule("install", "--print", "--system", system).out
    assert sys.executable in printed.out
    assert machine.left == before
    assert machine.schedule("install", "--system", system).code == 0
    there = machine.left
    assert "would " in machine.schedule("remove", "--system", system, "--dry-run").out
    assert machine.left == there


def test_what_is_printed_is_what_is_installed(machine: Machine) -> None:
    printed = machine.schedule_json("--print", "--system", "systemd").data["files"]
    assert machine.schedule("install", "--system", "systemd").code == 0
    for file in printed:
        assert Path(file["path"]).read_text() == file["content"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_accepts_what_is_installed(machine: Machine, tmp_path: Path) -> None:
    config = tmp_path / "my 5% $settings.toml"
    config.write_text("")
    done = syncer(
        "--config", config, "schedule", "install", "--system", "systemd", home=tmp_path / "my home 50%", env=machine.env
    )
    assert done.code == 0, done.err
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    units = machine.user / ".config" / "systemd" / "user"
    for unit in ("syncer-nightly.service", "syncer-nightly.timer"):
        checked = subprocess.run(
            ["systemd-analyze", "verify", "--user", "--man=no", str(units / unit)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "XDG_RUNTIME_DIR": str(runtime), "LC_ALL": "C"},
        )
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    service = (units / "syncer-nightly.service").read_text()
    assert 'my 5%% $$settings.toml" nightly' in service
    assert "my home 50%%" in service


@pytest.mark.parametrize(
    ("system", "path"),
    [
        ("systemd", ".config/systemd/user/syncer-nightly.timer"),
        ("systemd", ".config/systemd/user/syncer-nightly.service"),
        ("launchd", "Library/LaunchAgents/local.syncer.nightly.plist"),
    ],
)
@pytest.mark.parametrize("link", [False, True])
def test_a_file_that_is_not_ours_is_left_alone(machine: Machine, system: str, path: str, link: bool) -> None:
    mine = machine.user / path
    mine.parent.mkdir(parents=True)
    if link:
        elsewhere = machine.user / "dotfiles"
        elsewhere.write_text("[Unit]\n")
        mine.symlink_to(elsewhere)
    else:
        mine.write_text("[Unit]\nDescription=mine\n")
    before = machine.left
    for words in (["install"], ["install", "--dry-run"], ["remove"]):
        refused = machine.schedule(*words, "--system", system)
        assert refused.code == 1
        assert "is not syncer's" in refused.err
        assert str(mine) in refused.err
    assert machine.left == before
    assert mine.read_text().startswith("[Unit]\n")
    assert not any("enable" in call or "bootstrap" in call for call in machine.systems.calls)


def test_a_task_that_is_not_ours_is_left_alone(machine: Machine) -> None:
    task = machine.systems.folder / "task.xml"
    task.write_text("<Task><Description>mine</Description></Task>")
    assert machine.schedule("install", "--system", "task-scheduler").code == 1
    assert machine.schedule("remove", "--system", "task-scheduler").code == 1
    assert "mine" in task.read_text()


def test_the_rest_of_the_crontab_stays_byte_by_byte(machine: Machine) -> None:
    table = machine.systems.folder / "crontab.txt"
    others = b"MAILTO=me\n# \xe9 latin\n5 5 * * * echo 100\\%\n"
    table.write_bytes(others)
    assert machine.schedule("install", "--system", "cron").code == 0
    assert table.read_bytes().startswith(others)
    table.write_bytes(table.read_bytes() + b"7 7 * * * later\n")
    assert machine.schedule("install", "--system", "cron", "--at", "01:02").code == 0
    assert table.read_bytes().startswith(others)
    assert table.read_bytes().endswith(b"7 7 * * * later\n")
    assert machine.schedule("remove", "--system", "cron").code == 0
    assert table.read_bytes() == others + b"7 7 * * * later\n"


def test_a_crontab_without_a_last_line_end_is_not_spoilt(machine: Machine) -> None:
    table = machine.systems.folder / "crontab.txt"
    table.write_text("5 5 * * * mine")
    assert machine.schedule("install", "--system", "cron").code == 0
    assert "5 5 * * * mine\n# >>>" in table.read_text()


def test_half_of_our_lines_are_not_guessed_at(machine: Machine) -> None:
    table = machine.systems.folder / "crontab.txt"
    assert machine.schedule("install", "--system", "cron").code == 0
    table.write_text("\n".join(table.read_text().splitlines()[:-1]) + "\n5 5 * * * mine\n")
    cut = table.read_text()
    for words in (["install"], ["remove"]):
        assert machine.schedule(*words, "--system", "cron").code == 1
    assert table.read_text() == cut


@pytest.mark.parametrize(
    ("system", "call"),
    [("systemd", "enable"), ("systemd", "restart"), ("launchd", ""), ("task-scheduler", "/Create"), ("cron", "")],
)
def test_a_system_that_refuses_leaves_nothing_behind(machine: Machine, system: str, call: str) -> None:
    before = machine.left
    machine.systems.breaks("Access denied\n", call)
    failed = machine.schedule("install", "--system", system)
    assert failed.code == 1
    assert "Access denied" in failed.err
    assert "try: syncer schedule" in failed.err
    assert machine.left == before
    machine.systems.works()
    assert machine.schedule("install", "--system", system).code == 0


def test_a_refused_change_puts_the_former_units_back(machine: Machine) -> None:
    assert machine.schedule("install", "--system", "systemd").code == 0
    timer = machine.user / ".config" / "systemd" / "user" / "syncer-nightly.timer"
    before = timer.read_bytes()
    machine.systems.breaks("no\n", "restart")
    assert machine.schedule("install", "--system", "systemd", "--at", "05:00").code == 1
    assert timer.read_bytes() == before


def test_without_a_systemd_to_ask_the_timer_is_ready_for_its_next_start(machine: Machine) -> None:
    before = machine.left
    machine.systems.breaks("Failed to connect to bus: No medium found\n")
    done = machine.schedule("install", "--system", "systemd")
    assert done.code == 3
    assert "cannot be reached from here" in done.err
    assert "--system cron" in done.err
    units = machine.user / ".config" / "systemd" / "user"
    assert (units / "timers.target.wants" / "syncer-nightly.timer").resolve() == units / "syncer-nightly.timer"
    assert (units / "syncer-nightly.service").is_file()
    again = machine.schedule_json("install", "--system", "systemd")
    assert {act["kind"] for act in again.data["actions"]} == {"skip"}
    status = machine.schedule("status", "--system", "systemd")
    assert status.code == 0
    assert "systemd: installed" in status.out
    assert "cannot be reached" in status.err
    machine.systems.works()
    assert machine.schedule("install", "--system", "systemd").code == 0
    machine.systems.breaks("Failed to connect to bus: No medium found\n")
    (machine.systems.folder / "active").unlink()
    assert machine.schedule("remove", "--system", "systemd").code == 0
    assert machine.left == before


def test_units_go_even_when_systemd_is_not_there_to_hear_it(machine: Machine) -> None:
    before = machine.left
    assert machine.schedule("install", "--system", "systemd").code == 0
    machine.systems.breaks("Failed to connect to bus\n")
    done = machine.schedule("remove", "--system", "systemd")
    assert done.code == 0
    assert "Failed to connect to bus" in done.err
    (machine.systems.folder / "active").unlink()
    assert machine.left == before


def test_without_linger_it_says_so(machine: Machine) -> None:
    assert "linger" not in machine.schedule("install", "--system", "systemd").err
    (machine.systems.folder / "linger").write_text("Linger=no\n")
    assert "loginctl enable-linger" in machine.schedule("install", "--system", "systemd").err
    status = machine.schedule("status", "--system", "systemd")
    assert "loginctl enable-linger" in status.err
    assert "next run Mon 2026-11-23 03:30:00 CET" in status.out


def test_status_notices_what_has_changed_since(machine: Machine) -> None:
    assert machine.schedule("install", "--system", "systemd").code == 0
    assert machine.schedule_json("status").data["systems"]["systemd"]["current"] is True
    (machine.home / "config.toml").write_text('[nightly]\nat = "04:44"\n')
    changed = machine.schedule("status")
    assert "not what would be installed now: syncer schedule install" in changed.out
    (machine.systems.folder / "active").unlink()
    assert "not active" in machine.schedule("status").out


def test_without_a_name_remove_takes_everything_of_ours(machine: Machine) -> None:
    before = machine.left
    for system in ("systemd", "cron"):
        assert machine.schedule("install", "--system", system).code == 0
    assert machine.schedule("remove").code == 0
    assert machine.left == before
    assert machine.schedule("remove").out == "Nothing is installed.\n"


def test_the_time_zone_of_the_settings_decides(machine: Machine) -> None:
    printed = machine.schedule("--print", "--system", "systemd", SYNCER_TIMEZONE="Pacific/Auckland").out
    assert "OnCalendar=*-*-* 03:30:00 Pacific/Auckland\n" in printed
    told = machine.schedule("install", "--system", "systemd", SYNCER_TIMEZONE="Pacific/Auckland")
    assert "Every night at 03:30 (Pacific/Auckland)" in told.out
    assert "SYNCER_TIMEZONE is set in this shell only" in told.err


def test_who_installs_a_print_by_hand_hears_what_it_will_lack(machine: Machine) -> None:
    shell = {"SYNCER_STRAVA_CLIENT_ID": "4242", "SYNCER_STRAVA_CLIENT_SECRET": "secret-of-the-app"}
    printed = machine.schedule("--print", "--system", "systemd", **shell)
    assert "SYNCER_STRAVA_CLIENT_SECRET is set in this shell only" in printed.err
    assert "is set in this shell only" not in printed.out
    assert "secret-of-the-app" not in printed.out + printed.err
    there = machine.schedule("--print", "--system", "cron", SYNCER_TIMEZONE="Asia/Kolkata", TZ="UTC").out
    assert "\n0 22 * * * " in there


def test_secrets_of_this_shell_are_not_written_down(machine: Machine) -> None:
    done = machine.schedule(
        "install",
        "--system",
        "systemd",
        SYNCER_NOTIFY_PING_URL="https://ping.example/5ecret5ecret",
        HTTPS_PROXY="http://me:pa55word@proxy.example:3128",
    )
    assert done.code == 0
    written = "".join(file.read_text() for file in machine.user.rglob("*") if file.is_file())
    for secret in ("5ecret5ecret", "pa55word"):
        assert secret not in written + done.out + done.err
    assert "HTTPS_PROXY holds a password" in done.err


@pytest.mark.parametrize("at", ["25:00", "3.30", "noon", "03:30:00", "-1:00", ""])
def test_a_time_that_is_none_is_refused(machine: Machine, at: str) -> None:
    refused = machine.schedule("install", "--system", "cron", "--at", at)
    assert refused.code == (0 if at == "" else 2)


def test_a_system_that_this_machine_has_not_got(machine: Machine, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    machine.env["PATH"] = str(empty)
    for system, name in (("launchd", "launchctl"), ("task-scheduler", "schtasks"), ("cron", "crontab")):
        refused = machine.schedule("install", "--system", system)
        assert refused.code == 1
        assert f"{name} is not on this machine" in refused.err
        assert machine.schedule("remove", "--system", system).code == 0
    assert not [file for file in machine.user.rglob("*") if file.is_file()]
