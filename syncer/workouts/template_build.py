"""A template as read, and the workout it makes at one of its levels."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from syncer.domain.workout import BodySide, End, Exercise, Intensity, Level, RepeatGroup, Reps, Step, Workout
from syncer.errors import UsageError
from syncer.workouts.fit_encoding import clip_utf8
from syncer.workouts.items import plain_items
from syncer.workouts.levels import DELOAD_SUFFIX, deload, long_label, short_label

NAME_BYTES = 31
"""What a watch keeps of a workout's name, in UTF-8."""

PLACEHOLDERS = ("band", "placement", "sets", "reps", "side")
"""What ``{…}`` in notes may name."""

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step whose repetitions may come from the level (``end`` is None) and whose notes may hold placeholders."""

    title: str
    end: End | None
    intensity: Intensity
    exercise: Exercise | None
    side: BodySide | None
    notes: str

    def at(self, level: Level) -> Step:
        """The step at a level."""
        words = {
            "band": level.band,
            "placement": level.placement,
            "sets": str(level.sets),
            "reps": str(level.reps),
            "side": self.side.value if self.side else "",
        }
        notes = PLACEHOLDER.sub(lambda found: words[found[1]], self.notes)
        return Step(self.title, self.end or Reps(level.reps), self.intensity, self.exercise, self.side, notes)


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """Steps repeated ``rounds`` times, or as often as the level has sets where it is None."""

    rounds: int | None
    steps: tuple[StepDraft, ...]

    def at(self, level: Level) -> RepeatGroup:
        """The group at a level."""
        return RepeatGroup(
            level.sets if self.rounds is None else self.rounds, tuple(step.at(level) for step in self.steps)
        )


type Draft = StepDraft | GroupDraft


@dataclass(frozen=True, slots=True)
class Template:
    """A workout at several levels.

    Attributes:
        slug: the file's name without ``.toml``.
        watch_name: what the watch lists, before the level.
        levels: from easy to hard, never empty.
        default_level: the one that is built when nothing else is asked for.
        aliases: other names of levels, such as ``light`` for ``5``.
    """

    slug: str
    name: str
    watch_name: str
    description: str
    levels: tuple[Level, ...]
    default_level: Level
    aliases: Mapping[str, str]
    drafts: tuple[Draft, ...]

    def level(self, name: str | None = None) -> Level:
        """The level called ``name``, its alias, or the lighter ``<name>-deload``; the default for None.

        Raises:
            UsageError: ``level-unknown``.
        """
        if name is None:
            return self.default_level
        wanted = name.strip().lower()
        base = wanted.removesuffix(DELOAD_SUFFIX)
        base = self.aliases.get(base, base)
        for level in self.levels:
            if level.name.lower() == base:
                return deload(level) if wanted.endswith(DELOAD_SUFFIX) else level
        raise self._unknown(name)

    def _unknown(self, name: str) -> UsageError:
        known = [*self.aliases, *(level.name for level in self.levels)]
        close = difflib.get_close_matches(name.strip().lower(), known, n=1)
        meant = f"did you mean '{close[0]}'? " if close else ""
        return UsageError(
            "level-unknown",
            f"'{self.slug}' has no level '{name}'",
            why=f"{meant}It has {', '.join(known)}",
            hint=f"syncer workout show {self.slug}",
            item=name,
        )

    def build(self, level: str | Level | None = None, why: str = "") -> Workout:
        """The workout at a level, given by name, by alias, or as chosen by the progression.

        Args:
            level: None for the default.
            why: the rule and numbers that chose the level; kept in `Workout.why`.

        Raises:
            UsageError: ``level-unknown``.
        """
        chosen = level if isinstance(level, Level) else self.level(level)
        several = len(self.levels) > 1
        workout = Workout(
            name=self._name(chosen) if several else self.watch_name,
            slug=self.slug,
            description=f"{long_label(chosen)} {self.description}".strip() if several else self.description,
            level=chosen,
            steps=tuple(draft.at(chosen) for draft in self.drafts),
            why=why,
        )
        return replace(workout, steps=plain_items(workout))

    def _name(self, level: Level) -> str:
        """Name and level in what a watch can list; a long name gives way, for the level tells workouts apart."""
        label = short_label(level)
        return f"{clip_utf8(self.watch_name, NAME_BYTES - 1 - len(label)).rstrip()} {label}"
