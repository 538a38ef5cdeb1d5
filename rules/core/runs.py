"""Runs: where the signal of a series was beyond a limit, and gaps: where there was no signal.

Between two readings no further apart than the series' `max_gap` the signal is a straight line;
further apart there is none. A run is a maximal stretch of signal strictly beyond the limit; both of
its ends belong to it, and a single reading with gaps on both sides is a run of no length.

A stretch of readings, a *window*, can be judged alone and spliced into what is stored, because the
signal inside depends on nothing outside; so late readings cost what live ones do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernel.instants import HOUR
from kernel.intervals import Span
from rules.core.profile import ABOVE, Limit

_EXACT = 9
"""Decimals of a change in degC/h: beyond that there is only what float arithmetic left."""


class Run(NamedTuple):
    """From `start` to `end`, both included, beyond a limit; worst was `peak`, degC, at `peak_at`."""

    start: int
    end: int
    peak: float
    peak_at: int


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive readings of one series: `times` (sorted instants) and `values` (degC)."""

    times: NDArray[np.int64]
    values: NDArray[np.float64]

    @property
    def span(self) -> Span:
        """From the first to the last reading."""
        return Span(int(self.times[0]), int(self.times[-1]))


@dataclass(frozen=True, slots=True)
class Recording:
    """The readings of a series where somebody has to look at them: a window for each stretch.

    Stretches are disjoint; a window has one reading more on each side, where there is one. The signal
    is a straight line between readings no further apart than `max_gap`.
    """

    windows: Sequence[tuple[Span, Window]]
    max_gap: int


@dataclass(frozen=True, slots=True)
class Change:
    """What to do to the stored rows of one series and limit: starts to remove, rows to put."""

    removed: list[int]
    added: list[Run]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


def gaps(window: Window, max_gap: int) -> list[Span]:
    """Times between neighbouring readings further apart than `max_gap` microseconds."""
    wide = np.flatnonzero(np.diff(window.times) > max_gap)
    return [Span(int(window.times[i]), int(window.times[i + 1])) for i in wide]


def changes(window: Window, max_gap: int, over: int) -> Window:
    """How fast the signal changed, degC/h: at t, its line from t - `over` to t, both monitored.

    Known from `over` after the beginning of each monitored stretch on, and a straight line between the
    instants at which either end of that line passes a reading.
    """
    times, values = window.times, window.values
    breaks = np.flatnonzero(np.diff(times) > max_gap) + 1
    nodes: list[NDArray[np.int64]] = []
    rates: list[NDArray[np.float64]] = []
    for part, levels in zip(np.split(times, breaks), np.split(values, breaks), strict=True):
        both = np.union1d(part, part + over)
        at = both[(both >= part[0] + over) & (both <= part[-1])]
        risen = np.interp(at, part, levels) - np.interp(at - over, part, levels)
        nodes.append(at)
        rates.append(np.round(risen * (HOUR / over), _EXACT))
    return Window(np.concatenate(nodes), np.concatenate(rates))


def measured(window: Window, limit: Limit, max_gap: int) -> Window:
    """What `limit` is held against: the temperatures themselves, or how fast they changed."""
    return changes(window, max_gap, limit.over) if limit.over else window


def runs(window: Window, limit: Limit, max_gap: int) -> list[Run]:
    """The runs beyond `limit` inside the window, in order of time."""
    window = measured(window, limit, max_gap)
    times, excess = window.times, _excess(window.values, limit)
    beyond = excess > 0
    if not beyond.any():
        return []
    linked = np.diff(times) <= max_gap
    joined = beyond[1:] & beyond[:-1] & linked
    first = np.flatnonzero(beyond & ~np.r_[False, joined])
    last = np.flatnonzero(beyond & ~np.r_[joined, False])
    found: list[Run] = []
    for i, j in zip(first.tolist(), last.tolist(), strict=True):
        start, end = int(times[i]), int(times[j])
        if i > 0 and linked[i - 1]:
            start = _crossing(times, excess, i - 1)
        if j + 1 < len(times) and linked[j]:
            end = _crossing(times, excess, j)
        worst = i + int(np.argmax(excess[i : j + 1]))
        found.append(Run(start, end, float(window.values[worst]), int(times[worst])))
    return found


