"""Which files hold which commands; importing one registers it. The order is that of ``--help``."""

from __future__ import annotations


def register() -> None:
    """Import every command file."""
    from syncer.cli import activities, db, demo, evidence, importing, pain, plan, push, report, sync, workout

    del activities, db, demo, evidence, importing, pain, plan, push, report, sync, workout
