"""The four formats of a weekly report: the same numbers, no claim, no blame, and no trust in foreign text."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.cli.output import plain
from syncer.cli.report import ReportFormat, render
from syncer.correlate.diary import RunDay
from syncer.correlate.evidence import evaluate
from syncer.correlate.findings import Missing, RiskRatio
from syncer.correlate.verdict import Verdict
from syncer.correlate.view import LevelView, WeeklyReport
from syncer.correlate.wording import say
from syncer.report import phrases
from syncer.report.markdown import escape, render_markdown
from syncer.report.outline import evidence_lines
from syncer.report.safe_text import clean
from syncer.report.terminal import colour_terminal, render_terminal
from tests import reports

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FORBIDDEN = ("cause", "prevent", "prove", "significant", "risk factor", "your fault", "lazy", "failed to")


class _Words(HTMLParser):
    """What a reader of a page sees or is read out, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag, attrs):
        self._silent += tag == "style"
        self.parts += [" ", *(f" {value} " for name, value in attrs if name in ("href", "aria-label"))]

    def handle_endtag(self, tag):
        self._silent -= tag == "style"
        self.parts.append(" ")

    def handle_data(self, data):
        if not self._silent:
            self.parts.append(data)


def words(text: str) -> str:
    return " ".join(text.split())


def html_words(page: str) -> str:
    reader = _Words()
    reader.feed(page)
    return words("".join(reader.parts))


def markdown_words(text: str) -> str:
    return words(html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)).replace("**", "").replace("|", " "))


def every_format(report: WeeklyReport, units: str = "metric") -> dict[str, str]:
    made = {form: render(report, form, units) for form in ReportFormat}
    return {
        "terminal": words(made[ReportFormat.TERMINAL]),
        "markdown": markdown_words(made[ReportFormat.MARKDOWN]),
        "html": html_words(made[ReportFormat.HTML]),
        "json": made[ReportFormat.JSON],
    }


def spoken(day: str) -> str:
    value = date.fromisoformat(day)
    return f"{DAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def facts(data: dict) -> list[str]:
    """What a reader must find, from the JSON alone."""
    return [data["week"], *_plan(data["plan"]), *_runs(data["runs"]), *_flags(data), *_evidence(data), *_rest(data)]


def _plan(plan: dict) -> list[str]:
    if not plan["planned"]:
        return ["Nothing was planned this week."]
    plural = "session" if plan["planned"] == 1 else "sessions"
    found = [f"{plan['done'] + plan['moved']} of {plan['planned']} planned {plural} done"]
    for key, text in (("partial", "partly"), ("skipped", "skipped"), ("excused", "excused"), ("pending", "still open")):
        found += [f"{plan[key]} {text}"] if plan[key] else []
    for weeks in ("4w", "12w"):
        tally = plan[f"kept_{weeks}"]
        if tally["counted"]:
            share = round(100 * tally["kept"] / tally["counted"])
            assert abs(plan[f"adherence_{weeks}"] - tally["kept"] / tally["counted"]) < 1e-9
            found.append(f"{tally['kept']} of {tally['counted']} ({share} %)")
    found += [spoken(session["date"]) for session in plan["sessions"]]
    return [*found, f"evel {plan['level']['name']}"]


def _runs(runs: dict) -> list[str]:
    found = [f"{runs['distance_m'] / 1000:.1f} km"] if runs["count"] else ["No runs this week."]
    if runs["count"]:
        found.append(
            f"pain on {runs['tagged']}, none on {runs['zero']}, to confirm on {runs['suspected']}, "
            f"not answered on {runs['untagged']}"
        )
    for item in runs["items"]:
        found.append(f"{spoken(item['local_date'])} {item['distance_m'] / 1000:.1f} km")
        if item["pain"] and item["pain"]["state"] == "tagged" and item["pain"]["score"]:
            found.append(f"knee pain {item['pain']['score']:g}/10")
        if item["spike"] and item["spike"] > 1.1:
            found.append(f"{100 * (item['spike'] - 1):.0f} % longer than any run of the 30 days before")
    return found


