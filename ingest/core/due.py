"""The due list: for each series, the stretch of time in which a group brought readings.

It also says what they were, in short, so that the judges need not read them back when nothing about
them is remarkable.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ingest.core.group import Group
from ingest.core.screen import Rows
from kernel.instants import HOUR


@dataclass(frozen=True, slots=True)
class Due:
    """Series `series[i]` has readings from `since[i]` to `until[i]`, both ends included, in one hour.

    `published_at[i]` is when the earliest of their messages was sent, or `UNKNOWN`. The values lie
    between `lowest[i]` and `highest[i]`; no two neighbours are further apart than `longest_step[i]`
    microseconds.
    """

    UNKNOWN: ClassVar[int] = Group.UNKNOWN

    series: NDArray[np.int32]
    since: NDArray[np.int64]
    until: NDArray[np.int64]
    published_at: NDArray[np.int64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    longest_step: NDArray[np.int64]


def due(group: Group, rows: Rows) -> Due:
    """What the judges have to look at after `rows`, which are in the order of series and time.

    An hour by itself: in longer stretches a value that stays the same for hours could hide.
    """
    hours = rows.times // HOUR
    begins = (rows.series[1:] != rows.series[:-1]) | (hours[1:] != hours[:-1])
    starts = np.flatnonzero(np.append(True, begins))
    ends = np.append(starts[1:], len(rows)) - 1
    steps = np.diff(rows.times, prepend=rows.times[:1])
    steps[starts] = 0
    published_at = group.published_at[group.source[rows.origin]]
    return Due(
        rows.series[starts],
        rows.times[starts],
        rows.times[ends],
        np.minimum.reduceat(published_at, starts),
        np.minimum.reduceat(rows.values, starts),
        np.maximum.reduceat(rows.values, starts),
        np.maximum.reduceat(steps, starts),
    )
