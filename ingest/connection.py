"""One connection to a broker: bytes out from any thread, bytes in for one, never blocking on either.

Whoever serves the connection also writes for all others, so TLS needs no lock and a broker that stops
reading holds up nobody.
"""

import selectors
import socket
import ssl
import threading
import time
from collections import deque
from typing import Self

from wire.broker import Broker

_CHUNK = 256 * 1024
_WOKEN = 4096


class ConnectionEnded(OSError):
    """The other side closed the connection, or stopped answering."""


class Connection:
    """An open connection to `broker`, made within `timeout` seconds; `OSError` when that fails."""

    def __init__(self, broker: Broker, tls: ssl.SSLContext | None, timeout: float) -> None:
        plain = socket.create_connection((broker.host, broker.port), timeout)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = tls.wrap_socket(plain, server_hostname=broker.host) if tls else plain
        except BaseException:
            plain.close()
            raise
        self._socket.setblocking(False)
        self._out: deque[memoryview] = deque()
        self._turn = threading.Lock()
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._ear.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._registered = 0
        self.last_sent = self.last_received = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        for one in (self._socket, self._bell, self._ear):
            one.close()

    def send(self, data: bytes) -> None:
        """Have `data` written soon; any thread may ask."""
        with self._turn:
            self._out.append(memoryview(data))
        self.wake()

    def wake(self) -> None:
        """End the wait of `exchange`; any thread may ask."""
        try:
            self._bell.send(b"\0")
        except OSError:  # full: it is awake already; closed: nobody waits any more
            return

    def exchange(self, patience: float, *, reading: bool) -> bytes:
        """Write what is to be sent and, when `reading`, return what came within `patience` seconds.

        `ConnectionEnded` when the other side has gone.
        """
        self._flush()
        self._watch(reading=reading)
        buffered = reading and isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0
        for key, _ in self._selector.select(0 if buffered else patience):
            if key.fileobj is self._ear:
                self._hear()
        self._flush()
        return self._receive() if reading else b""

    def _watch(self, *, reading: bool) -> None:
        wanted = (selectors.EVENT_READ if reading else 0) | (selectors.EVENT_WRITE if self._out else 0)
        if wanted == self._registered:
            return
        if not self._registered:
            self._selector.register(self._socket, wanted)
        elif wanted:
            self._selector.modify(self._socket, wanted)
        else:
            self._selector.unregister(self._socket)
        self._registered = wanted

    def _hear(self) -> None:
        try:
            while self._ear.recv(_WOKEN):
                pass
        except BlockingIOError:
            return

    def _flush(self) -> None:
        while self._out:
            part = self._out[0]
            try:
                sent = self._socket.send(part)
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                return
            self.last_sent = time.monotonic()
            if sent < len(part):
                self._out[0] = part[sent:]
            else:
                self._out.popleft()

    def _receive(self) -> bytes:
        try:
            data = self._socket.recv(_CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return b""
        if not data:
            raise ConnectionEnded("the other side closed the connection")
        self.last_received = time.monotonic()
        return data
