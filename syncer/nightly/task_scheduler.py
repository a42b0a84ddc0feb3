"""A task for Windows' Task Scheduler: run as soon as possible after a missed start, once the network is there.

The format: https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema; the order of elements counts.
"""

from __future__ import annotations

import hashlib
import subprocess
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree  # only written here, never read
from xml.etree.ElementTree import Element, SubElement

from syncer.errors import SyncerError
from syncer.nightly.acts import Act, Standing, Text, foreign, removals, run
from syncer.nightly.job import DESCRIPTION, JITTER, LONGEST, MARK, Job, on_this_clock
from syncer.nightly.programs import Programs

TASK = "syncer nightly"
NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"


class TaskScheduler:
    r"""The task; what the methods give and raise is said in `Scheduler`.

    Args:
        user: ``DOMAIN\user``, or empty to let Windows fill it in.
        now: aware, in the machine's zone: a task knows no other.
        folder: where the task lies for the moment in which `schtasks` reads it.
    """

    name = "task-scheduler"

    def __init__(self, user: str, now: datetime, folder: Path, programs: Programs) -> None:
        self._file = folder / "syncer-nightly.xml"
        self._user = user
        self._now = now
        self._programs = programs

    def texts(self, job: Job) -> tuple[Text]:
        """The task as XML; `schtasks` wants UTF-16."""
        return (Text(f"{TASK}.xml", task(job, self._user, self._now), "utf-16"),)

    def install(self, job: Job) -> list[Act]:
        """Register the task."""
        there = self._own()
        if there and _fingerprint(job, self._user, self._now) in there:
            return [Act("skip", TASK, "is as it should be"), *removals(self._file)]
        words = ["schtasks", "/Create", "/TN", TASK, "/XML", str(self._file), "/F"]
        return [
            Act("write", str(self._file), "for schtasks to read", self.texts(job)[0].data),
            run(words, "changed" if there else "new"),
            Act("remove", str(self._file), "it has been read", must=False),
        ]

    def remove(self) -> list[Act]:
        """Delete the task."""
        if not self._own():
            return [Act("skip", TASK, "is not installed"), *removals(self._file)]
        return [run(["schtasks", "/Delete", "/TN", TASK, "/F"], "it starts no more"), *removals(self._file)]

    def standing(self, job: Job) -> Standing:
        """As Windows says it."""
        there = self._own()
        if not there:
            return Standing(installed=False)
        on = "<Enabled>false</Enabled>" not in there
        return Standing(True, on, _fingerprint(job, self._user, self._now) in there)

    def notes(self) -> tuple[str, ...]:
        """What to know after installing."""
        return ("the task runs while you are logged in; a missed start is caught up",)

    def doubt(self) -> None:
        """None: it has answered."""

    def _own(self) -> str:
        """The registered task's XML, or nothing.

        Raises:
            SyncerError: ``schedule-foreign``.
        """
        try:
            answer = self._programs.run(("schtasks", "/Query", "/TN", TASK, "/XML"))
        except SyncerError as error:
            if error.code == "schedule-no-program":
                return ""
            raise
        if answer.code:
            return ""
        shown = answer.out.replace("\0", "")
        if MARK not in shown:
            raise foreign(f"the task '{TASK}'", "syncer did not make it")
        return shown


def task(job: Job, user: str, now: datetime) -> str:
    """The task as XML."""
    top = _tree(job, user, now)
    about = top.find("RegistrationInfo/Description")
    assert about is not None  # noqa: S101  # `_tree` has just made it
    about.text = f"{DESCRIPTION}. {MARK} ({_fingerprint(job, user, now)})"
    ElementTree.indent(top)
    return '<?xml version="1.0" encoding="UTF-16"?>\n' + ElementTree.tostring(top, encoding="unicode") + "\n"


def _fingerprint(job: Job, user: str, now: datetime) -> str:
    """Windows rewrites what it is given, so the text cannot be compared; this stands in its description."""
    return hashlib.sha256(ElementTree.tostring(_tree(job, user, now))).hexdigest()[:12]


def _tree(job: Job, user: str, now: datetime) -> Element:
    hour, minute = on_this_clock(job, now)
    program, arguments = _command(job)
    top = Element("Task", version="1.2", xmlns=NAMESPACE)
    _with(SubElement(top, "RegistrationInfo"), {"Description": ""})
    trigger = SubElement(SubElement(top, "Triggers"), "CalendarTrigger")
    _with(trigger, {"StartBoundary": f"2026-01-01T{hour:02d}:{minute:02d}:00", "Enabled": "true"})
    _with(trigger, {"RandomDelay": f"PT{int(JITTER.total_seconds() // 60)}M"})
    _with(SubElement(trigger, "ScheduleByDay"), {"DaysInterval": "1"})
    principal = SubElement(SubElement(top, "Principals"), "Principal", id="Author")
    _with(principal, {**({"UserId": user} if user else {}), "LogonType": "InteractiveToken"})
    _with(principal, {"RunLevel": "LeastPrivilege"})
    _with(
        SubElement(top, "Settings"),
        {
            "MultipleInstancesPolicy": "IgnoreNew",
            "DisallowStartIfOnBatteries": "false",
            "StopIfGoingOnBatteries": "false",
            "StartWhenAvailable": "true",
            "RunOnlyIfNetworkAvailable": "true",
            "Enabled": "true",
            "ExecutionTimeLimit": f"PT{int(LONGEST.total_seconds() // 60)}M",
        },
    )
    action = SubElement(SubElement(top, "Actions", Context="Author"), "Exec")
    _with(action, {"Command": program, "Arguments": arguments})
    return top


def _command(job: Job) -> tuple[str, str]:
    """Program and arguments; a task has no variables of its own, so ``cmd`` sets them.

    Raises:
        SyncerError: ``schedule-odd-name``: ``cmd`` has no way to write a percent sign or a quote down.
    """
    program, *arguments = job.words
    if not job.environment:
        return program, subprocess.list2cmdline(arguments)
    sets = [f'set "{name}={value}"' for name, value in sorted(job.environment.items())]
    line = "&& ".join([*sets, subprocess.list2cmdline([program, *arguments])])
    for text in (*job.words, *job.environment.values()):
        if "%" in text or '"' in text:
            raise SyncerError(
                "schedule-odd-name",
                f"{text} cannot be written into a task",
                why="Windows' cmd has no way to write a percent sign or a quote down",
                hint="move it to a folder with a plain name, then syncer schedule install",
                item=text,
            )
    return "cmd.exe", f'/d /s /c "{line}"'


def _with(parent: Element, children: dict[str, str]) -> None:
    for name, text in children.items():
        SubElement(parent, name).text = text
