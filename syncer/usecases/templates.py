"""Finds and reads templates: those that ship, and the runner's own."""

from __future__ import annotations

import difflib
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

import syncer
from syncer.errors import ConfigError, UsageError
from syncer.workouts.template import parse
from syncer.workouts.template_build import Template

MAX_TEMPLATE_BYTES = 1_000_000
"""Far above any real template; a folder may hold other things by mistake."""


class Templates(dict[str, Template]):
    """Templates by slug. ``broken`` holds the error of each that could not be read, by slug."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: dict[str, ConfigError] = {}


def shipped_folder() -> Path:
    """Where the templates that ship are: in the package, or beside it in a checkout.

    Raises:
        ConfigError: ``templates-missing``, when the installation has lost them.
    """
    package = Path(syncer.__file__).resolve().parent
    for folder in (package / "_templates", package.parent / "templates"):
        if (folder / "lateral-band-walk.toml").is_file():
            return folder
    raise ConfigError(
        "templates-missing",
        "the templates that ship with syncer are not there",
        why=f"neither in {package / '_templates'} nor in {package.parent / 'templates'}",
        hint="reinstall syncer",
    )


def load_templates(folders: Sequence[Path]) -> Templates:
    """Every ``*.toml`` of the folders; a later folder's template stands in for an earlier one's of the same name.

    A file that cannot be read does not hide the others: its error is kept under its name in ``broken``, and the
    template that it was meant to replace is not used in its stead. A folder that is not there holds nothing.
    """
    found = Templates()
    for folder in folders:
        for file in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            slug = file.name.removesuffix(".toml")
            found.pop(slug, None)
            found.broken.pop(slug, None)
            try:
                found[slug] = read_template(file)
            except ConfigError as problem:
                found.broken[slug] = problem
    return found


def read_template(file: Path) -> Template:
    """One template file.

    Raises:
        ConfigError: naming the file, and the line where there is one.
    """
    try:
        if not stat.S_ISREG(file.stat().st_mode) and not file.is_dir():
            raise _unreadable(file, "it is no file, but a device or a pipe")
        with file.open("rb") as opened:
            content = opened.read(MAX_TEMPLATE_BYTES + 1)
    except OSError as problem:
        raise _unreadable(file, problem.strerror or str(problem)) from None
    if len(content) > MAX_TEMPLATE_BYTES:
        raise _unreadable(file, f"it has more than {MAX_TEMPLATE_BYTES:,} bytes, which no template needs")
    try:
        text = content.decode()
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise _unreadable(file, "it is not UTF-8; save it as UTF-8 text", line) from None
    return parse(text, file)


def _unreadable(file: Path, why: str, line: int | None = None) -> ConfigError:
    where = f"{file}:{line}" if line else str(file)
    return ConfigError(
        "template-unreadable", f"{where}: cannot be read as a template", why=why, hint="syncer workout list", item=where
    )


def find_template(name: str, templates: Mapping[str, Template]) -> Template:
    """The template called ``name`` (its slug, with or without ``.toml``).

    Raises:
        ConfigError: the template is there but broken.
        UsageError: ``template-unknown``, with what was probably meant.
    """
    slug = name.strip().removesuffix(".toml")
    if slug in templates:
        return templates[slug]
    broken = templates.broken if isinstance(templates, Templates) else {}
    if slug in broken:
        raise broken[slug]
    known = [*templates, *broken]
    close = difflib.get_close_matches(slug.lower().replace("_", "-").replace(" ", "-"), known, n=1, cutoff=0.5)
    meant = f"did you mean '{close[0]}'? " if close else ""
    raise UsageError(
        "template-unknown",
        f"there is no workout '{name}'",
        why=f"{meant}There are {', '.join(sorted(known)) or 'none'}",
        hint=f"syncer workout show {close[0]}" if close else "syncer workout list",
        item=name,
    )
