import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.correlate.adherence import Absences, adherence, assign
from syncer.correlate.pairing import windows
from syncer.correlate.recognition import Clues
from syncer.domain.activity import ExerciseSet, Kind, Provider, RecordingKey, RecordingLink
from syncer.domain.plan import MatchRule, Pause, Reason, SessionStatus
from tests.training import activity, days, outcome, planned, run, walks
from tests.work import steps

MON = date(2026, 11, 16)
TUE, WED, THU, FRI, SAT, SUN = days(MON + timedelta(days=1), 6)
LATER = date(2027, 6, 1)


def statuses(sessions, activities, today=LATER, **more):
    return [str(item.status) for item in assign(sessions, activities, today, **more)]


def by_day(sessions, activities, today=LATER, **more):
    return {
        item.session.date: (str(item.status), item.activity_id) for item in assign(sessions, activities, today, **more)
    }


class TestStatus:
    def test_done_on_its_day_moved_inside_its_window_skipped_outside(self):
        assert statuses([planned(WED)], [activity(WED)]) == ["done"]
        for day in (TUE, THU, FRI):
            assert statuses([planned(WED)], [activity(day)]) == ["moved"]
        for day in (MON, SAT):
            assert statuses([planned(WED)], [activity(day)]) == ["skipped"]

    def test_half_of_the_sets_is_done_less_is_partial(self):
        def judged(right, left):
            (item,) = assign([planned(WED)], [activity(WED, sets=walks(right, left))], LATER)
            return item.status, item.sets_done, item.match

        assert judged(3, 3) == (SessionStatus.DONE, 3, MatchRule.SETS)
        assert judged(2, 2) == (SessionStatus.DONE, 2, MatchRule.SETS)
        assert judged(3, 0) == (SessionStatus.DONE, 1.5, MatchRule.SETS)
        assert judged(1, 1) == (SessionStatus.PARTIAL, 1, MatchRule.SETS)

    def test_while_the_window_is_open_a_session_is_pending_never_missed(self):
        session = [planned(WED)]
        assert statuses(session, [], TUE) == ["upcoming"]
        for today in (WED, THU, FRI):
            assert statuses(session, [], today) == ["pending"]
        assert statuses(session, [], SAT) == ["skipped"]
        broken_off = [activity(WED, sets=walks(1, 1))]
        (open_one,) = assign(session, broken_off, FRI)
        assert (open_one.status, open_one.sets_done) == (SessionStatus.PENDING, 1)
        assert statuses(session, broken_off, SAT) == ["partial"]

    def test_the_window_closes_early_where_the_neighbour_s_day_has_passed(self):
        daily = [planned(MON), planned(TUE)]
        assert statuses(daily, [], TUE) == ["pending", "pending"]
        assert statuses(daily, [], WED) == ["skipped", "pending"]

    def test_nothing_dated_after_today_is_seen(self):
        assert statuses([planned(WED)], [activity(THU)], WED) == ["pending"]

    def test_a_late_upload_turns_skipped_into_done(self):
        assert statuses([planned(WED)], []) == ["skipped"]
        assert statuses([planned(WED)], [activity(WED)]) == ["done"]

    def test_one_done_a_day_early_is_moved_before_its_day(self):
        assert statuses([planned(WED)], [activity(TUE)], TUE) == ["moved"]

    def test_the_window_is_a_setting(self):
        assert statuses([planned(WED)], [activity(THU)], window=(0, 0)) == ["skipped"]
        assert statuses([planned(WED)], [], THU, window=(0, 0)) == ["skipped"]
        assert statuses([planned(WED)], [activity(SUN)], window=(0, 4)) == ["moved"]

    def test_no_sessions_no_activities(self):
        assert assign([], [activity(WED)], LATER) == []
        assert assign([], [], LATER) == []


