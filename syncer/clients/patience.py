"""How long a service is waited for, and how many requests that took: two values that every session is made with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an answer, in seconds, and before a read is tried again (doubled each time, jittered)."""

    timeout_s: float = 30.0
    backoff_s: float = 0.5


@dataclass(slots=True)
class Meter:
    """Counts the requests that are sent, those that are tried again and those for tokens included."""

    requests: int = 0
