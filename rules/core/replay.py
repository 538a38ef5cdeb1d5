"""A signal made anew from readings, window after window, with nothing stored and little kept.

The same splicing that follows live readings, so what is replayed is what was judged.
"""

from collections.abc import Iterable

import numpy as np

from kernel.intervals import Span
from rules.core.profile import Limit
from rules.core.runs import Run, Window, gaps, splice
from rules.core.timeline import Signal


class Replay:
    """Grows the runs and gaps of one series; windows come in order of time and may overlap."""

    def __init__(self, limits: Iterable[Limit], max_gap: int) -> None:
        self._max_gap = max_gap
        self._runs: dict[Limit, list[Run]] = {limit: [] for limit in limits}
        self._longest = max((limit.over for limit in self._runs), default=0)
        self._gaps: list[Span] = []
        self._known: Span | None = None
        self._kept: Window | None = None
        self.readings: int = 0

    def add(self, window: Window) -> None:
        """Take in the readings of `window`; those known already are passed over."""
        if self._kept is not None:
            fresh = window.times > self._kept.times[-1]
            window = Window(window.times[fresh], window.values[fresh])
        if not len(window.times):
            return
        self.readings += len(window.times)
        tied = window if self._kept is None else _joined(self._kept, window)
        last_known = self._kept.span.end if self._kept is not None else tied.span.start
        self._gaps += [gap for gap in gaps(tied, self._max_gap) if gap.start >= last_known]
        for limit, found in self._runs.items():
            self._grow(limit, found, tied)
        first, last = tied.span
        self._known = Span(first if self._known is None else self._known.start, last)
        self._kept = _since(tied, last - self._longest)

    def signal(self) -> Signal | None:
        """What is known of the series; None when it has no reading."""
        return Signal(*self._known, self._gaps, self._runs) if self._known is not None else None

    def _grow(self, limit: Limit, found: list[Run], window: Window) -> None:
        known_from = window.span.start + limit.over
        number = len(found)
        while number and found[number - 1].end >= known_from:
            number -= 1
        touching = found[number:]
        del found[number:]
        found.extend(splice(touching, window, limit, self._max_gap))


def _joined(kept: Window, fresh: Window) -> Window:
    return Window(np.r_[kept.times, fresh.times], np.r_[kept.values, fresh.values])


def _since(window: Window, at: int) -> Window:
    """The readings from `at` on, and one before: what a change over the time since `at` asks for."""
    first = max(0, int(np.searchsorted(window.times, at, "right")) - 1)
    return Window(window.times[first:], window.values[first:])
