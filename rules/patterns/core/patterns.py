"""Doors and defrosts: short rises that belong to the work of a place.

A rise is recognised while it is shorter and smaller than told. One that recurs, such as a defrost, is
recognised only when there was one like it that long before. It is no reason for a notice or an early
warning; every reading of it counts in all rules as any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernel.instants import MINUTE
from rules.core.profile import ABOVE

Times = NDArray[np.int64]
Values = NDArray[np.float64]
_LIKE = 0.3
"""The rise before must have been at least this share of the one now."""
_JITTER = 10 * MINUTE
"""A defrost timer may be off by this much."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A door or defrost: at most `longest` microseconds, at most `rise` kelvin.

    `every` is the time from one to the next; None: it may come at any time.
    """

    kind: str
    longest: int
    rise: float
    every: int | None = None


def recognised(times: Times, values: Values, side: str, patterns: Iterable[Pattern]) -> Pattern | None:
    """The pattern that the newest readings are part of, if they are of any."""
    return next((one for one in patterns if _is(one, times, values, side)), None)


def _is(pattern: Pattern, times: Times, values: Values, side: str) -> bool:
    if not len(times):
        return False
    now = int(times[-1])
    level = values if side == ABOVE else -values
    since = int(np.searchsorted(times, now - 2 * pattern.longest))
    recent = level[since:]
    begin = since + len(recent) - 1 - int(np.argmin(recent[::-1]))
    rise = float(level[-1] - level[begin])
    if now - int(times[begin]) > pattern.longest or rise > pattern.rise:
        return False
    return pattern.every is None or _recurs(pattern, times, level, int(times[begin]), rise)


def _recurs(pattern: Pattern, times: Times, level: Values, begin: int, rise: float) -> bool:
    """Whether something like it began one period earlier; it may have when nothing is known of then."""
    then = begin - (pattern.every or 0)
    inside = (times >= then - _JITTER) & (times <= then + pattern.longest + _JITTER)
    before = level[inside]
    if not len(before):
        return True
    risen = float((before - np.minimum.accumulate(before)).max())
    return risen >= _LIKE * rise
