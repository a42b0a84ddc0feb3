"""`syncer nightly`: what the timer starts. Silent when all is well."""

from __future__ import annotations

import platform
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncer import __version__
from syncer.cli.app import app
from syncer.cli.output import Manner, Result
from syncer.errors import ExitCode, SyncerError
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    from syncer.bootstrap.home import Home
    from syncer.nightly.logs import RunLog
    from syncer.settings import Settings
    from syncer.usecases.nightly import Night
    from syncer.usecases.weekly_reports import Written


@app.command()
def nightly(
    ctx: typer.Context,
    test_notify: Annotated[
        bool, typer.Option("--test-notify", help="Only send a test message to your notify.urls.")
    ] = False,
) -> Result:
    """Sync, match, push what is due, write the week's report, notify; what cron and timers run."""
    from syncer.bootstrap.home import configured, open_home
    from syncer.cli.nightly_news import known_secrets, send_test
    from syncer.nightly.logs import open_log

    paths, settings = configured(ctx.obj.config)
    if test_notify:
        return send_test(settings)
    with open_log(paths.logs, "nightly", known_secrets(settings)) as log:
        try:
            with open_home(ctx.obj.config, command="nightly") as home:
                log.line(f"syncer {__version__}, Python {platform.python_version()}, {platform.platform()}")
                return _one_night(home, log, ctx.obj.manner)
        except SyncerError as error:
            return _no_night(settings, error, log)


def _one_night(home: Home, log: RunLog, manner: Manner) -> Result:
    from syncer.cli.nightly_news import nights_before, tell_of
    from syncer.cli.nightly_steps import take_steps
    from syncer.store.soundness import damage_behind
    from syncer.usecases.logging_runs import logged_run
    from syncer.usecases.nightly import Night

    night = Night(log, lambda error: damage_behind(error, home.connection))
    written: list[Written] = []
    past = nights_before(home)
    with logged_run(home.connection, "nightly", home.now) as run:
        take_steps(home, night, written, manner)
        run.exit_code = night.exit_code
        run.sources += [one.run_source(home.now) for one in night.providers]
        run.message = "; ".join(error.message for error in night.errors)
    notes = tell_of(home, night, written, past)
    made = _result(night, written, notes, log)
    return made if manner.verbosity > 0 else replace(made, human=())


def _no_night(settings: Settings, error: SyncerError, log: RunLog) -> Result:
    """It could not begin, or its end could not be kept: the database cannot be used, or another run is under way."""
    from syncer.cli.nightly_news import tell_errors

    if error.code == "locked":
        # no news: the one that holds the lock will speak
        return Result({}, errors=[error], exit_code=error.exit_code)
    log.line(f"{error.code}: {': '.join(part for part in (error.message, error.why) if part)}")
    notes = tell_errors(settings, [error])
    return Result({}, errors=[error], exit_code=error.exit_code, warnings=[*notes, *_about_log(log, error.exit_code)])


def _about_log(log: RunLog, code: ExitCode) -> list[str]:
    if log.problem:
        return [f"this run has no log: {log.problem}"]
    return [f"the log of this run: {log.path}"] if code and log.path else []


def _result(night: Night, written: list[Written], notes: list[str], log: RunLog) -> Result:
    from syncer.cli.sync import as_json
    from syncer.usecases.nightly import steps_for_people

    for note in notes:
        log.line(note)
    log.line(f"ended with {int(night.exit_code)}")
    notes = [*dict.fromkeys(notes), *_about_log(log, night.exit_code)]
    questions = [command for one in written for command in one.questions]
    data: dict[str, Any] = {
        "steps": [
            {
                "name": step.name,
                "state": step.outcome.state,
                "detail": step.outcome.detail,
                "seconds": round(step.seconds, 3),
            }
            for step in night.steps
        ],
        "providers": [as_json(one) for one in night.providers],
        "reports": [{"week": one.week, "path": one.path, "again": one.again} for one in written],
        "questions": questions,
        "log": log.path,
    }
    lines = [
        *steps_for_people(night.steps),
        *(one_line(str(one.path)) for one in written),
        *questions,
        one_line(f"Log: {log.path}"),
    ]
    return Result(data, lines, night.errors, night.exit_code, notes, account=True)
