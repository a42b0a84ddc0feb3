"""The template language: every mistake is named with its line and what was probably meant."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.domain.workout import BodySide, Intensity, LapButton, RepeatGroup, Reps, Seconds
from syncer.errors import ConfigError, ExitCode, SyncerError, UsageError
from syncer.workouts import template as language
from syncer.workouts.catalog import EXERCISES
from syncer.workouts.fit import encode
from syncer.workouts.items import MAX_REPS, MAX_SECONDS, MAX_STEPS
from syncer.workouts.levels import BANDS, PLACEMENTS
from syncer.workouts.template import parse
from syncer.workouts.template_build import PLACEHOLDERS
from syncer.workouts.toml_lines import key_lines, line_of
from syncer.workouts.verify import verify

REPO = Path(__file__).resolve().parents[2]
SHIPPED = sorted((REPO / "templates").glob("*.toml"))

GOOD = """\
name = "Band walk"
description = "Slowly."
default_level = "base"

[[levels]]
name = "easy"
band = "light"
placement = "ankles"
sets = 1
reps = 8

[[levels]]
name = "base"
alias = "usual"
band = "medium"
placement = "ankles"
sets = 3
reps = 10

[[steps]]
repeat = "level"

[[steps.steps]]
exercise = "lateral-band-walk"
title = "Walk"
side = "each"
reps = "level"
notes = "{band} band, {placement}: {reps} to the {side}"

[[steps.steps]]
rest = 30

[[steps]]
exercise = "glute-stretch"
seconds = 45
intensity = "cooldown"

