"""What was deleted at the provider: only in a window that was listed whole, softly, and never everything at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from syncer.domain.activity import Recording, RecordingKey
from syncer.errors import BadFileError, SyncerError
from syncer.sync.remote import Outcome, RemoteSource, SyncStore, Window, is_outage

# so many may be missing from a list before it has to be confirmed, or half of what there was
FEW = 3
_A_DAY = timedelta(days=1)


def remove(
    source: RemoteSource,
    store: SyncStore,
    window: Window,
    listed: set[RecordingKey],
    *,
    one_look: bool,
    outcome: Outcome,
) -> bool:
    """Mark the recordings that the service no longer lists in ``window``, which was listed to its end.

    Each one is asked for by name first: it may have been moved to another day, and then it is only brought up to date.

    Args:
        one_look: the list was one page, so nothing can have slipped between two.

    Returns:
        Whether the list is believed; not when everything is missing at once.

    Raises:
        SyncerError: a limit or a refused sign-in.
    """
    odd = {one.example for one in outcome.skipped}
    inside = [one for one in store.recordings().values() if _surely_in(window, one)]
    missing = [one for one in inside if one.key not in listed and one.key.external_id not in odd]
    if not missing:
        return True
    if len(missing) == len(inside) > 1:
        outcome.errors.append(_suddenly_empty(source.provider.value, len(inside)))
        return False
    trusted = one_look and len(inside) > 1 and len(missing) <= max(FEW, len(inside) // 2)
    gone = [one.key for one in missing if _is_gone(source, store, window, one, trusted=trusted, outcome=outcome)]
    outcome.removed += store.gone(gone)
    return True


def _surely_in(window: Window, recording: Recording) -> bool:
    """Inside, and not so near to an edge that it depends on whose day it is."""
    day = recording.start.date()
    return window.holds(day - _A_DAY) and window.holds(day + _A_DAY)


def _is_gone(
    source: RemoteSource, store: SyncStore, window: Window, known: Recording, *, trusted: bool, outcome: Outcome
) -> bool:
    try:
        answer = source.detail(known)
    except BadFileError as error:
        return trusted or error.code == "item-gone"
    except SyncerError as error:
        if is_outage(error):
            # the next night asks again
            return False
        raise
    if not _in(window, answer.recordings):
        outcome.note(store.save_detail(known.key, answer))
        return False
    # it answers, but is not listed: only a list that was seen at once is believed against that
    return trusted


def _in(window: Window, recordings: Sequence[Recording]) -> bool:
    return any(window.holds(one.start.date()) for one in recordings)


def _suddenly_empty(name: str, count: int) -> SyncerError:
    return SyncerError(
        "suddenly-empty",
        f"{name} lists none of the {count} activities that it had in these days; none is removed here",
        why="an account is seldom emptied at once, a service often shows nothing for a while",
        hint=f"if they are gone for good: syncer db forget {name}, then syncer sync",
        provider=name,
    )
