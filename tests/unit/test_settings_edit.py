"""Settings are changed in a file that its owner wrote, and nothing else in it."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import ConfigError
from syncer.settings import Secret, load_settings
from syncer.settings.edit import edited
from syncer.settings.load import sample
from syncer.settings.options import OPTIONS

FILE = Path("config.toml")

BY_HAND = """\
# mine, do not touch
timezone = "Europe/Berlin"   # since the move

[strava]   # paid until 2027
client_id = 4242
# client_secret is in pass
client_secret = {command = [
  "pass", "strava",   # asks the agent
]}

[push]
to = 'C:\\watch'
"""


def test_a_value_changes_and_its_comment_stays() -> None:
    changed = edited(BY_HAND, {"timezone": "Europe/Vienna", "strava.client_id": "17"}, FILE)
    assert changed == BY_HAND.replace('"Europe/Berlin"', '"Europe/Vienna"').replace("4242", '"17"')


def test_a_value_over_several_lines_is_replaced_whole() -> None:
    changed = edited(BY_HAND, {"strava.client_secret": Secret(value="new")}, FILE)
    assert '# client_secret is in pass\nclient_secret = "new"\n\n[push]' in changed


def test_a_new_setting_goes_to_the_end_of_its_section_or_into_a_new_one() -> None:
    changed = edited(BY_HAND, {"strava.enabled": False, "nightly.at": "04:10", "units": "imperial"}, FILE)
    assert "]}\nenabled = false\n\n[push]" in changed
    assert changed.endswith('[nightly]\nat = "04:10"\n')
    assert '# since the move\nunits = "imperial"\n\n[strava]' in changed


def test_a_setting_that_the_sample_only_shows_takes_its_place_there() -> None:
    text = sample({"timezone": "Europe/Berlin"})
    changed = edited(text, {"units": "imperial", "strava.client_id": "4242"}, FILE)
    assert len(changed.splitlines()) == len(text.splitlines())
    assert changed == sample({"timezone": "Europe/Berlin", "units": "imperial", "strava.client_id": "4242"})


def test_what_its_owner_put_out_of_use_stays() -> None:
    changed = edited('[push]\n# to = "connect"\n# later\n', {"push.to": "usb"}, FILE)
    assert changed == '[push]\n# to = "connect"\nto = "usb"\n# later\n'


@pytest.mark.parametrize(
    ("text", "answers", "wanted"),
    [
        ("", {"units": "metric"}, 'units = "metric"\n'),
        ("", {"push.to": "usb"}, '[push]\nto = "usb"\n'),
        ("units = 'metric'", {"units": "imperial"}, 'units = "imperial"\n'),
        ('push.to = "usb"\n', {"push.to": "connect"}, 'push.to = "connect"\n'),
        ('push.to = "usb"\n', {"push.labels": "sides"}, 'push.to = "usb"\npush.labels = "sides"\n'),
        ('"units" = "metric"\n', {"units": "imperial"}, '"units" = "imperial"\n'),
        ('[ "push" ]\r\nto = "usb"\r\n', {"push.to": "connect"}, '[ "push" ]\r\nto = "connect"\r\n'),
        ('[push]\nto = """\n[strava]\n"""\n', {"push.to": "usb"}, '[push]\nto = "usb"\n'),
    ],
)
def test_other_ways_of_writing(text: str, answers: dict[str, Any], wanted: str) -> None:
    assert edited(text, answers, FILE) == wanted


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ('strava = {client_id = "1"}\n', {"strava.client_id": "2"}),
        ('strava = {client_id = "1"}\n', {"strava.enabled": False}),
        ('[strava.client_secret]\nenv = "NAME"\n', {"strava.client_secret": Secret(value="hush-hush")}),
    ],
)
def test_what_it_does_not_follow_is_refused_with_what_to_do(text: str, answers: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        edited(text, answers, FILE)
    assert next(iter(answers)) in caught.value.hint
    assert "hush-hush" not in caught.value.hint


_SETTABLE = [option for option in OPTIONS if option.form not in ("secrets", "url")]
_COMMENTS = st.sampled_from(["", "# a note", '# to = "not me"', "#", "# [push]"])


@st.composite
def _config(draw: st.DrawFn) -> str:
    """A configuration as people write them: any order, with comments and gaps."""
    lines = []
    chosen = draw(st.lists(st.sampled_from(OPTIONS), unique=True, max_size=8))
    for section in ["", *draw(st.permutations(sorted({option.section for option in chosen if option.section})))]:
        if section:
            lines.append(f"[{section}]" + draw(st.sampled_from(["", "  # why"])))
        for option in chosen:
            if option.section == section and option.form != "secrets":
                value = sample({option.dotted: _any_value(option)}).partition(f"\n{option.key} = ")[2].splitlines()[0]
                lines += [draw(_COMMENTS), f"{option.key} = {value}" + draw(st.sampled_from(["", " # here", "#x"]))]
        lines += draw(st.lists(_COMMENTS, max_size=2))
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


def _any_value(option: Any) -> Any:
    if option.form == "secret":
        return Secret(command=("pass", "it#1"))
    return option.choices[-1] if option.choices else option.default


@given(
    _config(), st.dictionaries(st.sampled_from([option.dotted for option in _SETTABLE]), st.integers(0, 3), max_size=4)
)
def test_only_what_was_asked_for_changes(text: str, picks: dict[str, int]) -> None:
    by_name = {option.dotted: option for option in OPTIONS}
    answers = {dotted: _answer(by_name[dotted], pick) for dotted, pick in picks.items()}
    changed = edited(text, answers, FILE)
    wanted = copy.deepcopy(tomllib.loads(text))
    for dotted, value in answers.items():
        section, _, key = dotted.rpartition(".")
        place = wanted.setdefault(section, {}) if section else wanted
        place[key] = {"env": value.env} if isinstance(value, Secret) else value
    assert tomllib.loads(changed) == wanted
    kept = [line for line in text.splitlines() if line.startswith("#")]
    assert [line for line in changed.splitlines() if line.startswith("#")] == kept
    assert edited(changed, answers, FILE) == changed


def _answer(option: Any, pick: int) -> Any:
    if option.form == "secret":
        return Secret(env=f"NAME_{pick}")
    if option.choices:
        return option.choices[pick % len(option.choices)]
    if isinstance(option.default, bool):
        return bool(pick % 2)
    if isinstance(option.default, int | float):
        return type(option.default)(pick)
    return ["", "Zürich \N{SNOWMAN}", 'say "hi" # not a comment', "tab\tand\x7fdel\\"][pick]


def test_the_sample_is_read_back_as_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(sample({}))
    assert set(load_settings(file, {}).origins.values()) == {"default"}
