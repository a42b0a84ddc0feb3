"""The physiotherapist's page: rows of a range of weeks, as HTML, CSV and JSON with the same numbers."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.cli.output import plain
from syncer.correlate.flags import PainReading
from syncer.correlate.physio import LevelRow, physio_view
from syncer.correlate.view import DataAsOf, KeptOf
from syncer.domain.activity import Kind
from syncer.domain.pain import PainEvidence, PainState, PainTag, Side
from syncer.domain.plan import Reason, SessionStatus
from syncer.domain.week import Week
from syncer.report.physio import physio_as_json, render_physio, summary
from syncer.report.physio_csv import COLUMNS, cell, physio_csv
from syncer.usecases.physio import level_rows
from syncer.usecases.planning import Judged
from syncer.workouts.progression import Choice
from tests import physio, reports
from tests.training import activity, outcome, run
from tests.unit.test_report import html_words

MON = date(2026, 11, 16)
VIEW = physio.page(12, of=30)


def rows(view) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(physio_csv(view), newline="")))


def of_kind(view, kind: str) -> list[dict[str, str]]:
    return [row for row in rows(view) if row["kind"] == kind]


class TestView:
    def test_only_the_weeks_that_were_asked_for(self):
        first, last = VIEW.first.monday, VIEW.last.sunday
        assert (VIEW.first, VIEW.last) == (Week(2026, 36), Week(2026, 47))
        assert len(VIEW.weeks) == 12
        assert all(first <= row.day <= last for row in VIEW.pain)
        assert all(first <= row.outcome.session.date <= last for row in VIEW.sessions)
        assert len([row for row in VIEW.pain if row.kind is Kind.RUN]) == sum(week.runs for week in VIEW.weeks)

    def test_nothing_after_the_day_of_judgement(self):
        day = MON + timedelta(days=1)
        view = physio.page(12, as_of=day)
        assert max(row.day for row in view.pain) <= day
        assert max(row.outcome.session.date for row in view.sessions) <= day

    def test_load_of_a_run_looks_back_beyond_the_range(self):
        runs = [run(MON - timedelta(days=20), 0, km=10), run(MON, 4, km=13)]
        view = physio.view_of([], runs, weeks=1)
        (row,) = view.pain
        assert (row.longest_before_m, row.spike) == (10_000, pytest.approx(1.3))
        assert view.weeks[0].spikes == 1

    def test_what_is_no_run_is_there_when_it_says_something_of_the_knee(self):
        walk = activity(MON, kind=Kind.OTHER, pain=PainTag(PainState.TAGGED, 2), distance_m=4000.0)
        silent = activity(MON + timedelta(days=1), kind=Kind.OTHER)
        view = physio.view_of([], [walk, silent], weeks=1)
        assert [(row.kind, row.spike, row.longest_before_m) for row in view.pain] == [(Kind.OTHER, None, None)]

    def test_the_session_log_has_effort_knee_and_the_day_it_was_done(self):
        done = activity(MON + timedelta(days=1), id_="g7", rpe=6.0, pain=PainTag(PainState.ZERO, 0))
        plan = [outcome(MON, "moved", activity_id="g7"), outcome(MON + timedelta(days=2), "skipped", Reason.NO_TIME)]
        moved, skipped = physio.view_of(plan, [done], weeks=1).sessions
        assert (moved.done_on, moved.effort, moved.pain.state) == (MON + timedelta(days=1), 6.0, PainState.ZERO)
        assert (skipped.done_on, skipped.effort, skipped.pain) == (None, None, None)

    def test_adherence_and_reasons(self):
        kinds = [
            ("done", None),
            ("partial", None),
            ("skipped", Reason.FORGOT),
            ("excused", Reason.ILL),
            ("pending", None),
        ]
        plan = [outcome(MON + timedelta(days=n), status, reason) for n, (status, reason) in enumerate(kinds)]
        view = physio.view_of(plan, [], weeks=1)
        assert view.kept == KeptOf(1, 3)
        assert view.reasons == ((Reason.ILL, 1), (Reason.FORGOT, 1), (None, 1))

    def test_the_level_that_held_when_the_range_began_is_named(self):
        changes = [LevelRow(MON + timedelta(days=n), "w", str(n), "advance", "") for n in (-30, -10, 2, 9)]
        week = Week.of(MON)
        view = physio_view(
            (week, week), MON + timedelta(days=6), reports.NOW, activities=[], outcomes=[], reading=PainReading(),
            data_as_of=DataAsOf(None, None, None), levels=changes,
        )  # fmt: skip
        assert [row.level for row in view.levels] == ["-10", "2"]

    def test_reasons_to_see_someone_are_kept_with_their_week(self):
        view = physio.view_of([], [run(MON, 7), run(MON - timedelta(weeks=2), 2)], weeks=3)
        assert [(week, "6/10" in text) for week, text in view.see_someone] == [(Week.of(MON), True)]
        assert physio.nothing().see_someone == ()


class TestLevelHistory:
    def test_changes_and_rules_but_not_every_day(self):
        light, medium = reports.LADDER[4], reports.LADDER[7]
        told = [
            Choice(light, "start", "nothing is known yet"),
            Choice(light, "hold", "to go up: a"),
            Choice(light, "hold", "to go up: b"),
            Choice(medium, "advance", "two sessions complete"),
            Choice(medium, "advance", "two sessions complete"),
            Choice(medium, "hold", "to go up: c"),
            Choice(medium, "deload", "pain 6/10"),
            Choice(medium, "deload", "pain 7/10"),
            Choice(medium, "top", "the highest"),
            Choice(light, "return", "no session since long"),
        ]
        days = {MON + timedelta(days=place): choice for place, choice in enumerate(told)}
        judged = Judged((), {"walk": days}, ())
        found = list(level_rows(judged, MON + timedelta(days=8)))
        assert [((row.day - MON).days, row.level, row.rule) for row in found] == [
            (0, "5", "start"),
            (3, "8", "advance"),
            (6, "8", "deload"),
            (7, "8", "deload"),
        ]
        assert found[1].why == "Two sessions complete"
        assert [row.rule for row in level_rows(judged, MON + timedelta(days=9))][-1] == "return"


class TestPage:
    def test_the_page_holds_every_row(self):
        text = html_words(render_physio(VIEW, "metric"))
        for row in VIEW.pain:
            assert f"{row.day.day} " in text
            if row.kind is Kind.RUN:
                assert f"{row.distance_m / 1000:.1f} km" in text
        for week in VIEW.weeks:
            assert f"{week.week} {week.runs} {week.distance_m / 1000:.1f} km {week.longest_m / 1000:.1f} km" in text
        for level in VIEW.levels:
            assert f"level {level.level} (" in text
        assert "one level up" in text
        assert "light, above the knees" not in text
        assert "not medical advice" in text

    def test_the_first_page_has_no_verdict(self):
        outcomes, activities = reports.logged(52, 24)
        made = reports.report_of(outcomes, activities)
        page = render_physio(replace(physio.page(12), evidence=made.evidence), "metric")
        assert "pattern" in made.evidence.verdict
        before, _, after = page.partition('<section class="apart">')
        assert made.evidence.sentence[:40] not in html_words(before)
        assert made.evidence.sentence[:40] in html_words(after)
        assert ".apart { break-before: page; }" in page

    def test_the_summary_counts(self):
        told = dict(summary(VIEW, "metric").rows)
        runs = [row for row in VIEW.pain if row.kind is Kind.RUN]
        states = Counter(row.pain.state if row.pain else None for row in runs)
        assert told["Runs"] == f"{len(runs)} in 12 weeks"
        assert told["Runs with knee pain"].startswith(f"{states[PainState.TAGGED]}; without {states[PainState.ZERO]};")
        assert told["Strength sessions kept"].startswith(f"{VIEW.kept.kept} of {VIEW.kept.counted} (")
        worst = max(row.pain.score for row in runs if row.pain and row.pain.score)
        assert told["Highest score"] == f"{worst:g} of 10"

    def test_a_week_that_has_just_begun_is_not_the_least_one(self):
        runs = [run(MON - timedelta(weeks=n), 0, km=10) for n in range(1, 4)]
        view = physio.view_of([], runs, weeks=4, as_of=MON)
        assert dict(summary(view, "metric").rows)["Distance a week"] == "10.0 km to 10.0 km"

    def test_nothing_at_all(self):
        text = html_words(render_physio(physio.nothing(), "metric"))
        assert "Nothing in these weeks." in text
        assert "Weeks 2026-W36 to 2026-W47" in text

    def test_the_forbidden_words(self):
        for view in (VIEW, physio.nothing()):
            text = html_words(render_physio(view, "metric")).lower().replace("because", "")
            for word in ("cause", "prevent", "prove", "significant", "risk factor"):
                assert word not in text

    def test_foreign_text_stays_text(self):
        page = render_physio(physio.hostile(), "metric")
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)


class TestCsv:
    def test_a_row_for_everything(self):
        assert len(of_kind(VIEW, "run")) == sum(week.runs for week in VIEW.weeks)
        assert len(of_kind(VIEW, "session")) == len(VIEW.sessions)
        assert len(of_kind(VIEW, "week")) == 12
        assert len(of_kind(VIEW, "level")) == len(VIEW.levels)

    def test_what_it_says_is_what_the_page_says(self):
        tagged = next(row for row in VIEW.pain if row.pain and row.pain.score)
        told = next(row for row in of_kind(VIEW, "run") if row["id"] == tagged.activity_id)
        assert float(told["pain_score"]) == tagged.pain.score
        assert float(told["distance_m"]) == pytest.approx(tagged.distance_m, abs=1e-6)
        assert told["pain_answer"] == "tagged"
        for week, row in zip(VIEW.weeks, of_kind(VIEW, "week"), strict=True):
            assert (row["week"], int(row["runs"]), int(row["kept"]), int(row["missed"])) == (
                str(week.week), week.runs, week.kept, week.missed
            )  # fmt: skip
        done = next(row for row in VIEW.sessions if row.outcome.status is SessionStatus.DONE)
        told = next(row for row in of_kind(VIEW, "session") if row["id"] == done.outcome.session.id)
        level = next(one for one in reports.LADDER if one.name == told["level"].removesuffix("-deload"))
        assert (told["band"], told["placement"], told["status"]) == (level.band, level.placement, "done")
        assert float(told["effort"]) == done.effort
        assert int(told["steps_each_side"]) == level.reps

    def test_no_answer_is_not_zero(self):
        view = physio.view_of([], [run(MON, None), run(MON + timedelta(days=1), 0)], weeks=1)
        assert [(row["pain_answer"], row["pain_score"]) for row in of_kind(view, "run")] == [
            ("none", ""),
            ("zero", "0"),
        ]

    @pytest.mark.parametrize(
        "text",
        ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|calc", "%0A", "＝1", "＋1", "－1", "＠x", "\n@x"],
    )
    def test_a_text_is_never_a_formula(self, text):
        assert cell(text).startswith("'")

    @pytest.mark.parametrize("text", ["fine;=1+1", "fine; +1", 'fine";@SUM(A1)', "a;-1;b"])
    def test_nor_behind_a_semicolon_which_is_the_end_of_a_cell_where_the_comma_is_a_decimal_sign(self, text):
        assert not re.search(r"; ?[=+@-]", cell(text))
        assert cell(text).replace("'", "") == text

    @given(st.text())
    def test_whatever_a_note_says_the_table_keeps_its_shape(self, text):
        tag = PainTag(PainState.TAGGED, 4, Side.LEFT, (PainEvidence("strava", "name", text),))
        (row,) = of_kind(physio.view_of([], [replace(run(MON), pain=tag)], weeks=1), "run")
        assert None not in row
        assert row["pain_score"] == "4"
        assert not row["words"] or row["words"][0] not in "=+-@|%\t\r\n"

    def test_lines_end_as_the_standard_says_and_the_head_is_plain(self):
        text = physio_csv(physio.hostile())
        assert text.startswith(",".join(COLUMNS) + "\r\n")
        assert text.count("\r\n") == text.count("\n") == len(rows(physio.hostile())) + 1
        text.encode()

    @pytest.mark.parametrize(
        ("value", "shown"), [(None, ""), (3, "3"), (2.5, "2.5"), (8000.0, "8000"), (1 / 3, "0.333333"), (0.0, "0")]
    )
    def test_numbers(self, value, shown):
        assert cell(value) == shown


def test_json_has_the_same_rows():
    data = json.loads(json.dumps(plain(physio_as_json(VIEW)), allow_nan=False))
    assert (data["from"], data["to"], data["for"]) == ("2026-W36", "2026-W47", "physio")
    assert [row["activity_id"] for row in data["pain"]] == [row.activity_id for row in VIEW.pain]
    assert [row["effort"] for row in data["sessions"]] == [row.effort for row in VIEW.sessions]
    assert data["kept"] == {"kept": VIEW.kept.kept, "counted": VIEW.kept.counted}
    assert [row["rule"] for row in data["levels"]] == [row.rule for row in VIEW.levels]
