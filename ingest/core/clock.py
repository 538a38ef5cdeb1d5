"""A gateway's clock, judged by when its batches were sent and when they came.

The offset of a batch is its arrival by the centre's clock minus its sending by the gateway's. A delay
in a broker's queue can only raise it, so only the lowest offsets speak for the clock itself:

- An offset more than a minute below the known one: the clock was set ahead. Certain at once.
- For two minutes every new batch more than a minute above it: the clock was set back. A batch that was
  sent again or lay in a queue is followed by one that did not, which ends the suspicion.
- At first sight the lowest offset of two minutes counts, and is told when it is more than a minute.

Between jumps the known offset follows the lowest, upwards no faster than a poor crystal drifts. A
backlog is no jump: the time of sending is set at each sending.
"""

from dataclasses import dataclass
from typing import NamedTuple

from kernel.instants import DAY, MINUTE

TOLERANCE = MINUTE
SETTLING = 2 * MINUTE
UNBELIEVABLE = -DAY
"""Stands for the offset of a sending time so far ahead that it was not believed at all."""
_DRIFT = 5_000
"""A clock may lose one part in so many: 17 s a day."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known of a gateway's clock: at `offset_at` the centre's was ahead of it by `offset`.

    All in microseconds. Until `settles_at` (None: it has settled) a delay may be part of the offset.
    Since `above_since` every offset was too high, the lowest of them `above_lowest`.
    """

    offset: int
    offset_at: int
    settles_at: int | None
    above_since: int | None = None
    above_lowest: int = 0

    def off_by(self, tolerance: int) -> bool:
        """Whether the clock is certainly wrong by more than `tolerance`."""
        return self.offset < -tolerance or (self.settles_at is None and self.offset > tolerance)


class Jump(NamedTuple):
    """The offset changed from `before` (None: it was never known) to `after`, seen at `seen_at`."""

    seen_at: int
    before: int | None
    after: int


def observe(clock: Clock | None, received_at: int, offset: int) -> tuple[Clock, Jump | None]:
    """What is known after a batch that came at `received_at` with this `offset`."""
    if clock is None:
        return Clock(offset, received_at, received_at + SETTLING), None
    if clock.settles_at is not None:
        return _settle(clock, clock.settles_at, received_at, min(offset, clock.offset))
    if offset < clock.offset - TOLERANCE:
        return Clock(offset, received_at, None), Jump(received_at, clock.offset, offset)
    drifted = clock.offset + max(0, received_at - clock.offset_at) // _DRIFT
    if offset > drifted + TOLERANCE:
        return _above(clock, received_at, offset)
    return Clock(min(offset, drifted), received_at, None), None


def _settle(clock: Clock, until: int, received_at: int, lowest: int) -> tuple[Clock, Jump | None]:
    if received_at < until:
        return Clock(lowest, clock.offset_at, until), None
    told = Jump(received_at, None, lowest) if abs(lowest) > TOLERANCE else None
    return Clock(lowest, received_at, None), told


def _above(clock: Clock, received_at: int, offset: int) -> tuple[Clock, Jump | None]:
    if clock.above_since is None:
        return Clock(clock.offset, clock.offset_at, None, received_at, offset), None
    lowest = min(offset, clock.above_lowest)
    if received_at - clock.above_since < SETTLING:
        return Clock(clock.offset, clock.offset_at, None, clock.above_since, lowest), None
    return Clock(lowest, received_at, None), Jump(received_at, clock.offset, lowest)
