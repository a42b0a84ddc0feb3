"""A systemd user timer: caught up after the machine was off, spread over some minutes, once the network is there.

The files' language: systemd.syntax(7), systemd.service(5) "COMMAND LINES", systemd.time(7).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from syncer.errors import ExitCode, SyncerError
from syncer.nightly.acts import Act, Standing, Text, foreign, own_content, removals, run, write
from syncer.nightly.job import DESCRIPTION, JITTER, LONGEST, MARK, Job
from syncer.nightly.programs import Programs

SERVICE = "syncer-nightly.service"
TIMER = "syncer-nightly.timer"
LINGER = "the timer waits while you are logged out; to have it run all the same: loginctl enable-linger"
UNREACHABLE = "your systemd cannot be reached from here, so it is not known whether the timer runs"
_ODD = frozenset("\"'\\")


class Systemd:
    """The timer and its service; what the methods give and raise is said in `Scheduler`.

    Args:
        units: where the user's own units live: ``~/.config/systemd/user``.
        stamps: where systemd keeps when a persistent timer last ran: ``~/.local/share/systemd/timers``.
        user: whose timer it is, for asking whether it runs while nobody is logged in; empty: do not ask.
    """

    name = "systemd"

    def __init__(self, units: Path, stamps: Path, user: str, programs: Programs) -> None:
        self._units = units
        self._wanted_by = units / "timers.target.wants" / TIMER
        self._stamp = stamps / f"stamp-{TIMER}"
        self._user = user
        self._programs = programs

    def texts(self, job: Job) -> tuple[Text, Text]:
        """The two unit files."""
        return Text(str(self._units / SERVICE), service(job)), Text(str(self._units / TIMER), timer(job))

    def install(self, job: Job) -> list[Act]:
        """Write the units, and start the timer.

        The user's systemd is not there in every shell (``su``, a container being built); then the link that makes it
        start the timer at its next start is all that can be done.
        """
        acts = [write(Path(text.name), text) for text in self.texts(job)]
        changed = any(act.kind == "write" for act in acts)
        shown = self._show(must=True)
        if not shown:
            linked = self._wanted_by.is_symlink()
            link = Act("link", str(self._wanted_by), str(self._units / TIMER))
            return [*acts, Act("skip", link.target, "is as it should be") if linked else link]
        changed = changed or self._outdated()
        if changed:
            acts.append(_systemctl("daemon-reload", "", "systemd reads its units again"))
        if changed or shown.get("ActiveState") != "active" or shown.get("UnitFileState") != "enabled":
            enable = _systemctl("enable", TIMER, "it starts by itself from now on")
            new = shown.get("UnitFileState") != "enabled"
            acts.append(replace(enable, undo=("systemctl", "--user", "disable", "--now", TIMER) if new else ()))
            acts.append(_systemctl("restart", TIMER, "it waits for its hour"))
        return acts

    def remove(self) -> list[Act]:
        """Stop the timer, and take away the units and whatever systemd keeps of them.

        Raises:
            SyncerError: ``schedule-foreign``, when a unit or its link is not syncer's.
        """
        wanted_by = self._wanted_by
        units = [self._units / name for name in (TIMER, SERVICE)]
        for path in units:
            own_content(path)  # not ours: not touched
        if wanted_by.is_symlink() and wanted_by.readlink().name != TIMER:
            raise foreign(str(wanted_by), "it leads to another unit")
        left = removals(wanted_by, self._stamp, *units)
        if not left:
            return [Act("skip", str(units[0]), "is not installed")]
        return [
            _systemctl("disable", "--now", "it starts no more", TIMER, must=False),
            *left,
            _systemctl("daemon-reload", "", "systemd forgets it", must=False),
        ]

    def standing(self, job: Job) -> Standing:
        """As the files and systemd say it."""
        found = [own_content(Path(text.name)) for text in self.texts(job)]
        if not any(found):
            return Standing(installed=False)
        shown = self._show()
        return Standing(
            installed=all(found),
            active=shown.get("ActiveState") == "active" if shown else None,
            current=found == [text.data for text in self.texts(job)],
            next_run=shown.get("NextElapseUSecRealtime", "").replace("n/a", ""),
            notes=self._linger() if shown else (UNREACHABLE,),
        )

    def notes(self) -> tuple[str, ...]:
        """What to know after installing."""
        return self._linger()

    def doubt(self) -> SyncerError | None:
        """The user's systemd does not answer here."""
        if self._show():
            return None
        return SyncerError(
            "schedule-unreachable",
            "your systemd cannot be reached from here, so the timer waits for its next start",
            why="that is when you log in; in a container, or without systemd, it may never be",
            hint="syncer schedule status after logging in, or syncer schedule install --system cron",
            exit_code=ExitCode.PARTIAL,
        )

    def _show(self, *, must: bool = False) -> dict[str, str]:
        """What systemd says of the timer; nothing when it cannot be asked.

        Raises:
            SyncerError: with ``must``, ``schedule-no-program``.
        """
        asked = ("ActiveState", "UnitFileState", "NextElapseUSecRealtime")
        try:
            answer = self._programs.run(("systemctl", "--user", "show", TIMER, f"--property={','.join(asked)}"))
        except SyncerError:
            if must:
                raise
            return {}
        pairs = (line.partition("=") for line in answer.out.splitlines() if "=" in line)
        return {} if answer.code else {key: value for key, _, value in pairs}

    def _outdated(self) -> bool:
        """Whether the units are others than those that systemd has read: a run was killed before it told systemd."""
        answer = self._programs.run(("systemctl", "--user", "show", TIMER, SERVICE, "--property=NeedDaemonReload"))
        return "NeedDaemonReload=yes" in answer.out.splitlines()

    def _linger(self) -> tuple[str, ...]:
        """User timers stop when the user logs out, unless the user lingers: loginctl(1)."""
        if not self._user:
            return ()
        try:
            answer = self._programs.run(("loginctl", "show-user", self._user, "--property=Linger"))
        except SyncerError:
            return ()
        if answer.code or answer.out.strip() != "Linger=no":
            return ()
        return (LINGER,)


