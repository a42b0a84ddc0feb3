import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from syncer.correlate.adherence import Absences, assign
from syncer.correlate.flags import PainReading
from syncer.correlate.view import DataAsOf, KeptOf, LevelPoint, LevelView, NextSession
from syncer.correlate.weekly import weekly_report
from syncer.domain.activity import Kind, Provider, RecordingKey, RecordingLink
from syncer.domain.pain import PainState, PainTag
from syncer.domain.plan import Reason, SessionStatus
from syncer.domain.week import Week
from tests.training import activity, days, outcome, planned, run, suspected, walks
from tests.work import steps

WEEK = Week(2026, 47)
MON = date(2026, 11, 16)
TUE, WED, THU, FRI, SAT, SUN = days(MON + timedelta(days=1), 6)
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NEVER = DataAsOf(None, None, None)
FORBIDDEN = re.compile(r"cause|prevent|prove|significant|risk factor|fail|lazy|should", re.IGNORECASE)


def report(outcomes=(), activities=(), week=WEEK, as_of=SUN, reading=None, **more):
    return weekly_report(
        week,
        as_of,
        NOW,
        activities=activities,
        outcomes=outcomes,
        reading=reading or PainReading(),
        data_as_of=NEVER,
        **more,
    )


def plan_of(first=MON - timedelta(weeks=12), weeks=15):
    return [planned(first + timedelta(weeks=n, days=d)) for n in range(weeks) for d in (0, 2, 4)]


class TestEmpty:
    @pytest.mark.parametrize("week", [WEEK, Week(1999, 52), Week(2099, 1), Week(2020, 53)])
    def test_an_empty_database_reads_well(self, week):
        made = report(week=week)
        assert (made.plan.planned, made.plan.adherence_4w, made.plan.adherence_12w) == (0, None, None)
        assert (made.runs.count, made.runs.distance_m, made.runs.usual_distance_m) == (0, 0, None)
        assert made.runs.longest_30d_m is None
        assert (made.flags, made.next, made.notes, made.questions) == ((), None, (), ())
        assert (made.history, made.calendar, made.levels, made.evidence) == ((), (), (), None)

    def test_a_week_before_any_data_is_empty_and_one_after_it_has_its_past(self):
        outcomes = assign(plan_of(), [], SUN)
        assert report(outcomes, week=WEEK.plus(-20)).history == ()
        far = report(outcomes, week=WEEK.plus(8), as_of=SUN)
        assert (far.plan.planned, far.runs.count) == (0, 0)
        assert far.history[-1].week == WEEK.plus(8)

    def test_a_week_to_come_has_its_upcoming_sessions(self):
        made = report(assign(plan_of(), [], SUN), week=WEEK.plus(1))
        assert made.plan.planned == 3
        assert {item.status for item in made.plan.sessions} == {SessionStatus.UPCOMING}


class TestPlan:
    def test_counts_of_the_week_and_adherence(self):
        done = [
            activity(MON),
            activity(THU),
            activity(FRI, sets=walks(1, 0), at="06:00"),
            *[activity(MON - timedelta(weeks=n)) for n in range(1, 4)],
        ]
        made = report(assign(plan_of(), done, SUN + timedelta(days=3)), done, as_of=SUN + timedelta(days=3))
        plan = made.plan
        assert (plan.planned, plan.done, plan.moved, plan.partial, plan.skipped) == (3, 1, 1, 1, 0)
        assert [item.session.date for item in plan.sessions] == [MON, WED, FRI]
        assert plan.adherence_4w == pytest.approx(5 / 12)
        assert plan.adherence_12w == pytest.approx(5 / 36)

    def test_every_session_of_the_week_is_in_one_count(self):
        sessions = [planned(day) for day in (MON, TUE, WED, THU, SAT)]
        absences = Absences(excuses={sessions[1].id: Reason.ILL})
        made = report(assign(sessions, [activity(MON)], SUN, absences=absences), [activity(MON)]).plan
        assert (made.done, made.excused, made.skipped, made.pending) == (1, 1, 2, 1)
        counted = made.done + made.moved + made.partial + made.skipped + made.excused + made.pending
        assert made.planned == counted == 5
        assert made.adherence_4w == pytest.approx(1 / 3)

    def test_the_next_session_is_the_first_from_today_on_that_is_not_done(self):
        level = LevelView("base", "the first level")
        outcomes = assign(plan_of(), [], SUN)
        expected = NextSession(SUN + timedelta(days=1), "lateral-band-walk", "base", "the first level")
        assert report(outcomes, level=level).next == expected
        today = assign(plan_of(), [], WED)
        assert report(today, as_of=WED).next.date == WED
        done_today = assign(plan_of(), [activity(WED)], WED)
        assert report(done_today, as_of=WED).next.date == FRI

    def test_at_the_end_of_the_plan_the_last_open_session_is_next(self):
        outcomes = assign([planned(MON), planned(FRI)], [], SAT)
        assert report(outcomes, as_of=SAT).next.date == FRI
        assert report(assign([planned(MON)], [], SUN)).next is None

    def test_another_level_s_reason_is_not_told(self):
        outcomes = assign([planned(MON + timedelta(weeks=1), level="heavy")], [], SUN)
        assert report(outcomes, level=LevelView("base", "why")).next.why == ""


