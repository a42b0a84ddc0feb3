"""The HTML files as text: one file, nothing fetched, nothing run, and well-formed whatever is in it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from syncer.correlate.view import WorkoutView
from syncer.report.html import render_html
from syncer.report.pages import render_page
from syncer.report.physio import render_physio
from tests import physio, reports

VOID = {"meta", "link", "br", "img", "input", "hr"}


class _Shape(HTMLParser):
    """Collects elements and attributes, and complains of what is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


def shape(page: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = _Shape()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader.seen


PAGES = {
    "year": lambda: render_html(reports.simulated(52, 24), "metric"),
    "flagged": lambda: render_html(reports.simulated(52, 4), "imperial"),
    "hostile": lambda: render_html(reports.hostile(), "metric"),
    "empty": lambda: render_html(reports.empty(), "metric"),
    "physio": lambda: render_physio(physio.page(12), "metric"),
    "physio hostile": lambda: render_physio(physio.hostile(), "metric"),
    "physio empty": lambda: render_physio(physio.nothing(), "metric"),
}


@pytest.fixture(scope="module", params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]()


def test_the_page_is_well_formed_and_its_ids_are_its_own(page: str):
    elements = shape(page)
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in elements:
        for named in (attributes.get("aria-labelledby") or "").split():
            assert named in ids
    assert page.startswith('<!doctype html>\n<html lang="en">')


def test_nothing_is_fetched_and_nothing_runs(page: str):
    elements = shape(page)
    assert {tag for tag, _ in elements}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    )
    for tag, attributes in elements:
        assert not [
            name for name in attributes if name.startswith("on") or name in ("src", "srcset", "style", "xlink:href")
        ]
        if "href" in attributes:
            assert tag == "a"
            assert re.match(r"https://(connect\.garmin\.com|www\.strava\.com)/", attributes["href"] or "")
            assert "noreferrer" in (attributes["rel"] or "")
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    assert not re.search(r"url\(|@import|@font-face|expression", style)


def test_the_policy_allows_this_stylesheet_alone(page: str):
    policy = next(
        attributes["content"]
        for tag, attributes in shape(page)
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_both_colour_schemes_phones_and_paper_have_their_rules(page: str):
    for rule in ("(prefers-color-scheme: dark)", "(min-width: 56rem)", "@media print"):
        assert rule in page
    assert ("viewport", "width=device-width, initial-scale=1") in {
        (attributes.get("name"), attributes.get("content")) for tag, attributes in shape(page) if tag == "meta"
    }


def test_a_number_and_its_unit_stay_on_one_line(page: str):
    text = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", page, flags=re.DOTALL)
    assert not re.findall(r"\d[ \n](?:%|×|km\b|mi\b).{0,20}", text)


def test_a_column_of_several_weeks_says_so():
    assert "Each column stands for 13 weeks." in render_html(reports.simulated(520, 3), "metric")
    assert "Each column" not in render_html(reports.simulated(52, 24), "metric")


def test_every_picture_has_words_and_a_table_beside_it():
    page = PAGES["year"]()
    pictures = [attributes for tag, attributes in shape(page) if tag == "svg" and attributes.get("role") == "img"]
    assert {attributes["class"].split()[1] for attributes in pictures} == {
        "rates", "lags", "calendar", "over-time", "levels-0"
    }  # fmt: skip
    assert page.count("<summary>The same as a table</summary>") == 3
    icons = [attributes for tag, attributes in shape(page) if tag == "svg" and attributes.get("role") != "img"]
    assert icons
    assert all(attributes.get("aria-hidden") == "true" for attributes in icons)


def test_a_picture_for_each_workout_with_levels():
    made = reports.simulated(20, 1)
    other = WorkoutView("hip-circuit", "Hip circuit", reports.LADDER[:4])
    levels = (*made.levels, replace(made.levels[-1], workout="hip-circuit", level="2"))
    page = render_html(replace(made, workouts=(reports.WALKS, other), levels=levels), "metric")
    assert "Band level over time: <bdi>Lateral band walk</bdi>" in page
    assert "Band level over time: <bdi>Hip circuit</bdi>" in page


def test_a_page_does_not_hide_a_forgotten_value():
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        render_page("report.html.j2", {"units": "metric"})


def test_ten_years_are_a_small_file():
    assert len(render_html(reports.simulated(520, 3), "metric").encode()) < 250_000


@pytest.mark.parametrize("text", reports.HOSTILE)
def test_no_text_at_all_is_trusted(text: str):
    """Not even one that is our own today."""
    made = reports.simulated(52, 4)
    next_, evidence = replace(made.next, reason=text, needs=(text,), level=text), replace(made.evidence, sentence=text)
    (flag, *_) = made.flags
    flag = replace(flag, alternatives=(replace(flag.alternatives[0], detail=text),))
    spoilt = replace(made, next=next_, evidence=evidence, flags=(flag,), see_someone=(text,), questions=(text,))
    page = render_html(spoilt, "metric")
    shape(page)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
    assert "<script" not in page
    assert "<img" not in page
