"""A publisher that leaves the processors to the others: packets made beforehand, whole windows a write.

Eight connections with at most 200 unacknowledged messages each, as eight gateways would. It looks at
its sockets every few milliseconds: being told of each acknowledgement costs more than it brings.
"""

import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context

from benchmarks.frames import Line
from benchmarks.peers.readings import Batches, Singles, Train, trains
from wire.broker import Broker, parse_broker
from wire.mqtt import DISCONNECT, V311, Login, connect

WINDOW = 200
_TURN = 0.008
_CONNECT_WITHIN = 10
_CONNACK, _PUBACK = 4, 4
"""Bytes."""
_ACCEPTED = b"\x20\x02\x00\x00"
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Sent:
    """When the first message went out and the last was acknowledged (`time.monotonic`)."""

    began: float
    acknowledged: float
    messages: int


@dataclass(slots=True)
class Publisher:
    """The publisher, seen from the benchmark."""

    pid: int
    line: Line = field(repr=False)

    def prepare(self, order: Singles | Batches) -> None:
        """Let it make its packets; returns when it is ready to send."""
        self.line.send(order)
        self.line.recv()

    def begin(self) -> float:
        """Let it send what it prepared; when it began (`time.monotonic`)."""
        self.line.send(True)
        began = self.line.recv()
        assert isinstance(began, float)
        return began

    def finish(self) -> Sent:
        """Wait until the broker has acknowledged everything."""
        sent = self.line.recv()
        assert isinstance(sent, Sent)
        return sent


@contextmanager
def publisher(mqtt_url: str) -> Generator[Publisher]:
    """A publisher in a process of its own."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(mqtt_url, theirs), daemon=True)
    process.start()
    theirs.close()  # so that nobody waits for a publisher that is gone
    assert process.pid is not None
    try:
        yield Publisher(process.pid, ours)
    finally:
        ours.send(None)
        process.join(10)
        process.kill()


def _serve(mqtt_url: str, line: Line) -> None:
    broker = parse_broker(mqtt_url)
    while isinstance(order := line.recv(), Singles | Batches):
        prepared = [_Wagon(broker, n, train) for n, train in enumerate(trains(order))]
        line.send(True)
        line.recv()
        began = time.monotonic()
        line.send(began)
        _send_all(prepared)
        line.send(Sent(began, time.monotonic(), sum(one.acknowledged for one in prepared)))


def _send_all(wagons: "list[_Wagon]") -> None:
    moving = wagons
    while moving:
        moving = [wagon for wagon in moving if not wagon.move()]
        time.sleep(_TURN)


class _Wagon:
    """One connection and the packets it carries."""

    def __init__(self, broker: Broker, number: int, train: Train) -> None:
        self.acknowledged = 0
        self._train = train
        self._data = memoryview(train.data)
        self._sent = 0
        self._rest = 0
        self._socket = socket.create_connection((broker.host, broker.port), _CONNECT_WITHIN)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        login = Login(f"bench-publisher-{number}", broker.username, broker.password, keepalive=0)
        self._socket.sendall(connect(login, V311))
        answer = self._socket.recv(_CONNACK, socket.MSG_WAITALL)
        if answer[-1:] != _ACCEPTED[-1:]:
            raise ConnectionError(f"the broker refuses a publisher with {answer!r}")
        self._socket.setblocking(False)

    def move(self) -> bool:
        """Take acknowledgements, send as much as the window allows; whether everything is done."""
        self._hear()
        allowed = min(self.acknowledged + WINDOW, self._train.packets)
        end = self._train.ends[allowed]
        if self._sent < end:
            try:
                self._sent += self._socket.send(self._data[self._sent : end])
            except BlockingIOError:
                return False
        if self.acknowledged < self._train.packets:
            return False
        self._socket.setblocking(True)
        self._socket.sendall(DISCONNECT)
        self._socket.close()
        return True

    def _hear(self) -> None:
        """Every packet a publisher is sent is a PUBACK, and they are all of the same length."""
        try:
            heard = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return
        if not heard:
            raise ConnectionError("the broker closed the connection of a publisher")
        packets, self._rest = divmod(self._rest + len(heard), _PUBACK)
        self.acknowledged += packets