class TestRuns:
    def test_counts_distances_and_answers(self):
        runs = [
            run(MON - timedelta(days=20), km=15),
            run(MON - timedelta(days=6), km=12),
            run(TUE, 4, km=10),
            run(THU, 0, km=20, id_="g5"),
            run(FRI, km=None),
            activity(SAT, kind=Kind.RUN, pain=suspected(), distance_m=5000.0, id_="s9"),
            run(SUN + timedelta(days=1), 9, km=99),
        ]
        made = report((), runs).runs
        assert (made.count, made.distance_m) == (4, 35_000)
        assert (made.tagged, made.zero, made.untagged, made.suspected) == (1, 1, 1, 1)
        assert made.longest_30d_m == 20_000
        assert made.usual_distance_m == 12_000
        assert [item.spike for item in made.items] == pytest.approx([10 / 15, 20 / 15, None, 5 / 20])
        assert made.items[1].links == (("Garmin", "https://connect.garmin.com/modern/activity/5"),)
        assert made.items[3].links == (("Strava", "https://www.strava.com/activities/9"),)

    def test_the_longest_of_thirty_days_ends_with_the_week(self):
        runs = [run(SUN - timedelta(days=29), km=15), run(SUN - timedelta(days=30), km=30), run(TUE, km=5)]
        assert report((), runs).runs.longest_30d_m == 15_000

    def test_week_53_and_the_turn_of_the_year(self):
        runs = [run(date(2020, 12, 31)), run(date(2021, 1, 3)), run(date(2021, 1, 4))]
        made = report((), runs, week=Week(2020, 53), as_of=date(2021, 1, 10))
        assert (made.first, made.last, made.runs.count) == (date(2020, 12, 28), date(2021, 1, 3), 2)
        assert [str(point.week) for point in report((), runs, Week(2021, 2), date(2021, 1, 17)).history] == [
            "2020-W53",
            "2021-W01",
            "2021-W02",
        ]


class TestFlags:
    def test_the_week_s_flags_and_no_other_s(self):
        plan = plan_of()
        runs = [run(SAT - timedelta(days=14), 4), run(SAT, 5)]
        outcomes = assign(plan, runs, SUN)
        assert [flag.local_date for flag in report(outcomes, runs).flags] == [SAT]
        assert [flag.local_date for flag in report(outcomes, runs, week=WEEK.plus(-2)).flags] == [SAT - timedelta(14)]
        assert report(outcomes, runs, week=WEEK.plus(-1)).flags == ()


def test_as_of_a_day_the_report_is_that_of_the_data_up_to_it():
    plan = plan_of()
    runs = [run(item.date, 5 if n % 9 == 0 else 0) for n, item in enumerate(plan)]
    done = [activity(item.date) for item in plan[::2]] + runs
    for as_of in (WED, SUN, MON - timedelta(weeks=3)):
        known = [item for item in done if item.local_date <= as_of]
        for week in (WEEK, WEEK.plus(-3), WEEK.plus(1)):
            with_later = report(assign(plan, done, as_of), done, week, as_of)
            assert with_later == report(assign(plan, known, as_of), known, week, as_of)


