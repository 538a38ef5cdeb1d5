"""What readings say about their sensor: for each one whether it is evidence, and if not, why.

Whether a reading is evidence is a pure function of the readings of its own series and of the limits of
its sensor, and depends only on what lies near it: two believable readings on each side no further apart
than `max_gap`, the whole repetition of a value it is part of, and `stuck_after` before that.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from kernel.instants import MINUTE
from rules.faults.core.limits import Limits

Times = NDArray[np.int64]
Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

COARSE = 0.15
"""A scale with steps above this (kelvin) may rest in a steady room: being still is no fault of it."""
_QUARTERS = 4
_ALMOST = 1 - 1e-6


class Kind(IntEnum):
    """Why a reading is no evidence."""

    NONE = 0
    OUT_OF_RANGE = 1
    STUCK = 2
    SPIKE = 3
    JUMP = 4
    UNCONFIRMED = 5


def classify(
    times: Times, values: Values, limits: Limits, max_gap: int, *, newest: bool
) -> NDArray[np.int8]:
    """The `Kind` of each reading; `newest` says that no believable reading comes after these.

    Exact for readings that have all the context named above inside `times`.
    """
    kinds = np.zeros(len(times), np.int8)
    wrong = (values < limits.lowest) | (values > limits.highest)
    for error in limits.errors:
        wrong |= values == error
    sane = np.flatnonzero(~wrong)
    kinds[sane] = _jumps(times[sane], values[sane], limits, max_gap, newest)
    if limits.stuck_after is not None:
        kinds[_stuck(times, values, limits, max_gap)] = Kind.STUCK
    kinds[wrong] = Kind.OUT_OF_RANGE
    return kinds


def _jumps(
    times: Times, values: Values, limits: Limits, max_gap: int, newest: bool
) -> NDArray[np.int8]:
    """Readings that none of their neighbours speaks for: alone among agreeing ones, or among none."""
    kinds = np.zeros(len(times), np.int8)
    apart, steps = np.abs(np.diff(values)), np.diff(times)
    wild = (apart > limits.max_step) & (apart * MINUTE > limits.max_rate * steps) & (steps <= max_gap)
    if not wild.any():
        return kinds
    alone = np.flatnonzero(wild[:-1] & wild[1:]) + 1
    agree = np.abs(values[alone + 1] - values[alone - 1]) <= limits.max_step
    kinds[alone] = np.where(agree, Kind.SPIKE, Kind.JUMP)
    if newest and wild[-1] and kinds[-2] != Kind.SPIKE:  # after a spike the one before it speaks for it
        kinds[-1] = Kind.UNCONFIRMED
    return kinds


def _stuck(times: Times, values: Values, limits: Limits, max_gap: int) -> Mask:
    """All but the first reading of each repetition that lasts too long after a lively time."""
    found = np.zeros(len(times), np.bool_)
    for first, last in repetitions(times, values, max_gap):
        if times[last] - times[first] >= (limits.stuck_after or 0) and lively(
            times, values, first, limits
        ):
            found[first + 1 : last + 1] = True
    return found


def repetitions(times: Times, values: Values, max_gap: int) -> list[tuple[int, int]]:
    """First and last index of each stretch of two or more equal readings without a gap."""
    same = (np.diff(values) == 0) & (np.diff(times) <= max_gap)
    edges = np.diff(np.r_[False, same, False].astype(np.int8))
    firsts, lasts = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def lively(times: Times, values: Values, first: int, limits: Limits) -> bool:
    """Whether the sensor moved enough before reading `first` that repeating it for long is a fault.

    In each quarter of the `stuck_after` before, the value must have risen and fallen by at least
    `levels` - 1 steps of the scale; a single trend, an opened door or a scale of coarse steps is not
    enough, because after these a sound sensor may rest.
    """
    if limits.levels == 0:
        return True
    length = limits.stuck_after or 0
    begin = int(times[first]) - length
    since = int(np.searchsorted(times, begin))
    before = values[since:first]
    scale = np.diff(np.unique(before))
    if not len(scale) or scale.min() > COARSE:
        return False
    swing = (limits.levels - 1) * float(scale.min()) * _ALMOST
    cuts = [begin + length * number // _QUARTERS for number in range(1, _QUARTERS)]
    parts = np.split(before, np.searchsorted(times[since:first], cuts))
    return all(len(part) and _swings(part) >= swing for part in parts)


def _swings(values: Values) -> float:
    """The smaller of the largest rise and the largest fall."""
    rise = float((values - np.minimum.accumulate(values)).max())
    fall = float((np.maximum.accumulate(values) - values).max())
    return min(rise, fall)
