"""One activity from a group: field by field, from whom, and a pure function of the group."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from syncer.domain.activity import Activity, ExerciseSet, Kind, Note, Override, Provider, Recording, Sport
from syncer.sync.match import group
from syncer.sync.merge import merge
from tests.recordings import file, garmin, identity, key, link, strava

BERLIN = ZoneInfo("Europe/Berlin")


def one(*recordings: Recording, zone: ZoneInfo = BERLIN, by_hand: list[Override] | None = None) -> Activity:
    (only,) = group(recordings, by_hand or [])
    return merge(only, zone)


def test_times_and_distance_come_from_garmin_then_files_then_strava() -> None:
    told = [garmin(1, "07:00", 45, km=8), file(1, "07:00:01", 46, km=8.1), strava(1, "07:00:02", 47, km=8.2)]
    numbers = [(one(*told[from_:]).elapsed_s, one(*told[from_:]).distance_m) for from_ in range(3)]
    assert numbers == [(2700, 8000), (2760, 8100), (2820, 8200)]


def test_what_garmin_does_not_tell_others_do() -> None:
    activity = one(garmin(1, "07:00", None, km=0), strava(1, "07:00:02", 47, km=8.2, rpe=6.0, feel=50))
    assert (activity.elapsed_s, activity.distance_m, activity.rpe, activity.feel) == (2820, 8200, 6.0, 50)
    assert one(garmin(1, "07:00", None, timer_s=600)).elapsed_s == 600
    assert one(garmin(1, "07:00", 20, Sport.STRENGTH, km=0)).distance_m == 0
    assert one(garmin(1, "07:00", 20, Sport.STRENGTH)).distance_m is None


def test_a_device_is_believed_before_an_entry_by_hand() -> None:
    activity = one(garmin(1, "07:00", 60, km=10, manual=True), strava(1, "07:06", 52, km=9.7))
    assert activity.id == "g1"
    assert (activity.start.minute, activity.elapsed_s, activity.distance_m) == (6, 3120, 9700)


def test_sets_come_from_the_first_who_tells_any() -> None:
    walk = ExerciseSet(active=True, reps=10, category=11, exercise=11)
    activity = one(
        garmin(1, "18:00", 20, Sport.STRENGTH, sets=()),
        file(1, "18:00", 20, Sport.STRENGTH, sets=(walk, walk)),
        strava(1, "18:00", 20, Sport.WORKOUT, sets=(walk,)),
    )
    assert activity.sets == (walk, walk)


def test_every_text_of_every_recording_is_kept_with_its_provider() -> None:
    activity = one(
        garmin(1, "07:00", 45, notes=(Note("name", "Berlin Running"), Note("description", "knee fine"))),
        strava(1, "07:00", 45, notes=(Note("name", "Long run"), Note("private_note", "#kneepain 3"))),
    )
    assert activity.texts == (
        (Provider.GARMIN, Note("name", "Berlin Running")),
        (Provider.GARMIN, Note("description", "knee fine")),
        (Provider.STRAVA, Note("name", "Long run")),
        (Provider.STRAVA, Note("private_note", "#kneepain 3")),
    )


@pytest.mark.parametrize(
    ("on_garmin", "on_strava", "shown"),
    [
        ("Berlin Running", "With Anna", "With Anna"),
        ("Berlin Running", "Morning Run", "Berlin Running"),
        ("Lateral band walk", "Lunch Weight Training", "Lateral band walk"),
        (None, "Morning Run", "Morning Run"),
        ("Berlin Running", None, "Berlin Running"),
        (None, None, None),
    ],
)
def test_the_name_is_the_one_that_the_runner_chose(
    on_garmin: str | None, on_strava: str | None, shown: str | None
) -> None:
    assert one(garmin(1, "07:00", 45, name=on_garmin), strava(1, "07:00", 45, name=on_strava)).name == shown


def test_workouts_followed_are_those_of_all_recordings() -> None:
    activity = one(
        garmin(1, "18:00", 20, Sport.STRENGTH, workout_id="786", training_file=identity(5)),
        file(1, "18:00", 20, Sport.STRENGTH, training_file=identity(6)),
        strava(1, "18:00", 20, Sport.STRENGTH, training_file=identity(5)),
    )
    assert activity.workout_ids == ("786",)
    assert activity.training_files == (identity(5), identity(6))


def test_splits_add_up_and_span_the_time() -> None:
    parts = [strava(1, "07:00", 29, km=5.3), strava(2, "07:30", 30, km=5.7)]
    assert one(*parts, garmin(1, "07:00", 60, km=11.2)).distance_m == 11200
    split = one(garmin(1, "07:00", 29, km=5.3), garmin(2, "07:30", 30, km=5.7), strava(1, "07:00", 60, km=11.2))
    assert (split.id, split.distance_m, split.elapsed_s) == ("g1", 11000, 3600)
    assert [each.counted for each in split.recordings] == [True, False, True]


def test_two_devices_count_once() -> None:
    activity = one(garmin(1, "07:00", 58, km=10.9), garmin(2, "07:00:30", 60, km=11.1))
    assert (activity.distance_m, activity.elapsed_s) == (11100, 3600)


def test_halves_linked_by_hand_add_up_but_copies_on_two_platforms_do_not() -> None:
    halves = one(garmin(1, "07:00", 20, km=4), garmin(2, "08:00", 20, km=5), by_hand=[link("g1", "g2")])
    assert (halves.distance_m, halves.elapsed_s) == (9000, 80 * 60)
    copies = one(garmin(1, "07:00", 20, km=4), strava(2, "08:00", 20, km=4), by_hand=[link("g1", "s2")])
    assert (copies.distance_m, copies.elapsed_s) == (4000, 20 * 60)


def test_a_telling_sport_comes_before_a_vague_one() -> None:
    assert one(garmin(1, "18:00", 20, Sport.OTHER), strava(1, "18:00", 20, Sport.WORKOUT)).kind is Kind.STRENGTH
    assert one(garmin(1, "18:00", 20, Sport.WORKOUT), strava(1, "18:00", 20, Sport.STRENGTH)).sport is Sport.STRENGTH
    assert one(garmin(1, "18:00", 20, Sport.OTHER), strava(1, "18:00", 20, Sport.RUN)).kind is Kind.RUN
    assert one(garmin(1, "18:00", 20, Sport.RUN), strava(1, "18:00", 20, Sport.WALK)).sport is Sport.RUN


def test_the_id_is_the_first_by_provider_then_by_number() -> None:
    activity = one(garmin(9, "07:00", 45), garmin(10, "07:00:20", 45), strava(1, "07:00", 45), file("a", "07:00", 45))
    assert activity.id == "g9"
    assert [each.key.short_id for each in activity.recordings] == ["g9", "g10", "s1", "fa"]
    assert one(strava(10, "07:00", 45), strava(9, "07:00", 45), file("0a", "07:00", 45)).id == "s9"


def test_ids_of_any_length_are_put_in_order() -> None:
    """Beyond 2^53, and beyond what Python turns into a number."""
    long, longer = strava(int("9" * 4000), "07:00", 45), replace(strava(1, "07:00", 45), key=key("s" + "1" * 5000))
    assert [each.key for each in one(longer, long, garmin(2**63, "07:00", 45)).recordings] == [
        key(f"g{2**63}"),
        long.key,
        longer.key,
    ]


class TestLocalDay:
    """The day of a session is the runner's own, not the machine's."""

    def test_known_offsets_win_over_the_setting(self) -> None:
        activity = one(garmin(1, "2026-06-10 23:50", 20, offset=-7), strava(1, "2026-06-11 06:50", 20))
        assert activity.local_date == date(2026, 6, 10)
        assert activity.start.utcoffset() == timedelta(hours=-7)

    def test_an_offset_that_only_strava_knows_is_taken(self) -> None:
        activity = one(file(1, "2026-06-11 06:50", 20), strava(1, "2026-06-10 23:50", 20, offset=-7))
        assert activity.local_date == date(2026, 6, 10)
        assert activity.start.astimezone(UTC).hour == 6

    def test_else_the_setting_with_its_summer_time(self) -> None:
        assert one(strava(1, "2026-06-10 22:10", 20)).local_date == date(2026, 6, 11)
        assert one(strava(1, "2026-12-10 22:10", 20)).local_date == date(2026, 12, 10)
        assert one(strava(1, "2025-12-31 23:30", 20)).start.year == 2026

    def test_the_offset_of_a_shifted_clock_is_not_believed(self) -> None:
        activity = one(
            file(1, "2026-06-10 22:10:13", km=8.213, elapsed_s=2711),
            strava(1, "2026-06-10 21:10:13", km=8.21, elapsed_s=2711, offset=-2),
        )
        assert activity.flagged
        assert activity.local_date == date(2026, 6, 11)

    @pytest.mark.parametrize("offset", [None, -9, 9])
    def test_a_hidden_start_keeps_the_day_that_is_shown(self, offset: int | None) -> None:
        hidden = strava(1, "2026-06-10 00:00:01", 45, km=8, start_hidden=True, offset=offset)
        assert one(hidden, zone=ZoneInfo("America/Los_Angeles")).local_date == date(2026, 6, 10)

    def test_hidden_in_utc_only(self) -> None:
        zone = timezone(timedelta(hours=-7))
        shown = strava(1, "2026-06-09 17:00:01", 45, km=8, start_hidden=True, offset=-7)
        assert shown.start.tzinfo == zone
        assert one(shown).local_date == date(2026, 6, 10)

    def test_a_hidden_start_leaves_the_time_to_the_other(self) -> None:
        activity = one(
            garmin(1, "2026-06-10 07:12", 50, km=9, offset=2),
            strava(1, "2026-06-10 00:00:01", 50, km=9.02, offset=2, start_hidden=True),
        )
        assert (activity.start.hour, activity.start.minute) == (7, 12)
        assert activity.flagged is None


def test_merging_depends_on_the_group_alone() -> None:
    told = [garmin(1, "07:00", 45, km=8), strava(1, "07:00", 45, km=8), file(1, "07:00", 45), strava(2, "07:00", 45)]
    assert one(*told) == one(*reversed(told))
