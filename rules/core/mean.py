"""Mean kinetic temperature over a trailing window, and when it is above a limit.

Haynes' formula weighs each temperature T by exp(-dH/RT). Between two readings that weight is a
straight line here, which is what the trapezoid rule says, so the mean over any window is exact. A mean
above the limit L is one whose weights, each less that of L, have a positive sum: a piecewise quadratic
function of the window's end. It can be positive only while some temperature in it was above L.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kernel.exposure import Exposure
from kernel.instants import SECOND
from kernel.intervals import Span, union
from kernel.temperature import ABSOLUTE_ZERO
from rules.core.profile import Rule
from rules.core.timeline import Signal
from rules.core.weights import Line, felt_line, inside

Floats = NDArray[np.float64]

_NOISE = 1e-9
"""A mean of weights that is higher than the limit's by this share is float arithmetic: 1e-8 degC."""
_DECIMALS = 6
_INSTANT = 1e-6
"""Seconds: no instant lies between."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The mean was above the limit from `start` to `end`, with `highest` degC; `over` when it ended."""

    start: int
    end: int
    over: bool
    highest: float


@dataclass(frozen=True, slots=True)
class Means:
    """When the mean was above the limit, and from when on readings within it may bring it there."""

    broken: tuple[Broken, ...]
    look_from: int | None


def zones(beyond: Sequence[Span], window: int) -> list[Span]:
    """The times whose readings decide, when the unit was above the limit during `beyond`."""
    return union(Span(span.start - window, span.end + window) for span in beyond if span.length)


def readings_wanted(
    exposures: Sequence[Exposure], beyond: Sequence[Span], window: int
) -> list[tuple[int, Span]]:
    """The series and stretches whose readings `means` looks at."""
    return [
        (series, span)
        for zone in zones(beyond, window)
        for exposure in exposures
        if (span := exposure.span.meet(zone)) is not None
        for series in exposure.series
    ]


def means(
    exposures: Sequence[Exposure],
    signals: Mapping[int, Signal],
    rule: Rule,
    beyond: Sequence[Span],
    watched: Sequence[Span],
) -> Means:
    """The mean of a unit by `rule`: it was above the limit during `beyond`, and watched in `watched`.

    The signals need their recordings in the `zones`.
    """
    found: list[Broken] = []
    look_from: int | None = None
    for zone in zones(beyond, rule.trailing):
        line = felt_line(exposures, signals, zone, rule)
        if not len(line.start):
            continue  # its readings are kept no more
        trail = _Trail(line, rule, [span for span in beyond if span.meet(zone)])
        broken = trail.broken()
        if watched[-1].end > zone.end:
            found += [_ended(one) for one in broken]
        else:
            found += broken
            look_from = trail.look_from()
    return Means(tuple(found), look_from)


def _ended(broken: Broken) -> Broken:
    """Nothing above the limit is left in the window, and the unit was watched: that ends it."""
    return Broken(broken.start, broken.end, True, broken.highest)


