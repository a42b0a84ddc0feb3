"""Where the nightly run finds itself: which system starts it, which program that is, and which variables it needs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from syncer.nightly.acts import Scheduler
from syncer.nightly.programs import Programs

BY_PLATFORM: Mapping[str, tuple[str, ...]] = {
    "Linux": ("systemd", "cron"),
    "Darwin": ("launchd", "cron"),
    "Windows": ("task-scheduler",),
}
"""What each platform has, the best first; elsewhere cron is all there is."""

FOLDERS = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
NETWORK = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
# they say where and when, not how: a timer has its own clock and its own terminal
OURS_ALREADY = ("SYNCER_HOME", "SYNCER_CONFIG", "SYNCER_NOW", "SYNCER_DEBUG")
THROWAWAY = ("/archive-v0/", "/.cache/uv/", "/.cache/pipx/", "/pipx/.cache/", "\\uv\\cache\\")


def systems(platform: str) -> tuple[str, ...]:
    """The systems that this platform may have, the best first."""
    found = BY_PLATFORM.get(platform, ("cron",))
    # a Linux without systemd, or whose systemd was left out on purpose
    return tuple(one for one in found if one != "systemd" or shutil.which("systemctl")) or found


def scheduler(name: str, environment: Mapping[str, str], now: datetime, programs: Programs) -> Scheduler:
    """The system called ``name``; ``now`` is in the machine's own zone."""
    from syncer.nightly.cron import Cron
    from syncer.nightly.launchd import Launchd
    from syncer.nightly.systemd import Systemd
    from syncer.nightly.task_scheduler import TaskScheduler

    home = Path(environment.get("HOME") or Path.home())
    if name == "systemd":
        config = _folder(environment, "XDG_CONFIG_HOME", home / ".config")
        state = _folder(environment, "XDG_DATA_HOME", home / ".local" / "share")
        return Systemd(config / "systemd" / "user", state / "systemd" / "timers", _user(), programs)
    if name == "launchd":
        uid = os.getuid() if hasattr(os, "getuid") else 0
        return Launchd(home / "Library" / "LaunchAgents", uid, now, programs)
    if name == "task-scheduler":
        domain, user = environment.get("USERDOMAIN", ""), environment.get("USERNAME", "")
        # Windows gives every user a folder of this kind
        folder = Path(environment.get("TEMP") or home)
        return TaskScheduler(f"{domain}\\{user}" if domain and user else "", now, folder, programs)
    return Cron(now, programs)


def program(called: str, python: str) -> tuple[str, ...]:
    """The words that start this program from anywhere.

    Args:
        called: what it was started as, ``sys.argv[0]``. Symlinks stay: they outlive an upgrade.
        python: ``sys.executable``, for ``python -m syncer``.
    """
    if Path(called).stem == "syncer":
        found = called if os.sep in called or Path(called).is_file() else shutil.which(called)
        if found and Path(found).is_file():
            return (str(Path(found).absolute()),)
    return (str(Path(python).absolute()), "-m", "syncer")


def program_notes(words: tuple[str, ...]) -> tuple[str, ...]:
    """A program in a cache will be gone one day."""
    if any(place in words[0] for place in THROWAWAY):
        return (f"{words[0]} lies in a cache that may be cleared; install it: uv tool install syncer",)
    return ()


def carried(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """The variables that decide where things live and how the network is reached. No secret is among them."""
    kept = {}
    if environment.get("SYNCER_HOME"):
        kept["SYNCER_HOME"] = str(home)
    else:
        kept |= {name: environment[name] for name in FOLDERS if environment.get(name)}
    for name in (*NETWORK, *(name.lower() for name in NETWORK if "PROXY" in name), *CERTIFICATES):
        value = environment.get(name)
        if value and not _holds_password(value):
            kept[name] = value
    return kept


def carried_notes(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Variables of this shell that the nightly run will not have."""
    settings = sorted(name for name in environment if name.startswith("SYNCER_") and name not in OURS_ALREADY)
    proxies = [
        spelling
        for name in NETWORK
        for spelling in (name, name.lower())
        if _holds_password(environment.get(spelling, ""))
    ]
    return (
        *(f"{name} is set in this shell only; the nightly run reads the configuration file" for name in settings),
        *(f"{name} holds a password and is not written down; the nightly run goes without it" for name in proxies),
    )


def secret_notes(name: str, variable: str, command: tuple[str, ...]) -> tuple[str, ...]:
    """Why a secret that this shell has may be missing at night.

    Args:
        name: the setting.
        variable: the environment variable that holds it, or empty.
        command: the program that prints it, or empty.
    """
    if variable:
        return (f"{name} comes from ${variable}, which the nightly run does not have; use a file or a command",)
    if command and not Path(command[0]).is_absolute() and not shutil.which(command[0], path="/usr/bin:/bin"):
        return (f"{name} asks '{command[0]}', which the nightly run may not find; write its whole path",)
    return ()


def _holds_password(value: str) -> bool:
    try:
        return urlsplit(value if "://" in value else f"//{value}").username is not None
    except ValueError:
        return True


def _folder(environment: Mapping[str, str], name: str, otherwise: Path) -> Path:
    # a relative path there is to be ignored: XDG Base Directory Specification
    given = environment.get(name, "")
    return Path(given) if given and Path(given).is_absolute() else otherwise


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