class TestExcuses:
    @pytest.mark.parametrize("reason", ["ill", "travel", "sore", "rest"])
    def test_a_good_reason_takes_a_miss_out_of_every_count(self, reason):
        session = planned(WED)
        absences = Absences(excuses={session.id: Reason(reason)})
        (item,) = assign([session], [], LATER, absences=absences)
        assert (item.status, item.reason) == (SessionStatus.EXCUSED, Reason(reason))
        (item,) = assign([session], [activity(WED, sets=walks(1, 0))], LATER, absences=absences)
        assert (item.status, item.sets_done) == (SessionStatus.EXCUSED, 0.5)

    @pytest.mark.parametrize("reason", ["no-time", "forgot"])
    def test_no_time_and_forgot_stay_skipped_with_their_reason(self, reason):
        session = planned(WED)
        (item,) = assign([session], [], LATER, absences=Absences(excuses={session.id: Reason(reason)}))
        assert (item.status, item.reason) == (SessionStatus.SKIPPED, Reason(reason))

    def test_a_pause_excuses_its_days_both_ends_included_and_no_other(self):
        absences = Absences(pauses=(Pause(WED, FRI, Reason.TRAVEL),))
        found = statuses([planned(day) for day in (MON, WED, FRI, SUN)], [], absences=absences)
        assert found == ["skipped", "excused", "excused", "skipped"]

    def test_a_pause_to_come_excuses_what_is_upcoming(self):
        absences = Absences(pauses=(Pause(WED, FRI, Reason.TRAVEL),))
        assert statuses([planned(WED), planned(SAT)], [], MON, absences=absences) == ["excused", "upcoming"]

    def test_an_excused_session_that_was_done_is_done(self):
        session = planned(WED)
        absences = Absences((Pause(MON, SUN, Reason.ILL),), {session.id: Reason.ILL})
        (item,) = assign([session], [activity(WED)], LATER, absences=absences)
        assert (item.status, item.reason) == (SessionStatus.DONE, None)

    def test_between_equals_the_session_that_counts_gets_the_activity(self):
        absences = Absences(pauses=(Pause(SUN - timedelta(days=7), MON, Reason.TRAVEL),))
        found = statuses([planned(MON), planned(WED)], [activity(TUE)], absences=absences)
        assert found == ["excused", "moved"]


class TestDays:
    def test_sunday_ten_to_midnight_is_sunday_s_wherever_the_runner_was(self):
        done = activity(SUN, at="23:50", elapsed_s=1200.0)
        assert by_day([planned(SUN)], [done])[SUN][0] == "done"
        # begun on Sunday, ended on Monday: one day early for Monday's
        assert statuses([planned(SUN + timedelta(days=1))], [done]) == ["moved"]

    def test_the_runner_s_day_counts_not_the_instant_s(self):
        """07:00 in Auckland is the evening before in UTC."""
        start = datetime(2026, 11, 18, 7, 0, tzinfo=timezone(timedelta(hours=13)))
        assert start.astimezone(UTC).date() == TUE
        done = replace(activity(WED), start=start)
        assert statuses([planned(WED)], [done]) == ["done"]

    @pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)])
    def test_nights_when_the_clock_changes(self, night):
        sessions = [planned(night - timedelta(days=1)), planned(night), planned(night + timedelta(days=1))]
        done = [activity(session.date, at="02:30") for session in sessions]
        assert statuses(sessions, done) == ["done"] * 3

    def test_over_new_year_and_in_week_53(self):
        first = date(2020, 12, 30)
        sessions = [planned(day) for day in days(first, 4, 2)]
        done = [activity(date(2020, 12, 31)), activity(date(2021, 1, 1)), activity(date(2021, 1, 7))]
        assert statuses(sessions, done) == ["moved", "done", "skipped", "moved"]


