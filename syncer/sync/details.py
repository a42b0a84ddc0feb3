"""Fetching details: what is queued, and what is recent enough that its notes may have been edited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from syncer.domain.activity import Kind, Recording, RecordingKey
from syncer.errors import BadFileError, SyncerError
from syncer.sync.remote import Errand, Outcome, RemoteSource, SyncStore, Tell, Waiting, is_outage

# a failed detail is not asked for again in the same night
NEXT_NIGHT = timedelta(hours=20)
# so many in a row without an answer, each tried several times, and it is the service that is down
OUTAGE = 2


def fetch(source: RemoteSource, store: SyncStore, errand: Errand, outcome: Outcome, tell: Tell) -> None:
    """Fetch details, newest first; what did not come last time comes last.

    One activity that the service cannot read must not stop the others, and a service that is down must not make
    activities look broken. So an unanswered detail is a failure of that activity once another is answered after it,
    or when it did not come in an earlier run either; several in a row are an outage, and count against none.

    Raises:
        SyncerError: a limit, an outage or a refused sign-in; what is left is queued.
    """
    waiting = {one.key: one for one in store.waiting()}
    todo = _todo(store, errand, waiting)
    silent: list[tuple[Recording, SyncerError]] = []
    for done, recording in enumerate(todo):
        tell(done, len(todo))
        try:
            detail = source.detail(recording)
        except BadFileError as error:
            _fail(recording, error, store, errand, waiting, outcome)
        except SyncerError as error:
            if not is_outage(error):
                store.queue([one.key for one in (*(each for each, _ in silent), *todo[done:])])
                raise
            if _was_asked(waiting, recording):
                _fail(recording, error, store, errand, waiting, outcome)
                continue
            silent.append((recording, error))
            if len(silent) == OUTAGE:
                store.defer([one.key for one, _ in silent], error.why)
                store.queue([one.key for one in todo[done + 1 :]])
                raise
            continue
        else:
            outcome.note(store.save_detail(recording.key, detail))
            outcome.skipped += detail.skipped
        _fail_all(silent, store, errand, waiting, outcome)
    _fail_all(silent, store, errand, waiting, outcome)
    tell(len(todo), len(todo))


def _todo(store: SyncStore, errand: Errand, waiting: Mapping[RecordingKey, Waiting]) -> list[Recording]:
    """What to ask for: the queue and the recent days, but nothing that failed a moment ago or was given up."""

    def is_due(recording: Recording) -> bool:
        queued = waiting.get(recording.key)
        recent = recording.kind is not Kind.OTHER and errand.reads_again(recording.start.date())
        if queued is None or errand.again:
            return recent or queued is not None
        return not queued.given_up and (queued.next_at is None or queued.next_at <= errand.now)

    due = [recording for recording in store.recordings().values() if is_due(recording)]
    due.sort(key=lambda recording: (recording.start, recording.key), reverse=True)
    # the sort is stable: within both parts the newest stay first
    return sorted(due, key=lambda recording: _was_asked(waiting, recording))


def _was_asked(waiting: Mapping[RecordingKey, Waiting], recording: Recording) -> bool:
    return recording.key in waiting and waiting[recording.key].asked


def _fail_all(
    silent: list[tuple[Recording, SyncerError]],
    store: SyncStore,
    errand: Errand,
    waiting: Mapping[RecordingKey, Waiting],
    outcome: Outcome,
) -> None:
    """The service answers again, so those that did not come are at fault themselves."""
    for recording, error in silent:
        _fail(recording, error, store, errand, waiting, outcome)
    silent.clear()


def _fail(
    recording: Recording,
    error: SyncerError,
    store: SyncStore,
    errand: Errand,
    waiting: Mapping[RecordingKey, Waiting],
    outcome: Outcome,
) -> None:
    failures = 1 + (waiting[recording.key].failures if recording.key in waiting else 0)
    gives_up = failures >= errand.give_up_after
    store.failed(recording.key, error.why or error.message, None if gives_up else errand.now + NEXT_NIGHT)
    end = "it is left alone from now on" if gives_up else f"try {failures} of {errand.give_up_after}"
    outcome.errors.append(
        BadFileError(
            "detail-unreadable",
            f"the details of {recording.key.short_id} cannot be read ({end})",
            why=": ".join(part for part in (error.message, error.why) if part),
            hint="nothing now: what was listed of it is kept" if gives_up else "the next syncer sync tries it again",
            provider=recording.key.provider.value,
            item=recording.key.short_id,
        )
    )