class _Trail:
    """The trailing window moved along one line of weights; times are seconds after its origin."""

    def __init__(self, line: Line, rule: Rule, beyond: Sequence[Span]) -> None:
        """`beyond` is the time above the limit."""
        self._line, self._window = line, rule.trailing / SECOND
        hot = (np.array(beyond, np.int64) - line.origin) / SECOND
        self._hot_start, self._hot_end = hot[:, 0], hot[:, 1]
        self._limit, self._dh_r = rule.limit.value, rule.dh_r
        self._least = self._window * rule.least_monitored
        inner = rule.inner or rule.limit
        self._inner = line.weight(inner.value) - 1
        lengths = line.end - line.start
        areas = lengths * ((line.at_start + line.at_end) / 2 - 1)
        self._sums = np.r_[0.0, np.cumsum(areas)]
        self._lengths = np.r_[0.0, np.cumsum(lengths)]

    def broken(self) -> list[Broken]:
        """The episodes with a mean above the limit; those between are ended by a mean within it."""
        edges = self._edges()
        start, end = edges[:-1], edges[1:]
        middle = (start + end) / 2
        heard = self._length_until(end) - self._length_until(start) > _INSTANT
        start, end, middle = start[heard], end[heard], middle[heard]
        known = self._held(middle) >= self._least - _INSTANT
        excess = self._excess(middle)
        beyond = known & (excess > _NOISE)
        within = (known & (excess <= self._inner + _NOISE)) | ~self._has_heat(middle)
        found: list[Broken] = []
        goes_on = False
        for first, behind in _alike(beyond, within):
            if within[first]:
                goes_on = False
                found[-1:] = map(_ended, found[-1:])
            elif beyond[first]:
                piece = self._piece(start[first:behind], end[first:behind])
                if goes_on:
                    piece = _joined(found.pop(), piece)
                found.append(piece)
                goes_on = True
        return found

    def look_from(self) -> int | None:
        """The earliest instant at which readings within the limit may bring the mean above it.

        Whatever comes, their weights are not above the limit's; so it is when what is left of today's
        window has a positive sum.
        """
        line = self._line
        now = float(line.end[-1])
        passing = np.r_[line.start, line.end, line.crossings()] + self._window
        edges = np.unique(np.r_[now, np.maximum(passing, now)])
        left = self._sums[-1] - self._sum_until(edges - self._window)
        end = edges[1:]
        held = self._lengths[-1] - self._length_until(end - self._window) + end - now
        possible = (np.maximum(left[:-1], left[1:]) > 0) & (held >= self._least - _INSTANT)
        if not possible.any():
            return None
        return line.instant(float(edges[int(np.argmax(possible))]))

    def _edges(self) -> Floats:
        """Between two of these the state of the window does not change."""
        line, window = self._line, self._window
        nodes = np.r_[line.start, line.end]
        nodes = np.unique(np.r_[nodes, nodes + window, self._hot_start, self._hot_end + window])
        start, end = nodes[:-1], nodes[1:]
        cuts = [self._roots(start, end, level) for level in {0.0, self._inner}]
        held_start, held_end = self._held(start), self._held(end)
        with np.errstate(divide="ignore", invalid="ignore"):
            opens = (self._least - held_start) / (held_end - held_start)
        return np.unique(np.concatenate([nodes, *cuts, inside(start, end, opens)]))

    def _roots(self, start: Floats, end: Floats, level: float) -> Floats:
        """Where the sum in the window, less `level` a second monitored in it, changes its sign."""
        constant, slope, square = self._parabola(start, end, level)
        return inside(start, end, _shares(constant, slope, square))

    def _parabola(self, start: Floats, end: Floats, level: float) -> tuple[Floats, Floats, Floats]:
        """The sum, less `level` a second monitored, between two edges, by the share of the way gone.

        It is quadratic there, so its values at both edges and halfway say all of it.
        """
        f0, f1, f2 = (self._sum(at) - level * self._held(at) for at in (start, (start + end) / 2, end))
        return f0, -3 * f0 + 4 * f1 - f2, 2 * (f0 - 2 * f1 + f2)

    def _turns(self, start: Floats, end: Floats) -> Floats:
        """Where the mean between two edges is highest or lowest."""
        constant, slope, square = self._parabola(start, end, 0.0)
        held = self._held(start)
        grows = self._held(end) - held
        turns = _shares(slope * held - constant * grows, 2 * square * held, square * grows)
        return inside(start, end, turns)

    def _piece(self, start: Floats, end: Floats) -> Broken:
        at = np.concatenate([start, end, self._turns(start, end)])
        highest = float(np.max(self._excess(at)))
        kelvin = 1 / (1 / (self._limit - ABSOLUTE_ZERO) - math.log1p(highest) / self._dh_r)
        instant = self._line.instant
        celsius = round(kelvin + ABSOLUTE_ZERO, _DECIMALS)
        return Broken(instant(float(start[0])), instant(float(end[-1])), False, celsius)

    def _excess(self, at: Floats) -> Floats:
        """By what share the mean of the weights in the window is above the limit's."""
        return self._sum(at) / np.maximum(self._held(at), _INSTANT)

    def _sum(self, at: Floats) -> Floats:
        return self._sum_until(at) - self._sum_until(at - self._window)

    def _held(self, at: Floats) -> Floats:
        """Seconds monitored in the window."""
        return self._length_until(at) - self._length_until(at - self._window)

    def _sum_until(self, at: Floats) -> Floats:
        i, into = self._into(at)
        line = self._line
        low = line.at_start[i] - 1
        slope = (line.at_end[i] - line.at_start[i]) / (line.end[i] - line.start[i])
        return self._sums[i] + into * (low + slope * into / 2)

    def _length_until(self, at: Floats) -> Floats:
        i, into = self._into(at)
        return self._lengths[i] + into

    def _into(self, at: Floats) -> tuple[NDArray[np.int64], Floats]:
        """The segment that `at` is in or behind, and how far it reaches into it."""
        line = self._line
        i = np.maximum(np.searchsorted(line.start, at, side="right") - 1, 0)
        return i, np.clip(at - line.start[i], 0.0, line.end[i] - line.start[i])

    def _has_heat(self, at: Floats) -> NDArray[np.bool_]:
        """Whether the window holds time above the limit; without any no mean is above it."""
        begun = np.searchsorted(self._hot_start, at, side="left")
        gone = np.searchsorted(self._hot_end, at - self._window, side="right")
        return begun > gone


def _shares(constant: Floats, slope: Floats, square: Floats) -> Floats:
    """The shares of the way at which each parabola is zero, two for each; NaN where there are none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(slope * slope - 4 * square * constant)
        stable = -(slope + np.copysign(root, slope)) / 2
        return np.stack([stable / square, constant / stable])


def _joined(earlier: Broken, later: Broken) -> Broken:
    return Broken(earlier.start, later.end, False, max(earlier.highest, later.highest))


def _alike(beyond: NDArray[np.bool_], within: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where each row of neighbours in the same state begins, and the next one."""
    states = beyond * 2 + within
    if not len(states):
        return []
    turns = np.flatnonzero(np.diff(states)) + 1
    return list(pairwise([0, *turns.tolist(), len(states)]))
