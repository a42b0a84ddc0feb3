"""The services' JSON as recordings: what is told, what is null, and what nobody expects."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.domain.activity import Kind, Note, Provider, Recording, RecordingKey, Sport
from syncer.sources import garmin, strava
from syncer.sources.payload import identifier, number, offset, utc, whole
from syncer.store.recording_codec import recording_json, recording_row
from tests.fakes.garmin_activities import GarminActivity
from tests.fakes.strava import StravaActivity

BERLIN = timezone(timedelta(hours=1))
START = datetime(2026, 11, 15, 7, 0, 5, tzinfo=BERLIN)
G = GarminActivity(
    12_949_443_775, START, name="Morning", description="knee 2/10", workout_id=786_412_842, rpe=40, feel=75
)
S = StravaActivity(
    9_125_662_739, START, description="easy", private_note="knee 2/10", rpe=4.5, external_id="garmin_ping_5"
)


def garmin_whole(activity: GarminActivity) -> Recording:
    return garmin.detailed(garmin.listed(activity.item()), activity.detail(), activity.exercise_sets())


def strava_whole(activity: StravaActivity) -> Recording:
    return strava.detailed(strava.listed(activity.summary()), activity.detail())


def texts(recording: Recording) -> dict[str, str]:
    return {note.field: note.text for note in recording.notes}


# Garmin -----------------------------------------------------------------------------------------------------------


def test_a_garmin_run() -> None:
    listed, whole_ = garmin.listed(G.item()), garmin_whole(G)
    assert listed.key == whole_.key == RecordingKey(Provider.GARMIN, "12949443775")
    for one in (listed, whole_):
        assert (one.sport, one.sport_label) == (Sport.RUN, "running")
        assert (one.start, one.start.utcoffset(), one.offset_known) == (START, timedelta(hours=1), True)
        assert (one.elapsed_s, one.timer_s, one.distance_m) == (1812.5, 1800.0, 5000.0)
        assert texts(one) == {"name": "Morning", "description": "knee 2/10"}
        assert (one.workout_id, one.device, one.manual) == ("786412842", "3460891529", False)
    assert (whole_.rpe, whole_.feel) == (4.0, 75)
    assert (listed.rpe, listed.feel, listed.sets) == (None, None, None)


def test_garmin_sets_with_the_catalogues_numbers() -> None:
    sets = [("HIP_STABILITY", "LATERAL_WALKS_WITH_BAND_AT_ANKLES", 10, 40.5, 1), ("UNKNOWN", None, None, 30.0, None)]
    session = GarminActivity(7, START, type_key="strength_training", sets=sets)
    found = garmin_whole(session).sets
    assert found is not None
    assert [one.active for one in found] == [True, False, True, False]
    assert (found[0].category, found[0].exercise, found[0].reps, found[0].duration_s) == (11, 11, 10, 40.5)
    assert (found[0].step_index, found[0].name) == (1, "HIP_STABILITY/LATERAL_WALKS_WITH_BAND_AT_ANKLES")
    assert (found[2].category, found[2].exercise, found[2].name) == (None, None, None)
    assert garmin_whole(GarminActivity(7, START, sets=None)).sets == ()


def test_the_likeliest_guess_names_a_set() -> None:
    guesses = [
        {"category": "UNKNOWN", "name": None, "probability": 19.9},
        {"category": "SQUAT", "name": None, "probability": 79.7},
    ]
    (found,) = garmin._sets({"exerciseSets": [{"setType": "ACTIVE", "exercises": guesses}]})
    assert (found.category, found.name) == (28, "SQUAT")


@pytest.mark.parametrize("sets", [{}, {"exerciseSets": None}, {"exerciseSets": []}, {"exerciseSets": "x"}])
def test_no_sets(sets: dict[str, Any]) -> None:
    assert garmin.detailed(garmin.listed(G.item()), G.detail(), sets).sets == ()


def test_nulls_everywhere_lose_nothing_that_is_known() -> None:
    sparse = GarminActivity(5, START, name=None, distance_m=None, sparse=True, type_key="trail_running")
    listed, detail = garmin.listed(sparse.item()), garmin_whole(sparse)
    assert (listed.sport, listed.distance_m, listed.notes) == (Sport.RUN, None, ())
    assert (detail.sport, detail.sport_label, detail.start, detail.offset_known) == (
        Sport.RUN, "trail_running", START, True,
    )  # fmt: skip
    # the detail says that no note is written; the list's null does not
    assert texts(detail) == {"description": ""}


def test_a_detail_without_anything_is_what_the_list_said() -> None:
    known = garmin.listed(G.item())
    bare = garmin.detailed(known, {})
    assert (bare.key, bare.start, bare.sport, bare.offset_known) == (known.key, known.start, known.sport, True)


def test_a_retimed_activity_whose_detail_tells_the_wall_clock_only() -> None:
    known = garmin.listed(G.item())
    moved = garmin.detailed(known, {"summaryDTO": {"startTimeLocal": "2026-11-14T18:30:00.0"}})
    assert moved.start == datetime(2026, 11, 14, 18, 30, tzinfo=BERLIN)


@pytest.mark.parametrize("local", [None, "", "nonsense", "2026-11-20 07:00:00"])
def test_a_wall_clock_that_cannot_be_leaves_the_instant(local: Any) -> None:
    found = garmin.listed({**G.item(), "startTimeLocal": local})
    assert (found.start, found.offset_known) == (START, False)


def test_a_multisport_parent_without_a_timestamp() -> None:
    item = GarminActivity(8, START, type_key="multi_sport").item()
    del item["beginTimestamp"]
    assert garmin.listed(item).kind is Kind.OTHER
    only_stamp = {"activityId": 8, "beginTimestamp": int(START.timestamp() * 1000)}
    assert garmin.listed(only_stamp).start == START


@pytest.mark.parametrize("kind", [{"typeId": 1}, {"parentTypeId": 1, "typeKey": "beach_run_of_2031"}])
def test_a_run_of_a_type_newer_than_this_program(kind: dict[str, Any]) -> None:
    assert garmin.listed({**G.item(), "activityType": kind}).sport is Sport.RUN


@pytest.mark.parametrize("item", [{}, {"activityId": 0}, {"activityId": 5}, {"activityId": None, "startTimeGMT": "x"}])
def test_what_is_no_garmin_activity(item: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"no id|no start"):
        garmin.listed(item)


def test_an_answer_about_another_activity() -> None:
    with pytest.raises(ValueError, match="another"):
        garmin.detailed(garmin.listed(G.item()), {"activityId": 1})
    with pytest.raises(ValueError, match="another"):
        strava.detailed(strava.listed(S.summary()), {"id": 1})


# Strava -----------------------------------------------------------------------------------------------------------


def test_a_strava_run() -> None:
    listed, whole_ = strava.listed(S.summary()), strava_whole(S)
    for one in (listed, whole_):
        assert one.key == RecordingKey(Provider.STRAVA, "9125662739")
        assert (one.sport, one.sport_label) == (Sport.RUN, "Run")
        assert (one.start, one.start.utcoffset(), one.offset_known) == (START, timedelta(hours=1), True)
        assert (one.elapsed_s, one.timer_s, one.distance_m) == (1800.0, 1780.0, 5000.0)
        assert (one.upload_id, one.device) == ("garmin_ping_5", "Garmin Forerunner 965")
    # the list knows no notes, and does not say that there are none
    assert texts(listed) == {"name": "Morning Run"}
    assert texts(whole_) == {"name": "Morning Run", "description": "easy", "private_note": "knee 2/10"}
    assert whole_.rpe == 4.5


def test_cleared_strava_notes_are_empty() -> None:
    assert texts(strava_whole(StravaActivity(1, START))) == {
        "name": "Morning Run",
        "description": "",
        "private_note": "",
    }


def test_values_that_stravas_own_models_refuse() -> None:
    odd = {"athlete_count": 0, "max_heartrate": 178.5, "elapsed_time": 1800.5, "sport_type": "NewThing", "type": None}
    found = strava_whole(StravaActivity(1, START, odd=odd))
    assert (found.elapsed_s, found.sport, found.sport_label) == (1800.5, Sport.OTHER, "NewThing")


def test_a_hidden_start() -> None:
    assert strava.listed(StravaActivity(1, START, hidden_start=True).summary()).start_hidden
    assert not strava.listed(S.summary()).start_hidden


def test_summer_time_comes_from_the_offset_not_from_the_zones_name() -> None:
    summer = datetime(2026, 7, 1, 7, 0, tzinfo=timezone(timedelta(hours=2)))
    assert strava.listed(StravaActivity(1, summer).summary()).start.utcoffset() == timedelta(hours=2)


def test_a_strava_detail_without_anything_is_what_the_list_said() -> None:
    known = strava.listed(StravaActivity(1, START, hidden_start=True, manual=True).summary())
    bare = strava.detailed(known, {})
    assert (bare.start, bare.offset_known, bare.start_hidden) == (known.start, True, True)
    assert (bare.sport, bare.sport_label, bare.manual) == (Sport.RUN, "Run", True)


def test_an_unknown_offset_is_the_wall_clocks() -> None:
    without = {name: value for name, value in S.summary().items() if name != "utc_offset"}
    assert strava.listed(without).start.utcoffset() == timedelta(hours=1)
    nothing = {**without, "start_date_local": None}
    assert (strava.listed(nothing).start, strava.listed(nothing).offset_known) == (START, False)


# Anything ---------------------------------------------------------------------------------------------------------

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(2**63), 2**63, 2**64, 0, 1e308, -0.0, "²", "0001-01-01", "9999-12-31T23:59:59-14:00"])
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["2026-11-15 07:00:05", "2026-11-15T07:00:05Z", "2026-11-15T07:00:05.0", "running", "ACTIVE", "\ud800"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def mutated(whole_: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The same object with a few values, also nested ones, replaced by anything."""

    def changed(names: set[str]) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries(
            {name: mutated(whole_[name]) | anything if isinstance(whole_[name], dict) else anything for name in names}
        )

    return st.sets(st.sampled_from(sorted(whole_)), max_size=4).flatmap(changed).map(lambda new: {**whole_, **new})


