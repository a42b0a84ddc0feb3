"""The reference pages are what the program says; every exit code has its line."""

from __future__ import annotations

import re

import pytest

from scripts.reference.__main__ import MEANINGS, PAGES, REPO
from syncer.errors import ExitCode


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_what_the_program_says(name: str) -> None:
    written = (REPO / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "run: python -m scripts.reference"


def test_the_ways_through_the_source_name_modules_that_are_there() -> None:
    page = PAGES["source-code.md"]()
    ways = page[page.index("## The way of a run") : page.index("## Modules")]
    named = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`", ways))
    assert {"clients.garmin", "clients.strava", "sync.engine", "delivery.usb", "delivery.connect"} <= named
    assert [name for name in sorted(named) if not (REPO / "syncer" / f"{name.replace('.', '/')}.py").is_file()] == []


def test_every_exit_code_is_explained_as_the_contract_has_it() -> None:
    assert set(MEANINGS) == set(ExitCode)
    assert [code.value for code in ExitCode] == [0, 1, 2, 3, 69, 75, 77, 78, 130]
