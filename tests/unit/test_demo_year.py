"""The demo through the whole program: what was written in the script is what is found in the exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from syncer.correlate.flags import PainReading
from syncer.correlate.view import WeeklyReport
from syncer.demo import garmin_export, script, story, strava_export
from syncer.demo.practice import practise
from syncer.demo.story import Deed, Kept, What, Year
from syncer.domain.activity import Activity
from syncer.domain.pain import PainState
from syncer.domain.plan import MatchRule, SessionStatus
from syncer.domain.week import Week
from syncer.store.activities import Activities
from syncer.store.database import open_database
from syncer.usecases.demo_place import DemoPlace, settle
from syncer.usecases.demonstrating import Demonstrated, Setup, demonstrate
from syncer.usecases.planning import Judged, PlanRules, judge
from syncer.usecases.reporting import report_week
from syncer.usecases.templates import load_templates, shipped_folder
from syncer.workouts.fit import encode

BERLIN = ZoneInfo("Europe/Berlin")
SETUP = Setup(load_templates([shipped_folder()]), PlanRules((1, 2), PainReading()), BERLIN, "sides")
BECAME = {
    **dict.fromkeys("DH", SessionStatus.DONE),
    **dict.fromkeys("EL", SessionStatus.MOVED),
    "P": SessionStatus.PARTIAL,
    **dict.fromkeys("Sfn", SessionStatus.SKIPPED),
    **dict.fromkeys("ix", SessionStatus.EXCUSED),
}


@dataclass(frozen=True)
class Lived:
    """A demo that was run: what was told, and what the program made of it."""

    place: DemoPlace
    year: Year
    done: Demonstrated
    again: Demonstrated
    activities: dict[str, Activity]
    judged: Judged
    last: WeeklyReport
    another: WeeklyReport

    def activity(self, deed: Deed) -> Activity:
        """The activity that a deed is."""
        return self.activities[short_ids(deed)[0]]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(datetime(2026, 11, 22, 21, 0, tzinfo=UTC), id="a Sunday evening"),
        pytest.param(
            datetime(2027, 3, 29, 3, 0, tzinfo=UTC),
            id="a Monday before dawn, the clocks just changed",
            marks=pytest.mark.slow,
        ),
    ],
)
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    now = request.param
    folder = tmp_path_factory.mktemp("demo")
    place = settle(folder, (), now)
    connection = open_database(folder / "syncer.db", backups=folder / "backups")
    done = demonstrate(connection, place, SETUP)
    again = demonstrate(connection, settle(folder, (), now + timedelta(days=40)), SETUP)
    today = now.astimezone(BERLIN).date()

    def week(chosen: Week) -> WeeklyReport:
        return report_week(connection, SETUP.templates, SETUP.plan, chosen, today, now)

    yield Lived(
        place,
        practise(story.tell(now, BERLIN), SETUP.templates[story.WORKOUT], SETUP.labels)[0],
        done,
        again,
        {one.id: one for one in Activities(connection).list()},
        judge(connection, SETUP.templates, SETUP.plan, today),
        week(Week.of(today).plus(-1)),
        week(done.another_week),
    )
    connection.close()


def short_ids(deed: Deed) -> list[str]:
    """The ids of a deed's recordings, the one that names the activity first."""
    garmin, strava = f"g{garmin_export.activity_id(deed)}", f"s{strava_export.activity_id(deed)}"
    if deed.kept is Kept.GARMIN:
        return [garmin]
    if deed.kept is Kept.TYPED:
        return [strava]
    return [garmin, strava] + ([f"s{strava_export.activity_id(deed, by_phone=True)}"] * (deed.kept is Kept.PHONE_TOO))


def test_every_deed_is_one_activity_made_of_just_its_own_recordings(lived: Lived) -> None:
    assert len(lived.activities) == len(lived.year.deeds) == sum(lived.done.made.values())
    for deed in lived.year.deeds:
        activity = lived.activity(deed)
        assert [link.key.short_id for link in activity.recordings] == short_ids(deed)
        assert activity.local_date == deed.start.date()
        assert activity.start == deed.start
        assert activity.elapsed_s == deed.elapsed_s
        counted = [link.counted for link in activity.recordings]
        assert counted == [True] * min(len(counted), 2) + [False] * (len(counted) - 2)


