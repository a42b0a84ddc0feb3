"""Matching anew after a change: it takes seconds when there are many years, and a terminal shows that it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.cli.output import Manner, progress

if TYPE_CHECKING:
    from syncer.bootstrap.home import Home
    from syncer.sync.ports import Changes


def match_anew(home: Home, manner: Manner, *, wanted: bool = True) -> Changes:
    """Make the activities true to the recordings again, see `syncer.usecases.refreshing.refresh`.

    Args:
        wanted: show that it runs, as in `progress`.
    """
    from syncer.usecases.refreshing import refresh

    with progress("Matching", manner, wanted=wanted, counted=False):
        return refresh(home.connection, home.settings.zone)
