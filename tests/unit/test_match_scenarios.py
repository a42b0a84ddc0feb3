"""Which recordings are one activity: traps that other programs fell into, and more."""

from __future__ import annotations

import pytest

from syncer.domain.activity import Recording, Sport
from syncer.sync.match import group
from tests.recordings import file, garmin, identity, rules_of, strava, together

S, W, WALK, OTHER = Sport.STRENGTH, Sport.WORKOUT, Sport.WALK, Sport.OTHER

SCENARIOS: dict[str, tuple[list[Recording], list[str]]] = {
    "two seconds apart": (
        [garmin(1, "07:00:00", 45, km=8.01), strava(1, "07:00:02", 45, km=8.0)],
        ["g1 s1"],
    ),
    "strength is a Workout on Strava": (
        [garmin(1, "18:00", 25, S), strava(1, "18:00:01", 25, W)],
        ["g1 s1"],
    ),
    "run and band walks back to back": (
        [
            garmin(1, "07:00", 40, km=7),
            garmin(2, "07:41", 12, S),
            strava(1, "07:00:01", 40, km=7),
            strava(2, "07:41:02", 12, W),
        ],
        ["g1 s1", "g2 s2"],
    ),
    "a treadmill warm-up does not swallow the strength session": (
        [garmin(1, "18:00", 8, km=1.2), strava(2, "18:08", 35, S)],
        ["g1", "s2"],
    ),
    "six minutes of band walks, then a run": (
        [
            garmin(1, "07:00", 6, S),
            garmin(2, "07:07", 50, km=9),
            strava(1, "07:00", 6, S),
            strava(2, "07:07", 50, km=9),
        ],
        ["g1 s1", "g2 s2"],
    ),
    "two sets four minutes apart": (
        [garmin(1, "07:00", 3, S), garmin(2, "07:04", 3, S), strava(1, "07:00:02", 3, W), strava(2, "07:04:01", 3, W)],
        ["g1 s1", "g2 s2"],
    ),
    "only the second set is on Strava": (
        [garmin(1, "07:00", 3, S), garmin(2, "07:04", 3, S), strava(2, "07:04:01", 3, W)],
        ["g1", "g2 s2"],
    ),
    "typed in at 07:00 every day": (
        [strava(day, f"2026-06-{day} 07:00", 20, S, manual=True) for day in (10, 11, 12)]
        + [garmin(10, "2026-06-10 18:31", 24, S), garmin(12, "2026-06-12 07:03", 45, km=8)],
        ["g10", "g12", "s10", "s11", "s12"],
    ),
    "06:00 and 18:00": (
        [garmin(1, "06:00", 30, km=5), strava(2, "18:00", 30, km=5)],
        ["g1", "s2"],
    ),
    "cropped on Strava": (
        [garmin(1, "07:00", 60, km=11), strava(1, "07:06", 52, km=9.6)],
        ["g1 s1"],
    ),
    "hidden start, one run that day": (
        [garmin(1, "07:12", 50, km=9, offset=2), strava(1, "00:00:01", 50, km=9.02, offset=2, start_hidden=True)],
        ["g1 s1"],
    ),
    "hidden start, two runs that day": (
        [
            garmin(1, "07:12", 50, km=9, offset=2),
            garmin(2, "18:40", 32, km=6, offset=2),
            strava(1, "00:00:01", 32, km=6.02, offset=2, start_hidden=True),
        ],
        ["g1", "g2 s1"],
    ),
    "one hour of zone slip": (
        [garmin(1, "07:00:13", None, km=8.213, elapsed_s=2711), strava(1, "08:00:13", None, km=8.21, elapsed_s=2712)],
        ["g1 s1"],
    ),
    "two real one-hour sessions": (
        [garmin(1, "17:00", 60, S), strava(2, "18:00", 60, S)],
        ["g1", "s2"],
    ),
    "two real one-hour runs": (
        [garmin(1, "17:00", 60, km=11.2), strava(2, "18:00", 60, km=10.4)],
        ["g1", "s2"],
    ),
    "watch and phone": (
        [
            garmin(1, "07:00", 60, km=11),
            strava(1, "07:00:01", 60, km=11, device="Garmin Forerunner 245"),
            strava(2, "07:01:10", 59, km=10.7, device="Strava iPhone App"),
        ],
        ["g1 s1 s2"],
    ),
    "typed in again, rounded to the hour": (
        [garmin(1, "07:06", 52, km=9.7), strava(1, "07:00", 60, km=10, manual=True)],
        ["g1 s1"],
    ),
    "split on Strava": (
        [garmin(1, "07:00", 60, km=11), strava(1, "07:00", 29, km=5.3), strava(2, "07:30", 30, km=5.7)],
        ["g1 s1 s2"],
    ),
    "treadmill distance edited": (
        [garmin(1, "07:00", 40, km=5.1), strava(1, "07:00", 40, km=8.0)],
        ["g1 s1"],
    ),
    "a ping number that is another activity's id": (
        [
            garmin(111, "2026-06-08 07:00", 40, km=7),
            garmin(222, "07:00", 40, km=7),
            strava(1, "07:00:01", 40, km=7, upload_id="garmin_ping_111"),
        ],
        ["g111", "g222 s1"],
    ),
    "a push id, its start edited": (
        [garmin(111, "07:00", 40, km=7), strava(1, "12:34", 40, km=7, upload_id="garmin_push_111")],
        ["g111 s1"],
    ),
    "uploaded from Garmin's own download": (
        [garmin(111, "07:00", 40, km=7), strava(1, "09:30", 38, km=7, upload_id="111_ACTIVITY.fit")],
        ["g111 s1"],
    ),
    "a walk retyped as a run": (
        [garmin(1, "07:00", 40, WALK, km=4), strava(1, "07:00:03", 40, km=4)],
        ["g1 s1"],
    ),
    "a long pause: timer here, elapsed there": (
        [garmin(1, "07:00", None, km=9, timer_s=3000), strava(1, "07:00:04", 85, km=9, timer_s=3000)],
        ["g1 s1"],
    ),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_published_traps_are_solved(name: str) -> None:
    recordings, expected = SCENARIOS[name]
    assert together(recordings) == expected
    assert together(reversed(recordings)) == expected


MORE: dict[str, tuple[list[Recording], list[str]]] = {
    "an instant is an instant, in whatever zone it is told": (
        [garmin(1, "09:00", 45, km=8, offset=2), strava(1, "07:00", 45, km=8)],
        ["g1 s1"],
    ),
    "the hour that the clocks go back: two runs with one wall-clock time": (
        [
            garmin(1, "2026-10-25 02:10", 25, km=5.1, offset=2),
            garmin(2, "2026-10-25 02:10", 25, km=4.6, offset=1),
            strava(2, "2026-10-25 01:10", 25, km=4.6),
        ],
        ["g1", "g2 s2"],
    ),
    "two equal runs a day, each on both platforms": (
        [
            garmin(1, "06:00", 30, km=5),
            garmin(2, "18:00", 30, km=5),
            strava(1, "06:00", 30, km=5),
            strava(2, "18:00", 30, km=5),
        ],
        ["g1 s1", "g2 s2"],
    ),
    "two equal odd runs a day, one missing on Strava and its twin on Garmin": (
        [
            garmin(1, "06:00", None, km=5.013, elapsed_s=1811),
            strava(2, "09:00", None, km=5.012, elapsed_s=1812),
            strava(3, "12:15", None, km=5.013, elapsed_s=1810),
        ],
        ["g1", "s2", "s3"],
    ),
    "round numbers three hours apart repeat by themselves": (
        [garmin(1, "06:00", 30, km=5), strava(2, "09:00", 30, km=5)],
        ["g1", "s2"],
    ),
    "round numbers shifted by the runner's own offset": (
        [garmin(1, "08:00", 30, km=5, offset=2), strava(1, "08:00", 30, km=5)],
        ["g1 s1"],
    ),
    "a shift of no whole quarter hour is no zone": (
        [garmin(1, "06:00:13", None, km=8.213, elapsed_s=2711), strava(1, "07:07:13", None, km=8.21, elapsed_s=2712)],
        ["g1", "s1"],
    ),
    "a typed entry an hour later is no shifted clock": (
        [garmin(1, "07:00", 45, km=8), strava(1, "08:00", 45, km=8, manual=True)],
        ["g1", "s1"],
    ),
    "a push id that points to another sport": (
        [
            garmin(111, "07:00", 20, S),
            garmin(222, "07:25", 40, km=7),
            strava(1, "07:25", 40, km=7, upload_id="garmin_push_111"),
        ],
        ["g111", "g222 s1"],
    ),
    "a push id that points to another day and another length": (
        [garmin(111, "2026-01-02 07:00", 20, km=4), strava(1, "07:25", 40, km=7, upload_id="garmin_push_111")],
        ["g111", "s1"],
    ),
    "an id whose Garmin recording is gone": (
        [garmin(222, "07:00", 40, km=7), strava(1, "09:00", 40, km=7, upload_id="garmin_push_111")],
        ["g222", "s1"],
    ),
    "a copy of a Garmin activity that is gone, its start edited onto another": (
        [garmin(222, "07:00", 60, km=11), strava(1, "07:20", 50, km=9, upload_id="garmin_push_111")],
        ["g222", "s1"],
    ),
    "an edited start that lies on another run joins nothing else": (
        [
            garmin(111, "07:00", 60, km=11),
            garmin(222, "18:00", 60, km=10),
            strava(1, "18:00", 60, km=11, upload_id="garmin_push_111"),
            strava(2, "18:00:01", 60, km=10),
        ],
        ["g111 s1", "g222 s2"],
    ),
    "the same again, and the other run is on Garmin only": (
        [
            garmin(111, "07:00", 60, km=11),
            garmin(222, "18:00", 60, km=10),
            strava(1, "18:00", 60, km=11, upload_id="garmin_push_111"),
        ],
        ["g111 s1", "g222"],
    ),
    "a run and strength at one time are two things": (
        [garmin(1, "07:00", 40, km=7), strava(1, "07:00", 40, W), file(1, "07:00", 40, S)],
        ["g1", "s1 f1"],
    ),
    "an unspecific recording does not chain a run to a strength session": (
        [garmin(1, "07:00", 40, km=7), file(1, "07:00:03", 40, OTHER), strava(1, "07:00:04", 40, S)],
        ["g1", "s1 f1"],
    ),
    "a file and the export of the same run": (
        [garmin(1, "07:00", 45, km=8), strava(1, "07:00:01", 45, km=8), file("ab", "07:00", 45, km=8)],
        ["g1 s1 fab"],
    ),
    "one file identity on both platforms, the start edited": (
        [
            garmin(1, "07:00", 45, km=8, file_identity=identity()),
            strava(1, "11:00", 45, km=8, file_identity=identity()),
        ],
        ["g1 s1"],
    ),
    "two rewritten copies of one file": (
        [
            file("ab", "07:00", 45, km=8, file_identity=identity()),
            file("cd", "07:00", 45, km=8, file_identity=identity()),
        ],
        ["fab fcd"],
    ),
    "multisport: the sessions of one file stay apart, and each finds its own": (
        [
            file("a-0", "07:00", 10, S, file_identity=identity()),
            file("a-1", "07:10", 30, km=6, file_identity=identity()),
            file("a-2", "07:40", 10, S, file_identity=identity()),
            strava(1, "07:10", 30, km=6, file_identity=identity()),
            strava(2, "07:40:01", 10, W, file_identity=identity()),
            garmin(9, "07:00", 50, OTHER, km=6, file_identity=identity()),
        ],
        ["fa-0", "g9", "s1 fa-1", "s2 fa-2"],
    ),
    "a placeholder serial proves nothing": (
        [
            garmin(1, "2026-06-09 07:00", 45, km=8, file_identity=identity(0)),
            strava(1, "2026-06-10 06:00", 45, km=8, file_identity=identity(0)),
        ],
        ["g1", "s1"],
    ),
    "an app that writes one identity into every file": (
        [
            file(f"d{day}", f"2026-06-{day} 07:00", 40, km=7, file_identity=identity(77, "1989-12-31 00:00:00"))
            for day in (10, 11, 12)
        ]
        + [strava(11, "2026-06-11 07:00:01", 40, km=7, file_identity=identity(77, "1989-12-31 00:00:00"))],
        ["fd10", "fd12", "s11 fd11"],
    ),
    "a true copy on one platform": (
        [strava(9233077380, "07:00", 31, km=5.9), strava(9233439372, "07:00", 31, km=5.9)],
        ["s9233077380 s9233439372"],
    ),
    "two devices, each on both platforms": (
        [
            garmin(1, "07:00", 60, km=11),
            garmin(2, "07:00:30", 59, km=11.1),
            strava(1, "07:00", 60, km=11),
            strava(2, "07:00:30", 59, km=11.1),
        ],
        ["g1 g2 s1 s2"],
    ),
    "split on Garmin, whole on Strava": (
        [garmin(1, "07:00", 29, km=5.3), garmin(2, "07:30", 30, km=5.7), strava(1, "07:00", 60, km=11)],
        ["g1 g2 s1"],
    ),
    "an entry by hand does not bridge two sets": (
        [garmin(1, "07:00", 5, S), garmin(2, "07:09", 5, S), strava(1, "07:00", 15, S, manual=True)],
        ["g1", "g2", "s1"],
    ),
    "an entry by hand that could be either of two is neither": (
        [garmin(1, "07:03", 20, S), garmin(2, "07:25", 20, S), strava(1, "07:00", 20, S, manual=True)],
        ["g1", "g2", "s1"],
    ),
    "typed before the watch had synced, then it came twice to Strava": (
        [
            garmin(1, "07:05", 45, km=8.1),
            strava(1, "07:05:01", 45, km=8.1),
            strava(2, "07:00", 45, km=8, manual=True),
        ],
        ["g1 s1 s2"],
    ),
    "typed at a recorded run's time, but another run": (
        [garmin(1, "07:05", 45, km=8.1), strava(1, "07:00", 60, km=14, manual=True)],
        ["g1", "s1"],
    ),
    "an export without files looks typed, but its seconds do not": (
        [
            garmin(1, "07:00:13", None, S, elapsed_s=185),
            garmin(2, "07:04:02", None, S, elapsed_s=190),
            strava(1, "07:00:14", None, W, elapsed_s=185, manual=True),
            strava(2, "07:04:02", None, W, elapsed_s=190, manual=True),
        ],
        ["g1 s1", "g2 s2"],
    ),
    "typed, and equal to the second": (
        [garmin(1, "07:00", 5, S), garmin(2, "07:09", 5, S), strava(1, "07:09", 5, S, manual=True)],
        ["g1", "g2 s1"],
    ),
    "a clock that was never set": (
        [
            file("a", "1989-12-31 00:00", 40, km=7),
            file("b", "1989-12-31 00:00", 45, km=8),
            strava(1, "1989-12-31 00:00:05", 45, km=8),
        ],
        ["fa", "fb", "s1"],
    ),
    "the length is missing on one side": (
        [garmin(1, "07:00", 45, km=8), strava(1, "07:00:08", None)],
        ["g1 s1"],
    ),
    "the length is missing and the start a minute off: two things for all we know": (
        [garmin(1, "07:00", 45, S), strava(1, "06:59", None, S)],
        ["g1", "s1"],
    ),
    "started and stopped by mistake": (
        [garmin(1, "06:59:50", 0.05, km=0), garmin(2, "07:00", 45, km=8), strava(2, "07:00:01", 45, km=8)],
        ["g1", "g2 s2"],
    ),
    "nothing but zero length": (
        [garmin(1, "07:00", 0, S), strava(1, "07:00:03", 0, W), strava(2, "08:00", 0, W)],
        ["g1 s1", "s2"],
    ),
    "a watch paused and forgotten runs over the next day's run": (
        [
            garmin(1, "2026-06-10 07:00", 26 * 60, km=8, timer_s=2700),
            garmin(2, "2026-06-11 07:05", 45, km=8),
            strava(2, "2026-06-11 07:05", 45, km=8),
        ],
        ["g1", "g2 s2"],
    ),
    "a watch not even paused swallows nothing either": (
        [
            garmin(1, "07:00", 14 * 60, S),
            strava(1, "07:00:01", 25, W),
            garmin(2, "12:00", 20, S),
            strava(2, "12:00", 20, W),
        ],
        ["g1 s1", "g2 s2"],
    ),
    "a day-long race is one run on two devices": (
        [garmin(1, "07:00", 11 * 60, km=100), garmin(2, "07:05", 11 * 60, km=101)],
        ["g1 g2"],
    ),
    "warm-up jog, run and jog home": (
        [
            garmin(1, "07:00", 10, km=1.6),
            garmin(2, "07:10:20", 30, km=7),
            garmin(3, "07:40:40", 10, km=1.6),
            strava(1, "07:00:02", 10, km=1.6),
            strava(3, "07:40:41", 10, km=1.6),
        ],
        ["g1 s1", "g2", "g3 s3"],
    ),
    "hidden start, two runs that are too much alike": (
        [
            garmin(1, "07:12", 50, km=9, offset=2),
            garmin(2, "18:40", 50, km=9.01, offset=2),
            strava(1, "00:00:01", 50, km=9.0, offset=2, start_hidden=True),
        ],
        ["g1", "g2", "s1"],
    ),
    "hidden start, the day before": (
        [
            garmin(1, "2026-06-09 23:30", 50, km=9, offset=2),
            strava(1, "2026-06-10 00:00:01", 50, km=9, offset=2, start_hidden=True),
        ],
        ["g1", "s1"],
    ),
    "hidden start of a strength session with a round length": (
        [garmin(1, "07:12", 30, S, offset=2), strava(1, "00:00:01", 30, W, offset=2, start_hidden=True)],
        ["g1", "s1"],
    ),
    "hidden start of a strength session with a telling length": (
        [
            garmin(1, "07:12", None, S, offset=2, elapsed_s=1537.4),
            strava(1, "00:00:01", None, W, offset=2, elapsed_s=1537, start_hidden=True),
        ],
        ["g1 s1"],
    ),
    "a run at midnight is no hidden start": (
        [garmin(1, "07:12", 50, km=9, offset=2), strava(1, "00:00:01", 50, km=9, offset=2)],
        ["g1", "s1"],
    ),
}


@pytest.mark.parametrize("name", MORE)
def test_further_traps_are_solved(name: str) -> None:
    recordings, expected = MORE[name]
    assert together(recordings) == expected
    assert together(reversed(recordings)) == expected


@pytest.mark.parametrize(
    ("seconds", "rule"),
    [
        (0, "start"),
        (10, "start"),
        (11, "near-start"),
        (120, "near-start"),
        (121, "inside"),
        (300, "inside"),
        (301, None),
    ],
)
def test_how_far_apart_starts_may_be(seconds: int, rule: str | None) -> None:
    """Fifty minutes; from 5 min on less than 90 % is shared, and that it counts once is another rule."""
    copy = strava(1, f"07:{seconds // 60:02}:{seconds % 60:02}", 50, km=8)
    assert rules_of([garmin(1, "07:00", 50, km=8), copy])["s1"] == (rule or "overlap")


def test_copies_at_the_same_time_count_once_but_neighbours_do_not() -> None:
    half = [garmin(1, "07:00", 60, S), strava(1, "07:30", 60, S)]
    less = [garmin(1, "07:00", 60, S), strava(1, "07:31", 60, S)]
    assert together(half) == ["g1 s1"]
    assert together(less) == ["g1", "s1"]


def test_every_recording_says_why_it_is_here() -> None:
    recordings = [
        garmin(1, "07:00", 60, km=11),
        strava(1, "07:00", 29, km=5.3),
        strava(2, "07:30", 30, km=5.7),
        strava(3, "07:00:01", 29, km=5.3),
        file(1, "07:00:30", 60, km=11),
    ]
    (only,) = group(recordings)
    said = {one.key.short_id: (one.rule, one.counted) for one in only.links}
    assert said == {
        "g1": ("self", True),
        "s1": ("start", True),
        "s2": ("split", False),
        "s3": ("overlap", False),
        "f1": ("near-start", True),
    }
    assert all(0.5 < one.score <= 1 for one in only.links)


def test_a_shifted_clock_is_linked_but_flagged() -> None:
    recordings, _ = SCENARIOS["one hour of zone slip"]
    (only,) = group(recordings)
    assert [one.rule for one in only.links] == ["self", "clock-shift"]
    assert only.flagged == "Strava starts it 1 h later than Garmin; the start from Garmin is used"
    (edited,) = group(SCENARIOS["a push id, its start edited"][0])
    assert edited.flagged is not None
    assert "5 h 34 min later" in edited.flagged
    (plain,) = group(SCENARIOS["two seconds apart"][0])
    assert plain.flagged is None


@pytest.mark.parametrize(
    ("upload_id", "proven"),
    [
        ("garmin_push_111", True),
        ("111_ACTIVITY.fit", True),
        ("activity_111.fit", True),
        ("activity_111.tcx", True),
        ("activity_111.gpx", True),
        ("Activity_111 (1).GPX", True),
        ("111_ACTIVITY.fit.gz", True),
        ("garmin_ping_111", False),
        ("garmin_push_1111", False),
        ("111.fit", False),
        ("my_activity_111.fit.txt", False),
        ("", False),
        (None, False),
    ],
)
def test_which_upload_ids_prove_a_garmin_id(upload_id: str | None, proven: bool) -> None:
    recordings = [garmin(111, "07:00", 40, km=7), strava(1, "13:33", 40, km=7, upload_id=upload_id)]
    assert together(recordings) == (["g111 s1"] if proven else ["g111", "s1"])


def test_one_to_one_the_nearer_start_wins() -> None:
    recordings = [garmin(1, "07:00:00", 45, km=8), strava(1, "07:00:09", 45, km=8), strava(2, "07:00:02", 45, km=8)]
    assert rules_of(recordings) == {"g1": "self", "s2": "start", "s1": "overlap"}
