import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.correlate.adherence import assign
from syncer.correlate.flags import PainReading, find_flags
from syncer.correlate.view import BaseRate
from syncer.domain.activity import Kind
from syncer.domain.pain import PainState, PainTag, Side
from syncer.domain.plan import Reason, SessionStatus
from tests.training import activity, days, outcome, planned, run, suspected

DAY = date(2026, 11, 20)
AS_OF = date(2026, 12, 31)
READING = PainReading()
FORBIDDEN = re.compile(r"cause|prevent|prove|significant|risk factor|you should have|fail", re.IGNORECASE)


def ago(count):
    return DAY - timedelta(days=count)


def before(statuses, run_day=DAY):
    """Sessions two days apart before a run, the last one three days before it."""
    return [outcome(run_day - timedelta(days=3 + 2 * n), status) for n, status in enumerate(statuses)]


def flags(outcomes, activities, as_of=AS_OF, reading=READING):
    return find_flags(outcomes, activities, as_of, reading)


class TestRule:
    @pytest.mark.parametrize(
        ("statuses", "counts"),
        [
            (["skipped", "skipped"], (2, 2)),
            (["skipped", "partial", "done", "moved"], (4, 2)),
            (["skipped", "skipped", "done", "done", "done"], None),  # fewer than half
            (["skipped", "done"], None),  # half, but one only
            (["skipped"], None),
            (["skipped", "skipped", "excused", "excused", "excused"], (2, 2)),
            (["skipped", "skipped", "pending", "upcoming"], (2, 2)),
            (["skipped", "pending", "pending"], None),
            (["excused", "excused", "excused"], None),
            ([], None),
        ],
    )
    def test_at_least_two_and_at_least_half(self, statuses, counts):
        found = flags(before(statuses), [run(DAY, 4)])
        assert [(flag.planned, flag.missed) for flag in found] == ([counts] if counts else [])

    def test_the_fourteen_days_before_and_not_the_day_itself(self):
        inside = [outcome(ago(14), "skipped"), outcome(ago(1), "skipped")]
        (flag,) = flags([*inside, outcome(ago(15), "skipped"), outcome(DAY, "skipped")], [run(DAY, 4)])
        assert [item.date for item in flag.missed_sessions] == [ago(14), ago(1)]
        assert flag.window_days == 14

    def test_it_names_the_very_sessions_with_status_and_reason(self):
        sessions = [
            outcome(ago(9), "skipped", Reason.FORGOT),
            outcome(ago(5), "partial", activity_id="g77"),
            outcome(ago(3), "done"),
        ]
        partial = activity(ago(5), id_="g77")
        (flag,) = flags(sessions, [run(DAY, 4, id_="g5"), partial])
        assert [(item.id, item.status, item.reason) for item in flag.missed_sessions] == [
            (f"{ago(9)}-lateral-band-walk", SessionStatus.SKIPPED, Reason.FORGOT),
            (f"{ago(5)}-lateral-band-walk", SessionStatus.PARTIAL, None),
        ]
        assert flag.missed_sessions[1].links == (("Garmin", "https://connect.garmin.com/modern/activity/77"),)
        assert flag.links == (("Garmin", "https://connect.garmin.com/modern/activity/5"),)
        assert (flag.activity_id, flag.local_date, flag.score, flag.side) == ("g5", DAY, 4, Side.LEFT)


class TestNewPain:
    skipped = before(["skipped"] * 4)

    @pytest.mark.parametrize(("score", "flagged"), [(3, True), (2.9, False), (10, True)])
    def test_from_the_threshold_on(self, score, flagged):
        assert bool(flags(self.skipped, [run(DAY, score)])) is flagged

    def test_the_threshold_is_a_setting_and_a_tag_without_a_number_is_pain(self):
        assert flags(self.skipped, [run(DAY, 1)], reading=PainReading(threshold=1))
        assert flags(self.skipped, [run(DAY, pain=None)]) == ()
        bare = activity(DAY, kind=Kind.RUN, pain=PainTag(PainState.TAGGED))
        (flag,) = flags(self.skipped, [bare])
        assert (flag.score, flag.side) == (None, None)

    def test_suspected_pain_and_pain_on_a_ride_are_no_pain_run(self):
        sounds_like_it = activity(DAY, kind=Kind.RUN, pain=suspected())
        ride = activity(DAY, kind=Kind.OTHER, pain=PainTag(PainState.TAGGED, 6))
        assert flags(self.skipped, [sounds_like_it, ride]) == ()

    @pytest.mark.parametrize(("gap", "new"), [(1, False), (7, False), (8, True)])
    def test_none_in_the_seven_days_before(self, gap, new):
        found = flags(self.skipped, [run(ago(gap), 5), run(DAY, 5)])
        assert (DAY in [flag.local_date for flag in found]) is new

    def test_lower_pain_before_leaves_it_new(self):
        assert flags(self.skipped, [run(ago(2), 1), run(DAY, 5)])

    def test_of_two_runs_on_one_day_the_first_that_hurt_is_new(self):
        morning, evening = run(DAY, 4, at="06:00"), run(DAY, 6, at="18:00")
        assert [flag.activity_id for flag in flags(self.skipped, [evening, morning])] == [morning.id]
        fine = run(DAY, 0, at="06:00")
        assert [flag.activity_id for flag in flags(self.skipped, [evening, fine])] == [evening.id]


