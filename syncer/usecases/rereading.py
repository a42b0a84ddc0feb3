"""After a reader has become better, what the services sent is read once more from the store; nobody is asked."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from itertools import groupby

from syncer.store.payloads import Kept, Payloads
from syncer.store.recordings import Recordings
from syncer.store.versions import Origin


def reread(connection: sqlite3.Connection) -> None:
    """Read every kept answer of the services with the readers of today.

    What was deleted at its service stays deleted. What still cannot be read stays in the store for later readers.

    Raises:
        SyncerError: the database cannot be read or written.
    """
    recordings = Recordings(connection)
    gone = recordings.gone()
    for key, parts in groupby(Payloads(connection).answers(), lambda kept: kept.key):
        if key not in gone:
            _reread(recordings, {kept.part: kept for kept in parts})


def _reread(recordings: Recordings, parts: dict[str, Kept]) -> None:
    from syncer.sources.kept import read_detail, read_list_item

    item, detail, sets = (parts.get(part) for part in ("list", "detail", "sets"))
    with suppress(ValueError):
        if item is not None:
            told = read_list_item(item.key.provider, item.content)
            recordings.upsert([told], origin=Origin.LIST, at=item.at)
        known = recordings.get(detail.key) if detail is not None else None
        if known is not None and detail is not None:
            told = read_detail(known, detail.content, sets.content if sets is not None else None)
            recordings.upsert([told], origin=Origin.DETAIL, at=detail.at)