def _flags(data: dict) -> list[str]:
    found = []
    for flag in data["flags"]:
        rate = flag["base_rate"]
        found.append(f"{flag['missed']} of {flag['planned']} planned sessions were missed")
        if rate["pain_free_runs"]:
            found.append(f"The same was true before {rate['flagged']} of {rate['pain_free_runs']} pain-free run")
        found += [spoken(missed["date"]) for missed in flag["missed_sessions"]]
        found += [link["url"] for link in flag["links"]]
        found += [other["detail"] for other in flag["alternatives"]]
    return found


def _evidence(data: dict) -> list[str]:
    evidence = data["evidence"]
    found = [evidence["sentence"]]
    for counts in evidence["counts"].values():
        for group in ("exposed", "other"):
            part, whole = counts[f"{group}_pain"], counts[f"{group}_runs"]
            found += [f"{part} of {whole} runs"] if whole > 1 else []
            found += [f"({_of_100(part, whole)})"] if whole >= 10 else []
    ratio = evidence["risk_ratio"]
    if ratio:
        estimate, low, high = (_two_digits(ratio[key]) for key in ("estimate", "low", "high"))
        found.append(f"Ratio {estimate}, plausible range {low} to {high}")
    for short in evidence["missing"]:
        found.append(f"{short['have']}")
        found.append(f"{short['need']}")
    if any(one["pain_runs"]["planned"] for one in evidence["lag_curve"]):
        for one in evidence["lag_curve"]:
            for tally in (one["pain_runs"], one["other_runs"]):
                found += [f"{tally['missed']} of {tally['planned']}"] if tally["planned"] else []
    if evidence["answered_share"] is not None:
        since = "since the plan began" if evidence["missed"] + evidence["done"] else "so far"
        found.append(f"Of 100 runs {since}, {100 * evidence['answered_share']:.0f} have an answer")
    return found


def _of_100(part: int, whole: int) -> str:
    rate = 100 * part / whole
    return f"{rate:.0f} of 100" if not part or rate >= 0.5 else "under 1 of 100"


