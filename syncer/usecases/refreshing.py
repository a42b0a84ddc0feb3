"""Keeps the recordings true to what the services sent, and the activities to the recordings and to what was said.

Whatever changes a recording, a link or a pain entry marks the activities as stale in the same transaction; whoever
wants to read them has them made anew first. So a run that is killed in between leaves nothing wrong behind.
"""

from __future__ import annotations

import sqlite3
from datetime import tzinfo

from syncer.store.activities import Activities
from syncer.store.by_hand import HandLinks, HandPain
from syncer.store.database import transaction
from syncer.store.items import Meta
from syncer.store.recordings import Recordings
from syncer.sync.ports import Changes

# raise it when a rule of matching, merging, notes or band-walk recognition changes
RULES_VERSION = "3"
# raise it when `sources.garmin` or `sources.strava` make something else of what the services send
READERS_VERSION = "1"
_KEY, _READERS_KEY = "derivation", "live-readers"
# the note, as (key, value) of the meta table, that the activities have to be made anew
STALE = (_KEY, "stale")


def mark_stale(connection: sqlite3.Connection) -> None:
    """The activities no longer say what the recordings do; call it in the transaction that made it so."""
    Meta(connection).set(*STALE)


def refresh(connection: sqlite3.Connection, zone: tzinfo) -> Changes:
    """Make the activities anew if anything has changed since they were made; writes only what is different.

    Args:
        zone: the runner's zone, for recordings whose own offset is not known.
    """
    current = f"{RULES_VERSION}.{READERS_VERSION} {getattr(zone, 'key', zone)}"
    if Meta(connection).get(_KEY) == current:
        return Changes()
    from syncer.usecases.deriving import derive
    from syncer.usecases.rereading import reread

    with transaction(connection):
        if Meta(connection).set(_READERS_KEY, READERS_VERSION):
            reread(connection)
        activities = derive(Recordings(connection).all(), HandLinks(connection).all(), HandPain(connection).all(), zone)
        changes = Activities(connection).replace(activities)
        Meta(connection).set(_KEY, current)
    return changes
