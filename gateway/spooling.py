"""From inbox to spool: one transaction for all that arrived meanwhile, then the receipts.

Only SQLite works on a thread of its own; decoding there would make every send and receive of the loop
queue for the interpreter lock. While one commit is under way the next group gathers, so the group
grows with the load and the wait does not.
"""

import asyncio
import time
from concurrent.futures import Executor

import structlog

from gateway.core.batching import NOTHING, BatchLimits, encoded_size, pack
from gateway.core.repeats import Repeats, key_of
from gateway.core.stretches import Range
from gateway.metrics import GatewayMetrics
from gateway.store import Parcel, Spool, SpoolUnwritable
from gateway.thinner import LARGEST_BODY, Sending, Thinner
from gateway.udp import Datagram, Inbox
from wire.columns import Columns, Malformed
from wire.frame import encode_body
from wire.senml import read_senml_cbor

_GROUP = 1024
_TURN = 0.002

_log = structlog.stdlib.get_logger()


class SpoolWriter:
    """Moves datagrams from `inbox` to `spool`, and what the centre confirmed out of it.

    `arrived` wakes it when there is something to do; it sets `written` after a commit of new batches.
    """

    def __init__(
        self,
        spool: Spool,
        inbox: Inbox,
        limits: BatchLimits,
        *,
        thread: Executor,
        arrived: asyncio.Event,
        written: asyncio.Event,
        metrics: GatewayMetrics,
    ) -> None:
        self._spool = spool
        self._inbox = inbox
        self._limits = limits
        self._thread = thread
        self._metrics = metrics
        self._thinner = Thinner(spool, thread, metrics)
        self._arrived = arrived
        self._written = written
        self._confirmed: dict[Range, None] = {}
        self._repeats = Repeats()
        self._failing = False

    def confirm(self, ranges: tuple[Range, ...]) -> None:
        """Have the batches in `ranges` deleted with the next transaction."""
        self._confirmed.update(dict.fromkeys(ranges))
        self._arrived.set()

    async def run(self, linger: float, stopping: asyncio.Event, sending: Sending) -> None:
        """Write groups, each gathered for `linger` seconds, until `stopping` and nothing is left.

        In a crowded spool a group of the oldest batches is thinned after each of them.
        """
        while not (stopping.is_set() and not self._inbox):
            await self._arrived.wait()
            await self._gather(linger, stopping)
            self._arrived.clear()
            written = await self.write_group()
            if await self._thinner.step(sending, pressed=not written) or self._inbox:
                self._arrived.set()

    async def _gather(self, linger: float, stopping: asyncio.Event) -> None:
        oldest = self._inbox.oldest()
        waited = 0.0 if oldest is None else max(time.time_ns() // 1000 - oldest, 0) / 1e6
        if waited < linger and len(self._inbox) < self._limits.readings and not stopping.is_set():
            await asyncio.sleep(linger - waited)

    async def write_group(self) -> bool:
        """One transaction: what waits in the inbox goes in, what is confirmed goes out; then answer.

        False when the spool cannot be written: the datagrams stay unanswered, their devices keep them.
        """
        datagrams, confirmed = self._inbox.take(_GROUP), tuple(self._confirmed)
        self._confirmed.clear()
        parcels, keys = await parcels_of(datagrams, self._limits, self._repeats)
        try:
            await self._commit(parcels, confirmed)
        except SpoolUnwritable as error:
            self._report_failure(error)
            await self._make_room(confirmed)
            return False
        self._report_success()
        self._repeats.remember(keys)
        self._inbox.answer(datagrams)
        if parcels:
            self._written.set()
        return True

    async def _commit(self, parcels: list[Parcel], confirmed: tuple[Range, ...]) -> None:
        if parcels or confirmed:
            loop, now = asyncio.get_running_loop(), time.time_ns() // 1000
            begun, before = time.perf_counter(), self._spool.waiting
            await loop.run_in_executor(self._thread, self._spool.commit, parcels, confirmed, now)
            self._metrics.spooled(parcels, time.perf_counter() - begun)
            self._metrics.confirmed(before + len(parcels) - self._spool.waiting)

    async def _make_room(self, confirmed: tuple[Range, ...]) -> None:
        """Only delete: on a full disk that may succeed where adding failed."""
        loop, now = asyncio.get_running_loop(), time.time_ns() // 1000
        before = self._spool.waiting
        try:
            if confirmed:
                await loop.run_in_executor(self._thread, self._spool.forget, confirmed, now)
        except SpoolUnwritable:
            self._confirmed = dict.fromkeys((*confirmed, *self._confirmed))
        self._metrics.confirmed(before - self._spool.waiting)

    async def begin_epoch(self) -> None:
        """Renumber the spool under a new epoch; confirmations for the old one are forgotten."""
        loop = asyncio.get_running_loop()
        self._confirmed.clear()
        await loop.run_in_executor(self._thread, self._spool.begin_epoch, time.time_ns() // 1000)

    def _report_failure(self, error: SpoolUnwritable) -> None:
        if not self._failing:
            self._metrics.failed()
            _log.error(
                f"{error}: free room on its disk; until then devices get no receipts and keep "
                "their data"
            )
        self._failing = True

    def _report_success(self) -> None:
        if self._failing:
            _log.info(f"the spool {self._spool.path} can be written again")
        self._failing = False


async def parcels_of(
    datagrams: list[Datagram], limits: BatchLimits, repeats: Repeats
) -> tuple[list[Parcel], set[int]]:
    """What to keep of `datagrams`: their readings packed, and as they are those not wholly readable.

    Such a datagram travels to the centre in place of a body; there it is parked with the reason. What
    is among `repeats` is left out; the keys of what is not are returned too. Gives way to others now
    and then.
    """
    decoded: list[Columns] = []
    raw: list[Parcel] = []
    keys: set[int] = set()
    turn_ends = time.monotonic() + _TURN
    for datagram in datagrams:
        columns, whole = _decoded(datagram)
        key = key_of(datagram.payload, columns)
        if not whole:
            decoded.append(columns)
            raw.append(Parcel(datagram.payload, 0))
        elif key not in repeats and key not in keys:
            decoded.append(columns)
            keys.add(key)
        if time.monotonic() > turn_ends:
            await asyncio.sleep(0)
            turn_ends = time.monotonic() + _TURN
    packed = [Parcel(encode_body(batch), len(batch)) for batch in pack(decoded, limits)]
    return packed + raw, keys


def _decoded(datagram: Datagram) -> tuple[Columns, bool]:
    """The readings of a datagram, and whether that is all it says."""
    try:
        senml = read_senml_cbor(datagram.payload, datagram.received_at)
        fits = encoded_size(senml.columns) <= LARGEST_BODY
    except Malformed as reason:
        _report_unreadable(str(reason))
    except Exception:  # a decoder's own mistake must not stop the readings of every other device
        _log.exception("a datagram broke the decoder and is passed on to be parked")
    else:
        if fits and senml.refused:
            _report_unreadable(senml.refused[0])
        if fits:
            return senml.columns, not senml.refused
        _report_unreadable(f"its names written out take more than {LARGEST_BODY} bytes")
    return NOTHING, False


def _report_unreadable(reason: str) -> None:
    _log.warning("a datagram cannot be wholly read and is passed on to be parked", reason=reason)