class TestPairing:
    def test_one_activity_serves_one_session(self):
        assert statuses([planned(MON), planned(WED)], [activity(TUE)]) == ["moved", "skipped"]

    def test_never_past_the_neighbouring_session_of_the_workout(self):
        sessions = [planned(MON), planned(TUE), planned(FRI)]
        bounds = windows(sessions)
        assert bounds[sessions[0].id] == (SUN - timedelta(days=7), TUE)
        assert bounds[sessions[1].id] == (MON, THU)
        assert bounds[sessions[2].id] == (THU, SUN)
        # Wednesday is within two days of Monday, and past Tuesday's session
        done = [activity(TUE), activity(WED)]
        assert statuses(sessions, done) == ["moved", "moved", "skipped"]
        assert statuses(sessions[:1], [activity(WED)]) == ["moved"]
        assert statuses([planned(MON), planned(TUE)], [activity(WED), activity(WED, at="19:00")]) == [
            "skipped",
            "moved",
        ]

    def test_another_workout_s_session_is_no_neighbour(self):
        sessions = [planned(MON), planned(TUE, "hip-circuit")]
        done = activity(WED, workout_ids=("1",))
        found = by_day(sessions, [done], clues=Clues(connect_ids={"1": "lateral-band-walk"}))
        assert found[MON][0] == "moved"
        assert found[TUE][0] == "skipped"

    def test_two_workouts_on_one_day_each_get_their_own(self):
        sessions = [planned(MON), planned(MON, "hip-circuit", exercises=frozenset({(37, 6)}), duration_s=900.0)]
        done = [activity(MON, at="07:00", name="Hip circuit"), activity(MON, at="07:20", name="x", band_walk=True)]
        found = {item.session.workout: item.activity_id for item in assign(sessions, done, LATER)}
        assert found == {"hip-circuit": done[0].id, "lateral-band-walk": done[1].id}
        unnamed = [activity(MON, at="18:00", elapsed_s=880), activity(MON, at="19:00", elapsed_s=500)]
        found = {item.session.workout: item.activity_id for item in assign(sessions, unnamed, LATER)}
        assert found == {"hip-circuit": unnamed[0].id, "lateral-band-walk": unnamed[1].id}

    def test_a_surer_signal_wins_over_a_nearer_day(self):
        clues = Clues(pushed={4242: "lateral-band-walk"})
        guess, sure = activity(WED, name="Strength"), activity(THU, serials=(4242,))
        (item,) = assign([planned(WED)], [guess, sure], LATER, clues=clues)
        assert (item.activity_id, item.match) == (sure.id, MatchRule.TRAINING_FILE)

    def test_a_session_done_in_full_wins_over_a_broken_off_one(self):
        broken_off, full = activity(WED, sets=walks(1, 0)), activity(THU, sets=walks(3, 3))
        (item,) = assign([planned(WED)], [broken_off, full], LATER)
        assert (item.status, item.activity_id) == (SessionStatus.MOVED, full.id)
        one_of_one_day = activity(WED, at="12:00", sets=walks(3, 3))
        (item,) = assign([planned(WED)], [activity(WED, sets=walks(2, 1)), one_of_one_day], LATER)
        assert item.activity_id == one_of_one_day.id

    def test_a_guess_does_not_outdo_a_sure_broken_off_one(self):
        broken_off, guess = activity(WED, sets=walks(1, 1)), activity(THU, name="Strength")
        (item,) = assign([planned(WED)], [broken_off, guess], LATER)
        assert (item.status, item.match) == (SessionStatus.PARTIAL, MatchRule.SETS)

    def test_half_way_between_two_sessions_it_is_the_earlier_one_made_up(self):
        assert by_day([planned(MON), planned(WED)], [activity(TUE)])[MON][0] == "moved"

    def test_an_early_start_is_not_stolen_from_the_next_session(self):
        """Two activities, two sessions: the pairing that serves both is taken."""
        found = by_day([planned(MON), planned(WED)], [activity(WED), activity(WED, at="20:00")])
        assert [status for status, _ in found.values()] == ["moved", "done"]

    def test_what_connect_s_calendar_names_is_that_very_session(self):
        sessions = [planned(MON), planned(WED)]
        done = activity(TUE, id_="g55", name="Strength")
        clues = Clues(scheduled={"55": sessions[1].id})
        items = assign(sessions, [done], LATER, clues=clues)
        assert [item.match for item in items] == [None, MatchRule.SCHEDULE]
        far = Clues(scheduled={"55": planned(SUN).id})
        assert statuses([*sessions, planned(SUN)], [done], clues=far) == ["moved", "skipped", "skipped"]

    def test_the_runner_s_word_beats_days_and_signals(self):
        sessions = [planned(MON), planned(WED)]
        done = activity(
            SUN,
            id_="g55",
            recordings=(
                RecordingLink(RecordingKey(Provider.GARMIN, "55"), "self", 1.0),
                RecordingLink(RecordingKey(Provider.STRAVA, "66"), "start", 0.9),
            ),
        )
        for name in ("g55", "s66"):
            items = assign(sessions, [done], LATER, clues=Clues(manual={sessions[0].id: name}))
            assert [str(item.status) for item in items] == ["moved", "skipped"]
            assert items[0].match is MatchRule.MANUAL
        gone = Clues(manual={sessions[0].id: "g404", "2020-01-01-x": "g55"})
        assert statuses(sessions, [done], clues=gone) == ["skipped", "skipped"]
        a_run = run(MON, id_="g9")
        assert statuses(sessions, [a_run], clues=Clues(manual={sessions[0].id: "g9"})) == ["skipped", "skipped"]

    def test_an_activity_that_holds_nothing_of_the_workout_leaves_it_skipped(self):
        clues = Clues(connect_ids={"1": "lateral-band-walk"})
        stretch_only = activity(WED, workout_ids=("1",), sets=walks(0, 0))
        assert statuses([planned(WED)], [stretch_only], clues=clues) == ["done"]  # told nothing: taken as whole
        stretch = ExerciseSet(active=True, duration_s=60, category=31, exercise=32, step_index=4)
        stretched = activity(WED, workout_ids=("1",), sets=(stretch,))
        (item,) = assign([planned(WED)], [stretched], LATER, clues=clues)
        assert (item.status, item.activity_id) == (SessionStatus.SKIPPED, None)


