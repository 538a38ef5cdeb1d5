"""When a room reaches a limit if it goes on as it does: a forecast from its last eighty minutes.

A room that is not cooled first takes on the temperature of its goods, within minutes, and then warms
with them, at a steady pace for hours. That pace is the forecast. What the room does not fall below in
twenty minutes tells it: a door that was opened or a compressor that cycles leaves that lower edge
where it was. A rise that has just begun, one that levels off and one that turns are no forecast.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernel.instants import HOUR, MINUTE
from rules.core.profile import ABOVE, Limit

Times = NDArray[np.int64]
Values = NDArray[np.float64]

_PART = 10 * MINUTE
_PARTS = 8
LOOK_BACK = _PARTS * _PART
"""From so long ago on the readings speak for where it is heading."""
HORIZON = 35 * MINUTE
"""A limit that is further away is no news."""
NEAR_K = 2.0
"""A series further than this from a limit is not looked at."""
BAND = 24 * HOUR
"""The usual band is that of the last day."""
_OVER = 2
"""An edge is that of so many parts, so that a door is open for less than half of its time."""
_EDGE = 0.1
"""Of a hundred readings 90 lie beyond the edge."""
_LEAST_K = 0.2 / 6
"""Less from one part to the next, 0.2 K an hour, is noise."""
_BEGUN = 0.3
"""The first half has at least this share of the pace of all parts, or the rise has just begun."""
_LEVELS_OFF, _BENDS_UP = 0.4, 1.8
"""The last half has a pace between these shares of it."""
_UNUSUAL_K = 0.5
_BLOCK = HOUR
_USUAL = 0.7
_LASTING = 0.75
"""What a quarter of an hour goes beyond belongs to the hour; a door that was opened does not."""
_NOW = 20 * MINUTE
_SURE = 3
_GIVE_UP = 20 * MINUTE


class Course(NamedTuple):
    """Where a series is heading: its edge now, in degC, and when that reaches the limit."""

    edge: float
    crossing: int


def course(times: Times, values: Values, limit: Limit) -> Course | None:
    """Where the readings, in order of time, are heading; None when that is not beyond `limit` soon.

    Each part of the last `LOOK_BACK` must have a reading, or nothing can be said.
    """
    sign = 1.0 if limit.side == ABOVE else -1.0
    parts = _parts(times, sign * values)
    if parts is None:
        return None
    edges = _edges(parts)
    pace = _pace(edges)
    if pace is None or edges[-1] < edges[-2]:
        return None
    level = float(np.median(edges + pace.whole * (len(edges) - 1 - np.arange(len(edges)))))
    left = sign * limit.value - level
    lag = _OVER * (1 - _EDGE)  # so many parts ago a steady rise was at its edge
    ahead = round((left / pace.steady - lag) * _PART)
    if left <= 0 or ahead > HORIZON:
        return None
    now = int(times[-1])
    return Course(sign * level, max(now, now + ahead))


def _parts(times: Times, values: Values) -> list[Values] | None:
    """The newest readings in parts of ten minutes; None when one of them is empty."""
    if not len(times):
        return None
    now = int(times[-1])
    starts = [now - number * _PART for number in range(_PARTS, 0, -1)]
    parts = np.split(values, np.searchsorted(times, starts, side="right"))[1:]
    return parts if all(len(part) for part in parts) else None


def _edges(parts: Sequence[Values]) -> Values:
    """The lower edge of each `_OVER` parts in a row."""
    ends = range(_OVER, len(parts) + 1)
    return np.array([np.quantile(np.concatenate(parts[end - _OVER : end]), _EDGE) for end in ends])


class _Pace(NamedTuple):
    """Kelvin from one part to the next, of all of them; `steady`: or of the last half when less."""

    whole: float
    steady: float


def _pace(edges: Values) -> _Pace | None:
    """How fast the edges rise; None when they do not, or not steadily."""
    half = len(edges) // 2
    whole, first, last = _slope(edges), _slope(edges[:half]), _slope(edges[half:])
    if whole < _LEAST_K or first < _BEGUN * whole:
        return None
    if not _LEVELS_OFF * whole <= last <= _BENDS_UP * whole:
        return None
    return _Pace(whole, min(whole, last))


def _slope(levels: Values) -> float:
    """The median of the slopes between any two (Theil and Sen): single outliers do not count."""
    earlier, later = np.triu_indices(len(levels), 1)
    return float(np.median((levels[later] - levels[earlier]) / (later - earlier)))


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


def stays_warm(times: Times, values: Values, side: str, band: float | None) -> bool:
    """Whether the edge of the last twenty minutes is still further than the room usually goes.

    A warning lasts so long: whatever the readings wander about, the room does not recover. False when
    nobody knows what is usual.
    """
    if band is None:
        return False
    sign = 1.0 if side == ABOVE else -1.0
    newest = sign * values[np.searchsorted(times, times[-1] - _NOW, side="right") :]
    return is_unusual(sign * float(np.quantile(newest, _EDGE)), band, side)


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


def follow(
    before: Heading | None, expected_at: int | None, now: int, *, warm: bool = False
) -> Heading | None:
    """The heading after another look; None when there is none, or when it was missed for too long.

    One that nobody was told of ends when it is missed once; one that was told goes on while the room
    stays `warm` and for a while after, so that it does not come and go with the noise. Beyond the limit
    nobody looks: a room that wavers about it keeps its warning, one that stays there ends it.
    """
    if expected_at is not None:
        if before is None:
            return Heading(now, now, expected_at)
        return replace(before, last_at=now, expected_at=expected_at, seen=before.seen + 1)
    if before is None or not before.sure:
        return None
    if warm:
        return replace(before, last_at=now)
    return before if now - before.last_at <= _GIVE_UP else None