[[steps]]
exercise = "it-band-foam-roll"
until = "lap-button"
"""


TWO = 'name = "X"\n[[steps]]\n{}\nreps = 1\n[[steps]]\n{}\nreps = 1\n'
CLAM = 'exercise = "clam"\ntitle = "C"\n'


def lines_of(text: str) -> list[str]:
    return text.splitlines()


def failing(text: str, file: str = "walk.toml") -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse(text, file)
    error = caught.value
    assert error.exit_code is ExitCode.BAD_CONFIG
    assert error.message.startswith(f"{file}:")
    assert error.hint == f"syncer workout check {file}"
    assert error.item is not None
    assert error.message.startswith(error.item + ": ")
    return error


def line_in(error: ConfigError) -> int:
    return int(str(error.item).rpartition(":")[2])


def test_a_template_becomes_the_workout_it_describes() -> None:
    template = parse(GOOD, Path("some/where/walk.toml"))
    assert (template.slug, template.name, template.default_level.name) == ("walk", "Band walk", "base")
    workout = template.build(why="because")
    assert (workout.name, workout.why, workout.sets) == ("Band walk base medium 3x10", "because", 3)
    assert workout.description == "Medium band, ankles: 3 sets of 10 each side. Slowly."
    group, stretch, roll = workout.steps
    assert isinstance(group, RepeatGroup)
    right, left, rest = group.steps
    assert [(step.title, step.side, step.end) for step in (right, left)] == [
        ("Walk RIGHT", BodySide.RIGHT, Reps(10)),
        ("Walk LEFT", BodySide.LEFT, Reps(10)),
    ]
    assert right.notes == "medium band, ankles: 10 to the right"
    assert (rest.intensity, rest.end, rest.exercise) == (Intensity.REST, Seconds(30), None)
    assert (stretch.intensity, stretch.end, stretch.title) == (Intensity.COOLDOWN, Seconds(45), "Glute stretch")
    assert roll.end == LapButton()


def test_one_set_is_plain_steps_without_a_last_rest() -> None:
    workout = parse(GOOD, "walk.toml").build("easy")
    assert [getattr(step, "title", None) for step in workout.steps] == [
        "Walk RIGHT",
        "Walk LEFT",
        "Glute stretch",
        "IT-band foam roll",
    ]
    assert workout.sets == 1


def test_a_level_is_found_by_name_alias_and_lighter_week() -> None:
    template = parse(GOOD, "walk.toml")
    assert template.level("usual") == template.level(" BASE ") == template.level()
    lighter = template.level("base-deload")
    assert (lighter.name, lighter.sets, lighter.reps) == ("base-deload", 2, 10)
    assert template.build("base-deload").sets == 2
    assert template.build(lighter) == template.build("base-deload")
    with pytest.raises(UsageError, match="no level 'bse'") as caught:
        template.level("bse")
    assert "did you mean 'base'" in caught.value.why


def test_without_levels_the_steps_say_everything() -> None:
    text = 'name = "X"\n[[steps]]\nrepeat = 4\n[[steps.steps]]\nexercise = "clam"\nreps = 12\n'
    template = parse(text, "x.toml")
    assert [(level.name, level.sets, level.reps) for level in template.levels] == [("base", 4, 12)]
    assert template.build().name == "X"


@pytest.mark.parametrize(
    ("old", "new", "says", "meant"),
    [
        ("reps = 8", "rep = 8", "unknown key 'rep' in a level", "did you mean 'reps'?"),
        ("rest = 30", "rest = 30\nreps = 3", "unknown key 'reps' in a rest", "Known are rest"),
        ("rest = 30", "rset = 30", "unknown key 'rset'", "did you mean 'rest'?"),
        ("seconds = 45", "second = 45", "unknown key 'second' in a step", "did you mean 'seconds'?"),
        ('repeat = "level"', "repeat = 3\nrounds = 3", "unknown key 'rounds' in a repeat", "Known are repeat"),
        (
            'description = "Slowly."',
            'descripton = "Slowly."',
            "unknown key 'descripton'",
            "did you mean 'description'?",
        ),
        ('"glute-stretch"', '"glut-stretch"', "'exercise' is 'glut-stretch'", "did you mean 'glute-stretch'?"),
        ('default_level = "base"', 'default_level = "bass"', "'default_level' is 'bass'", "did you mean 'base'?"),
        ('placement = "ankles"', 'placement = "ankels"', "'placement' is 'ankels'", "did you mean 'ankles'?"),
        ('band = "light"', 'band = "Light"', "'band' is 'Light'", "did you mean 'light'?"),
        ('side = "each"', 'side = "both"', "'side' is 'both'", "each"),
        ('intensity = "cooldown"', 'intensity = "cool-down"', "'intensity'", "did you mean 'cooldown'?"),
        ("sets = 1", "sets = 0", "'sets' is 0", "1 to"),
        ("reps = 8", "reps = -1", "'reps' is -1", "1 to"),
        ("reps = 8", "reps = 70000", "'reps' is 70000", "1 to 65535"),
        ("reps = 8", 'reps = "8"', "'reps' is a text", "reps = 8, without quotes"),
        ("reps = 8", "reps = 8.0", "'reps' is a number with a point", "reps = 8?"),
        ("reps = 8", "reps = true", "'reps' is true or false", "a whole number"),
        ("rest = 30", "rest = 0", "'rest' is 0", "1 to 86400"),
        ("rest = 30", 'rest = "lap"', "'rest' is a text", 'or "lap-button"'),
        ("seconds = 45", "seconds = 90000", "'seconds' is 90000", "1 to 86400"),
        ("seconds = 45", "seconds = 45\nreps = 4", "both 'seconds' and 'reps'", "one way"),
        ('until = "lap-button"', 'until = "lap"', "'until' is 'lap'", "lap-button"),
        ('name = "easy"', "name = 3", "'name' is a number", 'name = "3"'),
        ('name = "easy"', 'name = "base"', "a second level named 'base'", "differ"),
        ('alias = "usual"', 'alias = "easy"', "a second level named 'easy'", "differ"),
        ('name = "easy"', 'name = "x-deload"', "a level named 'x-deload'", "-deload"),
        ('title = "Walk"', 'title = ""', "'title' is empty", "needs a text"),
        ('title = "Walk"', 'title = "a\\u0000b"', "control character", "plain text"),
        ('repeat = "level"', 'repeat = "levels"', "'repeat' is a text", 'or "level"'),
        ("seconds = 45", 'seconds = 45\nnotes = "{side}"', "'{side}' in notes where there is no side", "with 'side'"),
        ("{side}", "{sides}", "unknown placeholder '{sides}'", "did you mean 'side'?"),
        ('name = "Band walk"', 'name = "  "', "'name' is empty", "needs a text"),
    ],
)
def test_a_wrong_line_is_named_with_what_was_meant(old: str, new: str, says: str, meant: str) -> None:
    at = GOOD.index(old)
    text = GOOD[:at] + new + GOOD[at + len(old) :]
    error = failing(text)
    assert says in error.message
    assert meant in error.why
    wrong = new.splitlines()[-1]
    if "a second level named 'base'" in says:
        assert line_in(error) == lines_of(text).index('name = "base"', 10) + 1
    elif "\n" not in old and wrong in lines_of(text):
        assert lines_of(text)[line_in(error) - 1] == wrong
    else:
        assert wrong.strip('"{}') in lines_of(text)[line_in(error) - 1]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('name = "X"\n[[steps]]\nrepeat = 2\n\n[[steps.steps]]\nrepeat = 2\n', 6, "a repeat inside a repeat"),
        ('name = "X"\n[[steps]]\nrepeat = 2\n\n[[steps.steps]]\n[[steps.steps.steps]]\nrest = 3', 6, "a repeat inside"),
        ('name = "X"\n\n[[steps]]\nexercise = "clam"\n', 3, "a step without 'reps'"),
        ('name = "X"\n\n[[steps]]\ntitle = "clam"\nreps = 3', 3, "a step without 'exercise'"),
        ('name = "X"\n\n[[steps]]\nrepeat = 3\n', 3, "a repeat without 'steps'"),
        ('name = "X"\n[[steps]]\n[[steps.steps]]\nrest = 3', 2, "a repeat without 'repeat'"),
        ('name = "X"\n', 1, "a template without 'steps'"),
        ("[[steps]]\nrest = 3", 1, "a template without 'name'"),
        ('name = "X"\nsteps = []', 2, "'steps' is empty"),
        ('name = "X"\nsteps = 3', 2, "'steps' is a number"),
        ('name = "X"\n\n\n[steps]\nrest = 3', 4, "'steps' is a table"),
        ('name = "X"\nstep = 3', 2, "unknown key 'step' in a template"),
        ('name = "X"\n[[steps]]\nexercise = "clam"\nreps = "level"', 4, "there are no levels"),
        ('name = "X"\nsteps = [\n  {rest = 3},\n  {exercise = "clam", reps = 0},\n]', 4, "'reps' is 0"),
        (TWO.format('exercise = "clam"', 'exercise = "bridge"\ntitle = "Clam"'), 7, "a second step titled 'Clam'"),
        (TWO.format(CLAM + 'side = "right"', CLAM + 'side = "left"'), 9, "a second step titled 'C'"),
        ('name = "X"\n[[steps]]\nexercise = "clam"\ntitle = "Clam right"\nside = "left"\nreps = 1', 4, "it says right"),
        (
            'name = "X"\n[[levels]]\nname = "1"\nband = "none"\nplacement = "ankles"\nsets = 1\nreps = 1\n',
            5,
            "without a band",
        ),
        ('name = "X"\n[[levels]]\nname = "1"\nband = "light"\nsets = 1\nreps = 1\n', 2, "a level without 'placement'"),
        ("name = 'X'\nname = 'Y'", 2, "this is no TOML"),
        ("name = 'X'\nsteps = [", 2, "this is no TOML"),
        ("name = 'X'\n\nsteps == 3", 3, "this is no TOML"),
        ("name = '''X\n\n", 1, "this is no TOML"),
        ("", 1, "a template without 'name'"),
        ("x = " + "[" * 5000, 1, "this is no te"),
    ],
)
def test_structure_is_checked(text: str, line: int, says: str) -> None:
    error = failing(text)
    assert says in f"{error.message} {error.why}" or "this is no TOML" in error.message
    assert line_in(error) == line


def test_a_number_that_python_cannot_read_is_named_with_its_line() -> None:
    with pytest.raises(ConfigError) as caught:
        parse('name = "x"\n\n[[steps]]\nexercise = "clam"\nreps = ' + "9" * 5000 + "\n", "x.toml")
    assert caught.value.item == "x.toml:5"


@pytest.mark.parametrize("title", ["t" * 191, "ß" * 96])
def test_titles_that_the_watch_could_not_tell_apart_are_too_long(title: str) -> None:
    with pytest.raises(ConfigError, match="bytes in UTF-8") as caught:
        parse(f'name = "x"\n[[steps]]\nexercise = "clam"\ntitle = "{title}"\nreps = 3\n', "x.toml")
    assert caught.value.item == "x.toml:4"


@pytest.mark.parametrize("labels", ["sides", "catalog"])
def test_right_and_left_differ_under_the_longest_title(labels: str) -> None:
    text = f'name = "x"\n[[steps]]\nexercise = "clam"\ntitle = "{"ß" * 95}"\nside = "each"\nreps = 3\n'
    workout = parse(text, "x.toml").build()
    verify(workout, encode(workout, labels=labels).data, labels=labels)


def test_the_files_own_name_is_checked() -> None:
    assert "call it my-walk.toml" in failing(GOOD, "My Walk!.toml").why


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    windows = "\ufeff" + GOOD.replace("\n", "\r\n")
    assert parse(windows, "walk.toml").build() == parse(GOOD, "walk.toml").build()
    assert line_in(failing(windows.replace("reps = 8", "rep = 8"))) == lines_of(GOOD).index("reps = 8") + 1


def test_a_long_name_gives_way_to_the_level() -> None:
    workout = parse(GOOD.replace('"Band walk"', f'"{"é" * 40}"'), "walk.toml").build()
    assert workout.name == "é" * 7 + " base medium 3x10"


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_templates_are_valid_and_their_texts_fit_on_the_watch(file: Path) -> None:
    template = parse(file.read_text(encoding="utf-8"), file)
    names = [template.build(level.name).name for level in template.levels]
    assert len(set(names)) == len(names)
    for level in template.levels:
        workout = template.build(level.name)
        assert len(workout.name.encode()) <= 31
        assert len(workout.description.encode()) <= 159
        for item in workout.steps:
            for step in item.steps if isinstance(item, RepeatGroup) else (item,):
                assert 0 < len(step.notes.encode()) <= 199 or step.intensity is Intensity.REST


def test_the_band_walk_is_the_exercise_as_it_is_described() -> None:
    template = parse((REPO / "templates/lateral-band-walk.toml").read_text(encoding="utf-8"), "lateral-band-walk.toml")
    assert [(level.band, level.placement, level.sets, level.reps) for level in template.levels] == [
        (band, placement, sets, reps)
        for band, placement in (
            ("light", "above the knees"),
            ("light", "ankles"),
            ("medium", "ankles"),
            ("heavy", "ankles"),
            ("heavy", "forefoot"),
        )
        for sets, reps in ((2, 10), (3, 10), (3, 15))
    ]
    for alias, number in (("light", "5"), ("medium", "8"), ("heavy", "11"), (None, "5")):
        assert template.level(alias).name == number
    group, *after = template.build().steps
    assert isinstance(group, RepeatGroup)
    right, left, rest = group.steps
    assert (group.rounds, right.end, left.end, rest.intensity) == (3, Reps(10), Reps(10), Intensity.REST)
    for step, side in ((right, "right"), (left, "left")):
        for words in ("light", "ankles", "Half squat", f"to the {side}", "heel", "never turning in", "Pelvis level"):
            assert words in step.notes
    assert [step.title for step in after] == ["Glute stretch", "IT-band foam roll"]


def test_the_circuit_and_the_travellers_fallback() -> None:
    def keys(file: str) -> list[str]:
        workout = parse((REPO / "templates" / file).read_text(encoding="utf-8"), file).build()
        steps = [step for item in workout.steps for step in (item.steps if isinstance(item, RepeatGroup) else (item,))]
        return list(dict.fromkeys(step.exercise.key for step in steps if step.exercise))

    assert keys("hip-circuit.toml") == ["lateral-band-walk", "clam", "side-lying-leg-raise", "bridge"]
    assert not any("band" in key for key in keys("no-band.toml"))


KEYS = st.text("abcdefgh-_", min_size=1, max_size=6) | st.sampled_from(["a b", "#", "[x]", "=", "ä", "a.b"])
LEAVES = (
    st.integers()
    | st.booleans()
    | st.sampled_from(
        ['"""one\ntwo # no\n"""', "'''a]\n}'''", '"a \\" # ] }"', "'#'", "1979-05-27 07:32:00", "1.5e3", '""""x""""']
    )
)


