"""Which files hold which commands; importing one registers it. The order is that of ``--help``."""

from __future__ import annotations


def register() -> None:
    """Import every command file."""
    from syncer.cli import activities, db, evidence, importing, pain, plan, report, sync, workout

    del activities, db, evidence, importing, pain, plan, report, sync, workout
