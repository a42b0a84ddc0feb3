"""Measurements, one module each: a docstring whose first line says what it measures, and `main(arguments) -> int`."""

from __future__ import annotations

import pkgutil


def names() -> list[str]:
    """Every benchmark: each module in this folder that is not named with an underscore is one."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name[0] != "_")
