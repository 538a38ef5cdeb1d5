"""Keeps the spool within its size: while it is crowded, its oldest batches are thinned group by group.

Between two groups the writer has its turn, so devices are answered all the time.
"""

import asyncio
from concurrent.futures import Executor
from typing import NamedTuple, Protocol

import structlog

from gateway.core.stretches import Range
from gateway.core.thinning import Group, Waves, crowded, group_bytes, oldest_to_drop, thin
from gateway.metrics import GatewayMetrics
from gateway.store import EMPTY, Parcel, Spool, SpoolUnwritable
from wire.columns import Malformed
from wire.frame import decode_body, encode_body

LARGEST_BODY = 512 * 1024
"""Bytes of a batch that every receiver takes."""
_LOOK = 4096
_ROOM_AGAIN = 0.5

_log = structlog.stdlib.get_logger()


class Sending(Protocol):
    """Who sends the batches: it is asked which are under way, and told which are new."""

    def under_way(self) -> frozenset[int]:
        """The numbers whose batches have to stay as they are."""
        ...

    def replaced(self, numbers: Range) -> None:
        """Hear that one new batch stands for `numbers`."""
        ...


class _Step(NamedTuple):
    """What was done: a batch with `left` readings stands for `group` now, or nothing gained."""

    group: Group | None
    more: bool = True
    left: int = 0


class Thinner:
    """Thins `spool` on `thread`, which is the one that changes it."""

    def __init__(self, spool: Spool, thread: Executor, metrics: GatewayMetrics) -> None:
        self._metrics = metrics
        self._spool = spool
        self._thread = thread
        self._waves = Waves(group_bytes(spool.limit))
        self._thinning = False
        self._dropping = False

    async def step(self, sending: Sending, *, pressed: bool) -> bool:
        """Thin one group if the spool is crowded, or `pressed` for room; whether to go on."""
        if not (pressed or self._crowded()):
            self._tell_room()
            return False
        loop = asyncio.get_running_loop()
        done = await loop.run_in_executor(self._thread, self._next, sending.under_way())
        if done.group is not None:
            sending.replaced(done.group.numbers)
            self._metrics.given_up(done.group, done.left)
            self._tell(done.group)
        return done.more and (pressed or self._crowded())

    def _crowded(self) -> bool:
        return crowded(self._spool.used, self._spool.limit)

    def _next(self, busy: frozenset[int]) -> _Step:
        kept = self._spool.kept(self._waves.after, _LOOK)
        try:
            if kept:
                group = self._waves.next_group(kept, busy)
                return _Step(None) if group is None else self._thin(group)
            return _Step(None) if self._waves.turn() else self._drop(busy)
        except SpoolUnwritable:  # the writer reports it
            return _Step(None, more=False)

    def _thin(self, group: Group) -> _Step:
        batches = self._spool.content(group)
        try:
            left = thin([decode_body(batch.body) for batch in batches])
        except Malformed:  # nothing of ours: the centre parks it with the reason
            return _Step(None)
        body = encode_body(left)
        if len(body) > LARGEST_BODY or not group.worth_while(len(body)):
            return _Step(None)
        taken_at = max(batch.taken_at for batch in batches)
        self._spool.replace(group, Parcel(body, len(left)), taken_at)
        self._waves.gained()
        return _Step(group, left=len(left))

    def _drop(self, busy: frozenset[int]) -> _Step:
        group = oldest_to_drop(self._spool.kept(0, _LOOK), busy, self._waves.group_bytes)
        if group is None:
            return _Step(None, more=False)
        taken_at = max(batch.taken_at for batch in self._spool.content(group))
        self._spool.replace(group, Parcel(EMPTY, 0), taken_at)
        return _Step(group)

    def _tell(self, group: Group) -> None:
        where = f"the spool {self._spool.path} is nearly full ({self._spool.limit} bytes allowed)"
        if group.drop and not self._dropping:
            self._dropping = True
            _log.error(
                f"{where} and thinning makes no more room: its oldest readings are dropped, which the "
                "centre will be told; bring the connection back or allow a larger spool"
            )
        elif not self._thinning:
            self._thinning = True
            _log.warning(
                f"{where}: of its oldest batches only the first, last, lowest and highest reading of "
                "each series are kept; bring the connection back or allow a larger spool"
            )

    def _tell_room(self) -> None:
        if self._thinning and self._spool.used < _ROOM_AGAIN * self._spool.limit:
            self._thinning = self._dropping = False
            _log.info(f"the spool {self._spool.path} has room again")
