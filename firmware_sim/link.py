"""A device's UDP link to the gateway: a datagram is sent until its receipt comes back.

Only so many datagrams are on their way at once; `send` waits while the window is full, which is all
the flow control a device needs. The gateway may be down or not up yet: nothing is given up.
"""

import asyncio
from dataclasses import dataclass
from types import TracebackType

from wire.datagram import LARGEST_DATAGRAM, receipt

WINDOW = 64
"""Datagrams under way at once; this many full ones fit a socket's usual receive buffer."""
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 4.0


@dataclass(slots=True)
class Sent:
    """What a link has done: new datagrams, the readings in them, repetitions, confirmations."""

    datagrams: int = 0
    readings: int = 0
    resent: int = 0
    confirmed: int = 0


class LinkClosed(ConnectionError):
    """The link was closed while somebody wanted to send; what was unconfirmed is not delivered."""


@dataclass(slots=True)
class _Outstanding:
    datagram: bytes
    wait_s: float
    timer: asyncio.TimerHandle


class DeviceLink(asyncio.DatagramProtocol):
    """Sends datagrams to one gateway and remembers each until it is confirmed.

    Made by `open`; also an async context manager that closes at the end.
    """

    def __init__(self, window: int = WINDOW) -> None:
        self.sent = Sent()
        self._window = window
        self._outstanding: dict[bytes, _Outstanding] = {}
        self._changed = asyncio.Event()
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, host: str, port: int, *, window: int = WINDOW) -> "DeviceLink":
        """A link to the gateway at `host` and UDP `port`; `OSError` when the name is not known.

        Nothing is sent yet, so a gateway that is not there is no error.
        """
        loop = asyncio.get_running_loop()
        _, link = await loop.create_datagram_endpoint(lambda: cls(window), remote_addr=(host, port))
        return link

    async def __aenter__(self) -> "DeviceLink":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def waiting(self) -> int:
        """Datagrams that were sent and not yet confirmed."""
        return len(self._outstanding)

    async def send(self, datagram: bytes, readings: int = 0) -> None:
        """Send `datagram`, which holds `readings` readings, once there is room in the window.

        An identical datagram under way already counts for both. `ValueError` when it is longer than
        `LARGEST_DATAGRAM`, `LinkClosed` when the link is closed, also while waiting.
        """
        if len(datagram) > LARGEST_DATAGRAM:
            raise ValueError(f"a datagram of {len(datagram)} bytes is longer than {LARGEST_DATAGRAM}")
        while len(self._outstanding) >= self._window:
            await self._change()
        if self._closed.done() or self._transport is None or self._transport.is_closing():
            raise LinkClosed("the link to the gateway is closed")
        key = receipt(datagram)
        if key not in self._outstanding:
            self.sent.datagrams += 1
            self.sent.readings += readings
            self._transmit(self._transport, key, datagram, FIRST_WAIT_S)

    async def drained(self, timeout: float | None = None) -> bool:
        """Whether everything sent was confirmed within `timeout` seconds (None: however long)."""
        try:
            async with asyncio.timeout(timeout):
                while self._outstanding:
                    await self._change()
        except (TimeoutError, LinkClosed):
            return False
        return True

    async def close(self) -> None:
        """Stop sending and give the socket back; closing twice does nothing."""
        for waiting in self._outstanding.values():
            waiting.timer.cancel()
        if self._transport is not None:
            self._transport.close()
            await asyncio.shield(self._closed)

    def _transmit(
        self, transport: asyncio.DatagramTransport, key: bytes, datagram: bytes, wait_s: float
    ) -> None:
        timer = asyncio.get_running_loop().call_later(wait_s, self._repeat, transport, key)
        self._outstanding[key] = _Outstanding(datagram, wait_s, timer)
        transport.sendto(datagram)

    def _repeat(self, transport: asyncio.DatagramTransport, key: bytes) -> None:
        waited = self._outstanding[key]
        self.sent.resent += 1
        self._transmit(transport, key, waited.datagram, min(waited.wait_s * 2, LONGEST_WAIT_S))

    async def _change(self) -> None:
        """Wait until a receipt came or the link was closed."""
        if self._closed.done():
            raise LinkClosed("the link to the gateway is closed")
        self._changed.clear()
        await self._changed.wait()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] # a datagram endpoint hands over exactly this kind
        """The socket is open."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        """A receipt, or noise that is not one of ours and is ignored."""
        waited = self._outstanding.pop(data, None)
        if waited is not None:
            waited.timer.cancel()
            self.sent.confirmed += 1
            self._changed.set()

    def error_received(self, exc: Exception) -> None:
        """The gateway's port is closed or the network is down: the next repetition tries again."""

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed."""
        if not self._closed.done():
            self._closed.set_result(None)
        self._changed.set()
