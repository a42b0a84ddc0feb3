"""A few lines to write SVG by: elements that escape what they hold, and one picture with its text alternative.

Charts give horizontal places in per cent and vertical ones in pixels, so that a picture fits a phone and a desk
while its letters keep their size. No ``style`` attributes: the page's content security policy allows none.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from syncer.report.safe_text import clean

type Value = str | float | None
type Child = Element | str


@dataclass(frozen=True, slots=True)
class Element:
    """One element. Its text and attribute values are escaped when it is written."""

    name: str
    attributes: Mapping[str, Value] = field(default_factory=dict)
    children: tuple[Child, ...] = ()

    def __str__(self) -> str:
        shown = "".join(
            f' {key}="{html.escape(_value(value), quote=True)}"'
            for key, value in self.attributes.items()
            if value is not None
        )
        if not self.children:
            return f"<{self.name}{shown}/>"
        inner = "".join(
            str(child) if isinstance(child, Element) else html.escape(clean(child)) for child in self.children
        )
        return f"<{self.name}{shown}>{inner}</{self.name}>"

    def __html__(self) -> str:
        """For the template: this is markup already."""
        return str(self)


def draw(element: str, *children: Child, **attributes: Value) -> Element:
    """``draw("circle", cx="12%", class_="dot")``; a trailing underscore is dropped, others become hyphens."""
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    return Element(element, named, children)


def picture(
    name: str, title: str, description: str, height: float, children: list[Element], width: float | None = None
) -> Element:
    """A whole picture, read out as ``title`` and ``description``.

    Args:
        name: unique on the page.
        height: in CSS pixels, as every size here, before it is scaled.
        width: where given, the picture has a fixed shape and is scaled as a whole; else it is as wide as its place.
    """
    shape: dict[str, Value] = {"viewBox": f"0 0 {_value(width)} {_value(height)}"} if width else {"height": height}
    shape["width"] = "100%"
    named: dict[str, Value] = {"role": "img", "aria-labelledby": f"{name}-title {name}-desc", "class": f"chart {name}"}
    words = (
        draw("title", title, id=f"{name}-title"),
        draw("desc", description, id=f"{name}-desc"),
    )
    return Element("svg", shape | named, (*words, *children))


def percent(value: float) -> str:
    """A place as SVG writes it: ``12.5%``."""
    return f"{_number(value)}%"


def _value(value: Value) -> str:
    return clean(value) if isinstance(value, str) else _number(value or 0)


def _number(value: float) -> str:
    # "12.50" and "12.00" are "12.5" and "12"
    return re.sub(r"\.?0+$", "", f"{value:.2f}") if value % 1 else f"{value:.0f}"