def _quoted(key: str) -> str:
    plain = key.replace("-", "a").replace("_", "a")
    return key if plain.isascii() and plain.isalnum() else f'"{key}"'


@given(st.lists(st.tuples(KEYS, LEAVES, st.booleans(), st.integers(0, 2)), min_size=1, max_size=8), st.integers(1, 3))
def test_every_key_is_found_on_its_line(entries: list[tuple[str, object, bool, int]], tables: int) -> None:
    text, expected = "# top\n", {}
    for table in range(tables):
        text += "[[list]] # [[no]]\n"
        expected["list", table] = text.count("\n")
        for number, (key, leaf, nested, blank) in enumerate(entries):
            name = f"{number}{key}"
            text += "\n" * blank + "  # x = 1\n"
            line = text.count("\n") + 1
            value = str(leaf).lower() if isinstance(leaf, bool) else str(leaf)
            expected["list", table, name] = line
            if nested:
                first = f"{_quoted(name)} = [ # [\n\n  {value},\n  {{x = {{ 'y' = "
                expected["list", table, name, 0] = line + 2
                after = line + first.count("\n")
                expected["list", table, name, 1] = after
                expected["list", table, name, 1, "x", "y"] = after
                text += f"{first}{value} }}, z = 1}},\n]\n"
            else:
                text += f"{_quoted(name)} = {value} # c = 2\n"
    values = tomllib.loads(text)
    assert len(values["list"]) == tables
    found = key_lines(text)
    assert {path: found.get(path) for path in expected} == expected


