"""The template language: TOML, small and strict. Every mistake is named with its line and what was meant.

The language is described in docs/reference/templates.md.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from syncer.domain.workout import BodySide, End, Exercise, Intensity, LapButton, Level, Reps, Seconds
from syncer.workouts.catalog import EXERCISES
from syncer.workouts.items import MAX_REPS, MAX_ROUNDS, MAX_SECONDS, MAX_STEPS
from syncer.workouts.levels import BANDS, DELOAD_SUFFIX, PLACEMENTS
from syncer.workouts.template_build import PLACEHOLDER, PLACEHOLDERS, Draft, GroupDraft, StepDraft, Template
from syncer.workouts.template_source import Source, Table

ROOT_KEYS = ("name", "watch_name", "description", "default_level", "levels", "steps")
LEVEL_KEYS = ("name", "alias", "band", "placement", "sets", "reps")
REPEAT_KEYS = ("repeat", "steps")
REST_KEYS = ("rest", "title", "notes")
EXERCISE_KEYS = ("exercise", "title", "side", "reps", "seconds", "until", "intensity", "notes")
ANY_STEP_KEYS = tuple(dict.fromkeys((*EXERCISE_KEYS, *REST_KEYS, *REPEAT_KEYS)))
ENDS = ("reps", "seconds", "until")
LAP_BUTTON, LEVEL, EACH = "lap-button", "level", "each"
SIDES = ("right", "left", EACH)
INTENSITIES = tuple(kind.value for kind in Intensity if kind is not Intensity.REST)

TITLE_BYTES = 190
"""What FIT keeps of a title beside its side, so that titles that differ here differ on the watch."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LEVEL_NAME = re.compile(r"[a-z0-9]+([ .-][a-z0-9]+)*")


def parse(text: str, file: str | PurePath) -> Template:
    """Read a template.

    Args:
        text: the TOML text.
        file: its name, for messages; without ``.toml`` it is the template's slug.

    Raises:
        ConfigError: ``template-syntax``, ``template-unknown-key``, ``template-missing-key`` or
            ``template-value``; message and ``item`` name the file and line.
    """
    source = Source.of(text, str(file))
    slug = PurePath(file).name.removesuffix(".toml")
    if not _SLUG.fullmatch(slug):
        meant = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-") or "my-workout"
        raise source.error(
            (), f"the file is named '{slug}'", f"small letters, digits and hyphens; call it {meant}.toml"
        )
    root = Table(source, (), source.values, "a template", ROOT_KEYS)
    name = root.text("name")
    levels, aliases = _levels(root)
    steps = _Steps(bool(levels))
    drafts = tuple(draft for table in root.tables("steps") for draft in steps.drafts(table))
    if sum(len(draft.steps) + 1 if isinstance(draft, GroupDraft) else 1 for draft in drafts) > MAX_STEPS:
        raise source.error(("steps",), f"more than {MAX_STEPS} steps", "no watch takes that many")
    levels = levels or (_only_level(drafts),)
    return Template(
        slug=slug,
        name=name,
        watch_name=root.text("watch_name", name),
        description=root.text("description", "", lines=True),
        levels=levels,
        default_level=_default_level(root, levels, aliases),
        aliases=aliases,
        drafts=drafts,
    )


def _levels(root: Table) -> tuple[tuple[Level, ...], dict[str, str]]:
    levels: list[Level] = []
    aliases: dict[str, str] = {}
    taken: set[str] = set()
    for values in root.tables("levels", optional=True):
        table = values.as_kind("a level", LEVEL_KEYS)
        name = _level_name(table, "name", taken)
        if table.has("alias"):
            aliases[_level_name(table, "alias", taken)] = name
        band = table.choice("band", BANDS)
        if band == "none" and table.has("placement"):
            raise table.error("placement", "a placement without a band", "leave 'placement' out, or name a band")
        placement = "" if band == "none" else table.choice("placement", PLACEMENTS)
        levels.append(Level(name, band, placement, table.whole("sets", MAX_ROUNDS), table.whole("reps", MAX_REPS)))
    return tuple(levels), aliases


def _level_name(table: Table, key: str, taken: set[str]) -> str:
    name = table.text(key)
    if not _LEVEL_NAME.fullmatch(name) or len(name) > 12 or name.endswith(DELOAD_SUFFIX):
        raise table.error(
            key, f"a level named '{name}'", f"up to 12 small letters and digits, not ending in '{DELOAD_SUFFIX}'"
        )
    if name in taken:
        raise table.error(key, f"a second level named '{name}'", "names and aliases of levels differ")
    taken.add(name)
    return name


def _only_level(drafts: tuple[Draft, ...]) -> Level:
    """A template without levels has one, read off its steps."""
    groups = [draft for draft in drafts if isinstance(draft, GroupDraft)]
    largest = max(groups, key=lambda group: group.rounds or 1, default=None)
    steps = largest.steps if largest else [draft for draft in drafts if isinstance(draft, StepDraft)]
    reps = next((step.end.count for step in steps if isinstance(step.end, Reps)), 0)
    return Level("base", "none", "", (largest.rounds if largest else None) or 1, reps)


