"""How much work something does, as a count that no busy machine changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count

_EVENTS = sys.monitoring.events.LINE | sys.monitoring.events.JUMP


def steps(job: Callable[[], object]) -> int:
    """Lines of Python that ``job`` runs through, and rounds of its loops; what C code does inside is not counted."""
    monitoring, tool = sys.monitoring, sys.monitoring.PROFILER_ID
    counter = count()
    monitoring.use_tool_id(tool, "steps")
    try:
        for event in (monitoring.events.LINE, monitoring.events.JUMP):
            monitoring.register_callback(tool, event, lambda *_: next(counter))
        monitoring.set_events(tool, _EVENTS)
        job()
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)
    return next(counter)
