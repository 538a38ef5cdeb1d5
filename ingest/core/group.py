"""A group: the readings of many messages laid end to end, so that every check is one vector operation.

Names are numbered across the whole group; `source` leads each reading back to its message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ingest.core.decode import Decoded, Loose, Message
from kernel.instants import DAY
from wire.columns import Columns, SeriesName

_NO_INDEX = np.empty(0, np.uint32)
_NO_TIMES = np.empty(0, np.int64)
_NO_VALUES = np.empty(0, np.float64)


@dataclass(frozen=True, slots=True)
class Group:
    """Reading i is `values[i]` of `names[name[i]]` at `times[i]`, from `messages[source[i]]`.

    Message m came at the instant `received_at[m]`; by its gateway's clock it was taken in at
    `taken_at[m]` and sent at `published_at[m]`, both `UNKNOWN` when nobody said. `flagged` marks what
    its own device calls doubtful; None stands for nothing.
    """

    UNKNOWN: ClassVar[int] = 2**63 - 1
    """Stands for an instant nobody told; later than every other, so that the earliest is right."""

    messages: tuple[Message, ...]
    names: tuple[SeriesName, ...]
    source: NDArray[np.int64]
    name: NDArray[np.int64]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    received_at: NDArray[np.int64]
    taken_at: NDArray[np.int64]
    published_at: NDArray[np.int64]
    flagged: NDArray[np.bool_] | None

    def __len__(self) -> int:
        return len(self.times)

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


def taken_in(member: Decoded) -> int | None:
    """When its gateway took it in, as far as that can be believed: not a day or more after it came."""
    at = member.taken_at
    return None if at is None or at >= member.message.received_at + DAY else at


def gather(members: Sequence[Decoded], loose: Sequence[Loose] = ()) -> Group:
    """The readings of `members`, then those of `loose`, as one group in their order."""
    columns = [part.columns for part in (*members, *loose)]
    messages = (*(member.message for member in members), *chain(*(one.messages for one in loose)))
    numbers = _Numbers()
    table = list(map(numbers.__getitem__, chain.from_iterable(part.names for part in columns)))
    lengths = np.array([len(part) for part in columns], np.int64)
    first_names = np.cumsum([0, *(len(part.names) for part in columns)])[:-1]
    name = np.repeat(first_names, lengths)
    name += np.concatenate([_NO_INDEX, *(part.index for part in columns)], dtype=np.int64)
    strangers = len(messages) - len(members)
    return Group(
        messages,
        tuple(numbers),
        _sources(members, loose),
        np.array(table, np.int64)[name],
        np.concatenate([_NO_TIMES, *(part.times for part in columns)]),
        np.concatenate([_NO_VALUES, *(part.values for part in columns)]),
        np.array([message.received_at for message in messages], np.int64),
        _told([taken_in(member) for member in members], strangers),
        _told([member.published_at for member in members], strangers),
        _flagged(columns),
    )


def _sources(members: Sequence[Decoded], loose: Sequence[Loose]) -> NDArray[np.int64]:
    """For each reading the number of its message."""
    lengths = np.array([len(member.columns) for member in members], np.int64)
    parts = [np.repeat(np.arange(len(members)), lengths)]
    first = len(members)
    for one in loose:
        parts.append(one.source + first)
        first += len(one.messages)
    return np.concatenate(parts)


def _told(instants: Sequence[int | None], strangers: int) -> NDArray[np.int64]:
    """`instants`, and as many unknown ones as there are `strangers`."""
    known = [Group.UNKNOWN if at is None else at for at in instants]
    return np.concatenate([np.array(known, np.int64), np.full(strangers, Group.UNKNOWN)])


def _flagged(columns: Sequence[Columns]) -> NDArray[np.bool_] | None:
    if all(part.flagged is None for part in columns):
        return None
    return np.concatenate(
        [np.zeros(len(part), np.bool_) if part.flagged is None else part.flagged for part in columns]
    )
