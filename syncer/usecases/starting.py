"""The first run's answers: read as people give them, and checked at once."""

from __future__ import annotations

import difflib
import sqlite3
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from syncer.domain.plan import PlanRule
from syncer.errors import SyncerError, UsageError
from syncer.store.plans import Plans
from syncer.typed_path import expanded
from syncer.usecases.plan_changes import rules_on, set_plan

USB, CONNECT = "usb", "connect"
USUAL_DAYS = (0, 2, 4)
USUAL_WORKOUT = "lateral-band-walk"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where workouts go, and whether that works now. ``problem``: why it does not."""

    to: str
    message: str = ""
    problem: SyncerError | None = None


def read_zone(text: str) -> str:
    """A time zone's name: ``Europe/Berlin``, however it is capitalised, or its city alone where there is one such.

    Raises:
        UsageError: there is no such zone; says what was probably meant.
    """
    known = zoneinfo.available_timezones()
    wanted = text.strip().replace(" ", "_").casefold()
    exact = [name for name in known if name.casefold() == wanted]
    cities = [name for name in known if name.casefold().rpartition("/")[2] == wanted and not name.startswith("posix")]
    found = exact or cities
    if len(found) == 1:
        return found[0]
    near = sorted(found) or difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    near = near or [name for name in sorted(known) if wanted and wanted in name.casefold()][:3]
    raise UsageError(
        "unknown-zone",
        f"there is no time zone '{text.strip()}'",
        hint=f"did you mean {' or '.join(near[:3])}?" if near else "a zone like Europe/Berlin or America/Denver",
    )


def zone_name(zone: tzinfo) -> str:
    """A zone's name where it has one: not every system tells more than an offset."""
    return str(getattr(zone, "key", ""))


def read_units(text: str) -> str:
    """``metric`` or ``imperial``, or as many of their letters as it takes.

    Raises:
        UsageError: neither.
    """
    word = text.strip().lower()
    for name, others in {"metric": ("km",), "imperial": ("mi", "miles")}.items():
        if word and (name.startswith(word) or word in others):
            return name
    raise UsageError("unknown-units", f"'{text.strip()}' is neither metric nor imperial", hint="metric or imperial")


def read_target(text: str) -> str:
    """Where workouts go: ``usb``, ``connect``, or a folder that exists, as an absolute path.

    Raises:
        SyncerError: it is no folder that files can be put into.
    """
    from syncer.delivery.usb import target_at

    word = text.strip()
    if word.lower() in (USB, CONNECT):
        return word.lower()
    folder = expanded(word).absolute()
    target_at(folder)
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        raise UsageError(
            "odd-folder",
            "this folder's name is not UTF-8 and cannot be kept in a settings file",
            hint="name a folder whose name is plain text, or usb, or connect",
        ) from None
    return str(folder)


def look_at_delivery(to: str, system: str, environment: Mapping[str, str]) -> Delivery:
    """Look where ``to`` leads: for a watch, or at the folder.

    Args:
        to: a setting's value: ``usb``, ``connect`` or a folder.
        system: as `platform.system` names it.
        environment: where drives are mounted may depend on it.
    """
    from syncer.delivery.usb import mount_roots, require_watches, target_at

    if to == CONNECT:
        return Delivery(to, "Workouts go to Garmin Connect's calendar, and from there to the watch.")
    try:
        if to == USB:
            names = ", ".join(target.name for target in require_watches(system, mount_roots(system, environment)))
            return Delivery(to, f"Found a watch: {names}.")
        target = target_at(Path(to))
    except SyncerError as error:
        return Delivery(to, problem=error)
    return Delivery(to, f"Workouts go to {target.folder}.")


def current_plan(connection: sqlite3.Connection, today: date) -> tuple[PlanRule, ...]:
    """What is planned now; empty where nothing is."""
    return tuple(rule for rule in rules_on(Plans(connection).rules(), today) if rule.weekdays)


def start_plan(
    connection: sqlite3.Connection, weekdays: tuple[int, ...], workout: str, today: date, now: datetime
) -> bool:
    """Plan ``workout`` on ``weekdays`` from today on, unless that is the plan already; whether it was news."""
    before = current_plan(connection, today)
    same = [(rule.weekdays, rule.workout) for rule in before] == ([(weekdays, workout)] if weekdays else [])
    if same:
        return False
    level = next((rule.level for rule in before if rule.workout == workout), None)
    set_plan(connection, PlanRule(today, weekdays, workout, level), now, today=today, add=False)
    return True
