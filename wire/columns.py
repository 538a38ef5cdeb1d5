"""Readings as columns: the shape every decoder delivers and every encoder takes.

A table of series names with their units, and three NumPy columns that point into it. A million
readings are four objects, not a million.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class SeriesName(NamedTuple):
    """A series as its sender names it: `sensor`, measured `quantity`, and the `unit` of its values."""

    sensor: str
    quantity: str
    unit: str

    def __str__(self) -> str:
        return f"{self.sensor}/{self.quantity}"


class Malformed(ValueError):
    """The payload is not what its topic promises; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Readings of one message: row i is `values[i]` of `names[index[i]]` at `times[i]`.

    `index` is uint32, `times` int64 microseconds since the epoch UTC, `values` float64 in the unit
    of the name. All three have the same length.
    """

    names: tuple[SeriesName, ...]
    index: NDArray[np.uint32]
    times: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.index)

    def pick(self, rows: NDArray[np.bool_]) -> "Columns":
        """The readings where `rows` is true, with the same table of names."""
        return Columns(self.names, self.index[rows], self.times[rows], self.values[rows])
