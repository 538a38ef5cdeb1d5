"""Stretches of faulty readings as they are kept: one row for neighbours with the same fault."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules.faults.core.readings import Kind, Times, Values


class Stretch(NamedTuple):
    """Readings from `start` to `end`, both included, with values from `lowest` to `highest`."""

    start: int
    end: int
    kind: Kind
    lowest: float
    highest: float


def stretches(times: Times, values: Values, kinds: NDArray[np.int8], max_gap: int) -> list[Stretch]:
    """Neighbours with the same fault, no further apart than `max_gap`, as one stretch each."""
    if not kinds.any():
        return []
    breaks = (np.diff(kinds) != 0) | (np.diff(times) > max_gap)
    starts = np.r_[0, np.flatnonzero(breaks) + 1]
    ends = np.r_[starts[1:], len(times)]
    return [
        Stretch(
            int(times[i]),
            int(times[j - 1]),
            Kind(int(kinds[i])),
            float(values[i:j].min()),
            float(values[i:j].max()),
        )
        for i, j in zip(starts.tolist(), ends.tolist(), strict=True)
        if kinds[i] != Kind.NONE
    ]


class Difference(NamedTuple):
    """What to do to the stored rows of a series: those `gone`, those `put`; and whom to tell of it.

    `found` are new faults, `withdrawn` such that later readings speak against; a stretch that merely
    grew or shrank is neither.
    """

    gone: list[Stretch]
    put: list[Stretch]
    found: list[Stretch]
    withdrawn: list[Stretch]


def difference(stored: Sequence[Stretch], fresh: Sequence[Stretch]) -> Difference:
    """How the rows follow what is known now."""
    gone = sorted(set(stored) - set(fresh))
    put = sorted(set(fresh) - set(stored))
    return Difference(
        gone,
        put,
        [one for one in put if one.kind != Kind.UNCONFIRMED and not _met(one, stored)],
        [one for one in gone if one.kind != Kind.UNCONFIRMED and not _met(one, fresh)],
    )


def _met(one: Stretch, others: Sequence[Stretch]) -> bool:
    return any(
        other.kind == one.kind and other.start <= one.end and other.end >= one.start for other in others
    )
