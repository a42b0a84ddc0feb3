"""What passes between the sources, the decisions and the store.

The values here are plain and can cross a process border: files are read on every core.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from syncer.domain.activity import Recording, RecordingKey


@dataclass(frozen=True, slots=True)
class Payload:
    """What a provider sent, verbatim, so that a better parser can read it again without a download.

    Attributes:
        part: ``row`` (a line of an export, as JSON), ``fit`` (the sieved FIT file), ``list``, ``detail``, ``sets``.
        content: the bytes; the store compresses them.
    """

    key: RecordingKey
    part: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was left out, and why.

    Attributes:
        reason: a slug, such as ``not-an-activity``, ``missing-file``, ``bad-crc``, ``error-row``.
        example: the file, member or line, for the runner's eyes.
        broken: it should have been readable; makes the command end with exit code 3.
        message: one sentence with the details of this very item; may be empty.
        hint: the next step for this very item; empty where that of a `BadFileError` does.
        count: how many it stands for, itself among them (see `Tally`).
    """

    reason: str
    example: str
    broken: bool = False
    message: str = ""
    hint: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Intake:
    """What one item of a source turned out to hold.

    Attributes:
        told_at: the earliest instant (aware) at which the provider can have said so, from the archive's own word;
            None when unknown. It decides whose text is newer when a live edit and an archive disagree.
    """

    recordings: tuple[Recording, ...] = ()
    payloads: tuple[Payload, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportItem:
    """One thing to read in an archive or folder, cheap to list, read later and maybe in another process.

    Attributes:
        source: which reader: ``strava-export``, ``garmin-export`` or ``fit``.
        key: names the item for ever inside its source (``strava-export:9125662739``); the same content found under
            another path has the same key.
        fingerprint: changes when the content or its parser does; an item whose fingerprint is stored is not read again.
        label: what to show: the file, and the member or line in it.
        location: where the reader finds it: paths and member names, outermost first.
        row: a table row's or JSON object's own content where the item has one, as JSON text; else empty.
    """

    source: str
    key: str
    fingerprint: str
    label: str
    location: tuple[str, ...]
    row: str = ""


@dataclass(frozen=True, slots=True)
class Touched:
    """Which recordings are new, which say something else than before, and which say the same."""

    added: frozenset[RecordingKey] = frozenset()
    updated: frozenset[RecordingKey] = frozenset()
    unchanged: frozenset[RecordingKey] = frozenset()

    @classmethod
    def together(cls, parts: Iterable[Touched]) -> Touched:
        """All of them as one: a recording counts once, and what is new is not also changed."""
        each = list(parts)
        added = frozenset[RecordingKey]().union(*(one.added for one in each))
        updated = frozenset[RecordingKey]().union(*(one.updated for one in each)) - added
        unchanged = frozenset[RecordingKey]().union(*(one.unchanged for one in each)) - added - updated
        return cls(added, updated, unchanged)

    @property
    def changes(self) -> Changes:
        """How many of each."""
        return Changes(len(self.added), len(self.updated), len(self.unchanged))

    def __bool__(self) -> bool:
        """Whether anything is different now."""
        return bool(self.added or self.updated)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows of the runner's data came, changed, stayed and went."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
