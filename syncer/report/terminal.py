"""The weekly report for a terminal: plain lines, headings in bold where the terminal can."""

from __future__ import annotations

from syncer.correlate.view import WeeklyReport
from syncer.report import outline, phrases


def render_terminal(report: WeeklyReport, units: str) -> str:
    """The report as text, at most about 100 columns; ``units`` is ``metric`` or ``imperial``."""
    verdict = phrases.verdict_line(report)
    lines = [outline.title(report), *([verdict] if verdict else [])]
    for section in outline.outline(report, units):
        lines += ["", section.title]
        lines += [f"  {line}" for text in section.lines for line in _wrap(text)]
        lines += [f"    {command}" for command in section.commands]
    return "\n".join(lines) + "\n"


def _wrap(text: str) -> list[str]:
    import textwrap

    indent = text[: len(text) - len(text.lstrip())]
    return textwrap.wrap(text, 96, subsequent_indent=indent + "  ", break_long_words=False, break_on_hyphens=False) or [
        ""
    ]
