"""``python -m scripts.picture``: photograph the demo's HTML report with Chromium, for the README.

The demo's year is dealt for one fixed day, so the pictures change only when the report does, or the fonts.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from scripts.examples.pages import REPO
from scripts.examples.reader import demo
from scripts.picture.origin import drawn_from, signed
from scripts.picture.png import smaller
from tests.browser.chromium import chromium, find_chromium

WIDTH = 920
# The calendar of the last weeks, the curves beside it and the levels: what a terminal cannot show.
SECTION = """(() => {
  const heading = [...document.querySelectorAll("h2")].find(each => each.textContent === "Pictures");
  const box = heading.closest("section").getBoundingClientRect();
  return [box.left, box.top + scrollY, box.width, box.height].map(Math.round);
})()"""
MARGIN = 20


def main() -> None:
    """Write docs/images/report.png and report-dark.png."""
    program = find_chromium()
    if program is None:
        sys.exit("scripts.picture needs Chromium (Debian: apt install chromium)")
    images = REPO / "docs" / "images"
    images.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        (report,) = (demo(Path(folder, "demo")) / "reports").glob("*.html")
        with chromium(program, Path(folder)) as browser:
            page = browser.page()
            for name, dark in (("report.png", False), ("report-dark.png", True)):
                page.open(report, WIDTH, dark=dark)
                left, top, width, height = page.evaluate(SECTION)
                page.screenshot(Path(folder, name), (left - MARGIN, top + 2, width + 2 * MARGIN, height + MARGIN))
                (images / name).write_bytes(signed(smaller(Path(folder, name).read_bytes()), drawn_from(report)))


if __name__ == "__main__":
    main()
