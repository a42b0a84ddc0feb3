"""Puts a planned workout on a watch over USB or into a folder: chosen, built, verified, recorded, delivered."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from syncer.delivery.target import Act, Target
from syncer.domain.activity import FileIdentity
from syncer.domain.plan import PlannedSession, SessionStatus
from syncer.domain.workout import Workout
from syncer.errors import SyncerError, UsageError
from syncer.store.pushes import Phase, Push, Pushes
from syncer.usecases.planning import Judged
from syncer.usecases.templates import find_template
from syncer.workouts.template_build import Template


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the runner asked for; None everywhere means the next planned session at the level that is due."""

    workout: str | None = None
    day: date | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A workout to push, and the planned session it is for (None: for none)."""

    workout: Workout
    session: PlannedSession | None


@dataclass(frozen=True, slots=True)
class Action:
    """One act of a push, done or planned, in the contract's words.

    Attributes:
        kind: ``write``, ``skip``, ``create``, ``update``, ``schedule`` or ``remove``.
        verified: it was read back and is what was sent.
        next_step: what the runner does now.
    """

    kind: str
    target: str
    detail: str
    verified: bool = False
    next_step: str = ""


def choose(judged: Judged, templates: Mapping[str, Template], wanted: Wanted, today: date) -> Chosen:
    """The workout that is due: the asked one, else that of the next session that can still be done.

    Raises:
        UsageError: there is no such session or workout, or nothing is planned.
    """
    session = _session(judged, wanted, today)
    if session is None and wanted.workout is None:
        raise UsageError(
            "nothing-planned",
            f"no session is planned on {wanted.day}" if wanted.day else "no session is planned",
            hint="syncer plan set --days mon,wed,fri, or syncer push --workout lateral-band-walk",
        )
    template = find_template(wanted.workout or (session.workout if session else ""), templates)
    if wanted.level is not None:
        level = template.level(wanted.level)
        return Chosen(template.build(level, why=f"You chose level {level.name}."), session)
    if session is not None:
        choice = judged.choice(session)
        why = choice.words if choice and choice.level.name == session.level else ""
        return Chosen(template.build(session.level or None, why=why), session)
    known = judged.choices.get(template.slug)
    last = known[max(known)] if known else None
    return Chosen(template.build(last.level, why=last.words) if last else template.build(), None)


def _session(judged: Judged, wanted: Wanted, today: date) -> PlannedSession | None:
    open_ones = (SessionStatus.PENDING, SessionStatus.UPCOMING)
    for outcome in judged.outcomes:
        session = outcome.session
        if wanted.workout is not None and session.workout != wanted.workout.strip().removesuffix(".toml"):
            continue
        if wanted.day is not None:
            if session.date == wanted.day:
                return session
        elif outcome.status in open_ones and session.date >= today:
            return session
    return None


def push_to(
    connection: sqlite3.Connection,
    targets: Sequence[Target],
    chosen: Chosen,
    labels: str,
    now: datetime,
    *,
    dry_run: bool = False,
    again: bool = False,
) -> tuple[list[Action], list[SyncerError]]:
    """Put the workout on every target; what fails on one does not keep it from the others.

    Args:
        dry_run: decide only.
        again: send it although this device has had it before.

    Returns:
        What was done (with ``dry_run``: would be), and what went wrong.

    Raises:
        SyncerError: ``workout-limit`` or ``workout-verify``: there is no file that could be put anywhere.
    """
    from syncer.workouts.fit import encode
    from syncer.workouts.verify import verify

    file = encode(chosen.workout, labels=labels)
    verify(chosen.workout, file.data, labels)
    identity = FileIdentity(file.serial, file.time_created)
    actions: list[Action] = []
    errors: list[SyncerError] = []
    for target in targets:
        try:
            actions.append(
                _push_one(
                    connection, target, chosen, (file.file_name, file.data, identity), now, dry_run=dry_run, again=again
                )
            )
        except SyncerError as error:
            errors.append(error)
    return actions, errors


def _push_one(
    connection: sqlite3.Connection,
    target: Target,
    chosen: Chosen,
    file: tuple[str, bytes, FileIdentity],
    now: datetime,
    *,
    dry_run: bool,
    again: bool,
) -> Action:
    from syncer.delivery.usb import deliver, plan_delivery

    name, content, identity = file
    pushes = Pushes(connection)
    before = pushes.all(device=target.device)
    had = [push for push in before if push.phase is Phase.CONFIRMED]
    # a plain folder keeps its files, so it is looked at; only a watch takes them in
    known = {push.sha256 for push in had} if target.is_watch and not again else set()
    plan = plan_delivery(target, name, content, known)
    if dry_run:
        return Action(plan.act.value, str(plan.path), plan.detail)
    begun = _begun(before, plan.sha256, chosen.session)
    if plan.act is Act.SKIP:
        done = deliver(target, name, content, known, title=chosen.workout.name)
        if begun:
            pushes.settle(begun, Phase.CONFIRMED, now)
        elif plan.sha256 not in {push.sha256 for push in had}:
            pushes.intend(_push(target, chosen, plan.sha256, identity, now, Phase.CONFIRMED))
        return Action("skip", str(done.path), done.detail, done.verified, done.next_step)
    push_id = begun or pushes.intend(_push(target, chosen, plan.sha256, identity, now, Phase.INTENDED))
    try:
        done = deliver(target, name, content, known, title=chosen.workout.name)
    except SyncerError as error:
        pushes.settle(push_id, Phase.FAILED, now, error=error.message)
        raise
    except KeyboardInterrupt:
        pushes.settle(push_id, Phase.FAILED, now, error="interrupted")
        raise
    pushes.settle(push_id, Phase.CONFIRMED, now)
    return Action(done.act.value, str(done.path), done.detail, done.verified, done.next_step)


def _begun(before: Sequence[Push], sha256: str, session: PlannedSession | None) -> int:
    """The same push, if a run that was killed wrote down its intent and no more; 0 for none."""
    day = session.date if session else None
    same = (push.id for push in before if (push.phase, push.sha256, push.session) == (Phase.INTENDED, sha256, day))
    return next(same, 0)


def _push(target: Target, chosen: Chosen, sha256: str, identity: FileIdentity, now: datetime, phase: Phase) -> Push:
    return Push(
        target="usb" if target.is_watch else "path",
        device=target.device,
        workout=chosen.workout.slug,
        level=chosen.workout.level.name,
        why=chosen.workout.why,
        sha256=sha256,
        intended_at=now,
        session=chosen.session.date if chosen.session else None,
        file=identity,
        phase=phase,
        settled_at=now if phase is Phase.CONFIRMED else None,
    )