class TestBaseRate:
    def history(self, zeros):
        """A plan of two years ago: fortnights apart, sessions all skipped or all done before a run with an answer."""
        outcomes, runs = [], []
        for number, (status, pain) in enumerate(zeros):
            day = DAY - timedelta(days=14 * (len(zeros) - number))
            outcomes += before([status] * 3, day)
            runs.append(run(day, pain))
        return outcomes, runs

    def test_before_how_many_pain_free_runs_the_same_was_true(self):
        outcomes, runs = self.history([("skipped", 0), ("done", 0), ("done", 0), ("skipped", 0), ("done", 0)])
        (flag,) = flags([*outcomes, *before(["skipped"] * 3)], [*runs, run(DAY, 5)])
        assert flag.base_rate == BaseRate(2, 5)

    def test_untagged_suspected_and_low_pain_are_not_pain_free(self):
        outcomes, runs = self.history([("skipped", None), ("skipped", 1), ("done", 0)])
        runs.append(activity(ago(2), kind=Kind.RUN, pain=suspected()))
        (flag,) = flags([*outcomes, *before(["skipped"] * 3)], [*runs, run(DAY, 5)])
        assert flag.base_rate == BaseRate(0, 1)

    def test_untagged_is_zero_from_the_first_answer_on_where_the_runner_says_so(self):
        outcomes, runs = self.history([("skipped", None), ("done", 0), ("skipped", None), ("done", None)])
        says_so = PainReading(untagged_means_no_pain=True)
        (flag,) = flags([*outcomes, *before(["skipped"] * 3)], [*runs, run(DAY, 5)], reading=says_so)
        assert flag.base_rate == BaseRate(1, 3)

    def test_runs_with_fewer_than_two_sessions_before_them_could_not_have_been_flagged(self):
        runs = [run(ago(60), 0), run(ago(40), 0)]
        sessions = [outcome(ago(45), "skipped"), *before(["skipped"] * 3)]
        (flag,) = flags(sessions, [*runs, run(DAY, 5)])
        assert flag.base_rate == BaseRate(0, 0)

    def test_each_flag_counts_only_the_runs_before_it(self):
        outcomes, runs = self.history([("skipped", 0), ("skipped", 5), ("done", 0)])
        found = flags([*outcomes, *before(["skipped"] * 3)], [*runs, run(DAY, 5)])
        assert [flag.base_rate for flag in found] == [BaseRate(1, 1), BaseRate(1, 2)]


