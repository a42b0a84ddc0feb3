"""Tells the runner, where the runner reads: a phone, a mail, a chat, by apprise's addresses.

Never a reason to fail. Whoever gets the message may show it on a locked screen, and a topic's name is all that keeps
strangers out, so a message says what happened to the program and nothing of runs and knees.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

TIMEOUT_S = 10.0
INSTALL = "uv tool install 'syncer[notify]', or pipx inject syncer apprise"


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell."""

    title: str
    body: str


def can_notify() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("apprise") is not None


def send(addresses: Sequence[str], message: Message, timeout_s: float = TIMEOUT_S) -> list[str]:
    """Send to all addresses at once, and wait so many seconds at most.

    Returns:
        One sentence for each address that did not work: which one, and why; never the address itself.
    """
    if not addresses:
        return []
    if not can_notify():
        return [f"notifications need an extra part: {INSTALL}"] * len(addresses)
    outcomes: list[str | None] = ["it gave no answer in time"] * len(addresses)

    def send_one(place: int) -> None:
        outcomes[place] = _send(addresses[place], message)

    # threads that are left behind end with the program; apprise has no limit over a whole message
    threads = [threading.Thread(target=send_one, args=(place,), daemon=True) for place in range(len(addresses))]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + timeout_s
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return [
        f"notification {place} ({_kind(address)}) was not sent: {problem}"
        for place, (address, problem) in enumerate(zip(addresses, tuple(outcomes), strict=True), start=1)
        if problem
    ]


def _send(address: str, message: Message) -> str | None:
    import apprise

    # what it has to say may hold the address
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    try:
        door = apprise.Apprise()
        if not door.add(address):
            return "it is no address that apprise knows"
        sent = door.notify(title=message.title, body=message.body, body_format=apprise.NotifyFormat.TEXT)
    except Exception as error:  # noqa: BLE001  # some plug-in of many; a notification is never a reason to fail
        return type(error).__name__
    return None if sent else "it was refused, or there is no connection"


def _kind(address: str) -> str:
    found = re.match(r"([a-z]{2,12})s?://", address)
    return found[1] if found else "unknown"
