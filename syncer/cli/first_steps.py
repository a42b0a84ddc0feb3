"""Before anything is set up, every command that depends on it names the first step."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from syncer.errors import ConfigError, SyncerError

# whole commands, or their first words; demo and workout need nothing, init and doctor say it themselves
NEED_SETUP = frozenset(
    {"sync", "push", "nightly", "schedule", "report", "plan", "activities", "pain", "evidence", "auth status"}
)
FIRST_STEP = "syncer init"
NOTE = f"syncer is not set up yet: {FIRST_STEP}"


def lacks_setup(command: str, arguments: Sequence[str], config: Path | None) -> bool:
    """Whether ``command`` depends on a setup, and there is no settings file, no sign-in and no setting at all.

    Args:
        arguments: the whole line; other people's histories and sentences need no setup.
    """
    if not {command, command.partition(" ")[0]} & NEED_SETUP or command == "pain check":
        return False
    if command == "evidence" and any(word.startswith("--history") for word in arguments):
        return False
    from syncer.bootstrap.providers import PROVIDERS, token_file
    from syncer.settings import OPTIONS, find_paths

    paths = find_paths(os.environ, config)
    if paths.config.exists() or any(token_file(paths, name).exists() for name in PROVIDERS):
        return False
    return not any(os.environ.get(option.environment_name) for option in OPTIONS)


def name_first_step(error: SyncerError) -> None:
    """Put the first step before the error's own next step; a wrong or missing file of settings needs another."""
    if FIRST_STEP not in error.hint and not isinstance(error, ConfigError):
        error.hint = f"{FIRST_STEP}, or {error.hint}" if error.hint else FIRST_STEP
