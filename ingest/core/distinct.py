"""One reading for each series and time: repetitions are dropped, contradictions are set aside.

Readings come out in the order of the primary key, which is also the order in which the database's
index takes them fastest.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ingest.core.screen import Rows

Sort = Literal["quicksort", "stable"]
_KEYS_END = 2**63


@dataclass(frozen=True, slots=True)
class Contradictions:
    """Readings, by their number `origin` in the group, whose series and time already had a value.

    `stored` is the value that was there first and stays.
    """

    origin: NDArray[np.int64]
    stored: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.origin)


def distinct(rows: Rows) -> tuple[Rows, Contradictions]:
    """`rows` by series and time with the first of equals only, and those that contradict it."""
    ordered = rows.pick(_order(rows, "quicksort"))
    again = _repeats(ordered)
    if not again.any():
        return ordered, Contradictions(np.empty(0, np.int64), np.empty(0, np.float64))
    # The first in the group stays, so now equals have to keep their order.
    ordered = rows.pick(_order(rows, "stable"))
    kept = ordered.values[np.maximum.accumulate(np.where(again, 0, np.arange(len(ordered))))]
    contradicts = again & (ordered.values != kept)
    return ordered.pick(~again), Contradictions(ordered.origin[contradicts], kept[contradicts])


def _order(rows: Rows, kind: Sort) -> NDArray[np.int64]:
    if not len(rows):
        return np.empty(0, np.int64)
    first_time, first_series = int(rows.times.min()), int(rows.series.min())
    width = int(rows.times.max()) - first_time + 1
    if width * (int(rows.series.max()) - first_series + 1) >= _KEYS_END:
        return np.lexsort((rows.times, rows.series))
    # Series and time in one integer sort several times faster than two keys after each other.
    key = (rows.series.astype(np.int64) - first_series) * width + (rows.times - first_time)
    return np.argsort(key, kind=kind)


def _repeats(ordered: Rows) -> NDArray[np.bool_]:
    """Whether each reading has the series and time of the one before it."""
    again = np.zeros(len(ordered), np.bool_)
    again[1:] = (ordered.times[1:] == ordered.times[:-1]) & (ordered.series[1:] == ordered.series[:-1])
    return again
