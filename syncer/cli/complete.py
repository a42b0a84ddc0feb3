"""What the shell completes: names of workouts, recent activities, weeks. Never fails, never prints."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import timedelta


def workout_names() -> Iterable[str]:
    """The templates that there are."""
    with contextlib.suppress(Exception):
        from syncer.bootstrap import configured, templates

        return sorted(templates(configured(None)[0]))
    return []


def activity_ids() -> Iterable[tuple[str, str]]:
    """The newest fifty activities, with their day and name."""
    with contextlib.suppress(Exception):
        from syncer.bootstrap import open_home
        from syncer.store.activities import Activities

        with open_home(None) as home:
            newest = Activities(home.connection).list()[-50:]
            return [(item.id, f"{item.local_date} {item.kind.value} {item.name or ''}") for item in reversed(newest)]
    return []


def weeks() -> Iterable[str]:
    """This week and the twelve before it."""
    with contextlib.suppress(Exception):
        from syncer.bootstrap import clock, configured
        from syncer.domain.week import Week

        today = clock().astimezone(configured(None)[1].zone).date()
        return [str(Week.of(today - timedelta(weeks=back))) for back in range(13)]
    return []
