"""The weekly report as markdown."""

from __future__ import annotations

import re

from syncer.correlate.view import WeeklyReport
from syncer.report import phrases
from syncer.report.outline import Grid, Line, Section, outline
from syncer.report.safe_text import clean

# whatever could turn a text of the runner's into markup, HTML, a link or a mention
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&@^$])")
_SCHEME = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*):(?=//)|\b(www)\.")


def render_markdown(report: WeeklyReport, units: str) -> str:
    """The report as markdown; ``units`` is ``metric`` or ``imperial``."""
    parts = [f"# {escape(phrases.title(report))}", "", f"**{escape(phrases.verdict_line(report))}**", ""]
    parts += [escape(phrases.looking_back(report)), ""] if phrases.looking_back(report) else []
    parts += [line for note in report.see_someone for line in (f"> **{escape(note)}**", "")]
    for section in outline(report, units):
        parts += [f"## {escape(section.title)}", "", *_section(section)]
    return "\n".join(parts)


def escape(text: str) -> str:
    """Markdown that shows ``text`` as it is, on one line."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(clean(text).split()))
    # a bare address would become a link by itself
    return _SCHEME.sub(lambda found: f"{found[1]}&#58;" if found[1] else f"{found[2]}&#46;", escaped)


def _section(section: Section) -> list[str]:
    parts: list[str] = []
    in_list = False
    for part in section.parts:
        if isinstance(part, Grid):
            parts += [*([""] if in_list else []), *_grid(part), ""]
        else:
            parts.append(_line(part))
        in_list = isinstance(part, Line)
    if in_list:
        parts.append("")
    if section.commands:
        parts += ["```", *(clean(command).replace("`", "'") for command in section.commands), "```", ""]
    return parts


def _line(line: Line) -> str:
    mark = f"{line.mark} " if line.mark else ""
    links = "".join(f" [{escape(site)}]({address})" for site, address in line.links)
    text = escape(line.text)
    return f"{'  ' * line.depth}- {mark}{f'**{text}**' if line.tone == 'strong' else text}{links}"


def _grid(grid: Grid) -> list[str]:
    rows = [grid.headers, *grid.rows]
    lines = ["| " + " | ".join(escape(cell) for cell in row) + " |" for row in rows]
    return [lines[0], "|" + "---|" * len(grid.headers), *lines[1:]]
