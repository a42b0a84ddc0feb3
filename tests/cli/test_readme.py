"""What the README shows is what the program prints, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.runner import syncer

REPO = Path(__file__).resolve().parents[2]
PAGES = sorted([REPO / "README.md", REPO / "CHANGELOG.md", *(REPO / "docs").rglob("*.md")])


def test_the_readme_shows_the_demo_s_own_words(tmp_path: Path) -> None:
    shown = re.search(r"```text\n(.*?)```", (REPO / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown
    env = {"SYNCER_NOW": "2026-11-22T08:00:00+00:00"}
    printed = syncer("demo", tmp_path / "demo", home=tmp_path / "home", env=env).out.splitlines()
    lines = [line for line in shown[1].splitlines() if line]
    assert len(lines) > 8
    assert [line for line in lines if line not in printed] == []


@pytest.mark.parametrize("page", PAGES, ids=[page.relative_to(REPO).as_posix() for page in PAGES])
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=[page.relative_to(REPO).as_posix() for page in PAGES])
def test_commands_in_the_pages_exist(page: Path) -> None:
    known = (REPO / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    heads = set(re.findall(r"^## `(syncer[a-z -]*)`", known, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    fenced = "\n".join(re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL))
    commands = re.findall(r"`(syncer [a-z-]+(?: [a-z-]+)?)", text)
    commands += re.findall(r"^(syncer [a-z-]+(?: [a-z-]+)?)", fenced, re.MULTILINE)
    named = set()
    for words in (command.split() for command in commands if " -" not in command):
        named.add(" ".join(words) if " ".join(words) in heads else " ".join(words[:2]))
    assert named - heads == set()
