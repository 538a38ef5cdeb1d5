"""A group: the readings of many messages laid end to end, so that every check is one vector operation.

Names are numbered across the whole group; `source` leads each reading back to its message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ingest.core.decode import Decoded
from wire.columns import Columns, SeriesName

_NO_INDEX = np.empty(0, np.uint32)
_NO_TIMES = np.empty(0, np.int64)
_NO_VALUES = np.empty(0, np.float64)


@dataclass(frozen=True, slots=True)
class Group:
    """Reading i is `values[i]` of `names[name[i]]` at `times[i]`, from `members[source[i]]`."""

    UNKNOWN: ClassVar[int] = 2**63 - 1
    """Stands for an instant nobody told; later than every other, so that the earliest is right."""

    members: tuple[Decoded, ...]
    names: tuple[SeriesName, ...]
    source: NDArray[np.int64]
    name: NDArray[np.int64]
    times: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.times)

    def received_at(self) -> NDArray[np.int64]:
        """For each member the instant at which it came."""
        return np.array([member.message.received_at for member in self.members], np.int64)

    def published_at(self) -> NDArray[np.int64]:
        """For each member the instant at which its gateway sent it, `UNKNOWN` when it did not say."""
        return np.array(
            [
                self.UNKNOWN if member.published_at is None else member.published_at
                for member in self.members
            ],
            np.int64,
        )

    def columns(self, rows: NDArray[np.int64]) -> Columns:
        """The readings `rows`, which share one name, as they were reported."""
        index = np.zeros(len(rows), np.uint32)
        name = self.names[int(self.name[rows[0]])]
        return Columns((name,), index, self.times[rows], self.values[rows])


class _Numbers(dict[SeriesName, int]):
    """Numbers names in the order in which they are first asked for."""

    def __missing__(self, name: SeriesName) -> int:
        number = self[name] = len(self)
        return number


def gather(members: Sequence[Decoded]) -> Group:
    """The readings of `members` as one group, in their order."""
    columns = [member.columns for member in members]
    numbers = _Numbers()
    table = list(map(numbers.__getitem__, chain.from_iterable(part.names for part in columns)))
    lengths = np.array([len(part) for part in columns], np.int64)
    first_names = np.cumsum([0, *(len(part.names) for part in columns)])[:-1]
    name = np.repeat(first_names, lengths)
    name += np.concatenate([_NO_INDEX, *(part.index for part in columns)], dtype=np.int64)
    return Group(
        tuple(members),
        tuple(numbers),
        np.repeat(np.arange(len(columns)), lengths),
        np.array(table, np.int64)[name],
        np.concatenate([_NO_TIMES, *(part.times for part in columns)]),
        np.concatenate([_NO_VALUES, *(part.values for part in columns)]),
    )
