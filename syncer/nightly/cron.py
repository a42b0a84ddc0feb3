"""A line in the user's crontab, for systems with nothing better: a machine that is off at that hour skips the night.

Between two marks of ours; every other byte of the crontab stays as it is (crontab(5)).
"""

from __future__ import annotations

import shlex
from datetime import datetime

from syncer.errors import SyncerError
from syncer.nightly.acts import Act, Standing, Text, foreign, run
from syncer.nightly.job import MARK, Job, on_this_clock
from syncer.nightly.programs import Programs

BEGIN = f"# >>> syncer nightly >>> {MARK}"
END = "# <<< syncer nightly <<<"
_TAB = "the crontab"


class Cron:
    """The line; what the methods give and raise is said in `Scheduler`.

    Args:
        now: aware, in the machine's zone: not every cron knows another.
    """

    name = "cron"

    def __init__(self, now: datetime, programs: Programs) -> None:
        self._now = now
        self._programs = programs

    def texts(self, job: Job) -> tuple[Text]:
        """Our lines."""
        return (Text("crontab", block(job, self._now)),)

    def install(self, job: Job) -> list[Act]:
        """Add the line, or replace the former one where it stands."""
        before = self._read()
        head, ours, tail = _split(before)
        wanted = block(job, self._now)
        if ours == wanted:
            return [Act("skip", _TAB, "is as it should be")]
        if head and not head.endswith("\n"):
            head += "\n"
        detail = f"{'changed' if ours else 'new'}: {wanted.splitlines()[1]}"
        return [run(["crontab", "-"], detail, stdin=head + wanted + tail)]

    def remove(self) -> list[Act]:
        """Take the line away; a crontab that held nothing else goes with it."""
        head, ours, tail = _split(self._read())
        if not ours:
            return [Act("skip", _TAB, "holds no line of ours")]
        rest = head + tail
        if not rest.strip():
            return [run(["crontab", "-r"], "it held only our line")]
        return [run(["crontab", "-"], "our line goes", stdin=rest)]

    def standing(self, job: Job) -> Standing:
        """As the crontab says it; whether cron itself runs cannot be asked."""
        _, ours, _ = _split(self._read())
        return Standing(bool(ours), None, not ours or ours == block(job, self._now))

    def notes(self) -> tuple[str, ...]:
        """What to know after installing."""
        return ("cron skips the night when the machine is off or asleep at that hour",)

    def doubt(self) -> None:
        """None: it has answered."""

    def _read(self) -> str:
        try:
            answer = self._programs.run(("crontab", "-l"))
        except SyncerError as error:
            if error.code == "schedule-no-program":
                return ""
            raise
        if answer.code and "no crontab" not in answer.err.lower() and answer.err.strip():
            raise SyncerError(
                "schedule-failed",
                "the crontab cannot be read",
                why=answer.err.strip().splitlines()[0],
                hint="syncer schedule --print --system cron",
            )
        return "" if answer.code else answer.out


def block(job: Job, now: datetime) -> str:
    """Our three lines."""
    hour, minute = on_this_clock(job, now)
    sets = [f"{name}={shlex.quote(value)}" for name, value in sorted(job.environment.items())]
    # in a crontab an unescaped percent sign is a line end, also between quotes
    command = " ".join([*sets, *(shlex.quote(word) for word in job.words)]).replace("%", r"\%")
    return f"{BEGIN}\n{minute} {hour} * * * {command}\n{END}\n"


def _split(text: str) -> tuple[str, str, str]:
    """What stands before our lines, they, and what stands after.

    Raises:
        SyncerError: ``schedule-foreign`` when somebody has cut our lines in half.
    """
    begins, ends = text.count(BEGIN), text.count(END)
    if not begins and not ends:
        return text, "", ""
    if begins != 1 or ends != 1 or text.index(END) < text.index(BEGIN):
        raise foreign("a part of our lines in the crontab", "the marks around them do not match")
    head, _, rest = text.partition(BEGIN)
    inner, _, tail = rest.partition(END)
    return head, f"{BEGIN}{inner}{END}\n", tail.removeprefix("\n")