def _two_digits(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def _rest(data: dict) -> list[str]:
    found = [*data["questions"], *data["notes"], *data["see_someone"]]
    if data["next"]:
        found += [spoken(data["next"]["date"]), f"level {data['next']['level']}", *data["next"]["needs"]]
    read = data["data_as_of"]
    for source, name in (("garmin", "Garmin"), ("strava", "Strava"), ("files", "files")):
        at = read[source]
        found.append(f"{name} {at[:16].replace('T', ' ') if at else 'never'}")
    runs, answered = (sum(week[key] for week in data["history"]) for key in ("runs", "answered"))
    if runs:
        silent = data["runs"]["untagged"] + data["runs"]["suspected"]
        found.append(f"{silent} of {data['runs']['count']} this week, {runs - answered} of {runs} in all")
    for one in data["data_quality"]["left_out"]:
        found.append(f"{one['count']} × {one['reason'].replace('-', ' ')}, such as {one['examples'][0]}")
    return found


class TestAgreement:
    @settings(max_examples=25, deadline=None)
    @given(weeks=st.integers(1, 70), seed=st.integers(0, 10_000), behind=st.integers(0, 6))
    def test_all_formats_tell_the_same_numbers(self, weeks, seed, behind):
        last = reports.SUNDAY
        report = reports.simulated(weeks, seed, last=last, as_of=last - timedelta(days=behind))
        shown = every_format(report)
        wanted = facts(json.loads(shown["json"]))
        assert len(wanted) > 15
        for form in ("terminal", "markdown", "html"):
            missing = [fact for fact in wanted if words(fact) not in shown[form]]
            assert not missing, (form, missing)

    def test_the_flags_of_a_report_are_in_every_format(self):
        flagged = [report for seed in range(30) if (report := reports.simulated(52, seed)).flags]
        assert flagged
        for report in flagged:
            shown = every_format(report)
            wanted = _flags(json.loads(shown["json"]))
            assert len(wanted) >= 6
            for form in ("terminal", "markdown", "html"):
                assert [fact for fact in wanted if words(fact) not in shown[form]] == []

    def test_nothing_at_all_reads_well_in_every_format(self):
        for form, shown in every_format(reports.empty()).items():
            assert "2026-W47" in shown
            if form != "json":
                assert "Nothing was planned this week." in shown
                assert "No runs this week." in shown
                assert "syncer plan set --days mon,wed,fri" in shown
                assert "Garmin never, Strava never, files never" in shown

    def test_a_report_without_statistics_says_so(self):
        report = replace(reports.simulated(12, 1), evidence=None)
        shown = every_format(report)
        assert "evidence" not in json.loads(shown.pop("json"))
        for text in shown.values():
            assert "made without the statistics" in text
            assert "What your history says" not in text

    def test_miles(self):
        report = reports.simulated(20, 3)
        for form in (ReportFormat.TERMINAL, ReportFormat.MARKDOWN, ReportFormat.HTML):
            text = render(report, form, "imperial")
            assert f"{report.runs.distance_m / 1609.344:.1f} mi" in text
            assert not re.search(r"\d km", text)


class TestOrder:
    """First what was and what is next; then the evidence; then how good the data is."""

    @pytest.mark.parametrize("form", [ReportFormat.TERMINAL, ReportFormat.MARKDOWN, ReportFormat.HTML])
    def test_the_order_of_the_sections(self, form):
        report = next(made for seed in range(40) if (made := reports.simulated(52, seed)).flags and made.questions)
        text = render(report, form, "metric")
        headings = ("Plan", "Runs", "Flags", "Next", "What your history says", "Data", "When to see someone")
        marks = {
            ReportFormat.TERMINAL: "\n{}\n",
            ReportFormat.MARKDOWN: "\n## {}\n",
            ReportFormat.HTML: "<h2>{}</h2>",
        }
        places = [text.index(marks[form].format(heading)) for heading in headings]
        assert places == sorted(places)
        assert text.index(html.escape(phrases.verdict_line(report))) < places[0]
        if report.see_someone and form is ReportFormat.TERMINAL:
            assert text.index(report.see_someone[0][:30]) < places[0]

    def test_the_first_screen_of_a_terminal_holds_the_week(self):
        for seed in range(10):
            lines = render_terminal(reports.simulated(52, seed), "metric").splitlines()
            assert lines.index("What your history says") <= 40


class TestWords:
    def test_the_forbidden_words_occur_nowhere(self):
        seen = set()
        for report in self._all_verdicts():
            seen.add(report.evidence.verdict)
            for form in ReportFormat:
                text = re.sub(r"<style>.*?</style>", "", render(report, form, "metric"), flags=re.DOTALL).lower()
                text = text.replace("because", "")
                assert [word for word in FORBIDDEN if word in text] == [], form
        assert seen == set(Verdict)

    def _all_verdicts(self):
        for seed in range(12):
            yield reports.simulated(52, seed)
        made = reports.simulated(52, 3)
        for verdict, p_value in (
            (Verdict.NO_PATTERN, 0.4),
            (Verdict.WATCH, 0.04),
            (Verdict.PATTERN, 0.006),
            (Verdict.PATTERN, 0.0004),
        ):
            evidence = replace(made.evidence, verdict=verdict, p_value=p_value, missing=())
            evidence = replace(evidence, risk_ratio=RiskRatio(2.6, 0.8, 8))
            yield replace(made, evidence=replace(evidence, sentence=say(evidence)))
        evidence = replace(made.evidence, verdict=Verdict.NOT_ENOUGH_DATA, missing=(Missing("missed", 2, 6),))
        yield replace(made, evidence=replace(evidence, sentence=say(evidence), risk_ratio=None))
        yield reports.empty()

    @pytest.mark.parametrize(
        ("verdict", "p_value", "now", "then"),
        [
            ("no_pattern", 0.4, "40 of 100", "at 5 of 100 or fewer this becomes something to watch"),
            ("watch", 0.04, "4 of 100", "at 1 of 100 or fewer this becomes a pattern"),
            ("pattern", 0.006, "6 of 1,000", "stays until it is more than 5 of 100"),
            ("pattern", 0.0002, "fewer than 1 of 1,000", "stays until it is more than 5 of 100"),
        ],
    )
    def test_what_would_change_it(self, verdict, p_value, now, then):
        made = reports.simulated(52, 3)
        report = replace(made, evidence=replace(made.evidence, verdict=verdict, p_value=p_value, missing=()))
        for form, text in every_format(report).items():
            if form != "json":
                assert f"gives as much in {now} replays" in text
                assert then in text

    def test_what_is_short_is_said_once_with_have_and_need(self):
        made = reports.simulated(52, 3)
        short = replace(made.evidence, verdict=Verdict.NOT_ENOUGH_DATA, missing=(Missing("new_pain_runs", 2, 3),))
        told = replace(made, evidence=replace(short, sentence=say(short)))
        assert "2 new knee-pain runs (need 3)" in render_terminal(told, "metric")
        silent = replace(made, evidence=replace(short, sentence="Too early to tell."))
        assert "new knee-pain runs: 2 of 3" in words(render_terminal(silent, "metric"))
        assert "Ratio" not in render_terminal(replace(told, evidence=replace(told.evidence, risk_ratio=None)), "metric")

    def test_red_flags_say_see_someone(self):
        text = words(render_terminal(reports.empty(), "metric"))
        assert "not medical advice" in text
        for sign in ("6/10", "swells", "locks", "gives way", "night", "next morning", "3 weeks"):
            assert sign in text

    def test_counts_stand_before_percentages(self):
        for seed in range(5):
            for form, text in every_format(reports.simulated(30, seed)).items():
                if form != "json":
                    for found in re.finditer(r"\d+ %", text):
                        longer = text[found.end() :].startswith((" longer", " complete"))
                        before = text[max(0, found.start() - 25) : found.start()]
                        assert longer or re.search(r"\d+ of \d+ \($|more than |at least ", before), before


class TestForeignText:
    """Names, notes and file names hold whatever somebody typed."""

    def test_html_holds_it_as_text(self):
        page = render(reports.hostile(), ReportFormat.HTML, "metric")
        tags = re.findall(r"<[a-zA-Z!/][^>]*>", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))
        assert not [tag for tag in tags if re.search(r"script|<img|onerror|<b>|javascript:", tag)]
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{{ 7*7 }} {% raw %}" in page
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
        page.encode()

    def test_names_of_runs_are_kept_from_turning_the_line_around(self):
        page = render(reports.hostile(), ReportFormat.HTML, "metric")
        for item in reports.hostile().runs.items:
            if item.name:
                shown = html.escape(" ".join(item.name.split())[:4])
                assert f"<bdi>{shown[0]}" in page or "<bdi>\ufffd" in page

    def test_markdown_holds_it_as_text(self):
        text = render_markdown(reports.hostile(), "metric")
        outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        assert not re.search(r"(?<!\\)<(?!https://)", outside)
        assert not re.search(r"(?<!\\)\]\((?!https://(connect\.garmin|www\.strava)\.com/)", outside)
        assert "https://evil" not in outside
        assert "javascript:alert" in outside  # shown, but no link
        assert not re.search(r"(?<!\\)!\[", outside)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)

    @given(st.text(max_size=60))
    def test_markdown_shows_any_text_as_it_is(self, text):
        shown = escape(text)
        assert "\n" not in shown
        assert words(html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown))) == words(clean(text))

    def test_a_terminal_gets_no_escape_sequence(self):
        text = render_terminal(reports.hostile(), "metric")
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
        assert "<script>alert(1)</script>" in text

    def test_json_stays_json(self):
        data = json.loads(render(reports.hostile(), ReportFormat.JSON, "metric"))
        assert data["runs"]["items"][0]["name"] == reports.HOSTILE[0]


