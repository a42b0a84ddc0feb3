"""The steps of a night, as `syncer nightly` takes them: what to read, write and tidy for this runner."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from syncer.cli.output import Manner, progress
from syncer.cli.refreshing import match_anew
from syncer.errors import SignInError

if TYPE_CHECKING:
    from syncer.bootstrap.home import Home
    from syncer.usecases.nightly import Night, Outcome
    from syncer.usecases.syncing import Synced
    from syncer.usecases.weekly_reports import Written


def take_steps(home: Home, night: Night, written: list[Written], manner: Manner) -> None:
    """Everything that a night does, in order; each step stands alone.

    Args:
        written: takes every report as soon as it is there.
        manner: progress is shown to those who want to hear more; a night is silent by itself.
    """
    from syncer.usecases.nightly import Outcome
    from syncer.usecases.upkeep import back_up

    def match() -> Outcome:
        changes = match_anew(home, manner, wanted=manner.verbosity > 0)
        return Outcome(f"{changes.added} activities new, {changes.updated} changed, {changes.removed} gone")

    sources = _sources(home, manner)
    for name, read in sources.items():
        night.sync(name, read)
    if not sources:
        night.take("sync", lambda: _nothing_set_up(home))
    night.take("match", match)
    night.take("push", lambda: _push(home, night))
    night.take("report", lambda: _report(home, written, final=night.whole))
    night.take("backup", lambda: back_up(home.connection, home.paths.backups))
    night.take("tidy", lambda: _tidy(home))


def _sources(home: Home, manner: Manner) -> dict[str, Callable[[], Synced]]:
    """How to read each provider that is signed in to, and what to say of one that was."""
    from syncer.bootstrap.providers import PROVIDERS, live_source, sync_plan, token_file
    from syncer.domain.activity import Provider
    from syncer.store.runs import Runs
    from syncer.usecases.nightly import not_signed_in_any_more
    from syncer.usecases.syncing import sync_provider

    def read(name: str) -> Synced:
        with progress(f"Reading {name}", manner, wanted=manner.verbosity > 0) as tell:
            opener = partial(live_source, home)
            return sync_provider(home.connection, Provider(name), opener, sync_plan(home), home.now, tell)

    def missing(name: str) -> Synced:
        raise not_signed_in_any_more(name)

    found: dict[str, Callable[[], Synced]] = {}
    for name in filter(home.settings.enabled, PROVIDERS):
        if token_file(home.paths, name).exists():
            found[name] = partial(read, name)
        elif Runs(home.connection).as_of(name) is not None:
            found[name] = partial(missing, name)
    return found


def _nothing_set_up(home: Home) -> Outcome:
    """No provider to read: what imports have brought is enough to go on; without any of it there is nothing."""
    from syncer.bootstrap.providers import PROVIDERS
    from syncer.store.activities import Activities
    from syncer.usecases.nightly import Outcome

    if any(map(home.settings.enabled, PROVIDERS)) and not Activities(home.connection).list():
        raise SignInError("not-set-up", "not signed in to Garmin or Strava yet", hint="syncer init")
    return Outcome("no provider is signed in to", "skipped")


def _push(home: Home, night: Night) -> Outcome:
    """To Garmin Connect only: a watch on a cable is plugged in by hand."""
    from syncer.bootstrap.providers import push_due
    from syncer.usecases.nightly import Outcome, pushed_outcome
    from syncer.usecases.pushing import Wanted

    if home.settings.push.to != "connect" or not home.settings.nightly.push:
        return Outcome("only if push.to is connect and nightly.push is on", "skipped")
    if night.garmin_is_out():
        return Outcome("Garmin could not be reached or asks for a sign-in", "skipped")
    pushed = push_due(home, Wanted())
    return pushed_outcome(pushed.actions, pushed.errors)


def _report(home: Home, written: list[Written], *, final: bool) -> Outcome:
    from syncer.bootstrap.home import weekly
    from syncer.usecases.nightly import Outcome
    from syncer.usecases.weekly_reports import ReportRules, due_weeks, write_reports

    keep = home.settings.nightly.keep_reports
    rules = ReportRules(home.paths.reports, keep, home.settings.units)
    weeks = due_weeks(home.connection, home.today, keep)
    if not weeks:
        return Outcome("not due", "skipped")
    # one at a time: what is written is known even if the next one fails
    written.extend(write_reports(home.connection, weeks, partial(weekly, home), rules, home.now, final=final))
    early = "" if final else "; early, as a provider could not be read"
    return Outcome(f"week {', '.join(str(one.week) for one in written)}{early}")


def _tidy(home: Home) -> Outcome:
    from syncer.usecases.nightly import Outcome
    from syncer.usecases.upkeep import tidy
    from syncer.usecases.weekly_reports import prune_reports

    gone = prune_reports(home.paths.reports, home.settings.nightly.keep_reports)
    rest = tidy(home.connection, home.settings.strava.raw_retention_days, home.now)
    return Outcome(f"{gone} old reports, {rest} dropped")
