"""What a full spool gives up: detail before time, the oldest batches first.

Neighbouring batches become one that holds of each series its first, last, lowest and highest reading:
real readings with their real times, so an excursion keeps its peak and a gap its ends. Waves go over
the spool from the oldest batch to the newest, each thins what the one before left; as such batches
join exactly, nothing depends on how often. Only what no wave makes smaller is dropped, and of that
too a batch remains which says how many readings it stands for.
"""

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from gateway.core.batching import merge
from gateway.core.stretches import Range
from wire.columns import Columns

_CROWDED = 0.9
_LARGEST_GROUP = 2**20
_GROUPS = 16
_GROUP_BATCHES = 4096
_WORTH_WHILE = 0.9


class Kept(NamedTuple):
    """A batch in the spool: it stands for `first` to `seq`, its body is `size` bytes long.

    It holds `readings` readings, or none: then it is a datagram that cannot be read, as it came.
    `before` is how many its numbers held at first when it is thinned, else None.
    """

    first: int
    seq: int
    size: int
    readings: int
    before: int | None

    @property
    def dropped(self) -> bool:
        """Whether only the fact is left of it."""
        return not self.readings and self.before is not None


class Group(NamedTuple):
    """Neighbours to become one batch with nothing in it if `drop`, else with what thinning leaves."""

    members: tuple[Kept, ...]
    drop: bool

    @property
    def numbers(self) -> Range:
        """What the new batch stands for."""
        return self.members[0].first, self.members[-1].seq

    @property
    def before(self) -> int:
        """How many readings these numbers held at first."""
        return sum(one.readings if one.before is None else one.before for one in self.members)

    def worth_while(self, size: int) -> bool:
        """Whether a body of `size` bytes in their place makes noticeable room."""
        return self.drop or size <= _WORTH_WHILE * sum(one.size for one in self.members)


class Waves:
    """Where thinning has got to; it takes about `group_bytes` at a time."""

    def __init__(self, group_bytes: int) -> None:
        self.group_bytes = group_bytes
        self._start = 0  # what lies up to here was found to become no smaller
        self._after = 0
        self._gained = False

    @property
    def after(self) -> int:
        """The number after which the next group is looked for."""
        return self._after

    def next_group(self, kept: Sequence[Kept], busy: Container[int]) -> Group | None:
        """The next batches to thin out of `kept`, those that follow `after`; None: not among these.

        Batches in `busy` are under way and stay as they are.
        """
        group: list[Kept] = []
        size = 0
        for one in kept:
            if one.seq in busy or not one.readings:
                if len(group) > 1:
                    break
                group, size = [], 0
                continue
            if len(group) > 1 and (size + one.size > self.group_bytes or len(group) == _GROUP_BATCHES):
                break
            group.append(one)
            size += one.size
        if len(group) > 1:
            self._after = group[-1].seq
            return Group(tuple(group), drop=False)
        if kept:
            self._after = kept[-1].seq
        return None

    def gained(self) -> None:
        """Note that the last group made room."""
        self._gained = True

    def turn(self) -> bool:
        """Begin the next wave; false when the last one made no room, so that something must go."""
        gained, self._gained = self._gained, False
        if not gained:
            self._start = self._after
        self._after = self._start
        return gained


def oldest_to_drop(kept: Iterable[Kept], busy: Container[int], room: int) -> Group | None:
    """The oldest of `kept` that are not under way, as many as hold about `room` bytes."""
    group: list[Kept] = []
    size = 0
    for one in kept:
        if one.seq in busy:
            if size:
                break
            group.clear()
            continue
        group.append(one)
        size += 0 if one.dropped else one.size
        if size >= room:
            break
    return Group(tuple(group), drop=True) if size else None


def group_bytes(limit: int) -> int:
    """How much of a spool of `limit` bytes is thinned at a time."""
    return min(_LARGEST_GROUP, limit // _GROUPS)


def crowded(used: int, limit: int) -> bool:
    """Whether a spool of `limit` bytes with `used` in it should be thinned."""
    return used > _CROWDED * limit


def thin(batches: Sequence[Columns]) -> Columns:
    """The first, last, lowest and highest reading of each series in `batches`, in order of series."""
    whole = merge(batches)
    if not len(whole):
        return whole
    by_time = np.lexsort((whole.values, whole.times, whole.index))
    by_value = np.lexsort((whole.times, whole.values, whole.index))
    begins = np.flatnonzero(np.diff(whole.index[by_time], prepend=np.uint32(whole.index.max() + 1)))
    ends = np.append(begins[1:], len(whole)) - 1
    telling = np.zeros(len(whole), np.bool_)
    for order in (by_time, by_value):
        telling[order[begins]] = True
        telling[order[ends]] = True
    rows = by_time[telling[by_time]]
    return Columns(whole.names, whole.index[rows], whole.times[rows], whole.values[rows])
