"""The running gateway: opens the spool and the socket, then lets driver, writer and publisher work.

Each hands over through the spool alone, so a kill between any two steps loses nothing: a datagram
is answered after its commit, a batch deleted after the centre's.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing

import structlog

from gateway.metrics import GatewayMetrics
from gateway.publisher import Publisher, leaves
from gateway.settings import GatewaySettings
from gateway.spooling import SpoolWriter
from gateway.store import Spool, SpoolDamaged
from gateway.udp import Inbox, open_socket

__all__ = ["GatewayError", "GatewaySettings", "run"]

_CANCEL_AGAIN_S = 0.5

_log = structlog.stdlib.get_logger()


class GatewayError(Exception):
    """The gateway cannot start; the text says why and what to do."""


async def run(
    settings: GatewaySettings,
    stop: asyncio.Event,
    on_ready: Callable[[int], None] | None = None,
    metrics: GatewayMetrics | None = None,
) -> None:
    """Take datagrams in and publish them until `stop` is set; what is unconfirmed then stays spooled.

    `on_ready` is called with the UDP port once devices can send; the broker may still be away then.
    `GatewayError` when the UDP port is taken, `gateway.store.SpoolError` when the spool cannot be used.
    """
    try:
        await _run(settings, stop, on_ready, metrics or GatewayMetrics())
    except ExceptionGroup as group:
        damage = [error for error in leaves(group) if isinstance(error, SpoolDamaged)]
        if damage:
            raise damage[0] from group
        raise


async def _run(
    settings: GatewaySettings,
    stop: asyncio.Event,
    on_ready: Callable[[int], None] | None,
    metrics: GatewayMetrics,
) -> None:
    with (
        closing(Spool(settings.spool, time.time_ns() // 1000, settings.spool_bytes)) as spool,
        ThreadPoolExecutor(1, "spool-writer") as thread,
    ):
        _report(spool)
        metrics.watch(spool)
        arrived, written = asyncio.Event(), asyncio.Event()
        async with (
            _listening(settings, arrived, metrics) as (inbox, port),
            asyncio.TaskGroup() as tasks,
        ):
            writer = SpoolWriter(
                spool,
                inbox,
                settings.limits,
                thread=thread,
                arrived=arrived,
                written=written,
                metrics=metrics,
            )
            publisher = Publisher(settings, spool, writer, written, metrics)
            tasks.create_task(writer.run(settings.linger_s, stop, publisher))
            publishing = tasks.create_task(publisher.run())
            if on_ready is not None:
                on_ready(port)
            await stop.wait()
            inbox.shut()
            arrived.set()
            await _end(publishing)


async def _end(publishing: asyncio.Task[None]) -> None:
    """Cancel until it is over: a broker that fails in the same moment swallows a cancellation."""
    while not publishing.done():
        publishing.cancel()
        await asyncio.wait([publishing], timeout=_CANCEL_AGAIN_S)


@asynccontextmanager
async def _listening(
    settings: GatewaySettings, arrived: asyncio.Event, metrics: GatewayMetrics
) -> AsyncGenerator[tuple[Inbox, int]]:
    try:
        opened = open_socket(settings.udp_host, settings.udp_port)
    except OSError as error:
        raise GatewayError(
            f"cannot listen for devices on UDP {settings.udp_host}:{settings.udp_port} "
            f"({error.strerror}): choose another address or port"
        ) from error
    inbox = Inbox(opened, settings.inbox_bytes, arrived, metrics)
    try:
        yield inbox, int(opened.getsockname()[1])
    finally:
        inbox.close()


def _report(spool: Spool) -> None:
    if spool.set_aside is not None:
        _log.error(
            f"the spool {spool.path} was damaged; it was set aside as {spool.set_aside} and a new one "
            "begun: batches that were answered and not yet confirmed are in that file"
        )
    _log.info("the spool is open", path=str(spool.path), epoch=spool.epoch, waiting=spool.waiting)