STRENGTH = GarminActivity(7, START, type_key="strength_training", sets=[("SQUAT", None, 10, 40.0, 0)])


@given(
    mutated(G.item()),
    mutated(G.detail()),
    anything | mutated({"exerciseSets": STRENGTH.exercise_sets()["exerciseSets"]}),
)
def test_odd_garmin_values_are_missing_values(item: dict[str, Any], detail: dict[str, Any], sets: Any) -> None:
    known = garmin.listed(G.item())
    for attempt in (
        lambda: garmin.listed(item),
        lambda: garmin.detailed(known, detail, sets if isinstance(sets, dict) else None),
    ):
        try:
            found = attempt()
        except ValueError:
            continue
        recording_row(found)
        json.loads(recording_json(found))
        assert found.end


@given(mutated(S.summary()), mutated(S.detail()))
def test_odd_strava_values_are_missing_values(summary: dict[str, Any], detail: dict[str, Any]) -> None:
    known = strava.listed(S.summary())
    for attempt in (lambda: strava.listed(summary), lambda: strava.detailed(known, detail)):
        try:
            found = attempt()
        except ValueError:
            continue
        recording_row(found)
        json.loads(recording_json(found))
        assert found.end


@given(anything)
def test_readers_of_single_values_never_raise(value: Any) -> None:
    assert number(value) is None or 0 <= number(value) <= 1e9
    assert whole(value) is None or 0 <= whole(value) <= 2**31
    found = identifier(value)
    assert found is None or (found.isascii() and found.isdigit() and int(found) > 0)
    instant = utc(value)
    assert instant is None or instant.utcoffset() == timedelta(0)
    ahead = offset(value, datetime(2026, 11, 15, tzinfo=UTC))
    assert ahead is None or abs(ahead) <= timedelta(hours=14)


def test_notes_keep_their_fields() -> None:
    assert garmin.listed({**G.item(), "activityName": 5}).notes == (Note("description", "knee 2/10"),)