def service(job: Job) -> str:
    """What the timer starts.

    Only those protections that work without root (systemd.exec(5) "user manager"), and none that would keep a
    configured password program from asking its agent.
    """
    lines = [
        f"# {MARK}",
        "[Unit]",
        f"Description={DESCRIPTION}",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={command(job.words)}",
        *(f"Environment={quoted(f'{name}={value}')}" for name, value in sorted(job.environment.items())),
        f"TimeoutStartSec={int(LONGEST.total_seconds() // 60)}m",
        "Nice=10",
        "UMask=0077",
        "NoNewPrivileges=yes",
        "LockPersonality=yes",
        "RestrictRealtime=yes",
        "RestrictSUIDSGID=yes",
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
        "SystemCallArchitectures=native",
    ]
    return "\n".join(lines) + "\n"


def timer(job: Job) -> str:
    """When."""
    zone = f" {job.zone}" if job.zone else ""
    lines = [
        f"# {MARK}",
        "[Unit]",
        f"Description={DESCRIPTION}",
        "",
        "[Timer]",
        f"OnCalendar=*-*-* {job.at}:00{zone}",
        "Persistent=true",
        f"RandomizedDelaySec={int(JITTER.total_seconds() // 60)}m",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"


def command(words: tuple[str, ...]) -> str:
    """A command line for ``ExecStart=``.

    The program's own path may hold no quote and no backslash, and ``$`` stands for itself there, but nowhere else.
    """
    program, *arguments = words
    if _ODD & set(program):
        return " ".join(('/bin/sh -c \'exec "$$0" "$$@"\'', *(_argument(word) for word in words)))
    return " ".join((quoted(program), *(_argument(word) for word in arguments)))


def quoted(text: str) -> str:
    """``text`` as one word; a percent sign begins a specifier, so it is doubled."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _argument(text: str) -> str:
    plain = text.isascii() and text.replace("-", "").isalnum()
    return text if plain else quoted(text).replace("$", "$$")


def _systemctl(verb: str, first: str, detail: str, *more: str, must: bool = True) -> Act:
    return run(["systemctl", "--user", verb, *([first] if first else []), *more], detail, must=must)
