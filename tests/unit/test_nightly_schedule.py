"""What each system is given: read back by that system's own rules."""

from __future__ import annotations

import os
import plistlib
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import SyncerError
from syncer.nightly.cron import block
from syncer.nightly.job import MARK, Job, on_this_clock, require_writable
from syncer.nightly.launchd import agent
from syncer.nightly.surroundings import carried, carried_notes, program, program_notes, secret_notes, systems
from syncer.nightly.systemd import command, quoted, service, timer
from syncer.nightly.task_scheduler import NAMESPACE, task

NOW = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
ODD = '/home/a b/100%/it\'s $HOME "q" \\ é;#/syncer'
JOB = Job((ODD, "--config", "/etc/my $conf 5%.toml", "nightly"), 3, 30, {"SYNCER_HOME": '/data/50% "x" $y'}, "")
PLAIN = Job(("/usr/bin/syncer", "nightly"), 3, 30)
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine"
)


def systemd_words(line: str) -> list[str]:
    """A command line as systemd.service(5) and systemd.syntax(7) read it; written for the test alone."""
    words: list[str] = []
    for number, match in enumerate(re.finditer(r"\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|(\S+)", line)):
        word = next(part for part in match.groups() if part is not None)
        word = re.sub(r"\\(.)", r"\1", word).replace("%%", "%")
        words.append(word if number == 0 else word.replace("$$", "$"))
    return words


@given(st.lists(NAMES, max_size=4), NAMES)
def test_systemd_reads_every_word_as_it_was_meant(arguments: list[str], name: str) -> None:
    words = (f"/opt/{name}", *arguments)
    read = systemd_words(command(words))
    if read[0] == "/bin/sh":
        assert read[1:3] == ["-c", 'exec "$0" "$@"']
        read = read[3:]
    assert tuple(read) == words


def test_the_shell_that_stands_in_for_an_odd_path_starts_the_program(tmp_path: Path) -> None:
    script = tmp_path / 'a "b" \\c' / "syncer"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    script.chmod(0o755)
    words = systemd_words(command((str(script), "--config", "x $y", "nightly")))
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "--config\nx $y\nnightly\n"


