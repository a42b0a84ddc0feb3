"""What is told after a night, and to whom; never a reason to fail."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from syncer.cli.output import Result
from syncer.errors import ConfigError, ExitCode, SyncerError
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    from syncer.bootstrap.home import Home
    from syncer.settings import Secret, Settings
    from syncer.usecases.bad_news import Past
    from syncer.usecases.nightly import Night
    from syncer.usecases.weekly_reports import Written

PING_TIMEOUT_S = 10.0
# the key of the note which bad news was told
TOLD = "nightly_told"


def tell_of(home: Home, night: Night, written: list[Written], past: Past) -> list[str]:
    """Tell whoever wants to know; what went wrong with that, as sentences."""
    from syncer.store.items import Meta
    from syncer.usecases.bad_news import Told, is_news, names_of, worth_telling

    wanted = home.settings.notify
    notes: list[str] = []
    try:
        meta = Meta(home.connection)
        errors = worth_telling(night, past, home.now)
        if night.exit_code is ExitCode.OK:
            meta.set(TOLD, "")
            notes += _ping(wanted.ping_url)
        elif is_news(errors, Told.read(meta.get(TOLD)), home.now) and wanted.on != "off" and wanted.urls:
            problems = tell_errors(home.settings, errors)
            notes += problems
            if len(problems) < len(wanted.urls):
                meta.set(TOLD, Told(names_of(errors), home.now).text())
    except SyncerError as error:
        notes.append(error.message)
    fresh = [one for one in written if not one.again]
    if fresh and wanted.on == "weekly":
        notes += _send(home.settings, *_ready(fresh))
    return notes


def nights_before(home: Home) -> Past:
    """The nights before this one."""
    from syncer.store.runs import Runs
    from syncer.usecases.bad_news import Past

    runs = Runs(home.connection)
    before = runs.last(1000, "nightly")
    return Past(before[-1].started_at if before else home.now, runs.last_good("nightly"))


def _ready(written: list[Written]) -> tuple[str, str]:
    """What is said of a report; nothing of what stands in it."""
    newest = written[-1]
    lines = [one_line(f"The report of week {newest.week} is ready: {newest.path}")]
    if len(written) > 1:
        lines.append(f"And those of {', '.join(str(one.week) for one in written[:-1])}.")
    if newest.questions:
        lines.append(
            f"It asks {len(newest.questions)} short questions."
            if len(newest.questions) > 1
            else "It asks one short question."
        )
    return f"syncer: week {newest.week}", "\n".join(lines)


def tell_errors(settings: Settings, errors: list[SyncerError]) -> list[str]:
    """Send bad news, unless nothing is to be sent; what went wrong with that, one sentence an address."""
    from syncer.usecases.bad_news import in_words

    return _send(settings, *in_words(errors)) if settings.notify.on != "off" else []


def _send(settings: Settings, title: str, body: str) -> list[str]:
    from syncer.nightly.notify import Message, send
    from syncer.nightly.redaction import redact
    from syncer.report.safe_text import clean

    addresses, problems = [], []
    for place, secret in enumerate(settings.notify.urls, start=1):
        try:
            addresses.append(secret.reveal(os.environ))
        except SyncerError as error:
            problems.append(f"notification {place} was not sent: {error.message}")
    return [*problems, *send(addresses, Message(title, clean(redact(body, known_secrets(settings)))))]


def _ping(secret: Secret) -> list[str]:
    from syncer.clients.patience import Patience
    from syncer.clients.ping import ping

    if not secret:
        return []
    try:
        problem = ping(secret.reveal(os.environ), Patience(PING_TIMEOUT_S))
    except SyncerError as error:
        problem = error.message
    return [f"notify.ping_url could not be told that all is well: {problem}"] if problem else []


def known_secrets(settings: Settings) -> list[str]:
    """The secrets that stand in the settings themselves, for taking them out of whatever is written."""
    held = (*settings.notify.urls, settings.notify.ping_url, settings.strava.client_secret)
    return [secret.value for secret in held if secret.value]


def send_test(settings: Settings) -> Result:
    """A test message to every address, whatever ``notify.on`` says."""
    count = len(settings.notify.urls)
    if not count:
        raise ConfigError(
            "notify-none", "there is nobody to notify", why="notify.urls is empty", hint="docs/how-to/notifications.md"
        )
    problems = _send(settings, "syncer: a test", "This is where syncer will speak to you.")
    errors = [
        SyncerError("notify-failed", problem, hint="docs/how-to/notifications.md", exit_code=ExitCode.FAILED)
        for problem in dict.fromkeys(problems)
    ]
    lines = [f"Sent to {count - len(problems)} of {count}."] if len(problems) < count else []
    code = ExitCode.OK if not errors else ExitCode.PARTIAL if lines else ExitCode.FAILED
    return Result({"addresses": count, "failed": len(problems)}, lines, errors, code, account=True)
