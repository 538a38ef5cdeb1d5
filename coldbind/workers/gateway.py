"""The gateway: take readings from devices and bring them to the broker."""

import asyncio
import signal

from coldbind.settings import Settings, state_folder
from coldbind.workers.ground import mqtt_url, ready, work
from gateway.settings import GatewaySettings
from gateway.store import SpoolError
from gateway.worker import GatewayError, run


def gateway(settings: Settings) -> None:
    """Run until told to stop."""
    told = GatewaySettings(
        site=settings.site,
        name=settings.gateway,
        udp_host=settings.udp_host,
        udp_port=settings.udp_port,
        mqtt_url=mqtt_url(settings),
        spool=state_folder(settings).spool / f"{settings.site}-{settings.gateway}.sqlite",
    )

    async def until_stopped() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await run(told, stop, lambda port: ready(f"{settings.udp_host}:{port}"))

    asyncio.run(until_stopped())


if __name__ == "__main__":
    work("gateway", gateway, GatewayError, SpoolError)