class TestQuestions:
    def test_misses_without_a_reason_and_runs_without_an_answer(self):
        outcomes = [
            outcome(MON, "skipped"),
            outcome(TUE, "skipped", Reason.FORGOT),
            outcome(WED, "partial"),
            outcome(THU, "done"),
            outcome(FRI, "excused", Reason.ILL),
            outcome(SAT, "pending"),
        ]
        runs = [run(TUE, id_="g123"), run(WED, 0), run(FRI, 4)]
        maybe = activity(SAT, kind=Kind.RUN, pain=suspected(), id_="s7")
        assert report(outcomes, [*runs, maybe]).questions == (
            "syncer plan excuse 2026-11-16 --reason …",
            "syncer plan excuse 2026-11-18 --reason …",
            "syncer pain set g123 0",
            "syncer pain set s7 …",
        )

    def test_two_sessions_on_one_day_are_asked_for_by_id(self):
        outcomes = [outcome(MON, "skipped"), outcome(MON, "skipped", workout="hip-circuit")]
        assert report(outcomes).questions == (
            "syncer plan excuse 2026-11-16-hip-circuit --reason …",
            "syncer plan excuse 2026-11-16-lateral-band-walk --reason …",
        )

    @pytest.mark.parametrize("after_sunday", [0, 1, 2, 3])
    def test_read_on_the_same_day_every_week_each_miss_is_asked_for_once(self, after_sunday):
        plan = [planned(MON + timedelta(days=n)) for n in range(-21, 21, 2)]
        asked = []
        for forward in range(-3, 5):
            week = WEEK.plus(forward)
            as_of = week.sunday + timedelta(days=after_sunday)
            asked += report(assign(plan, [], as_of), (), week, as_of).questions
        assert len(asked) == len(set(asked)) == len(plan)


class TestNotes:
    def test_doubts_and_double_recordings(self):
        recordings = (
            RecordingLink(RecordingKey(Provider.GARMIN, "1"), "self", 1.0),
            RecordingLink(RecordingKey(Provider.STRAVA, "2"), "start", 0.9),
            RecordingLink(RecordingKey(Provider.GARMIN, "3"), "overlap", 0.8, counted=False),
        )
        twice = run(TUE, 0, id_="g1", recordings=recordings, name="Easy\n run")
        shifted = run(WED, 0, id_="g4", flagged="the clocks differ by 60 minutes.")
        last_week = run(MON - timedelta(days=1), 0, flagged="old")
        assert report((), [twice, shifted, last_week]).notes == (
            "Tue 17 Nov, Easy run [g1]: also recorded as g3; counted once.",
            "Wed 18 Nov, run [g4]: the clocks differ by 60 minutes.",
        )

    def test_answers_that_are_missing(self):
        maybe = activity(SAT, kind=Kind.RUN, pain=suspected(), distance_m=5000.0)
        runs = [run(TUE), run(WED, 0), run(THU, km=None), maybe]
        assert report((), runs).notes == (
            "2 of 4 runs have no answer about pain; no answer is not taken for no pain.",
            "1 of 4 runs has a note that sounds like knee pain and waits for your yes or no.",
            "1 of 4 runs has no distance and is left out of the load.",
        )
        (note,) = report((), [run(TUE)], reading=PainReading(untagged_means_no_pain=True)).notes
        assert note.startswith("1 of 1 run has no answer about pain; from your first answer on")

    def test_sessions_that_can_still_be_done(self):
        outcomes = assign([planned(FRI), planned(SUN)], [], SUN)
        assert report(outcomes).notes == (
            "Fri 20 Nov, lateral-band-walk: can still be done until Sun 22 Nov.",
            "Sun 22 Nov, lateral-band-walk: can still be done until Tue 24 Nov.",
        )
        today = assign([planned(SUN)], [], SUN, window=(0, 0))
        assert report(today, window=(0, 0)).notes == ("Sun 22 Nov, lateral-band-walk: can still be done on that day.",)

    def test_strong_and_lasting_pain_say_see_someone(self):
        strong = [run(TUE, 6, at="06:00"), run(TUE, 7), run(FRI, 8), run(SAT, 5.5)]
        notes = report((), strong).notes
        assert notes == ("Knee pain of 6/10 or more on Tue 17 Nov and Fri 20 Nov: see a physiotherapist or doctor.",)
        lasting = [run(MON - timedelta(weeks=n), 3) for n in range(3)]
        (note,) = report((), lasting).notes
        assert "in each of the last 3 weeks" in note
        assert report((), lasting[:2]).notes == ()

    def test_no_blame_and_no_claim(self):
        runs = [run(day, score) for day, score in zip(days(MON, 7), (7, None, 0, 3, 9, None, 6), strict=True)]
        earlier = [
            replace(item, id=f"s{n}{item.id[1:]}", local_date=item.local_date - timedelta(weeks=n))
            for item in runs
            for n in (1, 2)
        ]
        made = report(assign(plan_of(), [], SUN), [*runs, *earlier])
        details = [other.detail for flag in made.flags for other in flag.alternatives]
        for text in (*made.notes, *made.questions, *details):
            assert not FORBIDDEN.search(text), text
        assert len(made.notes) >= 3


