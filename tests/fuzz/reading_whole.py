"""The whole way in: files are imported, stored, matched and judged, and every report of them is written."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from syncer.errors import SyncerError
from tests import export_builder, fit_builder
from tests.export_builder import StravaActivity, garmin_row, strava_export
from tests.fuzz.reading_files import GPX, named_files, put_files
from tests.fuzz.reading_texts import STEERING
from tests.fuzz.target import START, Target, emptied, real_files

TABLES = (
    "activity_recordings", "activities", "recording_versions", "recordings", "payloads", "import_items", "plan_rules",
    "verdicts", "questions", "meta",
)  # fmt: skip
ZONE = ZoneInfo("Europe/Berlin")


def _import(data: bytes) -> None:
    from syncer.domain.week import Week
    from syncer.store.activities import Activities
    from syncer.usecases.importing import import_path
    from syncer.usecases.refreshing import refresh

    with tempfile.TemporaryDirectory() as top, emptied(*TABLES) as connection:
        folder = put_files(data, Path(top) / "files")
        with suppress(SyncerError):
            import_path(connection, folder, START)
            again = import_path(connection, folder, START)
            assert not again.changes.added, "what was read is new again"
        refresh(connection, ZONE)
        activities = Activities(connection).list()
        day = max((one.local_date for one in activities), default=START.date())
        for shown in _reports(connection, Week.of(min(day, START.date() + timedelta(days=3000)))):
            assert not STEERING.search(shown)


def _reports(connection: Any, week: Any) -> list[str]:
    """The week, and the physiotherapist's page, in every form."""
    from syncer.correlate.flags import PainReading
    from syncer.domain.plan import PlanRule
    from syncer.report.html import render_html
    from syncer.report.markdown import render_markdown
    from syncer.report.physio import render_physio
    from syncer.report.physio_csv import physio_csv
    from syncer.report.terminal import render_terminal
    from syncer.store.plans import Plans
    from syncer.usecases.physio import physio_weeks
    from syncer.usecases.planning import PlanRules
    from syncer.usecases.reporting import report_week

    first = week.monday - timedelta(days=70)
    Plans(connection).set_rule(PlanRule(first, (0, 2, 4), "lateral-band-walk"), START)
    rules, now = PlanRules((1, 2), PainReading()), START.astimezone(ZONE)
    made = report_week(connection, _templates(), rules, week, week.sunday, now)
    span = (type(week).of(first), week)
    view = physio_weeks(connection, _templates(), rules, span, week.sunday, now)
    forms: tuple[Callable[..., str], ...] = (render_html, render_markdown, render_terminal)
    return [
        *(form(made, "imperial") for form in forms),
        render_physio(view, "metric"),
        physio_csv(view).replace("\r\n", "\n"),
    ]


@cache
def _templates() -> Any:
    from syncer.usecases.templates import load_templates, shipped_folder

    return load_templates([shipped_folder()])


def _import_seeds() -> list[bytes]:
    days = [START - timedelta(days=number) for number in range(8)]
    runs = [
        StravaActivity(str(number + 1), day, description="#kneepain3 left" if number % 3 else "knee 0/10")
        for number, day in enumerate(days)
    ]
    with_files = [StravaActivity("20", START, file=fit_builder.run(START)), StravaActivity("21", days[1], file=GPX)]
    connect = export_builder.garmin_export(
        [garmin_row(1, START), garmin_row(2, days[1], "strength_training", distance_m=0)],
        [{"u_1.fit": fit_builder.run(START), "u_2.fit": fit_builder.band_walk(days[1])}],
        deflate=False,
    )
    loose = {f"{number}.fit": fit_builder.band_walk(day) for number, day in enumerate(days[:4])}
    loose["run.fit.gz"] = gzip.compress(fit_builder.run(START, feel=25, rpe=60), mtime=0)
    return [
        named_files(strava_export(runs)),
        named_files(strava_export(with_files)),
        named_files(connect),
        named_files(loose),
    ]


def _real_import() -> list[bytes]:
    fits = {f"{number}.fit": one for number, one in enumerate(real_files("*.fit", 5))}
    tables = [named_files({"activities.csv": one}) for one in real_files("activities.csv", 1)]
    return tables + ([named_files(fits)] if fits else [])


TARGETS = {"import": Target(_import_seeds, _import, _real_import, shares="folder")}