@needs_systemd
@pytest.mark.parametrize("folder", ["plain", "with space", "100%h", "$HOME", 'a "quote"', "it's", "back\\slash", "é;#"])
def test_systemd_itself_has_nothing_to_say_against_the_units(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder
    place.mkdir()
    run, units = tmp_path / "run", tmp_path / "units"
    run.mkdir(mode=0o700)
    units.mkdir()
    program_ = place / "syncer"
    program_.write_text("#!/bin/sh\n")
    program_.chmod(0o755)
    job = Job((str(program_), "--config", str(place / "c.toml"), "nightly"), 3, 30, {"SYNCER_HOME": str(place)})
    (units / "syncer-nightly.service").write_text(service(job))
    (units / "syncer-nightly.timer").write_text(timer(job))

    def verify(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["systemd-analyze", "verify", "--user", "--man=no", str(units / name)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "XDG_RUNTIME_DIR": str(run), "LC_ALL": "C"},
        )

    for name in ("syncer-nightly.service", "syncer-nightly.timer"):
        done = verify(name)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    # the check would notice a path that systemd reads in another way
    if "quote" not in folder and folder not in ("it's", "back\\slash"):
        program_.unlink()
        assert verify("syncer-nightly.service").returncode != 0


@needs_systemd
def test_systemd_knows_the_hour_in_the_runners_zone() -> None:
    calendar = re.search(r"OnCalendar=(.*)", timer(Job(PLAIN.words, 3, 30, {}, "Pacific/Auckland")))
    assert calendar
    done = subprocess.run(
        ["systemd-analyze", "calendar", "--base-time=2026-11-16 12:00 UTC", calendar[1]],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TZ": "UTC"},
    )
    assert "2026-11-16 14:30:00 UTC" in done.stdout


def test_the_units_promise_what_the_issue_asks() -> None:
    unit, when = service(PLAIN), timer(PLAIN)
    assert "OnCalendar=*-*-* 03:30:00\n" in when
    assert "Persistent=true\n" in when
    assert "RandomizedDelaySec=20m\n" in when
    assert "WantedBy=timers.target\n" in when
    assert "Type=oneshot\n" in unit
    assert "Wants=network-online.target\nAfter=network-online.target\n" in unit
    assert 'ExecStart="/usr/bin/syncer" nightly\n' in unit
    assert "NoNewPrivileges=yes\n" in unit
    assert MARK in unit
    assert MARK in when


def test_a_systemd_value_has_no_specifier_left() -> None:
    assert quoted('SYNCER_HOME=/a b/50%h "q"') == '"SYNCER_HOME=/a b/50%%h \\"q\\""'


def test_launchd_reads_the_agent() -> None:
    text = agent(JOB, NOW)
    assert MARK in text
    read = plistlib.loads(text.encode())
    assert read["ProgramArguments"] == list(JOB.words)
    assert read["EnvironmentVariables"] == dict(JOB.environment)
    assert read["StartCalendarInterval"] == {"Hour": 3, "Minute": 30}
    assert "EnvironmentVariables" not in plistlib.loads(agent(PLAIN, NOW).encode())


def test_task_scheduler_reads_the_task() -> None:
    top = ElementTree.fromstring(task(PLAIN, "HOME\\runner", NOW).encode("utf-16"))
    at = {"t": NAMESPACE}

    def said(path: str) -> str | None:
        found = top.find(path, at)
        return None if found is None else found.text

    assert said("t:Actions/t:Exec/t:Command") == "/usr/bin/syncer"
    assert said("t:Actions/t:Exec/t:Arguments") == "nightly"
    assert said("t:Settings/t:StartWhenAvailable") == "true"
    assert said("t:Settings/t:DisallowStartIfOnBatteries") == "false"
    assert str(said("t:Triggers/t:CalendarTrigger/t:StartBoundary")).endswith("T03:30:00")
    assert said("t:Triggers/t:CalendarTrigger/t:RandomDelay") == "PT20M"
    assert said("t:Principals/t:Principal/t:UserId") == "HOME\\runner"
    assert MARK in str(said("t:RegistrationInfo/t:Description"))
    # the schema is a sequence: https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema
    order = [child.tag.rpartition("}")[2] for child in top]
    assert order == ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]


def test_a_task_with_variables_sets_them_first_and_refuses_what_cmd_cannot_write() -> None:
    job = Job((r"C:\Program Files\syncer.exe", "nightly"), 3, 30, {"SYNCER_HOME": r"D:\my data"})
    text = task(job, "", NOW)
    assert "<Command>cmd.exe</Command>" in text
    wanted = r'/d /s /c "set "SYNCER_HOME=D:\my data"&amp;&amp; "C:\Program Files\syncer.exe" nightly"'
    assert f"<Arguments>{wanted}</Arguments>" in text
    with pytest.raises(SyncerError, match="cannot be written into a task"):
        task(Job(job.words, 3, 30, {"SYNCER_HOME": r"D:\100%"}), "", NOW)


def test_a_shell_reads_the_crontab_line_as_it_was_meant(tmp_path: Path) -> None:
    script = tmp_path / "it's 5% $HOME" / "syncer"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\nprintf "%s\\n" "$SYNCER_HOME" "$@"\n')
    script.chmod(0o755)
    job = Job((str(script), "--config", "a %H b", "nightly"), 3, 30, {"SYNCER_HOME": "/x y/50%'"})
    lines = block(job, NOW).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("30 3 * * * ")
    fields, line = lines[1][:11], lines[1][11:]
    assert fields == "30 3 * * * "
    # crontab(5): an unescaped % ends the command
    assert not re.search(r"(?<!\\)%", line)
    done = subprocess.run(["/bin/sh", "-c", line.replace(r"\%", "%")], capture_output=True, text=True, check=True)
    assert done.stdout == "/x y/50%'\n--config\na %H b\nnightly\n"


