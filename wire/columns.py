"""Readings as columns: the shape every decoder delivers and every encoder takes.

A table of series names with their units, and three NumPy columns that point into it. A million
readings are four objects, not a million. Where a message holds one reading, making these objects is
most of the work of decoding it: a msgspec structure is made ten times faster than a frozen dataclass.
"""

from typing import NamedTuple

import msgspec
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


class Columns(msgspec.Struct, frozen=True, eq=False):
    """Readings of one message: row i is `values[i]` of `names[index[i]]` at `times[i]`.

    `index` is uint32, `times` int64 microseconds since the epoch UTC, `values` float64 in the unit
    of the name. `flagged` marks the readings that their own device calls doubtful; None stands for
    none of them. All columns have the same length.
    """

    names: tuple[SeriesName, ...]
    index: NDArray[np.uint32]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    flagged: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.index)

    def pick(self, rows: NDArray[np.bool_]) -> "Columns":
        """The readings where `rows` is true, with the same table of names."""
        flagged = None if self.flagged is None else self.flagged[rows]
        return Columns(self.names, self.index[rows], self.times[rows], self.values[rows], flagged)


class RefusedRecord(NamedTuple):
    """A record of a message that cannot be kept: the `reason`, and what it takes to read it again.

    `payload` is a message in the same format that holds this record alone.
    """

    reason: str
    payload: bytes


class Content(msgspec.Struct, frozen=True, eq=False):
    """What a message holds: readings, records that cannot be kept, and what its sender is asked.

    Each of `requests` is a topic and a payload to publish there once the message is dealt with.
    """

    columns: Columns
    refused: tuple[RefusedRecord, ...] = ()
    requests: tuple[tuple[str, bytes], ...] = ()