# A fortnight with one plan, and activities that only the day can tell apart.
plans = st.sets(st.integers(0, 9), min_size=1, max_size=5).map(
    lambda found: [planned(MON + timedelta(n)) for n in sorted(found)]
)
strength = st.lists(st.integers(-2, 11), max_size=5).map(
    lambda found: [activity(MON + timedelta(n), at=f"{8 + i:02d}:00") for i, n in enumerate(sorted(found))]
)


def best_by_trying(sessions, activities):
    """(pairs, least total shift) over every way to pair them."""
    bounds = windows(sessions)
    best = (0, 0)
    for chosen in permutations([*sessions, *[None] * len(activities)], len(activities)):
        pairs = [(s, a) for s, a in zip(chosen, activities, strict=True) if s is not None]
        if all(bounds[s.id][0] <= a.local_date <= bounds[s.id][1] for s, a in pairs):
            shift = sum(abs((a.local_date - s.date).days) for s, a in pairs)
            best = max(best, (len(pairs), -shift))
    return best


@settings(max_examples=150, deadline=None)
@given(plans.filter(lambda found: len(found) <= 4), strength.filter(lambda found: len(found) <= 4))
def test_as_many_as_possible_with_the_least_total_shift(sessions, activities):
    local = {item.id: item.local_date for item in activities}
    found = [item for item in assign(sessions, activities, LATER) if item.activity_id]
    shift = sum(abs((local[item.activity_id] - item.session.date).days) for item in found)
    assert (len(found), -shift) == best_by_trying(sessions, activities)


kinds = st.sampled_from(
    [
        {},
        {"name": "Band walk", "band_walk": True},
        {"name": "Hip circuit"},
        {"name": "Upper body"},
        {"sets": walks(1, 1)},
        {"sets": walks(3, 3)},
        {"serials": (4242,)},
        {"kind": Kind.RUN},
        {"kind": Kind.OTHER},
    ]
)
weeks = st.lists(st.tuples(st.integers(-3, 24), kinds), max_size=14).map(
    lambda found: [
        activity(MON + timedelta(n), at=f"{5 + i:02d}:00", id_=f"g{i}", **more) for i, (n, more) in enumerate(found)
    ]
)
two_workouts = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(["lateral-band-walk", "hip-circuit"])), unique=True, max_size=10
).map(
    lambda found: [
        planned(MON + timedelta(n), workout, exercises=frozenset({(11, 11)} if "band" in workout else {(37, 6)}))
        for n, workout in found
    ]
)
CLUES = Clues(pushed={4242: "lateral-band-walk"})


