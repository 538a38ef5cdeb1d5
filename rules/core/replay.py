"""A signal made anew from readings, window after window, with nothing stored and little kept.

The same splicing that follows live readings, so what is replayed is what was judged.
"""

from collections.abc import Iterable

from kernel.intervals import Span
from rules.core.profile import Limit
from rules.core.runs import Run, Window, gaps, splice
from rules.core.timeline import Signal


class Replay:
    """Grows the runs and gaps of one series; windows come in order of time and may overlap."""

    def __init__(self, limits: Iterable[Limit], max_gap: int) -> None:
        self._max_gap = max_gap
        self._runs: dict[Limit, list[Run]] = {limit: [] for limit in limits}
        self._gaps: list[Span] = []
        self._first: int | None = None
        self._last: int = 0
        self.readings: int = 0

    def add(self, window: Window) -> None:
        """Take in the readings of `window`; those known already are passed over."""
        if self._first is not None:
            fresh = window.times >= self._last  # the last known one ties both windows together
            window = Window(window.times[fresh], window.values[fresh])
        if not len(window.times):
            return
        start, end = window.span
        self.readings += len(window.times) - (self._first is not None)
        self._gaps += gaps(window, self._max_gap)
        for limit, found in self._runs.items():
            touching = found[-1:] if found and found[-1].end >= start else []
            del found[len(found) - len(touching) :]
            found.extend(splice(touching, window, limit, self._max_gap))
        self._first = start if self._first is None else self._first
        self._last = end

    def signal(self) -> Signal | None:
        """What is known of the series; None when it has no reading."""
        if self._first is None:
            return None
        return Signal(self._first, self._last, self._gaps, self._runs)
