"""`syncer push`: the next planned workout on the watch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncer.cli.app import app
from syncer.cli.complete import levels, workout_names
from syncer.cli.options import day_option
from syncer.cli.output import Result
from syncer.errors import ExitCode, SyncerError, UsageError
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    from syncer.bootstrap.home import Home
    from syncer.delivery.target import Target
    from syncer.usecases.pushing import Action, Chosen, Wanted
    from syncer.usecases.pushing_connect import Pushed


@app.command(
    epilog="""syncer push
syncer push --to connect
syncer push --to /media/GARMIN --dry-run"""
)
def push(
    ctx: typer.Context,
    to: Annotated[
        str | None, typer.Option("--to", metavar="usb|connect|PATH", help="Where to; without, as push.to is set.")
    ] = None,
    workout: Annotated[
        str | None,
        typer.Option(
            "--workout", metavar="NAME", help="This one instead of the next planned.", autocompletion=workout_names
        ),
    ] = None,
    day: Annotated[date | None, day_option("--date", "The session of that day.")] = None,
    level: Annotated[
        str | None,
        typer.Option(
            "--level", metavar="LEVEL", help="Your choice instead of what your progress says.", autocompletion=levels
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; touch nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Send it although this watch has had it.")] = False,
) -> Result:
    """Put the next planned workout on the watch; pushing twice changes nothing."""
    from syncer.bootstrap.home import judged, open_home, templates
    from syncer.usecases.logging_runs import logged_run
    from syncer.usecases.pushing import Wanted, choose
    from syncer.usecases.templates import find_template

    wanted = Wanted(workout, day, level)
    with open_home(ctx.obj.config, command="push") as home:
        where = to or home.settings.push.to
        if where == "connect":
            return _to_connect(home, wanted, dry_run=dry_run, again=again)
        known = templates(home.paths)
        if workout is not None:  # a slip of the pen is said before anything is looked for
            find_template(workout, known)
        targets = _targets(home, where)
        chosen = choose(judged(home, until=day), known, wanted, home.today)
        with logged_run(home.connection, "push", home.now, dry_run) as run:
            actions, errors = _send(home, targets, chosen, dry_run=dry_run, again=again)
            run.exit_code = _exit_code(actions, errors)
            run.message = "; ".join(error.message for error in errors)
    return push_result(chosen, actions, errors, dry_run=dry_run)


def _targets(home: Home, where: str) -> list[Target]:
    import platform

    from syncer.delivery.usb import mount_roots, require_watches, target_at

    roots = mount_roots(platform.system(), home.environment)
    return require_watches(platform.system(), roots) if where == "usb" else [target_at(Path(where), roots)]


def _send(
    home: Home, targets: Sequence[Target], chosen: Chosen, *, dry_run: bool, again: bool
) -> tuple[list[Action], list[SyncerError]]:
    from syncer.usecases.pushing import push_to

    labels = home.settings.push.labels
    return push_to(home.connection, targets, chosen, labels, home.now, dry_run=dry_run, again=again)


def _to_connect(home: Home, wanted: Wanted, *, dry_run: bool, again: bool) -> Result:
    """Everything that is due at once: Connect's calendar hands it out day by day."""
    from syncer.bootstrap.providers import push_due
    from syncer.usecases.logging_runs import logged_run

    with logged_run(home.connection, "push", home.now, dry_run) as run:
        pushed = push_due(home, wanted, dry_run=dry_run, again=again)
        if not (pushed.chosen or pushed.actions or pushed.errors):
            raise UsageError(
                "nothing-planned",
                "no session is due in the next two weeks",
                hint="syncer plan show, or syncer push --to connect --workout lateral-band-walk",
            )
        run.exit_code = pushed.exit_code
        run.message = "; ".join(error.message for error in pushed.errors)
    return connect_result(pushed, dry_run=dry_run)


def connect_result(pushed: Pushed, *, dry_run: bool) -> Result:
    """The contract's answer, and lines for people; the first workout is the one that is due next."""
    first = pushed.chosen[0] if pushed.chosen else None
    told = [f"  {action.kind}: {action.detail}" for action in pushed.actions]
    heads = [f"Level {one.workout.level.name}. {one.workout.why}" for one in pushed.chosen if one.workout.why]
    title = "Garmin Connect, as it would be:" if dry_run else "Garmin Connect:"
    return Result(
        _data(first, pushed.actions, dry_run=dry_run),
        [title, *told, *heads] if told else heads,
        pushed.errors,
        pushed.exit_code,
        account=not dry_run,
    )


def _exit_code(actions: Sequence[Action], errors: Sequence[SyncerError]) -> ExitCode:
    if not errors:
        return ExitCode.OK
    return ExitCode.PARTIAL if actions else errors[0].exit_code


def push_result(chosen: Chosen, actions: Sequence[Action], errors: Sequence[SyncerError], *, dry_run: bool) -> Result:
    """The contract's answer, and lines for people."""
    workout, session = chosen.workout, chosen.session
    head = f"{workout.name}" + (f", for {session.date}" if session else "")
    why = f"  Level {workout.level.name}. {workout.why}" if workout.why else ""
    steps = list(dict.fromkeys(action.next_step for action in actions if action.next_step))
    several = len(actions) + len(errors) > 1
    told = [one_line(f"{action.kind}: {action.detail}{f' ({action.target})' if several else ''}") for action in actions]
    told = [f"  {line}" for line in told]
    return Result(
        _data(chosen, actions, dry_run=dry_run),
        [head, *([why] if why else []), *told, *steps],
        errors,
        _exit_code(actions, errors),
        account=not dry_run,
    )


def _data(chosen: Chosen | None, actions: Sequence[Action], *, dry_run: bool) -> dict[str, Any]:
    workout, session = (chosen.workout, chosen.session) if chosen else (None, None)
    return {
        "workout": workout.slug if workout else None,
        "level": workout.level.name if workout else None,
        "why": workout.why if workout else "",
        "session_id": session.id if session else None,
        "dry_run": dry_run,
        "actions": [
            {
                "kind": action.kind,
                "target": action.target,
                "detail": action.detail,
                "verified": action.verified,
                "next_step": action.next_step,
            }
            for action in actions
        ],
    }
