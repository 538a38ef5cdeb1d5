"""From spool to broker: live batches first, many at a time, until the centre has confirmed them.

What the broker acknowledges only makes way for the next message; what the centre acknowledges, on the
ack topic, is forgotten. A connection that ends is made again, and everything unconfirmed goes again.
"""

import asyncio
import math
import ssl
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import cast

import aiomqtt
import structlog

from gateway.core.flight import Flight, Plan
from gateway.core.joining import TOGETHER, backlog_bytes, joined
from gateway.core.stretches import Range
from gateway.line import Line
from gateway.metrics import GatewayMetrics
from gateway.settings import GatewaySettings
from gateway.spooling import SpoolWriter
from gateway.store import Batch, Spool, SpoolUnwritable
from wire.ack import Ack, decode_ack
from wire.bundle import encode_bundle
from wire.columns import Malformed
from wire.frame import encode_frame

_SENDERS = 64
_AT_ONCE = 16
_MICROSECONDS = 1_000_000
_KEEPALIVE = 15
_ANSWER_WITHIN = 5.0
_REFUSED = 128

_log = structlog.stdlib.get_logger()

Sent = tuple[Batch, ...]
"""What goes in one message."""


class BrokerRefused(Exception):
    """The broker let us in and then denied what a gateway needs."""


class SpoolRewound(Exception):
    """The centre confirms numbers this spool has not given yet: it is an older copy of itself."""


_PASSING = (aiomqtt.MqttError, BrokerRefused, OSError, SpoolUnwritable)


