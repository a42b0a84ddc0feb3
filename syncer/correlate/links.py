"""Where an activity can be looked at: its pages on Garmin Connect and Strava."""

from __future__ import annotations

from syncer.domain.activity import Activity, Provider

_PAGES = {
    Provider.GARMIN: ("Garmin", "https://connect.garmin.com/modern/activity/"),
    Provider.STRAVA: ("Strava", "https://www.strava.com/activities/"),
}


def links_of(activity: Activity) -> tuple[tuple[str, str], ...]:
    """(site, address) of each recording that has a page.

    Left out are doubles and splits that count only once with the others, and ids that are no plain numbers.
    """
    found = []
    for link in activity.recordings:
        if not link.counted:
            continue
        if link.key.provider in _PAGES and link.key.external_id.isdecimal() and link.key.external_id.isascii():
            site, address = _PAGES[link.key.provider]
            found.append((site, address + link.key.external_id))
    return tuple(found)
