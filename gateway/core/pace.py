"""How much of a backlog may be under way at once, so that it fills the line and delays nobody.

What waits in front of a live reading, in the broker or at the centre, is what the gateway sent before
it. So the allowance grows while confirmations come about as fast as on an idle line, and shrinks when
they take noticeably longer: full speed on a fast line, few batches on a slow one. It doubles until the
limit was met and then feels its way. What an idle line takes is measured now and then with nothing of
the backlog under way, for it changes.
"""

from kernel.instants import SECOND

_FIRST = 8
_LEAST = 2
_SHARE = 0.75
_LEAST_CUT = 0.5
_TOLERANCE = 0.5
_MEASURED_FOR = 10 * SECOND


class Pace:
    """The allowance of batches, at least 2 and at most three quarters of `window`.

    A confirmation may take half as long again as on an idle line, and `target` microseconds more.
    """

    def __init__(self, window: int, target: int = 3 * SECOND // 10) -> None:
        self._most = max(1.0, window * _SHARE)
        self._allowance = min(float(_FIRST), self._most)
        self._target = target
        self._shortest: int | None = None
        self._shortest_before: int | None = None
        self._measured_at: int | None = None
        self._holding = False
        self._cut_at: int | None = None

    def room(self, under_way: int) -> int:
        """How many more batches of the backlog may be sent while so many are under way."""
        if self._holding and under_way:
            return 0
        self._holding = False
        return max(0, int(self._allowance) - under_way)

    def confirmed(self, batches: int, sent_at: int, now: int, *, in_use: int) -> None:
        """Learn from `batches` confirmed `now`, of which the longest waiting was sent at `sent_at`.

        `in_use` batches of the backlog were under way until now: what is not used up does not grow.
        """
        waited = now - sent_at
        idle = self._idle(waited, now)
        limit = idle + idle * _TOLERANCE + self._target
        if waited > limit:
            if self._cut_at is None or sent_at >= self._cut_at:
                cut = self._allowance * max(limit / waited, _LEAST_CUT)
                self._allowance = max(cut, min(float(_LEAST), self._most))
                self._cut_at = now
        elif 2 * in_use >= self._allowance:
            known = self._cut_at is not None and now - self._cut_at < 2 * _MEASURED_FOR
            growth = batches / self._allowance if known else batches
            self._allowance = min(self._allowance + growth, self._most)

    def _idle(self, waited: int, now: int) -> int:
        """The shortest wait of this measurement and the last; begins a new one when it is time."""
        if self._measured_at is None:
            self._measured_at = now
        elif now - self._measured_at >= _MEASURED_FOR:
            self._measured_at, self._holding = now, True
            self._shortest_before, self._shortest = self._shortest, None
        self._shortest = waited if self._shortest is None else min(self._shortest, waited)
        if self._shortest_before is None:
            return self._shortest
        return min(self._shortest, self._shortest_before)
