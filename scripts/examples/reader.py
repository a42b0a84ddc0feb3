"""A reader who types what a page says, in a folder, a home and a time of her own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.examples.pages import Example

NOW = "2026-11-22T08:00:00+00:00"  # a Sunday; the demo's last full week is 2026-W46
# What asks or waits for somebody, or changes the machine beyond syncer's own folder, unless an option prevents it.
ELSEWHERE = {
    ("auth", "garmin"): None,
    ("auth", "strava"): None,
    ("auth", "logout"): None,
    ("init",): "--yes",
    ("nightly",): None,
    ("schedule",): "--print",
    ("sync",): None,
}


def can_be_run(example: Example) -> bool:
    """False for what needs a network, a watch, an account, a terminal or a browser, or holds a placeholder."""
    if not example.is_ours:
        return example.command.split()[0] in ("export", "mkdir", "cd", "unset")
    words = example.words
    if example.has_placeholder or {"--open", "--online"} & {*words}:
        return False
    if words[:1] == ["push"]:
        return "--to" in words and words[words.index("--to") + 1] not in ("usb", "connect")
    needed = [option for command, option in ELSEWHERE.items() if tuple(words[: len(command)]) == command]
    return all(option in words for option in needed)


class Reader:
    """Types commands one after the other; ``export``, ``unset`` and ``cd`` hold for the ones after them."""

    def __init__(self, folder: Path, demo: Path | None = None) -> None:
        """``folder`` is her home folder and where she begins; it is made.

        ``demo`` is what ``syncer demo`` has made: her log is a copy of it, and its archives are in her Downloads.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if demo:
            shutil.copytree(demo, folder / "syncer")
            shutil.copytree(demo / "exports", folder / "Downloads")
            (folder / "Downloads" / "strava.zip").rename(folder / "Downloads" / "export_12345678.zip")
        programs = folder / "bin"
        programs.mkdir(exist_ok=True)
        (programs / "syncer").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m syncer "$@"\n', encoding="utf-8")
        (programs / "syncer").chmod(0o755)
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("SYNCER_", "XDG_"))}
        self.environment = ours | {
            "HOME": str(folder),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "SYNCER_HOME": str(folder / "syncer"),
            "SYNCER_NOW": NOW,
            "TZ": "Europe/Berlin",
            "COLUMNS": "100",
            "TERM": "dumb",
        }
        self.home = self.folder = folder

    def types(self, command: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of a command; her home folder is called ``/home/me`` in them."""
        words = command.split()
        if words[0] in ("export", "unset"):
            name, _, value = words[1].partition("=")
            self.environment.pop(name, None)
            if value:
                self.environment[name] = value
            return 0, "", ""
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
            return 0, "", ""
        ran = subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        out, err = (text.replace(str(self.home), "/home/me") for text in (ran.stdout, ran.stderr))
        return ran.returncode, out, err


def demo(folder: Path) -> Path:
    """The demo's year in ``folder``, which it returns."""
    environment = {**os.environ, "SYNCER_NOW": NOW}
    words = [sys.executable, "-m", "syncer", "demo", str(folder)]
    subprocess.run(words, env=environment, capture_output=True, check=True)
    return folder
