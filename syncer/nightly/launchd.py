"""A launchd agent on a Mac: started at its hour, or on waking up when the Mac slept through it (launchd.plist(5))."""

from __future__ import annotations

import plistlib
from datetime import datetime
from pathlib import Path

from syncer.errors import SyncerError
from syncer.nightly.acts import Act, Standing, Text, own_content, removals, run, write
from syncer.nightly.job import MARK, Job, on_this_clock
from syncer.nightly.programs import Programs

LABEL = "local.syncer.nightly"


class Launchd:
    """The agent; what the methods give and raise is said in `Scheduler`.

    Args:
        agents: where the user's own agents live: ``~/Library/LaunchAgents``.
        uid: the user's number.
        now: aware, in the machine's zone: launchd knows no other.
    """

    name = "launchd"

    def __init__(self, agents: Path, uid: int, now: datetime, programs: Programs) -> None:
        self._file = agents / f"{LABEL}.plist"
        self._domain = f"gui/{uid}"
        self._now = now
        self._programs = programs

    def texts(self, job: Job) -> tuple[Text]:
        """The property list."""
        return (Text(str(self._file), agent(job, self._now)),)

    def install(self, job: Job) -> list[Act]:
        """Write the property list and load it."""
        written = write(self._file, *self.texts(job))
        loaded = self._loaded()
        if written.kind == "skip" and loaded:
            return [written]
        start = ["launchctl", "bootstrap", self._domain, str(self._file)]
        # launchd keeps what it has read, so a changed one has to be taken out; and first, so that a run which is
        # killed before the new one is loaded does not leave the former one to be taken for it
        old = run(["launchctl", "bootout", f"{self._domain}/{LABEL}"], "the former one goes", must=False, undo=start)
        # the former one may take a moment to go, and until then launchd refuses the new one
        return [*([old] if loaded else []), written, run(start, "it waits for its hour", tries=4)]

    def remove(self) -> list[Act]:
        """Unload it and take the file away."""
        there, loaded = own_content(self._file) is not None, self._loaded()
        if not there and not loaded:
            return [Act("skip", str(self._file), "is not installed"), *removals(self._file)]
        out = run(["launchctl", "bootout", f"{self._domain}/{LABEL}"], "it starts no more", must=False)
        return [*([out] if loaded else []), *removals(self._file)]

    def standing(self, job: Job) -> Standing:
        """As the file and launchd say it."""
        there = own_content(self._file)
        return Standing(there is not None, self._loaded(), there is None or there == self.texts(job)[0].data)

    def notes(self) -> tuple[str, ...]:
        """What to know after installing."""
        return ("a Mac that is switched off at that hour skips the night; one that sleeps catches up when it wakes",)

    def doubt(self) -> None:
        """None: it has answered."""

    def _loaded(self) -> bool:
        try:
            return self._programs.run(("launchctl", "print", f"{self._domain}/{LABEL}")).code == 0
        except SyncerError:
            return False


def agent(job: Job, now: datetime) -> str:
    """The property list as XML."""
    hour, minute = on_this_clock(job, now)
    values = {
        "Label": LABEL,
        "ProgramArguments": list(job.words),
        "EnvironmentVariables": dict(sorted(job.environment.items())),
        "StartCalendarInterval": {"Hour": hour, "Minute": minute},
        "ProcessType": "Background",
        "Umask": 0o077,
    }
    if not job.environment:
        del values["EnvironmentVariables"]
    text = plistlib.dumps(values, sort_keys=False).decode()
    head, _, rest = text.partition("<plist")
    return f"{head}<!-- {MARK} -->\n<plist{rest}"
