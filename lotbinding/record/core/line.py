"""The line of temperature that a unit felt, made of straight pieces, in NumPy columns.

Between two readings no further apart than the series' `max_gap` the temperature is a straight line, and
there is none elsewhere. Of several equally near series the line that counts is the one that the
place's vote looks at: the warmest (with a vote of n, the n-th warmest) against upper limits, the
coldest against lower ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kernel.exposure import Exposure
from kernel.intervals import Span
from kernel.quality import NO_EVIDENCE

Instants = NDArray[np.int64]
Celsius = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of one series in order of time, with their quality bits; `max_gap` in microseconds."""

    times: Instants
    values: Celsius
    qualities: NDArray[np.int16]
    max_gap: int

    def inside(self, span: Span) -> slice:
        """Where the readings in `span` are."""
        low, high = np.searchsorted(self.times, span)
        return slice(int(low), int(high))

    def evidence(self) -> "Readings":
        """Without the readings that a fault of the sensor explains."""
        good = self.qualities & NO_EVIDENCE == 0
        if good.all():
            return self
        return Readings(self.times[good], self.values[good], self.qualities[good], self.max_gap)


@dataclass(frozen=True, slots=True)
class Line:
    """Straight pieces in order of time: from `since` to `until` it went from `first` to `last` degC."""

    since: Instants
    until: Instants
    first: Celsius
    last: Celsius

    @property
    def lengths(self) -> Instants:
        """Microseconds of each piece."""
        return self.until - self.since

    def __getitem__(self, chosen: NDArray[np.bool_]) -> "Line":
        return Line(self.since[chosen], self.until[chosen], self.first[chosen], self.last[chosen])


def line_during(readings: Readings, span: Span) -> Line:
    """The line of one series inside `span`; its ends may lie between two readings."""
    felt = readings.inside(span)
    times, values = readings.times[felt], readings.values[felt]
    before, after = value_at(readings, span.start), value_at(readings, span.end)
    if before is not None and (not len(times) or times[0] > span.start):
        times, values = np.r_[span.start, times], np.r_[before, values]
    if after is not None:
        times, values = np.r_[times, span.end], np.r_[values, after]
    line = Line(times[:-1], times[1:], values[:-1], values[1:])
    linked = line.lengths <= readings.max_gap
    return line if linked.all() else line[linked]


def value_at(readings: Readings, at: int) -> float | None:
    """The temperature at an instant between two readings; None when it was not measured."""
    after = int(np.searchsorted(readings.times, at))
    if not 0 < after < len(readings.times):
        return None
    (since, until), (first, last) = (
        readings.times[after - 1 : after + 1],
        readings.values[after - 1 : after + 1],
    )
    if until - since > readings.max_gap:
        return None
    return float(first + (last - first) * (at - since) / (until - since))


def lines_felt(exposure: Exposure, lines: Sequence[Line]) -> tuple[Line, Line]:
    """The lines that count against upper and against lower limits, of those of equally near series."""
    with_signal = [line for line in lines if len(line.since)]
    if len(with_signal) == 1:
        return with_signal[0], with_signal[0]
    if not with_signal:
        return EMPTY, EMPTY
    edges = np.unique(
        np.concatenate([edge for line in with_signal for edge in (line.since, line.until)])
    )
    edges = np.union1d(edges, _meetings(edges, *_sampled(with_signal, edges)))
    starts, ends = _sampled(with_signal, edges)
    measuring = (~np.isnan(starts)).sum(axis=0)
    # Lines meet within a microsecond of an edge, so the middle of a cell tells their order in it.
    order = np.argsort(starts + ends, axis=0)  # what does not measure comes last
    starts, ends = np.take_along_axis(starts, order, 0), np.take_along_axis(ends, order, 0)
    counted = np.minimum(exposure.needed, measuring)
    some = measuring > 0
    since, until = edges[:-1][some], edges[1:][some]
    cold, warm = (counted - 1)[some], (measuring - counted)[some]
    cells = np.arange(len(measuring))[some]
    return (
        Line(since, until, starts[warm, cells], ends[warm, cells]),
        Line(since, until, starts[cold, cells], ends[cold, cells]),
    )


def _sampled(lines: Sequence[Line], edges: Instants) -> tuple[Celsius, Celsius]:
    """The temperature of each line at both ends of the cells between `edges`; NaN without a signal."""
    sides = [_of_line(line, edges[:-1], edges[1:]) for line in lines]
    return np.array([first for first, _ in sides]), np.array([last for _, last in sides])


def _of_line(line: Line, since: Instants, until: Instants) -> tuple[Celsius, Celsius]:
    """What `line` was at `since` and `until`, if it measured all the time between."""
    piece = np.searchsorted(line.since, since, "right") - 1
    covered = (piece >= 0) & (line.until[piece] >= until)
    start, low, high = line.since[piece], line.first[piece], line.last[piece]
    slope = (high - low) / line.lengths[piece]
    ends = high - slope * (line.until[piece] - until)
    return np.where(covered, low + slope * (since - start), np.nan), np.where(covered, ends, np.nan)


def _meetings(edges: Instants, starts: Celsius, ends: Celsius) -> Instants:
    """Where two lines change places inside a cell."""
    found = [np.empty(0, np.int64)]
    lengths = np.diff(edges)
    for one, other in combinations(range(len(starts)), 2):
        before, after = starts[one] - starts[other], ends[one] - ends[other]
        crossing = before * after < 0  # of NaN nothing is true
        share = before[crossing] / (before[crossing] - after[crossing])
        found.append(edges[:-1][crossing] + np.rint(lengths[crossing] * share).astype(np.int64))
    return np.concatenate(found)


def joined(lines: Iterable[Line]) -> Line:
    """The lines of one stretch of time after the other, as one."""
    lines = [EMPTY, *lines]
    return Line(
        np.concatenate([line.since for line in lines]),
        np.concatenate([line.until for line in lines]),
        np.concatenate([line.first for line in lines]),
        np.concatenate([line.last for line in lines]),
    )


EMPTY = Line(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))
"""No signal."""
