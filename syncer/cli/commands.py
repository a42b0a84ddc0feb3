"""Every command: the files that hold it, and its sentence in ``--help``. The order is that of ``--help``.

Importing a file registers its commands. Only the one that was asked for is imported, and ``--help`` needs none: the
sentences here are those of the commands, which a test compares.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

# from the first day to the last corner
COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
    "init": (("init",), "Set up syncer, or change how it is set up; leads through everything and checks each step."),
    "demo": (
        ("demo",),
        "Show the whole job on a synthetic year, in a home of its own: seconds, no account, no network.",
    ),
    "doctor": (
        ("doctor",),
        "Look at everything that could stop tonight's run; changes nothing, and asks nobody without --online.",
    ),
    "workout": (("workout",), "Workouts: list, show, check, build a FIT file."),
    "plan": (("plan",), "Which workout on which days; what became of it."),
    "push": (("push",), "Put the next planned workout on the watch; pushing twice changes nothing."),
    "auth": (("auth", "auth_status"), "Sign in to Garmin and Strava, and out again."),
    "sync": (("sync",), "Read what is new or has changed; goes on where the last run stopped."),
    "import": (
        ("importing",),
        "Read a Strava or Garmin export (zip or folder), or FIT files; importing twice changes nothing.",
    ),
    "activities": (("activities",), "What was done, and from which recordings."),
    "pain": (("pain",), "Knee pain: how notes are read, corrections by hand."),
    "report": (("report",), "Show a week: plan against done, runs and their pain, flags, evidence, and what is next."),
    "evidence": (("evidence",), "Say what the data supports about skipped sessions and knee pain, and no more."),
    "nightly": (
        ("nightly",),
        "Sync, match, push what is due, write the week's report, notify; what cron and timers run.",
    ),
    "schedule": (("schedule",), "Have the nightly run started by itself: systemd, launchd, Task Scheduler or cron."),
    "db": (("db",), "Your data: back up, restore, take along, delete."),
}


def register(names: Iterable[str] = tuple(COMMANDS)) -> None:
    """Import the files of these commands."""
    for name in names:
        for module in COMMANDS[name][0]:
            import_module(f"syncer.cli.{module}")
