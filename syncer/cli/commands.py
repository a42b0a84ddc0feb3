"""Which files hold which commands; importing one registers it. The order is that of ``--help``."""

from __future__ import annotations


def register() -> None:
    """Import every command file."""
    from syncer.cli import (
        activities,
        auth,
        auth_status,
        db,
        demo,
        doctor,
        evidence,
        importing,
        init,
        nightly,
        pain,
        plan,
        push,
        report,
        schedule,
        sync,
        workout,
    )

    del (
        activities,
        auth,
        auth_status,
        db,
        demo,
        doctor,
        evidence,
        importing,
        init,
        nightly,
        pain,
        plan,
        push,
        report,
        schedule,
        sync,
        workout,
    )
