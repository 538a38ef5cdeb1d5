"""When a room reaches a limit if it goes on as it does: a forecast from its last hour.

A room that is not cooled approaches an equilibrium exponentially (Newton's law of cooling). What it
does not fall below in each third of the hour tells how fast it goes and how the speed falls: with steps
d1 and d2 between them each later step is r = d2 / d1 of the one before, and the end is at
T3 + d2 r / (1 - r). A door that was opened or a compressor that cycles leaves that lower edge where it
was.
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernel.instants import HOUR, MINUTE
from rules.core.profile import ABOVE, Limit

Times = NDArray[np.int64]
Values = NDArray[np.float64]

LOOK_BACK = HOUR
"""From so long ago on the readings speak for where it is heading."""
HORIZON = 45 * MINUTE
"""A limit that is further away is no news."""
NEAR_K = 2.0
"""A series further than this from a limit is not looked at."""
BAND = 24 * HOUR
"""The usual band is that of the last day."""
_THIRD = LOOK_BACK // 3
_EDGE = 0.1
"""Nine of ten readings lie beyond the edge."""
_LEAST_STEP_K = 0.05
"""Less between two thirds is noise."""
_UNUSUAL_K = 0.5
_BLOCK = HOUR
_USUAL = 0.7
_LASTING = 0.75
"""What a quarter of an hour goes beyond belongs to the hour; a door that was opened does not."""
_SURE = 3
_GIVE_UP = 20 * MINUTE


class Course(NamedTuple):
    """Where a series is heading: its edge now, in degC, and when that reaches the limit."""

    edge: float
    crossing: int


def course(times: Times, values: Values, limit: Limit) -> Course | None:
    """Where the readings, in order of time, are heading; None when that is not beyond `limit` soon.

    Each third of the last `LOOK_BACK` must have two readings, or nothing can be said.
    """
    if not len(times):
        return None
    now = int(times[-1])
    cuts = np.searchsorted(times, [now - LOOK_BACK, now - 2 * _THIRD, now - _THIRD], side="right")
    parts = np.split(values, cuts)[1:]
    if any(len(part) < 2 for part in parts):  # noqa: PLR2004 - see above
        return None
    sign = 1.0 if limit.side == ABOVE else -1.0
    first, second, last = (float(np.quantile(sign * part, _EDGE)) for part in parts)
    d1, d2, left = second - first, last - second, sign * limit.value - last
    if d1 < _LEAST_STEP_K or d2 < _LEAST_STEP_K or left <= 0:
        return None
    steps = _steps(d2, min(d2 / d1, 1.0), left)
    if steps is None or steps * _THIRD - _THIRD // 2 > HORIZON:
        return None
    return Course(sign * last, max(now, now - _THIRD // 2 + round(steps * _THIRD)))


def _steps(d2: float, r: float, left: float) -> float | None:
    """After how many steps the sum d2 r + d2 r^2 + ... reaches `left`; None when it never does."""
    if r >= 1:
        return left / d2
    reached = 1 - left * (1 - r) / (d2 * r)
    return math.log(reached) / math.log(r) if reached > 0 else None


def usual(times: Times, values: Values, side: str, now: int) -> float | None:
    """How far towards `side` the series usually goes for a quarter of an hour, in seven of ten hours.

    Of the last day; the last hour is left out; None when fewer than three hours are known.
    """
    known = (times >= now - BAND) & (times < now - _BLOCK)
    if not known.any():
        return None
    sign = 1.0 if side == ABOVE else -1.0
    some = sign * values[known]
    blocks = (now - times[known]) // _BLOCK
    starts = np.flatnonzero(np.r_[True, np.diff(blocks) != 0])
    if len(starts) < 3:  # noqa: PLR2004 - see above
        return None
    lasting = [float(np.quantile(block, _LASTING)) for block in np.split(some, starts[1:])]
    return sign * float(np.quantile(lasting, _USUAL))


def is_unusual(edge: float, band: float | None, side: str) -> bool:
    """Whether `edge` is further than the room usually goes; when that is unknown it may be."""
    if band is None:
        return True
    return edge > band + _UNUSUAL_K if side == ABOVE else edge < band - _UNUSUAL_K


@dataclass(frozen=True, slots=True)
class Heading:
    """A limit that a series seems to be heading for: first and last seen so, and how often.

    `expected_at` is when the limit will be reached.
    """

    first_at: int
    last_at: int
    expected_at: int
    seen: int = 1

    @property
    def sure(self) -> bool:
        """Seen often enough to tell somebody."""
        return self.seen >= _SURE


def follow(before: Heading | None, expected_at: int | None, now: int) -> Heading | None:
    """The heading after another look; None when there is none, or when it was missed for too long.

    One that nobody was told of ends when it is missed once; one that was told goes on for a while, so
    that it does not come and go with the noise.
    """
    if expected_at is not None:
        if before is None:
            return Heading(now, now, expected_at)
        return replace(before, last_at=now, expected_at=expected_at, seen=before.seen + 1)
    if before is None or not before.sure or now - before.last_at > _GIVE_UP:
        return None
    return before
