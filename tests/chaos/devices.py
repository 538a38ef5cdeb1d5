"""The devices of a run, which are the truth: each remembers what it measured and what was answered.

A device is as simple as a data logger: it sends what it has, waits for the receipt however long that
takes, and sends what came up meanwhile. One in ten is heard by both gateways.
"""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import AsyncExitStack

from firmware_sim.link import DeviceLink
from firmware_sim.worker import datagrams
from tests.chaos.clock import Clock
from tests.chaos.world import SENSORS, Sensor, packet

HEARD_TWICE = 10
"""One device in so many is heard by all gateways."""
_MOST_STEPS = 40
_PAUSE_S = 1.0

Address = tuple[str, int]


class Device:
    """Measures from step 0 on; `answered` steps are safe with a gateway."""

    def __init__(self, seed: int, sensor: Sensor, gateways: Sequence[Address]) -> None:
        self.sensor = sensor
        self.answered = 0
        self.sent_again = 0
        self._seed = seed
        self._gateways = gateways

    async def live(self, clock: Clock) -> None:
        """Send until the clock is at its end and everything was answered."""
        async with AsyncExitStack() as stack:
            links = [
                await stack.enter_async_context(await DeviceLink.open(*gateway))
                for gateway in self._gateways
            ]
            while self.answered != clock.end:
                until = min(clock.step, self.answered + _MOST_STEPS)
                if until > self.answered:
                    await self._send(links, until)
                if until - self.answered < _MOST_STEPS and clock.end is None:
                    await asyncio.sleep(_PAUSE_S)

    async def _send(self, links: Sequence[DeviceLink], until: int) -> None:
        measured = packet(self._seed, self.sensor, self.answered, until)
        if measured.records:
            ((datagram, readings),) = datagrams([measured])
            for link in links:
                await link.send(datagram, readings)
            for link in links:
                await link.drained()
        self.answered = until
        self.sent_again = sum(link.sent.resent for link in links)


class Fleet:
    """All devices, in a thread of their own."""

    def __init__(self, seed: int, clock: Clock, gateways: Sequence[Address]) -> None:
        self.devices = [
            Device(
                seed,
                sensor,
                gateways if number % HEARD_TWICE == 0 else [gateways[number % len(gateways)]],
            )
            for number, sensor in enumerate(SENSORS)
        ]
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="devices", daemon=True)

    def __enter__(self) -> "Fleet":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._work is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._work.cancel)
        self._thread.join(10)

    def check(self) -> None:
        """Raise what broke in the devices' own thread, if anything did."""
        if self._failure is not None:
            raise self._failure

    def waiting(self, end: int) -> list[str]:
        """The devices that were not answered up to the step `end`."""
        self.check()
        return [device.sensor.name for device in self.devices if device.answered < end]

    @property
    def sent_again(self) -> int:
        """Datagrams that were sent more than once."""
        return sum(device.sent_again for device in self.devices)

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except asyncio.CancelledError:
            return
        except BaseException as failure:
            self._failure = failure

    async def _live(self) -> None:
        self._loop, self._work = asyncio.get_running_loop(), asyncio.current_task()
        async with asyncio.TaskGroup() as tasks:
            for number, device in enumerate(self.devices):
                tasks.create_task(self._late(device, _PAUSE_S * number / len(self.devices)))

    async def _late(self, device: Device, seconds: float) -> None:
        """Devices do not all wake up at the same instant."""
        await asyncio.sleep(seconds)
        await device.live(self._clock)
