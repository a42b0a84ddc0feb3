"""Which signal says that an activity is a planned session.

Surest first: the ids of a workout that was handed out (Connect's workout id, the file's serial number, Connect's
calendar), then what was done (sets, name), and last only that it was strength work at the right time
(docs/explanation/adherence.md). A run is never a session, whatever it says. A watch without a strength profile records
"Other", which is one by its sets or its name, never by its time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from syncer.correlate.completion import expected_exercises, is_expected, is_unnamed
from syncer.domain.activity import Activity, Kind, Provider, Sport
from syncer.domain.plan import MatchRule, PlannedSession
from syncer.domain.workout import BAND_WALKS


@dataclass(frozen=True, slots=True)
class Clues:
    """What ties activities to planned sessions beyond their own content.

    Attributes:
        pushed: workout by the serial number of a FIT file that was written for it.
        connect_ids: workout by the id that Garmin Connect gave it.
        scheduled: session id by the Garmin activity id that Connect's calendar associates with its entry.
        manual: the runner's own word: activity (any of its short ids) by session id.
    """

    pushed: Mapping[int, str] = field(default_factory=dict)
    connect_ids: Mapping[str, str] = field(default_factory=dict)
    scheduled: Mapping[str, str] = field(default_factory=dict)
    manual: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """What an activity's ids say: the workouts of ours that it followed, and whether it followed a foreign one."""

    by_id: frozenset[str]
    by_file: frozenset[str]
    scheduled: str | None
    foreign: bool

    @property
    def known(self) -> bool:
        """It followed a workout of ours."""
        return bool(self.by_id or self.by_file)


def trace(activity: Activity, clues: Clues) -> Trace:
    """Read an activity's ids once. Garmin writes 0 for "no workout"."""
    ids = [text for text in activity.workout_ids if text not in ("", "0")]
    serials = [identity.serial for identity in activity.training_files if identity.serial]
    by_id = {clues.connect_ids[text] for text in ids if text in clues.connect_ids}
    by_file = {clues.pushed[serial] for serial in serials if serial in clues.pushed}
    # A file that Connect itself sent to the watch carries the workout's id as its serial number.
    by_file |= {clues.connect_ids[str(serial)] for serial in serials if str(serial) in clues.connect_ids}
    garmin = (link.key.external_id for link in activity.recordings if link.key.provider is Provider.GARMIN)
    scheduled = next((clues.scheduled[text] for text in garmin if text in clues.scheduled), None)
    foreign = bool(ids or serials) and not (by_id or by_file)
    return Trace(frozenset(by_id), frozenset(by_file), scheduled, foreign)


def recognise(activity: Activity, session: PlannedSession, seen: Trace) -> MatchRule | None:
    """The surest rule that takes ``activity`` for ``session``, or None. Dates are not looked at here."""
    if activity.kind is Kind.RUN:
        return None
    if session.workout in seen.by_id:
        return MatchRule.WORKOUT_ID
    if session.workout in seen.by_file:
        return MatchRule.TRAINING_FILE
    if seen.scheduled == session.id:
        return MatchRule.SCHEDULE
    if activity.kind is not Kind.STRENGTH and activity.sport is not Sport.OTHER:
        return None
    if not seen.known:
        if any(item.active and not is_unnamed(item) and is_expected(item, session) for item in activity.sets):
            return MatchRule.SETS
        if _is_named(activity, session):
            return MatchRule.NAME
    return MatchRule.TIME if activity.kind is Kind.STRENGTH and _may_be(activity, session, seen) else None


def _is_named(activity: Activity, session: PlannedSession) -> bool:
    if activity.band_walk and expected_exercises(session) & BAND_WALKS:
        return True
    words = session.workout.split("-")
    return bool(activity.name) and bool(
        re.search(r"\b" + r"[\W_]*".join(map(re.escape, words)), activity.name or "", re.IGNORECASE)
    )


def _may_be(activity: Activity, session: PlannedSession, seen: Trace) -> bool:
    """Whether nothing speaks against it: no foreign workout, no other exercise by name, no other session's name.

    A workout of ours done on another's day stands in for it, as the one without a band does when travelling.
    """
    if seen.known:
        return True
    if seen.foreign or is_other_training(activity.name or ""):
        return False
    named = [item for item in activity.sets if item.active and not is_unnamed(item)]
    return not named or not expected_exercises(session)


# Names that runners give to clearly different strength sessions, in English, German, French and Spanish. Leg days are
# not among them: they may well be the planned one.
_OTHER = re.compile(
    r"\b(upper[\W_]*body|ober[\W_]*k(ö|oe)rper|haut du corps|tren superior"
    r"|arms?|arme|bras|brazos?|biceps?|bizeps|b(í|i)ceps|triceps?|trizeps|tr(í|i)ceps"
    r"|chest|brust|poitrine|pecho|pectora\w+|shoulders?|schultern?|(é|e)paules?|hombros?|back day|r(ü|u)cken"
    r"|push|pull|bench|bankdr(ü|u)cken|press|pull[\W_]*ups?|push[\W_]*ups?|klimmz(ü|u)ge|liegest(ü|u)tze?n?"
    r"|abs|core|bauch|abdos?|abdominales|yoga|pilates|crossfit|hiit|boxing|boxen|boxe|boxeo|climb\w*|klettern|escalade"
    r"|escalada|boulder\w*|stretch\w*|dehn\w*|(é|e)tirements?|estiramientos?|meditat\w*)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(hips?|h(ü|u)fte?\w*|hanches?|caderas?|glut\w*|knees?|knie\w*|genoux?|rodillas?|bands?|physio\w*|pt|rehab\w*)\b",
    re.IGNORECASE,
)


def is_other_training(name: str) -> bool:
    """Whether a name speaks of a clearly different session: "Upper body", "Push day", but not "Core and hips"."""
    return bool(_OTHER.search(name)) and not _OURS.search(name)
