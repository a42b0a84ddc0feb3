"""A plausible range for a plain rate, for showing one; never an alarm."""

from __future__ import annotations

from math import sqrt

NORMAL_95 = 1.96


def plausible_rate(part: int, whole: int) -> tuple[float, float]:
    """The 95 % range for ``part`` of ``whole`` (Wilson 1927), as shares 0-1; all of it without a case.

    It stays inside 0-1 and is of use for small numbers. It takes cases for independent of each other, which the runs
    of one month are not quite; the ratio of two rates has its own range, which allows for that
    (`syncer.correlate.rates.new_pain_ratio`).
    """
    if not whole:
        return 0.0, 1.0
    rate, z_squared = part / whole, NORMAL_95**2
    middle = (rate + z_squared / (2 * whole)) / (1 + z_squared / whole)
    spread = NORMAL_95 / (1 + z_squared / whole) * sqrt(rate * (1 - rate) / whole + z_squared / (4 * whole**2))
    return max(0.0, middle - spread), min(1.0, middle + spread)