class TestTerminal:
    @pytest.mark.parametrize("width", [40, 60, 80, 100])
    @pytest.mark.parametrize("made", ["year", "hostile", "empty", "wide"])
    def test_no_line_is_wider_than_asked_for(self, made, width):
        wide = replace(reports.simulated(9, 1), notes=("ランニング膝が痛い" * 20, "跑" * 99, "🏃" * 70))
        report = {
            "year": reports.simulated(52, 4),
            "hostile": reports.hostile(),
            "empty": reports.empty(),
            "wide": wide,
        }[made]
        from rich.cells import cell_len

        for line in render_terminal(report, "metric", width).splitlines():
            free = line.strip().startswith(("syncer ", "Garmin: https://", "Strava: https://"))
            assert free or cell_len(line) <= width, line

    def test_colours_are_only_colours(self):
        report = reports.simulated(52, 4)
        coloured = colour_terminal(report, "metric")
        assert coloured.plain == render_terminal(report, "metric")
        assert {span.style for span in coloured.spans} >= {"bold", "red", "green"}
        assert "\x1b" not in render_terminal(report, "metric")

    def test_pages_of_a_flagged_run_can_be_clicked(self):
        report = next(made for seed in range(40) if (made := reports.simulated(52, seed)).flags)
        text = render_terminal(report, "metric")
        for _, address in report.flags[0].links:
            assert re.search(rf"^ +\w+: {re.escape(address)}$", text, re.MULTILINE)


