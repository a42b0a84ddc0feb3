"""What happens to the demo's runner in a year: written down, so that a reader can compare the report with it.

Nothing here is a result. The exports are made from it, and what the report says is found in them by the same code
that reads real ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

WHOLE_WEEKS: Final = 52
"""Weeks that are over; the last of them is the one that the demo shows. Then comes the present one."""

# What became of the band walks of Monday, Wednesday and Friday, a word for each week:
#   D done with the watch        H done, typed into Strava by hand    E done the evening before   L done the day after
#   P broken off                 S skipped                            f skipped, forgot           n skipped, no time
#   i skipped, ill               x in the pause
_SESSIONS = """
    DDD DDD DLD DDH DDD DSS SSn SDP DDD DDD HDD DDD Dii
    iDD DDL DDD DSD DDD SSD SSS fSD DDD EDD DDD DHD DSD
    DDD DDL DDD DDD xxx xxx SDD DDD SSP SSD DnS DDD DDH
    DDD DDD LDD DDD SSS nSD DDD DDD DLD DDD DDS DSS LPS
    DLD
"""
SESSIONS: Final = tuple(_SESSIONS.split())

WORTH_A_LOOK: Final = 36
"""New pain after skipped sessions, and no other explanation in the data."""

PAUSE: Final = (30, 31)
"""First and last week of the holidays. There is no run in them, and the plan rests."""

TUESDAY, THURSDAY, SATURDAY, SUNDAY = 1, 3, 5, 6
NO_RUNS: Final = frozenset({(12, THURSDAY), (12, SATURDAY), (13, TUESDAY)}) | {
    (week, day) for week in range(PAUSE[0], PAUSE[1] + 1) for day in (TUESDAY, THURSDAY, SATURDAY)
}
SUNDAY_RUNS: Final = frozenset({1, 4, 8, 11, 15, 19, 23, 26, 29, 34, 37, 41, 45, 48, 51})
HIKES: Final = ((30, SATURDAY), (31, 2))

# Kilometres of Saturday's run: up for three weeks, then an easier one.
LONG_RUNS_KM: Final = (
    *(10.0, 10.5, 11.0, 9.0, 11.0, 11.5, 12.0, 9.5, 11.0, 12.0, 12.5, 10.0, 0.0),
    *(9.0, 11.0, 12.0, 12.5, 10.5, 12.0, 12.5, 15.8, 9.0, 12.0, 13.0, 14.0, 11.0),
    *(13.5, 14.5, 15.5, 12.0, 0.0, 0.0, 8.0, 10.0, 11.0, 12.0, 13.0, 9.5, 16.2),
    *(12.0, 14.0, 15.0, 16.0, 12.0, 14.5, 15.5, 16.0, 12.5, 13.5, 12.0, 13.2, 15.9, 10.0),
)


@dataclass(frozen=True, slots=True)
class Words:
    """What the runner writes on a run: Strava's description and private note, and Garmin's note."""

    description: str = ""
    private_note: str = ""
    garmin_note: str = ""


SILENT: Final = Words()

SAID: Final = MappingProxyType(
    {
        (7, THURSDAY): Words(description="#kneepain 3/10 right, from km 5 on"),
        (7, SATURDAY): Words(private_note="Short and easy. #kneepain 0"),
        (9, SATURDAY): Words(description="Legs heavy, calves too. Nice light along the canal."),
        (14, SATURDAY): Words(private_note="My left knee felt a bit sore on the stairs afterwards"),
        (16, THURSDAY): Words(garmin_note="#kneepain3 left, only downhill"),
        (20, SATURDAY): Words(
            description="Too far, too soon. #kneepain 5/10 right", private_note="took the train home"
        ),
        (21, TUESDAY): Words(private_note="#kneepain 3/10 right, still there"),
        (21, THURSDAY): Words(description="No knee pain today!"),
        (27, THURSDAY): Words(garmin_note="New shoes. #kneepain 3/10 left"),
        (28, SATURDAY): Words(description="Longest one this year", private_note="#kneepain 0"),
        (32, THURSDAY): Words(private_note="First week back. #kneepain 2/10"),
        (36, SATURDAY): Words(description="#right-knee-pain 4/10 after an hour"),
        (38, SATURDAY): Words(description="Half marathon route with the club", garmin_note="#nokneepain"),
        (41, SATURDAY): Words(description="#kneepain 3/10 right in the last kilometre"),
        (44, SATURDAY): Words(private_note="#kneepain 0"),
        (47, TUESDAY): Words(garmin_note="Cold morning. #kneepain 3/10 left"),
        (51, TUESDAY): SILENT,
        (51, THURSDAY): Words(private_note="#kneepain 0"),
        (51, SATURDAY): Words(description="Added the loop round the lake. #kneepain 4/10 right, last 3 km"),
        (51, SUNDAY): Words(private_note="Shake-out. Right knee still hurts a little on the stairs"),
    }
)
"""By week and day. Other runs are answered with "#kneepain 0", or not at all."""

ANSWERS_BEGIN: Final = 2
"""From this week on the runner answers for most runs."""

TYPED_RUNS: Final = frozenset({(5, THURSDAY), (40, THURSDAY)})
"""The watch was not charged: typed into Strava by hand."""
ONLY_GARMIN: Final = frozenset({(17, TUESDAY), (33, TUESDAY)})
"""Not shown on Strava."""
PHONE_TOO: Final = frozenset({(51, THURSDAY)})
"""Recorded by watch and phone at once, both on Strava."""
