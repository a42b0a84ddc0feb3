"""The weekly report as markdown."""

from __future__ import annotations

import re

from syncer.correlate.view import WeeklyReport
from syncer.report import outline, phrases

# what could turn a text of the runner's into markup or HTML
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def render_markdown(report: WeeklyReport, units: str) -> str:
    """The report as markdown; ``units`` is ``metric`` or ``imperial``."""
    parts = [f"# {escape(outline.title(report))}", ""]
    verdict = phrases.verdict_line(report)
    if verdict:
        parts += [f"**{escape(verdict)}**", ""]
    for section in outline.outline(report, units):
        parts += [f"## {escape(section.title)}", ""]
        parts += [_line(line) for line in section.lines]
        if section.commands:
            parts += ["```", *(command.replace("`", "'") for command in section.commands), "```"]
        parts.append("")
    return "\n".join(parts)


def escape(text: str) -> str:
    """Markdown that shows ``text`` as it is; bare web addresses stay links."""
    pieces = re.split(r"(https://\S+)", text)
    return "".join(f"<{piece}>" if piece.startswith("https://") else _SPECIAL.sub(r"\\\1", piece) for piece in pieces)


def _line(text: str) -> str:
    depth = "  " if text.startswith("  ") else ""
    return f"{depth}- {escape(text.strip())}"