def test_the_json_of_the_contract_has_its_keys():
    data = plain(json.loads(render(reports.simulated(20, 1), ReportFormat.JSON, "metric")))
    top = "week from to generated_at data_as_of plan runs flags evidence next notes"
    assert set(top.split()) <= data.keys()
    plan = "planned done moved partial skipped excused pending adherence_4w adherence_12w level sessions"
    assert set(plan.split()) <= data["plan"].keys()
    assert data["calendar"][0].keys() == {"day", "statuses", "runs", "pain"}
    assert data["history"][0]["week"] == "2026-W28"


def test_the_answers_of_a_week_add_up():
    runs = reports.simulated(40, 2).runs
    assert runs.tagged + runs.zero + runs.untagged + runs.suspected == runs.count
    assert phrases.answers(runs) == (
        f"Knee: pain on {runs.tagged}, none on {runs.zero}, to confirm on {runs.suspected}, "
        f"not answered on {runs.untagged}."
    )


@pytest.mark.parametrize("form", [ReportFormat.TERMINAL, ReportFormat.MARKDOWN, ReportFormat.HTML])
def test_an_old_week_says_which_parts_are_of_today(form: ReportFormat) -> None:
    fresh = reports.empty()
    old = replace(fresh, as_of=fresh.last + timedelta(days=8))

    def shown(report: WeeklyReport) -> str:
        text = render(report, form, "metric")
        return html_words(text) if form is ReportFormat.HTML else words(text.replace("\\", ""))

    assert f"history says are of that day; as they were at the end of this week: --as-of {old.last}" in shown(old)
    assert "of that day" not in shown(replace(fresh, as_of=fresh.last + timedelta(days=7)))


def test_before_the_first_session_has_closed_no_run_is_said_to_be_since_the_plan_began():
    runs = [RunDay(reports.SUNDAY.toordinal() - day, 8000.0, False if day % 3 else None) for day in range(1, 60, 2)]
    evidence = evaluate([], runs, reports.SUNDAY.toordinal())
    [line] = [one for one in evidence_lines(evidence) if one.startswith("Of 100 runs")]
    assert line == "Of 100 runs so far, 67 have an answer about pain."


@pytest.mark.parametrize("width", range(40, 101, 7))
def test_a_number_and_its_unit_stay_on_one_line_of_a_terminal(width):
    text = render_terminal(reports.simulated(52, 4), "metric", width)
    assert not re.findall(r"\d\n *(?:%|×|km\b).*", text)
    assert "\N{NO-BREAK SPACE}" not in text


def test_a_week_of_two_years_names_both():
    turn = reports.simulated(8, 2, last=date(2027, 1, 3))
    assert phrases.title(turn) == "Week 2026-W53 · Mon 28 Dec 2026 – Sun 3 Jan 2027"
    assert phrases.title(reports.empty()) == "Week 2026-W47 · Mon 16 Nov – Sun 22 Nov 2026"


@pytest.mark.parametrize("form", list(ReportFormat))
def test_what_it_takes_to_go_up_is_a_list_in_every_format(form):
    made = reports.simulated(8, 2)
    held = LevelView(made.next.level, "This level stays for now.", reports.NEEDS)
    made = replace(made, next=replace(made.next, reason=held.reason, needs=held.needs))
    if form is ReportFormat.JSON:
        shown = json.loads(render(made, form, "metric"))["next"]
        assert (shown["needs"], shown["why"]) == (list(reports.NEEDS), made.next.why)
        assert shown["why"] == f"This level stays for now. To go up: {'; '.join(reports.NEEDS)}."
        return
    text = render(made, form, "metric")
    shown = html_words(text) if form is ReportFormat.HTML else words(re.sub(r"\\(.)", r"\1", text))
    places = [shown.index(part) for part in ("Why: This level stays for now.", phrases.TO_GO_UP, *reports.NEEDS)]
    assert places == sorted(places)
    assert ";" not in shown[places[0] : places[-1]]
