"""From the sessions of a FIT file to the recordings of the domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from syncer.domain.activity import ExerciseSet, FileIdentity, Kind, Note, Recording, RecordingKey
from syncer.sources.fit_clock import clock_of
from syncer.sources.fit_fields import Message
from syncer.sources.fit_layout import ACTIVITY, EXERCISE_TITLE, SET, TIMESTAMP, TRAINING_FILE, WORKOUT, WORKOUT_STEP
from syncer.sources.fit_parts import Part, identity
from syncer.sources.fit_sessions import Session
from syncer.sources.fit_sets import exercise_set, labels, moment
from syncer.sources.fit_sports import sport_label, sport_of

_WORKOUT_FILE = 5
_MAKERS = {1: "garmin", 23: "suunto", 32: "wahoo", 95: "stryd", 123: "polar", 260: "zwift", 265: "strava", 294: "coros"}


def recordings_of(part: Part, key_of: Callable[[int], RecordingKey]) -> list[Recording | None]:
    """One recording for each session; None for a session whose start nobody can tell.

    Args:
        part: an activity file.
        key_of: names the session of that index.
    """
    if not part.sessions:
        return []
    clock = clock_of(part.messages[ACTIVITY])
    device = _device(part.file_id) if part.file_id else None
    sets = _sets(part)
    followed = _training_files(part)
    titles = _workout_names(part, followed)
    found: list[Recording | None] = []
    for index, session in enumerate(part.sessions):
        told = clock.tell(session.start)
        if told is None:
            found.append(None)
            continue
        start, offset_known = told
        title = titles[index] or session.profile_name
        recording = Recording(
            key=key_of(index),
            sport=sport_of(session.sport, session.sub_sport),
            sport_label=sport_label(session.sport, session.sub_sport),
            start=start,
            offset_known=offset_known,
            elapsed_s=session.elapsed_s,
            timer_s=session.timer_s,
            distance_m=session.distance_m,
            notes=(Note("name", title),) if title else (),
            file_identity=part.identity,
            device=device,
            training_file=followed[index],
            sets=sets[index],
            rpe=session.rpe,
            feel=session.feel,
        )
        found.append(recording)
    return found


def _device(file_id: Message) -> str | None:
    """Maker, product and serial number of what recorded the file, the same for all its recordings."""
    maker, product, serial = file_id.integer(1), file_id.integer(2), file_id.integer(3)
    words = [
        None if maker is None else _MAKERS.get(maker, f"maker {maker}"),
        file_id.text(8) or product,
        serial,
    ]
    return " ".join(str(word) for word in words if word is not None) or None


def _is_strength(session: Session) -> bool:
    return sport_of(session.sport, session.sub_sport).kind is Kind.STRENGTH


def _owner(sessions: Sequence[Session], time: int | None, *, strength: bool = False) -> int:
    """Which session something belongs to that happened at a FIT time: the one around it, or the nearest.

    Args:
        sessions: at least one.
        time: without one it is the first session's.
        strength: where two sessions meet, it is rather the strength session's.
    """
    if time is None:
        return 0
    return min(
        range(len(sessions)),
        key=lambda index: (sessions[index].distance_to(time), strength and not _is_strength(sessions[index]), -index),
    )


def _sets(part: Part) -> list[tuple[ExerciseSet, ...] | None]:
    """Each session's sets; None where the file tells nothing of sets, or the session is of a kind without."""
    if not part.messages[SET]:
        return [None] * len(part.sessions)
    names = labels(part.messages[WORKOUT_STEP], part.messages[EXERCISE_TITLE])
    sets: list[list[ExerciseSet]] = [[] for _ in part.sessions]
    for message in part.messages[SET]:
        sets[_owner(part.sessions, moment(message), strength=True)].append(exercise_set(message, names))
    return [
        tuple(own) if own or _is_strength(session) else None for own, session in zip(sets, part.sessions, strict=True)
    ]


def _training_files(part: Part) -> list[FileIdentity | None]:
    """The workout file that each session followed."""
    followed: list[FileIdentity | None] = [None] * len(part.sessions)
    for message in part.messages[TRAINING_FILE]:
        if message.integer(0) == _WORKOUT_FILE:
            owner = _owner(part.sessions, message.seconds(TIMESTAMP))
            followed[owner] = followed[owner] or identity(message)
    return followed


def _workout_names(part: Part, followed: Sequence[FileIdentity | None]) -> list[str | None]:
    """The name of the workout that each session followed: the one of its sport, or with a link to a workout file."""
    names: list[str | None] = [None] * len(part.sessions)
    for message in part.messages[WORKOUT]:
        sport, sub_sport = message.integer(4), message.integer(11)
        ranks = [
            (session.sport == sport, session.sub_sport == sub_sport, link is not None, -index)
            for index, (session, link) in enumerate(zip(part.sessions, followed, strict=True))
        ]
        owner = ranks.index(max(ranks))
        names[owner] = names[owner] or message.text(8)
    return names