class TestPictures:
    def test_weeks_days_and_levels(self):
        plan = plan_of(MON - timedelta(weeks=1), 2)
        done = [activity(MON), activity(THU), run(TUE, 0), run(TUE, 5, at="05:00"), run(TUE, 7, at="04:00", id_="s1")]
        outcomes = assign(plan, done, SUN)
        made = report(outcomes, done)
        last_week, this_week = made.history
        assert (last_week.planned, last_week.missed, last_week.runs, last_week.worst_score) == (3, 3, 0, None)
        assert (this_week.planned, this_week.kept, this_week.missed, this_week.excused) == (3, 2, 0, 0)
        assert (this_week.runs, this_week.pain_runs, this_week.worst_score) == (3, 2, 7)
        assert [mark.day for mark in made.calendar] == days(MON - timedelta(weeks=1), 14)
        tuesday = made.calendar[8]
        assert (tuesday.statuses, tuesday.runs, tuesday.pain.score) == ((), 3, 7)
        assert made.calendar[7].statuses == (SessionStatus.DONE,)
        walk = "lateral-band-walk"
        assert made.levels == (LevelPoint(MON, "base", walk), LevelPoint(THU, "base", walk))
        assert (made.plan.kept_4w, made.plan.kept_12w) == (KeptOf(2, 5), KeptOf(2, 5))

    def test_answers_the_longest_run_and_spikes_of_a_week(self):
        made = report((), [run(MON, 0, km=5), run(TUE, 3, km=5.4), run(WED, km=7), run(FRI, km=None)])
        assert (made.history[0].runs, made.history[0].answered) == (4, 2)
        assert (made.history[0].longest_m, made.history[0].spikes) == (7000, 1)

    def test_pages_of_the_matched_activities_and_whom_to_see(self):
        made = report(assign(plan_of(), [activity(MON, id_="g77")], SUN), [activity(MON, id_="g77"), run(TUE, 7)])
        assert made.plan.links == {"g77": (("Garmin", "https://connect.garmin.com/modern/activity/77"),)}
        assert made.see_someone == made.notes[:1]
        assert report((), [run(TUE, 5)]).see_someone == ()

    def test_the_calendar_has_at_most_26_weeks_and_the_history_all(self):
        outcomes = assign(plan_of(MON - timedelta(weeks=99), 100), [], SUN)
        made = report(outcomes)
        assert len(made.calendar) == 26 * 7
        assert made.calendar[-1].day == SUN
        assert len(made.history) == 100

    def test_a_low_tag_is_the_worst_score_but_no_pain_run(self):
        made = report((), [run(TUE, 1), run(WED, 0)])
        assert (made.history[0].pain_runs, made.history[0].worst_score) == (0, 1)
        maybe = activity(TUE, kind=Kind.RUN, pain=PainTag(PainState.SUSPECTED, 8))
        assert report((), [maybe]).history[0].worst_score is None


def test_work_grows_with_the_years():
    def work(years):
        first = SUN - timedelta(days=364 * years - 1)
        plan = plan_of(first, 52 * years)
        runs = [run(first + timedelta(days=n), (None, 0, 5)[n % 3], km=5 + n % 9) for n in range(0, 364 * years, 2)]
        done = [activity(item.date, id_=f"f{n}") for n, item in enumerate(plan) if n % 3]
        activities = [*runs, *done]
        outcomes = assign(plan, activities, SUN)
        assert len(report(outcomes, activities).history) == 52 * years
        return steps(lambda: report(outcomes, activities))

    assert work(20) < 5 * work(5)  # a quadratic one takes 16 times
