"""The weight that a unit's temperature has in its mean kinetic temperature, as one line over time.

Of several equally near sensors the one counts that the place's vote picks: the highest, or the n-th
highest where n must agree.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kernel.exposure import Exposure
from kernel.instants import SECOND
from kernel.intervals import Span
from kernel.temperature import ABSOLUTE_ZERO
from rules.core.profile import Rule
from rules.core.runs import Window
from rules.core.timeline import Signal

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segments:
    """Straight pieces in order of time: their ends, seconds after an origin, and the weights there."""

    start: Floats
    end: Floats
    at_start: Floats
    at_end: Floats

    def values(self, at: Floats, inside: Floats) -> Floats:
        """The weights at these times, by the piece that `inside` lies in; NaN where there is none."""
        if not len(self.start):
            return np.full(len(at), np.nan)
        i = np.maximum(np.searchsorted(self.start, inside, side="right") - 1, 0)
        share = (at - self.start[i]) / (self.end[i] - self.start[i])
        found = self.at_start[i] + share * (self.at_end[i] - self.at_start[i])
        return np.where((inside >= self.start[i]) & (inside <= self.end[i]), found, np.nan)


@dataclass(frozen=True, slots=True)
class Line(Segments):
    """The weights of one unit, as shares of the limit's: 1 is the limit itself."""

    origin: int
    limit: float
    dh_r: float

    def weight(self, celsius: float) -> float:
        """The weight of a temperature, as a share of the limit's."""
        return float(_weights(np.array(celsius), self.limit, self.dh_r))

    def crossings(self) -> Floats:
        """When the weight is that of the limit, between two where it is not."""
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = (1 - self.at_start) / (self.at_end - self.at_start)
        return inside(self.start, self.end, shares)

    def instant(self, at: float) -> int:
        """The instant of a time on this line."""
        return self.origin + round(at * SECOND)


def felt_line(
    exposures: Sequence[Exposure], signals: Mapping[int, Signal], zone: Span, rule: Rule
) -> Line:
    """The weights of what the unit with these exposures felt during `zone`."""
    pieces = [
        _voted(
            [
                _segments(signals[series], span, zone.start, rule)
                for series in exposure.series
                if series in signals
            ],
            exposure.needed,
        )
        for exposure in exposures
        if (span := exposure.span.meet(zone)) is not None
    ]
    columns = [
        np.concatenate([np.zeros(0), *(getattr(piece, name) for piece in pieces)])
        for name in ("start", "end", "at_start", "at_end")
    ]
    return Line(*columns, origin=zone.start, limit=rule.limit.value, dh_r=rule.dh_r)


def inside(start: Floats, end: Floats, shares: Floats) -> Floats:
    """The instants at these shares of the way from `start` to `end`, without the ends."""
    with np.errstate(invalid="ignore"):
        between = (shares > 0) & (shares < 1)
        return (start + shares * (end - start))[between]


def _weights(celsius: Floats, limit: float, dh_r: float) -> Floats:
    return np.exp(dh_r * (1 / (limit - ABSOLUTE_ZERO) - 1 / (celsius - ABSOLUTE_ZERO)))


def _segments(signal: Signal, span: Span, origin: int, rule: Rule) -> Segments:
    recording = signal.recording
    assert recording is not None, "whoever asks for means has the readings at hand"
    parts = [
        _clipped(window, lies, recording.max_gap, origin, rule)
        for wanted, window in recording.windows
        if (lies := wanted.meet(span)) is not None
    ]
    columns = [np.concatenate([np.zeros(0), *column]) for column in zip(*parts, strict=True)]
    return Segments(*(columns or [np.zeros(0)] * 4))


def _clipped(
    window: Window, span: Span, max_gap: int, origin: int, rule: Rule
) -> tuple[Floats, Floats, Floats, Floats]:
    times = window.times
    linked = (np.diff(times) <= max_gap) & (times[:-1] < span.end) & (times[1:] > span.start)
    weights = _weights(window.values, rule.limit.value, rule.dh_r)
    at = (times - origin) / SECOND
    t0, t1, w0, w1 = at[:-1][linked], at[1:][linked], weights[:-1][linked], weights[1:][linked]
    start = np.maximum(t0, (span.start - origin) / SECOND)
    end = np.minimum(t1, (span.end - origin) / SECOND)
    slope = (w1 - w0) / (t1 - t0)
    return start, end, w0 + slope * (start - t0), w0 + slope * (end - t0)


def _voted(series: Sequence[Segments], needed: int) -> Segments:
    """The pieces that the vote of several series picks, one alone picks itself."""
    spoken = [one for one in series if len(one.start)]
    if len(spoken) == 1:
        return spoken[0]
    if not spoken:
        return Segments(*[np.zeros(0)] * 4)
    edges = np.unique(np.concatenate([np.r_[one.start, one.end] for one in spoken]))
    edges = np.unique(np.concatenate([edges, *_meetings(spoken, edges)]))
    start, end = edges[:-1], edges[1:]
    middle = (start + end) / 2
    halfway = np.array([one.values(middle, middle) for one in spoken])
    voters = np.sum(~np.isnan(halfway), axis=0)
    order = np.argsort(-np.where(np.isnan(halfway), -np.inf, halfway), axis=0, kind="stable")
    rank = np.minimum(needed, voters) - 1
    pick = order[rank, np.arange(len(middle))]
    at_start, at_end = (
        np.array([one.values(at, middle) for one in spoken])[pick, np.arange(len(middle))]
        for at in (start, end)
    )
    kept = voters > 0
    return Segments(start[kept], end[kept], at_start[kept], at_end[kept])


def _meetings(series: Sequence[Segments], edges: Floats) -> Iterator[Floats]:
    """Where the lines of two series cross."""
    start, end = edges[:-1], edges[1:]
    middle = (start + end) / 2
    for one, other in combinations(series, 2):
        before = one.values(start, middle) - other.values(start, middle)
        after = one.values(end, middle) - other.values(end, middle)
        with np.errstate(invalid="ignore"):
            crossing = before * after < 0
        share = before[crossing] / (before[crossing] - after[crossing])
        yield start[crossing] + share * (end[crossing] - start[crossing])