def test_tables_and_dotted_keys_have_lines() -> None:
    text = "a.b = 1\n[c.'d e']\nf = 2\n[[g]]\n[g.h]\ni = 3\n[[g]]\n[[g.j]]\nk = 4\n[[g.j]]\nk = 5\n"
    lines = key_lines(text)
    assert tomllib.loads(text)
    assert lines["a", "b"] == 1
    assert lines["c", "d e", "f"] == 3
    assert (lines["g", 0, "h", "i"], lines["g", 1, "j", 0, "k"], lines["g", 1, "j", 1, "k"]) == (6, 9, 11)
    assert line_of(lines, ("g", 1, "j", 1, "missing")) == 10
    assert line_of({}, ("nothing",)) == 1


def test_a_workout_beyond_the_limits_is_refused_by_its_template() -> None:
    steps = "".join(f'[[steps]]\nexercise = "clam"\ntitle = "{number}"\nreps = 1\n' for number in range(501))
    with pytest.raises(SyncerError, match="more than 500 steps"):
        parse('name = "X"\n' + steps, "x.toml")


def test_the_reference_page_knows_every_word_of_the_language() -> None:
    page = (REPO / "docs/reference/templates.md").read_text(encoding="utf-8")
    keys = {*language.ROOT_KEYS, *language.LEVEL_KEYS, *language.ANY_STEP_KEYS}
    values = {*BANDS, *PLACEMENTS, *language.SIDES, *language.INTENSITIES, *(f"{{{word}}}" for word in PLACEHOLDERS)}
    assert [word for word in (*sorted(keys), *sorted(values)) if f"`{word}`" not in page] == []
    listed = set(re.findall(r"^\| `([a-z-]+)` \| [^|]+ \|$", page, re.MULTILINE))
    assert listed == set(EXERCISES)
    for number in (MAX_REPS, MAX_SECONDS, MAX_STEPS):
        assert str(number) in page
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example
    assert parse(example[1], "evening-hips.toml").build("usual").sets == 3
