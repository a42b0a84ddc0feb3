"""Runs the program with the terminal it was given as its own, so that ^C and hidden input work as for a person.

Garmin's sign-in pauses for 2 to 20 seconds before it sends a password. They are the library's, nobody can switch them
off in the program, and most tests can do without them: they are shortened here, in this process only.
"""

from __future__ import annotations

import sys

PAUSES = ("MOBILE_DELAY", "WIDGET_DELAY", "LOGIN_DELAY")


def main() -> None:
    if sys.platform != "win32":
        import fcntl
        import termios

        fcntl.ioctl(sys.stdin.fileno(), termios.TIOCSCTTY, 0)
    if sys.argv[1] == "--without-pauses":
        del sys.argv[1]
        without_pauses()
    from syncer.__main__ import main as syncer

    syncer()


def without_pauses() -> None:
    """Shorten what Garmin's sign-in waits, from now on."""
    from garminconnect.client import sso

    for name in PAUSES:
        for end in ("MIN_S", "MAX_S"):
            assert hasattr(sso, f"{name}_{end}"), "the library names its pauses otherwise now"
            setattr(sso, f"{name}_{end}", 0.01)
