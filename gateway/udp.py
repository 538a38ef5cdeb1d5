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
from collections.abc import Sequence
from typing import NamedTuple

import structlog

from gateway.metrics import GatewayMetrics
from wire.datagram import receipt

_BUFFER = 4 * 2**20
_SO_SNDBUFFORCE, _SO_RCVBUFFORCE = 32, 33
_LARGEST = 2**16
_A_TURN = 256
_BOOKKEEPING = 500
_REPORT_EVERY = 5.0

_log = structlog.stdlib.get_logger()

Address = tuple[str, int]


class Datagram(NamedTuple):
    """One datagram as it came: its bytes, its sender, and the instant in microseconds."""

    payload: bytes
    sender: Address
    received_at: int


class Inbox:
    """Datagrams received on `opened` and not yet spooled, at most about `most_bytes` of memory.

    All that wait in the socket are taken in one turn of the loop. A transport of asyncio would take
    one, and while the loop is busy sending a backlog, live datagrams would queue for its turns.
    """

    def __init__(
        self,
        opened: socket.socket,
        most_bytes: int,
        arrived: asyncio.Event,
        metrics: GatewayMetrics,
    ) -> None:
        self._socket = opened
        self._most = most_bytes
        self._arrived = arrived
        self._metrics = metrics
        self._waiting: deque[Datagram] = deque()
        self._held = 0
        self._turned_away = 0
        self._reported_at = 0.0
        self._closed = False
        asyncio.get_running_loop().add_reader(opened, self._receive)

    def __len__(self) -> int:
        return len(self._waiting)

    def _receive(self) -> None:
        for _ in range(_A_TURN):
            try:
                payload, sender = self._socket.recvfrom(_LARGEST)
            except OSError:  # nothing left, or the system reports an answer that reached nobody
                return
            self._take_in(payload, sender)

    def _take_in(self, payload: bytes, sender: Address) -> None:
        """Keep one datagram, or leave it unanswered when there is no room."""
        cost = len(payload) + _BOOKKEEPING
        if self._closed or self._held + cost > self._most:
            self._turn_away()
            return
        self._held += cost
        self._waiting.append(Datagram(payload, sender, time.time_ns() // 1000))
        self._arrived.set()

    def take(self, most: int) -> list[Datagram]:
        """Remove and return up to `most` datagrams, oldest first."""
        taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        self._held -= sum(len(datagram.payload) + _BOOKKEEPING for datagram in taken)
        self._metrics.taken(len(taken))
        return taken

    def oldest(self) -> int | None:
        """When the datagram that waits longest was received; None when none waits."""
        return self._waiting[0].received_at if self._waiting else None

    def answer(self, datagrams: Sequence[Datagram]) -> None:
        """Send each device the receipt for its datagram; who gets none sends it again."""
        for datagram in datagrams:
            with contextlib.suppress(OSError):
                self._socket.sendto(receipt(datagram.payload), datagram.sender)
        self._metrics.answered(len(datagrams))

    def shut(self) -> None:
        """Take nothing in any more; what waits can still be answered."""
        self._closed = True

    def close(self) -> None:
        """Give the socket back."""
        self.shut()
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _turn_away(self) -> None:
        self._turned_away += 1
        self._metrics.turned_away()
        now = time.monotonic()
        if not self._closed and now - self._reported_at >= _REPORT_EVERY:
            self._reported_at = now
            _log.warning(
                f"{self._turned_away} datagrams were not taken in: they come faster than the spool can "
                "be written; devices send them again"
            )
            self._turned_away = 0


def open_socket(host: str, port: int) -> socket.socket:
    """A bound UDP socket with large buffers; an `OSError` says where it could not listen."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE
    )[0]
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            opened.setsockopt(socket.SOL_SOCKET, option, _BUFFER)
        if sys.platform == "linux":
            with contextlib.suppress(PermissionError):  # root may exceed the system's usual limit
                opened.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
                opened.setsockopt(socket.SOL_SOCKET, _SO_SNDBUFFORCE, _BUFFER)
        opened.bind(address)
    except BaseException:
        opened.close()
        raise
    return opened
