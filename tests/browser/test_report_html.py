"""The HTML reports in the real Chromium: whatever the data, width and colour scheme, all of it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncer.report.html import render_html
from syncer.report.physio import render_physio
from tests import physio, reports
from tests.browser.chromium import Page, chromium, find_chromium

MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; }); 0"

PAGES = {
    "nothing": lambda: render_html(reports.empty(), "metric"),
    "three weeks": lambda: render_html(reports.simulated(3, 2), "metric"),
    "a year": lambda: render_html(reports.simulated(52, 24), "metric"),
    "a year, flagged": lambda: render_html(reports.simulated(52, 4), "imperial"),
    "ten years": lambda: render_html(reports.simulated(520, 3), "metric"),
    "hostile": lambda: render_html(reports.hostile(), "metric"),
    "physio, nothing": lambda: render_physio(physio.nothing(), "metric"),
    "physio, twelve weeks": lambda: render_physio(physio.page(12), "metric"),
    "physio, a year": lambda: render_physio(physio.page(52, of=60), "imperial"),
    "physio, hostile": lambda: render_physio(physio.hostile(), "metric"),
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    program = find_chromium()
    if program is None:
        pytest.skip("there is no Chromium here; .ci/run installs it")
    with chromium(program, tmp_path_factory.mktemp("profile")) as browser:
        yield browser.page()


@pytest.fixture(scope="module", params=PAGES)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(PAGES[request.param]().encode())
    return path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_everything_can_be_read(page: Page, file: Path, width: int, dark: bool):
    page.open(file, width, dark=dark)
    assert page.evaluate(MEASURE) == []
    page.evaluate(OPEN_ALL)
    assert page.evaluate(MEASURE) == []
    assert page.console == []
    assert page.requests == [file.as_uri()]


def test_everything_can_be_read_on_paper(page: Page, file: Path):
    page.open(file, 720, dark=True, media="print")
    assert page.evaluate(MEASURE) == []