def test_every_planned_session_became_what_the_script_says(lived: Lived) -> None:
    outcomes = {outcome.session.date: outcome for outcome in lived.judged.outcomes}
    walks = {deed.serves: deed for deed in lived.year.deeds if deed.what is What.BAND_WALK}
    for week, word in enumerate(script.SESSIONS[: script.WHOLE_WEEKS]):
        for day, letter in zip(story.PLAN_DAYS, word, strict=True):
            outcome = outcomes[lived.year.first + timedelta(weeks=week, days=day)]
            assert outcome.status is BECAME[letter], (week, day)
            expected = lived.activity(walks[outcome.session.date]).id if outcome.session.date in walks else None
            assert outcome.activity_id == expected


def test_the_level_of_each_day_is_the_one_whose_very_file_was_followed(lived: Lived) -> None:
    template = SETUP.templates[story.WORKOUT]
    serials: dict[str, int] = {}
    rules = Counter()
    for outcome in lived.judged.outcomes:
        activity = lived.activities.get(outcome.activity_id or "")
        if activity is None or not activity.training_files:
            continue
        level = outcome.session.level
        serials.setdefault(level, encode(template.build(level), labels="sides").serial)
        if activity.local_date == outcome.session.date:
            assert activity.training_files[0].serial == serials[level]
        rules[outcome.match] += 1
    assert len(serials) > 5, "the year climbs the ladder"
    assert rules[MatchRule.TRAINING_FILE] > 0
    assert set(rules) == {MatchRule.TRAINING_FILE, MatchRule.NAME}


def test_pain_is_found_where_it_was_written_and_nowhere_else(lived: Lived) -> None:
    states = Counter()
    for deed in lived.year.deeds:
        pain = lived.activity(deed).pain
        words = f"{deed.words.description} {deed.words.private_note} {deed.words.garmin_note}"
        if deed.what is not What.RUN:
            assert pain is None
        elif "#" in words:
            assert pain is not None
            zero = "#kneepain 0" in words or "#nokneepain" in words
            assert pain.state is (PainState.ZERO if zero else PainState.TAGGED)
        states[pain.state if pain else None] += 1
    assert set(states) == {PainState.TAGGED, PainState.ZERO, PainState.SUSPECTED, None}
    assert 6 <= states[PainState.TAGGED] <= 10


def test_the_week_that_is_shown_holds_something_of_everything(lived: Lived) -> None:
    report = lived.done.report
    assert report.week == lived.last.week
    assert (report.plan.moved, report.plan.partial, report.plan.skipped, report.plan.done) == (1, 1, 1, 0)
    assert (report.runs.tagged, report.runs.zero, report.runs.suspected, report.runs.untagged) == (1, 1, 1, 1)
    (flag,) = report.flags
    assert (flag.score, flag.planned, flag.missed) == (4, 6, 4)
    assert [other.kind for other in flag.alternatives] == ["load_spike"]
    assert flag.base_rate.pain_free_runs > 50
    assert len(report.questions) >= 4
    assert any("counted once" in note for note in report.notes)
    assert report.next is not None
    assert report.next.date >= report.as_of
    assert lived.done.pushed.workout.level.name == report.next.level


def test_another_week_is_worth_a_look(lived: Lived) -> None:
    (flag,) = lived.another.flags
    assert flag.missed >= 2
    assert not flag.alternatives


def test_the_statistics_have_enough_to_say_something(lived: Lived) -> None:
    evidence = lived.done.report.evidence
    assert evidence is not None
    assert not evidence.missing
    assert evidence.verdict in ("no_pattern", "watch", "pattern")
    assert evidence.p_value is not None
    assert evidence.answered_share is not None
    assert 0.6 < evidence.answered_share < 0.9


def test_the_next_workout_is_on_the_watch_whole(lived: Lived) -> None:
    fit_file = lived.done.fit_file
    assert fit_file is not None
    assert fit_file.parent == lived.place.watch / "GARMIN" / "NewFiles"
    built = encode(lived.done.pushed.workout, labels="sides")
    assert fit_file.read_bytes() == built.data
    assert list(fit_file.parent.iterdir()) == [fit_file]
    (action,) = lived.done.actions
    assert (action.kind, action.verified) == ("write", True)


def test_a_second_run_changes_nothing_even_weeks_later(lived: Lived) -> None:
    again = lived.again
    assert not again.made
    assert all(one.changes.added == one.changes.updated == 0 for one in again.imports)
    assert [action.kind for action in again.actions] == ["skip"]
    assert again.fit_file == lived.done.fit_file
    assert (again.recordings, again.activities) == (lived.done.recordings, lived.done.activities)
    assert again.report == replace(lived.done.report, evidence=again.report.evidence)
    assert again.report.evidence == lived.done.report.evidence
