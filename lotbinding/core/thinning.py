"""Thinning for charts: the lowest and the highest reading of each bucket, never an average."""

import numpy as np
from numpy.typing import NDArray


def thin(times: NDArray[np.int64], values: NDArray[np.float64], bucket: int) -> NDArray[np.intp]:
    """Rows to draw: for each `bucket` microseconds the lowest, the highest, the first and the last.

    `times` are sorted. First and last keep gaps where they are; the result is sorted.
    """
    if not len(times):
        return np.empty(0, np.intp)
    cell = times // bucket
    starts = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])
    ends = np.r_[starts[1:], len(times)] - 1
    order = np.lexsort((values, cell))
    return np.unique(np.concatenate([starts, ends, order[starts], order[ends]]))