def _default_level(root: Table, levels: tuple[Level, ...], aliases: dict[str, str]) -> Level:
    if not root.has("default_level"):
        return levels[0]
    wanted = root.choice("default_level", (*(level.name for level in levels), *aliases))
    return next(level for level in levels if level.name == aliases.get(wanted, wanted))


class _Steps:
    """Reads steps, and remembers their titles: the watch tells steps apart by these alone."""

    def __init__(self, has_levels: bool) -> None:
        self._has_levels = has_levels
        self._titles: dict[str, tuple[Exercise, BodySide | None]] = {}

    def drafts(self, table: Table) -> tuple[Draft, ...]:
        """One table of ``[[steps]]``: a step, or two for both sides, or a repeat."""
        if table.has("repeat") or table.has("steps"):
            return (self._group(table.as_kind("a repeat", REPEAT_KEYS)),)
        return self._steps(table)

    def _group(self, table: Table) -> GroupDraft:
        rounds = None if self._from_level(table, "repeat") else table.whole("repeat", MAX_ROUNDS, LEVEL)
        steps: list[StepDraft] = []
        for inner in table.tables("steps"):
            nested = next((key for key in REPEAT_KEYS if inner.has(key)), None)
            if nested:
                raise inner.error(nested, "a repeat inside a repeat", "neither watches nor Garmin Connect take that")
            steps.extend(self._steps(inner))
        return GroupDraft(rounds, tuple(steps))

    def _steps(self, table: Table) -> tuple[StepDraft, ...]:
        if table.has("rest"):
            return (_rest(table.as_kind("a rest", REST_KEYS)),)
        step = table.as_kind("a step", EXERCISE_KEYS if table.has("exercise") else ANY_STEP_KEYS)
        if not step.has("exercise"):
            raise step.missing("exercise", "a step has 'exercise', 'rest' or 'repeat'")
        exercise = EXERCISES[step.choice("exercise", tuple(EXERCISES))]
        end = self._end(step)
        intensity = Intensity(step.choice("intensity", INTENSITIES, Intensity.ACTIVE.value))
        asked = step.choice("side", SIDES, "")
        sides = tuple(BodySide) if asked == EACH else (BodySide(asked) if asked else None,)
        notes = _notes(step, bool(asked))
        return tuple(
            StepDraft(self._title(step, exercise, side), end, intensity, exercise, side, notes) for side in sides
        )

    def _end(self, step: Table) -> End | None:
        """None where the level says how many."""
        given = step.given(ENDS)
        if not given:
            raise step.missing("reps", "a step ends by 'reps', 'seconds' or 'until'")
        if len(given) > 1:
            raise step.error(given[1], f"both '{given[0]}' and '{given[1]}'", "a step ends in one way")
        if given[0] == "until":
            step.choice("until", (LAP_BUTTON,))
            return LapButton()
        if given[0] == "seconds":
            return Seconds(step.whole("seconds", MAX_SECONDS))
        return None if self._from_level(step, "reps") else Reps(step.whole("reps", MAX_REPS, LEVEL))

    def _from_level(self, table: Table, key: str) -> bool:
        if table.get(key) != LEVEL:
            return False
        if not self._has_levels:
            raise table.error(key, f"'{key}' is 'level', but there are no levels", "add [[levels]], or a number here")
        return True

    def _title(self, step: Table, exercise: Exercise, side: BodySide | None) -> str:
        """The step's title; the side is added where the template did not write it for this very step."""
        title = step.text("title", exercise.title)
        if len(title.encode()) > TITLE_BYTES:
            raise step.error("title", f"'title' has {len(title.encode())} bytes in UTF-8", f"up to {TITLE_BYTES} fit")
        if side and (not step.has("title") or step.get("side") == EACH):
            title = f"{title} {side.value.upper()}"
        words = set(re.findall(r"\w+", title.lower()))
        wrong = {BodySide.RIGHT: "left", BodySide.LEFT: "right"}[side] if side else ""
        if side and wrong in words and side.value not in words:
            raise step.error("title", f"the title '{title}' of a step for the {side.value}", f"it says {wrong}")
        if self._titles.setdefault(title, (exercise, side)) != (exercise, side):
            why = "the watch could not tell the two apart; give one another title"
            raise step.error("title", f"a second step titled '{title}'", why)
        return title


def _rest(table: Table) -> StepDraft:
    end: End = LapButton() if table.get("rest") == LAP_BUTTON else Seconds(table.whole("rest", MAX_SECONDS, LAP_BUTTON))
    return StepDraft(table.text("title", "Rest"), end, Intensity.REST, None, None, _notes(table, has_side=False))


def _notes(table: Table, has_side: bool) -> str:
    notes = table.text("notes", "", lines=True)
    known = PLACEHOLDERS if has_side else tuple(word for word in PLACEHOLDERS if word != "side")
    for found in PLACEHOLDER.finditer(notes):
        if found[1] == "side" and not has_side:
            raise table.error(
                "notes", "'{side}' in notes where there is no side", "only an exercise with 'side' has one"
            )
        if found[1] not in known:
            raise table.error("notes", f"unknown placeholder '{{{found[1]}}}'", table.meant(found[1], known))
    return notes
