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

from kernel.instants import FOREVER
from kernel.intervals import Span
from rules.core.profile import ABOVE, Limit


class Run(NamedTuple):
    """From `start` to `end`, both included, beyond a limit; worst was `peak`, degC, at `peak_at`."""

    start: int
    end: int
    peak: float
    peak_at: int


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive readings of one series: `times` (sorted instants) and `values` (degC).

    With an open start or end no reading before or after them is evidence of anything.
    """

    times: NDArray[np.int64]
    values: NDArray[np.float64]
    open_start: bool = False
    open_end: bool = False

    @property
    def span(self) -> Span:
        """From the first to the last reading."""
        return Span(int(self.times[0]), int(self.times[-1]))

    @property
    def reach(self) -> Span:
        """The time about which the window knows everything; no reading is before 1970."""
        first, last = self.span
        return Span(0 if self.open_start else first, FOREVER if self.open_end else last)


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


def runs(window: Window, limit: Limit, max_gap: int) -> list[Run]:
    """The runs beyond `limit` inside the window, in order of time."""
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
        start, end = window.reach
        touching = {run for run in after if run.start <= end and run.end >= start}
        after = (after - touching) | set(splice(sorted(touching), window, limit, max_gap))
    return Change([run.start for run in sorted(before - after)], sorted(after - before))


def splice(stored: Sequence[Run], window: Window, limit: Limit, max_gap: int) -> list[Run]:
    """The runs that stand where the `stored` ones touched the window, now its readings are known."""
    at_first, at_last = _excess(window.values[[0, -1]], limit)
    fresh = runs(window, limit, max_gap)
    start, end = window.reach
    for run in stored:
        if run.start < start:
            left = Run(run.start, min(run.end, start), run.peak, run.peak_at)
            goes_on = at_first > 0 and run.end >= start
            fresh = [_joined(left, fresh[0], limit), *fresh[1:]] if goes_on else [left, *fresh]
        if run.end > end:
            right = Run(max(run.start, end), run.end, run.peak, run.peak_at)
            goes_on = at_last > 0 and run.start <= end
            fresh = [*fresh[:-1], _joined(fresh[-1], right, limit)] if goes_on else [*fresh, right]
    return fresh


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


def peak_inside(window: Window, span: Span, limit: Limit) -> tuple[float, int]:
    """The worst value of the signal during `span`, and when; the earliest of equals.

    `window` reaches from the reading before the span to the one after it, where there are such.
    """
    inside = (window.times >= span.start) & (window.times <= span.end)
    times = np.r_[span.start, window.times[inside], span.end]
    ends = np.interp([span.start, span.end], window.times, window.values)
    values = np.r_[ends[0], window.values[inside], ends[1]]
    order = np.argsort(times, kind="stable")
    worst = order[int(np.argmax(_excess(values[order], limit)))]
    return float(values[worst]), int(times[worst])
