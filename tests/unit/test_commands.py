"""Help is shown from a table without importing the commands: the table says what the commands say."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer.main

from syncer.cli.app import app
from syncer.cli.commands import COMMANDS, register


def test_the_table_holds_every_command_and_its_sentence() -> None:
    register()
    group = typer.main.get_command(app)
    commands = group.commands  # type: ignore[attr-defined]
    assert sorted(commands) == sorted(COMMANDS)
    for name, sentence in COMMANDS.items():
        assert " ".join((commands[name].help or "").split("\n\n")[0].split()) == sentence, name


@pytest.mark.parametrize("words", [["--help"], ["plan", "--help"]])
def test_only_the_command_that_is_asked_for_is_imported(words: list[str]) -> None:
    program = f"""
import sys
from syncer.cli.app import main
code = main({words!r})
sys.stdout.write("imported " + " ".join(sorted(name for name in sys.modules if name.startswith("syncer.cli."))))
sys.exit(code)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    imported = done.stdout.splitlines()[-1].split()
    assert ("syncer.cli.plan" in imported) is ("plan" in words)
    assert "syncer.cli.report" not in imported
    assert "Usage: syncer" in done.stdout
