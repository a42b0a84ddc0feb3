"""Everything that could stop tonight's run, looked at one by one, each with its cure. Nothing is changed here."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from syncer.errors import ExitCode, SyncerError
from syncer.store.database import loose_modes
from syncer.store.examination import Examination
from syncer.store.runs import Run

MB = 1_000_000
# bytes; a year of activities with payloads takes tens of megabytes, and a backup as much again
TOO_LITTLE, LITTLE = 50 * MB, 500 * MB
# a night a day, with half a day of grace for a machine that slept
GOOD_NIGHT = timedelta(hours=36)
PRIVATE = 0o077


class State(StrEnum):
    """How it stands: well, worth knowing, or in the way."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``hint``: what cures it."""

    name: str
    state: State
    message: str
    hint: str = ""


def failed(name: str, error: SyncerError, state: State = State.FAIL) -> Check:
    """An error as a check."""
    return Check(name, state, ": ".join(part for part in (error.message, error.why) if part), error.hint)


def check_config(file: Path, *, found: bool, holds_secret: bool) -> Check:
    """The settings file, which was read without an error.

    Args:
        found: there is one; without one the defaults hold.
        holds_secret: a secret stands in it as plain text.
    """
    if not found:
        return Check("config", State.WARN, f"there is no {file}; the defaults hold", "syncer init")
    if os.name == "posix":
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o022:
            return Check("config", State.WARN, f"others may change {file}", f"chmod 600 {file}")
        if holds_secret and mode & PRIVATE:
            return Check("config", State.WARN, f"others may read {file}, and it holds a secret", f"chmod 600 {file}")
    return Check("config", State.OK, str(file))


def check_folder(name: str, folder: Path) -> Check:
    """A folder that the night writes into; it is made when it is missing."""
    there = folder
    while not os.path.lexists(there) and there != there.parent:
        there = there.parent
    if not there.is_dir():
        return Check(name, State.FAIL, f"{there} is not a folder", f"move it away: {there}")
    if not os.access(there, os.W_OK | os.X_OK):
        return Check(name, State.FAIL, f"{there} cannot be written", f"make it yours: chown {there}")
    return Check(name, State.OK, str(folder) if there == folder else f"{folder} is made when it is needed")


def free_space(folder: Path) -> int:
    """Bytes that are free where ``folder`` is or will be."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def check_space(free: int) -> Check:
    """Disk space, in bytes."""
    text = f"{free / MB / 1000:.1f} GB free" if free >= 1000 * MB else f"{free // MB} MB free"
    if free < TOO_LITTLE:
        return Check("disk space", State.FAIL, f"only {text}", "free some space")
    return Check("disk space", State.WARN if free < LITTLE else State.OK, text, "" if free >= LITTLE else "free some")


def check_database(path: Path, found: Examination | None) -> Check:
    """The database's health, mark, schema and permissions."""
    name = "database"
    if found is None:
        return Check(name, State.OK, f"{path} is made by the first run")
    if found.refusal:
        return failed(name, found.refusal)
    if not found.ours and found.version:
        return Check(name, State.FAIL, f"{path} is another program's database", "move it away")
    if found.version > found.newest:
        return Check(name, State.FAIL, f"{path} was written by a newer syncer", "upgrade syncer")
    loose = loose_modes(path)
    if loose:
        return Check(name, State.WARN, f"others may read {loose[0]}", f"chmod 600 {' '.join(map(str, loose))}")
    schema = f"schema {found.version}" if found.version == found.newest else "its schema is renewed by the next run"
    return Check(name, State.OK, f"{path}, whole, {schema}")


def check_clock(now: datetime, newest: datetime | None, *, built: int = 2026) -> Check:
    """The machine's clock: not before this program, nor before what it has written itself.

    Args:
        newest: the start of the newest run.
        built: a year in which this program existed.
    """
    cure = "set the clock; timedatectl shows whether it follows the network's"
    if now.year < built:
        return Check("clock", State.FAIL, f"this machine says that it is {now:%Y}", cure)
    if newest is not None and newest - now > timedelta(hours=1):
        return Check("clock", State.FAIL, f"a run began on {newest:%Y-%m-%d %H:%M} UTC, which is still to come", cure)
    return Check("clock", State.OK, f"{now:%Y-%m-%d %H:%M %Z}")


def check_zone(name: str, now: datetime) -> Check:
    """The runner's time zone; ``name`` is empty where the machine's own is used. ``now`` is in that zone."""
    if name:
        return Check("time zone", State.OK, name)
    if now.tzname() == "UTC":
        return Check(
            "time zone",
            State.WARN,
            "this machine's, UTC, which may not be yours",
            "syncer init --timezone Europe/Berlin",
        )
    return Check("time zone", State.OK, f"this machine's, {now.tzname()}")


def check_delivery(to: str, message: str, problem: SyncerError | None, *, garmin: bool) -> Check:
    """Where workouts go.

    Args:
        message: what was found there; ``problem``: what is in the way.
        garmin: somebody is signed in to Garmin.
    """
    if to == "connect" and not garmin:
        return Check(
            "delivery", State.FAIL, "workouts go to Garmin Connect, but nobody is signed in", "syncer auth garmin"
        )
    if problem is None:
        return Check("delivery", State.OK, message)
    if problem.exit_code is ExitCode.NO_WATCH:
        return Check("delivery", State.WARN, "no watch is connected", "plug it in before: syncer push")
    return failed("delivery", problem)


def check_templates(broken: Sequence[SyncerError], planned: Sequence[str], known: Iterable[str]) -> list[Check]:
    """The runner's templates, and those that the plan names.

    Args:
        broken: the errors of those that cannot be read.
        planned: the workouts of the present plan.
        known: the templates that can be read.
    """
    there = set(known)
    lost = [slug for slug in planned if slug not in there]
    found = [failed("templates", error, State.FAIL if lost else State.WARN) for error in broken]
    if lost and not broken:
        found.append(
            Check("templates", State.FAIL, f"the plan names '{lost[0]}', which is not there", "syncer plan set")
        )
    if not planned:
        found.append(Check("plan", State.WARN, "no band walks are planned", "syncer plan set --days mon,wed,fri"))
    return found or [Check("templates", State.OK, f"{len(there)} workouts, {', '.join(planned)} planned")]


def check_night(runs: Sequence[Run], last_good: datetime | None, now: datetime, *, timer: bool) -> list[Check]:
    """The last good night.

    Args:
        runs: the newest nightly runs, newest first.
        last_good: when one last ended with 0.
        timer: the nightly run is installed; without, and without a run, there is nothing to expect.
    """
    name = "last night"
    if last_good is not None:
        shown = f"{last_good.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
        if now - last_good <= GOOD_NIGHT:
            return [Check(name, State.OK, f"the last good one ended {shown}")]
        cure = "syncer nightly -v" if timer else "syncer schedule install"
        return [Check(name, State.FAIL, f"the last good one was {shown}, more than 36 hours ago", cure)]
    if runs:
        how = f"the last ended with {runs[0].exit_code}" if runs[0].finished_at else "the last was cut off"
        return [Check(name, State.FAIL, f"no night has ended well yet; {how}", "syncer nightly -v")]
    return [Check(name, State.OK, "the first one is still to come")] if timer else []
