"""Which of the workouts in Garmin Connect's library is ours, and what it needs.

Decisions only, on values that were read before; `syncer.usecases.pushing_connect_workout` records and acts. A workout
is ours by its id, where we know that we made it; where we know of none (a new computer), by the marker in its
description. Names say nothing: the runner may have one of the same name. A copy of ours carries our marker too, so the
oldest with the marker is taken, and none where we know that ours was another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from syncer.delivery.connect import Connect, number_of
from syncer.errors import BadFileError
from syncer.workouts.connect import Json, differences, read_marker


@dataclass(frozen=True, slots=True)
class Listed:
    """A workout of the runner's library.

    Attributes:
        description: None where there is none, or where the list does not tell it.
        open: the list does not tell it, and it may be a strength workout: only the whole of it says whose it is.
    """

    id: str
    description: str | None
    open: bool = False

    @property
    def mark(self) -> tuple[str, str] | None:
        """The marker and content hash in its description."""
        return read_marker(self.description)


def library(connect: Connect) -> list[Listed]:
    """Every workout of the library; items without a usable id are passed over."""
    found: dict[str, Listed] = {}
    start = 0
    while page := connect.workouts(start):
        new = {one.id: one for one in map(_listed, page) if one is not None and one.id not in found}
        if not new:
            # the same page again: a service that does not page
            break
        found |= new
        start += len(page)
    return list(found.values())


def _listed(item: object) -> Listed | None:
    if not isinstance(item, dict) or not number_of(item.get("workoutId")):
        return None
    description, sport = item.get("description"), item.get("sportType")
    key = sport.get("sportTypeKey") if isinstance(sport, dict) else None
    return Listed(
        number_of(item["workoutId"]),
        description if isinstance(description, str) else None,
        open="description" not in item and key in (None, "strength_training"),
    )


@dataclass(frozen=True, slots=True)
class Ownership:
    """What tells our workout from all others.

    Attributes:
        marker: of the template.
        known: ids that we know to be ours, the newest first.
        awaited: content hashes of workouts whose creation was never answered.
    """

    marker: str
    known: Sequence[str] = ()
    awaited: frozenset[str] = frozenset()


def find_own(connect: Connect, listed: Sequence[Listed], ours: Ownership) -> Json | None:
    """Our workout, whole as Connect has it; None where there is none."""
    found = _first(connect, candidates(listed, ours), ours)
    if found is None and any(one.open for one in listed):
        told = [_told(connect, one) for one in listed]
        found = _first(connect, candidates(told, ours), ours)
    return found


def _first(connect: Connect, ids: Iterable[str], ours: Ownership) -> Json | None:
    for workout_id in ids:
        whole = _whole(connect, workout_id)
        if whole is not None and _not_anothers(read_marker(whole.get("description")), ours):
            return {**whole, "workoutId": workout_id}
    return None


def candidates(listed: Sequence[Listed], ours: Ownership) -> list[str]:
    """Ids that may be our workout, likeliest first; at most one that we do not know to be ours."""
    marked = {one.id: one.mark[1] for one in listed if one.mark and one.mark[0] == ours.marker}
    others = {one.id for one in listed if not _not_anothers(one.mark, ours)}
    known = [id_ for id_ in dict.fromkeys(ours.known) if id_ not in others]
    there = {one.id for one in listed}
    found = [id_ for id_ in known if id_ in marked]
    found += [id_ for id_ in known if id_ in there and id_ not in marked]
    # one that the list does not show is looked for by its id before anything else is made
    found += [id_ for id_ in known if id_ not in there]
    unknown = sorted((id_ for id_ in marked if id_ not in known), key=int)
    arrived = [id_ for id_ in unknown if marked[id_] in ours.awaited]
    # who knows its own and does not find it makes another: what is left with its marker is the runner's copy
    return [*found, *(arrived[-1:] or ([] if known else unknown[:1]))]


def _not_anothers(mark: tuple[str, str] | None, ours: Ownership) -> bool:
    return mark is None or mark[0] == ours.marker


def _told(connect: Connect, one: Listed) -> Listed:
    return replace(one, description=(_whole(connect, one.id) or {}).get("description")) if one.open else one


def _whole(connect: Connect, workout_id: str) -> Json | None:
    try:
        return connect.workout(workout_id)
    except BadFileError as error:
        if error.code != "item-gone":
            raise
        return None


class Deed(StrEnum):
    """What our workout needs; the contract's words."""

    CREATE = "create"
    UPDATE = "update"
    SKIP = "skip"


def deed_for(body: Json, there: Json | None) -> Deed:
    """Create what is missing, update what has another content hash or was changed by someone, skip the rest."""
    if there is None:
        return Deed.CREATE
    return Deed.UPDATE if differences(body, there) else Deed.SKIP
