"""A value that must never be shown: it prints as dots, and is fetched only when it is used."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from syncer.errors import ConfigError
from syncer.typed_path import expanded

COMMAND_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """Where a secret comes from. Exactly one of the fields is set.

    Attributes:
        value: the secret itself, from the configuration file or the environment.
        env: the name of an environment variable that holds it.
        file: a file whose first line is it; a bare name is looked up in ``$CREDENTIALS_DIRECTORY`` (systemd).
        command: a program and its arguments whose first line of output is it.
    """

    value: str = ""
    env: str = ""
    file: str = ""
    command: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Secret(•••)"

    def __bool__(self) -> bool:
        return bool(self.value or self.env or self.file or self.command)

    def reveal(self, environment: Mapping[str, str]) -> str:
        """Fetch the secret.

        Raises:
            ConfigError: the variable, file or command does not give one; the secret itself is never in the message.
        """
        if self.value:
            return self.value
        if self.env:
            found = environment.get(self.env, "")
            source = f"environment variable {self.env}"
        elif self.file:
            found, source = _from_file(self.file, environment), f"file {self.file}"
        else:
            found, source = _from_command(self.command), f"command {self.command[0]}" if self.command else "nothing"
        found = found.strip().splitlines()[0].strip() if found.strip() else ""
        if not found:
            raise ConfigError(
                "secret-empty",
                f"the {source} gave no secret",
                hint="check strava.client_secret in the configuration (docs/reference/configuration.md)",
            )
        return found


def _from_file(name: str, environment: Mapping[str, str]) -> str:
    path = expanded(name)
    if not path.is_absolute():
        path = Path(environment.get("CREDENTIALS_DIRECTORY", ".")) / path
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "it is not text"
        raise ConfigError(
            "secret-unreadable",
            f"cannot read the secret from {path}",
            why=why,
            hint="correct strava.client_secret, or make that file a text that you may read; then: syncer doctor",
        ) from None


def _from_command(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(list(command), capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired, ValueError):  # bytes that are no text, a name with a zero byte
        raise _command_failed(command[0], "could not be run") from None
    if done.returncode:
        raise _command_failed(command[0], f"ended with {done.returncode}")
    return done.stdout


def _command_failed(name: str, end: str) -> ConfigError:
    return ConfigError(
        "secret-command",
        f"the command '{name}' for a secret {end}",
        hint="run the command of strava.client_secret yourself; once it prints the secret: syncer doctor",
    )
