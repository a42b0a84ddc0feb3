"""`syncer activities`: what was done, from which recordings, and why they were taken for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncer.cli.app import app
from syncer.cli.complete import activity_or_session_ids, linked_ids
from syncer.cli.help_page import Commands
from syncer.cli.options import ActivityId, day_option
from syncer.cli.output import Result
from syncer.cli.refreshing import match_anew
from syncer.cli.table import Table, table
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    import sqlite3

    from syncer.bootstrap.home import Home
    from syncer.domain.activity import Activity, RecordingLink
    from syncer.domain.plan import PlannedSession

activities = Commands(help="What was done, and from which recordings.")
app.add_typer(activities, name="activities")


class KindChoice(StrEnum):
    """Which activities to list."""

    RUN = "run"
    STRENGTH = "strength"
    OTHER = "other"


@activities.command("list", epilog="syncer activities list --since 2026-11-01 --kind run")
def list_(
    ctx: typer.Context,
    since: Annotated[date | None, day_option("--since", "From this day on.")] = None,
    until: Annotated[date | None, day_option("--until", "Until this day, included.")] = None,
    kind: Annotated[KindChoice | None, typer.Option(help="Only these.")] = None,
) -> Result:
    """List activities, the newest last."""
    from syncer.bootstrap.home import open_home
    from syncer.domain.activity import Kind
    from syncer.report import phrases
    from syncer.store.activities import Activities

    with open_home(ctx.obj.config) as home:
        found = Activities(home.connection).list(since, until, Kind(kind.value) if kind else None)
        if ctx.obj.manner.json:  # only programs are told the sessions, which takes the whole plan's judgement
            sessions = _sessions(home, found)
            return Result({"activities": [_as_json(item, sessions.get(item.id)) for item in found]})
    units = home.settings.units
    rows = [
        (
            item.id,
            item.local_date,
            item.kind.value,
            phrases.distance(item.distance_m, units) if item.distance_m else "",
            "+".join(sorted({link.key.provider.value for link in item.recordings})),
            phrases.pain(item.pain) if item.pain else "",
            item.name or "",
        )
        for item in found
    ]
    headers = ["id", "day", "kind", "distance>", "from", "knee", "name"]
    return Result({}, [table(headers, rows)] if rows else [_NOTHING])


@activities.command()
def show(ctx: typer.Context, activity: ActivityId) -> Result:
    """Show one activity: its recordings and the rule that joined them, its texts, its sets."""
    from syncer.bootstrap.home import open_home
    from syncer.usecases.by_hand import find_activity

    with open_home(ctx.obj.config) as home:
        item = find_activity(home.connection, activity)
        session = _sessions(home, [item]).get(item.id)
        recordings = _recordings(home.connection, item)
        units = home.settings.units
    return Result(
        {**_as_json(item, session), **_details(item), "recordings": recordings},
        _shown(item, session, recordings, units),
    )


@activities.command(
    epilog="syncer activities link g12949443775 s9125662739\n"
    "syncer activities link 2026-11-18-lateral-band-walk g12949443775"
)
def link(
    ctx: typer.Context,
    first: Annotated[
        str,
        typer.Argument(
            metavar="A", help="An activity's id, or a planned session's.", autocompletion=activity_or_session_ids
        ),
    ],
    second: Annotated[
        str, typer.Argument(metavar="B", help="The other one's.", autocompletion=activity_or_session_ids)
    ],
) -> Result:
    """Say that two activities are one, or that an activity was a planned session; survives every sync and import."""
    from syncer.bootstrap.home import open_home
    from syncer.usecases.by_hand import find_activity, link_session
    from syncer.usecases.by_hand import link as say_linked

    with open_home(ctx.obj.config, command="activities link") as home:
        session, activity = _session_named(home, first), second
        if session is None:
            session, activity = _session_named(home, second), first
        if session is not None:
            done = link_session(home.connection, session, activity, home.now)
            return Result(_as_json(done, session.id), [f"{done.id} was {session.id}."], account=True)
        one, other = say_linked(home.connection, first, second, home.now)
        match_anew(home, ctx.obj.manner)
        now_one = find_activity(home.connection, one.id)
    return Result(_as_json(now_one, None), [f"{one.id} and {other.id} are one activity: {now_one.id}."], account=True)


@activities.command()
def unlink(
    ctx: typer.Context,
    recording: Annotated[
        str,
        typer.Argument(metavar="ID", help="A recording's id, or a planned session's.", autocompletion=linked_ids),
    ],
) -> Result:
    """Say that a recording is an activity of its own, or take back which activity a session was."""
    from syncer.bootstrap.home import open_home
    from syncer.usecases.by_hand import find_activity, unlink_session
    from syncer.usecases.by_hand import unlink as say_unlinked

    with open_home(ctx.obj.config, command="activities unlink") as home:
        session = _session_named(home, recording)
        if session is not None:
            unlink_session(home.connection, session)
            return Result({"session_id": session.id}, [f"The rules decide again what {session.id} was."], account=True)
        before = say_unlinked(home.connection, recording, home.now)
        match_anew(home, ctx.obj.manner)
        alone = find_activity(home.connection, recording)
        rest = [link.key.short_id for link in before.recordings if link.key not in {x.key for x in alone.recordings}]
    told = f"{alone.id} stands alone now, apart from {', '.join(rest)}."
    return Result(_as_json(alone, None), [told], account=True)


def _session_named(home: Home, name: str) -> PlannedSession | None:
    """The planned session that ``name`` means, which begins with its day; None for an activity's id.

    Raises:
        UsageError: it looks like one, and there is none.
    """
    from syncer.bootstrap.home import judged
    from syncer.usecases.plan_changes import find_session

    try:
        day = date.fromisoformat(name.strip()[:10])
    except ValueError:
        return None
    return find_session([one.session for one in judged(home, until=day).outcomes], name)


_NOTHING = "No activities. Bring some in: syncer import PATH, or syncer sync."


def _sessions(home: Home, found: Sequence[Activity]) -> dict[str, str]:
    """Which planned session an activity served, by activity id."""
    from syncer.bootstrap.home import judged

    if not found:
        return {}
    return {one.activity_id: one.session.id for one in judged(home).outcomes if one.activity_id}


def _recordings(connection: sqlite3.Connection, item: Activity) -> list[dict[str, Any]]:
    from syncer.store.recordings import Recordings

    stored = Recordings(connection)
    found = []
    for link in item.recordings:
        recording = stored.get(link.key)
        found.append(
            {
                **_link_as_json(link),
                "counted": link.counted,
                "id": link.key.short_id,
                "start": recording.start if recording else None,
                "elapsed_s": recording.elapsed_s if recording else None,
                "distance_m": recording.distance_m if recording else None,
                "sport": recording.sport_label if recording else None,
                "device": recording.device if recording else None,
            }
        )
    return found


def _link_as_json(link: RecordingLink) -> dict[str, Any]:
    return {
        "provider": link.key.provider,
        "external_id": link.key.external_id,
        "rule": link.rule,
        "score": round(link.score, 3),
    }


def _as_json(item: Activity, session_id: str | None) -> dict[str, Any]:
    from syncer.report.json import pain_as_json

    return {
        "id": item.id,
        "kind": item.kind,
        "start": item.start,
        "local_date": item.local_date,
        "elapsed_s": item.elapsed_s,
        "distance_m": item.distance_m,
        "name": item.name,
        "recordings": [_link_as_json(link) for link in item.recordings],
        "band_walk": item.band_walk,
        "session_id": session_id,
        "pain": pain_as_json(item.pain),
    }


def _details(item: Activity) -> dict[str, Any]:
    return {
        "sport": item.sport,
        "texts": [{"provider": who, "field": note.field, "text": note.text} for who, note in item.texts],
        "sets": list(item.sets),
        "workout_ids": list(item.workout_ids),
        "rpe": item.rpe,
        "feel": item.feel,
        "flagged": item.flagged,
    }


def _shown(item: Activity, session: str | None, recordings: Sequence[dict[str, Any]], units: str) -> list[str | Table]:
    from syncer.report import phrases

    far = f"{phrases.distance(item.distance_m, units)}, " if item.distance_m else ""
    lines: list[str | Table] = [
        f"{item.id}  {item.start:%Y-%m-%d %H:%M} ({item.kind.value})  {one_line(item.name or '')}",
        f"  {far}{_minutes(item.elapsed_s)}; knee: {phrases.pain(item.pain)}",
    ]
    lines += [f"  planned session: {session}"] if session else []
    lines += ["  holds band walks"] if item.band_walk else []
    lines += [f"  {one_line(item.flagged)}"] if item.flagged else []
    rows = [
        (
            f"  {one['id']}",
            one["provider"].value,
            # on one clock, the runner's: a recording that tells only the instant has it in UTC
            f"{one['start'].astimezone(item.start.tzinfo):%H:%M:%S}" if one["start"] else "",
            _minutes(one["elapsed_s"]),
            phrases.distance(one["distance_m"], units) if one["distance_m"] else "",
            one["rule"],
            f"{one['score']:.2f}",
            "" if one["counted"] else "counts once with the others",
        )
        for one in recordings
    ]
    lines += ["", table(["  recording", "from", "start", "time>", "distance>", "rule", "score>", ""], rows)]
    if item.texts:
        lines += [
            "",
            table(["  text", "", ""], [(f"  {who.value}", note.field, note.text) for who, note in item.texts]),
        ]
    if item.sets:
        active = [one for one in item.sets if one.active]
        lines += ["", f"  {len(active)} sets of work, {sum(one.reps or 0 for one in active)} repetitions"]
    return lines


def _minutes(seconds: float | None) -> str:
    return "–" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
