"""The whole main job on a synthetic year: the exports are made up, all that follows is what real use does."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

from syncer.correlate.view import WeeklyReport
from syncer.delivery.usb import target_at
from syncer.demo import garmin_export, story, strava_export, watch
from syncer.demo.practice import practise
from syncer.demo.story import Year
from syncer.domain.plan import PlanRule, Reason
from syncer.domain.week import Week
from syncer.store.activities import Activities
from syncer.store.database import transaction
from syncer.store.plans import Plans
from syncer.store.runs import RunSource
from syncer.usecases.demo_place import DemoPlace
from syncer.usecases.importing import Imported, Tell, import_path
from syncer.usecases.logging_runs import logged_run
from syncer.usecases.plan_changes import excuse, pause_plan, set_plan
from syncer.usecases.planning import PlanRules, judge
from syncer.usecases.pushing import Action, Chosen, Wanted, choose, push_to
from syncer.usecases.refreshing import refresh
from syncer.usecases.reporting import keep_verdict, report_week
from syncer.whole_file import write_whole
from syncer.workouts.template_build import Template

type Telling = Callable[[str], AbstractContextManager[Tell]]
"""Opens a progress bar with that label."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How the demo's runner has set syncer up.

    Attributes:
        labels: ``sides`` or ``catalog``, for workout files.
    """

    templates: Mapping[str, Template]
    plan: PlanRules
    zone: tzinfo
    labels: str


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """What a demo did.

    Attributes:
        made: how many things of each kind the exports hold; empty when they were there already.
        imports: what importing each export gave.
        recordings: how many there are in the database, of so many ``activities``.
        pushed: the workout that is due, and what became of it at the watch.
        report: of the last whole week.
        another_week: an earlier one that is worth a look.
    """

    made: Mapping[str, int]
    imports: tuple[Imported, ...]
    recordings: int
    activities: int
    pushed: Chosen
    actions: tuple[Action, ...]
    report: WeeklyReport
    another_week: Week

    @property
    def fit_file(self) -> Path | None:
        """The workout file on the watch; None when somebody has taken it away since."""
        return next((path for action in self.actions if (path := Path(action.target)).is_file()), None)


def demonstrate(
    connection: sqlite3.Connection,
    place: DemoPlace,
    setup: Setup,
    telling: Telling = lambda _label: nullcontext(lambda _done, _total: None),
) -> Demonstrated:
    """Make the exports where they are missing, then import, match, push and report.

    Args:
        connection: the demo's own database.
        place: as `demo_place.settle` gave it.
        setup: how the demo's runner has set syncer up.
        telling: shows progress.

    Raises:
        SyncerError: whatever real use raises.
    """
    year = story.tell(place.made_at, setup.zone)
    with telling("Making up a year"):
        made = _make(place, year, setup)
    with logged_run(connection, "demo", datetime.now(UTC)) as run:
        imports = tuple(
            _import(connection, path, place, telling) for path in (place.strava_export, place.garmin_export)
        )
        refresh(connection, setup.zone)
        _say_plan(connection, year, setup, place.made_at)
        chosen, actions = _push(connection, place, setup)
        added = sum(one.changes.added for one in imports)
        run.sources.append(RunSource("files", "ok", place.made_at, None, {"added": added}))
    with telling("Judging the year"):
        report = _report(connection, year, setup, place.made_at)
    activities = Activities(connection).list()
    recordings = sum(len(one.recordings) for one in activities)
    return Demonstrated(made, imports, recordings, len(activities), chosen, actions, report, Week.of(year.worth_a_look))


def _make(place: DemoPlace, year: Year, setup: Setup) -> Mapping[str, int]:
    """The exports and the watch, as far as they are not there yet; how many things the exports hold."""
    for name, content in watch.files().items():
        _write(place.watch / name, content)
    (place.watch / watch.NEW_FILES).mkdir(parents=True, exist_ok=True)
    if place.strava_export.exists() and place.garmin_export.exists():
        return {}
    year, practices = practise(year, setup.templates[story.WORKOUT], setup.labels)
    _write(place.strava_export, strava_export.build(year.deeds, place.made_at))
    _write(place.garmin_export, garmin_export.build(year, practices, place.made_at))
    return Counter(deed.what.value for deed in year.deeds)


def _write(path: Path, content: bytes) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)


def _import(connection: sqlite3.Connection, path: Path, place: DemoPlace, telling: Telling) -> Imported:
    with telling(f"Reading {path.name}") as tell:
        return import_path(connection, path, place.made_at, tell=tell)


def _say_plan(connection: sqlite3.Connection, year: Year, setup: Setup, now: datetime) -> None:
    """The plan, its pause and its excuses: all of it or nothing, and only where nothing was planned yet."""
    if Plans(connection).rules():
        return
    with transaction(connection):
        set_plan(connection, PlanRule(year.first, story.PLAN_DAYS, story.WORKOUT), now, today=now.date(), add=False)
        pause_plan(connection, *year.pause, Reason.TRAVEL, now)
        judged = judge(connection, setup.templates, setup.plan, _day(now, setup.zone))
        for outcome in judged.outcomes:
            if reason := year.excuses.get(outcome.session.date):
                excuse(connection, outcome.session, reason, now)


def _push(connection: sqlite3.Connection, place: DemoPlace, setup: Setup) -> tuple[Chosen, tuple[Action, ...]]:
    """The next planned workout, to the folder that stands for a watch."""
    today = _day(place.made_at, setup.zone)
    judged = judge(connection, setup.templates, setup.plan, today)
    chosen = choose(judged, setup.templates, Wanted(), today)
    actions, errors = push_to(connection, [target_at(place.watch)], chosen, setup.labels, place.made_at)
    if errors:
        raise errors[0]
    return chosen, tuple(actions)


def _report(connection: sqlite3.Connection, year: Year, setup: Setup, now: datetime) -> WeeklyReport:
    """The last whole week, as it reads on the morning after it and later."""
    today, week = _day(now, setup.zone), Week.of(year.last_week)
    report = report_week(connection, setup.templates, setup.plan, week, today, now.astimezone(setup.zone))
    keep_verdict(connection, report, now)
    return report


def _day(now: datetime, zone: tzinfo) -> date:
    return now.astimezone(zone).date()
