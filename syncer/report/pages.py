"""HTML pages as one file each: no script, no request, one stylesheet that the content security policy names by hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from syncer.report.safe_text import clean, unbroken

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Style:
    """The stylesheet, and its hash as the content security policy writes it."""

    text: str

    @property
    def hash(self) -> str:
        """``sha256-…``."""
        return "sha256-" + base64.b64encode(hashlib.sha256(self.text.encode()).digest()).decode()

    def __html__(self) -> str:
        return self.text


def render_page(template: str, context: Mapping[str, Any]) -> str:
    """A page from ``syncer/report/templates``. Whatever is put in is cleaned and escaped, but for our own pictures."""
    from markupsafe import Markup

    style = Style(_text("report.css"))
    shown = {"hash": style.hash, "text": Markup(style.text)}  # noqa: S704  our own file, nothing from outside in it
    return _environment().get_template(template).render(**context, style=shown)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("syncer.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_cleaned,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _cleaned(value: Any) -> Any:
    return unbroken(clean(value)) if type(value) is str else value


def _text(name: str) -> str:
    return (files("syncer.report") / "templates" / name).read_text(encoding="utf-8")
