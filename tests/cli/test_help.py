"""What ``--help`` shows can be read whole and does what it says; ``-q`` keeps to errors and to what was asked for."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from syncer.cli.app import app
from syncer.cli.commands import COMMANDS, register
from syncer.cli.help_page import first_sentence
from syncer.cli.output import Manner, Result, show
from syncer.errors import SyncerError
from tests.cli.runner import syncer


def _root() -> Any:
    register()
    return typer.main.get_command(app)


def _all(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, command
    for word, child in getattr(command, "commands", {}).items():
        yield from _all(child, f"{name} {word}")


REPO = Path(__file__).resolve().parents[2]
PAGES = dict(_all(_root(), "syncer"))


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("name", PAGES)
def test_every_sentence_is_whole_on_any_terminal(name: str, width: int) -> None:
    context = typer.Context(PAGES[name], info_name=name, terminal_width=width)
    page = PAGES[name].get_help(context)
    shown = " ".join(page.split())
    assert "..." not in shown.replace("[ARGS]...", "").replace("}...", "")
    for child in getattr(PAGES[name], "commands", {}).values():
        sentence = first_sentence(child.help)
        assert sentence in shown
        assert sentence.endswith(".")


def test_every_command_has_a_place_on_the_first_page(tmp_path: Path) -> None:
    ran = syncer("--help", home=tmp_path)
    for name, sentence in COMMANDS.items():
        assert f"\n  {name} " in ran.out
        assert sentence in " ".join(ran.out.split())


def test_the_first_page_ends_with_examples_and_where_to_read_on(tmp_path: Path) -> None:
    end = syncer("--help", home=tmp_path).out.partition("\nExamples:\n")[2]
    assert {"  syncer demo", "  syncer init"} <= set(end.splitlines())
    assert "  syncer report " in end
    assert "docs/README.md" in end
    assert (REPO / "docs" / "README.md").is_file()


@pytest.mark.parametrize("line", [line for page in PAGES.values() for line in (page.epilog or "").splitlines()])
def test_every_example_is_a_line_that_the_program_takes(line: str) -> None:
    words = shlex.split(line)
    command = PAGES["syncer"]
    assert words.pop(0) == "syncer"
    while children := getattr(command, "commands", {}):
        command = children[words.pop(0)]
    command.make_context(command.name, words)  # a wrong word, day or option is refused here


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan", "show", "--to", "9999-12-31"), "'9999-12-31' is not within 1970 and 2099"),
        (("evidence", "--as-of", "9999-12-31"), "'9999-12-31' is not within 1970 and 2099"),
        (("plan", "pause", "0001-01-01", "2026-01-01"), "'0001-01-01' is not within 1970 and 2099"),
        (("activities", "list", "--since", "2026-1-1"), "'2026-1-1' does not match a day like 2026-11-22"),
        (("push", "--date", "20261122"), "'20261122' does not match a day like 2026-11-22"),
    ],
)
def test_a_day_that_cannot_be_meant_is_refused(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    ran = syncer(*words, home=tmp_path)
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.splitlines()[-1].startswith("  try: syncer ")


@pytest.mark.parametrize("where", ["before", "after", "joined"])
def test_the_configuration_file_may_be_named_anywhere(where: str, tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text('push.to = "/somewhere/else"\n')
    lines = {
        "before": ("--config", file, "push"),
        "after": ("push", "--config", file),
        "joined": ("push", f"--config={file}"),
    }
    assert "/somewhere/else" in syncer(*lines[where], home=tmp_path).err


class TestQuiet:
    def test_what_was_done_is_not_told(self, tmp_path: Path) -> None:
        ran = syncer("-q", "plan", "set", "--days", "mon", home=tmp_path)
        assert (ran.code, ran.out, ran.err) == (0, "", "")

    @pytest.mark.parametrize("words", [("report",), ("workout", "list"), ("plan", "show"), ("db", "path"), ("doctor",)])
    def test_what_was_asked_for_is_shown(self, words: tuple[str, ...], tmp_path: Path) -> None:
        def shown(*flags: str) -> str:
            # the clock and the free space that the doctor tells go on between two runs
            return re.sub(r"\d+", "#", syncer(*flags, *words, home=tmp_path).out)

        assert shown("-q") == shown() != ""

    def test_errors_are_shown(self, tmp_path: Path) -> None:
        ran = syncer("-q", "import", tmp_path / "nothing.zip", home=tmp_path)
        assert ran.out == ""
        assert ran.err.startswith("error: ")


def test_of_many_errors_people_read_twenty_and_programs_all(capsys: pytest.CaptureFixture[str]) -> None:
    errors = [SyncerError("fit-bad-crc", f"file {number}") for number in range(30)]
    show("import", Result({}, errors=errors), Manner())
    told = capsys.readouterr().err
    assert "error: file 19\n" in told
    assert "error: file 20\n" not in told
    assert "error: 10 more errors\n  try: syncer --json import … names every one\n" in told
    show("import", Result({}, errors=errors), Manner(json=True))
    assert "file 29" in capsys.readouterr().out
