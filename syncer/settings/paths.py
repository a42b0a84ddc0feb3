"""Where things live. ``$SYNCER_HOME`` moves everything; without it the platform's own folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from syncer.typed_path import expanded


@dataclass(frozen=True, slots=True)
class Paths:
    """Every place that syncer reads or writes by itself."""

    config: Path
    database: Path
    backups: Path
    tokens: Path
    logs: Path
    reports: Path
    templates: Path
    lock: Path
    home: Path


def find_paths(environment: Mapping[str, str], config: Path | None = None) -> Paths:
    """The places for this user; nothing is created.

    Args:
        environment: ``SYNCER_HOME`` moves everything, ``SYNCER_CONFIG`` the configuration file alone.
        config: the ``--config`` flag, which beats both.
    """
    chosen = config or (Path(environment["SYNCER_CONFIG"]) if environment.get("SYNCER_CONFIG") else None)
    if environment.get("SYNCER_HOME"):
        home = expanded(environment["SYNCER_HOME"]).absolute()
        config_folder, logs = home, home / "logs"
    else:
        import platformdirs

        home = platformdirs.user_data_path("syncer", appauthor=False)
        config_folder = platformdirs.user_config_path("syncer", appauthor=False)
        logs = platformdirs.user_log_path("syncer", appauthor=False)
    return Paths(
        config=expanded(chosen).absolute() if chosen else config_folder / "config.toml",
        database=home / "syncer.db",
        backups=home / "backups",
        tokens=home / "tokens",
        logs=logs,
        reports=home / "reports",
        templates=config_folder / "templates",
        lock=home / "syncer.lock",
        home=home,
    )