@settings(max_examples=150, deadline=None)
@given(two_workouts, weeks, st.integers(0, 30), st.randoms(use_true_random=False))
def test_what_always_holds(sessions, activities, offset, shuffled):
    today = MON + timedelta(days=offset)
    found = assign(sessions, activities, today, clues=CLUES)
    used = [item.activity_id for item in found if item.activity_id]
    assert len(used) == len(set(used))  # one activity serves one session
    known = {item.id: item for item in activities}
    bounds = windows(sessions)
    for item in found:
        first, last = bounds[item.session.id]
        if item.activity_id:
            done = known[item.activity_id]
            assert done.kind is not Kind.RUN
            assert first <= done.local_date <= min(last, today)
        if item.session.date <= today <= last:
            assert not item.status.missed  # an open window is never a miss
        if item.status.missed:
            assert today > last
    mixed, turned = list(activities), list(sessions)
    shuffled.shuffle(mixed)
    shuffled.shuffle(turned)
    assert assign(turned, mixed, today, clues=CLUES) == found  # the order of the input does not matter
    extra = [run(MON + timedelta(days=offset % 20), id_="g999"), activity(MON, kind=Kind.OTHER, id_="g998")]
    assert assign(sessions, [*activities, *extra], today, clues=CLUES) == found  # unrelated activities change nothing
    dated_later = [item for item in activities if item.local_date <= today]
    assert assign(sessions, dated_later, today, clues=CLUES) == found


@settings(max_examples=60, deadline=None)
@given(two_workouts, weeks)
def test_a_late_upload_never_costs_a_session(sessions, activities):
    """One more activity, by the same signal as the others, keeps at least as many sessions."""
    plain = [item for item in activities if not item.name and not item.sets and not item.training_files]
    kept = [sum(item.status.kept for item in assign(sessions, plain[:n], LATER)) for n in range(len(plain) + 1)]
    assert kept == sorted(kept)


def test_twenty_years_in_work_that_grows_with_their_number():
    chance = random.Random(7)
    first = date(2006, 1, 2)

    def work(years):
        sessions = [
            planned(day)
            for week in range(52 * years)
            for day in (
                first + timedelta(weeks=week),
                first + timedelta(weeks=week, days=2),
                first + timedelta(weeks=week, days=4),
            )
        ]
        done = [
            activity(session.date + timedelta(days=chance.choice((0, 0, 0, 1, 2, -1))), id_=f"g{number}")
            for number, session in enumerate(sessions)
            if chance.random() < 0.8
        ]
        found = assign(sessions, done, date(2027, 1, 1))
        assert sum(item.status.kept for item in found) > 0.7 * len(sessions)
        return steps(lambda: assign(sessions, done, date(2027, 1, 1)))

    assert work(20) < 12 * work(2)


class TestAdherence:
    def test_kept_of_kept_and_missed_in_the_weeks_that_end_with_a_day(self):
        items = [
            outcome(MON, "done"),
            outcome(WED, "moved"),
            outcome(FRI, "partial"),
            outcome(SAT, "excused"),
            outcome(SUN, "pending"),
            outcome(MON - timedelta(days=1), "skipped"),
        ]
        assert adherence(items, SUN, 1) == pytest.approx(2 / 3)
        assert adherence(items, SUN, 2) == pytest.approx(2 / 4)

    def test_nothing_to_divide_by_is_none(self):
        assert adherence([], SUN, 4) is None
        assert adherence([outcome(MON, "excused"), outcome(WED, "pending")], SUN, 4) is None
        assert adherence([outcome(MON, "done")], MON - timedelta(days=1), 4) is None
