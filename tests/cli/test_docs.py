"""What the pages tell a reader to type is there, works, and prints what the pages show."""

from __future__ import annotations

import os
import re
import struct
from pathlib import Path
from typing import Any

import pytest
import typer

from scripts.examples.pages import PAGES, REPO, Example, agrees, blocks, examples
from scripts.examples.reader import Reader, can_be_run, demo
from scripts.picture.origin import drawn_from, origin_of
from syncer.cli.app import ANYWHERE, app
from syncer.cli.commands import register

NAMES = [page.relative_to(REPO).as_posix() for page in PAGES]
every_page = pytest.mark.parametrize("page", PAGES, ids=NAMES)
MADE_UP = {"commands.md"}  # examples of the help texts: their files and ids are anybody's
RUN = {page: [one for one in examples(page) if can_be_run(one)] for page in PAGES if page.name not in MADE_UP}


@pytest.fixture(scope="module")
def root() -> Any:
    """The whole command line."""
    register()
    return typer.main.get_command(app)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``syncer demo`` makes."""
    return demo(tmp_path_factory.mktemp("year") / "demo")


@every_page
def test_each_command_is_one_that_the_program_takes(page: Path, root: Any) -> None:
    for example in (one for one in examples(page) if one.is_ours):
        command, rest = resolve(root, example.words)
        where = f"{page.name}:{example.line}: {example.command}"
        if example.has_placeholder:
            assert options_in(rest) <= options_of(command), where
        else:
            try:
                command.make_context(command.name, rest)
            except typer.TyperException as error:
                pytest.fail(f"{where}: {error.format_message()}")


@every_page
def test_commands_inside_sentences_have_the_options_that_they_name(page: Path, root: Any) -> None:
    text = "".join(re.split(r"^ *```.*?^ *```$", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE))
    for spoken in re.findall(r"`syncer ([^`\n]+)`", text):
        command, rest = resolve(root, spoken.split())
        assert options_in(rest) <= options_of(command), f"{page.name}: syncer {spoken}"


@every_page
def test_commands_to_type_stand_in_blocks_that_are_checked(page: Path) -> None:
    unchecked = [
        f"{page.name}:{first + at}: {line}"
        for first, language, lines in blocks(page.read_text(encoding="utf-8"))
        for at, line in enumerate(lines)
        if language not in ("sh", "console") and re.match(r"\$? ?syncer [a-z]", line)
    ]
    assert unchecked == []


@pytest.mark.skipif(os.name == "nt", reason="types into a POSIX shell")
@pytest.mark.parametrize("page", [page for page in RUN if RUN[page]], ids=lambda page: page.stem)
def test_a_reader_who_types_a_page_sees_what_it_shows(page: Path, year: Path, tmp_path: Path) -> None:
    reader = Reader(tmp_path / "me", year)
    for example in RUN[page]:
        code, out, err = reader.types(example.command)
        where = f"{page.name}:{example.line}: {example.command}"
        assert code == 0, f"{where}: {err}"
        if example.shown is not None:
            printed = (out + err).splitlines()
            assert agrees(example.shown, printed), f"{where}; python -m scripts.examples\n" + "\n".join(printed)


@pytest.mark.skipif(os.name == "nt", reason="types into a POSIX shell")
def test_the_five_minutes_of_the_readme_can_be_pasted_as_they_stand(tmp_path: Path) -> None:
    """By a newcomer with nothing: no home, no archive, no watch."""
    section = (REPO / "README.md").read_text(encoding="utf-8").partition("## Five minutes")[2]
    _, language, lines = blocks(section)[0]
    assert language == "sh"
    assert not [line for line in lines if "#" in line]  # zsh, where macOS types, takes no comment at its prompt
    reader = Reader(tmp_path / "me")
    del reader.environment["SYNCER_HOME"]
    code, out, err = reader.types("set -e\n" + "\n".join(lines))
    assert (code, err) == (0, "")
    assert "demo/exports/strava.zip: a Strava export" in out
    assert (reader.home / "walk.fit").read_bytes()[8:12] == b".FIT"
    report = out.rpartition("\nWeek 2026-W")[2]
    assert "planned sessions done" in report
    made = {entry.name for entry in reader.home.iterdir() if not entry.name.startswith(".")}
    assert made == {"bin", "demo", "practice", "walk.fit"}


def test_most_pages_have_something_to_run() -> None:
    assert sum(len(found) for found in RUN.values()) >= 45
    pages = {page.name for page, found in RUN.items() if found}
    assert {"README.md", "first-week.md", "import-exports.md", "new-machine.md", "privacy.md"} <= pages


@pytest.mark.parametrize(
    ("shown", "same"),
    [
        (("a", "b"), True),
        (("a", "…"), True),
        (("…", "b"), True),
        (("a",), False),
        (("a", "b", "c"), False),
        (("…", "c"), False),
        (("a …",), False),
    ],
)
def test_an_example_agrees_only_with_what_is_printed(shown: tuple[str, ...], same: bool) -> None:
    assert agrees(shown, ["a", "b"]) is same


@pytest.mark.parametrize(
    ("command", "runs"),
    [
        ("syncer report", True),
        ("syncer report --open", False),
        ("syncer push", False),
        ("syncer push --to connect", False),
        ("syncer push --to demo/watch", True),
        ("syncer schedule --print", True),
        ("syncer sync garmin", False),
        ("syncer plan excuse SESSION --reason ill", False),
        ("syncer import export.zip", True),
    ],
)
def test_what_needs_a_watch_an_account_or_a_browser_is_not_run(command: str, runs: bool) -> None:
    assert can_be_run(Example(1, command, None)) is runs


@pytest.mark.parametrize("name", ["report.png", "report-dark.png"])
def test_the_readme_shows_the_report(name: str) -> None:
    picture = (REPO / "docs" / "images" / name).read_bytes()
    width, height = struct.unpack(">II", picture[16:24])
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert picture[12:16] == b"IHDR"
    assert (width, len(picture) < 100_000) == (880, True)
    assert 900 <= height <= 1100
    assert f"docs/images/{name}" in (REPO / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["report.png", "report-dark.png"])
def test_the_picture_is_of_the_report_as_it_is_today(name: str, year: Path) -> None:
    (report,) = (year / "reports").glob("*.html")
    shown = origin_of((REPO / "docs" / "images" / name).read_bytes())
    assert shown == drawn_from(report), "python -m scripts.picture"


def test_the_picture_is_told_to_those_who_do_not_see_it() -> None:
    told = re.search(r'<img [^>]*alt="([^"]+)"', (REPO / "README.md").read_text(encoding="utf-8"))
    assert told
    assert len(told[1].split()) >= 15


def resolve(root: Any, words: list[str]) -> tuple[Any, list[str]]:
    """The command that the words name, and the words behind its name; global options are left out."""
    words = [word for word in words if word not in ANYWHERE]
    if words[:1] == ["--config"]:
        words = words[2:]
    command = root
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    return command, words


def options_in(words: list[str]) -> set[str]:
    """The options among the words."""
    return {word.partition("=")[0].strip(",.;") for word in words if word.startswith("-") and word != "-"}


def options_of(command: Any) -> set[str]:
    """The options that a command takes, and those of the program itself."""
    own = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return own | ANYWHERE | {"--help", "-h", "--version", "--config"}
