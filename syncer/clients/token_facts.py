"""What can be said about a token file without using it, changing it or showing what is in it."""

from __future__ import annotations

import base64
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from syncer.clients.tokens import make_folder
from syncer.errors import SyncerError

NEEDED = {"garmin": ("di_token", "di_refresh_token", "di_client_id"), "strava": ("access_token", "refresh_token")}


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """A token file seen from outside.

    Attributes:
        present: there is one.
        problem: why it cannot be used, empty when it can.
        loose: others than its owner may read it or look into its folder.
        account: who signed in, in the service's words; empty where it did not say.
        since: when that was, aware; None where the file does not say.
        access_until: when the present access token ends, aware; it is refreshed by itself.
    """

    present: bool = False
    problem: str = ""
    loose: bool = False
    account: str = ""
    since: datetime | None = None
    access_until: datetime | None = None

    @property
    def usable(self) -> bool:
        """Somebody is signed in."""
        return self.present and not self.problem


def token_facts(path: Path, provider: str) -> TokenFacts:
    """What is known about ``provider``'s token file."""
    for place in (path.parent, path):
        if place.is_symlink():
            return TokenFacts(present=True, problem=f"{place} is a symbolic link")
    try:
        loose = _loose(path) or _loose(path.parent)
        tokens = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return TokenFacts()
    except OSError as error:
        return TokenFacts(present=True, problem=f"{path} cannot be read: {error.strerror or 'the system refused'}")
    except (ValueError, RecursionError):
        return TokenFacts(present=True, problem=f"{path} is damaged", loose=loose)
    if not isinstance(tokens, dict) or not all(tokens.get(name) for name in NEEDED[provider]):
        return TokenFacts(present=True, problem=f"{path} holds no tokens of {provider}", loose=loose)
    return TokenFacts(
        present=True,
        loose=loose,
        account=str(tokens.get("account") or ""),
        since=_instant_of(tokens.get("signed_in_at")),
        access_until=_ends(tokens),
    )


def require_writable(folder: Path) -> None:
    """Make the token folder and see that a file can be written in it, before anything is asked or spent.

    Raises:
        SyncerError: it cannot.
    """
    make_folder(folder)
    try:
        # without a name, so that nothing is left of it whatever happens
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(4096))
    except OSError as error:
        raise SyncerError(
            "tokens-unwritable",
            f"cannot save tokens in {folder}",
            why=error.strerror or "",
            hint="make that folder writable, or free some space",
        ) from None


def _loose(path: Path) -> bool:
    return os.name == "posix" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _ends(tokens: Mapping[str, Any]) -> datetime | None:
    if "expires_at" in tokens:
        return _epoch(tokens["expires_at"])
    try:
        payload = str(tokens["di_token"]).split(".")[1]
        return _epoch(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"])
    except (KeyError, IndexError, ValueError, TypeError, RecursionError):
        return None


def _epoch(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _instant_of(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None
