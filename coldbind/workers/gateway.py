"""The gateway: take readings from devices and bring them to the broker."""

import asyncio
import signal

import structlog

from coldbind.metrics import new_registry, served
from coldbind.settings import Settings, state_folder
from coldbind.tls import broker_tls
from coldbind.workers.ground import mqtt_url, ready, work
from gateway.metrics import GatewayMetrics
from gateway.settings import GatewaySettings
from gateway.store import SpoolError
from gateway.worker import GatewayError, run

_MIB = 2**20

_log = structlog.stdlib.get_logger()


def gateway(settings: Settings) -> None:
    """Run until told to stop."""
    told = GatewaySettings(
        site=settings.site,
        name=settings.gateway,
        udp_host=settings.udp_host,
        udp_port=settings.udp_port,
        mqtt_url=mqtt_url(settings),
        spool=state_folder(settings).spool / f"{settings.site}-{settings.gateway}.sqlite",
        spool_bytes=settings.spool_mb * _MIB,
        tls=broker_tls(settings, _log.warning),
    )

    registry = new_registry("gateway")
    metrics = GatewayMetrics(registry)

    async def until_stopped() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await run(told, stop, lambda port: ready(f"{settings.udp_host}:{port}"), metrics)

    with served(registry, settings):
        asyncio.run(until_stopped())


if __name__ == "__main__":
    work("gateway", gateway, GatewayError, SpoolError)
