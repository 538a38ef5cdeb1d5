"""The UDP driver: datagrams wait in a bounded inbox and are answered once they are in the spool.

When the inbox is full a datagram is left unanswered, which is all the back-pressure a device needs:
it keeps what was not answered and sends it again.
"""

import asyncio
import contextlib
import socket
import sys
import time
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple, cast

import structlog

from wire.datagram import receipt

_RECEIVE_BUFFER = 4 * 2**20
_SO_RCVBUFFORCE = 33
_BOOKKEEPING = 500
_REPORT_EVERY = 5.0

_log = structlog.stdlib.get_logger()

Address = tuple[str, int]


class Datagram(NamedTuple):
    """One datagram as it came: its bytes, its sender, and the instant in microseconds."""

    payload: bytes
    sender: Address
    received_at: int


class Inbox(asyncio.DatagramProtocol):
    """Datagrams received and not yet spooled, at most about `most_bytes` of memory."""

    def __init__(self, most_bytes: int, arrived: asyncio.Event) -> None:
        self._most = most_bytes
        self._arrived = arrived
        self._waiting: deque[Datagram] = deque()
        self._held = 0
        self._turned_away = 0
        self._reported_at = 0.0
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the socket to answer on."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Take one datagram in, or leave it unanswered when there is no room."""
        cost = len(data) + _BOOKKEEPING
        if self._closed or self._held + cost > self._most:
            self._turn_away()
            return
        self._held += cost
        self._waiting.append(Datagram(data, addr, time.time_ns() // 1000))
        self._arrived.set()

    def take(self, most: int) -> list[Datagram]:
        """Remove and return up to `most` datagrams, oldest first."""
        taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        self._held -= sum(len(datagram.payload) + _BOOKKEEPING for datagram in taken)
        return taken

    def oldest(self) -> int | None:
        """When the datagram that waits longest was received; None when none waits."""
        return self._waiting[0].received_at if self._waiting else None

    def answer(self, datagrams: Iterable[Datagram]) -> None:
        """Send each device the receipt for its datagram."""
        if self._transport is None or self._transport.is_closing():
            return
        for datagram in datagrams:
            self._transport.sendto(receipt(datagram.payload), datagram.sender)

    def shut(self) -> None:
        """Take nothing in any more; what waits can still be answered."""
        self._closed = True

    def close(self) -> None:
        """Give the socket back."""
        self.shut()
        if self._transport is not None:
            self._transport.close()

    def _turn_away(self) -> None:
        self._turned_away += 1
        now = time.monotonic()
        if not self._closed and now - self._reported_at >= _REPORT_EVERY:
            self._reported_at = now
            _log.warning(
                f"{self._turned_away} datagrams were not taken in: they come faster than the spool can "
                "be written; devices send them again"
            )
            self._turned_away = 0


def open_socket(host: str, port: int) -> socket.socket:
    """A bound UDP socket with a large receive buffer; an `OSError` says where it could not listen."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE
    )[0]
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        if sys.platform == "linux":
            with contextlib.suppress(PermissionError):  # root may exceed the system's usual limit
                opened.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _RECEIVE_BUFFER)
        opened.bind(address)
    except BaseException:
        opened.close()
        raise
    return opened