def splice_all(stored: Sequence[Run], windows: Iterable[Window], limit: Limit, max_gap: int) -> Change:
    """What changes in the `stored` runs of a series, now that the readings in `windows` are known.

    `stored` are all runs that share an instant with a window; windows may overlap.
    """
    before, after = set(stored), set(stored)
    for window in windows:
        start, end = window.span.start + limit.over, window.span.end
        if start <= end:  # of a change nothing is known before
            touching = {run for run in after if run.start <= end and run.end >= start}
            after = (after - touching) | set(splice(sorted(touching), window, limit, max_gap))
    return Change([run.start for run in sorted(before - after)], sorted(after - before))


def splice(stored: Sequence[Run], window: Window, limit: Limit, max_gap: int) -> list[Run]:
    """The runs that stand where the `stored` ones touched the window, now its readings are known.

    Of a change the time from `limit.over` after the first reading on is known, and replaced.
    """
    start, end = window.span.start + limit.over, window.span.end
    fresh = runs(window, limit, max_gap)
    at_first, at_last = _beyond_at([start, end], measured(window, limit, max_gap), limit)
    for run in stored:
        if run.start < start:
            left = Run(run.start, min(run.end, start), run.peak, run.peak_at)
            goes_on = at_first and run.end >= start
            fresh = [_joined(left, fresh[0], limit), *fresh[1:]] if goes_on else [left, *fresh]
        if run.end > end:
            right = Run(max(run.start, end), run.end, run.peak, run.peak_at)
            goes_on = at_last and run.start <= end
            fresh = [*fresh[:-1], _joined(fresh[-1], right, limit)] if goes_on else [*fresh, right]
    return fresh


def _beyond_at(edges: Sequence[int], measure: Window, limit: Limit) -> list[bool]:
    """Whether the measure was beyond the limit at these instants, of which each may be a node of it."""
    found = np.searchsorted(measure.times, edges)
    return [
        i < len(measure.times)
        and int(measure.times[i]) == edge
        and limit.excess(float(measure.values[i])) > 0
        for i, edge in zip(found.tolist(), edges, strict=True)
    ]


def _joined(earlier: Run, later: Run, limit: Limit) -> Run:
    worst = later if limit.excess(later.peak) > limit.excess(earlier.peak) else earlier
    return Run(earlier.start, later.end, worst.peak, worst.peak_at)


def _excess(values: NDArray[np.float64], limit: Limit) -> NDArray[np.float64]:
    return values - limit.value if limit.side == ABOVE else limit.value - values


def _crossing(times: NDArray[np.int64], excess: NDArray[np.float64], i: int) -> int:
    """When the line from reading i to i + 1 meets the limit."""
    before, after = float(excess[i]), float(excess[i + 1])
    step = int(times[i + 1] - times[i])
    return int(times[i]) + round(step * (before / (before - after)))


def peak_inside(measure: Window, span: Span, limit: Limit) -> tuple[float, int]:
    """The worst value of the measure during `span`, and when; the earliest of equals.

    It reaches from a node before the span to one after it, where there are such.
    """
    inside = (measure.times >= span.start) & (measure.times <= span.end)
    times = np.r_[span.start, measure.times[inside], span.end]
    ends = np.interp([span.start, span.end], measure.times, measure.values)
    values = np.r_[ends[0], measure.values[inside], ends[1]]
    order = np.argsort(times, kind="stable")
    worst = order[int(np.argmax(_excess(values[order], limit)))]
    return float(values[worst]), int(times[worst])
