"""When two recordings are of one activity: one small rule a function, and how much each can be trusted.

A rule sees two recordings and nothing else. `syncer.sync.match` decides between the rules' answers. Distances
are compared only where a rule says so: treadmill distances are edited, and privacy zones cut them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from syncer.domain.activity import FileIdentity, Provider, Recording
from syncer.sync.likeness import twins
from syncer.sync.measures import Family, Fit, Timed, fit, length_ratio, overlap

_DAY_S = 86_400


class Rule(StrEnum):
    """Why a recording belongs to an activity, the surest first. `SCORE` says how sure."""

    SELF = "self"
    MANUAL = "manual"
    EXTERNAL_ID = "external-id"
    FILE_IDENTITY = "file-identity"
    START = "start"
    NEAR_START = "near-start"
    INSIDE = "inside"
    OVERLAP = "overlap"
    SPLIT = "split"
    HIDDEN_START = "hidden-start"
    CLOCK_SHIFT = "clock-shift"
    HAND_ENTERED = "hand-entered"


_RANK = {rule: rank for rank, rule in enumerate(Rule)}

SCORE = {
    Rule.SELF: 1.0,
    Rule.MANUAL: 1.0,
    Rule.EXTERNAL_ID: 1.0,
    Rule.FILE_IDENTITY: 0.99,
    Rule.START: 0.97,
    Rule.NEAR_START: 0.92,
    Rule.INSIDE: 0.85,
    Rule.OVERLAP: 0.85,
    Rule.SPLIT: 0.85,
    Rule.HIDDEN_START: 0.8,
    Rule.CLOCK_SHIFT: 0.7,
    Rule.HAND_ENTERED: 0.7,
}


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A rule's answer. Links sort surest first: by ``rank``, then ``cost`` (0 is a perfect likeness)."""

    rank: int
    cost: float
    a: int
    b: int
    rule: Rule

    @classmethod
    def of(cls, rule: Rule, cost: float, a: int, b: int) -> Link:
        """A link of ``rule``; the two places may come in either order."""
        return cls(_RANK[rule], cost, min(a, b), max(a, b), rule)

    @property
    def score(self) -> float:
        """0-1, how sure the rule is of these two."""
        return round(SCORE[self.rule] - 0.05 * min(self.cost, 1.0), 3)


def usable_identity(recording: Recording) -> FileIdentity | None:
    """The FIT identity, unless its serial is one of the placeholders 0 and 0xFFFFFFFF."""
    identity = recording.file_identity
    return None if identity is None or identity.serial in (0, 0xFFFFFFFF) else identity


def agrees_with_proof(a: Timed, b: Timed) -> bool:
    """Whether a proven id may be believed: the sports fit, and so do the day or the length.

    An edited start moves a recording, but not to another day *and* another length.
    """
    kinship, ratio = fit(a, b), length_ratio(a, b)
    if kinship is Fit.NEVER or (kinship is Fit.VAGUE and ratio is not None and ratio < 0.75):
        return False
    return abs(a.begin - b.begin) <= _DAY_S + 7_200 or (ratio is not None and ratio >= 0.99)


def same_session(a: Timed, b: Timed) -> bool:
    """Whether two recordings from one FIT file are of the same session of it: a multisport file has several.

    They cover the same time; or an edited start moved one, and length and distance tell that it is the same.
    """
    ratio = length_ratio(a, b)
    if overlap(a, b) >= 0.5:
        return ratio is None or ratio >= 0.3
    first, second = (a, b) if a.begin <= b.begin else (b, a)
    return second.begin - first.begin - first.length > 60 and twins(a, b)


def by_start(a: Timed, b: Timed) -> tuple[Rule, float] | None:
    """Two platforms' recordings with trusted clocks that begin together.

    Returns:
        The rule and its cost, or None. ``START``: at most 10 s apart, whatever the distances say.
        ``NEAR_START``: at most 2 min, lengths within 75 % and at least 70 % of the shorter shared, one device.
    """
    kinship = fit(a, b)
    apart = abs(a.begin - b.begin)
    if kinship is Fit.NEVER or apart > 120:
        return None
    ratio = length_ratio(a, b)
    unlike = 0.0 if ratio is None else 1 - ratio
    doubt = 0.5 * (Fit.SAME - kinship) + 0.25 * _other_device(a.recording, b.recording)
    if apart <= 10 and unlike <= (0.25 if kinship is Fit.VAGUE else 0.7):
        return Rule.START, apart / 20 + unlike / 2 + doubt
    if ratio is None or ratio < (0.75 if kinship is Fit.SAME else 0.9) or overlap(a, b) < 0.7:
        return None
    return None if _other_device(a.recording, b.recording) else (Rule.NEAR_START, apart / 240 + unlike + doubt)


def equal_times(a: Timed, b: Timed) -> bool:
    """The same start and length, to the second."""
    return abs(a.begin - b.begin) < 1 and a.length > 0 and abs(a.length - b.length) < 1


def by_inside(a: Timed, b: Timed) -> float | None:
    """One recording inside the other, at most 20 min after it, as when one copy was cropped.

    Returns:
        The cost, or None.
    """
    apart, ratio = abs(a.begin - b.begin), length_ratio(a, b)
    if (
        apart > 1_200
        or _of_another(a, b)
        or fit(a, b) is not Fit.SAME
        or ratio is None
        or ratio < 0.3
        or overlap(a, b) < 0.9
    ):
        return None
    return apart / 2_400 + (1 - ratio) / 2


def _other_device(a: Recording, b: Recording) -> bool:
    """Strava names a device that is none of Garmin's: a phone beside the watch."""
    strava = next((r.device for r in (a, b) if r.key.provider is Provider.STRAVA), None)
    garmin = Provider.GARMIN in (a.key.provider, b.key.provider)
    return bool(garmin and strava and "garmin" not in strava.casefold())


def counts_once(a: Timed, b: Timed) -> float | None:
    """Recordings of one family that share at least half of the shorter are one session.

    A runner does not run twice at a time: these are double recordings, copies on one platform, and splits.
    "Other" sports must be alike in length too, because a multisport whole is one of them.

    Returns:
        The cost, or None.
    """
    if fit(a, b) is not Fit.SAME or _of_another(a, b):
        return None
    shared = overlap(a, b)
    unspecific = a.family in (Family.OTHER, Family.TRANSITION)
    if shared < 0.5 or (unspecific and (length_ratio(a, b) or 0) < 0.75):
        return None
    return 1 - shared


def _of_another(a: Timed, b: Timed) -> bool:
    """They are proven to be of two Garmin activities, and do not begin together.

    The start of the copy may have been edited, and lies here by chance. Garmin's own starts are believed.
    """
    both_garmin = a.provider is b.provider is Provider.GARMIN
    two = a.garmin_id and b.garmin_id and a.garmin_id != b.garmin_id
    return bool(two and not both_garmin and abs(a.begin - b.begin) > 300)
