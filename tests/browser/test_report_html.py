"""The HTML reports in the real Chromium: whatever the data, width and colour scheme, all of it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncer.report.html import render_html
from tests import reports
from tests.browser.chromium import Page, chromium, find_chromium

MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; }); 0"

PAGES = {
    "nothing": reports.empty,
    "three weeks": lambda: reports.simulated(3, 2),
    "a year": lambda: reports.simulated(52, 24),
    "a year, flagged": lambda: reports.simulated(52, 4),
    "ten years": lambda: reports.simulated(520, 3),
    "hostile": reports.hostile,
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
    path.write_bytes(render_html(PAGES[request.param](), "metric").encode())
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
