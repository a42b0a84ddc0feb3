"""Every command with its sentence in ``--help``, in the groups and the order of ``--help``.

Importing a command's file registers it. Only the one that was asked for is imported, and ``--help`` needs none: the
sentences here are those of the commands, which a test compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module

# from the first day to the last corner
SECTIONS: Mapping[str, Mapping[str, str]] = {
    "To begin": {
        "init": "Set up syncer, or change how it is set up; leads through everything and checks each step.",
        "demo": "Show the whole job on a synthetic year, in a home of its own: seconds, no account, no network.",
        "doctor": "Look at everything that could stop tonight's run; changes nothing, asks nobody without --online.",
    },
    "Strength sessions": {
        "workout": "Workouts: list, show, check, build a FIT file.",
        "plan": "Which workout on which days; what became of it.",
        "push": "Put the next planned workout on the watch; pushing twice changes nothing.",
    },
    "Activities and the knee": {
        "auth": "Sign in to Garmin and Strava, and out again.",
        "sync": "Read what is new or has changed; goes on where the last run stopped.",
        "import": "Read a Strava or Garmin export (zip or folder), or FIT files; importing twice changes nothing.",
        "activities": "What was done, and from which recordings.",
        "pain": "Knee pain: how notes are read, corrections by hand.",
    },
    "What they say together": {
        "report": "Show a week: plan against done, runs and their pain, flags, evidence, and what is next.",
        "evidence": "Say what the data supports about skipped sessions and knee pain, and no more.",
    },
    "By itself, and your data": {
        "nightly": "Sync, match, push what is due, write the week's report, notify; what cron and timers run.",
        "schedule": "Have the nightly run started by itself: systemd, launchd, Task Scheduler or cron.",
        "db": "Your data: back up, restore, take along, delete.",
    },
}
COMMANDS = {name: sentence for section in SECTIONS.values() for name, sentence in section.items()}

# where a command's files are not called like it
_FILES = {"auth": ("auth", "auth_status"), "import": ("importing",)}


def register(names: Iterable[str] = tuple(COMMANDS)) -> None:
    """Import the files of these commands."""
    for name in names:
        for module in _FILES.get(name, (name,)):
            import_module(f"syncer.cli.{module}")