class Publisher:
    """Sends the batches of `spool` to the broker and reports what the centre confirmed.

    It reads the spool itself, a few batches at a time, which is cheaper than handing the interpreter
    lock to a thread and back for each row; `writer` changes it, `written` tells that there is more.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        spool: Spool,
        writer: SpoolWriter,
        written: asyncio.Event,
        metrics: GatewayMetrics,
    ) -> None:
        self._metrics = metrics
        self._settings = settings
        self._spool = spool
        self._writer = writer
        self._wake = written
        self._flight = self._new_flight()
        self._leaving = 0  # handed to the senders and not yet taken by the broker
        self._pause = settings.reconnect_first_s

    async def run(self) -> None:
        """Publish until cancelled, over as many connections as that takes."""
        while True:
            try:
                await self._session()
            except (*_PASSING, SpoolRewound, ExceptionGroup) as failure:
                await self._recover(cast("Exception", failure))

    async def _recover(self, failure: Exception) -> None:
        """Wait out what passes by itself; raise again what does not."""
        self._metrics.connected(now=False)
        errors = list(leaves(failure))
        said = "; ".join(dict.fromkeys(str(error) or type(error).__name__ for error in errors))
        if any(isinstance(error, SpoolRewound) for error in errors):
            _log.error(said)
            await self._writer.begin_epoch()
            self._flight = self._new_flight()
        elif all(isinstance(error, _PASSING) for error in errors):
            unreachable = f"broker at {self._settings.broker} cannot be reached ({said})"
            await self._pause_after(said if isinstance(errors[0], SpoolUnwritable) else unreachable)
        else:
            raise failure

    def _new_flight(self) -> Flight:
        return Flight(
            self._spool.epoch,
            self._settings.window,
            int(self._settings.resend_after_s * _MICROSECONDS),
            backlog=self._spool.stretches(),
            last=self._spool.last_seq,
        )

    def under_way(self) -> frozenset[int]:
        """The numbers of the batches that were sent and may be confirmed any moment."""
        return self._flight.under_way()

    def replaced(self, numbers: Range) -> None:
        """Send the batch that stands for `numbers` now."""
        self._flight.replaced(numbers)
        self._wake.set()

    async def _pause_after(self, what: str) -> None:
        _log.warning(
            f"{what}; {self._spool.waiting} batches kept in the spool, "
            f"trying again in {self._pause:g} s"
        )
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, self._settings.reconnect_longest_s)

    async def _session(self) -> None:
        """One connection: subscribe first, so that no confirmation is missed, then send."""
        async with _connection(self._client()) as client:
            await self._subscribe(client)
            self._metrics.connected(now=True)
            self._pause = self._settings.reconnect_first_s
            self._flight.reconnected(self._spool.last_seq)
            _log.info(
                f"connected to the broker at {self._settings.broker}", waiting=self._spool.waiting
            )
            lane: asyncio.Queue[Sent] = asyncio.Queue()
            self._leaving = 0
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(client))
                tasks.create_task(self._feed(lane))
                for _ in range(_SENDERS):
                    tasks.create_task(self._send(client, lane))

    def _client(self) -> Line:
        broker = self._settings.broker
        client = Line(
            broker.host,
            broker.port,
            username=broker.username,
            password=broker.password,
            identifier=f"gateway-{self._settings.site}-{self._settings.name}-{self._spool.epoch}",
            clean_session=True,
            keepalive=_KEEPALIVE,
            timeout=_ANSWER_WITHIN,
            max_inflight_messages=_SENDERS,
            tls_context=(self._settings.tls or ssl.create_default_context()) if broker.tls else None,
        )
        client.pending_calls_threshold = 2 * _SENDERS
        return client

    async def _subscribe(self, client: aiomqtt.Client) -> None:
        topic = self._settings.ack_topic
        for code in await client.subscribe(topic, qos=1):
            if (code if isinstance(code, int) else code.value) >= _REFUSED:
                raise BrokerRefused(
                    f"it refuses the subscription to {topic}: allow this login to read it"
                )

    async def _listen(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            try:
                ack = decode_ack(bytes(message.payload))
            except Malformed as reason:
                _log.warning("an acknowledgement cannot be understood", reason=str(reason))
                continue
            self.acknowledge(ack)

    def acknowledge(self, ack: Ack) -> None:
        """Release what `ack` confirms; `SpoolRewound` when it confirms what was never sent."""
        last = max((last for _, last in ack.committed), default=0)
        if ack.epoch == self._flight.epoch and last > self._spool.last_seq:
            raise SpoolRewound(
                f"the spool {self._spool.path} is an older copy of itself (the centre has batches up "
                f"to {last}, it knows {self._spool.last_seq}): its batches are sent under a new epoch"
            )
        ranges = self._flight.acknowledge(ack, _steady())
        if ranges:
            self._writer.confirm(ranges)
            self._wake.set()

    async def _feed(self, lane: asyncio.Queue[Sent]) -> None:
        """Keep the senders supplied, and nobody waiting for one: live batches could not overtake."""
        while True:
            self._wake.clear()
            self._flight.overdue(_steady())
            free = _SENDERS - self._leaving
            plan = self._plan(free) if free >= _AT_ONCE else None
            if not plan:
                await self._sleep()
                continue
            for message in self._departing(plan, free):
                self._leaving += 1
                lane.put_nowait(message)
            await asyncio.sleep(0)  # the senders want to work too

    def _plan(self, free: int) -> Plan:
        return self._flight.plan(free, self._spool.last_seq, _steady(), together=TOGETHER)

    def _departing(self, plan: Plan, free: int) -> list[Sent]:
        """What of `plan` is to be sent now, by `free` senders; its batches are noted as sent."""
        others = plan.live.room + len(plan.again)
        found = self._spool.read(plan, backlog_bytes(free - others))
        self._flight.gone({*plan.again} - {batch.seq for batch in found.again})
        first = [batch for batch in (*found.live, *found.again) if self._depart(batch)]
        backlog = [batch for batch in found.backlog if self._depart(batch)]
        self._metrics.leaving([*first, *backlog])
        if len(found.live) < plan.live.room:
            self._flight.emptied(plan.live)
        if len(found.backlog) < plan.backlog.room and not found.more:
            self._flight.emptied(plan.backlog)
        return [*((batch,) for batch in first), *joined(backlog)]

    def _depart(self, batch: Batch) -> bool:
        return self._flight.depart(batch.seq, _steady(), batch.first, size=len(batch.body))

    async def _sleep(self) -> None:
        due = self._flight.due_at()
        patience = None if due is None else max(due - _steady(), 0) / _MICROSECONDS
        # not wait_for: before Python 3.12 it loses a cancellation that comes in the turn of the wake
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._wake.wait()

    async def _send(self, client: aiomqtt.Client, lane: asyncio.Queue[Sent]) -> None:
        topic = self._settings.data_topic
        while True:
            message = await lane.get()
            frames = [self._frame(batch) for batch in message]
            payload = frames[0] if len(frames) == 1 else encode_bundle(frames)
            # no time limit: a connection that stops answering is ended by the keep-alive
            await client.publish(topic, payload, qos=1, timeout=math.inf)
            self._leaving -= 1
            if self._leaving == _SENDERS - _AT_ONCE:
                self._wake.set()

    def _frame(self, batch: Batch) -> bytes:
        return encode_frame(
            self._flight.epoch,
            batch.seq,
            time.time_ns() // 1000,
            batch.body,
            taken_at=batch.taken_at,
            thinned=batch.thinned,
        )


def _steady() -> int:
    return time.monotonic_ns() // 1000


@asynccontextmanager
async def _connection(client: aiomqtt.Client) -> AsyncGenerator[aiomqtt.Client]:
    """A connected client whose failing farewell hides neither a cancellation nor the first error."""
    await client.__aenter__()
    try:
        yield client
    finally:
        with suppress(aiomqtt.MqttError):
            await client.__aexit__(None, None, None)


def leaves(error: Exception) -> Iterator[Exception]:
    """The single errors in a group of groups, or the error itself."""
    if isinstance(error, ExceptionGroup):
        for part in cast("ExceptionGroup[Exception]", error).exceptions:
            yield from leaves(part)
    else:
        yield error