class TestAlternatives:
    skipped = before(["skipped"] * 4)

    def kinds(self, *runs):
        flag = flags(self.skipped, [*runs, run(DAY, 5, km=12)])[-1]
        assert not any(FORBIDDEN.search(other.detail) for other in flag.alternatives)
        return {other.kind: other.detail for other in flag.alternatives}

    def test_none_in_a_steady_week(self):
        assert self.kinds(*[run(day, km=11) for day in days(ago(20), 9, 2)]) == {}

    def test_a_run_more_than_ten_percent_longer_than_the_longest_of_thirty_days(self):
        steady = [run(day, km=8) for day in days(ago(28), 14, 2)]
        assert self.kinds(*steady) == {
            "load_spike": "This run was 50 % longer than any run of the 30 days before it. The seven days up to it "
            "held 1.5 times a usual week's distance."
        }

    def test_all_of_them_load_first(self):
        found = self.kinds(run(ago(22), km=5), run(ago(20), 2, km=5), run(ago(4), km=5))
        assert list(found) == ["load_spike", "return_after_break", "recent_pain"]
        assert found["return_after_break"] == "It came 4 days into running again after 15 days without a run."
        assert found["recent_pain"] == "Knee pain of 2/10 was tagged 20 days before, on Sat 31 Oct."

    def test_the_first_run_after_a_break(self):
        assert self.kinds(run(ago(15), km=12))["return_after_break"] == (
            "It was the first day of running after 14 days without a run."
        )

    @pytest.mark.parametrize(("gap", "named"), [(21, True), (22, False)])
    def test_pain_of_the_three_weeks_before(self, gap, named):
        steady = [run(day, km=12) for day in days(ago(20), 9, 2)]
        assert ("recent_pain" in self.kinds(run(ago(gap), 7, km=12), *steady)) is named

    def test_pain_on_a_ride_is_recent_pain_and_an_answer_of_zero_is_none(self):
        steady = [run(day, 0, km=12) for day in days(ago(20), 9, 2)]
        ride = activity(ago(1), kind=Kind.OTHER, pain=PainTag(PainState.TAGGED))
        assert self.kinds(ride, *steady) == {"recent_pain": "Knee pain was tagged 1 day before, on Thu 19 Nov."}
        assert self.kinds(*steady) == {}


class TestAfterTheRun:
    def test_a_session_made_up_after_the_run_speaks_neither_for_nor_against(self):
        sessions = [*before(["skipped", "skipped"]), outcome(ago(1), "moved", activity_id="g1")]
        after, earlier = activity(DAY, id_="g1", at="20:00"), activity(DAY, id_="g1", at="07:00")
        assert [flag.planned for flag in flags(sessions, [run(DAY, 5), after])] == [2]
        assert [flag.planned for flag in flags(sessions, [run(DAY, 5), earlier])] == [3]

    def test_as_of_a_day_nothing_later_is_used(self):
        runs = [run(ago(30), 0), run(DAY, 5), run(DAY + timedelta(days=20), 5)]
        sessions = [*before(["skipped"] * 4), *before(["skipped"] * 4, DAY + timedelta(days=20))]
        assert flags(sessions, runs, as_of=DAY) == flags(sessions, runs[:2], as_of=DAY)
        assert flags(sessions, runs, as_of=ago(1)) == ()

    def test_an_open_window_is_not_a_miss(self):
        plan = [planned(ago(n)) for n in (1, 5, 9)]
        pain = [run(DAY, 5)]
        assert [flag.missed for flag in flags(assign(plan, pain, DAY), pain, as_of=DAY)] == [2]
        assert [flag.missed for flag in flags(assign(plan, pain, AS_OF), pain)] == [3]


def as_runs(found):
    return [run(ago(60 - n), pain, km=km, at=f"{i % 24:02d}:30", id_=f"g{i}") for i, (n, pain, km) in enumerate(found)]


scores = st.sampled_from([None, 0, 1, 3, 5])
history = st.lists(st.tuples(st.integers(0, 60), scores, st.integers(1, 20)), max_size=25).map(as_runs)
fates = st.dictionaries(st.integers(0, 60), st.sampled_from(list(SessionStatus)), max_size=25).map(
    lambda found: [outcome(ago(60 - n), str(status)) for n, status in found.items()]
)


@settings(max_examples=150, deadline=None)
@given(history, fates, st.randoms(use_true_random=False), st.integers(0, 60))
def test_what_always_holds(runs, sessions, shuffled, offset):
    found = flags(sessions, runs)
    for flag in found:
        assert flag.missed == len(flag.missed_sessions) >= 2
        assert flag.missed <= flag.planned <= 2 * flag.missed
        assert all(1 <= (flag.local_date - item.date).days <= 14 for item in flag.missed_sessions)
        assert flag.base_rate.flagged <= flag.base_rate.pain_free_runs
    mixed, turned = list(runs), list(sessions)
    shuffled.shuffle(mixed)
    shuffled.shuffle(turned)
    assert flags(turned, mixed) == found
    # Runs and sessions dated after a run change nothing in its flag.
    day = ago(60 - offset)
    known = [item for item in runs if item.local_date <= day]
    past = [item for item in sessions if item.session.date < day]
    assert flags(past, known) == tuple(flag for flag in found if flag.local_date <= day)


def test_nothing_at_all():
    assert flags([], []) == ()
    assert flags(before(["skipped"] * 4), []) == ()