@pytest.mark.parametrize("name", ["/a\nb/syncer", "/a\x7f/syncer", "/a\udcff/syncer", "/a\tb/syncer"])
def test_a_name_that_would_break_the_file_is_refused(name: str) -> None:
    with pytest.raises(SyncerError) as refused:
        require_writable(Job((name, "nightly"), 3, 30))
    assert refused.value.code == "schedule-odd-name"
    assert refused.value.message.isascii()
    with pytest.raises(SyncerError):
        require_writable(Job(("/syncer",), 3, 30, {"SYNCER_HOME": name}))


def test_systems_with_one_clock_get_the_hour_on_that_clock() -> None:
    here = NOW.astimezone(timezone(timedelta(hours=-5)))
    assert on_this_clock(Job(PLAIN.words, 3, 30, {}, "Europe/Berlin"), here) == (21, 30)
    assert on_this_clock(Job(PLAIN.words, 3, 30, {}, "Asia/Kolkata"), here) == (17, 0)
    assert on_this_clock(PLAIN, here) == (3, 30)


def test_the_program_is_named_by_its_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tmp_path / "venv" / "syncer"
    real.parent.mkdir()
    real.write_text("")
    real.chmod(0o755)
    link = tmp_path / "bin" / "syncer"
    link.parent.mkdir()
    link.symlink_to(real)
    assert program(str(link), "/py") == (str(link),)
    monkeypatch.chdir(tmp_path)
    assert program("venv/syncer", "/py") == (str(real),)
    monkeypatch.setenv("PATH", str(link.parent))
    assert program("syncer", "/py") == (str(link),)
    assert program("/gone/syncer", "/usr/bin/python3") == ("/usr/bin/python3", "-m", "syncer")
    assert program("/x/syncer/__main__.py", "/usr/bin/python3") == ("/usr/bin/python3", "-m", "syncer")


def test_a_program_in_a_cache_is_pointed_out() -> None:
    assert program_notes(("/home/u/.cache/uv/archive-v0/abc/bin/syncer",))
    assert not program_notes(("/home/u/.local/bin/syncer",))


def test_only_what_places_and_networks_need_is_written_down() -> None:
    shell = {
        "SYNCER_HOME": "data",
        "SYNCER_STRAVA_CLIENT_SECRET": "s3cret",
        "HTTPS_PROXY": "http://proxy.example:3128",
        "http_proxy": "http://user:pass@proxy.example:3128",
        "REQUESTS_CA_BUNDLE": "/etc/ca.pem",
        "XDG_DATA_HOME": "/xdg",
        "PATH": "/bin",
    }
    kept = carried(shell, Path("/abs/data"))
    assert kept == {
        "SYNCER_HOME": "/abs/data",
        "HTTPS_PROXY": "http://proxy.example:3128",
        "REQUESTS_CA_BUNDLE": "/etc/ca.pem",
    }
    notes = " ".join(carried_notes(shell))
    assert "SYNCER_STRAVA_CLIENT_SECRET" in notes
    assert "http_proxy holds a password" in notes
    assert "s3cret" not in notes
    assert "pass@" not in notes
    assert carried({"XDG_DATA_HOME": "/xdg", "XDG_STATE_HOME": ""}, Path("/x")) == {"XDG_DATA_HOME": "/xdg"}


def test_a_secret_that_the_night_will_miss_is_pointed_out() -> None:
    assert secret_notes("notify.urls", "MY_TOKEN", ())
    assert secret_notes("notify.urls", "", ("no-such-program-anywhere", "x"))
    assert not secret_notes("notify.urls", "", ("/opt/bin/pass", "x"))
    assert not secret_notes("notify.urls", "", ("sh", "-c", "echo"))
    assert not secret_notes("notify.urls", "", ())


def test_each_platform_has_its_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert systems("Linux") == ("cron",)
    (tmp_path / "systemctl").write_text("#!/bin/sh\n")
    (tmp_path / "systemctl").chmod(0o755)
    assert systems("Linux") == ("systemd", "cron")
    assert systems("Darwin")[0] == "launchd"
    assert systems("Windows") == ("task-scheduler",)
    assert systems("FreeBSD") == ("cron",)
