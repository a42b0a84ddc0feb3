"""What several commands take, read once: days, weeks, a provider, an activity."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer

from syncer.cli.complete import activity_ids, weeks
from syncer.domain.week import Week
from syncer.errors import UsageError

YEARS = range(1970, 2100)
"""Years that a training diary can be about; others are a slip of the keys."""


class ProviderChoice(StrEnum):
    """A service that can be signed in to."""

    GARMIN = "garmin"
    STRAVA = "strava"


ActivityId = Annotated[str, typer.Argument(metavar="ID", help="An activity's id.", autocompletion=activity_ids)]


def read_day(text: str) -> date:
    """``2026-11-22`` as a day.

    Raises:
        typer.BadParameter: it is none, or of a year that no diary is about.
    """
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-22") else None
    except ValueError:
        day = None
    if day is None:
        raise typer.BadParameter(f"'{text}' does not match a day like 2026-11-22")
    if day.year not in YEARS:
        raise typer.BadParameter(_too_far(text))
    return day


def read_week(text: str) -> Week:
    """``2026-W47`` as a week.

    Raises:
        UsageError: ``bad-week``: it is none, or of a year that no diary is about.
    """
    try:
        week = Week.parse(text)
    except ValueError as error:
        raise _bad_week(text, str(error)) from None
    if week.year not in YEARS:
        raise _bad_week(text, _too_far(text))
    return week


def day_option(flag: str, text: str) -> Any:
    """An option that takes a day."""
    return typer.Option(flag, parser=read_day, metavar="DATE", help=text)


def day_argument(name: str, text: str) -> Any:
    """An argument that is a day."""
    return typer.Argument(parser=read_day, metavar=name, help=text)


def week_option(flag: str, text: str) -> Any:
    """An option that takes a week."""
    return typer.Option(flag, parser=read_week, metavar="WEEK", help=text, autocompletion=weeks)


def _bad_week(text: str, message: str) -> UsageError:
    return UsageError("bad-week", message, hint="syncer report --week 2026-W47", item=text)


def _too_far(text: str) -> str:
    return f"'{text}' is not within {YEARS.start} and {YEARS.stop - 1}"
